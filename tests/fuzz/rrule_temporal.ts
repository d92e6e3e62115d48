/**
 * The same question asked of rrule-temporal.
 *
 * @module
 */

import { RRuleTemporal } from "rrule-temporal";
import type { Rule } from "../../src/calendar/rule.ts";
import type { Case } from "./random_rules.ts";

/** Its starts in the case's range as civil milliseconds; undefined where it gives up. */
export function temporalStarts(each: Case): number[] | undefined {
  const { rule, start, from, to } = each;
  const list = (name: keyof Rule["by"], key: string) =>
    rule.by[name].length === 0 ? {} : { [key]: [...rule.by[name]] };
  const byDay = rule.byDay.map(({ nth, day }) =>
    nth === 0 ? day : `${nth}${day}`
  );
  const civil = (at: number) =>
    Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO("UTC");
  try {
    const engine = new RRuleTemporal({
      freq: rule.freq,
      interval: rule.interval,
      dtstart: civil(start.civil),
      tzid: "UTC",
      wkst: rule.weekStart,
      maxIterations: 5_000,
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
    return engine.between(civil(from), civil(to), true)
      .map((at) => at.epochMilliseconds);
  } catch (error) {
    // it has no other way to say that it gives up
    if (error instanceof Error) return undefined;
    throw error;
  }
}
