/**
 * Starts of one rule, on the wall clock: civil milliseconds, no zone. Seeks to
 * the range that is asked for, so that a series from 1990 costs for next week
 * what a new one costs; work is counted and bounded.
 *
 * @module
 */

import { civilFromFields, DAY } from "./dates.ts";
import { createPeriods, type Periods } from "./rule_periods.ts";
import type { Rule } from "./rule.ts";

/** How much work expansion may do; shared by all rules of one question. */
export interface Budget {
  /** Steps left; below one nothing more is expanded. */
  steps: number;
}

/** Starts of a rule, ascending. */
export interface Starts {
  /** Civil milliseconds. */
  readonly starts: readonly number[];
  /** Civil milliseconds up to which this is all; ask again from behind it for the rest of the range. */
  readonly reached: number;
  /** False where the budget gave up, or nobody here knows the calendar. */
  readonly complete: boolean;
}

/** What a rule is applied to. */
export interface RuleStart {
  /** Civil milliseconds of DTSTART. */
  readonly civil: number;
  /** Civil milliseconds of the last start that UNTIL allows; absent where there is none. */
  readonly until?: number;
}

/** Civil milliseconds of the last second that iCalendar can write. */
export const MAX_CIVIL = Date.UTC(9999, 11, 31, 23, 59, 59);

const NOTHING: Starts = { starts: [], reached: Infinity, complete: true };
const TOO_MUCH: Starts = { starts: [], reached: -Infinity, complete: false };

/** A walk over the starts of a rule from a time on. */
interface Walk {
  readonly rule: Rule;
  readonly start: RuleStart;
  readonly from: number;
  readonly to: number;
  readonly budget: Budget;
  /** Answers false to end the walk. */
  readonly visit: (civil: number) => boolean;
}

/**
 * Starts of a rule within a range of civil milliseconds, both ends included.
 * DTSTART itself is among them only where the rule matches it.
 */
export function startsBetween(
  rule: Rule,
  start: RuleStart,
  options: { from: number; to: number; budget: Budget },
): Starts {
  const starts: number[] = [];
  const complete = walkRule({
    rule,
    start,
    ...options,
    visit: (civil) => {
      starts.push(civil);
      return true;
    },
  });
  return complete ? { starts, reached: options.to, complete } : TOO_MUCH;
}

/** The first start of a rule at or after a civil instant: one, or none. */
export function nextStart(
  rule: Rule,
  start: RuleStart,
  options: { from: number; budget: Budget },
): Starts {
  const starts: number[] = [];
  const complete = walkRule({
    rule,
    start,
    ...options,
    to: MAX_CIVIL,
    visit: (civil) => {
      starts.push(civil);
      return false;
    },
  });
  if (starts.length > 0) return { starts, reached: Infinity, complete: true };
  return complete ? NOTHING : TOO_MUCH;
}

/**
 * An upper bound of a rule's last start in civil milliseconds: what UNTIL
 * says, or the last of COUNT. Null where it is endless or too much work,
 * undefined where the rule has no start at all.
 */
export function lastStart(
  rule: Rule,
  start: RuleStart,
  budget: Budget,
): number | null | undefined {
  if (start.until !== undefined) {
    return start.until < start.civil ? undefined : start.until;
  }
  if (rule.count === undefined) {
    const first = nextStart(rule, start, { from: start.civil, budget });
    return first.complete && first.starts.length === 0 ? undefined : null;
  }
  if (rule.foreign || budget.steps < 1) return null;
  const periods = createPeriods(rule, start.civil);
  const left = seekCount(periods, start.civil, { rule, budget });
  if (left === undefined) return null;
  let last: number | undefined;
  const complete = walkRule({
    rule,
    start,
    from: left,
    to: MAX_CIVIL,
    budget,
    visit: (civil) => {
      last = civil;
      return true;
    },
  });
  return complete ? last : null;
}

/** A time not behind the last start of COUNT, where it is found without walking. */
function seekCount(
  periods: Periods,
  civil: number,
  options: { rule: Rule; budget: Budget },
): number | undefined {
  const { count = 0 } = options.rule;
  const { uniform } = periods;
  if (uniform === undefined || uniform === 0) return civil;
  const skipped = Math.max(0, Math.floor(count / uniform) - 2);
  const first = periods.starts(1 + skipped)[0];
  return first === undefined || first > MAX_CIVIL ? undefined : first;
}

/** Visits starts in order; false where the budget ended before the range did. */
function walkRule(walk: Walk): boolean {
  const { rule, start, budget } = walk;
  const last = Math.min(walk.to, start.until ?? Infinity, MAX_CIVIL);
  const first = Math.max(walk.from, start.civil);
  if (last < first) return true;
  if (rule.foreign || budget.steps < 1) return false;
  const periods = createPeriods(rule, start.civil);
  // What SKIP moved forward comes from the period before.
  const reach = rule.skip === "OMIT" ? 0 : 1;
  let index = Math.max(0, periods.indexOf(first) - reach);
  let left = rule.count ?? Infinity;
  if (rule.count !== undefined) {
    const before = countBefore(periods, index, { start, budget, count: left });
    if (before === undefined) return false;
    left -= before;
  }
  const end = periods.indexOf(last) + reach;
  let previous = -Infinity;
  let barren = 0;
  while (left > 0) {
    index = periods.next(index);
    if (index > end || barren > periods.cycle) return true;
    if (--budget.steps < 0) return false;
    const starts = periods.starts(index++);
    barren = starts.length > 0 ? 0 : barren + 1;
    for (const civil of starts) {
      if (civil > last && rule.skip === "OMIT") return true;
      if (civil < start.civil || civil <= previous) continue;
      previous = civil;
      if (--left < 0) return true;
      if (civil < first || civil > last) continue;
      if (--budget.steps < 0) return false;
      if (!walk.visit(civil)) return true;
    }
  }
  return true;
}

/** Starts of COUNT that lie in periods before one; undefined where the budget does not allow to tell. */
function countBefore(
  periods: Periods,
  index: number,
  options: { start: RuleStart; budget: Budget; count: number },
): number | undefined {
  const { start, budget, count } = options;
  if (index <= 0) return 0;
  const own = periods.starts(0).filter((civil) => civil >= start.civil).length;
  if (periods.uniform !== undefined) {
    return Math.min(count, own + (index - 1) * periods.uniform);
  }
  let before = own;
  for (let at = periods.next(1); at < index; at = periods.next(at + 1)) {
    if (before >= count) break;
    if (--budget.steps < 0) return undefined;
    before += periods.count(at);
  }
  return Math.min(before, count);
}

/** Civil milliseconds of the first second that iCalendar can write. */
export const MIN_CIVIL = civilFromFields(1, 1, 1);

/** Days that a rule may lie from its DTSTART: the whole of what iCalendar can write. */
export const MAX_SPAN = MAX_CIVIL - MIN_CIVIL + DAY;
