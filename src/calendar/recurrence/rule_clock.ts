/**
 * Periods of HOURLY, MINUTELY and SECONDLY rules: every so many units from
 * DTSTART's own, where all BY parts about them hold (RFC 5545 section 3.3.10).
 *
 * @module
 */

import { commonDivisor, CYCLE_DAYS, modulo } from "./civil_days.ts";
import { DAY } from "../dates.ts";
import type { Rule } from "./rule.ts";
import {
  HOUR,
  listTimes,
  lowerBound,
  MINUTE,
  SECOND,
  type TimeFields,
  timeFields,
} from "./rule_times.ts";
import type { RuleYears } from "./rule_years.ts";

/** What the periods of every FREQ have. */
export interface BarePeriods {
  /** The period that a time is in, or the last one before it. */
  indexOf(civil: number): number;
  /** A time from which on all starts of a period are, and none of the one before it. */
  begin(index: number): number;
  /** What `times` are added to, ascending: all sums are the period's starts, also those before DTSTART. */
  bases(index: number): readonly number[];
  /** Ascending; shorter than what lies between two bases. */
  readonly times: readonly number[];
  /** The first period from an index on that may have starts, Infinity where none has. It stops after some steps, on a period that may have none. */
  next(index: number): number;
  /** After so many periods without a start none will come. */
  readonly cycle: number;
}

/** Periods that one call of `next` passes over. */
export const MAX_PASSED = 32;

/** A field of the clock whose values the rule limits. */
interface Limit {
  readonly unit: number;
  readonly of: number;
  /** Ascending. */
  readonly values: readonly number[];
}

/** The periods of a rule whose FREQ is shorter than a day. */
export function createClockPeriods(
  rule: Rule,
  civil: number,
  years: Pick<RuleYears, "nextTaken">,
): BarePeriods {
  const unit = rule.freq === "HOURLY"
    ? HOUR
    : rule.freq === "MINUTELY"
    ? MINUTE
    : SECOND;
  const step = unit * rule.interval;
  const base = Math.floor(civil / unit) * unit;
  const fields = timeFields(rule, civil);
  const limits = limitsOf(fields, unit);
  const cycle = CYCLE_DAYS * DAY / unit;
  const reachable = isReachable(fields, { base, unit, step });

  /** The first time from one on that may pass the limits: the time itself where it does. */
  function pass(at: number): number {
    const day = Math.floor(at / DAY);
    const taken = years.nextTaken(day);
    if (taken !== day) return taken * DAY;
    for (const { unit: size, of, values } of limits) {
      const count = Math.floor(at / size);
      const value = modulo(count, of);
      const next = values[lowerBound(values, value)];
      if (next === value) continue;
      return (count - value + (next ?? of)) * size;
    }
    return at;
  }

  return {
    indexOf: (time) => Math.floor((time - base) / step),
    begin: (index) => base + index * step,
    bases(index) {
      const at = base + index * step;
      return pass(at) === at ? [at] : [];
    },
    times: innerTimes(fields, unit),
    next(index) {
      if (!reachable) return Infinity;
      let at = index;
      for (let passed = 0; passed < MAX_PASSED; passed++) {
        const found = Math.ceil((pass(base + at * step) - base) / step);
        if (found === at || found === Infinity) return found;
        at = found;
      }
      return at;
    },
    cycle: cycle / commonDivisor(rule.interval, cycle),
  };
}

/** Fields of the unit and above. */
function limitsOf(fields: TimeFields, unit: number): Limit[] {
  const limits: Limit[] = [
    { unit: HOUR, of: 24, values: fields.hours },
    { unit: MINUTE, of: 60, values: fields.minutes },
    { unit: SECOND, of: 60, values: fields.seconds },
  ];
  return limits.filter((each) =>
    each.unit >= unit && each.values.length < each.of
  );
}

/** Times within one unit. */
function innerTimes(fields: TimeFields, unit: number): number[] {
  if (unit === SECOND) return [0];
  return listTimes({
    hours: [0],
    minutes: unit === HOUR ? fields.minutes : [0],
    seconds: fields.seconds,
  });
}

/** Whether steps of the interval ever come to a time of day that all fields allow. */
function isReachable(
  fields: TimeFields,
  periods: { base: number; unit: number; step: number },
): boolean {
  const { base, unit, step } = periods;
  const raster = commonDivisor(step, DAY);
  if (raster === unit) return true;
  const { hours } = fields;
  const minutes = unit <= MINUTE ? fields.minutes : [0];
  const seconds = unit === SECOND ? fields.seconds : [0];
  return hours.some((hour) =>
    minutes.some((minute) =>
      seconds.some((second) =>
        (hour * HOUR + minute * MINUTE + second * SECOND - base) % raster === 0
      )
    )
  );
}
