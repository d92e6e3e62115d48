/**
 * Who takes part in the bench of the recurrence engine, each used as its
 * documentation says. A contestant holds what a server would hold of an
 * object between two requests; `read` makes that from text.
 *
 * @module
 */

import ICAL from "ical.js";
import rrule from "rrule";
import { RRuleTemporal } from "rrule-temporal";
import { parseCalendarText } from "../src/calendar/parse.ts";
import { occurrences } from "../src/calendar/recurrence/recurrence.ts";
import { mainComponents } from "../src/calendar/validate.ts";
import { zonesOf } from "../src/calendar/zones/vtimezone.ts";
import { UTC } from "../src/calendar/zones/zones.ts";
import {
  calendarText,
  type Question,
  type Range,
  ruleText,
  ZONE,
} from "./recurrence_questions.ts";

/** Answers a question about a series that it holds: its own values, in their order. */
export type Ask = (range: Range) => readonly unknown[];

/** A library. */
export interface Contestant {
  /** Name in the output. */
  readonly name: string;
  /** What it holds between two questions. */
  readonly holds: string;
  /** Reads a series. */
  read(question: Question): Ask;
  /** Epoch milliseconds of one of its values. */
  epochOf(value: unknown): number;
  /** True where it keeps answers: it is then asked for the same range again and again. */
  readonly keeps: boolean;
}

/** The engine's name in the output. */
export const OURS = "kalends";

const DAY = 86_400_000;

const kalends: Contestant = {
  name: OURS,
  holds: "the parsed iCalendar object",
  read(question) {
    const parsed = parseCalendarText(calendarText(question));
    if (!parsed.ok) throw new Error(parsed.problem.message);
    const components = mainComponents(parsed.calendar);
    const context = { zones: zonesOf(parsed.calendar), floating: UTC };
    return (range) => occurrences(components, range, context).instances;
  },
  epochOf: (value) => (value as { start: number }).start,
  keeps: false,
};

const temporal: Contestant = {
  name: "rrule-temporal",
  holds: "the RRuleTemporal",
  read(question) {
    const rule = new RRuleTemporal({ rruleString: ruleText(question) });
    return ({ start, end }) => rule.between(new Date(start), new Date(end - 1));
  },
  epochOf: (value) => (value as Temporal.ZonedDateTime).epochMilliseconds,
  keeps: false,
};

function ruleSet(name: string, cache: boolean): Contestant {
  return {
    name,
    holds: "the RRuleSet",
    read(question) {
      const set = rrule.rrulestr(ruleText(question), { forceset: true, cache });
      return ({ start, end }) =>
        set.between(new Date(start), new Date(end - 1), true);
    },
    epochOf: (value) => (value as Date).getTime(),
    keeps: cache,
  };
}

/** As its documentation advises for speed: on the wall clock, the zone is the caller's. */
const wallClockRule: Contestant = {
  name: "rrule.js, zone by Temporal",
  holds: "the RRule without a zone, its exceptions in a set",
  read({ start, rule, exceptions }) {
    const civil = (text: string) =>
      Temporal.PlainDateTime.from(text).toZonedDateTime("UTC")
        .epochMilliseconds;
    const options = rrule.RRule.parseString(rule);
    const dtstart = new Date(civil(start));
    const series = new rrule.RRule({ ...options, dtstart }, true);
    const excepted = new Set(exceptions.map(civil));
    const onWall = (epoch: number) =>
      civil(
        Temporal.Instant.fromEpochMilliseconds(epoch).toZonedDateTimeISO(ZONE)
          .toPlainDateTime().toString(),
      );
    const inZone = (date: Date) =>
      Temporal.Instant.fromEpochMilliseconds(date.getTime())
        .toZonedDateTimeISO("UTC").toPlainDateTime().toZonedDateTime(ZONE);
    return (range) =>
      series.between(
        new Date(onWall(range.start)),
        new Date(onWall(range.end) - 1),
        true,
      ).filter((date) => !excepted.has(date.getTime())).map(inZone);
  },
  epochOf: (value) => (value as Temporal.ZonedDateTime).epochMilliseconds,
  keeps: false,
};

function eventOf(question: Question): ICAL.Event {
  const calendar = new ICAL.Component(ICAL.parse(calendarText(question)));
  const zone = calendar.getFirstSubcomponent("vtimezone");
  if (zone !== null && !ICAL.TimezoneService.has(ZONE)) {
    ICAL.TimezoneService.register(zone);
  }
  const event = calendar.getFirstSubcomponent("vevent");
  if (event === null) throw new Error("The question has no VEVENT");
  return new ICAL.Event(event);
}

function walk(iterator: ICAL.RecurExpansion, range: Range): ICAL.Time[] {
  const found: ICAL.Time[] = [];
  let next: ICAL.Time | null = iterator.next();
  while (next !== null) {
    const epoch = next.toUnixTime() * 1000;
    if (epoch >= range.end) break;
    if (epoch >= range.start) found.push(next);
    next = iterator.next();
  }
  return found;
}

function icalEpoch(value: unknown): number {
  return (value as ICAL.Time).toUnixTime() * 1000;
}

const ical: Contestant = {
  name: "ical.js",
  holds: "the ICAL.Event",
  read(question) {
    const event = eventOf(question);
    return (range) => walk(event.iterator(), range);
  },
  epochOf: icalEpoch,
  keeps: false,
};

/** An iterator may begin later; that is right only for a rule without COUNT and INTERVAL, which the caller has to know. */
const icalNear: Contestant = {
  name: "ical.js, begun near the range",
  holds: "the ICAL.Event",
  read(question) {
    const event = eventOf(question);
    const { startDate } = event;
    return (range) => {
      const near = startDate.clone();
      const day = ICAL.Time.fromJSDate(new Date(range.start - DAY), true);
      near.year = day.year;
      near.month = day.month;
      near.day = day.day;
      return walk(event.iterator(near), range);
    };
  },
  epochOf: icalEpoch,
  keeps: false,
};

/** All of them, the engine first. */
export const CONTESTANTS: readonly Contestant[] = [
  kalends,
  temporal,
  ical,
  icalNear,
  ruleSet("rrule.js", false),
  ruleSet("rrule.js, answers kept", true),
  wallClockRule,
];
