/**
 * What recurrence needs to know of a calendar (RFC 7529): when its years begin
 * and what months they have. Days are numbered as in `civil_days.ts`.
 *
 * @module
 */

/** A month of a certain year. */
export interface CalendarMonth {
  /** Its place among all months that there can be: twice its number in RSCALE's terms, and one more for the leap month behind it. */
  readonly place: number;
  /** Its first day, as the number of a day. */
  readonly first: number;
  /** Days. */
  readonly length: number;
}

/** A year. */
export interface CalendarYear {
  /** Its first day, as the number of a day. */
  readonly first: number;
  /** Days. */
  readonly length: number;
  /** In their order. */
  readonly months: readonly CalendarMonth[];
}

/** A calendar. */
export interface CalendarSystem {
  /** A year by its number; before the first one they go on below 1. */
  year(year: number): CalendarYear;
  /** The year that a day is in. */
  yearOf(day: number): number;
  /** Months between a fixed one and the first one of a year. */
  monthsBefore(year: number): number;
  /** The year that the month with so many before it is in. */
  yearOfMonth(months: number): number;
  /** Steps that a look at a year costs at most. */
  readonly price: number;
  /** Where the calendar repeats itself, weekdays included: after how many years and days. */
  readonly cycle?: { readonly years: number; readonly days: number };
}

/** What a calendar is made of. */
export interface SystemParts {
  /** First day of a year. */
  readonly firstDay: (year: number) => number;
  /** Places and lengths of a year's months; the days of the year are given. */
  readonly months: (
    year: number,
    length: number,
  ) => readonly (readonly [place: number, length: number])[];
  /** A year and its first day, from which others are estimated. */
  readonly anchor: readonly [year: number, first: number];
  /** Days of a year on average. */
  readonly meanYear: number;
  /** Months of each year, or the length of a month on average where years have more or fewer of them. */
  readonly monthsPerYear: number | { readonly meanMonth: number };
  /** Steps that a look at a year costs at most. */
  readonly price: number;
  /** Where the calendar repeats itself. */
  readonly cycle?: { readonly years: number; readonly days: number };
}

/** Years that are kept; then all are dropped. */
const MAX_KEPT = 4_000;

/** A calendar from its parts; years are kept once they were looked at. */
export function createSystem(parts: SystemParts): CalendarSystem {
  const { firstDay, meanYear, monthsPerYear, price, cycle } = parts;
  const [anchorYear, anchorDay] = parts.anchor;
  const kept = new Map<number, CalendarYear>();

  function year(number: number): CalendarYear {
    const found = kept.get(number);
    if (found !== undefined) return found;
    const first = firstDay(number);
    const length = firstDay(number + 1) - first;
    let at = first;
    const months = parts.months(number, length).map(([place, days]) => {
      const month = { place, first: at, length: days };
      at += days;
      return month;
    });
    if (kept.size >= MAX_KEPT) kept.clear();
    const made = { first, length, months };
    kept.set(number, made);
    return made;
  }

  function yearOf(day: number): number {
    let guess = anchorYear + Math.floor((day - anchorDay) / meanYear);
    while (firstDay(guess) > day) guess--;
    while (firstDay(guess + 1) <= day) guess++;
    return guess;
  }

  function monthsBefore(number: number): number {
    if (typeof monthsPerYear === "number") return number * monthsPerYear;
    // months begin within days of the mean, so the nearest is the one
    const days = firstDay(number) - anchorDay;
    return Math.round(days / monthsPerYear.meanMonth);
  }

  function yearOfMonth(months: number): number {
    if (typeof monthsPerYear === "number") {
      return Math.floor(months / monthsPerYear);
    }
    const middle = (months + 0.5) * monthsPerYear.meanMonth;
    return yearOf(anchorDay + Math.floor(middle));
  }

  return {
    year,
    yearOf,
    monthsBefore,
    yearOfMonth,
    price,
    ...(cycle === undefined ? {} : { cycle }),
  };
}
