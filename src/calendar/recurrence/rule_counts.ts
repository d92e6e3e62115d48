/**
 * Counting starts without walking over them, for COUNT.
 *
 * @module
 */

import { firstDay, modulo, yearOf } from "./civil_days.ts";
import { DAY } from "../dates.ts";
import type { Rule } from "./rule.ts";
import {
  lowerBound,
  timeAt,
  timeFields,
  timesBefore,
  timesPerDay,
} from "./rule_times.ts";
import type { RuleYears } from "./rule_years.ts";

/** Numbers the starts of a rule, also those before DTSTART, from 1 January of DTSTART's year. */
export interface Counter {
  /** How many starts lie before a civil time. */
  before(civil: number): number;
  /** The start with so many before it in civil milliseconds; undefined where it lies behind the year 9999. */
  at(index: number): number | undefined;
}

const LAST_YEAR = 9999;

/** Years after which the calendar repeats itself. */
const CYCLE = 400;

/**
 * A counter for a rule that takes every allowed time of every taken day,
 * whatever its FREQ; undefined where INTERVAL or BYSETPOS pick among them.
 * Whole cycles of 400 years are counted once.
 */
export function createCounter(
  rule: Rule,
  civil: number,
  years: RuleYears,
): Counter | undefined {
  if (rule.interval > 1 || rule.by.BYSETPOS.length > 0) return undefined;
  const fields = timeFields(rule, civil);
  const perDay = timesPerDay(fields);
  const firstYear = yearOf(Math.floor(civil / DAY));
  const daysBetween = (from: number, to: number) => {
    let days = 0;
    for (let year = from; year < to; year++) {
      days += years.days(year).year.length;
    }
    return days;
  };
  let cycle: number | undefined;
  const perCycle = () => cycle ??= daysBetween(firstYear, firstYear + CYCLE);
  return {
    before(at) {
      const day = Math.floor(at / DAY);
      const last = yearOf(day);
      const cycles = Math.floor((last - firstYear) / CYCLE);
      let days = daysBetween(firstYear + cycles * CYCLE, last);
      if (cycles > 0) days += cycles * perCycle();
      const ofYear = day - firstDay(last);
      const own = years.days(last);
      days += lowerBound(own.year, ofYear);
      const today = own.next[ofYear] === ofYear
        ? timesBefore(fields, modulo(at, DAY))
        : 0;
      return days * perDay + today;
    },
    at(index) {
      let days = Math.floor(index / perDay);
      let from = firstYear;
      if (days > CYCLE && perCycle() > 0) {
        const cycles = Math.floor(days / perCycle());
        days -= cycles * perCycle();
        from += cycles * CYCLE;
      }
      for (let year = from; year <= LAST_YEAR; year++) {
        const own = years.days(year).year;
        const day = own[days];
        if (day !== undefined) {
          return (firstDay(year) + day) * DAY +
            timeAt(fields, index % perDay);
        }
        days -= own.length;
      }
      return undefined;
    },
  };
}
