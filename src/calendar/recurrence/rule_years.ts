/**
 * The days of a year that a rule takes, on integers (RFC 5545 section
 * 3.3.10). Years of one shape (length, weekday of 1 January, lengths of the
 * years beside it) have the same days, so they are found once a shape.
 *
 * @module
 */

import {
  ascending,
  beforeMonth,
  firstDay,
  isLeap,
  modulo,
  monthAt,
  weekdayOf,
  yearOf,
} from "./civil_days.ts";
import { type Rule, WEEKDAYS } from "./rule.ts";

/** Days of one year's shape. */
export interface YearDays {
  /** Taken days by month, ascending; days of the year. */
  readonly months: readonly (readonly number[])[];
  /** All of them, ascending, none twice. */
  readonly year: readonly number[];
  /** For each day of the year the first taken day from there on; the year's length where none is left. */
  readonly next: Int16Array;
}

/** Finds the days that a rule takes. */
export interface RuleYears {
  /** Days of a year. */
  days(year: number): YearDays;
  /** The first taken day from a day on, Infinity where there is none ever. */
  nextTaken(day: number): number;
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
}

/** The values of BYDAY without a number, and those with one; where a number means nothing it is ignored. */
export function divideWeekdays(
  { freq, by, byDay }: Rule,
): {
  readonly weekdays: Set<number>;
  readonly nth: { weekday: number; nth: number }[];
} {
  const numbered = freq === "MONTHLY" ||
    (freq === "YEARLY" && by.BYWEEKNO.length === 0);
  const weekdays = new Set<number>();
  const nth: { weekday: number; nth: number }[] = [];
  for (const each of byDay) {
    const weekday = WEEKDAYS.indexOf(each.day);
    if (each.nth === 0 || !numbered) weekdays.add(weekday);
    else nth.push({ weekday, nth: each.nth });
  }
  return { weekdays, nth };
}

function dayParts(rule: Rule, start: StartDay): DayParts {
  const { by, byDay, freq } = rule;
  const months = new Set(by.BYMONTH.map((month) => month - 1));
  let monthDays = by.BYMONTHDAY;
  const { weekdays, nth } = divideWeekdays(rule);
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
  };
}

/** Years after which the calendar repeats itself. */
const CYCLE_YEARS = 400;

/** Is told what work costs, in steps. */
export type Spend = (steps: number) => void;

/** Days that are tried for one step. */
export const DAYS_A_STEP = 8;

/** Steps for a shape, however few of its days are tried. */
const STEPS_A_SHAPE = 1;

/** Values of BYYEARDAY and numbered ones of BYDAY that are compared with a day in the time that one without them takes. */
const VALUES_A_DAY = 64;

/** Years whose shape is known already that are looked up for one step. */
const YEARS_A_STEP = 16;

/** Steps that finding the days of one shape is worth. */
function priceOf({ months, monthDays, yearDays, nth }: DayParts): number {
  const days = (months.size || 12) * (monthDays.length || 30);
  const looks = 1 + (yearDays.length + nth.length) / VALUES_A_DAY;
  return STEPS_A_SHAPE + Math.floor(days * looks / DAYS_A_STEP);
}

/** Prepares a rule's days; `spend` is told what each shape that is looked at costs, and many years of known ones. */
export function createRuleYears(
  rule: Rule,
  start: StartDay,
  spend: Spend,
): RuleYears {
  const parts = dayParts(rule, start);
  const price = priceOf(parts);
  const byShape = new Map<number, YearDays>();
  let looked = 0;
  function days(year: number): YearDays {
    const shape = shapeOf(year);
    const name = shapeName(shape);
    let found = byShape.get(name);
    if (found === undefined) {
      byShape.set(name, found = findDays(parts, shape));
      spend(price);
    } else if (++looked % YEARS_A_STEP === 0) spend(1);
    return found;
  }
  const everyWeek = weekdaysOnly(parts);
  let never = false;
  function nextTaken(day: number): number {
    if (everyWeek !== undefined) {
      return day + (everyWeek[weekdayOf(day)] ?? 0);
    }
    if (never) return Infinity;
    let year = yearOf(day);
    let first = firstDay(year);
    let from = day - first;
    for (let tried = 0; tried <= CYCLE_YEARS; tried++) {
      const { next } = days(year);
      const length = next.length - 1;
      const found = next[from] ?? length;
      if (found < length) return first + found;
      year++;
      first += length;
      from = 0;
    }
    never = true;
    return Infinity;
  }
  return { days, nextTaken };
}

/** For rules that take the same days each week, so that no year need be looked at: days from each weekday to the next taken one. */
function weekdaysOnly(parts: DayParts): readonly number[] | undefined {
  const { months, monthDays, yearDays, weeks, weekdays, nth } = parts;
  const others = months.size + monthDays.length + yearDays.length +
    weeks.size + nth.length;
  if (others > 0) return undefined;
  const gaps: number[] = [];
  for (let day = 0; day < 7; day++) {
    let gap = 0;
    while (weekdays.size > 0 && !weekdays.has((day + gap) % 7)) gap++;
    gaps.push(gap);
  }
  return gaps;
}

const NO_DAYS: readonly number[] = [];

function findDays(parts: DayParts, shape: Shape): YearDays {
  const months: (readonly number[])[] = [];
  const year: number[] = [];
  for (let month = 0; month < 12; month++) {
    const wanted = parts.months.size === 0 || parts.months.has(month);
    const taken = wanted ? daysOfMonth(parts, shape, month) : NO_DAYS;
    const days = taken.length > 1 ? ascending(taken) : taken;
    months.push(days);
    for (const day of days) year.push(day);
  }
  const { length } = shape;
  const next = new Int16Array(length + 1).fill(length);
  let from = 0;
  for (const day of year) {
    next.fill(day, from, day + 1);
    from = day + 1;
  }
  return { months, year, next };
}

function daysOfMonth(parts: DayParts, shape: Shape, month: number): number[] {
  const from = beforeMonth(month, shape.leap);
  const length = beforeMonth(month + 1, shape.leap) - from;
  const found: number[] = [];
  for (const day of monthDays(parts, length)) {
    const at = from + day;
    if (parts.yearDays.length > 0 && !isYearDay(parts, shape, at)) continue;
    if (passes(parts, shape, at)) found.push(at);
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
  }
  return days;
}

function isYearDay(parts: DayParts, shape: Shape, at: number): boolean {
  return parts.yearDays.includes(at + 1) ||
    parts.yearDays.includes(at - shape.length);
}

/** BYWEEKNO and BYDAY. */
function passes(parts: DayParts, shape: Shape, at: number): boolean {
  if (parts.weeks.size > 0 && !isInWeeks(parts, shape, at)) return false;
  if (parts.weekdays.size + parts.nth.length === 0) return true;
  const weekday = modulo(shape.first + at, 7);
  if (parts.weekdays.has(weekday)) return true;
  if (parts.nth.length === 0) return false;
  const { from, length } = parts.nthInMonth
    ? monthAround(shape, at)
    : { from: 0, length: shape.length };
  const forward = Math.floor((at - from) / 7) + 1;
  const backward = -Math.floor((from + length - 1 - at) / 7) - 1;
  return parts.nth.some((each) =>
    each.weekday === weekday && (each.nth === forward || each.nth === backward)
  );
}

/** First day and length of the month that a day is in. */
function monthAround(
  shape: Shape,
  at: number,
): { from: number; length: number } {
  const month = monthAt(at, shape.leap);
  const from = beforeMonth(month, shape.leap);
  return { from, length: beforeMonth(month + 1, shape.leap) - from };
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
    const before = modulo(shape.first - length, 7);
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
