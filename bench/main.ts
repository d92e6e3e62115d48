/**
 * Drives a CalDAV server by its URL and prints one JSON line for each scenario.
 *
 *     deno run -A bench/main.ts --url http://127.0.0.1:5232/ --user me \
 *       --password-file password --objects 1000,10000 --name kalends
 *
 * It makes calendars of its own in the user's home and deletes them.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { textOf } from "../src/xml/names.ts";
import { findChild, NS } from "../src/xml/names.ts";
import { createBareServer } from "./bare.ts";
import {
  type BenchClient,
  createBenchClient,
  readMultistatus,
} from "./client.ts";
import { measure, type Measurement } from "./measure.ts";
import { benchEvent } from "./objects.ts";
import type { Ground } from "./questions.ts";
import { putStep, SCENARIOS } from "./scenarios.ts";

/** What a run is told. */
export interface BenchOptions {
  /** URL of the server, or of the principal or home. */
  readonly url: string;
  /** Sign-in name. */
  readonly user: string;
  /** Password. */
  readonly password: string;
  /** Numbers of objects. */
  readonly objects: readonly number[];
  /** Name of the server in the results. */
  readonly name: string;
  /** Longest time of one scenario. */
  readonly seconds: number;
  /** Names of the scenarios; absent: all. */
  readonly only?: readonly string[];
  /** Milliseconds of processor time that the server has used so far; absent: not known. */
  readonly processor?: (() => number) | undefined;
}

/** Runs everything; each measurement is told as it is made. */
export async function runBench(
  options: BenchOptions,
  tell: (measurement: Measurement) => void,
): Promise<void> {
  const client = createBenchClient(options);
  try {
    const home = await findHome(client, options.url);
    for (const objects of options.objects) {
      await runSize(client, { ...options, home, objects }, tell);
    }
  } finally {
    client.close();
  }
}

/** The most that this driver can ask on this machine, of a server that does nothing. */
export async function measureCeiling(
  seconds: number,
): Promise<readonly Measurement[]> {
  const server = await createBareServer();
  const client = createBenchClient({ user: "x", password: "x" });
  const ground = emptyGround(server.url, 1);
  const out: Measurement[] = [];
  try {
    for (const connections of [1, 8]) {
      out.push(
        await measure({
          name: `ceiling-${connections}`,
          connections,
          next: () => ({
            ask: { method: "PROPFIND", url: ground.url, body: "<x/>" },
            check: ({ status }) =>
              status === 207 ? undefined : `status ${status}`,
          }),
        }, { server: "bare", ground, client, seconds }),
      );
    }
  } finally {
    client.close();
    await server.stop();
  }
  return out;
}

function emptyGround(url: string, objects: number): Ground {
  return {
    url,
    events: Array.from({ length: objects }, (_, at) => benchEvent("event", at)),
    etags: new Map(),
    revisions: new Map(),
    added: [],
    token: "",
  };
}

async function runSize(
  client: BenchClient,
  plan: Omit<BenchOptions, "objects"> & {
    readonly home: string;
    readonly objects: number;
  },
  tell: (measurement: Measurement) => void,
): Promise<void> {
  const { home, objects, seconds, name: server, processor } = plan;
  const url = `${home}bench-${crypto.randomUUID().slice(0, 8)}/`;
  const made = await client.send({ method: "MKCALENDAR", url });
  if (made.status !== 201) throw new Error(`MKCALENDAR: ${made.status}`);
  const ground = emptyGround(url, objects);
  const parts = { server, ground, client, processor };
  try {
    const filled = await measure({
      name: "import",
      connections: 8,
      most: objects,
      next(_ground, _client, count) {
        const event = ground.events[count];
        return event && putStep(ground, event, { isNew: true });
      },
    }, { ...parts, seconds: Infinity });
    tell(filled);
    for (const scenario of SCENARIOS) {
      if (plan.only?.includes(scenario.name) === false) continue;
      tell(await measure(scenario, { ...parts, seconds }));
    }
  } finally {
    await client.send({ method: "DELETE", url });
  }
}

/** URL of the calendar home, by current-user-principal and calendar-home-set. */
async function findHome(
  client: BenchClient,
  url: string,
): Promise<string> {
  const ask = async (at: string, prop: string) => {
    const answer = await client.send({
      method: "PROPFIND",
      url: at,
      headers: { "content-type": "application/xml", depth: "0" },
      body:
        `<D:propfind xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop>${prop}</D:prop></D:propfind>`,
    });
    if (answer.status !== 207) throw new Error(`PROPFIND: ${answer.status}`);
    const [member] = readMultistatus(answer.text).members;
    const [value] = member?.props.values() ?? [];
    const href = value && findChild(value, NS.dav, "href");
    return href && new URL(textOf(href).trim(), at).href;
  };
  const principal = await ask(url, "<D:current-user-principal/>") ?? url;
  const home = await ask(principal, "<C:calendar-home-set/>");
  if (home === undefined) throw new Error("The server names no calendar home");
  return home.endsWith("/") ? home : `${home}/`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      url: { type: "string" },
      user: { type: "string", default: "me" },
      "password-file": { type: "string" },
      objects: { type: "string", default: "1000" },
      name: { type: "string", default: "server" },
      seconds: { type: "string", default: "3" },
      only: { type: "string" },
    },
  });
  const file = values["password-file"];
  if (values.url === undefined || file === undefined) {
    throw new Error("--url and --password-file are needed");
  }
  const write = (line: unknown) =>
    Deno.stdout.writeSync(
      new TextEncoder().encode(`${JSON.stringify(line)}\n`),
    );
  const seconds = Number(values.seconds);
  for (const line of await measureCeiling(Math.min(2, seconds))) write(line);
  await runBench({
    url: values.url,
    user: values.user,
    password: (await Deno.readTextFile(file)).split(/\r?\n/)[0] ?? "",
    objects: values.objects.split(",").map(Number),
    name: values.name,
    seconds,
    ...(values.only === undefined ? {} : { only: values.only.split(",") }),
  }, write);
}

if (import.meta.main) await main();
