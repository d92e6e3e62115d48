/**
 * The same question asked of rrule-temporal.
 *
 * @module
 */

import { RRuleTemporal } from "rrule-temporal";
import type { Rule } from "../../src/calendar/rule.ts";
import type { Case } from "./random_rules.ts";
import type { SetCase } from "./random_sets.ts";
import { exceptedEpochs, reachOf } from "./set_model.ts";
import { zonedAt } from "./zoned.ts";

/** Instants of a set's starts near its range, RDATEs and EXDATEs with times applied; undefined where it gives up. */
export function temporalSetStarts(set: SetCase): Set<number> | undefined {
  const { zone, dates } = set;
  const reach = reachOf(set);
  const excepted = exceptedEpochs(set);
  const dtstart = zonedAt(zone, set.start);
  const at = (epoch: number) =>
    Temporal.Instant.fromEpochMilliseconds(epoch).toZonedDateTimeISO(zone);
  // it puts DTSTART among the starts only where the rule gives it
  const only = { freq: "DAILY", count: 1 } as const;
  const start = { dtstart, tzid: zone, maxIterations: 5_000, cache: false };
  const found = new Set<number>();
  try {
    const rules = [
      only,
      ...set.rules.flatMap((each) => {
        const options = optionsOf(each, zone);
        return withoutFirst({ ...options, ...start }) ?? [];
      }),
    ];
    for (const rule of rules) {
      const engine = new RRuleTemporal({
        ...rule,
        ...start,
        rDate: dates.map(({ civil }) => zonedAt(zone, civil)),
        exDate: excepted.map(at),
      });
      const starts = engine.between(
        at(set.from - reach),
        at(set.to + reach),
        true,
      );
      for (const { epochMilliseconds } of starts) found.add(epochMilliseconds);
    }
  } catch (error) {
    // it has no other way to say that it gives up
    if (error instanceof Error) return undefined;
    throw error;
  }
  return found;
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
