/**
 * calendar-data: which parts of an object a report asks for (RFC 4791 section
 * 9.6), and the answer.
 *
 * @module
 */

import { extractCalendar } from "../../calendar/calendar_data.ts";
import type { CalendarDataRequest } from "../../calendar/calendar_data.ts";
import type { ComponentChoice } from "../../calendar/draft.ts";
import { parseCalendar } from "../../calendar/parse.ts";
import { withZones } from "../../calendar/zones/shown_zones.ts";
import type { PropertyChoice } from "../../text/data_line.ts";
import {
  attributeOf,
  childElements,
  findChild,
  isElement,
  NS,
} from "../../xml/names.ts";
import type { XmlElement } from "../../xml/names.ts";
import type { PropertyScope } from "../context.ts";
import { DavError } from "../errors.ts";
import { parseClosedRange } from "../time_range.ts";
import { answerScope } from "../work.ts";
import { zoneOfCalendar } from "./calendar_zone.ts";
import { decodeBody, isObject } from "./values.ts";

/**
 * What is wanted of each object. What cannot be understood of `comp` is taken
 * as a wish for everything (C53).
 *
 * @throws {DavError} `bad-request` for a range that is none, or expand beside limit-recurrence-set.
 */
export function parseCalendarData(sent: XmlElement): CalendarDataRequest {
  const comp = findChild(sent, NS.caldav, "comp");
  const parts = comp === undefined ? undefined : parseComp(comp);
  const range = (name: string) => {
    const found = findChild(sent, NS.caldav, name);
    return found && parseClosedRange(found, "bad-request");
  };
  const expand = range("expand");
  const limitRecurrenceSet = range("limit-recurrence-set");
  const limitFreeBusySet = range("limit-freebusy-set");
  if (expand !== undefined && limitRecurrenceSet !== undefined) {
    throw new DavError(
      "bad-request",
      "Cannot read calendar-data: expand and limit-recurrence-set exclude each other",
    );
  }
  return {
    ...parts?.name === "VCALENDAR" && { parts },
    ...expand && { expand },
    ...limitRecurrenceSet && { limitRecurrenceSet },
    ...limitFreeBusySet && { limitFreeBusySet },
  };
}

/** Section 9.6.1. One without any children wants everything, as VTIMEZONE in section 7.8.1. */
function parseComp(sent: XmlElement): ComponentChoice {
  const name = (attributeOf(sent, "name") ?? "").trim().toUpperCase();
  const children = childElements(sent).filter((one) => one.ns === NS.caldav);
  if (children.length === 0) {
    return { name, properties: "all", components: "all" };
  }
  const has = (local: string) =>
    children.some((one) => isElement(one, NS.caldav, local));
  return {
    name,
    properties: has("allprop") ? "all" : parseProps(children),
    components: has("allcomp")
      ? "all"
      : children.filter((one) => one.name === "comp").map(parseComp),
  };
}

function parseProps(children: readonly XmlElement[]): PropertyChoice[] {
  return children.filter((one) => one.name === "prop").map((one) => ({
    name: (attributeOf(one, "name") ?? "").trim().toUpperCase(),
    noValue: attributeOf(one, "novalue")?.trim() === "yes",
  }));
}

/** A request for calendar-data, and what tells it from others. */
interface ReadRequest {
  readonly request: CalendarDataRequest;
  readonly number: number;
}

/** Each element is read once, however many objects are answered. */
const parsed = new WeakMap<XmlElement, ReadRequest>();

/** What is asked for without an element. */
const EVERYTHING: ReadRequest = { request: {}, number: 0 };

let numbers = 0;

function requestOf(sent: XmlElement | undefined): ReadRequest {
  if (sent === undefined) return EVERYTHING;
  let read = parsed.get(sent);
  if (read === undefined) {
    read = { request: parseCalendarData(sent), number: ++numbers };
    parsed.set(sent, read);
  }
  return read;
}

/** The value of calendar-data: the bytes that were stored, or the parts and time zones that are wanted. */
export function calendarDataOf(scope: PropertyScope): string | undefined {
  const { context, resource, reader, requested } = scope;
  if (!isObject(resource)) return undefined;
  const body = reader.body(resource);
  const { request, number } = requestOf(requested);
  const asStored = Object.keys(request).length === 0;
  const { zones } = context.headers;
  if (asStored && zones === null) return decodeBody(body);
  const calendar = parseCalendar(body);
  if (!calendar.ok) return decodeBody(body);
  const { work } = answerScope(reader);
  if (asStored) {
    const text = withZones(calendar.calendar, zones === true);
    return text === undefined ? decodeBody(body) : work.write(text);
  }
  const { zone, key } = zoneOfCalendar(
    reader,
    resource.parent,
    context.config,
  );
  const wanted = zones === null ? request : { ...request, zones };
  const what = `data ${key} ${zones} ${number}`;
  const text = work.of(
    { object: resource, what },
    (budget) => extractCalendar(calendar.calendar, wanted, { zone, budget }),
  );
  if (text !== undefined) return work.write(text);
  throw new DavError(
    "dav:number-of-matches-within-limits",
    "The object has too many instances in this range",
  );
}
