/**
 * Starts of one rule, by rrule-temporal: the only file that knows this
 * library, so that an engine of our own can take its place. Everything is
 * computed on the wall clock, in UTC, so no zone is ever involved here.
 *
 * @module
 */

import { RRuleTemporal } from "rrule-temporal";
import { civilFromFields, DAY } from "./dates.ts";
import { neverMatches, type Rule, WEEKDAYS } from "./rule.ts";
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
  /** Civil milliseconds up to which this is all; ask again from behind it for the rest of the range. */
  readonly reached: number;
  /** False where the library or the budget gave up: what the rule does here is unknown. */
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

/** Steps that one call costs at least, because what it walks without finding can't be seen. */
const CALL_STEPS = 500;

/** Candidates within periods that the library may look at in one call. */
const MAX_CANDIDATES = 100_000;

/** Starts on one day, at most, of a rule that is expanded at all: one each minute. */
const MAX_PER_DAY = 1440;

/** Days times starts on a day that one call may cover: the library's memory follows it. */
const MAX_DENSITY = 100_000;

const NOTHING: Starts = { starts: [], reached: Infinity, complete: true };
const TOO_MUCH: Starts = { starts: [], reached: -Infinity, complete: false };

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
  const first = Math.max(from, start.civil);
  if (last < first || neverMatches(rule)) return NOTHING;
  const span = MAX_DENSITY / perDay(rule) * DAY;
  const cut = Math.min(last, first + span);
  const found = attempt(rule, start, budget, (engine, civil) => {
    const between = engine.between(civil(first), civil(cut), true);
    return between.map((each) => each.epochMilliseconds);
  });
  return found.complete ? { ...found, reached: cut < last ? cut : to } : found;
}

/** Starts that a rule has on one day, at most: the library makes lists of them. */
function perDay(rule: Rule): number {
  const hours = rule.by.BYHOUR.length;
  const minutes = rule.by.BYMINUTE.length;
  const seconds = rule.by.BYSECOND.length;
  const expanded = Math.max(1, minutes) * Math.max(1, seconds);
  switch (rule.freq) {
    case "HOURLY":
      return 24 * expanded;
    case "MINUTELY":
      return (hours === 0 ? 24 : hours) * (minutes === 0 ? 60 : minutes) *
        Math.max(1, seconds);
    case "SECONDLY":
      return (hours === 0 ? 24 : hours) * (minutes === 0 ? 60 : minutes) *
        (seconds === 0 ? 60 : seconds);
    default:
      return Math.max(1, hours) * expanded;
  }
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
  const expands = rule.freq !== "MINUTELY" && rule.freq !== "SECONDLY";
  if (expands && perDay(rule) > MAX_PER_DAY) return TOO_MUCH;
  const civil = (value: number) => {
    const bounded = Math.min(Math.max(value, MIN_CIVIL), MAX_CIVIL);
    return api.Instant.fromEpochMilliseconds(bounded).toZonedDateTimeISO("UTC");
  };
  try {
    const starts = ask(createEngine(rule, start, civil), civil);
    budget.steps -= CALL_STEPS + starts.length;
    return { starts, reached: Infinity, complete: true };
  } catch (error) {
    // the library has no other way to say that it gives up
    if (!(error instanceof Error)) throw error;
    budget.steps -= MAX_ITERATIONS;
    return TOO_MUCH;
  }
}

const MIN_CIVIL = civilFromFields(1, 1, 1);
/** Civil milliseconds of the last second that iCalendar can write. */
export const MAX_CIVIL: number = Date.UTC(9999, 11, 31, 23, 59, 59);

/** RFC 5545 section 3.3.10: what BYWEEKNO leaves open comes from DTSTART; the library leaves it open in later years. */
function takesWeekday(rule: Rule): boolean {
  return rule.freq === "YEARLY" && rule.by.BYWEEKNO.length > 0 &&
    rule.byDay.length === 0 && rule.by.BYMONTHDAY.length === 0 &&
    rule.by.BYYEARDAY.length === 0;
}

function createEngine(
  rule: Rule,
  start: RuleStart,
  civil: (value: number) => Temporal.ZonedDateTime,
): Engine {
  const list = (name: keyof Rule["by"], key: string) =>
    rule.by[name].length === 0 ? {} : { [key]: [...rule.by[name]] };
  const byDay = rule.byDay.map(({ nth, day }) =>
    nth === 0 ? day : `${nth}${day}`
  );
  if (takesWeekday(rule)) {
    const weekday = WEEKDAYS[(new Date(start.civil).getUTCDay() + 6) % 7];
    if (weekday !== undefined) byDay.push(weekday);
  }
  return new RRuleTemporal({
    freq: rule.freq,
    interval: rule.interval,
    dtstart: civil(start.civil),
    tzid: "UTC",
    wkst: rule.weekStart,
    maxIterations: MAX_ITERATIONS,
    maxCandidateEvaluations: MAX_CANDIDATES,
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
    ...(byDay.length === 0 ? {} : { byDay }),
  });
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
  if (neverMatches(rule)) return undefined;
  if (start.until !== undefined) {
    return start.until < start.civil ? undefined : start.until;
  }
  if (rule.count === undefined || rule.count > MAX_ITERATIONS) return null;
  const { count } = rule;
  const found = attempt(rule, start, budget, (engine) => {
    let last = -Infinity;
    engine.all((each, index) => {
      last = each.epochMilliseconds;
      return index < count;
    });
    return last === -Infinity ? [] : [last];
  });
  if (!found.complete) return null;
  budget.steps -= count;
  return found.starts[0];
}
