/**
 * The filter of calendar-query from XML to plain values (RFC 4791 sections 9.7
 * to 9.9).
 *
 * @module
 */

import type { ComponentFilter } from "../../calendar/filter.ts";
import { MAX_DEPTH } from "../../calendar/parse.ts";
import {
  type PropertyFilter,
  TIMED_PROPERTIES,
} from "../../calendar/property_filter.ts";
import type { ParamFilter } from "../../text/param_filter.ts";
import {
  attributeOf,
  childElements,
  findChild,
  isElement,
  NS,
} from "../../xml/names.ts";
import type { XmlElement } from "../../xml/names.ts";
import { DavError } from "../errors.ts";
import { parseTimeRange } from "../time_range.ts";
import { parseTextMatch } from "./text_match.ts";
import type { TextMatchRules } from "./text_match.ts";

/** Components of an event or a task (RFC 5545 section 3.6.6, RFC 9073 section 7). */
const PARTS = ["VALARM", "PARTICIPANT", "VLOCATION", "VRESOURCE"];

/** Which components stand inside which others, as far as the server knows them. */
const INNER: Readonly<Record<string, readonly string[]>> = {
  VCALENDAR: [
    "VEVENT",
    "VTODO",
    "VJOURNAL",
    "VFREEBUSY",
    "VTIMEZONE",
    "VAVAILABILITY",
  ],
  VEVENT: PARTS,
  VTODO: PARTS,
  VJOURNAL: PARTS,
  VFREEBUSY: PARTS,
  VALARM: ["VALARM", "VLOCATION"],
  PARTICIPANT: ["VLOCATION", "VRESOURCE"],
  VTIMEZONE: ["STANDARD", "DAYLIGHT"],
  VAVAILABILITY: ["AVAILABLE"],
};

const KNOWN: ReadonlySet<string> = new Set([
  ...Object.keys(INNER),
  ...Object.values(INNER).flat(),
]);

/** Components that a time-range can be put on (RFC 4791 section 9.9; RFC 7953 for the last); on the first, against the RFC, it means whatever is in it. */
const TIMED: ReadonlySet<string> = new Set([
  "VCALENDAR",
  "VEVENT",
  "VTODO",
  "VJOURNAL",
  "VFREEBUSY",
  "VALARM",
  "VAVAILABILITY",
]);

const TEXT: TextMatchRules = {
  collation: "i;ascii-casemap",
  unknownCollation: "caldav:supported-collation",
  invalid: "caldav:valid-filter",
};

/**
 * Reads `CALDAV:filter` out of the body's root: the filter on VCALENDAR.
 *
 * @throws {DavError} `caldav:valid-filter` for what the RFC does not allow, `caldav:supported-filter` for components that the server does not know, `caldav:supported-collation`.
 */
export function parseCalendarFilter(root: XmlElement): ComponentFilter {
  const filter = findChild(root, NS.caldav, "filter");
  const [outer, ...more] = filter === undefined ? [] : childElements(filter);
  if (
    outer === undefined || more.length > 0 ||
    !isElement(outer, NS.caldav, "comp-filter") ||
    nameOf(outer) !== "VCALENDAR"
  ) {
    throw invalid("expected exactly one comp-filter, of VCALENDAR");
  }
  return parseComponentFilter(outer, "VCALENDAR", 1);
}

function parseComponentFilter(
  sent: XmlElement,
  name: string,
  depth: number,
): ComponentFilter {
  if (depth > MAX_DEPTH) {
    throw unsupported(sent, "it is deeper than components are nested");
  }
  const { isNotDefined, timeRange, comps, props } = sort(sent, [
    "time-range",
    "comp-filter",
    "prop-filter",
  ]);
  if (timeRange !== undefined && !TIMED.has(name)) {
    throw invalid(`${name} has no time that a time-range could be about`);
  }
  return {
    name,
    ...isNotDefined && { isNotDefined },
    ...timeRange && {
      timeRange: parseTimeRange(timeRange, "caldav:valid-filter"),
    },
    ...props.length > 0 && { properties: props.map(parsePropertyFilter) },
    ...comps.length > 0 && {
      components: comps.map((inner) =>
        parseComponentFilter(inner, innerName(inner, name), depth + 1)
      ),
    },
  };
}

