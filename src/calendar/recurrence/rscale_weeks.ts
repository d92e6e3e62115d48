/**
 * BYWEEKNO in a calendar of RFC 7529: weeks are numbered as in RFC 5545
 * section 3.3.10, by the calendar's own years.
 *
 * @module
 */

import { modulo, weekdayOf } from "./civil_days.ts";
import type { CalendarSystem } from "./rscale_system.ts";
import type { Rule } from "./rule.ts";

/** What decides which weeks a rule takes. */
export interface WeekParts {
  /** Values of BYWEEKNO; all weeks where there are none. */
  readonly weeks: readonly number[];
  /** Day that a week begins with, Monday 0. */
  readonly weekStart: number;
  /** What becomes of weeks that a year lacks. */
  readonly yearSkip: Rule["skip"];
}

/**
 * Whether the week of a day has a number of BYWEEKNO, counted from either end
 * of the year that has most of its days. With SKIP, a week that a year lacks
 * is the one before or behind.
 */
export function isInWeeks(
  parts: WeekParts,
  system: CalendarSystem,
  day: number,
): boolean {
  const { weeks, yearSkip } = parts;
  if (weeks.length === 0) return true;
  const begin = (year: number) => firstWeek(parts, system, year);
  let year = system.yearOf(day);
  if (day < begin(year)) year--;
  else if (day >= begin(year + 1)) year++;
  const count = (of: number) => (begin(of + 1) - begin(of)) / 7;
  const own = count(year);
  const week = Math.floor((day - begin(year)) / 7) + 1;
  if (weeks.includes(week) || weeks.includes(week - own - 1)) return true;
  if (yearSkip === "BACKWARD" && week === own) {
    return lacks(weeks, { ahead: own, behind: count(year + 1) });
  }
  if (yearSkip === "FORWARD" && week === 1) {
    return lacks(weeks, { ahead: count(year - 1), behind: own });
  }
  return false;
}

/** Whether a number of a week is beyond the last of a year, or one from the end before the first of the next year. */
function lacks(
  weeks: readonly number[],
  counts: { readonly ahead: number; readonly behind: number },
): boolean {
  return weeks.some((week) => week > counts.ahead || -week > counts.behind);
}

/** First day of week 1: the first week with four days in the year. */
function firstWeek(
  { weekStart }: WeekParts,
  system: CalendarSystem,
  year: number,
): number {
  const { first } = system.year(year);
  const into = modulo(weekdayOf(first) - weekStart, 7);
  return into <= 3 ? first - into : first + 7 - into;
}
