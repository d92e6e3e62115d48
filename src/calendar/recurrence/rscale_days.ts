/**
 * The days that a rule takes in a calendar of RFC 7529, year by year: the BY
 * parts in that calendar's own terms, and SKIP where section 4.1 puts it.
 *
 * @module
 */

import { ascending, weekdayOf } from "./civil_days.ts";
import type { CalendarMonth, CalendarSystem } from "./rscale_system.ts";
import { isInWeeks, type WeekParts } from "./rscale_weeks.ts";
import { type Rule, WEEKDAYS } from "./rule.ts";
import { lowerBound } from "./rule_times.ts";
import { DAYS_A_STEP, divideWeekdays, type Spend } from "./rule_years.ts";

/** Finds the days that a rule takes; days are numbered as in `civil_days.ts`. */
export interface RscaleDays {
  /** Those of a year, ascending; beyond its ends where SKIP moved them. */
  ofYear(year: number): readonly number[];
  /** Those of a month of a year, from 0, ascending; beyond its ends where SKIP moved them. */
  ofMonth(year: number, month: number): readonly number[];
  /** Those from a day on and before another, within some weeks, ascending. */
  between(from: number, to: number): readonly number[];
  /** The first taken day from one on, or some day until which there is none. What SKIP moves over the year's end is not seen. */
  nextTaken(day: number): number;
}

/** The rule's parts about days, with DTSTART's in the place of those left out. */
interface DayParts extends WeekParts {
  /** Places of months, as in `CalendarMonth`. */
  readonly places: readonly number[];
  readonly monthDays: readonly number[];
  readonly yearDays: readonly number[];
  /** Weekdays without a number, Monday 0. */
  readonly weekdays: ReadonlySet<number>;
  /** Weekdays with one, and whether it counts within the month. */
  readonly nth: readonly { readonly weekday: number; readonly nth: number }[];
  readonly nthInMonth: boolean;
  /** For days; `yearSkip` is for months, weeks and days of the year. Only YEARLY and MONTHLY rules make dates, others limit those that there are. */
  readonly skip: Rule["skip"];
}

function dayParts(
  rule: Rule,
  start: { readonly day: number; readonly month: CalendarMonth },
): DayParts {
  const { by, byDay, freq, leapMonths } = rule;
  const yearly = freq === "YEARLY";
  let places = [
    ...by.BYMONTH.map((number) => 2 * number),
    ...leapMonths.map((number) => 2 * number + 1),
  ];
  const nthInMonth = freq === "MONTHLY" || places.length > 0;
  let monthDays = by.BYMONTHDAY;
  const { weekdays, nth } = divideWeekdays(rule);
  const free = byDay.length + monthDays.length + by.BYYEARDAY.length === 0;
  if (free && (freq === "WEEKLY" || (yearly && by.BYWEEKNO.length > 0))) {
    weekdays.add(weekdayOf(start.day));
  } else if (free && (yearly || freq === "MONTHLY")) {
    monthDays = [start.day - start.month.first + 1];
    if (yearly && places.length === 0) places = [start.month.place];
  }
  return {
    places,
    monthDays,
    yearDays: by.BYYEARDAY,
    weeks: by.BYWEEKNO,
    weekdays,
    nth,
    nthInMonth,
    weekStart: WEEKDAYS.indexOf(rule.weekStart),
    skip: yearly || freq === "MONTHLY" ? rule.skip : "OMIT",
    yearSkip: yearly ? rule.skip : "OMIT",
  };
}

/** Prepares a rule that begins on a day; `spend` is told what each year that is looked at costs. */
export function createRscaleDays(
  rule: Rule,
  day: number,
  options: {
    readonly system: CalendarSystem;
    readonly spend: Spend;
  },
): RscaleDays {
  const { system, spend } = options;
  const { month } = locate(system, day);
  const parts = dayParts(rule, { day, month });
  const byMonth = new Map<number, (readonly number[])[]>();
  const byYear = new Map<number, readonly number[]>();

  function monthsOf(year: number): (readonly number[])[] {
    let months = byMonth.get(year);
    if (months === undefined) {
      let tried = 0;
      months = system.year(year).months.map((each) => {
        if (!isWanted(parts, each)) return [];
        tried += parts.monthDays.length || each.length;
        return ascending(daysOfMonth(parts, system, each));
      });
      spend(system.price + Math.floor(tried / DAYS_A_STEP));
      byMonth.set(year, months);
    }
    return months;
  }

  function ofYear(year: number): readonly number[] {
    let days = byYear.get(year);
    if (days === undefined) {
      const moved = movedMonths(parts, system, year);
      days = ascending([
        ...monthsOf(year).flat(),
        ...moved.flatMap((each) => daysOfMonth(parts, system, each)),
        ...movedYearDays(parts, system, { year, moved }),
      ]);
      byYear.set(year, days);
    }
    return days;
  }

  return {
    ofYear,
    ofMonth: (year, at) => monthsOf(year)[at] ?? [],
    between(from, to) {
      const years = new Set([system.yearOf(from), system.yearOf(to - 1)]);
      return [...years].flatMap(ofYear).filter((at) => at >= from && at < to);
    },
    nextTaken(from) {
      const year = system.yearOf(from);
      const days = ofYear(year);
      const { first, length } = system.year(year);
      return days[lowerBound(days, from)] ?? first + length;
    },
  };
}

