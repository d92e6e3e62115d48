/**
 * Imports many events, kills the process again and again, and looks at what is
 * there at the end: every event once, and a store that is in order.
 *
 *     deno task import:kill --events 100000 --kills 5
 *
 * @module
 */

import assert from "node:assert/strict";
import { parseArgs } from "node:util";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

const { values } = parseArgs({
  args: Deno.args,
  options: {
    events: { type: "string", default: "100000" },
    kills: { type: "string", default: "5" },
    existing: { type: "boolean", default: false },
  },
});
const events = Number(values.events);
const kills = Number(values.kills);

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

function event(index: number): string {
  const day = String(1 + index % 28).padStart(2, "0");
  const month = String(1 + index % 12).padStart(2, "0");
  return [
    "BEGIN:VEVENT",
    `UID:event-${index}@import.example`,
    "DTSTAMP:20260101T000000Z",
    `DTSTART:2026${month}${day}T100000Z`,
    "DURATION:PT1H",
    `SUMMARY:Event ${index}`,
    `DESCRIPTION:${"something to say ".repeat(8)}`.replace(/.{70}/g, "$&\r\n "),
    ...(index % 5 === 0 ? ["RRULE:FREQ=WEEKLY;COUNT=10"] : []),
    "END:VEVENT",
    "",
  ].join("\r\n");
}

async function writeEvents(path: string): Promise<void> {
  const file = await Deno.open(path, { write: true, create: true });
  const writer = file.writable.getWriter();
  const encoder = new TextEncoder();
  await writer.write(
    encoder.encode(
      "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Kalends//Test//EN\r\n",
    ),
  );
  for (let from = 0; from < events; from += 1000) {
    let text = "";
    for (let at = from; at < Math.min(events, from + 1000); at++) {
      text += event(at);
    }
    await writer.write(encoder.encode(text));
  }
  await writer.write(encoder.encode("END:VCALENDAR\r\n"));
  await writer.close();
}

function kalends(args: readonly string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", MAIN, ...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function finish(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await kalends(args).output();
  const text = new TextDecoder().decode(stdout).trim();
  assert.equal(code, 0, `${text}\n${new TextDecoder().decode(stderr)}`);
  return text;
}

async function databaseSize(data: string): Promise<number> {
  let size = 0;
  for await (const entry of Deno.readDir(data)) {
    const { isFile, size: own } = await Deno.stat(`${data}/${entry.name}`);
    if (isFile) size += own;
  }
  return size;
}

/** Kills an import when it has written something; says whether it had ended before. */
async function killOnce(
  args: readonly string[],
  { data, grow }: { readonly data: string; readonly grow: number },
): Promise<boolean> {
  const before = await databaseSize(data);
  const child = kalends(args);
  let ended = false;
  const output = child.output().then((it) => (ended = true, it));
  while (!ended && await databaseSize(data) < before + grow) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const killed = !ended;
  if (killed) child.kill("SIGKILL");
  const { code, stderr } = await output;
  const text = new TextDecoder().decode(stderr);
  assert.ok(killed || code === 0, `It failed by itself: ${text}`);
  return !killed;
}

async function main(folder: string): Promise<void> {
  const data = `${folder}/data`;
  const source = `${folder}/events.ics`;
  await writeEvents(source);
  const { size } = await Deno.stat(source);
  await Deno.writeTextFile(`${folder}/password`, "a long password\n");
  const on = ["--data", data];
  await finish([
    ...["user", "add", "me", "--password-file", `${folder}/password`],
    ...on,
  ]);
  const target = values.existing ? "home" : "new";
  const args = ["import", "me", target, source, ...on];
  for (let kill = 1; kill <= kills; kill++) {
    const begun = performance.now();
    const ended = await killOnce(args, { data, grow: size / (kills + 1) });
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    say(`${kill}: ${ended ? "ended" : "killed"} after ${seconds} s`);
    if (!values.existing && !ended) {
      const all = await finish([
        "export",
        "me",
        `${folder}/out-${kill}`,
        ...on,
      ]);
      assert.match(all, / 0 entries of 3 collections/, "something was visible");
    }
  }
  const begun = performance.now();
  say(await finish(args));
  say(`resumed in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  say(await finish(["check", ...on]));
  say(await finish(["export", "me", target, `${folder}/out`, ...on]));
  const uids = new Set<string>();
  let files = 0;
  for await (const { name } of Deno.readDir(`${folder}/out`)) {
    if (!name.endsWith(".ics")) continue;
    files++;
    const text = await Deno.readTextFile(`${folder}/out/${name}`);
    const uid = /^UID:event-(\d+)@/m.exec(text)?.[1] ?? "";
    assert.ok(text.includes(event(Number(uid))), `${name} has other bytes`);
    uids.add(uid);
  }
  assert.equal(files, events, "doubles or gaps");
  assert.equal(uids.size, events, "gaps");
  say(`${files} events, each once, after ${kills} interruptions`);
}

const folder = await Deno.makeTempDir();
try {
  await main(folder);
} finally {
  await Deno.remove(folder, { recursive: true });
}
