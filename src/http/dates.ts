/**
 * Dates of HTTP headers (RFC 9110 section 5.6.7).
 *
 * @module
 */

const MONTHS: readonly string[] = [
  "Jan",
  "Feb",
  "Mar",
  "Apr",
  "May",
  "Jun",
  "Jul",
  "Aug",
  "Sep",
  "Oct",
  "Nov",
  "Dec",
];

const DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const LONG_DAY = "(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)";
const MONTH = `(?<month>${MONTHS.join("|")})`;
const TIME = "(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)";

/** The three forms: that of today, RFC 850's with two digits of the year, and that of C's asctime. */
const FORMS: readonly RegExp[] = [
  new RegExp(`^${DAY}, (?<day>\\d\\d) ${MONTH} (?<year>\\d{4}) ${TIME} GMT$`),
  new RegExp(
    `^${LONG_DAY}, (?<day>\\d\\d)-${MONTH}-(?<year>\\d\\d) ${TIME} GMT$`,
  ),
  new RegExp(`^${DAY} ${MONTH} (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})$`),
];

/**
 * Reads a date in any of the three forms.
 *
 * @param now Epoch milliseconds: decides the century of a year with two digits.
 * @returns Epoch milliseconds, or null for what is no date.
 */
export function parseHttpDate(text: string, now: number): number | null {
  for (const form of FORMS) {
    const fields = form.exec(text.trim())?.groups;
    if (fields === undefined) continue;
    const numberOf = (name: string): number => Number(fields[name]);
    const month = MONTHS.indexOf(fields["month"] ?? "");
    const day = numberOf("day");
    const year = fields["year"]?.length === 2
      ? fullYear(numberOf("year"), now)
      : numberOf("year");
    const time = [numberOf("hour"), numberOf("minute"), numberOf("second")];
    const [hour = 0, minute = 0, second = 0] = time;
    // A leap second is written as 60 and counts as the first one of the next minute.
    if (hour > 23 || minute > 59 || second > 60) return null;
    const date = new Date(0);
    date.setUTCFullYear(year, month, day);
    if (date.getUTCMonth() !== month || date.getUTCDate() !== day) return null;
    return date.setUTCHours(hour, minute, second, 0);
  }
  return null;
}

/** More than 50 years ahead means the century before. */
function fullYear(year: number, now: number): number {
  const present = new Date(now).getUTCFullYear();
  const candidate = present - present % 100 + year;
  return candidate > present + 50 ? candidate - 100 : candidate;
}

/** Writes a date as every sender must; whole seconds. */
export function formatHttpDate(time: number): string {
  return new Date(time).toUTCString();
}
