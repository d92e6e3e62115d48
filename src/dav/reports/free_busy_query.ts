/**
 * free-busy-query (RFC 4791 section 7.10, RFC 7953 section 7.2.3).
 *
 * @module
 */

import { BUSY_COMPONENTS, createBusyTime } from "../../calendar/busy/busy.ts";
import type { BusyTime } from "../../calendar/busy/busy.ts";
import type { BusyPeriod } from "../../calendar/busy/busy_periods.ts";
import { writeFreeBusy } from "../../calendar/busy/free_busy.ts";
import { parseCalendar } from "../../calendar/parse.ts";
import type {
  CollectionResource,
  ObjectResource,
  Reader,
  Resource,
} from "../../service/types.ts";
import { childElements, isElement, NS } from "../../xml/names.ts";
import type { XmlElement } from "../../xml/names.ts";
import { requireResource } from "../authorise.ts";
import type { DavConfig, DavContext, DavHeaders, Report } from "../context.ts";
import { DavError } from "../errors.ts";
import { answerHeaders } from "../features.ts";
import { zoneOfCalendar } from "../properties/calendar_zone.ts";
import { isTransparent } from "../properties/calendar_transp.ts";
import { isCollection } from "../properties/values.ts";
import { parseClosedRange } from "../time_range.ts";
import type { ClosedRange } from "../time_range.ts";
import { answerScope } from "../work.ts";
import { parseQueryZone } from "./query_zone.ts";
import { collectionsInScope } from "./scope.ts";

/** The row: on collections only. */
export const FREE_BUSY_QUERY: Report = {
  name: [NS.caldav, "free-busy-query"],
  on: ["calendar-home", "calendar"],
  privilege: "caldav:read-free-busy",
  run,
};

async function run(context: DavContext, body: XmlElement): Promise<Response> {
  const range = parseRange(body);
  const zone = parseQueryZone(body);
  const periods = await context.service.read(
    context.session,
    (reader) => {
      if (zone !== undefined) answerScope(reader).zone = zone;
      return readPeriods(reader, context, range);
    },
  );
  const about = { range, now: Date.now(), uid: crypto.randomUUID() };
  const headers = answerHeaders(context);
  headers.set("content-type", "text/calendar; charset=utf-8");
  return new Response(writeFreeBusy(periods, about), { headers });
}

/** Both ends must be there: busy time without an end has no end either. */
function parseRange(body: XmlElement): ClosedRange {
  const [range, second] = childElements(body).filter((one) =>
    isElement(one, NS.caldav, "time-range")
  );
  if (range === undefined || second !== undefined) {
    throw new DavError(
      "bad-request",
      "Cannot read free-busy-query: expected exactly one time-range",
    );
  }
  return parseClosedRange(range, "bad-request");
}

function readPeriods(
  reader: Reader,
  { target, config, headers }: DavContext,
  range: ClosedRange,
): BusyPeriod[] {
  const resource = requireResource(
    reader,
    { path: target.path, privilege: "caldav:read-free-busy" },
    config,
  );
  const time = createBusyTime(range);
  for (const calendar of calendarsInScope(reader, resource, headers.depth)) {
    // asked about itself, a transparent calendar says what it holds
    const counts = calendar.ref.id === idOf(resource) ||
      !isTransparent(reader, calendar);
    if (counts) addCalendar(reader, calendar, { time, range, config });
  }
  return time.periods();
}

/** Other people's calendars in one's home say nothing of oneself. */
function calendarsInScope(
  reader: Reader,
  resource: Resource,
  depth: DavHeaders["depth"],
): readonly CollectionResource[] {
  const scope = { depth, privilege: "caldav:read-free-busy" } as const;
  return collectionsInScope(reader, resource, scope).filter((calendar) =>
    calendar.shared === undefined || calendar.ref.id === idOf(resource)
  );
}

function idOf(resource: Resource): string | undefined {
  return isCollection(resource) ? resource.ref.id : undefined;
}

function addCalendar(
  reader: Reader,
  calendar: CollectionResource,
  { time, range, config }: {
    readonly time: BusyTime;
    readonly range: ClosedRange;
    readonly config: DavConfig;
  },
): void {
  const { work } = answerScope(reader);
  const { zone, key } = zoneOfCalendar(reader, calendar, config);
  const objects = reader.candidates(
    calendar,
    range.start,
    range.end,
    "caldav:read-free-busy",
  ).filter(mayBeBusy);
  work.look(objects);
  reader.needBodies(objects);
  for (const object of objects) {
    const what = `busy ${key}`;
    const part = work.of({ object, what }, (budget) => {
      const parsed = parseCalendar(reader.body(object));
      return parsed.ok ? time.read(parsed.calendar, { zone, budget }) : null;
    });
    if (part === undefined) {
      throw new DavError(
        "dav:number-of-matches-within-limits",
        "There are too many events in this range: ask for less",
      );
    }
    if (part !== null) time.take(part);
  }
}

function mayBeBusy({ entry: { facts } }: ObjectResource): boolean {
  return facts.component === undefined ||
    BUSY_COMPONENTS.includes(facts.component);
}
