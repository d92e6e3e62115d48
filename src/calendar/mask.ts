/**
 * An object of which somebody is shown only when it happens: what is PRIVATE or
 * CONFIDENTIAL in a calendar that others read (RFC 5545 section 3.8.1.3).
 *
 * @module
 */

import {
  chooseParts,
  type ComponentChoice,
  type DraftComponent,
  draftOf,
  writeDraft,
} from "./draft.ts";
import { parseCalendar } from "./parse.ts";

/** What says when something happens, and which of its instances is meant. */
const SHOWN = [
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
] as const;

const KEPT: readonly ComponentChoice[] = [
  ...["VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VAVAILABILITY", "AVAILABLE"]
    .map((name): ComponentChoice => ({
      name,
      properties: SHOWN.map((shown) => ({ name: shown, noValue: false })),
      components: name === "VAVAILABILITY"
        ? [{
          name: "AVAILABLE",
          properties: SHOWN.map((shown) => ({ name: shown, noValue: false })),
          components: [],
        }]
        : [],
    })),
  { name: "VTIMEZONE", properties: "all", components: "all" },
];

/** What stands for the title. */
const SUMMARY = "SUMMARY:Busy\r\n";

/**
 * The object without anything that tells more than when it happens; one that
 * cannot be read becomes an empty calendar.
 */
export function maskCalendar(bytes: Uint8Array): Uint8Array {
  const parsed = parseCalendar(bytes);
  if (!parsed.ok) return new Uint8Array();
  const { text, root } = parsed.calendar;
  const shown = chooseParts(draftOf(text, root), [{
    name: "VCALENDAR",
    properties: ["VERSION", "PRODID", "CALSCALE"].map((name) => ({
      name,
      noValue: false,
    })),
    components: KEPT,
  }]);
  return new TextEncoder().encode(
    writeDraft({ ...shown, components: shown.components.map(titled) }),
  );
}

function titled(component: DraftComponent): DraftComponent {
  return component.name === "VTIMEZONE"
    ? component
    : { ...component, begin: component.begin + SUMMARY };
}
