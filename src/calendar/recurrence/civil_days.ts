/**
 * Days of the Gregorian calendar as integers, numbered from 1 January 1970;
 * days of a year and months are numbered from 0, weekdays from Monday 0.
 *
 * @module
 */

/** Days in 400 years, after which the calendar repeats itself, weekdays included. */
export const CYCLE_DAYS = 146_097;

const BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/** True for years of 366 days. */
export function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Day number of 1 January. */
export function firstDay(year: number): number {
  const before = year - 1;
  return 365 * (year - 1970) +
    Math.floor(before / 4) - Math.floor(before / 100) +
    Math.floor(before / 400) - 477;
}

/** The year that a day is in. */
export function yearOf(day: number): number {
  let year = 1970 + Math.floor(day / 365.2425);
  if (firstDay(year) > day) year--;
  else if (firstDay(year + 1) <= day) year++;
  return year;
}

/** Days of the year before a month; months from 0, 12 for those of the whole year. */
export function beforeMonth(month: number, leap: boolean): number {
  return (BEFORE_MONTH[month] ?? 365) + (leap && month > 1 ? 1 : 0);
}

/** The month that a day of the year is in. */
export function monthAt(ofYear: number, leap: boolean): number {
  let month = Math.min(11, Math.floor(ofYear / 29));
  while (beforeMonth(month, leap) > ofYear) month--;
  return month;
}

/** Day of the week of a day, Monday 0. */
export function weekdayOf(day: number): number {
  return modulo(day + 3, 7);
}

/** The remainder of a division that is never negative. */
export function modulo(value: number, by: number): number {
  return value - by * Math.floor(value / by);
}

/** Greatest common divisor of two positive integers. */
export function commonDivisor(a: number, b: number): number {
  let [one, other] = [a, b];
  while (other > 0) [one, other] = [other, one % other];
  return one;
}

/** A copy in ascending order, nothing twice. */
export function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
