import assert from "node:assert/strict";
import { parseRule } from "../../../../src/calendar/recurrence/rule.ts";
import {
  createRuleYears,
  type RuleYears,
} from "../../../../src/calendar/recurrence/rule_years.ts";
import {
  ascending,
  beforeMonth,
  commonDivisor,
  firstDay,
  isLeap,
  modulo,
  monthAt,
  weekdayOf,
  yearOf,
} from "../../../../src/calendar/recurrence/civil_days.ts";

const DAY = 86_400_000;

function yearsOf(text: string, spend = (_: number) => {}): RuleYears {
  const parsed = parseRule(text);
  assert.ok(parsed.ok, text);
  // Monday 5 January
  return createRuleYears(
    parsed.rule,
    { month: 0, day: 5, weekday: 0 },
    spend,
  );
}

Deno.test("each shape of years is paid for once, by the days and values that are tried", () => {
  for (
    const [text, least, most] of [
      ["FREQ=YEARLY", 1, 1],
      ["FREQ=YEARLY;BYDAY=MO", 365 / 8, 50],
      ["FREQ=MONTHLY;BYMONTH=3;BYDAY=-1SU", 31 / 8, 6],
      [
        `FREQ=YEARLY;BYYEARDAY=${Array.from({ length: 366 }, (_, n) => n + 1)}`,
        365 * 366 / 64 / 8,
        365 * (366 / 64 + 1) / 8,
      ],
    ] as const
  ) {
    let steps = 0;
    const years = yearsOf(text, (more) => steps += more);
    const first = steps;
    years.days(2026);
    const one = steps;
    assert.ok(first === 0 && one >= least && one <= most, `${text} ${one}`);
    years.days(2054);
    assert.equal(steps, one, text);
    for (let year = 2001; year <= 2400; year++) years.days(year);
    const looks = (400 - 28) / 16;
    assert.ok(steps > 28 * one, text);
    assert.ok(steps <= 28 * one + looks + 1, `${text} ${steps}`);
  }
});

/** Taken days of a year. */
function days(text: string, year: number): string[] {
  return yearsOf(text).days(year).year.map((day) =>
    new Date((firstDay(year) + day) * DAY).toISOString().slice(0, 10)
  );
}

Deno.test("civil days agree with Date from the year 1 to 9999", () => {
  for (let year = 1; year <= 10_000; year += 7) {
    const first = Math.floor(new Date(0).setUTCFullYear(year, 0, 1) / DAY);
    assert.equal(firstDay(year), first);
    const length = firstDay(year + 1) - first;
    assert.equal(length === 366, isLeap(year));
    for (const day of [0, 1, 58, 59, 60, 180, length - 1]) {
      const date = new Date((first + day) * DAY);
      assert.equal(yearOf(first + day), year);
      assert.equal(weekdayOf(first + day), (date.getUTCDay() + 6) % 7);
      const month = monthAt(day, isLeap(year));
      assert.equal(month, date.getUTCMonth());
      assert.equal(
        day - beforeMonth(month, isLeap(year)) + 1,
        date.getUTCDate(),
      );
    }
    assert.equal(beforeMonth(12, isLeap(year)), length);
  }
  assert.equal(modulo(-1, 7), 6);
  assert.equal(commonDivisor(146_097, 21), 21);
  assert.deepEqual(ascending([3, 1, 3, -2]), [-2, 1, 3]);
});

Deno.test("days of a year follow the table of section 3.3.10 for YEARLY", () => {
  const of = (text: string) => days(`FREQ=YEARLY;${text}`, 2026);
  assert.deepEqual(days("FREQ=YEARLY", 2026), ["2026-01-05"]);
  assert.deepEqual(of("BYMONTH=3,2"), ["2026-02-05", "2026-03-05"]);
  assert.equal(of("BYMONTHDAY=13").length, 12);
  assert.deepEqual(of("BYMONTH=2;BYMONTHDAY=-1,30,1"), [
    "2026-02-01",
    "2026-02-28",
  ]);
  assert.deepEqual(of("BYYEARDAY=1,-1,366"), ["2026-01-01", "2026-12-31"]);
  assert.deepEqual(of("BYDAY=1MO,-1MO"), ["2026-01-05", "2026-12-28"]);
  assert.deepEqual(of("BYMONTH=2;BYDAY=1MO,-1SA"), [
    "2026-02-02",
    "2026-02-28",
  ]);
  assert.equal(of("BYDAY=TH").length, 53);
  assert.deepEqual(of("BYWEEKNO=20"), ["2026-05-11"]);
  assert.equal(of("BYWEEKNO=20;BYMONTH=5;BYDAY=MO,TU").length, 2);
  // note 2: BYDAY limits beside BYMONTHDAY and BYYEARDAY
  assert.deepEqual(of("BYMONTHDAY=13;BYDAY=FR"), [
    "2026-02-13",
    "2026-03-13",
    "2026-11-13",
  ]);
  assert.deepEqual(of("BYYEARDAY=44,45;BYDAY=FR"), ["2026-02-13"]);
  assert.deepEqual(of("BYWEEKNO=7;BYMONTHDAY=13"), ["2026-02-13"]);
});

Deno.test("weeks at the ends of a year are numbered in the year that has most of their days", () => {
  const week = (number: number, year: number, more = "") =>
    days(
      `FREQ=YEARLY;BYWEEKNO=${number};BYDAY=MO,TU,WE,TH,FR,SA,SU${more}`,
      year,
    );
  // 2026 begins on a Thursday and has 53 weeks
  assert.equal(week(1, 2026)[0], "2026-01-01");
  assert.equal(week(1, 2026).length, 4);
  assert.deepEqual(week(53, 2026), [
    "2026-12-28",
    "2026-12-29",
    "2026-12-30",
    "2026-12-31",
  ]);
  assert.deepEqual(week(53, 2027).length, 3);
  assert.deepEqual(week(-1, 2026), week(53, 2026));
  assert.deepEqual(week(-53, 2026), week(1, 2026));
  assert.deepEqual(week(1, 2025).slice(-3), [
    "2025-12-29",
    "2025-12-30",
    "2025-12-31",
  ]);
  assert.deepEqual(week(52, 2010, ";WKST=SU").slice(0, 2), [
    "2010-01-01",
    "2010-01-02",
  ]);
});

Deno.test("days of shorter FREQs are what their BY parts leave", () => {
  assert.deepEqual(days("FREQ=WEEKLY", 2026).slice(0, 2), [
    "2026-01-05",
    "2026-01-12",
  ]);
  assert.equal(days("FREQ=DAILY", 2028).length, 366);
  assert.equal(days("FREQ=DAILY;BYMONTH=2;BYDAY=SU", 2026).length, 4);
  assert.equal(days("FREQ=HOURLY;BYYEARDAY=-1", 2026)[0], "2026-12-31");
  assert.equal(days("FREQ=MONTHLY", 2026).length, 12);
  assert.deepEqual(days("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=1FR", 2026), []);
  // numbers mean nothing here
  assert.equal(days("FREQ=WEEKLY;BYDAY=2MO", 2026).length, 52);
});

Deno.test("nextTaken() finds days across years, and knows when there is none", () => {
  const leap = yearsOf("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=TU");
  const found = leap.nextTaken(firstDay(2001));
  assert.equal(new Date(found * DAY).toISOString().slice(0, 10), "2028-02-29");
  assert.equal(leap.nextTaken(found), found);
  assert.ok(leap.nextTaken(found + 1) > found);
  const never = yearsOf("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30");
  assert.equal(never.nextTaken(0), Infinity);
  assert.equal(never.nextTaken(1), Infinity);
});
