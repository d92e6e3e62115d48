/**
 * The whole comparison: this tree with 1,000 and 10,000 objects, and Radicale
 * with 1,000, one after the other; the table goes to `bench/results/`.
 *
 *     deno task bench --radicale path/to/python
 *
 * @module
 */

import { parseArgs } from "node:util";
import { measureCeiling, runBench } from "./main.ts";
import type { Measurement } from "./measure.ts";
import { ACCOUNT, startKalends, startRadicale } from "./servers.ts";
import type { BenchServer } from "./servers.ts";
import { writeTable } from "./table.ts";

async function main(): Promise<void> {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      objects: { type: "string", default: "1000,10000" },
      seconds: { type: "string", default: "3" },
      radicale: { type: "string" },
      out: { type: "string" },
      note: { type: "string", multiple: true, default: [] },
    },
  });
  const seconds = Number(values.seconds);
  const date = new Date().toISOString();
  const all: Measurement[] = [];
  const versions: string[] = [];
  const tell = (line: Measurement) => {
    all.push(line);
    Deno.stdout.writeSync(
      new TextEncoder().encode(`${JSON.stringify(line)}\n`),
    );
  };
  async function drive(
    start: () => Promise<BenchServer>,
    objects: readonly number[],
  ): Promise<void> {
    const server = await start();
    versions.push(server.version);
    try {
      const { name, url, processor } = server;
      const options = { url, ...ACCOUNT, objects, name, seconds, processor };
      await runBench(options, tell);
    } finally {
      await server.stop();
    }
  }

  const before = Deno.loadavg()[0] ?? 0;
  const commit = await describeCommit();
  for (const line of await measureCeiling(Math.min(2, seconds))) tell(line);
  await drive(startKalends, values.objects.split(",").map(Number));
  const { radicale } = values;
  if (radicale !== undefined) {
    await drive(() => startRadicale(radicale), [1000]);
  }
  const folder = new URL("results/", import.meta.url).pathname;
  const path = values.out ?? `${folder}${date.slice(0, 10)}.md`;
  await Deno.writeTextFile(
    path,
    writeTable({
      date,
      machine: await describeMachine(),
      versions: [`Deno ${Deno.version.deno}`, ...versions],
      commit,
      notes: [
        `Load average of the machine before the run: ${
          before.toFixed(1)
        }, after: ${(Deno.loadavg()[0] ?? 0).toFixed(1)}`,
        ...values.note,
      ],
    }, all),
  );
}

async function describeMachine(): Promise<string> {
  const { total } = Deno.systemMemoryInfo();
  const cores = navigator.hardwareConcurrency;
  let processor = Deno.build.arch as string;
  try {
    const info = await Deno.readTextFile("/proc/cpuinfo");
    processor = /model name\s*: (.*)/.exec(info)?.[1] ?? processor;
  } catch {
    // Not Linux: the architecture has to do.
  }
  const memory = Math.round(total / 2 ** 30);
  return `${cores} cores of ${processor}, ${memory} GiB, ${Deno.build.os}`;
}

async function describeCommit(): Promise<string> {
  const { stdout } = await new Deno.Command("git", {
    args: ["describe", "--always", "--dirty"],
    cwd: new URL(".", import.meta.url).pathname,
  }).output();
  return new TextDecoder().decode(stdout).trim();
}

await main();
