/** caldav-server-tester: what python-caldav's authors know that servers get wrong. */

import assert from "node:assert/strict";
import type { Client, Session } from "../context.ts";
import { run } from "../process.ts";

/** A check that does not come out "full", and why. */
interface Known {
  readonly support: string;
  readonly why: string;
}

/** Everything that is not "full"; whatever else is found is a failure. */
const KNOWN: Readonly<Record<string, Known>> = {
  "url.encode-at.identity": {
    support: "unsupported",
    why: "rightly: @ and %40 name one resource",
  },
  "search.text.comp-type-optional": {
    support: "unsupported",
    why: "rightly: VCALENDAR has no such property",
  },
  "create-calendar.auto": {
    support: "unsupported",
    why: "rightly: a calendar is made by MKCALENDAR, not by a PUT into it",
  },
  scheduling: { support: "unsupported", why: "comes after step 11" },
};

/** What must be among the answers: a check that was left out is not "full". */
const ASKED = [
  "freebusy-query",
  "save-load.event.recurrences.exception",
  "save-load.journal",
  "save-load.todo.recurrences",
  "search.recurrences.expanded.event",
  "search.recurrences.expanded.exception",
  "search.recurrences.expanded.todo",
  "search.recurrences.includes-implicit.infinite-scope",
  "search.time-range.alarm",
  "search.time-range.event",
  "search.time-range.open.start.duration",
  "search.time-range.todo.strict",
  "well-known",
];

/** The program itself, with three accounts named like mail addresses. */
export const CALDAV_SERVER_TESTER: Client = {
  name: "caldav-server-tester",
  debian: [],
  python: true,
  users: ["tess@example.com", "theo@example.com", "tina@example.com"],
  heavy: true,
  async run(session) {
    const { home, bin, steps } = session;
    const config = `${home}/calendar.conf`;
    await Deno.writeTextFile(config, JSON.stringify(sections(session)));
    const { stdout } = await run([
      `${bin}/caldav-server-tester`,
      ...session.accounts.flatMap((_, n) => ["--config-section", section(n)]),
      // its JSON leaves out all that is as it should be
      ...["--format", "hints"],
    ], { home, env: { CALDAV_CONFIG_FILE: config } });
    const json = await run([`${bin}/python`, "-c", TO_JSON], {
      home,
      input: stdout,
    });
    const found = readFeatures(json.stdout);
    const missing = ASKED.filter((feature) => !Object.hasOwn(found, feature));
    assert.deepEqual(missing, [], "it left these out");
    for (const [feature, support] of Object.entries(found)) {
      const known = KNOWN[feature];
      const why = known === undefined ? "" : ` (${known.why})`;
      steps.add(
        `${feature}: ${known?.support ?? "full"}${why}`,
        support === (known?.support ?? "full"),
        `got ${support}`,
      );
    }
  },
};

/** Its "hints" are a dictionary of Python. */
const TO_JSON =
  "import ast, json, sys; print(json.dumps(ast.literal_eval(sys.stdin.read())))";

function section(n: number): string {
  return n === 0 ? "default" : `user${n}`;
}

function sections({ accounts, target }: Session): Record<string, unknown> {
  return Object.fromEntries(accounts.map(({ name, password }, n) => [
    section(n),
    {
      caldav_url: otherSpelling(target.root),
      caldav_username: name,
      caldav_password: password,
    },
  ]));
}

/**
 * The same address in other words: where the host is called 127.0.0.1, the
 * program takes /.well-known for out of reach (its class CheckWellKnown).
 */
function otherSpelling(root: string): string {
  assert.ok(root.startsWith("http://127.0.0.1:"), root);
  return root.replace("127.0.0.1", "127.1");
}

function readFeatures(json: string): Record<string, string> {
  const features: unknown = JSON.parse(json);
  assert.ok(typeof features === "object" && features !== null);
  return Object.fromEntries(
    Object.entries(features).flatMap(([name, value]) => {
      const { support } = value as { support?: unknown };
      // some are observations without a right answer
      return support === undefined ? [] : [[name, String(support)]];
    }),
  );
}
