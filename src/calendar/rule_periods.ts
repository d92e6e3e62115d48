/**
 * The periods of a rule (years, months, … seconds), each found by its index
 * without walking there, and the starts in each (RFC 5545 section 3.3.10).
 *
 * @module
 */

import { DAY } from "./dates.ts";
import type { Rule } from "./rule.ts";
import { WEEKDAYS } from "./rule.ts";
import {
  beforeMonth,
  createRuleYears,
  firstDay,
  isLeap,
  type RuleYears,
  weekdayOf,
  yearOf,
} from "./rule_years.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;
const SECOND = 1_000;

/** Periods of a rule; period 0 is the one of DTSTART. All times are civil milliseconds. */
export interface Periods {
  /** The period that a time is in, or the last one before it. */
  indexOf(civil: number): number;
  /** All starts of a period, ascending, BYSETPOS applied; also those before DTSTART. */
  starts(index: number): readonly number[];
  /** How many `starts` there are, without making them. */
  count(index: number): number;
  /** The first period from an index on that may have starts, Infinity where none has. */
  next(index: number): number;
  /** Where every period from 1 on has the same number of starts: that number. */
  readonly uniform: number | undefined;
  /** After so many periods without a start none will come: the calendar repeats itself every 400 years. */
  readonly cycle: number;
}

/** Periods in 400 years, whatever the interval. */
const CYCLES = { YEARLY: 400, MONTHLY: 4_800, WEEKLY: 20_871, DAILY: 146_097 };

/** The periods of a rule that begins at a civil time. */
export function createPeriods(rule: Rule, civil: number): Periods {
  const day = Math.floor(civil / DAY);
  const year = yearOf(day);
  const ofYear = day - firstDay(year);
  const month = monthAt(ofYear, isLeap(year));
  const years = createRuleYears(rule, {
    month,
    day: ofYear - beforeMonth(month, isLeap(year)) + 1,
    weekday: weekdayOf(day),
  });
  switch (rule.freq) {
    case "HOURLY":
      return createClockPeriods(rule, { civil, years, unit: HOUR });
    case "MINUTELY":
      return createClockPeriods(rule, { civil, years, unit: MINUTE });
    case "SECONDLY":
      return createClockPeriods(rule, { civil, years, unit: SECOND });
    default:
      return createDayPeriods(rule, { civil, years, day, year, month });
  }
}

function monthAt(ofYear: number, leap: boolean): number {
  let month = Math.min(11, Math.floor(ofYear / 29));
  while (beforeMonth(month, leap) > ofYear) month--;
  return month;
}

interface DayPeriodStart {
  readonly civil: number;
  readonly years: RuleYears;
  readonly day: number;
  readonly year: number;
  readonly month: number;
}

/** YEARLY, MONTHLY, WEEKLY and DAILY: days of the period times hours, minutes, seconds. */
function createDayPeriods(rule: Rule, start: DayPeriodStart): Periods {
  const { freq } = rule;
  const times = timesOfDay(rule, start.civil);
  const { indexOf, daysAt } = daySource(rule, start);

  function starts(index: number): readonly number[] {
    const all: number[] = [];
    for (const day of daysAt(index)) {
      for (const time of times) all.push(day * DAY + time);
    }
    return atPositions(rule, all);
  }

  const count = (index: number) =>
    countPositions(rule, daysAt(index).length * times.length);
  return {
    indexOf,
    starts,
    count,
    next(index) {
      if (start.years.never) return Infinity;
      if (freq !== "DAILY") return index;
      let at = index;
      while (at - index < MAX_SKIPPED_DAYS && daysAt(at).length === 0) at++;
      return at;
    },
    uniform: isUniform(rule) ? count(1) : undefined,
    cycle: freq in CYCLES ? CYCLES[freq as keyof typeof CYCLES] : Infinity,
  };
}

/** Days that are passed over in one step: more than between two 29 February. */
const MAX_SKIPPED_DAYS = 3_000;

function isUniform({ freq, by, byDay, interval, skip }: Rule): boolean {
  if (skip !== "OMIT") return false;
  const limits = [by.BYMONTH, by.BYMONTHDAY, by.BYYEARDAY, by.BYWEEKNO];
  if (limits.some((list) => list.length > 0)) return false;
  if (freq === "WEEKLY") return true;
  if (freq === "DAILY") return byDay.length === 0 || interval % 7 === 0;
  if (byDay.length > 0 || by.BYHOUR.length > 0) return false;
  if (freq === "HOURLY") return true;
  if (by.BYMINUTE.length > 0) return false;
  return freq === "MINUTELY" ||
    (freq === "SECONDLY" && by.BYSECOND.length === 0);
}

