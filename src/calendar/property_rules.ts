/**
 * Values that must be readable before an object is stored, because its place
 * in time depends on them: one row for each property.
 *
 * @module
 */

import { type ContentLine, shorten } from "../text/content_line.ts";
import { parseDate, parseDuration } from "./dates.ts";
import { parseRule } from "./recurrence/rule.ts";

/** What is wrong with a value; undefined where nothing is. */
type Fault = string | undefined;

function date(value: string): Fault {
  return parseDate(value) === undefined ? "is no date" : undefined;
}

function duration(value: string): Fault {
  return parseDuration(value) === undefined ? "is no duration" : undefined;
}

/** A PERIOD of RFC 5545 section 3.3.9. */
function period(value: string): Fault {
  const [from = "", to = "", more] = value.split("/");
  const ends = date(to) === undefined || duration(to) === undefined;
  return more === undefined && !date(from) && ends ? undefined : "is no period";
}

/** A list of dates (and periods); an empty one is common and means nothing. */
function list(value: string, periods: boolean): Fault {
  const good = (each: string) => !date(each) || (periods && !period(each));
  return value.trim() === "" || value.split(",").every(good)
    ? undefined
    : "holds something that is no date";
}

function rule(value: string): Fault {
  const parsed = parseRule(value);
  return parsed.ok ? undefined : `is no recurrence rule: ${parsed.message}`;
}

/**
 * Checks by property name. What is not here is stored as it came: DTSTAMP,
 * CREATED and LAST-MODIFIED too, which Outlook fills with the year 0 and no
 * time range depends on.
 */
const CHECKS: Readonly<Record<string, (value: string) => Fault>> = {
  DTSTART: date,
  DTEND: date,
  DUE: date,
  "RECURRENCE-ID": date,
  COMPLETED: date,
  EXDATE: (value) => list(value, false),
  RDATE: (value) => list(value, true),
  DURATION: duration,
  RRULE: rule,
};

/** A sentence about what is wrong with a property's value, undefined where nothing is. */
export function propertyFault(line: ContentLine): string | undefined {
  if (!Object.hasOwn(CHECKS, line.name)) return undefined;
  const fault = CHECKS[line.name]?.(line.value);
  if (fault === undefined) return undefined;
  return `${line.name} on line ${line.line} ${fault}: ${
    JSON.stringify(shorten(line.value))
  }`;
}
