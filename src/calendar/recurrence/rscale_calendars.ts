/**
 * The calendars that RSCALE may name (RFC 7529 section 5): one row for each
 * that differs in its months or days.
 *
 * @module
 */

import {
  createCoptic,
  createGregorian,
  createHebrew,
  createIndian,
  createIslamic,
} from "./rscale_arithmetic.ts";
import { GREGORIAN, NAMES, readRscale } from "./rscale_names.ts";
import { createPlatformSystem } from "./rscale_platform.ts";
import type { CalendarSystem } from "./rscale_system.ts";

/** Months of the moon and years of the sun. */
const LUNISOLAR = {
  meanYear: 365.2422,
  monthsPerYear: { meanMonth: 29.530588853 },
  price: 50,
};

/** Months of the moon, twelve a year. */
const LUNAR = { meanYear: 354.36707, monthsPerYear: 12, price: 16 };

/** How each is made, once it is asked for; undefined where the platform lacks it. */
const MAKERS: Readonly<Record<string, () => CalendarSystem | undefined>> = {
  [GREGORIAN]: createGregorian,
  COPTIC: createCoptic,
  INDIAN: createIndian,
  HEBREW: createHebrew,
  "ISLAMIC-CIVIL": () => createIslamic({ thursday: false }),
  "ISLAMIC-TBLA": () => createIslamic({ thursday: true }),
  CHINESE: () => createPlatformSystem({ name: "chinese", ...LUNISOLAR }),
  DANGI: () => createPlatformSystem({ name: "dangi", ...LUNISOLAR }),
  ISLAMIC: () => createPlatformSystem({ name: "islamic", ...LUNAR }),
  "ISLAMIC-RGSA": () =>
    createPlatformSystem({ name: "islamic-rgsa", ...LUNAR }),
  "ISLAMIC-UMALQURA": () =>
    createPlatformSystem({ name: "islamic-umalqura", ...LUNAR }),
  PERSIAN: () =>
    createPlatformSystem({
      name: "persian",
      meanYear: 365.2422,
      monthsPerYear: 12,
      price: 16,
    }),
};

const made = new Map<string, CalendarSystem | undefined>();

/** The calendar of a rule's `rscale`; undefined where nobody here knows it. */
export function calendarOf(rscale: string): CalendarSystem | undefined {
  if (!Object.hasOwn(MAKERS, rscale)) return undefined;
  if (!made.has(rscale)) made.set(rscale, MAKERS[rscale]?.());
  return made.get(rscale);
}

/** Values of RSCALE that are understood, in upper case; aliases of them are understood too. */
export function supportedRscales(): readonly string[] {
  return NAMES.filter((name) => calendarOf(readRscale(name)) !== undefined);
}
