/**
 * Small calendar objects for tests.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { BusyContext, BusyTime } from "../../../src/calendar/busy/busy.ts";
import {
  type Calendar,
  parseCalendarText,
} from "../../../src/calendar/parse.ts";

/** Lines to bytes, with CRLF. */
export function bytesOf(...lines: string[]): Uint8Array {
  return new TextEncoder().encode(`${lines.join("\r\n")}\r\n`);
}

/** Lines wrapped in a VCALENDAR. */
export function calendarLines(...lines: string[]): string[] {
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Example//EN",
    ...lines,
    "END:VCALENDAR",
  ];
}

/** Lines wrapped in a VEVENT with a UID. */
export function eventLines(...lines: string[]): string[] {
  return ["BEGIN:VEVENT", "UID:one", ...lines, "END:VEVENT"];
}

/** Lines wrapped in a VTODO with a UID. */
export function todoLines(...lines: string[]): string[] {
  return ["BEGIN:VTODO", "UID:one", ...lines, "END:VTODO"];
}

/** An object of these lines in a VCALENDAR. */
export function objectOf(...lines: string[]): Uint8Array {
  return bytesOf(...calendarLines(...lines));
}

/** The parsed object of these lines in a VCALENDAR. */
export function calendarOf(...lines: string[]): Calendar {
  const parsed = parseCalendarText(
    new TextDecoder().decode(objectOf(...lines)),
  );
  assert.ok(parsed.ok);
  return parsed.calendar;
}

/** Reads an object into busy time; false where the bound on work was reached first. */
export function addBusy(
  time: BusyTime,
  calendar: Calendar,
  context: BusyContext,
): boolean {
  const part = time.read(calendar, context);
  if (part !== undefined) time.take(part);
  return part !== undefined;
}
