/**
 * calendar-query (RFC 4791 section 7.8): by component and time-range.
 *
 * @module
 */

import { candidateRange, matchesFilter } from "../../calendar/filter.ts";
import type { ComponentFilter } from "../../calendar/filter.ts";
import { parseCalendar } from "../../calendar/parse.ts";
import { zoneOfText } from "../../calendar/vtimezone.ts";
import { UTC, zoneByName } from "../../calendar/zones.ts";
import type { Zone } from "../../calendar/zones.ts";
import type {
  CollectionResource,
  ObjectResource,
  Reader,
} from "../../service/types.ts";
import { clarkName, findChild, NS, textOf } from "../../xml/names.ts";
import type { XmlElement } from "../../xml/names.ts";
import { requireResource } from "../authorise.ts";
import type { DavContext, Report } from "../context.ts";
import { DavError } from "../errors.ts";
import { evaluate, parsePropRequest, prepareBodies } from "../evaluate.ts";
import type { PropRequest } from "../evaluate.ts";
import { answerHeaders } from "../features.ts";
import { multistatus } from "../multistatus.ts";
import type { ResponseEntry } from "../multistatus.ts";
import { memberHref, selfHref } from "../paths.ts";
import {
  CALENDAR_TIMEZONE,
  CALENDAR_TIMEZONE_ID,
} from "../properties/caldav.ts";
import { isCollection, isObject, storedText } from "../properties/values.ts";
import { checkAnswerSize } from "./bounds.ts";
import { parseCalendarFilter } from "./calendar_filter.ts";
import { checkDataRequest } from "./data_request.ts";

/** What a client wants to know. */
interface CalendarQuery {
  readonly request: PropRequest;
  readonly filter: ComponentFilter;
  /** The query's zone, undefined where it names none. */
  readonly zone: Zone | undefined;
}

/** The row. Depth 0 and no Depth on a calendar mean 1 (C49). */
export const CALENDAR_QUERY: Report = {
  name: [NS.caldav, "calendar-query"],
  on: ["calendar", "calendar-object"],
  run,
};

async function run(context: DavContext, body: XmlElement): Promise<Response> {
  const query: CalendarQuery = {
    request: parsePropRequest(body),
    filter: parseCalendarFilter(body),
    zone: parseZone(body),
  };
  checkDataRequest(query.request);
  const entries = await context.service.read(
    context.session,
    (reader) => listEntries(reader, context, query),
  );
  return multistatus(entries, { headers: answerHeaders(context) });
}

/** RFC 4791 section 9.8 and RFC 7809 section 5.3: the zone of floating times in this query. */
function parseZone(body: XmlElement): Zone | undefined {
  const id = findChild(body, NS.caldav, "timezone-id");
  if (id !== undefined) {
    const zone = zoneByName(textOf(id).trim());
    if (zone !== undefined) return zone;
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

function listEntries(
  reader: Reader,
  context: DavContext,
  query: CalendarQuery,
): ResponseEntry[] {
  const { target, config } = context;
  const resource = requireResource(
    reader,
    { path: target.path, privilege: "dav:read" },
    config,
  );
  const options = { reader, context, bodies: true };
  const collection = isObject(resource)
    ? resource.parent
    : isCollection(resource)
    ? resource
    : undefined;
  if (collection?.kind !== "calendar") {
    throw new DavError("dav:supported-report", "Only calendars are queried");
  }
  const objects = isObject(resource)
    ? [resource]
    : candidates(reader, collection, query.filter);
  const zone = query.zone ?? zoneOf(reader, collection);
  const matching = select(reader, objects, { filter: query.filter, zone });
  checkAnswerSize(query.request, matching, config);
  prepareBodies(query.request, matching, reader);
  return matching.map((object) => ({
    href: isObject(resource)
      ? selfHref(target, config.basePath, false)
      : memberHref(target, config.basePath, {
        name: object.name,
        collection: false,
      }),
    propstats: evaluate(query.request, object, options),
  }));
}

/** The calendar's own zone: what it was given as text, then by name, then UTC. */
function zoneOf(reader: Reader, calendar: CollectionResource): Zone {
  const props = reader.props(calendar);
  const text = props.get(clarkName(...CALENDAR_TIMEZONE))?.value;
  const id = props.get(clarkName(...CALENDAR_TIMEZONE_ID))?.value;
  return (text === undefined ? undefined : zoneOfText(storedText(text))) ??
    (id === undefined ? undefined : zoneByName(storedText(id).trim())) ?? UTC;
}

/** Objects that the facts alone do not rule out. */
function candidates(
  reader: Reader,
  calendar: CollectionResource,
  filter: ComponentFilter,
): readonly ObjectResource[] {
  const { start, end } = candidateRange(filter);
  const objects = reader.candidates(calendar, start, end);
  const wanted = (filter.components ?? []).filter((one) =>
    one.isNotDefined !== true
  );
  return objects.filter(({ entry: { facts } }) =>
    wanted.every(({ name }) =>
      name === "VTIMEZONE" || facts.component === undefined ||
      facts.component === name
    )
  );
}

/** Whether the type of an object says already that it matches. */
function isByTypeOnly(filter: ComponentFilter): boolean {
  return filter.isNotDefined !== true && filter.timeRange === undefined &&
    (filter.components ?? []).every((one) =>
      one.isNotDefined !== true && one.timeRange === undefined &&
      one.components === undefined && one.name !== "VTIMEZONE"
    );
}

function select(
  reader: Reader,
  objects: readonly ObjectResource[],
  { filter, zone }: { filter: ComponentFilter; zone: Zone },
): readonly ObjectResource[] {
  const typed = isByTypeOnly(filter);
  const isSure = ({ entry }: ObjectResource) =>
    typed && entry.facts.component !== undefined &&
    (filter.components ?? []).every(({ name }) =>
      name === entry.facts.component
    );
  reader.needBodies(objects.filter((one) => !isSure(one)));
  return objects.filter((object) => {
    if (isSure(object)) return true;
    const parsed = parseCalendar(reader.body(object));
    return parsed.ok && matchesFilter(parsed.calendar, filter, { zone });
  });
}
