/**
 * What no calendar takes although it is well-formed (RFC 4791 sections 5.2.6
 * to 5.2.9).
 *
 * @module
 */

import type { ContentLine } from "../text/content_line.ts";
import { SUPPORTED_COMPONENTS } from "./component_names.ts";
import { epochOf, MIN_CIVIL } from "./dates.ts";
import { momentOf } from "./moments.ts";
import { type Component, properties } from "./parse.ts";
import type { CalendarProblem } from "./problems.ts";
import { MAX_CIVIL } from "./recurrence/rule_engine.ts";
import type { ZoneLookup } from "./zones/vtimezone.ts";
import { UTC } from "./zones/zones.ts";

/** Limits of calendars. */
export interface CalendarLimits {
  /** Component types that are taken. */
  readonly components: readonly string[];
  /** Epoch milliseconds of the earliest date taken (RFC 4791 section 5.2.6). */
  readonly minDateTime: number;
  /** Epoch milliseconds of the latest date taken (RFC 4791 section 5.2.7). */
  readonly maxDateTime: number;
  /** ATTENDEE properties in one component (RFC 4791 section 5.2.9). */
  readonly maxAttendeesPerInstance: number;
}

/**
 * The limits of every calendar: the first and the last second that have a name
 * in UTC, and more attendees than any program invites. The number of instances
 * has no limit: what is asked about them has one.
 */
export const CALENDAR_LIMITS: CalendarLimits = {
  components: SUPPORTED_COMPONENTS,
  minDateTime: MIN_CIVIL,
  maxDateTime: MAX_CIVIL,
  maxAttendeesPerInstance: 20_000,
};

/** The components whose time counts: AVAILABLE stands inside of another one (RFC 7953 section 3.1). */
export function timedComponents(main: readonly Component[]): Component[] {
  return main.flatMap((each) => [
    each,
    ...each.components.filter((inner) => inner.name === "AVAILABLE"),
  ]);
}

/** Properties whose dates RFC 4791 sections 5.2.6 and 5.2.7 limit. */
const LIMITED = [
  "DTSTART",
  "DTEND",
  "DUE",
  "COMPLETED",
  "RECURRENCE-ID",
  "RDATE",
  "EXDATE",
];

/** Refuses the year 0, which can be written and which no calendar has, before anybody reads the date. */
export function checkYearZero(line: ContentLine): CalendarProblem | undefined {
  const zero = LIMITED.includes(line.name) &&
    /(^|[,/])\s*0000\d{4}/.test(line.value);
  return zero ? outOfRange("min-date-time", line) : undefined;
}

/** Refuses what is beyond the limits of the components' attendees and dates. */
export function checkLimits(
  main: readonly Component[],
  limits: CalendarLimits,
  zones: ZoneLookup,
): CalendarProblem | undefined {
  return checkAttendees(main, limits) ?? checkDates(main, limits, zones);
}

function outOfRange(
  name: "min-date-time" | "max-date-time",
  line: ContentLine,
): CalendarProblem {
  return { name, message: `${line.name} is out of range`, line: line.line };
}

function checkAttendees(
  main: readonly Component[],
  { maxAttendeesPerInstance: most }: CalendarLimits,
): CalendarProblem | undefined {
  for (const component of main) {
    const attendees = properties(component, "ATTENDEE");
    const extra = attendees[most];
    if (extra !== undefined) {
      const message =
        `Expected at most ${most} attendees, got ${attendees.length}`;
      return {
        name: "max-attendees-per-instance",
        message,
        line: extra.line,
      };
    }
  }
  return undefined;
}

function checkDates(
  main: readonly Component[],
  { minDateTime, maxDateTime }: CalendarLimits,
  zones: ZoneLookup,
): CalendarProblem | undefined {
  for (const line of timedComponents(main).flatMap((one) => one.properties)) {
    if (!LIMITED.includes(line.name)) continue;
    for (const text of line.value.split(/[,/]/)) {
      const moment = momentOf(text, line, zones);
      if (moment === undefined) continue;
      const epoch = epochOf(moment, UTC);
      if (epoch < minDateTime) return outOfRange("min-date-time", line);
      if (epoch > maxDateTime) return outOfRange("max-date-time", line);
    }
  }
  return undefined;
}