/** Which days a period has, and which period a time is in. */
function daySource(rule: Rule, start: DayPeriodStart): {
  readonly indexOf: (civil: number) => number;
  readonly daysAt: (index: number) => readonly number[];
} {
  const { interval, freq } = rule;
  const { years, day, year, month } = start;
  const dayOf = (civil: number) => Math.floor(civil / DAY);
  const step = (units: number) => Math.floor(units / interval);
  const shift = (from: number, days: readonly number[]) =>
    days.map((each) => from + each);
  switch (freq) {
    case "YEARLY":
      return {
        indexOf: (civil) => step(yearOf(dayOf(civil)) - year),
        daysAt(index) {
          const at = year + index * interval;
          return shift(firstDay(at), years.days(at).year);
        },
      };
    case "MONTHLY":
      return {
        indexOf(civil) {
          const at = yearOf(dayOf(civil));
          const of = monthAt(dayOf(civil) - firstDay(at), isLeap(at));
          return step((at - year) * 12 + of - month);
        },
        daysAt(index) {
          const months = month + index * interval;
          const at = year + Math.floor(months / 12);
          return shift(
            firstDay(at),
            years.days(at).months[((months % 12) + 12) % 12] ?? [],
          );
        },
      };
    case "WEEKLY": {
      const weekStart = WEEKDAYS.indexOf(rule.weekStart);
      const week = day - (weekdayOf(day) - weekStart + 7) % 7;
      return {
        indexOf: (civil) => step(Math.floor((dayOf(civil) - week) / 7)),
        daysAt: (index) =>
          Array.from({ length: 7 }, (_, n) => week + 7 * index * interval + n)
            .filter((each) => isTaken(years, each)),
      };
    }
    default:
      return {
        indexOf: (civil) => step(dayOf(civil) - day),
        daysAt(index) {
          const at = day + index * interval;
          return isTaken(years, at) ? [at] : [];
        },
      };
  }
}

function isTaken(years: RuleYears, day: number): boolean {
  const year = yearOf(day);
  return years.days(year).taken[day - firstDay(year)] === 1;
}

/** Times of day in milliseconds, ascending: BYHOUR, BYMINUTE, BYSECOND or DTSTART's own. */
function timesOfDay(rule: Rule, civil: number): number[] {
  const times: number[] = [];
  const time = civil - Math.floor(civil / DAY) * DAY;
  const or = (list: readonly number[], unit: number, of: number) =>
    list.length > 0 ? list : [Math.floor(time / unit) % of];
  for (const hour of or(rule.by.BYHOUR, HOUR, 24)) {
    for (const minute of or(rule.by.BYMINUTE, MINUTE, 60)) {
      for (const second of or(rule.by.BYSECOND, SECOND, 60)) {
        // 60 is a leap second, which no clock here knows
        times.push(
          hour * HOUR + minute * MINUTE + Math.min(second, 59) * SECOND,
        );
      }
    }
  }
  return [...new Set(times)].sort((a, b) => a - b);
}

/** The starts of a period that BYSETPOS takes. */
function atPositions(rule: Rule, all: readonly number[]): readonly number[] {
  const positions = rule.by.BYSETPOS;
  if (positions.length === 0) return all;
  const taken = new Set<number>();
  for (const position of positions) {
    const start = all.at(position > 0 ? position - 1 : position);
    if (start !== undefined) taken.add(start);
  }
  return [...taken].sort((a, b) => a - b);
}

function countPositions(rule: Rule, size: number): number {
  const positions = rule.by.BYSETPOS;
  if (positions.length === 0) return size;
  const taken = new Set<number>();
  for (const position of positions) {
    if (Math.abs(position) <= size) {
      taken.add(position > 0 ? position - 1 : size + position);
    }
  }
  return taken.size;
}

/** HOURLY, MINUTELY and SECONDLY: every so many units from DTSTART's own. */
function createClockPeriods(
  rule: Rule,
  start: {
    readonly civil: number;
    readonly years: RuleYears;
    readonly unit: number;
  },
): Periods {
  const { civil, years, unit } = start;
  const step = unit * rule.interval;
  const base = Math.floor(civil / unit) * unit;
  const { BYHOUR, BYMINUTE, BYSECOND } = rule.by;
  const inner = innerTimes(rule, civil, unit);
  const limits = [
    { unit: HOUR, of: 24, values: BYHOUR },
    { unit: MINUTE, of: 60, values: unit <= MINUTE ? BYMINUTE : [] },
    {
      unit: SECOND,
      of: 60,
      values: unit === SECOND ? BYSECOND.map((each) => Math.min(each, 59)) : [],
    },
  ];

  /** How far it is from a time to where the first limit that it fails may hold again; 0: it holds. */
  function gap(at: number): number {
    if (years.never) return Infinity;
    const day = Math.floor(at / DAY);
    if (!isTaken(years, day)) {
      let next = day + 1;
      // At least one day in 40 years is taken, or none ever.
      while (!isTaken(years, next)) next++;
      return next * DAY - at;
    }
    for (const limit of limits) {
      if (limit.values.length === 0) continue;
      const value = Math.floor(at / limit.unit) - limit.of *
          Math.floor(at / limit.unit / limit.of);
      if (limit.values.includes(value)) continue;
      const later = limit.values.filter((each) => each > value);
      const ahead = later.length > 0
        ? Math.min(...later) - value
        : limit.of - value;
      return (Math.floor(at / limit.unit) + ahead) * limit.unit - at;
    }
    return 0;
  }

  const starts = (index: number) => {
    const at = base + index * step;
    return gap(at) > 0 ? [] : atPositions(rule, inner.map((time) => at + time));
  };
  return {
    indexOf: (time) => Math.floor((time - base) / step),
    starts,
    count: (index) => starts(index).length,
    next: (index) => index + Math.ceil(gap(base + index * step) / step),
    uniform: isUniform(rule) ? starts(1).length : undefined,
    cycle: Infinity,
  };
}

/** Times within one unit: BYMINUTE and BYSECOND below an hour, BYSECOND below a minute. */
function innerTimes(rule: Rule, civil: number, unit: number): number[] {
  if (unit === SECOND) return [0];
  const bare: Rule = {
    ...rule,
    by: {
      ...rule.by,
      BYHOUR: [0],
      BYMINUTE: unit === MINUTE ? [0] : rule.by.BYMINUTE,
    },
  };
  return timesOfDay(bare, civil);
}