/** Section 7.8: no VEVENT in a VTODO. Experimental components may be anywhere. */
function innerName(sent: XmlElement, outer: string): string {
  const name = nameOf(sent);
  if (name.startsWith("X-")) return name;
  if (!KNOWN.has(name)) {
    throw unsupported(sent, "there is no such component");
  }
  if (!outer.startsWith("X-") && INNER[outer]?.includes(name) !== true) {
    throw invalid(`${name} is never inside ${outer}`);
  }
  return name;
}

function parsePropertyFilter(sent: XmlElement): PropertyFilter {
  const name = nameOf(sent);
  const { isNotDefined, timeRange, text, params } = sort(sent, [
    "time-range",
    "text-match",
    "param-filter",
  ]);
  if (timeRange !== undefined && text !== undefined) {
    throw invalid("a prop-filter has a time-range or a text-match, not both");
  }
  if (timeRange !== undefined && !TIMED_PROPERTIES.has(name)) {
    throw invalid(`${name} has no time that a time-range could be about`);
  }
  return {
    name,
    ...isNotDefined && { isNotDefined },
    ...timeRange && {
      timeRange: parseTimeRange(timeRange, "caldav:valid-filter"),
    },
    ...text && { text: parseTextMatch(text, TEXT) },
    ...params.length > 0 && { params: params.map(parseParamFilter) },
  };
}

function parseParamFilter(sent: XmlElement): ParamFilter {
  const { isNotDefined, text } = sort(sent, ["text-match"]);
  return {
    name: nameOf(sent),
    ...isNotDefined && { isNotDefined },
    ...text && { text: parseTextMatch(text, TEXT) },
  };
}

/** The children of a filter by what they are. */
interface Parts {
  readonly isNotDefined: boolean;
  readonly timeRange?: XmlElement;
  readonly text?: XmlElement;
  readonly comps: readonly XmlElement[];
  readonly props: readonly XmlElement[];
  readonly params: readonly XmlElement[];
}

/** Elements of other namespaces mean nothing (RFC 4918 section 17). */
function sort(sent: XmlElement, allowed: readonly string[]): Parts {
  const children = childElements(sent).filter((one) => one.ns === NS.caldav);
  const named = (name: string) => children.filter((one) => one.name === name);
  const stranger = children.find((one) =>
    one.name !== "is-not-defined" && !allowed.includes(one.name)
  );
  if (stranger !== undefined) {
    const what = stranger.name.slice(0, 40);
    throw invalid(`a ${sent.name} has no ${what}`);
  }
  const [timeRange, secondRange] = named("time-range");
  const [text, secondText] = named("text-match");
  if (secondRange !== undefined || secondText !== undefined) {
    throw invalid(`a ${sent.name} has one time-range or text-match at most`);
  }
  const isNotDefined = named("is-not-defined").length > 0;
  if (isNotDefined && children.length > 1) {
    throw invalid("is-not-defined stands alone");
  }
  return {
    isNotDefined,
    ...timeRange && { timeRange },
    ...text && { text },
    comps: named("comp-filter"),
    props: named("prop-filter"),
    params: named("param-filter"),
  };
}

function nameOf(sent: XmlElement): string {
  const name = attributeOf(sent, "name")?.trim() ?? "";
  if (name === "") throw invalid(`a ${sent.name} needs a name`);
  return name.toUpperCase();
}

function invalid(what: string): DavError {
  return new DavError("caldav:valid-filter", `Cannot read the filter: ${what}`);
}

/** Names the filter that is not supported (RFC 4791 section 7.8). */
function unsupported(sent: XmlElement, what: string): DavError {
  return new DavError(
    "caldav:supported-filter",
    `Cannot filter by ${attributeOf(sent, "name")?.slice(0, 40)}: ${what}`,
    { details: [{ ...sent, children: [] }] },
  );
}
