/**
 * Where other programs differ from the engine, and why RFC 5545 says that
 * they are wrong, or that nobody is. A difference counts as explained only
 * where the engine agrees with the plain reading of `plain.ts` too. One more
 * never shows: neither program counts a DTSTART that its rule does not give in
 * COUNT (section 3.3.10 does), so both are asked for one start less.
 *
 * @module
 */

import { parseRule, type Rule } from "../../src/calendar/recurrence/rule.ts";

/** A class of differences. */
export interface Difference {
  /** What it is about, short. */
  readonly name: string;
  /** What RFC 5545 section 3.3.10, or RFC 7529, says. */
  readonly reason: string;
  /** Whether a rule may show it; `moves`: on a wall clock whose offset changes. */
  readonly applies: (rule: Rule, moves: boolean) => boolean;
}

function has(rule: Rule, ...names: (keyof Rule["by"])[]): boolean {
  return names.every((name) => rule.by[name].length > 0);
}

function isNumbered(rule: Rule): boolean {
  return rule.byDay.some((each) => each.nth !== 0);
}

function isMixed(rule: Rule): boolean {
  return isNumbered(rule) && rule.byDay.some((each) => each.nth === 0);
}

/** Differences of rrule-temporal. */
export const TEMPORAL_DIFFERENCES: readonly Difference[] = [
  {
    name: "BYDAY with and without numbers",
    reason:
      "each value of BYDAY stands for itself: plain weekdays mean all of them; rrule-temporal forgets them",
    applies: isMixed,
  },
  {
    name: "BYWEEKNO without BYDAY",
    reason:
      "what the rule leaves out comes from DTSTART, so its weekday; rrule-temporal takes the weekday of DTSTART's date in other years",
    applies: (rule) => has(rule, "BYWEEKNO") && rule.byDay.length === 0,
  },
  {
    name: "BYWEEKNO beside other parts",
    reason:
      "parts are applied one after the other, and BYDAY limits where BYYEARDAY or BYMONTHDAY is present (note 2); rrule-temporal joins them",
    applies: (rule) =>
      has(rule, "BYWEEKNO") &&
      (has(rule, "BYMONTHDAY") || has(rule, "BYYEARDAY") ||
        has(rule, "BYMONTH")),
  },
  {
    name: "BYWEEKNO at the ends of the year",
    reason:
      "the RFC does not say whether days of week 1 in December belong to the period of their calendar year; we take them there, as python-dateutil does",
    applies: (rule) => has(rule, "BYWEEKNO"),
  },
  {
    name: "BYYEARDAY beside other parts",
    reason:
      "BYYEARDAY, BYMONTHDAY and BYDAY limit each other (table and note 2); rrule-temporal joins them",
    applies: (rule) =>
      has(rule, "BYYEARDAY") &&
      (has(rule, "BYMONTHDAY") || has(rule, "BYMONTH") ||
        rule.byDay.length > 0),
  },
  {
    name: "BYYEARDAY=366",
    reason:
      "instances with an invalid date are ignored: a year of 365 days has no 366th, from neither end; with SKIP it is moved",
    applies: (rule) => rule.by.BYYEARDAY.some((each) => Math.abs(each) === 366),
  },
  {
    name: "BYMONTHDAY beside numbered BYDAY in a year",
    reason:
      "BYDAY limits where BYMONTHDAY is present (note 2); rrule-temporal ignores one of them",
    applies: (rule) =>
      rule.freq === "YEARLY" && has(rule, "BYMONTHDAY") &&
      rule.byDay.length > 0,
  },
  {
    name: "53rd weekday of a year",
    reason:
      "where a year has 52 of a weekday, the 53rd is no date and is ignored; rrule-temporal takes it from the next year",
    applies: (rule) =>
      rule.freq === "YEARLY" &&
      rule.byDay.some((each) => Math.abs(each.nth) === 53),
  },
  {
    name: "SKIP",
    reason:
      "RFC 7529 section 4.1: an invalid day of the month, counted from either end, becomes the valid day before or after; where BY parts only limit, nothing is invalid; rrule-temporal leaves negative days out, drops DTSTART's minutes from HOURLY rules with SKIP, and gives times before DTSTART in shorter ones",
    applies: (rule) => rule.skip !== "OMIT",
  },
  {
    name: "FREQ below a day across a change of offset",
    reason:
      "what a rule counts are local times: BYHOUR and the others name them, and section 3.3.10 interprets each computed local time by 3.3.5; rrule-temporal counts hours that pass, and is an hour off after the change",
    applies: (rule, moves) =>
      moves && ["HOURLY", "MINUTELY", "SECONDLY"].includes(rule.freq),
  },
  {
    name: "local time that does not exist",
    reason:
      "section 3.3.10 says both that it is ignored and that it is interpreted as an explicit time, by 3.3.5 the one after the gap; we take the latter, which loses nothing, rrule-temporal the former",
    applies: (_rule, moves) => moves,
  },
];

/** Differences of python-dateutil. */
export const DATEUTIL_DIFFERENCES: readonly Difference[] = [
  {
    name: "BYDAY with and without numbers",
    reason:
      "each value of BYDAY stands for itself; python-dateutil takes only days that are both",
    applies: isMixed,
  },
  {
    name: "BYWEEKNO without BYDAY",
    reason:
      "what the rule leaves out comes from DTSTART, so its weekday; python-dateutil takes the whole week",
    applies: (rule) =>
      has(rule, "BYWEEKNO") && rule.byDay.length === 0 &&
      !has(rule, "BYMONTHDAY") && !has(rule, "BYYEARDAY"),
  },
  {
    name: "BYWEEKNO at the ends of the year",
    reason:
      "days of January may lie in the last week of the year before (1 January 2010 in week 52 with WKST=SU); python-dateutil miscounts the weeks of that year",
    applies: (rule) => has(rule, "BYWEEKNO"),
  },
  {
    name: "BYSETPOS in DTSTART's week",
    reason:
      "a set begins at the beginning of the interval, so BYSETPOS counts the days before DTSTART too; python-dateutil begins the first week of a WEEKLY rule with DTSTART",
    applies: (rule) => rule.freq === "WEEKLY" && has(rule, "BYSETPOS"),
  },
  {
    name: "days from a local time that does not exist",
    reason:
      "a nominal duration counts from the time that the rule names, not from the one that it is moved to",
    applies: (_rule, moves) => moves,
  },
];

/** What stands for DTSTART and RDATEs, which have no rule. */
const ONCE = parseRule("FREQ=DAILY;COUNT=1");

/** The first class that explains a difference of a set with these rules, undefined where none does. */
export function explain(
  rules: readonly Rule[],
  moves: boolean,
  differences: readonly Difference[],
): Difference | undefined {
  const asked = [...rules, ...ONCE.ok ? [ONCE.rule] : []];
  for (const rule of asked) {
    const found = differences.find((each) => each.applies(rule, moves));
    if (found !== undefined) return found;
  }
  return undefined;
}
