/**
 * The only place that asks the runtime about time zones. `Intl` is asked and
 * not `Temporal`, which Deno Deploy lacks; both have the same data (ICU's copy
 * of the IANA database).
 *
 * @module
 */

import process from "node:process";
import { formatOffset, parseOffset } from "./utc_offset.ts";

/**
 * Version of the runtime's zone data. What the runtime says (`2026b`) is a
 * constant in its sources, and Deno 2.9.6 says it of data that are of 2025b; the
 * data are compiled in, so the runtime's own version stands beside it.
 */
export const PLATFORM_ZONE_VERSION: string = `${
  process.versions["tz"] ?? "unknown"
}+deno.${Deno.version.deno}`;

/** Names of the zones that the runtime lists, in its own choice of names. */
export function platformZones(): readonly string[] {
  return Intl.supportedValuesOf("timeZone");
}

/** The runtime's own name of a zone, undefined for names that it takes for none. */
export function platformZone(name: string): string | undefined {
  return formatOf(name, "longOffset")?.resolvedOptions().timeZone;
}

/** Milliseconds east of UTC by epoch milliseconds, to the second; slow. Undefined for names that the runtime does not know. */
export function platformOffsets(
  name: string,
): ((epoch: number) => number) | undefined {
  const format = formatOf(name, "longOffset")?.format;
  if (format === undefined) return undefined;
  const read = new Map<string, number>();
  return (epoch) => {
    // "45 GMT-00:44:30"; "GMT" alone is no offset
    const text = format(epoch);
    const tail = text.slice(text.lastIndexOf("GMT") + 3);
    let offset = read.get(tail);
    if (offset === undefined) read.set(tail, offset = parseOffset(tail) ?? 0);
    return offset;
  };
}

/** Places whose English has abbreviations of their own for their zones. */
const LOCALES = ["en-US", "en-GB", "en-AU", "en-NZ", "en-IN", "en-ZA"];

/**
 * What a zone's time is called at an instant, by epoch milliseconds: an
 * abbreviation where English has one (`CEST`), else the offset as IANA writes
 * it (`+0330`). Undefined for names that the runtime does not know.
 */
export function platformAbbreviations(
  name: string,
): ((epoch: number) => string) | undefined {
  const offsets = platformOffsets(name);
  if (offsets === undefined) return undefined;
  const formats = LOCALES.map((locale) => formatOf(name, "short", locale));
  return (epoch) => {
    for (const format of formats) {
      const text = format?.format(epoch) ?? "";
      const found = / ([A-Z]{3,5})$/.exec(text)?.[1];
      if (found !== undefined) return found;
    }
    const offset = formatOffset(offsets(epoch));
    return offset.length === 5 ? offset.replace(/00$/, "") : offset;
  };
}

function formatOf(
  name: string,
  timeZoneName: "longOffset" | "short",
  locale = "en-US",
): Intl.DateTimeFormat | undefined {
  try {
    // one short field beside the zone: without any, the whole date is written
    return new Intl.DateTimeFormat(locale, {
      timeZone: name,
      timeZoneName,
      minute: "numeric",
    });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
