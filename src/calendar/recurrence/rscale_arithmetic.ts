/**
 * Calendars whose years follow from numbers alone, for all times: Gregorian,
 * Coptic (and Ethiopic), Indian, the tabular Islamic ones and Hebrew.
 *
 * @module
 */

import {
  beforeMonth,
  CYCLE_DAYS,
  firstDay,
  isLeap,
  modulo,
} from "./civil_days.ts";
import { type CalendarSystem, createSystem } from "./rscale_system.ts";

type Months = readonly (readonly [place: number, length: number])[];

const PRICE = 10;

/** Months numbered from 1, none of them a leap month. */
function numbered(lengths: readonly number[]): Months {
  return lengths.map((length, at) => [2 * (at + 1), length]);
}

/** The Gregorian calendar. */
export function createGregorian(): CalendarSystem {
  return createSystem({
    firstDay,
    months: (year) => {
      const leap = isLeap(year);
      return numbered(
        Array.from(
          { length: 12 },
          (_, month) => beforeMonth(month + 1, leap) - beforeMonth(month, leap),
        ),
      );
    },
    anchor: [1970, 0],
    meanYear: 365.2425,
    monthsPerYear: 12,
    price: PRICE,
    cycle: { years: 400, days: CYCLE_DAYS },
  });
}

/** 29 August 284 of the Julian calendar, on which the Coptic year 1 began. */
const COPTIC_EPOCH = -615_558;

/** Twelve months of 30 days, and five days, or six in the year before a Julian leap year. */
export function createCoptic(): CalendarSystem {
  return createSystem({
    firstDay: (year) => COPTIC_EPOCH + 365 * (year - 1) + Math.floor(year / 4),
    months: (_, length) =>
      numbered([...Array.from({ length: 12 }, () => 30), length - 360]),
    anchor: [1, COPTIC_EPOCH],
    meanYear: 365.25,
    monthsPerYear: 13,
    price: PRICE,
    cycle: { years: 28, days: 10_227 },
  });
}

/** The Saka year 0 began in the Gregorian year 78. */
const SAKA_EPOCH = 78;

/** Years begin on 22 March, or on 21 March in Gregorian leap years. */
export function createIndian(): CalendarSystem {
  const first = (year: number) => firstDay(year + SAKA_EPOCH) + 80;
  return createSystem({
    firstDay: first,
    months: (_, length) =>
      numbered([length - 335, 31, 31, 31, 31, 31, 30, 30, 30, 30, 30, 30]),
    anchor: [1892, first(1892)],
    meanYear: 365.2425,
    monthsPerYear: 12,
    price: PRICE,
    cycle: { years: 400, days: CYCLE_DAYS },
  });
}

/** 16 July 622 of the Julian calendar, a Friday. */
const HIJRA = -492_148;

/** Eleven leap years in thirty; `thursday` is the epoch of the astronomers, a day earlier. */
export function createIslamic(
  options: { readonly thursday: boolean },
): CalendarSystem {
  const epoch = HIJRA - (options.thursday ? 1 : 0);
  return createSystem({
    firstDay: (year) =>
      epoch + 354 * (year - 1) + Math.floor((3 + 11 * year) / 30),
    months: (_, length) =>
      numbered([30, 29, 30, 29, 30, 29, 30, 29, 30, 29, 30, length - 325]),
    anchor: [1, epoch],
    meanYear: 354 + 11 / 30,
    monthsPerYear: 12,
    price: PRICE,
    cycle: { years: 210, days: 74_417 },
  });
}

/** 7 October of 3761 BC in the Julian calendar, from which the molads of Hebrew years are counted. */
const CREATION = -2_092_590;

/** Parts of an hour in a day. */
const PARTS = 25_920;

/** Days from the creation to the mean new moon that a Hebrew year begins with, or to the day that it is put off to for the weekday's sake. */
function hebrewMolad(year: number): number {
  const months = Math.floor((235 * year - 234) / 19);
  const parts = 12_084 + 13_753 * months;
  const day = 29 * months + Math.floor(parts / PARTS);
  // no year begins on a Sunday, a Wednesday or a Friday
  return modulo(3 * (day + 1), 7) < 3 ? day + 1 : day;
}

/** First day of a Hebrew year: years of 356 or 382 days are avoided too. */
function hebrewFirstDay(year: number): number {
  const own = hebrewMolad(year);
  if (hebrewMolad(year + 1) - own === 356) return CREATION + own + 2;
  if (own - hebrewMolad(year - 1) === 382) return CREATION + own + 1;
  return CREATION + own;
}

/** Months of a Hebrew year; Adar I of leap years is the leap month after the fifth (RFC 7529 section 4.2). */
function hebrewMonths(_: number, length: number): Months {
  const leap = length > 360;
  const rest = length - (leap ? 383 : 353);
  const heshvan = rest === 2 ? 30 : 29;
  const kislev = rest === 0 ? 29 : 30;
  return [
    ...numbered([30, heshvan, kislev, 29, 30]),
    ...(leap ? [[11, 30] as const] : []),
    ...numbered([29, 30, 29, 30, 29, 30, 29])
      .map(([place, days]) => [place + 10, days] as const),
  ];
}

/** Twelve or thirteen months; seven leap years in nineteen. */
export function createHebrew(): CalendarSystem {
  const meanMonth = 29 + 13_753 / PARTS;
  return createSystem({
    firstDay: hebrewFirstDay,
    months: hebrewMonths,
    anchor: [1, hebrewFirstDay(1)],
    meanYear: meanMonth * 235 / 19,
    monthsPerYear: { meanMonth },
    price: PRICE,
  });
}
