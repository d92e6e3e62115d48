import assert from "node:assert/strict";
import {
  parseRule,
  type Rule,
} from "../../../../src/calendar/recurrence/rule.ts";
import {
  createPeriods,
  type Periods,
} from "../../../../src/calendar/recurrence/rule_periods.ts";
import { MAX_PASSED } from "../../../../src/calendar/recurrence/rule_clock.ts";
import { createCounter } from "../../../../src/calendar/recurrence/rule_counts.ts";
import {
  listTimes,
  lowerBound,
  timeAt,
  timeFields,
  timesBefore,
  timesPerDay,
} from "../../../../src/calendar/recurrence/rule_times.ts";

const START = Date.UTC(2026, 0, 5, 9, 30, 15);

function ruleOf(text: string): Rule {
  const parsed = parseRule(text);
  assert.ok(parsed.ok, text);
  return parsed.rule;
}

function periodsOf(text: string, civil = START): Periods {
  return createPeriods(ruleOf(text), civil, () => {});
}

function starts(text: string, index: number): string[] {
  const periods = periodsOf(text);
  return periods.bases(index).flatMap((base) =>
    periods.times.map((time) =>
      new Date(base + time).toISOString().slice(0, 19)
    )
  );
}

Deno.test("a period is found by its index, and its index by a time", () => {
  const cases: [string, string][] = [
    ["FREQ=YEARLY;INTERVAL=3", "2056-01-05T09:30:15"],
    ["FREQ=MONTHLY;INTERVAL=5", "2030-03-05T09:30:15"],
    ["FREQ=WEEKLY;INTERVAL=2", "2026-05-25T09:30:15"],
    ["FREQ=DAILY;INTERVAL=10", "2026-04-15T09:30:15"],
    ["FREQ=HOURLY;INTERVAL=24", "2026-01-15T09:30:15"],
    ["FREQ=MINUTELY;INTERVAL=60", "2026-01-05T19:30:15"],
    ["FREQ=SECONDLY;INTERVAL=15", "2026-01-05T09:32:45"],
  ];
  for (const [text, tenth] of cases) {
    assert.deepEqual(starts(text, 10), [tenth], text);
    const periods = periodsOf(text);
    const at = Date.parse(`${tenth}Z`);
    assert.equal(periods.indexOf(at), 10, text);
    assert.equal(periods.indexOf(START), 0, text);
    assert.ok(periods.indexOf(START - 400 * 366 * 86_400_000) < 0, text);
    assert.equal(periods.next(3), 3, text);
  }
});

Deno.test("WKST decides which days make a week", () => {
  const days = (more: string) =>
    starts(`FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO${more}`, 1).map((each) =>
      each.slice(5, 10)
    );
  assert.deepEqual(days(""), ["01-19", "01-25"]);
  assert.deepEqual(days(";WKST=SU"), ["01-18", "01-19"]);
});

Deno.test("BYSETPOS picks from both ends of a period, times included", () => {
  assert.deepEqual(
    starts("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=8,20;BYSETPOS=-1,1,99", 0),
    ["2026-01-01T08:30:15", "2026-01-30T20:30:15"],
  );
  assert.deepEqual(
    starts("FREQ=HOURLY;BYMINUTE=10,20,30;BYSETPOS=2", 1),
    ["2026-01-05T10:20:15"],
  );
  // no list of 31 million times
  const dense = `BYSECOND=${[...Array(60).keys()]};BYMINUTE=${[
    ...Array(60).keys(),
  ]};BYHOUR=${[...Array(24).keys()]}`;
  assert.deepEqual(
    starts(`FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;${dense};BYSETPOS=-1`, 0),
    ["2026-12-31T23:59:59"],
  );
  assert.equal(periodsOf("FREQ=SECONDLY;BYSETPOS=2").next(0), Infinity);
  assert.equal(periodsOf("FREQ=WEEKLY;BYSETPOS=8").next(0), Infinity);
});

