/**
 * iCalendar text to a tree of components (RFC 5545 section 3.4).
 *
 * @module
 */

import type { ContentLine } from "../text/content_line.ts";
import type { CalendarProblem } from "./problems.ts";

/** A component with its properties and inner components. */
export interface Component {
  /** Upper-cased name. */
  readonly name: string;
  /** Its own properties in their order, without BEGIN and END. */
  readonly properties: readonly ContentLine[];
  /** Its inner components in their order. */
  readonly components: readonly Component[];
  /** The BEGIN line. */
  readonly begin: ContentLine;
  /** The END line. */
  readonly end: ContentLine;
}

/** One iCalendar object. */
export interface Calendar {
  /** The decoded body that all `start` and `end` of lines index into. */
  readonly text: string;
  /** The VCALENDAR component. */
  readonly root: Component;
}

/** What `parseCalendar` answers. */
export type CalendarParse =
  | { readonly ok: true; readonly calendar: Calendar }
  | { readonly ok: false; readonly problem: CalendarProblem };

/** Reads one iCalendar object; a refusal where the bytes are not exactly one. */
export function parseCalendar(_bytes: Uint8Array): CalendarParse {
  throw new Error("not written yet");
}
