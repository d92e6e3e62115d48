/**
 * Starts of one rule, by rrule-temporal: the only file that knows this
 * library, so that an engine of our own can take its place. Everything is
 * computed on the wall clock, in UTC, so no zone is ever involved here.
 *
 * @module
 */

import { RRuleTemporal } from "rrule-temporal";
import { civilFromFields } from "./dates.ts";
import { neverMatches, type Rule } from "./rule.ts";
import { temporal } from "./temporal.ts";

/** How much work expansion may do; shared by all rules of one question. */
export interface Budget {
  /** Steps left; below one nothing more is expanded. */
  steps: number;
}

/** Starts of a rule, ascending. */
export interface Starts {
  /** Civil milliseconds. */
  readonly starts: readonly number[];
  /** False where work ended at the budget before the range did: more may follow. */
  readonly complete: boolean;
}

/** What a rule is applied to. */
export interface RuleStart {
  /** Civil milliseconds of DTSTART. */
  readonly civil: number;
  /** Civil milliseconds of the last start that UNTIL allows; absent where there is none. */
  readonly until?: number;
}

/** Steps of one call: what the library may walk before it gives up. */
const MAX_ITERATIONS = 10_000;

const NOTHING: Starts = { starts: [], complete: true };
const TOO_MUCH: Starts = { starts: [], complete: false };

/**
 * Starts of a rule within a range of civil milliseconds, both ends included.
 * DTSTART itself is among them only where the rule matches it.
 */
export function startsBetween(
  rule: Rule,
  start: RuleStart,
  options: { from: number; to: number; budget: Budget },
): Starts {
  const { from, to, budget } = options;
  const last = Math.min(to, start.until ?? Infinity);
  if (last < Math.max(from, start.civil) || neverMatches(rule)) return NOTHING;
  return attempt(rule, start, budget, (engine, civil) => {
    const between = engine.between(
      civil(Math.max(from, start.civil)),
      civil(last),
      true,
    );
    return between.map((each) => each.epochMilliseconds);
  });
}

/** The first start of a rule at or after a civil instant: one, or none. */
export function nextStart(
  rule: Rule,
  start: RuleStart,
  options: { from: number; budget: Budget },
): Starts {
  const { from, budget } = options;
  if (from > (start.until ?? Infinity) || neverMatches(rule)) return NOTHING;
  return attempt(rule, start, budget, (engine, civil) => {
    const next = engine.next(civil(Math.max(from, start.civil)), true);
    return next === null ? [] : [next.epochMilliseconds];
  });
}

type Engine = RRuleTemporal;

function attempt(
  rule: Rule,
  start: RuleStart,
  budget: Budget,
  ask: (
    engine: Engine,
    civil: (value: number) => Temporal.ZonedDateTime,
  ) => number[],
): Starts {
  const api = temporal();
  if (budget.steps < 1 || rule.foreign || api === undefined) return TOO_MUCH;
  const civil = (value: number) => {
    const bounded = Math.min(Math.max(value, MIN_CIVIL), MAX_CIVIL);
    return api.Instant.fromEpochMilliseconds(bounded).toZonedDateTimeISO("UTC");
  };
  try {
    const starts = ask(createEngine(rule, start, civil), civil);
    budget.steps -= 1 + starts.length;
    return { starts, complete: true };
  } catch (error) {
    // the library has no other way to say that it gives up
    if (!(error instanceof Error)) throw error;
    budget.steps -= MAX_ITERATIONS;
    return TOO_MUCH;
  }
}

/** The years that iCalendar can write. */
const MIN_CIVIL = civilFromFields(1, 1, 1);
const MAX_CIVIL = Date.UTC(9999, 11, 31, 23, 59, 59);

function createEngine(
  rule: Rule,
  start: RuleStart,
  civil: (value: number) => Temporal.ZonedDateTime,
): Engine {
  const list = (name: keyof Rule["by"], key: string) =>
    rule.by[name].length === 0 ? {} : { [key]: [...rule.by[name]] };
  return new RRuleTemporal({
    freq: rule.freq,
    interval: rule.interval,
    dtstart: civil(start.civil),
    tzid: "UTC",
    wkst: rule.weekStart,
    maxIterations: MAX_ITERATIONS,
    cache: false,
    ...(rule.count === undefined ? {} : { count: rule.count }),
    ...(start.until === undefined ? {} : { until: civil(start.until) }),
    ...(rule.skip === "OMIT" ? {} : { rscale: "GREGORIAN", skip: rule.skip }),
    ...list("BYSECOND", "bySecond"),
    ...list("BYMINUTE", "byMinute"),
    ...list("BYHOUR", "byHour"),
    ...list("BYMONTHDAY", "byMonthDay"),
    ...list("BYYEARDAY", "byYearDay"),
    ...list("BYWEEKNO", "byWeekNo"),
    ...list("BYMONTH", "byMonth"),
    ...list("BYSETPOS", "bySetPos"),
    ...(rule.byDay.length === 0 ? {} : {
      byDay: rule.byDay.map(({ nth, day }) => nth === 0 ? day : `${nth}${day}`),
    }),
  });
}
