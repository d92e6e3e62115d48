/**
 * The filter of calendar-query from XML to plain values (RFC 4791 sections 9.7
 * to 9.9).
 *
 * @module
 */

import type { ComponentFilter } from "../../calendar/filter.ts";
import type { TimeRange } from "../../calendar/recurrence.ts";
import {
  attributeOf,
  childElements,
  findChild,
  isElement,
  NS,
} from "../../xml/names.ts";
import type { XmlElement } from "../../xml/names.ts";
import { DavError } from "../errors.ts";

/**
 * Reads `CALDAV:filter` out of the body's root: the filter on VCALENDAR.
 *
 * @throws {DavError} `caldav:valid-filter` for what the RFC does not allow, `caldav:supported-filter` for what is not built.
 */
export function parseCalendarFilter(root: XmlElement): ComponentFilter {
  const filter = findChild(root, NS.caldav, "filter");
  const [outer, ...more] = filter === undefined ? [] : childElements(filter);
  if (
    outer === undefined || more.length > 0 ||
    !isElement(outer, NS.caldav, "comp-filter") ||
    attributeOf(outer, "name")?.toUpperCase() !== "VCALENDAR"
  ) {
    throw invalid("expected exactly one comp-filter, of VCALENDAR");
  }
  return parseComponentFilter(outer);
}

function parseComponentFilter(sent: XmlElement): ComponentFilter {
  const name = attributeOf(sent, "name");
  if (name === undefined || name === "") {
    throw invalid("a comp-filter needs a name");
  }
  const components: ComponentFilter[] = [];
  let isNotDefined = false;
  let timeRange: TimeRange | undefined;
  for (const child of childElements(sent)) {
    if (isElement(child, NS.caldav, "comp-filter")) {
      components.push(parseComponentFilter(child));
    } else if (isElement(child, NS.caldav, "is-not-defined")) {
      isNotDefined = true;
    } else if (isElement(child, NS.caldav, "time-range")) {
      if (timeRange !== undefined) {
        throw invalid("there is a second time-range");
      }
      timeRange = parseTimeRange(child);
    } else if (child.ns === NS.caldav) {
      // TODO(#4): prop-filter
      throw new DavError(
        "caldav:supported-filter",
        `Cannot filter by ${child.name.slice(0, 40)} yet`,
      );
    }
  }
  if (isNotDefined && (timeRange !== undefined || components.length > 0)) {
    throw invalid("is-not-defined stands alone");
  }
  return {
    name: name.toUpperCase(),
    ...isNotDefined && { isNotDefined },
    ...timeRange && { timeRange },
    ...components.length > 0 && { components },
  };
}

/** RFC 4791 section 9.9: UTC, at least one end, the end later than the start. */
function parseTimeRange(sent: XmlElement): TimeRange {
  const start = parseInstant(attributeOf(sent, "start"));
  const end = parseInstant(attributeOf(sent, "end"));
  if (start === null && end === null) {
    throw invalid("a time-range needs a start or an end");
  }
  if (start !== null && end !== null && start >= end) {
    throw invalid("the end of a time-range is later than its start");
  }
  return { start, end };
}

function parseInstant(text: string | undefined): number | null {
  if (text === undefined) return null;
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text.trim());
  if (match === null) {
    throw invalid(
      "the ends of a time-range are UTC times such as 20260131T235959Z",
    );
  }
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1).map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, Math.min(second, 59));
  if (
    date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day ||
    hour > 23 || minute > 59 || second > 60
  ) {
    throw invalid("a time-range has a time that does not exist");
  }
  return date.getTime();
}

function invalid(what: string): DavError {
  return new DavError("caldav:valid-filter", `Cannot read the filter: ${what}`);
}
