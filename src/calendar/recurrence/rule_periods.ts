/**
 * The periods of a rule (years, months, … seconds), each found by its index
 * without walking there, and the starts in each (RFC 5545 section 3.3.10).
 *
 * @module
 */

import {
  ascending,
  beforeMonth,
  commonDivisor,
  CYCLE_DAYS,
  firstDay,
  isLeap,
  modulo,
  monthAt,
  weekdayOf,
  yearOf,
} from "./civil_days.ts";
import { DAY } from "../dates.ts";
import { type Frequency, type Rule, WEEKDAYS } from "./rule.ts";
import {
  type BarePeriods,
  createClockPeriods,
  MAX_PASSED,
} from "./rule_clock.ts";
import { listTimes, timeFields } from "./rule_times.ts";
import { createRuleYears, type RuleYears, type Spend } from "./rule_years.ts";

/** Periods of a rule; period 0 is the one of DTSTART. All times are civil milliseconds. */
export interface Periods extends BarePeriods {
  /** Where every period from 1 on has the same number of starts: that number. */
  readonly uniform: number | undefined;
  /** Days that the rule takes; undefined where its years are not those of the Gregorian calendar. */
  readonly years: RuleYears | undefined;
  /** Where the starts are all taken days of every so many units, with all times of day: these units. Absent where the rule picks among them. */
  readonly units?: Units;
}

/** Periods of a rule in the Gregorian calendar. */
export type GregorianPeriods = Periods & { readonly years: RuleYears };

/** Steps for preparing a rule, and times of day that are listed for one more. */
const PREPARING = { steps: 1, times: 64 };

/** Steps that it takes to prepare periods with these times. */
export function stepsToPrepare(times: readonly number[]): number {
  return PREPARING.steps + Math.floor(times.length / PREPARING.times);
}

/** Periods of rules, each for the last start that was asked for, and who pays for what they have yet to find: who asked last. */
const kept = new WeakMap<Rule, {
  readonly civil: number;
  readonly periods: GregorianPeriods;
  readonly payer: { spend: Spend };
}>();

/** The periods of a rule that begins at a civil time; kept as long as the rule is. `spend` is told what it costs to prepare them, and from then on what looking at years costs, until they are asked for anew. */
export function createPeriods(
  rule: Rule,
  civil: number,
  spend: Spend,
): GregorianPeriods {
  const last = kept.get(rule);
  if (last?.civil === civil) {
    last.payer.spend = spend;
    return last.periods;
  }
  const payer = { spend };
  const periods = preparePeriods(rule, civil, (steps) => payer.spend(steps));
  kept.set(rule, { civil, periods, payer });
  return periods;
}

function preparePeriods(
  rule: Rule,
  civil: number,
  spend: Spend,
): GregorianPeriods {
  const day = Math.floor(civil / DAY);
  const year = yearOf(day);
  const ofYear = day - firstDay(year);
  const month = monthAt(ofYear, isLeap(year));
  const years = createRuleYears(rule, {
    month,
    day: ofYear - beforeMonth(month, isLeap(year)) + 1,
    weekday: weekdayOf(day),
  }, spend);
  const units = createUnits(rule, years, { day, year, month });
  const plain = units === undefined
    ? createClockPeriods(rule, civil, years)
    : createDayPeriods(units, listTimes(timeFields(rule, civil)));
  const taken = withPositions(rule, plain);
  const uniform = isUniform(rule)
    ? taken.bases(1).length * taken.times.length
    : undefined;
  spend(stepsToPrepare(plain.times));
  const picks = rule.by.BYSETPOS.length > 0;
  const all = units === undefined || picks ? undefined : { units };
  return { ...taken, ...all, years, uniform };
}

/** Units of FREQ, counted from the one of DTSTART whatever the interval. */
export interface Units {
  /** INTERVAL: units whose number is a multiple of it are taken. */
  readonly interval: number;
  /** Days that the rule takes, whatever the interval. */
  readonly years: RuleYears;
  /** The unit that a day is in. */
  of(day: number): number;
  /** First day of a unit. */
  begin(unit: number): number;
  /** Taken days of a unit, ascending. */
  days(unit: number): readonly number[];
  /** The first unit from one on that may have days, Infinity where none has. */
  next(unit: number): number;
  /** Periods, each of so many units as the interval says, after which all repeats itself. */
  readonly cycle: number;
  /** The same in days. */
  readonly barren: number;
}

/** Units of whole days, by whatever calendar their days are taken. */
export type DayUnits = Omit<Units, "years" | "barren">;

