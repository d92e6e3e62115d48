/**
 * Names of calendars in RSCALE (RFC 7529 section 5): those of CLDR, without
 * regard to case.
 *
 * @module
 */

/** The calendar of RFC 5545. */
export const GREGORIAN = "GREGORIAN";

/**
 * Names by the calendar that has the same years, months and days: rules know
 * no number of a year and no era. Left: aliases and deprecated names too.
 */
const COMPUTED_AS: Readonly<Record<string, string>> = {
  GREGORY: GREGORIAN,
  ISO8601: GREGORIAN,
  BUDDHIST: GREGORIAN,
  JAPANESE: GREGORIAN,
  ROC: GREGORIAN,
  ETHIOPIC: "COPTIC",
  ETHIOAA: "COPTIC",
  "ETHIOPIC-AMETE-ALEM": "COPTIC",
  ISLAMICC: "ISLAMIC-CIVIL",
};

/** The name of the calendar that an RSCALE is computed in; an unknown one in upper case. */
export function readRscale(text: string): string {
  const name = text.trim().toUpperCase();
  return Object.hasOwn(COMPUTED_AS, name) ? COMPUTED_AS[name] ?? name : name;
}

/** The names that CLDR prefers, with the one of RFC 7529 for the Gregorian calendar. */
export const NAMES: readonly string[] = [
  GREGORIAN,
  "BUDDHIST",
  "CHINESE",
  "COPTIC",
  "DANGI",
  "ETHIOAA",
  "ETHIOPIC",
  "HEBREW",
  "INDIAN",
  "ISLAMIC",
  "ISLAMIC-CIVIL",
  "ISLAMIC-RGSA",
  "ISLAMIC-TBLA",
  "ISLAMIC-UMALQURA",
  "ISO8601",
  "JAPANESE",
  "PERSIAN",
  "ROC",
];
