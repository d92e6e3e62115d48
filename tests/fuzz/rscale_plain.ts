/**
 * RFC 7529 as plainly as can be: each day is asked for its date in the
 * calendar, one by one, and tried. Slow, bounded to some years, and shares no
 * code with the engine. Dates come from `Intl` alone.
 *
 * @module
 */

import type { Rule } from "../../src/calendar/recurrence/rule.ts";
import { WEEKDAYS } from "../../src/calendar/recurrence/rule.ts";

const DAY = 86_400_000;

/** A day and its date in a calendar. */
interface DayRow {
  readonly civil: number;
  /** Monday 0. */
  readonly weekday: number;
  readonly year: number;
  /** The month's name in BYMONTH: "5", "5L". */
  readonly month: string;
  /** From 1. */
  readonly day: number;
}

/** Consecutive days of a calendar. */
export type DayTable = readonly DayRow[];

/** Months of the Hebrew calendar as `Intl` writes them in English, by their name in BYMONTH. */
const HEBREW: Readonly<Record<string, string>> = {
  Tishri: "1",
  Heshvan: "2",
  Kislev: "3",
  Tevet: "4",
  Shevat: "5",
  "Adar I": "5L",
  Adar: "6",
  "Adar II": "6",
  Nisan: "7",
  Iyar: "8",
  Sivan: "9",
  Tamuz: "10",
  Av: "11",
  Elul: "12",
};

/** Asks `Intl` for the date of each day from one on and before another; the first year and the last are incomplete. */
export function readDays(
  calendar: string,
  from: number,
  to: number,
): DayTable {
  const format = new Intl.DateTimeFormat("en", {
    calendar,
    timeZone: "UTC",
    year: "numeric",
    month: "numeric",
    day: "numeric",
  });
  const rows: DayRow[] = [];
  for (let civil = from; civil < to; civil += DAY) {
    const text = new Map<string, string>(
      format.formatToParts(civil).map((part) => [part.type, part.value]),
    );
    const month = text.get("month") ?? "";
    rows.push({
      civil,
      weekday: (new Date(civil).getUTCDay() + 6) % 7,
      year: Number(text.get("year") ?? text.get("relatedYear")),
      month: HEBREW[month] ?? month.replace("bis", "L"),
      day: Number(text.get("day")),
    });
  }
  return rows;
}

/** The order of months in a year: "5", "5L", "6". */
function order(month: string): number {
  return 2 * parseInt(month) + (month.endsWith("L") ? 1 : 0);
}

/** A rule that begins at a civil time, and how far the question goes. */
export interface PlainQuestion {
  /** The rule; FREQ is DAILY or longer, times are DTSTART's. */
  readonly rule: Rule;
  /** Civil milliseconds of DTSTART, and its date must be in the table. */
  readonly civil: number;
  /** The last civil millisecond; the table must go on for two years more. */
  readonly to: number;
}

/** Starts from DTSTART to the end of the question. */
export function plainRscaleStarts(
  table: DayTable,
  question: PlainQuestion,
): number[] {
  const { rule, civil, to } = question;
  const time = civil % DAY;
  const at = table.findIndex((row) => row.civil === civil - time);
  const own = table[at];
  if (own === undefined) throw new Error("DTSTART is not in the table");
  const days: number[] = [];
  const periods = new Map<number, number[]>();
  for (const [index, row] of table.entries()) {
    const period = periodOf(table, rule, { at, index });
    if (period % rule.interval !== 0) continue;
    const rows = periods.get(period) ?? [];
    rows.push(index);
    periods.set(period, rows);
    if (row.civil > to + 400 * DAY) break;
  }
  for (const rows of periods.values()) {
    const set = [...datesOf(table, rule, { rows, own })]
      .sort((a, b) => a - b);
    const { BYSETPOS } = rule.by;
    for (const [place, index] of set.entries()) {
      if (
        BYSETPOS.length === 0 || BYSETPOS.includes(place + 1) ||
        BYSETPOS.includes(place - set.length)
      ) days.push(index);
    }
  }
  const starts = [...new Set(days)].sort((a, b) => a - b)
    .map((index) => (table[index]?.civil ?? 0) + time)
    .filter((start) => start >= civil);
  // DTSTART counts as the first, whether the rule gives it or not
  const before = starts[0] === civil ? 0 : 1;
  return starts.slice(0, (rule.count ?? Infinity) - before)
    .filter((start) => start <= to);
}