/** The year and the month that a day is in. */
function locate(
  system: CalendarSystem,
  day: number,
): { readonly year: number; readonly month: CalendarMonth } {
  const year = system.yearOf(day);
  const { months } = system.year(year);
  const month = months.findLast((each) => each.first <= day);
  // there is one in every year that holds the day
  return { year, month: month ?? { place: 2, first: day, length: 1 } };
}

function isWanted({ places }: DayParts, month: CalendarMonth): boolean {
  return places.length === 0 || places.includes(month.place);
}

/** Months that stand in for those of BYMONTH that the year lacks: the one before or behind (RFC 7529 section 4.1). */
function movedMonths(
  parts: DayParts,
  system: CalendarSystem,
  year: number,
): CalendarMonth[] {
  const { places, yearSkip } = parts;
  if (yearSkip === "OMIT") return [];
  const { months } = system.year(year);
  const moved: CalendarMonth[] = [];
  for (const place of places) {
    if (months.some((each) => each.place === place)) continue;
    const month = yearSkip === "BACKWARD"
      ? months.findLast((each) => each.place < place)
      : months.find((each) => each.place > place) ??
        system.year(year + 1).months[0];
    if (month !== undefined) moved.push(month);
  }
  return moved;
}

/** Taken days of a month, also those that SKIP moves to the one beside. */
function daysOfMonth(
  parts: DayParts,
  system: CalendarSystem,
  month: CalendarMonth,
): number[] {
  return monthDays(parts, month)
    .filter((day) =>
      isYearDay(parts, system, day) && isInWeeks(parts, system, day) &&
      isOnDay(parts, system, day)
    );
}

/** Days of a month by BYMONTHDAY; all of them where it is absent. */
function monthDays(parts: DayParts, month: CalendarMonth): number[] {
  const { first, length } = month;
  if (parts.monthDays.length === 0) {
    return Array.from({ length }, (_, day) => first + day);
  }
  const days: number[] = [];
  for (const value of parts.monthDays) {
    if (Math.abs(value) <= length) {
      days.push(value > 0 ? first + value - 1 : first + length + value);
    } else if (parts.skip !== "OMIT") {
      const behind = value > 0 ? first + length : first;
      days.push(parts.skip === "FORWARD" ? behind : behind - 1);
    }
  }
  return days;
}

function isYearDay(
  { yearDays }: DayParts,
  system: CalendarSystem,
  day: number,
): boolean {
  if (yearDays.length === 0) return true;
  const { first, length } = system.year(system.yearOf(day));
  const at = day - first + 1;
  return yearDays.includes(at) || yearDays.includes(at - length - 1);
}

/** Where SKIP moves days of BYYEARDAY that the year lacks; `moved` are months that it has added. */
function movedYearDays(
  parts: DayParts,
  system: CalendarSystem,
  { year, moved }: {
    readonly year: number;
    readonly moved: readonly CalendarMonth[];
  },
): number[] {
  const { yearDays, yearSkip } = parts;
  // a day that does not exist has no day of the month that BYMONTHDAY could want
  if (yearSkip === "OMIT" || parts.monthDays.length > 0) return [];
  const { first, length, months } = system.year(year);
  const found: number[] = [];
  for (const value of yearDays) {
    if (Math.abs(value) <= length) continue;
    const month = months.at(value > 0 ? -1 : 0);
    if (month === undefined) continue;
    if (!isWanted(parts, month) && !moved.includes(month)) continue;
    const behind = value > 0 ? first + length : first;
    found.push(yearSkip === "FORWARD" ? behind : behind - 1);
  }
  return found.filter((day) =>
    isInWeeks(parts, system, day) && isOnDay(parts, system, day)
  );
}

/** BYDAY; numbers count within the month or year that the day is really in. */
function isOnDay(
  parts: DayParts,
  system: CalendarSystem,
  day: number,
): boolean {
  const { weekdays, nth } = parts;
  if (weekdays.size + nth.length === 0) return true;
  const weekday = weekdayOf(day);
  if (weekdays.has(weekday)) return true;
  if (!nth.some((each) => each.weekday === weekday)) return false;
  const { year, month } = locate(system, day);
  const { first, length } = parts.nthInMonth ? month : system.year(year);
  const forward = Math.floor((day - first) / 7) + 1;
  const backward = -Math.floor((first + length - 1 - day) / 7) - 1;
  return nth.some((each) =>
    each.weekday === weekday && (each.nth === forward || each.nth === backward)
  );
}
