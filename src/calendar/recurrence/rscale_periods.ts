/**
 * The periods of a rule in a calendar of RFC 7529: years and months are those
 * of the calendar, everything shorter is as in RFC 5545.
 *
 * @module
 */

import { ascending, commonDivisor, modulo, weekdayOf } from "./civil_days.ts";
import { DAY } from "../dates.ts";
import { calendarOf } from "./rscale_calendars.ts";
import { createRscaleDays, type RscaleDays } from "./rscale_days.ts";
import { GREGORIAN } from "./rscale_names.ts";
import type { CalendarSystem } from "./rscale_system.ts";
import { type Rule, WEEKDAYS } from "./rule.ts";
import { type BarePeriods, createClockPeriods } from "./rule_clock.ts";
import {
  createDayPeriods,
  type DayUnits,
  type Periods,
  stepsToPrepare,
  withPositions,
} from "./rule_periods.ts";
import { listTimes, timeFields } from "./rule_times.ts";
import type { Spend } from "./rule_years.ts";

/** Whether a rule needs more than RFC 5545: another calendar, where it looks at its months or years, leap months, or SKIP. */
export function needsRscale(rule: Rule): boolean {
  const { by, freq, leapMonths, rscale } = rule;
  if (leapMonths.length > 0) return true;
  if (rscale === GREGORIAN) return movesDays(rule);
  if (freq === "YEARLY" || freq === "MONTHLY") return true;
  const lists = [by.BYMONTH, by.BYMONTHDAY, by.BYYEARDAY, by.BYWEEKNO];
  return lists.some((list) => list.length > 0);
}

/** Whether SKIP has something to move: only where BY parts make dates can they be invalid. */
function movesDays({ freq, skip }: Rule): boolean {
  return skip !== "OMIT" && (freq === "YEARLY" || freq === "MONTHLY");
}

/** The periods of a rule that begins at a civil time, undefined where nobody knows its calendar. `spend` is told what it costs to prepare them and to look at years. */
export function createRscalePeriods(
  rule: Rule,
  civil: number,
  spend: Spend,
): Periods | undefined {
  const system = calendarOf(rule.rscale);
  if (system === undefined) return undefined;
  const day = Math.floor(civil / DAY);
  const days = createRscaleDays(rule, day, { system, spend });
  const units = createUnits(rule, day, { system, days });
  const plain = units === undefined
    ? { ...createClockPeriods(rule, civil, days), cycle: Infinity }
    : createDayPeriods(units, listTimes(timeFields(rule, civil)));
  spend(stepsToPrepare(plain.times));
  return {
    ...withSkip(rule, withPositions(rule, plain)),
    uniform: undefined,
    years: undefined,
  };
}

/** Units of whole days; undefined for HOURLY and shorter. */
function createUnits(
  rule: Rule,
  day: number,
  options: { readonly system: CalendarSystem; readonly days: RscaleDays },
): DayUnits | undefined {
  const { system, days } = options;
  const { cycle } = system;
  const { interval } = rule;
  const moves = movesDays(rule);
  function create(
    { cycle, ...parts }: Pick<DayUnits, "of" | "begin" | "days" | "cycle">,
  ): DayUnits {
    return {
      ...parts,
      interval,
      cycle: cycle === Infinity
        ? Infinity
        : cycle / commonDivisor(interval, cycle),
      next(unit) {
        if (moves) return unit;
        const taken = days.nextTaken(parts.begin(unit));
        return Math.max(unit, parts.of(taken));
      },
    };
  }
  switch (rule.freq) {
    case "YEARLY": {
      const year = system.yearOf(day);
      return create({
        of: (at) => system.yearOf(at) - year,
        begin: (unit) => system.year(year + unit).first,
        days: (unit) => days.ofYear(year + unit),
        cycle: cycle?.years ?? Infinity,
      });
    }
    case "MONTHLY": {
      const own = monthNumber(system, day);
      const find = (unit: number) => {
        const year = system.yearOfMonth(own + unit);
        return { year, month: own + unit - system.monthsBefore(year) };
      };
      return create({
        of: (at) => monthNumber(system, at) - own,
        begin(unit) {
          const { year, month } = find(unit);
          return system.year(year).months[month]?.first ?? Infinity;
        },
        days(unit) {
          const { year, month } = find(unit);
          return days.ofMonth(year, month);
        },
        cycle: cycle === undefined
          ? Infinity
          : system.monthsBefore(cycle.years) - system.monthsBefore(0),
      });
    }
    case "WEEKLY": {
      const into = weekdayOf(day) - WEEKDAYS.indexOf(rule.weekStart);
      const first = day - modulo(into, 7);
      return create({
        of: (at) => Math.floor((at - first) / 7),
        begin: (unit) => first + 7 * unit,
        days: (unit) => days.between(first + 7 * unit, first + 7 * unit + 7),
        cycle: (cycle?.days ?? Infinity) / 7,
      });
    }
    case "DAILY":
      return create({
        of: (at) => at - day,
        begin: (unit) => day + unit,
        days: (unit) => days.between(day + unit, day + unit + 1),
        cycle: cycle?.days ?? Infinity,
      });
    default:
      return undefined;
  }
}

/** Puts starts that SKIP moved over the end of their period into the one where they are. */
function withSkip(rule: Rule, periods: BarePeriods): BarePeriods {
  if (!movesDays(rule)) return periods;
  return {
    ...periods,
    bases(index) {
      const near = [index - 1, index, index + 1].flatMap(periods.bases);
      return ascending(near.filter((at) => periods.indexOf(at) === index));
    },
  };
}

/** Months between a fixed one and the one that a day is in. */
function monthNumber(system: CalendarSystem, day: number): number {
  const year = system.yearOf(day);
  const { months } = system.year(year);
  const at = months.findLastIndex((each) => each.first <= day);
  return system.monthsBefore(year) + at;
}
