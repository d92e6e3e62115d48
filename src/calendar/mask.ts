/**
 * An object of which somebody is shown only when it happens: what is PRIVATE or
 * CONFIDENTIAL in a calendar that others read (RFC 5545 section 3.8.1.3).
 *
 * @module
 */

import { writtenLine } from "../text/data_line.ts";
import { SUPPORTED_COMPONENTS } from "./component_names.ts";
import { type DraftComponent, draftOf, writeDraft } from "./draft.ts";
import { type Component, parseCalendar } from "./parse.ts";

/** What says when something happens, and which of its instances is meant. */
const SHOWN: ReadonlySet<string> = new Set([
  "UID",
  "DTSTAMP",
  "DTSTART",
  "DTEND",
  "DUE",
  "DURATION",
  "RRULE",
  "RDATE",
  "EXDATE",
  "EXRULE",
  "RECURRENCE-ID",
  "SEQUENCE",
  "STATUS",
  "TRANSP",
  "CLASS",
  "COMPLETED",
  "FREEBUSY",
]);

/** What says how busy the time of a VAVAILABILITY is, and which of several counts: busy times are made from masked objects too. */
const SHOWN_OF_AVAILABILITY: ReadonlySet<string> = new Set([
  "BUSYTYPE",
  "PRIORITY",
]);

/** Parameters without which these values would mean another time. */
const SHOWN_PARAMS: ReadonlySet<string> = new Set([
  "VALUE",
  "TZID",
  "RANGE",
  "FBTYPE",
]);

/** Lines of the calendar itself. */
const SHOWN_OF_CALENDAR: ReadonlySet<string> = new Set([
  "VERSION",
  "PRODID",
  "CALSCALE",
]);

const MASKED: ReadonlySet<string> = new Set(SUPPORTED_COMPONENTS);

/** What stands for the title. */
const SUMMARY = "SUMMARY:Busy\r\n";

/**
 * The object without anything that tells more than when it happens; nothing
 * where it cannot be read.
 */
export function maskCalendar(bytes: Uint8Array): Uint8Array {
  const parsed = parseCalendar(bytes);
  if (!parsed.ok) return new Uint8Array();
  const { text, root } = parsed.calendar;
  const components = root.components.flatMap((one) => {
    if (one.name === "VTIMEZONE") return [draftOf(text, one)];
    if (!MASKED.has(one.name)) return [];
    const draft = maskComponent(text, one);
    return [{ ...draft, begin: draft.begin + SUMMARY }];
  });
  const frame = keepLines(text, root, (name) => SHOWN_OF_CALENDAR.has(name));
  return new TextEncoder().encode(writeDraft({ ...frame, components }));
}

function maskComponent(text: string, component: Component): DraftComponent {
  const isAvailability = component.name === "VAVAILABILITY";
  const available = isAvailability
    ? component.components.filter(({ name }) => name === "AVAILABLE")
    : [];
  const draft = keepLines(
    text,
    component,
    (name) =>
      SHOWN.has(name) || isAvailability && SHOWN_OF_AVAILABILITY.has(name),
  );
  const components = available.map((inner) => maskComponent(text, inner));
  return { ...draft, components };
}

/** A component with some of its lines and nothing inside; lines without other parameters are kept as they are. */
function keepLines(
  text: string,
  component: Component,
  isShown: (name: string) => boolean,
): DraftComponent {
  const draft = draftOf(text, { ...component, components: [] });
  const lines = component.properties.flatMap((line, n) => {
    const own = draft.lines[n];
    if (own === undefined || !isShown(line.name)) return [];
    const params = line.params.filter(({ name }) => SHOWN_PARAMS.has(name));
    return params.length === line.params.length
      ? [own]
      : [writtenLine(line.name, params, line.value)];
  });
  return { ...draft, lines };
}
