/**
 * The same question asked of rrule-temporal.
 *
 * @module
 */

import { type RRuleOptions, RRuleTemporal } from "rrule-temporal";
import type { Rule } from "../../src/calendar/recurrence/rule.ts";
import type { Case } from "./random_rules.ts";
import type { SetCase } from "./random_sets.ts";
import { exceptedEpochs, reachOf } from "./set_model.ts";
import { zonedAt } from "./zoned.ts";

/** Instants of a set's starts near its range, RDATEs, EXRULEs and EXDATEs with times applied; undefined where it gives up. */
export function temporalSetStarts(set: SetCase): Set<number> | undefined {
  const { zone, dates } = set;
  const reach = reachOf(set);
  const dtstart = zonedAt(zone, set.start);
  const start = { dtstart, tzid: zone, maxIterations: 5_000, cache: false };
  const at = (epoch: number) =>
    Temporal.Instant.fromEpochMilliseconds(epoch).toZonedDateTimeISO(zone);
  const changes = {
    rDate: dates.map(({ civil }) => zonedAt(zone, civil)),
    exDate: exceptedEpochs(set).map(at),
  };
  const startsOf = (options: RRuleOptions) =>
    new RRuleTemporal(options)
      .between(at(set.from - reach), at(set.to + reach), true)
      .map(({ epochMilliseconds }) => epochMilliseconds);
  const rulesOf = (cases: readonly Case[]) =>
    cases.flatMap((each) =>
      withoutFirst({ ...optionsOf(each, zone), ...start }) ?? []
    );
  // it puts DTSTART among the starts only where the rule gives it
  const only = { freq: "DAILY", count: 1, ...start } as const;
  try {
    const found = new Set<number>();
    for (const rule of [only, ...rulesOf(set.rules)]) {
      for (const epoch of startsOf({ ...rule, ...changes })) found.add(epoch);
    }
    for (const rule of rulesOf(set.exclusions)) {
      for (const epoch of startsOf(rule)) found.delete(epoch);
    }
    return found;
  } catch (error) {
    // it has no other way to say that it gives up
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/**
 * DTSTART counts as the first of COUNT (RFC 5545 section 3.3.10), also where
 * the rule does not give it; rrule-temporal counts what the rule gives.
 * Undefined where nothing is left for the rule.
 */
function withoutFirst<
  T extends ReturnType<typeof optionsOf> & { dtstart: Temporal.ZonedDateTime },
>(options: T): T | undefined {
  const { count, dtstart } = options;
  if (count === undefined) return options;
  const [first] = new RRuleTemporal(options).between(dtstart, dtstart, true);
  if (first !== undefined) return options;
  return count === 1 ? undefined : { ...options, count: count - 1 };
}

function optionsOf({ rule, start }: Case, zone: string) {
  const list = (name: keyof Rule["by"], key: string) =>
    rule.by[name].length === 0 ? {} : { [key]: [...rule.by[name]] };
  const byDay = rule.byDay.map(({ nth, day }) =>
    nth === 0 ? day : `${nth}${day}`
  );
  return {
    freq: rule.freq,
    interval: rule.interval,
    wkst: rule.weekStart,
    ...(rule.count === undefined ? {} : { count: rule.count }),
    ...(start.until === undefined ? {} : { until: zonedAt(zone, start.until) }),
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
  };
}
