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
  "search.time-range.comp-type-optional": {
    support: "unsupported",
    why: "rightly: RFC 4791 section 9.9 has no time-range on VCALENDAR",
  },
  "search.text.comp-type-optional": {
    support: "unsupported",
    why: "rightly: VCALENDAR has no such property",
  },
  "well-known": { support: "unknown", why: "not tried on this machine itself" },
  scheduling: { support: "unsupported", why: "comes after step 11" },
};

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
      ...["--format", "json"],
    ], { home, env: { CALDAV_CONFIG_FILE: config } });
    const found = readFeatures(stdout);
    assert.ok(Object.keys(found).length > 0, "it checked nothing");
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

function section(n: number): string {
  return n === 0 ? "default" : `user${n}`;
}

function sections({ accounts, target }: Session): Record<string, unknown> {
  return Object.fromEntries(accounts.map(({ name, password }, n) => [
    section(n),
    {
      caldav_url: target.root,
      caldav_username: name,
      caldav_password: password,
    },
  ]));
}

function readFeatures(json: string): Record<string, string> {
  const report: unknown = JSON.parse(json);
  assert.ok(typeof report === "object" && report !== null);
  const { features } = report as { features?: unknown };
  assert.ok(typeof features === "object" && features !== null);
  return Object.fromEntries(
    Object.entries(features).map(([name, value]) => [
      name,
      String((value as { support?: unknown }).support),
    ]),
  );
}
