/**
 * Starts of one rule, on the wall clock: civil milliseconds, no zone. Seeks to
 * the range that is asked for, so that a series from 1990 costs for next week
 * what a new one costs; work is counted and bounded.
 *
 * @module
 */

import { modulo } from "./civil_days.ts";
import { DAY } from "../dates.ts";
import { createRscalePeriods, needsRscale } from "./rscale_periods.ts";
import type { Rule } from "./rule.ts";
import { MAX_PASSED } from "./rule_clock.ts";
import { type Counter, createCounter } from "./rule_counts.ts";
import { createPeriods, type Periods, type Units } from "./rule_periods.ts";
import { lowerBound } from "./rule_times.ts";

/** How much work expansion may do; shared by all rules of one question. */
export interface Budget {
  /** Steps left; below one nothing more is expanded. */
  steps: number;
}

/** What a rule is applied to. */
export interface RuleStart {
  /** Civil milliseconds of DTSTART. */
  readonly civil: number;
  /** Civil milliseconds of the last start that UNTIL allows; absent where there is none. */
  readonly until?: number;
}

/** Civil milliseconds of the last second that iCalendar can write. */
export const MAX_CIVIL: number = Date.UTC(9999, 11, 31, 23, 59, 59);

/** Steps for COUNT: the starts of the first period are looked at, of which there may be hundreds. */
const STEPS_TO_COUNT = 8;

/** A range of civil milliseconds, both ends included, and the work that may go into it. */
export interface Search {
  /** The first that counts. */
  readonly from: number;
  /** The last that counts. */
  readonly to: number;
  /** One step for the rule, for each period that is looked at and for each start; several for what is found out about the rule and kept with it. */
  readonly budget: Budget;
}

/**
 * Visits the starts of a rule within a range, ascending, until `visit`
 * answers false. DTSTART itself is among them only where the rule matches it.
 * False where the budget ended before the range did, or where RSCALE names a
 * calendar that nobody here knows.
 */
export function eachStart(
  rule: Rule,
  start: RuleStart,
  search: Search & { readonly visit: (civil: number) => boolean },
): boolean {
  const { budget, visit } = search;
  const last = Math.min(search.to, start.until ?? Infinity, MAX_CIVIL);
  const first = Math.max(search.from, start.civil);
  if (last < first) return true;
  if (--budget.steps < 0) return false;
  const periods = periodsOf(rule, start.civil, budget);
  if (periods === undefined) return false;
  const { times } = periods;
  if (periods.uniform === 0) return true;
  const count = countOfRule(rule, periods, start.civil);
  if (count !== undefined) budget.steps -= STEPS_TO_COUNT;
  const counted = count === undefined
    ? undefined
    : countUpTo(rule, periods, { start, count, budget, first });
  if (budget.steps < 0) return false;
  const from = counted?.from ?? first;
  let left = counted?.left ?? Infinity;
  if (left <= 0) return true;
  const nextBase = periods.units === undefined
    ? basesOfPeriods(periods, { from, last, budget })
    : basesOfDays(periods.units, { from, last, budget });
  let base = nextBase();
  while (base <= last) {
    let at = base < from ? lowerBound(times, from - base) : 0;
    for (; at < times.length; at++) {
      const civil = base + (times[at] ?? 0);
      if (civil > last || --left < 0) return true;
      if (civil < first) continue;
      if (--budget.steps < 0) return false;
      if (!visit(civil)) return true;
    }
    if (left <= 0) return true;
    base = nextBase();
  }
  return budget.steps >= 0;
}

/** The periods of a rule, undefined where its calendar is unknown: what RFC 7529 adds is computed apart. */
function periodsOf(
  rule: Rule,
  civil: number,
  budget: Budget,
): Periods | undefined {
  const create = needsRscale(rule) ? createRscalePeriods : createPeriods;
  return create(rule, civil, (steps) => {
    budget.steps -= steps;
  });
}

/** A counter where the years of the rule are Gregorian and nothing else stands against it. */
function counterOf(
  rule: Rule,
  civil: number,
  { years }: Periods,
): Counter | undefined {
  return years === undefined ? undefined : createCounter(rule, civil, years);
}

/** Where bases are looked for: from the one that may have a start at `from`. */
interface BaseSearch {
  readonly from: number;
  readonly last: number;
  readonly budget: Budget;
}

/** What times are added to, one after the other, Infinity behind the last and where the budget ends: taken days of the units that the interval takes. */
function basesOfDays(units: Units, search: BaseSearch): () => number {
  const { budget } = search;
  const { interval, years } = units;
  const end = Math.floor(search.last / DAY);
  let day = Math.floor(search.from / DAY);
  let fruitful = day;
  let passed = 0;
  return () => {
    for (;;) {
      day = years.nextTaken(day);
      if (day > end || day - fruitful > units.barren) return Infinity;
      const unit = interval === 1 ? 0 : units.of(day);
      const into = modulo(unit, interval);
      if (into === 0) {
        if (--budget.steps < 0) return Infinity;
        fruitful = day;
        return day++ * DAY;
      }
      day = units.begin(unit + interval - into);
      if (++passed % MAX_PASSED === 0 && --budget.steps < 0) return Infinity;
    }
  };
}