/** YEARLY, MONTHLY, WEEKLY and DAILY: taken days of the period times times of day. */
export function createDayPeriods(
  units: DayUnits,
  times: readonly number[],
): BarePeriods {
  const { interval } = units;
  return {
    indexOf: (at) => Math.floor(units.of(Math.floor(at / DAY)) / interval),
    begin: (index) => units.begin(index * interval) * DAY,
    bases: (index) => units.days(index * interval).map((day) => day * DAY),
    times,
    next(index) {
      let at = index;
      for (let passed = 0; passed < MAX_PASSED; passed++) {
        const found = Math.ceil(units.next(at * interval) / interval);
        if (found === at || found === Infinity) return found;
        at = found;
      }
      return at;
    },
    cycle: units.cycle,
  };
}

/** Units of whole days; undefined for HOURLY and shorter. */
function createUnits(
  rule: Rule,
  years: RuleYears,
  start: {
    readonly day: number;
    readonly year: number;
    readonly month: number;
  },
): Units | undefined {
  const { day, year, month } = start;
  const { interval } = rule;
  function create(
    { cycle, ...parts }: Pick<Units, "of" | "begin" | "days" | "cycle">,
  ): Units {
    const periods = cycle / commonDivisor(interval, cycle);
    return {
      ...parts,
      interval,
      years,
      cycle: periods,
      barren: periods * interval / cycle * CYCLE_DAYS,
      next(unit) {
        const taken = years.nextTaken(parts.begin(unit));
        return taken === Infinity ? Infinity : Math.max(unit, parts.of(taken));
      },
    };
  }
  const shift = (from: number, days: readonly number[]) =>
    days.map((each) => from + each);
  switch (rule.freq) {
    case "YEARLY":
      return create({
        of: (at) => yearOf(at) - year,
        begin: (unit) => firstDay(year + unit),
        days: (unit) =>
          shift(firstDay(year + unit), years.days(year + unit).year),
        cycle: 400,
      });
    case "MONTHLY": {
      const yearAt = (unit: number) => year + Math.floor((month + unit) / 12);
      const monthOf = (unit: number) => modulo(month + unit, 12);
      return create({
        of(at) {
          const within = yearOf(at);
          const its = monthAt(at - firstDay(within), isLeap(within));
          return (within - year) * 12 + its - month;
        },
        begin: (unit) =>
          firstDay(yearAt(unit)) +
          beforeMonth(monthOf(unit), isLeap(yearAt(unit))),
        days: (unit) =>
          shift(
            firstDay(yearAt(unit)),
            years.days(yearAt(unit)).months[monthOf(unit)] ?? [],
          ),
        cycle: 4_800,
      });
    }
    case "WEEKLY": {
      const first = day -
        modulo(weekdayOf(day) - WEEKDAYS.indexOf(rule.weekStart), 7);
      return create({
        of: (at) => Math.floor((at - first) / 7),
        begin: (unit) => first + 7 * unit,
        days: (unit) => takenDays(years, first + 7 * unit, 7),
        cycle: CYCLE_DAYS / 7,
      });
    }
    case "DAILY":
      return create({
        of: (at) => at - day,
        begin: (unit) => day + unit,
        days: (unit) => takenDays(years, day + unit, 1),
        cycle: CYCLE_DAYS,
      });
    default:
      return undefined;
  }
}

function takenDays(years: RuleYears, from: number, length: number): number[] {
  const days: number[] = [];
  let day = years.nextTaken(from);
  while (day < from + length) {
    days.push(day);
    day = years.nextTaken(day + 1);
  }
  return days;
}

/** Bases that one period has at most; 1 where FREQ is shorter. */
const MOST_BASES: Readonly<Partial<Record<Frequency, number>>> = {
  YEARLY: 387,
  MONTHLY: 33,
  WEEKLY: 7,
};

/** Takes of each period what BYSETPOS says; at most 770 starts. */
export function withPositions(rule: Rule, periods: BarePeriods): BarePeriods {
  const positions = rule.by.BYSETPOS;
  if (positions.length === 0) return periods;
  const { times } = periods;
  const perBase = times.length;
  const most = perBase * (MOST_BASES[rule.freq] ?? 1);
  const never = positions.every((each) => Math.abs(each) > most);
  return {
    ...periods,
    next: (index) => never ? Infinity : periods.next(index),
    times: [0],
    bases(index) {
      const bases = periods.bases(index);
      const size = bases.length * perBase;
      const taken = positions
        .map((each) => each > 0 ? each - 1 : size + each)
        .filter((at) => at >= 0 && at < size);
      return ascending(taken).map((at) =>
        (bases[Math.floor(at / perBase)] ?? 0) + (times[at % perBase] ?? 0)
      );
    },
  };
}

function isUniform({ freq, by, byDay, interval }: Rule): boolean {
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