/** Number of the period that a day is in, 0 for DTSTART's. */
function periodOf(
  table: DayTable,
  rule: Rule,
  { at, index }: { readonly at: number; readonly index: number },
): number {
  const [own, row] = [table[at], table[index]];
  if (own === undefined || row === undefined) return NaN;
  switch (rule.freq) {
    case "YEARLY":
      return row.year - own.year;
    case "MONTHLY":
      return monthsOf(table).at(index) - monthsOf(table).at(at);
    case "WEEKLY": {
      const first = WEEKDAYS.indexOf(rule.weekStart);
      const week = (one: number, weekday: number) =>
        Math.floor((one - (weekday - first + 7) % 7) / 7);
      const shift = at - (own.weekday - first + 7) % 7;
      return week(index - shift, row.weekday) - week(at - shift, own.weekday);
    }
    default:
      return index - at;
  }
}

const counted = new WeakMap<DayTable, { at(index: number): number }>();

/** Numbers the months of a table. */
function monthsOf(table: DayTable): { at(index: number): number } {
  const found = counted.get(table);
  if (found !== undefined) return found;
  const numbers: number[] = [];
  let number = 0;
  for (const row of table) {
    if (row.day === 1) number++;
    numbers.push(number);
  }
  const made = { at: (index: number) => numbers[index] ?? NaN };
  counted.set(table, made);
  return made;
}

/** What the rule says about days, with DTSTART's in the place of what is missing. */
interface Wanted {
  readonly months: readonly string[];
  readonly monthDays: readonly number[];
  readonly weekdays: Rule["byDay"];
}

function wantedOf(rule: Rule, own: DayRow): Wanted {
  const { by, byDay, freq } = rule;
  const months = [
    ...by.BYMONTH.map(String),
    ...rule.leapMonths.map((month) => `${month}L`),
  ];
  const wanted = { months, monthDays: by.BYMONTHDAY, weekdays: byDay };
  if (by.BYMONTHDAY.length + by.BYYEARDAY.length + byDay.length > 0) {
    return wanted;
  }
  const weekdays = [{ nth: 0, day: WEEKDAYS[own.weekday] ?? "MO" }];
  if (freq === "WEEKLY") return { ...wanted, weekdays };
  if (freq === "MONTHLY") return { ...wanted, monthDays: [own.day] };
  if (freq !== "YEARLY") return wanted;
  if (by.BYWEEKNO.length > 0) return { ...wanted, weekdays };
  return {
    ...wanted,
    months: months.length > 0 ? months : [own.month],
    monthDays: [own.day],
  };
}

/** Places in the table of a period's dates, those that SKIP makes included. */
function datesOf(
  table: DayTable,
  rule: Rule,
  period: { readonly rows: readonly number[]; readonly own: DayRow },
): Set<number> {
  const { rows, own } = period;
  const wanted = wantedOf(rule, own);
  const yearly = rule.freq === "YEARLY";
  const skips = rule.skip !== "OMIT" && (yearly || rule.freq === "MONTHLY");
  const months = new Set(rows.map((index) => firstOf(table, index, "month")));
  const taken = [...months].filter((first) =>
    wanted.months.length === 0 ||
    wanted.months.includes(table[first]?.month ?? "")
  );
  if (yearly && skips) taken.push(...movedMonths(table, rule, rows, wanted));
  const dates = new Set<number>();
  const add = (index: number) => {
    if (
      yearDayFits(table, rule, index) && weekFits(table, rule, index) &&
      weekdayFits(table, rule, { index, wanted })
    ) dates.add(index);
  };
  const inPeriod = new Set(rows);
  const shorter = rule.freq !== "YEARLY" && rule.freq !== "MONTHLY";
  for (const first of taken) {
    const end = endOf(table, first, "month");
    const length = end - first;
    for (let index = first; index < end; index++) {
      const day = index - first + 1;
      if (shorter && !inPeriod.has(index)) continue;
      if (
        wanted.monthDays.length === 0 || wanted.monthDays.includes(day) ||
        wanted.monthDays.includes(day - length - 1)
      ) add(index);
    }
    if (!skips) continue;
    const back = rule.skip === "BACKWARD" ? 1 : 0;
    if (wanted.monthDays.some((day) => day > length)) add(end - back);
    if (wanted.monthDays.some((day) => -day > length)) add(first - back);
  }
  if (yearly && skips && wanted.monthDays.length === 0) {
    addMovedYearDays(table, rule, { rows, taken, dates, wanted });
  }
  return dates;
}

/** Months that stand in for those that the year lacks. */
function movedMonths(
  table: DayTable,
  rule: Rule,
  rows: readonly number[],
  wanted: Wanted,
): number[] {
  const moved: number[] = [];
  const there = rows.map((index) => table[index]?.month ?? "");
  for (const month of wanted.months) {
    if (there.includes(month)) continue;
    const place = order(month);
    const at = rule.skip === "FORWARD"
      ? there.findIndex((each) => order(each) > place)
      : there.findLastIndex((each) => order(each) < place);
    const last = rows.at(-1) ?? 0;
    moved.push(
      at < 0 ? last + 1 : firstOf(table, rows[at] ?? 0, "month"),
    );
  }
  return moved;
}

