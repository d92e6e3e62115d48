/**
 * Many calendar objects as one iCalendar file, each time zone once, those that
 * objects name without describing them included.
 *
 * @module
 */

import { withLineEnd } from "../../text/line_end.ts";
import { findSegments } from "../../text/segments.ts";
import { decodeUtf8, encodeText } from "../../text/text_value.ts";
import { listedZone } from "../zones/listed_zones.ts";
import { foldLine } from "../../text/data_line.ts";
import { parseContentLines } from "../../text/content_line.ts";
import {
  missingZones,
  noteZones,
  type ZoneUse,
} from "../zones/zone_reference.ts";

/** What is said about the calendar as a whole. */
export interface CalendarTitle {
  /** Name as shown to people; absent: none. */
  readonly name?: string;
  /** False: without the VTIMEZONEs that everybody knows (RFC 7809); absent: with all. */
  readonly zones?: boolean;
}

/**
 * One VCALENDAR with the components of all objects, in the order given; their
 * lines keep their bytes. Objects are taken as stored, so what cannot be read
 * is left out. Of two time zones with one TZID the first counts; where a known
 * zone is named and nobody brought it (RFC 7809), it is written.
 */
export function joinCalendars(
  objects: Iterable<Uint8Array>,
  title: CalendarTitle = {},
): string {
  const zones = new Map<string, string>();
  const used: ZoneUse = new Map();
  const components: string[] = [];
  for (const bytes of objects) {
    const decoded = decodeUtf8(bytes);
    if (!decoded.ok) continue;
    const { text } = decoded;
    for (const outer of findSegments(text, { start: 0, end: text.length })) {
      if (outer.name !== "VCALENDAR") continue;
      const inner = { start: outer.inner, end: outer.innerEnd };
      for (const segment of findSegments(text, inner)) {
        if (segment.name === "") continue;
        const own = withLineEnd(text.slice(segment.start, segment.end));
        if (segment.name !== "VTIMEZONE") {
          components.push(own);
          noteZones(own, used);
        } else {
          const tzid = tzidOf(own);
          if (!zones.has(tzid)) zones.set(tzid, own);
        }
      }
    }
  }
  const head = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Kalends//Kalends//EN",
    ...(title.name === undefined
      ? []
      : [foldLine(`X-WR-CALNAME:${encodeText(title.name)}`)]),
    "",
  ].join("\r\n");
  if (title.zones === false) {
    for (const known of [zones, used]) {
      for (const tzid of known.keys()) {
        if (listedZone(tzid) !== undefined) known.delete(tzid);
      }
    }
  }
  const missing = missingZones(used, zones);
  return [
    head,
    ...zones.values(),
    ...missing,
    ...components,
    "END:VCALENDAR\r\n",
  ].join("");
}

function tzidOf(text: string): string {
  const parsed = parseContentLines(text);
  if (!parsed.ok) return "";
  return parsed.lines.find(({ name }) => name === "TZID")?.value.trim() ?? "";
}
