/**
 * What a month costs in a small and in a large calendar that have the same
 * events in it. Both are asked by turns, request by request, in one process and
 * without a socket, and their processor time is compared: what else the machine
 * does matters little.
 *
 *     deno task bench:months --objects 1000,100000 --seconds 20
 *
 * @module
 */

import process from "node:process";
import { parseArgs } from "node:util";
import { openAdminSession } from "../src/service/admin_session.ts";
import type { Session } from "../src/service/types.ts";
import {
  createTestServer,
  type TestServer,
} from "../tests/protocol/harness.ts";
import { both, hasData, multistatus, sameEtags } from "./checks.ts";
import { monthEvent } from "./month_objects.ts";
import type { BenchEvent } from "./objects.ts";
import {
  DATA,
  ETAG,
  type Ground,
  query,
  RANGE,
  type Step,
  XML,
} from "./questions.ts";

/** What the large calendar may cost at most, in terms of the small one. */
const MOST = 2;

/** Objects that are put at once. */
const AT_ONCE = 256;

/** A calendar and what its questions took, in milliseconds of processor time. */
interface Side {
  readonly ground: Ground;
  readonly expected: readonly BenchEvent[];
  times: number[];
}

interface Question {
  readonly name: string;
  readonly prop: string;
  /** True: an event changes before each. */
  readonly changing: boolean;
}

const QUESTIONS: readonly Question[] = [
  { name: "query-month", prop: DATA, changing: false },
  { name: "query-month-etags", prop: ETAG, changing: false },
  { name: "query-month-after-put", prop: DATA, changing: true },
];

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

async function put(
  server: TestServer,
  session: Session,
  { ground, event, revision }: {
    readonly ground: Ground;
    readonly event: BenchEvent;
    readonly revision: number;
  },
): Promise<void> {
  const names = [ground.url.split("/").at(-2) ?? "", event.name];
  const done = await server.service.put(session, {
    ...{ type: "tree", space: "calendars", user: session.user.login, names },
  }, {
    bytes: new TextEncoder().encode(event.text(revision)),
    type: "text/calendar",
    conditions: {},
  });
  if (!done.ok) throw new Error(done.problem.message);
  ground.etags.delete(event.name);
}

async function fill(
  server: TestServer,
  session: Session,
  { objects, answers }: { readonly objects: number; readonly answers: number },
): Promise<Side> {
  const url = `/calendars/${session.user.login}/months-${objects}/`;
  const made = await server.dav("MKCALENDAR", url);
  if (made.status !== 201) throw new Error(`MKCALENDAR: ${made.status}`);
  const events = Array.from(
    { length: objects },
    (_, at) => monthEvent(at, answers),
  );
  const ground: Ground = {
    ...{ url, events, added: [], token: "" },
    ...{ etags: new Map(), revisions: new Map() },
  };
  const begun = performance.now();
  for (let at = 0; at < objects; at += AT_ONCE) {
    const some = events.slice(at, at + AT_ONCE);
    await Promise.all(
      some.map((event) => put(server, session, { ground, event, revision: 0 })),
    );
  }
  const seconds = (performance.now() - begun) / 1000;
  print(`${objects} objects put in ${seconds.toFixed(1)} s`);
  const expected = events.filter(({ spans }) => spans.length > 0);
  return { ground, expected, times: [] };
}

/** What has to come of a question. */
function checkOf(side: Side, prop: string): Step["check"] {
  const { ground, expected } = side;
  const data = prop === DATA ? hasData(expected) : () => undefined;
  return multistatus(both(sameEtags(ground, expected), data));
}

async function ask(
  server: TestServer,
  side: Side,
  { name, prop }: Question,
): Promise<void> {
  const body = query(prop, `<C:time-range ${RANGE}/>`);
  const before = process.cpuUsage();
  const { status, text } = await server.dav("REPORT", side.ground.url, {
    headers: { ...XML, depth: "1" },
    body,
  });
  const { user, system } = process.cpuUsage(before);
  side.times.push((user + system) / 1000);
  const answer = { status, text, etag: null, ms: 0 };
  const wrong = checkOf(side, prop)(answer, []);
  if (wrong !== undefined) throw new Error(`${name}: ${wrong}`);
}

/** The mean but for the tenth that took longest: garbage is collected now and then. */
function usual(times: readonly number[]): number {
  const kept = [...times].sort((a, b) => a - b)
    .slice(0, Math.ceil(times.length * 0.9));
  return kept.reduce((sum, each) => sum + each, 0) / kept.length;
}

function report(question: Question, sides: readonly Side[]): void {
  const means = sides.map(({ times }) => usual(times));
  const texts = sides.map(({ ground, expected, times }, at) =>
    `${ground.events.length} objects ${
      means[at]?.toFixed(2)
    } ms (${expected.length} answers, asked ${times.length} times)`
  );
  const ratio = (means.at(-1) ?? 0) / (means[0] ?? 0);
  const good = ratio <= MOST;
  print(
    `${question.name}: ${texts.join(", ")}; ratio ${
      ratio.toFixed(2)
    }, at most ${MOST}: ${good ? "yes" : "no"}`,
  );
  if (!good) Deno.exitCode = 1;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      objects: { type: "string", default: "1000,100000" },
      answers: { type: "string", default: "100" },
      seconds: { type: "string", default: "20" },
    },
  });
  await using server = await createTestServer();
  const session = await openAdminSession(server.store, "me");
  if (session === undefined) throw new Error("There is no account");
  const answers = Number(values.answers);
  const sides: Side[] = [];
  for (const objects of values.objects.split(",").map(Number)) {
    sides.push(await fill(server, session, { objects, answers }));
  }
  for (const question of QUESTIONS) {
    // the first questions read from disk and have the program compiled
    for (let warm = 0; warm < 10; warm++) {
      for (const side of sides) await ask(server, side, question);
    }
    for (const side of sides) side.times = [];
    const end = performance.now() + Number(values.seconds) * 1000;
    for (let count = 0; performance.now() < end; count++) {
      for (const side of sides) {
        const { events } = side.ground;
        const event = events[events.length - 1 - count % 50];
        if (question.changing && event !== undefined) {
          const { ground } = side;
          await put(server, session, { ground, event, revision: count });
        }
        await ask(server, side, question);
      }
    }
    report(question, sides);
  }
}

await main();
