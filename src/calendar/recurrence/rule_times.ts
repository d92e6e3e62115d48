/**
 * Times of day that a rule takes (RFC 5545 section 3.3.10): BYHOUR, BYMINUTE
 * and BYSECOND, each filled from DTSTART, or with all values where FREQ makes
 * them.
 *
 * @module
 */

import { ascending, modulo } from "./civil_days.ts";
import { DAY } from "../dates.ts";
import type { Rule } from "./rule.ts";

/** Milliseconds of an hour. */
export const HOUR = 3_600_000;

/** Milliseconds of a minute. */
export const MINUTE = 60_000;

/** Milliseconds of a second. */
export const SECOND = 1_000;

/** Values of the clock's fields, each list ascending and never empty: all their combinations are taken. */
export interface TimeFields {
  /** From 0 to 23. */
  readonly hours: readonly number[];
  /** From 0 to 59. */
  readonly minutes: readonly number[];
  /** From 0 to 59. */
  readonly seconds: readonly number[];
}

/** The fields of a rule; those that FREQ runs through are complete where no BY part limits them. */
export function timeFields(rule: Rule, civil: number): TimeFields {
  const { freq, by } = rule;
  const time = modulo(civil, DAY);
  const runs = ["HOURLY", "MINUTELY", "SECONDLY"].indexOf(freq) + 1;
  const values = (list: readonly number[], of: number, own: number | null) =>
    list.length > 0 ? ascending(list) : own === null ? all(of) : [own];
  // 60 is a leap second, which no clock here knows
  const seconds = by.BYSECOND.map((each) => Math.min(each, 59));
  return {
    hours: values(by.BYHOUR, 24, runs >= 1 ? null : Math.floor(time / HOUR)),
    minutes: values(
      by.BYMINUTE,
      60,
      runs >= 2 ? null : Math.floor(time / MINUTE) % 60,
    ),
    seconds: values(
      seconds,
      60,
      runs >= 3 ? null : Math.floor(time / SECOND) % 60,
    ),
  };
}

function all(of: number): number[] {
  return Array.from({ length: of }, (_, value) => value);
}

/** How many times of day there are. */
export function timesPerDay(fields: TimeFields): number {
  return fields.hours.length * fields.minutes.length * fields.seconds.length;
}

/** All times of day in milliseconds, ascending. */
export function listTimes(fields: TimeFields): number[] {
  const times: number[] = [];
  for (const hour of fields.hours) {
    for (const minute of fields.minutes) {
      for (const second of fields.seconds) {
        times.push(hour * HOUR + minute * MINUTE + second * SECOND);
      }
    }
  }
  return times;
}

/** How many times of day lie before one, in milliseconds. */
export function timesBefore(fields: TimeFields, time: number): number {
  const { hours, minutes, seconds } = fields;
  const hour = Math.floor(time / HOUR);
  const minute = Math.floor(time / MINUTE) % 60;
  const before = lowerBound(hours, hour) * minutes.length * seconds.length;
  if (!hours.includes(hour)) return before;
  const within = before + lowerBound(minutes, minute) * seconds.length;
  if (!minutes.includes(minute)) return within;
  return within + lowerBound(seconds, (time % MINUTE) / SECOND);
}

/** The time of day with so many before it, in milliseconds; there must be one. */
export function timeAt(fields: TimeFields, index: number): number {
  const { hours, minutes, seconds } = fields;
  const minute = Math.floor(index / seconds.length);
  const hour = Math.floor(minute / minutes.length);
  return (hours[hour] ?? 0) * HOUR +
    (minutes[minute % minutes.length] ?? 0) * MINUTE +
    (seconds[index % seconds.length] ?? 0) * SECOND;
}

/** How many of ascending values are below one. */
export function lowerBound(values: readonly number[], value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? Infinity) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
