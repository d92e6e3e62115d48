/**
 * A small sample of `deno task fuzz` with a fixed seed, and one rule of each
 * class of differences.
 *
 * @module
 */

import assert from "node:assert/strict";
import { parseCalendarText } from "../../src/calendar/parse.ts";
import { occurrences } from "../../src/calendar/recurrence/recurrence.ts";
import { parseRule } from "../../src/calendar/recurrence/rule.ts";
import { startsBetween } from "../../src/calendar/recurrence/rule_engine.ts";
import { mainComponents } from "../../src/calendar/validate.ts";
import { zoneByName } from "../../src/calendar/zones/zones.ts";
import { compareWithPlain, compareWithWalk, noFindings } from "./compare.ts";
import { compareIndex, noIndexFindings } from "./compare_index.ts";
import { compareWithDateutil, compareWithTemporal } from "./compare_sets.ts";
import { findPython } from "./dateutil.ts";
import {
  DATEUTIL_DIFFERENCES,
  explain,
  TEMPORAL_DIFFERENCES,
} from "./differences.ts";
import { createRandom, type Random, timeText } from "./random_rules.ts";

const COMPARISONS: readonly [
  string,
  (random: Random, count: number, found: ReturnType<typeof noFindings>) => void,
  number,
][] = [
  ["a walk from DTSTART", compareWithWalk, 1_000],
  ["the plain reading of the RFC", compareWithPlain, 120],
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

Deno.test("occurrences() agrees with rrule-temporal on whole sets, but for explained differences", () => {
  const findings = noFindings();
  compareWithTemporal(createRandom(21), 300, findings);
  assert.deepEqual(findings.wrong, []);
  assert.ok(findings.compared >= 300 && findings.starts > 3_000);
  assert.ok(findings.tooMuch < 10, `${findings.tooMuch} were too much work`);
});

Deno.test("occurrences() agrees with python-dateutil on whole sets, but for explained differences", async () => {
  const python = await findPython({ install: false });
  if (python === undefined) return;
  const findings = noFindings();
  await compareWithDateutil(createRandom(22), 100, { python, findings });
  assert.deepEqual(findings.wrong, []);
  assert.ok(findings.compared >= 100);
});

Deno.test("the time index loses nothing that a look at every object finds", () => {
  const findings = noIndexFindings();
  compareIndex(createRandom(23), 6, findings);
  assert.deepEqual(findings.wrong, []);
  assert.ok(findings.matched > 700, `${findings.matched} matched`);
  assert.ok(findings.passedOver > 200, `${findings.passedOver} passed over`);
});

/**
 * Rules on which the other program differs, by class, and the days that the
 * RFC wants: DTSTART is Monday 5 January 2026, and counts. Not here: BYWEEKNO at the ends
 * of the year, which the RFC leaves open.
 */
const EXAMPLES: readonly (readonly [string, string, readonly string[]])[] = [
  [
    "BYDAY with and without numbers",
    "FREQ=YEARLY;BYDAY=20WE,SU;BYMONTH=1;COUNT=4",
    ["20260111", "20260118", "20260125"],
  ],
  [
    "BYDAY with and without numbers",
    "FREQ=YEARLY;BYDAY=3WE,SU;COUNT=4",
    ["20260111", "20260118", "20260121"],
  ],
  [
    "BYWEEKNO beside other parts",
    "FREQ=YEARLY;BYWEEKNO=20;BYMONTHDAY=15;COUNT=4",
    ["20260515", "20280515", "20290515"],
  ],
  [
    "BYYEARDAY beside other parts",
    "FREQ=YEARLY;BYYEARDAY=32,60;BYMONTH=2;BYDAY=SU;COUNT=3",
    ["20260201", "20320201"],
  ],
  [
    "BYMONTHDAY beside numbered BYDAY in a year",
    "FREQ=YEARLY;BYMONTHDAY=13;BYDAY=20WE;COUNT=3",
    [],
  ],
  [
    "SKIP",
    "RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=-31;SKIP=FORWARD;COUNT=4",
    ["20260201", "20260301", "20260401"],
  ],
  [
    "BYSETPOS in DTSTART's week",
    "FREQ=WEEKLY;WKST=SU;BYDAY=SU,MO,TU;BYSETPOS=2;COUNT=2",
    ["20260105", "20260112"],
  ],
  [
    "BYWEEKNO without BYDAY",
    "FREQ=YEARLY;WKST=SU;BYWEEKNO=20;COUNT=3",
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
      classes.some((each) => each.name === name && each.applies(rule, false)),
      text,
    );
  }
});

/**
 * Likewise where the clock's offset changes, in New York on 8 March 2026: what
 * is asked for, and starts and ends in UTC on that day.
 */
const ACROSS_A_CHANGE: readonly (readonly [string, string[], string[]])[] = [
  [
    "FREQ below a day across a change of offset",
    [
      "DTSTART;TZID=America/New_York:20260307T030000",
      "RRULE:FREQ=HOURLY;INTERVAL=6",
    ],
    ["02:00-02:00", "07:00-07:00", "13:00-13:00", "19:00-19:00"],
  ],
  [
    "local time that does not exist",
    [
      "DTSTART;TZID=America/New_York:20260301T023000",
      "RRULE:FREQ=DAILY;COUNT=9",
    ],
    ["07:30-07:30"],
  ],
  [
    "days from a local time that does not exist",
    [
      "DTSTART;TZID=America/New_York:20260301T023000",
      "DURATION:P1D",
      "RRULE:FREQ=WEEKLY;COUNT=2",
    ],
    ["07:30-06:30"],
  ],
  [
    "days from a local time that does not exist",
    [
      "DTSTART;TZID=America/New_York:20260301T023000",
      "DURATION:P1D",
      "RDATE;TZID=America/New_York:20260308T023000",
    ],
    ["07:30-06:30"],
  ],
  [
    "SKIP",
    [
      "DTSTART;TZID=America/New_York:20260308T043000",
      "RRULE:RSCALE=GREGORIAN;FREQ=MINUTELY;SKIP=BACKWARD;BYMINUTE=15;COUNT=3",
    ],
    ["08:30-08:30", "09:15-09:15", "10:15-10:15"],
  ],
];

Deno.test("explain() knows what sets without rules may differ in, and only that", () => {
  const name = "days from a local time that does not exist";
  assert.equal(explain([], true, DATEUTIL_DIFFERENCES)?.name, name);
  assert.equal(explain([], false, DATEUTIL_DIFFERENCES), undefined);
});

Deno.test("occurrences() keeps to local time where other programs do not", () => {
  const zone = zoneByName("America/New_York");
  assert.ok(zone);
  for (const [name, lines, expected] of ACROSS_A_CHANGE) {
    const text = [
      "BEGIN:VCALENDAR",
      "BEGIN:VEVENT",
      "UID:1",
      ...lines,
      "END:VEVENT",
      "END:VCALENDAR",
      "",
    ].join("\r\n");
    const parsed = parseCalendarText(text);
    assert.ok(parsed.ok);
    const start = Date.UTC(2026, 2, 8);
    const { instances } = occurrences(
      mainComponents(parsed.calendar),
      { start, end: start + 86_399_999 },
      { zones: () => zone, floating: zone },
    );
    const clock = (at: number) => new Date(at).toISOString().slice(11, 16);
    assert.deepEqual(
      instances.map((each) => `${clock(each.start)}-${clock(each.end)}`),
      expected,
      name,
    );
    const classes = [...TEMPORAL_DIFFERENCES, ...DATEUTIL_DIFFERENCES];
    assert.ok(classes.some((each) => each.name === name), name);
  }
});
