/**
 * What a month costs in a small and in a large calendar that have the same
 * events in it: both sides by turns, in one run, over HTTP.
 *
 *     deno task bench:months --objects 1000,100000 --seconds 4
 *
 * @module
 */

import { parseArgs } from "node:util";
import { both, hasData, multistatus, sameEtags } from "./checks.ts";
import { type BenchClient, createBenchClient } from "./client.ts";
import { findHome } from "./main.ts";
import { measure, type Measurement } from "./measure.ts";
import { monthEvent } from "./month_objects.ts";
import { DATA, ETAG, type Ground, query, RANGE, report } from "./questions.ts";
import { putStep, type Scenario } from "./scenarios.ts";
import { ACCOUNT, startKalends } from "./servers.ts";

/** Turns of either side: the best of them counts, the machine may be busy in others. */
const TURNS = 4;

/** What the large calendar may cost at most, in terms of the small one. */
const MOST = 2;

function asking(name: string, prop: string): Scenario {
  return {
    name,
    connections: 1,
    next(ground) {
      const expected = ground.events.filter(({ spans }) => spans.length > 0);
      const data = prop === DATA ? hasData(expected) : () => undefined;
      return {
        ask: report(ground, query(prop, `<C:time-range ${RANGE}/>`)),
        check: multistatus(both(sameEtags(ground, expected), data)),
      };
    },
  };
}

/** An event changes before each question, so that what is kept for questions is not for ever. */
function afterChange(inner: Scenario): Scenario {
  return {
    ...inner,
    name: `${inner.name}-after-put`,
    async next(ground, client, count) {
      const event = ground.events[ground.events.length - 1 - count % 50];
      if (event === undefined) return undefined;
      const { ask } = putStep(ground, event, { isNew: false });
      const body = `${ask.body}`.replace("SUMMARY:", `SUMMARY:${count} `);
      const { status } = await client.send({ ...ask, body });
      if (status >= 300) throw new Error(`PUT: ${status}`);
      return await inner.next(ground, client, count);
    },
  };
}

const WITH_DATA = asking("query-month", DATA);

const SCENARIOS = [
  WITH_DATA,
  asking("query-month-etags", ETAG),
  afterChange(WITH_DATA),
];

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

async function fill(
  client: BenchClient,
  home: string,
  { objects, answers }: { objects: number; answers: number },
): Promise<Ground> {
  const url = `${home}months-${objects}/`;
  const made = await client.send({ method: "MKCALENDAR", url });
  if (made.status !== 201) throw new Error(`MKCALENDAR: ${made.status}`);
  const ground: Ground = {
    url,
    events: Array.from({ length: objects }, (_, at) => monthEvent(at, answers)),
    etags: new Map(),
    revisions: new Map(),
    added: [],
    token: "",
  };
  const filled = await measure({
    name: "import",
    connections: 8,
    most: objects,
    next(_ground, _client, count) {
      const event = ground.events[count];
      return event && putStep(ground, event, { isNew: true });
    },
  }, { server: "kalends", ground, client, seconds: Infinity });
  if (filled.errors > 0) throw new Error(`Import: ${filled.wrong}`);
  const { seconds, perSecond } = filled;
  print(`${objects} objects put in ${seconds} s, ${perSecond} a second`);
  return ground;
}

/** Half of the answers of the best turn took at most so many milliseconds; -1 where an answer was wrong. */
function best(turns: readonly Measurement[]): number {
  const wrong = turns.flatMap((each) => each.wrong);
  for (const each of wrong.slice(0, 3)) print(`  wrong: ${each}`);
  return wrong.length > 0 ? -1 : Math.min(...turns.map(({ p50 }) => p50));
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      objects: { type: "string", default: "1000,100000" },
      answers: { type: "string", default: "100" },
      seconds: { type: "string", default: "2" },
    },
  });
  const answers = Number(values.answers);
  const seconds = Number(values.seconds);
  const server = await startKalends();
  const client = createBenchClient(ACCOUNT);
  try {
    const home = await findHome(client, server.url);
    const grounds: Ground[] = [];
    for (const objects of values.objects.split(",").map(Number)) {
      grounds.push(await fill(client, home, { objects, answers }));
    }
    for (const scenario of SCENARIOS) {
      const turns = grounds.map((): Measurement[] => []);
      for (let turn = 0; turn <= TURNS; turn++) {
        for (const [at, ground] of grounds.entries()) {
          const parts = { server: "kalends", ground, client, seconds };
          const measured = await measure(scenario, parts);
          // the first turn reads from disk
          if (turn > 0 || measured.errors > 0) turns[at]?.push(measured);
        }
      }
      printRatio(scenario.name, grounds, turns.map(best));
    }
  } finally {
    client.close();
    await server.stop();
  }
}

function printRatio(
  name: string,
  grounds: readonly Ground[],
  times: readonly number[],
): void {
  const sides = grounds.map(({ events }, at) =>
    `${events.length} objects: ${times[at]} ms`
  );
  const [small = 0] = times;
  const ratio = (times.at(-1) ?? 0) / small;
  const good = small > 0 && ratio > 0 && ratio <= MOST;
  print(
    `${name}: ${sides.join(", ")}; ratio ${
      ratio.toFixed(2)
    }, at most ${MOST}: ${good ? "yes" : "no"}`,
  );
  if (!good) Deno.exitCode = 1;
}

await main();
