/**
 * DATE, DATE-TIME, DURATION and PERIOD values (RFC 5545 sections
 * 3.3.4 to 3.3.6 and 3.3.9) as numbers. Wall-clock time is kept as
 * civil milliseconds: the epoch milliseconds of the same fields in UTC.
 *
 * @module
 */

import type { Zone } from "./zones/zones.ts";

/** Milliseconds of a day. */
export const DAY = 86_400_000;

/** A date or date with time, before anybody looks at its zone. */
export interface DateValue {
  /** Civil milliseconds; midnight for dates. */
  readonly civil: number;
  /** DATE, local time (floating, or of the TZID beside it), or UTC. */
  readonly kind: "date" | "local" | "utc";
}

/** A date or time that knows its zone. */
export interface Moment extends DateValue {
  /** The zone of a TZID; absent for dates, floating and UTC values. */
  readonly zone?: Zone;
}

/** A length of time: days by the calendar, the rest by the clock. */
export interface Duration {
  /** Days, weeks included; negative for a negative duration. */
  readonly days: number;
  /** Milliseconds beyond the days, of the same sign. */
  readonly time: number;
}

// a date with a "Z" (Google's birthdays) is a date
const DATE = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?)|Z)?$/i;
// weeks and days behind the "T" (Synology's PT1W) are weeks and days
const DURATION =
  /^([+-]?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)W)?(?:(\d+)D)?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/i;

/** Reads one DATE or DATE-TIME, undefined where it is none or names no day or time of day. */
export function parseDate(text: string): DateValue | undefined {
  const match = DATE.exec(text.trim());
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, zulu] = match;
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  if (y < 1 || m < 1 || m > 12 || d < 1 || d > daysInMonth(y, m)) {
    return undefined;
  }
  const date = civilFromFields(y, m, d);
  if (hour === undefined) return { civil: date, kind: "date" };
  const [h, min] = [Number(hour), Number(minute)];
  // 60 is a leap second, which no clock here knows
  const s = Math.min(Number(second), 59);
  if (h > 23 || min > 59 || Number(second) > 60) return undefined;
  return {
    civil: date + h * 3_600_000 + min * 60_000 + s * 1000,
    kind: zulu === "" ? "local" : "utc",
  };
}

/** Civil milliseconds of midnight; month and day from 1, years below 100 as they are. */
export function civilFromFields(
  year: number,
  month: number,
  day: number,
): number {
  return new Date(0).setUTCFullYear(year, month - 1, day);
}

/** Civil milliseconds of the first second that iCalendar can write and a calendar has. */
export const MIN_CIVIL: number = civilFromFields(1, 1, 1);

/** Days of a month of the Gregorian calendar; months from 1. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) {
    const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
    return leap ? 29 : 28;
  }
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Reads a DURATION, undefined where it is none. Weeks beside days are taken, and both behind the `T`. */
export function parseDuration(text: string): Duration | undefined {
  const trimmed = text.trim();
  const match = DURATION.exec(trimmed);
  if (match === null || !/\d/.test(trimmed)) return undefined;
  const [, sign, weeks, days, moreWeeks, moreDays, hours, minutes, seconds] =
    match;
  const factor = sign === "-" ? -1 : 1;
  const allWeeks = Number(weeks ?? 0) + Number(moreWeeks ?? 0);
  const allDays = Number(days ?? 0) + Number(moreDays ?? 0);
  const duration = {
    days: factor * (allWeeks * 7 + allDays),
    time: factor * 1000 *
      (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 +
        Number(seconds ?? 0)),
  };
  // beyond what any calendar spans; keeps all sums exact
  const span = Math.abs(duration.days) * DAY + Math.abs(duration.time);
  return span <= 10_000 * 366 * DAY ? duration : undefined;
}

/** Epoch milliseconds of a moment; `floating` is the zone of dates and floating times. */
export function epochOf(moment: Moment, floating: Zone): number {
  if (moment.kind === "utc") return moment.civil;
  return (moment.zone ?? floating).toEpoch(moment.civil);
}

/** The moment a duration later, days counted on the wall clock, in epoch milliseconds. */
export function epochAfter(
  moment: Moment,
  duration: Duration,
  floating: Zone,
): number {
  const shifted = { ...moment, civil: moment.civil + duration.days * DAY };
  return epochOf(shifted, floating) + duration.time;
}
