/**
 * The zone of a calendar's floating times: two properties of one meaning (RFC
 * 4791 section 5.2.2, RFC 7809 sections 3.1.5 and 5). What is stored is the one
 * that was set; the other is made from it.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { parseCalendarText, property } from "../../calendar/parse.ts";
import { zoneObject } from "../../calendar/zones/tzdist.ts";
import { zoneOfText } from "../../calendar/zones/vtimezone.ts";
import { zoneComponent } from "../../calendar/zones/zone_text.ts";
import { UTC, zoneByName } from "../../calendar/zones/zones.ts";
import { refuse, succeed } from "../../service/problems.ts";
import type { Outcome } from "../../service/problems.ts";
import type {
  CollectionResource,
  PropChange,
  Reader,
} from "../../service/types.ts";
import { decodeText } from "../../text/text_value.ts";
import { clarkName, element, NS } from "../../xml/names.ts";
import type { DavConfig, Property, PropertyScope } from "../context.ts";
import { timezonesPath } from "../paths.ts";
import { answerScope, type AnswerZone } from "../work.ts";
import { protectedRow, storedText, storedValue, textRow } from "./values.ts";

const TIMEZONE = [NS.caldav, "calendar-timezone"] as const;
const TIMEZONE_ID = [NS.caldav, "calendar-timezone-id"] as const;

/** The rows. */
export const CALENDAR_ZONE_ROWS: readonly Property[] = [
  // RFC 4791 sections 5.2.2 and 5.2.10
  insteadOf(
    TIMEZONE_ID,
    textRow(TIMEZONE, {
      on: ["calendar"],
      check: checkTimezone,
      fallback: textOfName,
    }),
  ),
  // RFC 7809 section 5.2
  {
    ...insteadOf(
      TIMEZONE,
      textRow(TIMEZONE_ID, { on: ["calendar"], check: checkTimezoneId }),
    ),
    get: (scope) => nameOfText(scope) ?? storedValue(scope, TIMEZONE_ID),
  },
  // RFC 7809 section 5.1
  protectedRow(
    [NS.caldav, "timezone-service-set"],
    ["calendar-home"],
    ({ context }) => [
      element(NS.dav, "href", timezonesPath(context.config.basePath)),
    ],
  ),
];

/** A row that takes the place of another when it is set, and goes with it. */
function insteadOf(
  [ns, local]: readonly [ns: string, local: string],
  row: Property,
): Property {
  return {
    ...row,
    set: (sent, resource) => {
      const change = row.set?.(sent, resource) ?? succeed([]);
      if (!change.ok) return change;
      const other: PropChange = { ns, local, value: null };
      return succeed([...[change.value].flat(), other]);
    },
  };
}

/** The text of a property of a resource, undefined where it was not set. */
function textSet(
  { reader, resource }: Pick<PropertyScope, "reader" | "resource">,
  name: readonly [ns: string, local: string],
): string | undefined {
  const value = reader.props(resource).get(clarkName(...name))?.value;
  return value === undefined ? undefined : storedText(value);
}

/** The zone that was set by name, as iCalendar text with all of its history. */
function textOfName(scope: PropertyScope): string | undefined {
  const tzid = textSet(scope, TIMEZONE_ID);
  if (tzid === undefined) return undefined;
  const text = zoneComponent(tzid, { from: null, until: null });
  return text === undefined ? undefined : zoneObject(text);
}

/** The TZID of the zone that was set as text. */
function nameOfText(scope: PropertyScope): string | undefined {
  const text = textSet(scope, TIMEZONE);
  const parsed = text === undefined ? undefined : parseCalendarText(text);
  if (!parsed?.ok) return undefined;
  const [zone] = parsed.calendar.root.components;
  const tzid = zone && property(zone, "TZID")?.value.trim();
  return tzid === undefined ? undefined : decodeText(tzid);
}

/** RFC 4791 section 5.2.10: an iCalendar object with exactly one VTIMEZONE. */
function checkTimezone(text: string): Outcome<null> {
  const parsed = parseCalendarText(text);
  if (!parsed.ok) {
    return refuse("caldav:valid-calendar-data", parsed.problem.message);
  }
  const zones = parsed.calendar.root.components;
  if (zones.length !== 1 || zones[0]?.name !== "VTIMEZONE") {
    return refuse(
      "caldav:valid-calendar-data",
      "calendar-timezone must hold exactly one VTIMEZONE",
    );
  }
  return zoneOfText(text) === undefined
    ? refuse(
      "caldav:valid-calendar-data",
      "Cannot understand the VTIMEZONE of calendar-timezone",
    )
    : succeed(null);
}

/** RFC 7809 section 3.1.5. */
function checkTimezoneId(text: string): Outcome<null> {
  return zoneByName(text) === undefined
    ? refuse("caldav:valid-timezone", "No time zone of that name is known here")
    : succeed(null);
}

/**
 * The zone of floating and all-day values of a calendar in one answer: that of
 * the request, else the calendar's own, else the server's (RFC 4791 section 7.3).
 */
export function zoneOfCalendar(
  reader: Reader,
  calendar: CollectionResource,
  config: Pick<DavConfig, "timezone">,
): AnswerZone {
  const scope = answerScope(reader);
  // One request has one zone, however often its answer is begun.
  if (scope.zone !== undefined) return { zone: scope.zone, key: scope.zone.id };
  const { id } = calendar.ref;
  let found = scope.zones.get(id);
  if (found === undefined) {
    found = ownZone({ reader, resource: calendar }) ?? serverZone(config);
    scope.zones.set(id, found);
  }
  return found;
}

/** The zone that a calendar was given; its text, not its name, says what it is. */
function ownZone(
  scope: Pick<PropertyScope, "reader" | "resource">,
): AnswerZone | undefined {
  const text = textSet(scope, TIMEZONE);
  const zone = text === undefined ? undefined : zoneOfText(text);
  if (text !== undefined && zone !== undefined) {
    const digest = createHash("sha256").update(text).digest("base64url");
    return { zone, key: `${zone.id} ${digest}` };
  }
  const named = zoneByName(textSet(scope, TIMEZONE_ID) ?? "");
  return named && { zone: named, key: named.id };
}

function serverZone({ timezone }: Pick<DavConfig, "timezone">): AnswerZone {
  const zone = zoneByName(timezone) ?? UTC;
  return { zone, key: zone.id };
}
