/**
 * The zone of a calendar's floating times.
 *
 * @module
 */

import { zoneOfText } from "../../calendar/vtimezone.ts";
import { UTC, zoneByName } from "../../calendar/zones.ts";
import type { Zone } from "../../calendar/zones.ts";
import type { CollectionResource, Reader } from "../../service/types.ts";
import { clarkName, NS } from "../../xml/names.ts";
import { answerScope } from "../work.ts";
import { storedText } from "./values.ts";

/** The zone of a calendar as iCalendar text. */
export const CALENDAR_TIMEZONE = [NS.caldav, "calendar-timezone"] as const;

/** The zone of a calendar by name (RFC 7809 section 5.2). */
export const CALENDAR_TIMEZONE_ID = [
  NS.caldav,
  "calendar-timezone-id",
] as const;

/**
 * The zone of floating and all-day values of a calendar in one answer: that of
 * the request, else the calendar's own as text, then by name, else UTC (RFC
 * 4791 section 7.3).
 */
export function zoneOfCalendar(
  reader: Reader,
  calendar: CollectionResource,
): Zone {
  const { zone, zones } = answerScope(reader);
  if (zone !== undefined) return zone;
  const { id } = calendar.ref;
  const known = zones.get(id);
  if (known !== undefined) return known;
  const props = reader.props(calendar);
  const text = props.get(clarkName(...CALENDAR_TIMEZONE))?.value;
  const name = props.get(clarkName(...CALENDAR_TIMEZONE_ID))?.value;
  const found =
    (text === undefined ? undefined : zoneOfText(storedText(text))) ??
      (name === undefined ? undefined : zoneByName(storedText(name).trim())) ??
      UTC;
  zones.set(id, found);
  return found;
}
