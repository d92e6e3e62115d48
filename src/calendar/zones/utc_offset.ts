/**
 * UTC-OFFSET values (RFC 5545 section 3.3.14) as milliseconds east of UTC.
 *
 * @module
 */

const OFFSET = /^([+-])(\d\d):?(\d\d)(?::?(\d\d))?$/;

/** Reads a UTC-OFFSET to milliseconds, undefined where it is none. */
export function parseOffset(text: string): number | undefined {
  const match = OFFSET.exec(text.trim());
  if (match === null) return undefined;
  const [, sign, hours, minutes, seconds] = match;
  if (Number(minutes) > 59 || Number(seconds ?? 0) > 59) return undefined;
  const size = Number(hours) * 3600 + Number(minutes) * 60 +
    Number(seconds ?? 0);
  return size < 86_400 ? (sign === "-" ? -1000 : 1000) * size : undefined;
}

/** Milliseconds east of UTC as UTC-OFFSET, with seconds where it has some. */
export function formatOffset(offset: number): string {
  const seconds = Math.round(Math.abs(offset) / 1000);
  const digits = [seconds / 3600, seconds / 60 % 60, seconds % 60]
    .map((part) => String(Math.floor(part)).padStart(2, "0")).join("");
  return (offset < 0 ? "-" : "+") + digits.replace(/00$/, "");
}
