/**
 * The days of a year that a rule takes, on integers (RFC 5545 section
 * 3.3.10). Years of one shape (length, weekday of 1 January, lengths of the
 * years beside it) have the same days, so they are found once a shape.
 *
 * Days are numbered from 1 January 1970; days of a year and months from 0.
 *
 * @module
 */

import type { Rule } from "./rule.ts";
import { WEEKDAYS } from "./rule.ts";

/** Days of one year's shape. */
export interface YearDays {
  /** Taken days by month, ascending; days of the year, beyond its end where SKIP moved them. */
  readonly months: readonly (readonly number[])[];
  /** All of them, ascending, none twice. */
  readonly year: readonly number[];
  /** One byte for each day of the year: 1 where it is taken. */
  readonly taken: Uint8Array;
}

/** Finds the days that a rule takes. */
export interface RuleYears {
  /** Days of a year. */
  days(year: number): YearDays;
  /** True where no year of any shape has a day. */
  readonly never: boolean;
}

/** Fields of DTSTART that stand in for parts that the rule leaves out. */
export interface StartDay {
  /** Month, from 0. */
  readonly month: number;
  /** Day of the month, from 1. */
  readonly day: number;
  /** Day of the week, Monday 0. */
  readonly weekday: number;
}

const BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/** True for years of 366 days. */
export function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Day number of 1 January. */
export function firstDay(year: number): number {
  const before = year - 1;
  return 365 * (year - 1970) +
    Math.floor(before / 4) - Math.floor(before / 100) +
    Math.floor(before / 400) - 477;
}

/** The year that a day is in. */
export function yearOf(day: number): number {
  let year = 1970 + Math.floor(day / 365.2425);
  if (firstDay(year) > day) year--;
  else if (firstDay(year + 1) <= day) year++;
  return year;
}

/** Days of the year before a month. */
export function beforeMonth(month: number, leap: boolean): number {
  return (BEFORE_MONTH[month] ?? 0) + (leap && month > 1 ? 1 : 0);
}

/** Day of the week of a day, Monday 0. */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

/** What of a year decides which days a rule takes. */
interface Shape {
  readonly leap: boolean;
  readonly length: number;
  /** Weekday of 1 January, Monday 0. */
  readonly first: number;
  readonly leapBefore: boolean;
  readonly leapAfter: boolean;
}

function shapeOf(year: number): Shape {
  const leap = isLeap(year);
  return {
    leap,
    length: leap ? 366 : 365,
    first: weekdayOf(firstDay(year)),
    leapBefore: isLeap(year - 1),
    leapAfter: isLeap(year + 1),
  };
}

function shapeName(shape: Shape): number {
  return shape.first * 8 + (shape.leap ? 4 : 0) + (shape.leapBefore ? 2 : 0) +
    (shape.leapAfter ? 1 : 0);
}

/** The rule's parts about days, with DTSTART's in the place of those left out. */
interface DayParts {
  readonly months: ReadonlySet<number>;
  readonly monthDays: readonly number[];
  readonly yearDays: readonly number[];
  readonly weeks: ReadonlySet<number>;
  /** Weekdays without a number. */
  readonly weekdays: ReadonlySet<number>;
  /** Weekdays with one, and whether it counts within the month. */
  readonly nth: readonly { readonly weekday: number; readonly nth: number }[];
  readonly nthInMonth: boolean;
  readonly weekStart: number;
  readonly skip: Rule["skip"];
}

function dayParts(rule: Rule, start: StartDay): DayParts {
  const { by, byDay, freq } = rule;
  const months = new Set(by.BYMONTH.map((month) => month - 1));
  let monthDays = by.BYMONTHDAY;
  const numbered = freq === "MONTHLY" ||
    (freq === "YEARLY" && by.BYWEEKNO.length === 0);
  const weekdays = new Set<number>();
  const nth: { weekday: number; nth: number }[] = [];
  for (const each of byDay) {
    const weekday = WEEKDAYS.indexOf(each.day);
    if (each.nth === 0 || !numbered) weekdays.add(weekday);
    else nth.push({ weekday, nth: each.nth });
  }
  const free = byDay.length + monthDays.length + by.BYYEARDAY.length === 0;
  if (free && freq === "WEEKLY") weekdays.add(start.weekday);
  else if (free && freq === "YEARLY" && by.BYWEEKNO.length > 0) {
    weekdays.add(start.weekday);
  } else if (free && (freq === "YEARLY" || freq === "MONTHLY")) {
    monthDays = [start.day];
    if (freq === "YEARLY" && months.size === 0) months.add(start.month);
  }
  return {
    months,
    monthDays,
    yearDays: by.BYYEARDAY,
    weeks: new Set(by.BYWEEKNO),
    weekdays,
    nth,
    nthInMonth: freq === "MONTHLY" || by.BYMONTH.length > 0,
    weekStart: WEEKDAYS.indexOf(rule.weekStart),
    skip: rule.skip,
  };
}

/** Prepares a rule's days. */
export function createRuleYears(rule: Rule, start: StartDay): RuleYears {
  const parts = dayParts(rule, start);
  const byShape = new Map<number, YearDays>();
  function days(year: number): YearDays {
    const shape = shapeOf(year);
    const name = shapeName(shape);
    let found = byShape.get(name);
    if (found === undefined) byShape.set(name, found = findDays(parts, shape));
    return found;
  }
  let never: boolean | undefined;
  return {
    days,
    get never() {
      never ??= isNever(days);
      return never;
    },
  };
}

