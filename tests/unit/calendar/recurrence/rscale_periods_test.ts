import assert from "node:assert/strict";
import {
  createRscalePeriods,
  needsRscale,
} from "../../../../src/calendar/recurrence/rscale_periods.ts";
import {
  parseRule,
  type Rule,
} from "../../../../src/calendar/recurrence/rule.ts";
import type { Periods } from "../../../../src/calendar/recurrence/rule_periods.ts";

const START = Date.UTC(2026, 0, 5, 9, 30, 15);

function ruleOf(text: string): Rule {
  const parsed = parseRule(text);
  assert.ok(parsed.ok, text);
  return parsed.rule;
}

function periodsOf(text: string): Periods {
  const periods = createRscalePeriods(ruleOf(text), START, () => {});
  assert.ok(periods);
  return periods;
}

function starts(text: string, index: number): string[] {
  const periods = periodsOf(text);
  return periods.bases(index).flatMap((base) =>
    periods.times.map((time) =>
      new Date(base + time).toISOString().slice(0, 19)
    )
  );
}

Deno.test("needsRscale() is true where the calendar, a leap month or SKIP matters", () => {
  for (
    const [text, needed] of [
      ["FREQ=YEARLY", false],
      ["RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=OMIT", false],
      ["RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=FORWARD", true],
      ["RSCALE=GREGORIAN;FREQ=DAILY;BYMONTHDAY=31;SKIP=FORWARD", false],
      ["RSCALE=JAPANESE;FREQ=MONTHLY", false],
      ["RSCALE=GREGORIAN;FREQ=DAILY;BYMONTH=5L", true],
      ["RSCALE=HEBREW;FREQ=YEARLY", true],
      ["RSCALE=HEBREW;FREQ=MONTHLY", true],
      ["RSCALE=HEBREW;FREQ=WEEKLY;BYDAY=SA", false],
      ["RSCALE=HEBREW;FREQ=HOURLY;BYHOUR=3", false],
      ["RSCALE=HEBREW;FREQ=DAILY;BYMONTH=1", true],
      ["RSCALE=HEBREW;FREQ=DAILY;BYMONTHDAY=1", true],
      ["RSCALE=HEBREW;FREQ=HOURLY;BYYEARDAY=1", true],
      ["RSCALE=HEBREW;FREQ=WEEKLY;BYWEEKNO=1", true],
    ] as const
  ) assert.equal(needsRscale(ruleOf(text)), needed, text);
});

Deno.test("a period is found by its index, and its index by a time, in calendars with leap months", () => {
  for (
    const text of [
      "RSCALE=HEBREW;FREQ=YEARLY;INTERVAL=3",
      "RSCALE=HEBREW;FREQ=MONTHLY",
      "RSCALE=CHINESE;FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=1,15",
      "RSCALE=ETHIOPIC;FREQ=MONTHLY;BYMONTHDAY=2",
      "RSCALE=PERSIAN;FREQ=WEEKLY;BYYEARDAY=1,100",
      "RSCALE=ISLAMIC-CIVIL;FREQ=DAILY;INTERVAL=2;BYMONTH=1,5",
      "RSCALE=INDIAN;FREQ=HOURLY;INTERVAL=7;BYMONTH=3",
    ]
  ) {
    const periods = periodsOf(text);
    assert.ok(periods.begin(0) <= START, text);
    for (let index = 0; index < 300; index += 7) {
      const begin = periods.begin(index);
      assert.equal(periods.indexOf(begin), index, text);
      assert.equal(periods.indexOf(begin - 1), index - 1, text);
      for (const base of periods.bases(index)) {
        assert.ok(base >= begin && base < periods.begin(index + 1), text);
      }
      assert.ok(periods.next(index) >= index, text);
    }
  }
});

Deno.test("what SKIP moves belongs to the period where it is", () => {
  const text = "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD;BYMONTHDAY=31,1";
  // 31 April is 1 May, which May has already
  assert.deepEqual(starts(text, 3).map((each) => each.slice(5, 10)), ["04-01"]);
  assert.deepEqual(starts(text, 4).map((each) => each.slice(5, 10)), [
    "05-01",
    "05-31",
  ]);
  assert.equal(periodsOf(text).next(7), 7);
});
