import assert from "node:assert/strict";
import { dayAt, mayHappen } from "../../../src/store/day_runs.ts";
import { checkCalendarObject } from "../../../src/calendar/validate.ts";
import { eventLines, objectOf } from "./objects.ts";

function runsOf(...lines: string[]): Uint8Array | undefined {
  const checked = checkCalendarObject(objectOf(...lines));
  assert.ok(checked.ok, JSON.stringify(checked));
  return checked.facts.span?.runs;
}

/** Months of a year in which a series may happen, from 1. */
function months(runs: Uint8Array | undefined, year: number): number[] {
  assert.ok(runs);
  return Array.from({ length: 12 }, (_, month) => month).filter((month) =>
    mayHappen(runs, {
      first: dayAt(Date.UTC(year, month, 1)),
      last: dayAt(Date.UTC(year, month + 1, 1) - 1),
    })
  ).map((month) => month + 1);
}

const START = "DTSTART:20100315T100000Z";

Deno.test("runs tell the months of a series with long pauses", () => {
  for (
    const [rule, year, expected] of [
      ["FREQ=YEARLY", 2050, [3]],
      ["FREQ=YEARLY", 2099, [3]],
      ["FREQ=YEARLY;INTERVAL=2", 2051, []],
      ["FREQ=MONTHLY;INTERVAL=3", 2040, [3, 6, 9, 12]],
      ["FREQ=MONTHLY;BYDAY=5MO", 2026, [3, 6, 8, 11]],
      ["FREQ=WEEKLY;INTERVAL=20", 2026, [4, 9]],
      ["FREQ=YEARLY;BYMONTH=2;BYDAY=-1SU", 2026, [2]],
      ["FREQ=WEEKLY;BYMONTH=7,8", 2030, [7, 8]],
      ["FREQ=HOURLY;BYMONTH=12;BYMONTHDAY=24", 2020, [12]],
      ["FREQ=YEARLY;COUNT=3", 2012, [3]],
    ] as const
  ) {
    const runs = runsOf(...eventLines(START, `RRULE:${rule}`));
    assert.deepEqual(months(runs, year), expected, `${rule} in ${year}`);
  }
});

Deno.test("runs take in RDATEs, overrides and what they stand for, and all days of long instances", () => {
  const runs = runsOf(
    ...eventLines(
      START,
      "DURATION:P40D",
      "RRULE:FREQ=YEARLY",
      "RDATE:20301102T000000Z",
    ),
    ...eventLines("RECURRENCE-ID:20350315T100000Z", "DTSTART:20350802T000000Z"),
  );
  assert.deepEqual(months(runs, 2029), [3, 4]);
  assert.deepEqual(months(runs, 2030), [3, 4, 11, 12]);
  assert.deepEqual(months(runs, 2035), [3, 4, 8]);
  const dates = runsOf(...eventLines(START, "RDATE:20300902T000000Z"));
  assert.deepEqual(months(dates, 2020), []);
  assert.deepEqual(months(dates, 2030), [9]);
});

Deno.test("runs of days and floating times reach into the days beside them", () => {
  for (
    const start of ["DTSTART;VALUE=DATE:20100401", "DTSTART:20100401T000000"]
  ) {
    const runs = runsOf(...eventLines(start, "RRULE:FREQ=YEARLY"));
    assert.deepEqual(months(runs, 2030), [3, 4], start);
  }
});

Deno.test("there are no runs without long pauses, or where nobody can tell", () => {
  for (
    const lines of [
      [],
      ["RRULE:FREQ=DAILY"],
      ["RRULE:FREQ=WEEKLY;COUNT=400"],
      ["RRULE:FREQ=MONTHLY"],
      ["RRULE:FREQ=MONTHLY;BYDAY=2TU"],
      ["RRULE:FREQ=WEEKLY;INTERVAL=4;BYDAY=MO,SU"],
      ["RRULE:FREQ=HOURLY;INTERVAL=5"],
      ["RRULE:FREQ=SECONDLY"],
      ["RRULE:FREQ=DAILY;COUNT=3"],
      ["RRULE:FREQ=YEARLY;COUNT=1"],
    ]
  ) {
    assert.equal(runsOf(...eventLines(START, ...lines)), undefined, `${lines}`);
  }
  const future = eventLines(
    "RECURRENCE-ID;RANGE=THISANDFUTURE:20120315T100000Z",
    "DTSTART:20120601T100000Z",
  );
  const yearly = eventLines(START, "RRULE:FREQ=YEARLY");
  assert.equal(runsOf(...yearly, ...future), undefined);
});

Deno.test("runs end where they are too many, or were too much work", () => {
  const often = runsOf(
    ...eventLines(START, "RRULE:FREQ=DAILY;INTERVAL=45"),
  );
  assert.ok(often && often.length <= 2 + 3 * 256);
  assert.ok(months(often, 2030).length < 12);
  assert.equal(months(often, 2080).length, 12);
  const early = runsOf(
    ...eventLines("DTSTART:16040315T100000Z", "RRULE:FREQ=YEARLY"),
  );
  assert.deepEqual(months(early, 2030), [3]);
  assert.equal(months(early, 1990).length, 12);
});
