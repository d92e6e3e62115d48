/**
 * A small sample of `deno task fuzz` with a fixed seed, and one rule of each
 * class of differences.
 *
 * @module
 */

import assert from "node:assert/strict";
import { parseRule } from "../../src/calendar/rule.ts";
import { startsBetween } from "../../src/calendar/rule_engine.ts";
import {
  compareWithPlain,
  compareWithTemporal,
  compareWithWalk,
  noFindings,
} from "./compare.ts";
import { DATEUTIL_DIFFERENCES, TEMPORAL_DIFFERENCES } from "./differences.ts";
import { createRandom, type Random, timeText } from "./random_rules.ts";

const COMPARISONS: readonly [
  string,
  (random: Random, count: number, found: ReturnType<typeof noFindings>) => void,
  number,
][] = [
  ["a walk from DTSTART", compareWithWalk, 1_000],
  ["the plain reading of the RFC", compareWithPlain, 120],
  ["rrule-temporal, but for explained differences", compareWithTemporal, 500],
];

for (const [name, compare, count] of COMPARISONS) {
  Deno.test(`startsBetween() agrees with ${name}`, () => {
    const findings = noFindings();
    compare(createRandom(20), count, findings);
    assert.deepEqual(findings.wrong, []);
    assert.ok(findings.compared > count / 2);
    assert.ok(findings.starts > count);
  });
}

/**
 * Rules on which the other program differs, by class, and the days that the
 * RFC wants: DTSTART is Monday 5 January 2026. Not here: BYWEEKNO at the ends
 * of the year, which the RFC leaves open.
 */
const EXAMPLES: readonly (readonly [string, string, readonly string[]])[] = [
  [
    "BYDAY with and without numbers",
    "FREQ=YEARLY;BYDAY=20WE,SU;BYMONTH=1;COUNT=3",
    ["20260111", "20260118", "20260125"],
  ],
  [
    "BYDAY with and without numbers",
    "FREQ=YEARLY;BYDAY=3WE,SU;COUNT=3",
    ["20260111", "20260118", "20260121"],
  ],
  [
    "BYWEEKNO beside other parts",
    "FREQ=YEARLY;BYWEEKNO=20;BYMONTHDAY=15;COUNT=3",
    ["20260515", "20280515", "20290515"],
  ],
  [
    "BYYEARDAY beside other parts",
    "FREQ=YEARLY;BYYEARDAY=32,60;BYMONTH=2;BYDAY=SU;COUNT=2",
    ["20260201", "20320201"],
  ],
  [
    "BYMONTHDAY beside numbered BYDAY in a year",
    "FREQ=YEARLY;BYMONTHDAY=13;BYDAY=20WE;COUNT=2",
    [],
  ],
  [
    "SKIP",
    "RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=-31;SKIP=FORWARD;COUNT=3",
    ["20260201", "20260301", "20260401"],
  ],
  [
    "BYSETPOS in DTSTART's week",
    "FREQ=WEEKLY;WKST=SU;BYDAY=SU,MO,TU;BYSETPOS=2;COUNT=2",
    ["20260105", "20260112"],
  ],
  [
    "BYWEEKNO without BYDAY",
    "FREQ=YEARLY;WKST=SU;BYWEEKNO=20;COUNT=2",
    ["20260518", "20270517"],
  ],
];

Deno.test("startsBetween() keeps to the RFC where other programs do not", () => {
  const start = { civil: Date.UTC(2026, 0, 5, 9) };
  const range = { from: start.civil, to: Date.UTC(2046, 0, 1) };
  for (const [name, text, days] of EXAMPLES) {
    const parsed = parseRule(text);
    assert.ok(parsed.ok, text);
    const { rule } = parsed;
    const budget = { steps: 10_000 };
    const { starts } = startsBetween(rule, start, { ...range, budget });
    assert.deepEqual(
      starts.map((civil) => timeText(civil).slice(0, 8)),
      days,
      text,
    );
    const classes = [...TEMPORAL_DIFFERENCES, ...DATEUTIL_DIFFERENCES];
    assert.ok(
      classes.some((each) => each.name === name && each.applies(rule)),
      text,
    );
  }
});
