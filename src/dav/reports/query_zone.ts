/**
 * The zone of floating times that a report names.
 *
 * @module
 */

import { zoneOfText } from "../../calendar/zones/vtimezone.ts";
import { zoneByName } from "../../calendar/zones/zones.ts";
import type { Zone } from "../../calendar/zones/zones.ts";
import { findChild, NS, textOf } from "../../xml/names.ts";
import type { XmlElement } from "../../xml/names.ts";
import { DavError } from "../errors.ts";

/**
 * The zone that the body of a report names, as text (RFC 4791 section 9.8) or
 * by its name (RFC 7809 section 6.2), which counts where there are both;
 * undefined where it names none.
 *
 * @throws {DavError} `valid-timezone` for a name that is not known, `valid-calendar-data` for text that is no zone.
 */
export function parseQueryZone(body: XmlElement): Zone | undefined {
  const id = findChild(body, NS.caldav, "timezone-id");
  if (id !== undefined) {
    const zone = zoneByName(textOf(id));
    if (zone !== undefined) return zone;
    throw new DavError(
      "caldav:valid-timezone",
      "No time zone of that name is known here: send it as timezone",
    );
  }
  const timezone = findChild(body, NS.caldav, "timezone");
  if (timezone === undefined) return undefined;
  const zone = zoneOfText(textOf(timezone));
  if (zone !== undefined) return zone;
  throw new DavError(
    "caldav:valid-calendar-data",
    "Cannot read timezone: expected an iCalendar object with one VTIMEZONE",
  );
}
