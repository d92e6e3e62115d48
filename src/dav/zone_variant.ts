/**
 * Calendar objects with other VTIMEZONEs than they were stored with, as GET
 * gives them where a client asks for that (RFC 7809 section 3.1.3).
 *
 * @module
 */

import { zoneDataTag } from "../calendar/zones/listed_zones.ts";
import { parseCalendar } from "../calendar/parse.ts";
import { withZones } from "../calendar/zones/shown_zones.ts";
import { zonesEtag } from "../service/etag.ts";
import type { ObjectResource, Reader } from "../service/types.ts";

/** Bytes that are made from those of an object. */
export interface ZoneVariant {
  /** The bytes. */
  readonly bytes: Uint8Array;
  /** Their own strong tag, with quotes; it changes with the data of zones, too. */
  readonly etag: string;
}

/** What an object is with all zones that it names, or without those that everybody knows; undefined where that is what was stored. */
export function zoneVariant(
  reader: Reader,
  object: ObjectResource,
  zones: boolean | null,
): ZoneVariant | undefined {
  if (object.kind !== "calendar-object" || zones === null) return undefined;
  const parsed = parseCalendar(reader.body(object));
  const text = parsed.ok ? withZones(parsed.calendar, zones) : undefined;
  return text === undefined ? undefined : {
    bytes: new TextEncoder().encode(text),
    etag: zonesEtag(reader.etag(object), zoneDataTag(`shown ${zones}`)),
  };
}
