/**
 * Busy time as an iCalendar object.
 *
 * @module
 */

import { foldLine } from "../../text/data_line.ts";
import type { BusyPeriod, Period } from "./busy_periods.ts";
import { formatUtc } from "../date_text.ts";

/** An iCalendar object with one VFREEBUSY (RFC 5545 section 3.6.4). */
export function writeFreeBusy(
  periods: readonly BusyPeriod[],
  about: {
    /** The range that was asked about. */
    readonly range: Period;
    /** Epoch milliseconds of the answer. */
    readonly now: number;
    /** Unique id of the answer (RFC 5545 section 3.6.4 wants one). */
    readonly uid: string;
  },
): string {
  const { range, now, uid } = about;
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Kalends//Kalends//EN",
    "BEGIN:VFREEBUSY",
    `UID:${uid}`,
    `DTSTAMP:${formatUtc(now)}`,
    `DTSTART:${formatUtc(range.start)}`,
    `DTEND:${formatUtc(range.end)}`,
    ...periods.map(({ start, end, type }) =>
      `FREEBUSY${type === "BUSY" ? "" : `;FBTYPE=${type}`}:${
        formatUtc(start)
      }/${formatUtc(end)}`
    ),
    "END:VFREEBUSY",
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${foldLine(line)}\r\n`).join("");
}