Deno.test("next() passes over periods without starts, in bounded steps", () => {
  const next = (text: string, index = 1) => periodsOf(text).next(index);
  assert.equal(next("FREQ=DAILY;BYMONTH=3"), 55);
  assert.equal(next("FREQ=WEEKLY;BYMONTH=3"), 8);
  assert.equal(next("FREQ=MONTHLY;BYMONTH=3"), 2);
  assert.equal(next("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"), 2);
  assert.equal(next("FREQ=HOURLY;BYHOUR=8"), 23);
  assert.equal(next("FREQ=MINUTELY;BYHOUR=8"), 22 * 60 + 30);
  assert.equal(next("FREQ=MINUTELY;BYMINUTE=20"), 50);
  assert.equal(next("FREQ=SECONDLY;BYSECOND=0,60"), 44);
  assert.equal(next("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30"), Infinity);
  assert.equal(next("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), Infinity);
  // Mondays are never reached from a Tuesday by sevens
  const tuesday = START + 86_400_000;
  const never = periodsOf("FREQ=DAILY;INTERVAL=7;BYDAY=MO", tuesday);
  assert.equal(never.next(1), 1 + MAX_PASSED);
  assert.equal(never.cycle, 146_097 / 7);
  // nor second 30 from second 15 by minutes
  assert.equal(next("FREQ=SECONDLY;INTERVAL=60;BYSECOND=30"), Infinity);
  assert.equal(next("FREQ=MINUTELY;INTERVAL=60;BYMINUTE=31"), Infinity);
  assert.equal(next("FREQ=HOURLY;INTERVAL=24;BYHOUR=10"), Infinity);
  assert.equal(next("FREQ=HOURLY;INTERVAL=24;BYHOUR=9"), 1);
  const slow = periodsOf("FREQ=HOURLY;INTERVAL=168;BYDAY=TU");
  assert.equal(slow.next(1), 1 + MAX_PASSED);
});

Deno.test("periods that all have the same number of starts say so", () => {
  const uniform = (text: string) => periodsOf(text).uniform;
  assert.equal(uniform("FREQ=WEEKLY;BYDAY=MO,FR;BYHOUR=1,2"), 4);
  assert.equal(uniform("FREQ=DAILY"), 1);
  assert.equal(uniform("FREQ=DAILY;INTERVAL=14;BYDAY=MO"), 1);
  assert.equal(uniform("FREQ=HOURLY;BYMINUTE=1,2"), 2);
  assert.equal(uniform("FREQ=MINUTELY;BYSECOND=1,2"), 2);
  assert.equal(uniform("FREQ=SECONDLY"), 1);
  for (
    const text of [
      "FREQ=DAILY;BYDAY=MO",
      "FREQ=WEEKLY;BYMONTH=1",
      "FREQ=YEARLY",
      "FREQ=HOURLY;BYHOUR=1",
      "FREQ=MINUTELY;BYMINUTE=1",
      "FREQ=SECONDLY;BYSECOND=1",
    ]
  ) assert.equal(uniform(text), undefined, text);
});

Deno.test("times of day are counted without listing them", () => {
  const fields = timeFields(
    ruleOf("FREQ=DAILY;BYHOUR=20,8;BYMINUTE=0,30;BYSECOND=60,59,1"),
    START,
  );
  assert.deepEqual(fields, {
    hours: [8, 20],
    minutes: [0, 30],
    seconds: [1, 59],
  });
  const times = listTimes(fields);
  assert.equal(times.length, timesPerDay(fields));
  for (const [index, time] of times.entries()) {
    assert.equal(timeAt(fields, index), time);
    assert.equal(timesBefore(fields, time), index);
    assert.equal(timesBefore(fields, time + 1000), index + 1);
    assert.equal(lowerBound(times, time), index);
  }
  assert.equal(timesBefore(fields, 9 * 3_600_000), 4);
  assert.equal(timesBefore(fields, 8.25 * 3_600_000), 2);
  assert.equal(lowerBound(times, Infinity), times.length);
  const all = timeFields(ruleOf("FREQ=SECONDLY"), START);
  assert.equal(timesPerDay(all), 86_400);
});

Deno.test("a counter numbers the starts of rules that take all days and times", () => {
  const rule = ruleOf("FREQ=DAILY;BYDAY=MO,FR;BYHOUR=8,20");
  const counter = createCounter(
    rule,
    START,
    createPeriods(rule, START, () => {}).years,
  );
  assert.ok(counter);
  assert.equal(counter.before(Date.UTC(2026, 0, 1)), 0);
  // 2 January is the first Friday
  assert.equal(counter.at(0), Date.UTC(2026, 0, 2, 8, 30, 15));
  for (const index of [0, 1, 7, 208, 5_000, 200_000]) {
    const civil = counter.at(index);
    assert.ok(civil !== undefined);
    assert.equal(counter.before(civil), index);
    assert.equal(counter.before(civil + 1000), index + 1);
  }
  assert.equal(counter.at(1e9), undefined);
  for (
    const text of [
      "FREQ=DAILY;INTERVAL=2",
      "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1",
    ]
  ) {
    const each = ruleOf(text);
    const { years } = createPeriods(each, START, () => {});
    assert.equal(createCounter(each, START, years), undefined, text);
  }
});
