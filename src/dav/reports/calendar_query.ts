/**
 * calendar-query (RFC 4791 section 7.8).
 *
 * @module
 */

import { matchesFilter } from "../../calendar/filter.ts";
import type { ComponentFilter } from "../../calendar/filter.ts";
import {
  candidateRange,
  mayMatch,
  surelyMatches,
} from "../../calendar/filter_facts.ts";
import { parseCalendar } from "../../calendar/parse.ts";
import type { Zone } from "../../calendar/zones/zones.ts";
import type {
  CollectionResource,
  ObjectResource,
  Reader,
} from "../../service/types.ts";
import { NS } from "../../xml/names.ts";
import type { XmlElement } from "../../xml/names.ts";
import { requireResource } from "../authorise.ts";
import type { DavConfig, DavContext, Report } from "../context.ts";
import { parsePropRequest, prepareBodies } from "../evaluate.ts";
import type { PropRequest } from "../evaluate.ts";
import { answerHeaders } from "../features.ts";
import { multistatus } from "../multistatus.ts";
import type { ResponseEntry } from "../multistatus.ts";
import { zoneOfCalendar } from "../properties/calendar_zone.ts";
import { isObject } from "../properties/values.ts";
import { answerScope } from "../work.ts";
import { checkAnswerSize } from "./bounds.ts";
import { parseCalendarFilter } from "./calendar_filter.ts";
import { checkDataRequest } from "./data_request.ts";
import { objectEntry } from "./object_entry.ts";
import { parseQueryZone } from "./query_zone.ts";
import { collectionsInScope } from "./scope.ts";

/** What a client wants to know. */
interface CalendarQuery {
  readonly request: PropRequest;
  readonly filter: ComponentFilter;
  /** The query's zone, undefined where it names none. */
  readonly zone: Zone | undefined;
}

/** The row. */
export const CALENDAR_QUERY: Report = {
  name: [NS.caldav, "calendar-query"],
  on: ["calendar-home", "calendar", "calendar-object"],
  run,
};

async function run(context: DavContext, body: XmlElement): Promise<Response> {
  const query: CalendarQuery = {
    request: parsePropRequest(body),
    filter: parseCalendarFilter(body),
    zone: parseQueryZone(body),
  };
  checkDataRequest(query.request);
  const entries = await context.service.read(
    context.session,
    (reader) => listEntries(reader, context, query),
  );
  return multistatus(entries, { headers: answerHeaders(context) });
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
  if (query.zone !== undefined) answerScope(reader).zone = query.zone;
  const { filter } = query;
  const matching = isObject(resource)
    ? select(reader, [resource], { filter, config })
    : collectionsInScope(reader, resource, context.headers)
      .flatMap((calendar) =>
        select(reader, candidates(reader, calendar, filter), { filter, config })
      );
  checkAnswerSize(query.request, matching, config);
  prepareBodies(query.request, matching, reader);
  return matching.map((object) =>
    objectEntry(query.request, object, { reader, context })
  );
}

/** Objects that the time index does not rule out. */
function candidates(
  reader: Reader,
  calendar: CollectionResource,
  filter: ComponentFilter,
): readonly ObjectResource[] {
  const { start, end } = candidateRange(filter);
  return reader.candidates(calendar, start, end);
}

/** Those of some objects of one calendar that match. */
function select(
  reader: Reader,
  objects: readonly ObjectResource[],
  { filter, config }: {
    readonly filter: ComponentFilter;
    readonly config: DavConfig;
  },
): readonly ObjectResource[] {
  const { work } = answerScope(reader);
  const possible = objects.filter(({ entry }) => mayMatch(entry.facts, filter));
  const isSure = ({ entry }: ObjectResource) =>
    surelyMatches(entry.facts, filter);
  const unsure = possible.filter((one) => !isSure(one));
  const [first] = unsure;
  if (first === undefined) return possible;
  work.look(unsure);
  reader.needBodies(unsure);
  const { zone, key } = zoneOfCalendar(reader, first.parent, config);
  return possible.filter((object) => {
    if (isSure(object)) return true;
    return work.of({ object, what: `match ${key}` }, (budget) => {
      const parsed = parseCalendar(reader.body(object));
      return parsed.ok &&
        matchesFilter(parsed.calendar, filter, { zone, budget });
    });
  });
}
