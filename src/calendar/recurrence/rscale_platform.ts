/**
 * Calendars that follow the sky or a decree, as the platform's `Intl` knows
 * them: tables of years, filled as they are asked for.
 *
 * @module
 */

import { DAY } from "../dates.ts";
import { type CalendarSystem, createSystem } from "./rscale_system.ts";

/** What distinguishes one of them. */
export interface PlatformCalendar {
  /** Its name in CLDR. */
  readonly name: string;
  /** Days of a year on average. */
  readonly meanYear: number;
  /** Months of each year, or their average length. */
  readonly monthsPerYear: number | { readonly meanMonth: number };
  /** Steps that a look at a year costs at most. */
  readonly price: number;
}

/** A month as the platform writes its days. */
interface PlatformMonth {
  readonly year: number;
  /** As in `CalendarMonth`. */
  readonly place: number;
  /** Its first day. */
  readonly first: number;
}

/** Finds the month that a day is in; undefined where the platform does not know the calendar. */
function createReader(
  name: string,
): MonthAt | undefined {
  const format = new Intl.DateTimeFormat("en", {
    calendar: name,
    timeZone: "UTC",
    year: "numeric",
    month: "numeric",
    day: "numeric",
  });
  if (format.resolvedOptions().calendar !== name) return undefined;
  return (at) => {
    const month = { year: 0, place: 0, first: 0 };
    for (const part of format.formatToParts(at * DAY)) {
      const type: string = part.type;
      const number = parseInt(part.value);
      // Chinese years go by the Gregorian ones that they begin in
      if (type === "year" || type === "relatedYear") month.year = number;
      else if (type === "day") month.first = at - number + 1;
      else if (type === "month") {
        // "4bis" is the leap month after the fourth
        month.place = 2 * number + (part.value === String(number) ? 0 : 1);
      }
    }
    return month;
  };
}

/** A day from whose year others are estimated, in the middle of what is asked for. */
const NEAR = Date.UTC(2001, 0, 1) / DAY;

/** A calendar by the platform, undefined where it does not know it. */
export function createPlatformSystem(
  calendar: PlatformCalendar,
): CalendarSystem | undefined {
  const monthAt = createReader(calendar.name);
  return monthAt === undefined ? undefined : systemOf(monthAt, calendar);
}

function systemOf(
  monthAt: MonthAt,
  calendar: PlatformCalendar,
): CalendarSystem {
  const { meanYear, monthsPerYear, price } = calendar;
  const year = monthAt(NEAR).year;
  const anchor = [year, findFirstDay(monthAt, { year, near: NEAR })] as const;
  const firsts = new Map<number, number>();
  // twenty questions a year, of up to 50 microseconds each: none is asked twice
  const written = new Map<number, string>();

  function firstDay(number: number): number {
    let first = firsts.get(number);
    if (first === undefined) {
      const near = anchor[1] + Math.round((number - anchor[0]) * meanYear);
      first = findFirstDay(monthAt, { year: number, near });
      firsts.set(number, first);
    }
    return first;
  }

  function months(number: number): readonly [place: number, length: number][] {
    const known = written.get(number);
    if (known !== undefined) return readMonths(known);
    const end = firstDay(number + 1);
    const found: [number, number][] = [];
    let month = monthAt(firstDay(number));
    while (month.first < end) {
      const next = monthAfter(monthAt, month);
      found.push([month.place, next.first - month.first]);
      month = next;
    }
    written.set(number, String.fromCharCode(...found.flat()));
    return found;
  }

  return createSystem({
    firstDay,
    months,
    anchor,
    meanYear,
    monthsPerYear,
    price,
  });
}

/** The months of a year from a text that has two characters for each: 10,000 years of them are less than a megabyte. */
function readMonths(text: string): [place: number, length: number][] {
  const months: [number, number][] = [];
  for (let at = 0; at < text.length; at += 2) {
    months.push([text.charCodeAt(at), text.charCodeAt(at + 1)]);
  }
  return months;
}

type MonthAt = (day: number) => PlatformMonth;

/** The month behind one: none has more than 31 days, and two have more together. */
function monthAfter(monthAt: MonthAt, month: PlatformMonth): PlatformMonth {
  return monthAt(month.first + 31);
}

/** First day of a year, month by month from a day that is not far from it. */
function findFirstDay(
  monthAt: MonthAt,
  search: { readonly year: number; readonly near: number },
): number {
  const { year, near } = search;
  let month = monthAt(near);
  while (month.year >= year) month = monthAt(month.first - 1);
  while (month.year < year) month = monthAfter(monthAt, month);
  return month.first;
}
