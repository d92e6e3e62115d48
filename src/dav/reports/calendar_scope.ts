/**
 * Which calendars a report is about, and the zone of their floating times.
 *
 * @module
 */

import { zoneOfText } from "../../calendar/vtimezone.ts";
import { UTC, zoneByName } from "../../calendar/zones.ts";
import type { Zone } from "../../calendar/zones.ts";
import type {
  CollectionResource,
  Reader,
  Resource,
} from "../../service/types.ts";
import { clarkName } from "../../xml/names.ts";
import type { DavHeaders } from "../context.ts";
import {
  CALENDAR_TIMEZONE,
  CALENDAR_TIMEZONE_ID,
} from "../properties/caldav.ts";
import { isCollection, storedText } from "../properties/values.ts";

/**
 * The collections of objects that a report on a resource looks into. Depth 0
 * and none mean 1 on a calendar or address book (C49): what they hold is what
 * is asked for. From a home, their objects are two levels down (RFC 4791
 * section 7.2).
 */
export function collectionsInScope(
  reader: Reader,
  resource: Resource,
  depth: DavHeaders["depth"],
): readonly CollectionResource[] {
  if (!isCollection(resource)) return [];
  switch (resource.kind) {
    case "calendar":
    case "addressbook":
      return [resource];
    case "calendar-home":
    case "addressbook-home":
      return depth === "infinity"
        ? reader.children(resource).filter(isCollection)
        : [];
    default:
      return [];
  }
}

/** A calendar's own zone: what it was given as text, then by name, then UTC (RFC 4791 section 7.3). */
export function zoneOfCalendar(
  reader: Reader,
  calendar: CollectionResource,
): Zone {
  const props = reader.props(calendar);
  const text = props.get(clarkName(...CALENDAR_TIMEZONE))?.value;
  const id = props.get(clarkName(...CALENDAR_TIMEZONE_ID))?.value;
  return (text === undefined ? undefined : zoneOfText(storedText(text))) ??
    (id === undefined ? undefined : zoneByName(storedText(id).trim())) ?? UTC;
}