/** Likewise, period by period. */
function basesOfPeriods(periods: Periods, search: BaseSearch): () => number {
  const { budget } = search;
  const end = periods.indexOf(search.last);
  let index = Math.max(0, periods.indexOf(search.from));
  let fruitful = index;
  let bases: readonly number[] = [];
  let at = 0;
  return () => {
    while (at >= bases.length) {
      index = periods.next(index);
      if (index > end || index - fruitful > periods.cycle) return Infinity;
      if (--budget.steps < 0) return Infinity;
      bases = periods.bases(index);
      at = 0;
      if (bases.length > 0) fruitful = index;
      index++;
    }
    return bases[at++] ?? Infinity;
  };
}

/**
 * How many starts COUNT leaves to the rule itself, undefined where it has
 * none: DTSTART "always counts as the first occurrence" (RFC 5545 section
 * 3.3.10), so also where the rule does not give it.
 */
function countOfRule(
  { count }: Rule,
  { bases, times }: Periods,
  civil: number,
): number | undefined {
  if (count === undefined) return undefined;
  const isGiven = bases(0).some((base) =>
    times[lowerBound(times, civil - base)] === civil - base
  );
  return isGiven ? count : count - 1;
}

/** What is left of COUNT at a time from which on the starts are to be counted: the first of the search, or somewhat before it. */
function countUpTo(
  rule: Rule,
  periods: Periods,
  walk: {
    readonly start: RuleStart;
    readonly count: number;
    readonly budget: Budget;
    readonly first: number;
  },
): { left: number; from: number } {
  const { start: { civil }, count, budget, first } = walk;
  const firstIndex = Math.max(0, periods.indexOf(first));
  if (firstIndex === 0) return { left: count, from: civil };
  const { uniform } = periods;
  if (uniform !== undefined) {
    const before = sizeFrom(periods, 0, civil) + (firstIndex - 1) * uniform;
    return { left: count - before, from: periods.begin(firstIndex) };
  }
  const counter = counterOf(rule, civil, periods);
  if (counter !== undefined) {
    const before = counter.before(first) - counter.before(civil);
    return { left: count - before, from: first };
  }
  let left = count - sizeFrom(periods, 0, civil);
  let at = periods.next(1);
  while (at < firstIndex && left > 0 && --budget.steps >= 0) {
    left -= periods.bases(at).length * periods.times.length;
    at = periods.next(at + 1);
  }
  return { left, from: periods.begin(firstIndex) };
}

/** How many starts of a period are not before a time. */
function sizeFrom(periods: Periods, index: number, civil: number): number {
  const { times } = periods;
  let size = 0;
  for (const base of periods.bases(index)) {
    size += times.length - lowerBound(times, civil - base);
  }
  return size;
}

/** Starts of a rule within a range, ascending; `complete` is false where there may be more. */
export function startsBetween(
  rule: Rule,
  start: RuleStart,
  search: Search,
): { readonly starts: readonly number[]; readonly complete: boolean } {
  const starts: number[] = [];
  const visit = (civil: number) => starts.push(civil) > 0;
  return { complete: eachStart(rule, start, { ...search, visit }), starts };
}

/**
 * An upper bound of a rule's last start in civil milliseconds: what UNTIL
 * says, or the last of COUNT. Null where it is endless, beyond the year 9999
 * or too much work; undefined where the rule has no start at all.
 */
export function lastStart(
  rule: Rule,
  start: RuleStart,
  budget: Budget,
): number | null | undefined {
  if (start.until !== undefined) {
    return start.until < start.civil ? undefined : start.until;
  }
  let first: number | undefined;
  const search = { from: start.civil, to: MAX_CIVIL, budget };
  const complete = eachStart(rule, start, {
    ...search,
    visit(civil) {
      first = civil;
      return false;
    },
  });
  if (first === undefined) return complete ? undefined : null;
  return rule.count === undefined
    ? null
    : lastOfCount(rule, start.civil, budget);
}

function lastOfCount(
  rule: Rule,
  civil: number,
  budget: Budget,
): number | null {
  const periods = periodsOf(rule, civil, budget);
  if (periods === undefined) return null;
  const count = countOfRule(rule, periods, civil);
  if (count === undefined) return null;
  const counter = counterOf(rule, civil, periods);
  if (counter !== undefined) {
    const last = counter.at(counter.before(civil) + count - 1);
    return last === undefined || last > MAX_CIVIL ? null : last;
  }
  const { uniform, cycle } = periods;
  let left = count - sizeFrom(periods, 0, civil);
  if (left <= 0) return pick(periods, 0, left);
  const skipped = uniform === undefined ? 0 : Math.ceil(left / uniform) - 1;
  left -= skipped * (uniform ?? 0);
  const end = periods.indexOf(MAX_CIVIL);
  let fruitful = skipped;
  let latest = 0;
  for (let index = skipped + 1; left > 0; index++) {
    index = periods.next(index);
    if (index > end) return null;
    if (index - fruitful > cycle) return pick(periods, latest, 0);
    if (--budget.steps < 0) return null;
    const size = periods.bases(index).length * periods.times.length;
    if (size === 0) continue;
    fruitful = index;
    latest = index;
    left -= size;
  }
  return pick(periods, latest, left);
}

/** The start of a period with so many more behind it, given as a negative number. */
function pick(periods: Periods, index: number, behind: number): number | null {
  const { times } = periods;
  const bases = periods.bases(index);
  const at = bases.length * times.length - 1 + behind;
  const base = bases[Math.floor(at / times.length)];
  return base === undefined ? null : base + (times[at % times.length] ?? 0);
}