function addMovedYearDays(
  table: DayTable,
  rule: Rule,
  period: {
    readonly rows: readonly number[];
    readonly taken: readonly number[];
    readonly dates: Set<number>;
    readonly wanted: Wanted;
  },
): void {
  const { rows, taken, dates, wanted } = period;
  const [first = 0] = rows;
  const last = rows.at(-1) ?? 0;
  const back = rule.skip === "BACKWARD" ? 1 : 0;
  const add = (month: number, index: number) => {
    if (
      taken.includes(month) && weekFits(table, rule, index) &&
      weekdayFits(table, rule, { index, wanted })
    ) dates.add(index);
  };
  const { BYYEARDAY } = rule.by;
  if (BYYEARDAY.some((day) => day > rows.length)) {
    add(firstOf(table, last, "month"), last + 1 - back);
  }
  if (BYYEARDAY.some((day) => -day > rows.length)) add(first, first - back);
}

/** Place of the first day of the month or year that a day is in. */
function firstOf(
  table: DayTable,
  index: number,
  unit: "month" | "year",
): number {
  let first = index;
  while (isSame(table[first - 1], table[index], unit)) first--;
  return first;
}

/** Place of the day behind the month or year that a day is in. */
function endOf(table: DayTable, index: number, unit: "month" | "year"): number {
  let end = index;
  while (isSame(table[end], table[index], unit)) end++;
  return end;
}

function isSame(
  one: DayRow | undefined,
  other: DayRow | undefined,
  unit: "month" | "year",
): boolean {
  return one !== undefined && one.year === other?.year &&
    (unit === "year" || one.month === other.month);
}

function yearDayFits(table: DayTable, rule: Rule, index: number): boolean {
  const { BYYEARDAY } = rule.by;
  if (BYYEARDAY.length === 0) return true;
  return BYYEARDAY.includes(index - firstOf(table, index, "year") + 1) ||
    BYYEARDAY.includes(index - endOf(table, index, "year"));
}

/** The year that has most of the days of the week that begins at a place. */
function yearOfWeek(table: DayTable, begin: number): number {
  return table[begin + 3]?.year ?? NaN;
}

function weekFits(table: DayTable, rule: Rule, index: number): boolean {
  const { BYWEEKNO } = rule.by;
  if (BYWEEKNO.length === 0) return true;
  const into =
    ((table[index]?.weekday ?? 0) - WEEKDAYS.indexOf(rule.weekStart) + 7) % 7;
  const begin = index - into;
  const year = yearOfWeek(table, begin);
  const count = (from: number, step: number) => {
    let weeks = 0;
    const of = yearOfWeek(table, from);
    for (let at = from; yearOfWeek(table, at) === of; at += step) weeks++;
    return weeks;
  };
  const week = count(begin, -7);
  const left = count(begin, 7);
  if (BYWEEKNO.includes(week) || BYWEEKNO.includes(-left)) return true;
  if (rule.freq !== "YEARLY" || Number.isNaN(year)) return false;
  // a week that a year lacks is the last one, or the first one of the next year
  const before = count(begin - 7 * week, -7);
  const behind = count(begin + 7 * left, 7);
  const own = week + left - 1;
  if (rule.skip === "BACKWARD" && left === 1) {
    return BYWEEKNO.some((each) => each > own || -each > behind);
  }
  if (rule.skip === "FORWARD" && week === 1) {
    return BYWEEKNO.some((each) => each > before || -each > own);
  }
  return false;
}

function weekdayFits(
  table: DayTable,
  rule: Rule,
  { index, wanted }: { readonly index: number; readonly wanted: Wanted },
): boolean {
  if (wanted.weekdays.length === 0) return true;
  const { freq, by } = rule;
  const inMonth = freq === "MONTHLY" ||
    by.BYMONTH.length + rule.leapMonths.length > 0;
  const counts = freq === "MONTHLY" ||
    (freq === "YEARLY" && by.BYWEEKNO.length === 0);
  const unit = inMonth ? "month" : "year";
  return wanted.weekdays.some(({ nth, day }) => {
    if (table[index]?.weekday !== WEEKDAYS.indexOf(day)) return false;
    if (nth === 0 || !counts) return true;
    const first = firstOf(table, index, unit);
    const end = endOf(table, index, unit);
    return nth === Math.floor((index - first) / 7) + 1 ||
      nth === -Math.floor((end - 1 - index) / 7) - 1;
  });
}
