import assert from "node:assert/strict";
import { calendarOf } from "../../../../src/calendar/recurrence/rscale_calendars.ts";
import {
  createRscaleDays,
  type RscaleDays,
} from "../../../../src/calendar/recurrence/rscale_days.ts";
import { parseRule } from "../../../../src/calendar/recurrence/rule.ts";

const DAY = 86_400_000;

/** Days of a rule that begins on 5 January 2026, and the steps that were spent. */
function daysOf(text: string): { days: RscaleDays; spent: () => number } {
  const parsed = parseRule(text);
  assert.ok(parsed.ok, text);
  const system = calendarOf(parsed.rule.rscale);
  assert.ok(system);
  let steps = 0;
  const days = createRscaleDays(parsed.rule, Date.UTC(2026, 0, 5) / DAY, {
    system,
    spend: (each) => {
      steps += each;
    },
  });
  return { days, spent: () => steps };
}

function dates(days: readonly number[]): string[] {
  return days.map((day) => new Date(day * DAY).toISOString().slice(0, 10));
}

function days(text: string, year: number): string[] {
  return dates(daysOf(text).days.ofYear(year));
}

Deno.test("SKIP moves days that do not exist, and only where BY parts make days (RFC 7529)", () => {
  const skip = (way: string, text: string, year = 2026) =>
    days(`RSCALE=GREGORIAN;SKIP=${way};${text}`, year);
  assert.deepEqual(skip("BACKWARD", "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=4"), [
    "2026-04-30",
  ]);
  assert.deepEqual(skip("FORWARD", "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=4"), [
    "2026-05-01",
  ]);
  assert.deepEqual(skip("BACKWARD", "FREQ=MONTHLY;BYMONTHDAY=-31;BYMONTH=4"), [
    "2026-03-31",
  ]);
  assert.deepEqual(skip("FORWARD", "FREQ=YEARLY;BYMONTHDAY=-30;BYMONTH=2"), [
    "2026-02-01",
  ]);
  const edges = "FREQ=YEARLY;BYYEARDAY=366,-366";
  assert.deepEqual(skip("BACKWARD", edges), ["2025-12-31", "2026-12-31"]);
  assert.deepEqual(skip("FORWARD", edges), ["2026-01-01", "2027-01-01"]);
  assert.equal(skip("FORWARD", edges, 2028).length, 2);
  // BYDAY comes after SKIP: 31 December 2025 is a Wednesday, 1 January 2027 a Friday
  const wednesday = `${edges};BYDAY=-1WE`;
  assert.deepEqual(skip("BACKWARD", wednesday), ["2025-12-31"]);
  assert.deepEqual(skip("FORWARD", `${edges};BYDAY=1FR`), ["2027-01-01"]);
  assert.deepEqual(skip("BACKWARD", `${edges};BYMONTH=1;BYDAY=-1WE`), [
    "2025-12-31",
  ]);
  assert.deepEqual(skip("FORWARD", `${edges};BYMONTH=12;BYDAY=1FR`), [
    "2027-01-01",
  ]);
  assert.deepEqual(
    skip("FORWARD", "FREQ=MONTHLY;BYMONTHDAY=31;BYDAY=1FR;BYMONTH=4"),
    ["2026-05-01"],
  );
  assert.equal(skip("FORWARD", "FREQ=DAILY;BYMONTHDAY=31").length, 7);
  // the month comes first: "11L" is the twelfth, whose end is that of the year
  assert.deepEqual(
    skip("FORWARD", "FREQ=YEARLY;BYMONTH=11L;BYYEARDAY=366"),
    ["2027-01-01"],
  );
  assert.deepEqual(
    skip("BACKWARD", "FREQ=YEARLY;BYMONTH=11L;BYYEARDAY=366"),
    [],
  );
});

Deno.test("days of a month are those of the calendar, in their order", () => {
  const hebrew = daysOf("RSCALE=HEBREW;FREQ=MONTHLY;BYMONTHDAY=3,-1").days;
  // Tishri, and Elul after twelve others in a leap year
  assert.deepEqual(dates(hebrew.ofMonth(5787, 0)), [
    "2026-09-14",
    "2026-10-11",
  ]);
  assert.deepEqual(dates(hebrew.ofMonth(5787, 12)), [
    "2027-09-05",
    "2027-10-01",
  ]);
  assert.deepEqual(hebrew.ofMonth(5786, 12), []);
});

Deno.test("nextTaken() and between() find days across years, and each year is paid for once", () => {
  const { days, spent } = daysOf(
    "RSCALE=CHINESE;FREQ=DAILY;BYMONTH=1,12;BYMONTHDAY=1,29",
  );
  const from = Date.UTC(2026, 0, 1) / DAY;
  const first = days.nextTaken(from);
  assert.deepEqual(dates([first]), ["2026-01-19"]);
  const cost = spent();
  assert.ok(cost > 0);
  assert.equal(days.nextTaken(first), first);
  assert.equal(spent(), cost);
  assert.deepEqual(dates(days.between(first, first + 60)), [
    "2026-01-19",
    "2026-02-16",
    "2026-02-17",
    "2026-03-17",
  ]);
  assert.equal(spent(), 2 * cost);
  // a year without any ends with the first day of the next one
  const none = daysOf("RSCALE=ROC;FREQ=DAILY;BYMONTH=12L").days;
  assert.deepEqual(dates([none.nextTaken(from)]), ["2027-01-01"]);
});

Deno.test("a rule that tries every day of its years pays for the days", () => {
  const cost = (rule: string) => {
    const { days, spent } = daysOf(`RSCALE=HEBREW;FREQ=YEARLY;${rule}`);
    days.ofYear(5787);
    return spent();
  };
  const few = cost("BYMONTHDAY=1;BYMONTH=1");
  // 13 months, 385 days
  assert.equal(cost("BYMONTHDAY=1") - few, 1);
  assert.equal(cost("BYDAY=1MO") - few, 48);
});