function isNever(days: (year: number) => YearDays): boolean {
  // The calendar repeats itself every 400 years, weekdays included.
  for (let year = 2000; year < 2400; year++) {
    if (days(year).year.length > 0) return false;
  }
  return true;
}

function findDays(parts: DayParts, shape: Shape): YearDays {
  const months: number[][] = [];
  for (let month = 0; month < 12; month++) {
    const taken = parts.months.size > 0 && !parts.months.has(month)
      ? []
      : daysOfMonth(parts, shape, month);
    months.push(ascending(taken));
  }
  if (parts.skip !== "OMIT") addSkippedYearDays(parts, shape, months);
  const year = ascending(months.flat());
  const taken = new Uint8Array(shape.length);
  for (const day of year) if (day >= 0 && day < shape.length) taken[day] = 1;
  return { months, year, taken };
}

function daysOfMonth(parts: DayParts, shape: Shape, month: number): number[] {
  const from = beforeMonth(month, shape.leap);
  const to = month === 11 ? shape.length : beforeMonth(month + 1, shape.leap);
  const length = to - from;
  const found: number[] = [];
  for (const day of monthDays(parts, length)) {
    const at = from + day;
    if (parts.yearDays.length > 0 && !isYearDay(parts, shape, at)) continue;
    if (passes(parts, shape, { at, from, length })) found.push(at);
  }
  return found;
}

/** Days of a month by BYMONTHDAY, from 0; all of them where it is absent. */
function monthDays(parts: DayParts, length: number): number[] {
  if (parts.monthDays.length === 0) {
    return Array.from({ length }, (_, day) => day);
  }
  const days: number[] = [];
  for (const value of parts.monthDays) {
    const day = value > 0 ? value - 1 : length + value;
    if (day >= 0 && day < length) days.push(day);
    else if (parts.skip === "BACKWARD") days.push(day < 0 ? -1 : length - 1);
    else if (parts.skip === "FORWARD") days.push(day < 0 ? 0 : length);
  }
  return days;
}

function isYearDay(parts: DayParts, shape: Shape, at: number): boolean {
  return parts.yearDays.includes(at + 1) ||
    parts.yearDays.includes(at - shape.length);
}

/** The 366th day of a year that has none, moved (RFC 7529 section 4.1). */
function addSkippedYearDays(
  parts: DayParts,
  shape: Shape,
  months: number[][],
): void {
  if (shape.leap || !parts.yearDays.some((day) => Math.abs(day) === 366)) {
    return;
  }
  for (const value of parts.yearDays) {
    if (Math.abs(value) !== 366) continue;
    const forward = parts.skip === "FORWARD";
    if (value > 0) months[11]?.push(forward ? shape.length : shape.length - 1);
    else months[0]?.unshift(forward ? 0 : -1);
  }
}

/** BYWEEKNO and BYDAY. `from` and `length` are the month's. */
function passes(
  parts: DayParts,
  shape: Shape,
  day: { readonly at: number; readonly from: number; readonly length: number },
): boolean {
  const weekday = (((shape.first + day.at) % 7) + 7) % 7;
  if (parts.weeks.size > 0 && !isInWeeks(parts, shape, day.at)) return false;
  if (parts.weekdays.size + parts.nth.length === 0) return true;
  if (parts.weekdays.has(weekday)) return true;
  const at = parts.nthInMonth ? day.at - day.from : day.at;
  const length = parts.nthInMonth ? day.length : shape.length;
  const forward = Math.floor(at / 7) + 1;
  const backward = -Math.floor((length - 1 - at) / 7) - 1;
  return parts.nth.some((each) =>
    each.weekday === weekday && (each.nth === forward || each.nth === backward)
  );
}

/** Whether the week of a day has a number of BYWEEKNO, counted from either end of its own year. */
function isInWeeks(parts: DayParts, shape: Shape, at: number): boolean {
  const { weekStart, weeks } = parts;
  const first = firstWeek(shape.first, weekStart);
  const nextFirst = (shape.first + shape.length) % 7;
  const next = shape.length + firstWeek(nextFirst, weekStart);
  let [begin, end] = [first, next];
  if (at < first) {
    const length = shape.leapBefore ? 366 : 365;
    const before = (((shape.first - length) % 7) + 7) % 7;
    [begin, end] = [firstWeek(before, weekStart) - length, first];
  } else if (at >= next) {
    const length = shape.leapAfter ? 366 : 365;
    const after = (nextFirst + length) % 7;
    begin = next;
    end = shape.length + length + firstWeek(after, weekStart);
  }
  const week = Math.floor((at - begin) / 7) + 1;
  return weeks.has(week) || weeks.has(week - (end - begin) / 7 - 1);
}

/** Day of the year on which week 1 begins: the first week with four days in the year. */
function firstWeek(first: number, weekStart: number): number {
  const into = (first - weekStart + 7) % 7;
  return into <= 3 ? -into : 7 - into;
}

function ascending(days: readonly number[]): number[] {
  return [...new Set(days)].sort((a, b) => a - b);
}
