/**
 * What all objects of one VCALENDAR share: its own lines and its time zones.
 *
 * @module
 */

import { parseContentLines } from "../../text/content_line.ts";
import type { TextNote } from "../../text/foreign_text.ts";
import { withLineEnd } from "../../text/line_end.ts";
import { mendLines } from "../../text/mend_lines.ts";
import { findSegments, type Segment } from "../../text/segments.ts";
import { SUPPORTED_COMPONENTS } from "../component_names.ts";
import { parseComponents, property } from "../parse.ts";

/** A VCALENDAR without the components that objects are made of. */
export interface Frame {
  /** Number of its first line in the file, from 1. */
  readonly line: number;
  /** The METHOD where it says that this is a message about events that are elsewhere (RFC 5546 section 1.4). */
  readonly message: string | undefined;
  /** The BEGIN line. */
  readonly begin: string;
  /** Its own lines but METHOD, as sent. */
  readonly lines: readonly FrameLine[];
  /** VTIMEZONE components by TZID, as sent. */
  readonly zones: ReadonlyMap<string, string>;
  /** Experimental components, which belong to no object. */
  readonly extras: readonly string[];
  /** The components that objects are made of. */
  readonly components: readonly Segment[];
  /** The END line. */
  readonly end: string;
  /** What was done to it. */
  readonly notes: readonly TextNote[];
}

/** One line of the VCALENDAR's own. */
export interface FrameLine {
  /** Upper-cased name. */
  readonly name: string;
  /** The line as sent, with a line end. */
  readonly text: string;
}

/** Components that are never in each other: one without END ends where the next begins. */
export const SIBLINGS: ReadonlySet<string> = new Set(SUPPORTED_COMPONENTS);

/**
 * Lines that are about a calendar as a whole (RFC 7986 section 5, and what
 * programs wrote before it): an object alone does not repeat them.
 */
const COLLECTION_LINES: ReadonlySet<string> = new Set([
  "NAME",
  "DESCRIPTION",
  "UID",
  "LAST-MODIFIED",
  "URL",
  "CATEGORIES",
  "REFRESH-INTERVAL",
  "SOURCE",
  "COLOR",
  "IMAGE",
  "X-WR-CALNAME",
  "X-WR-CALDESC",
  "X-WR-RELCALID",
  "X-PUBLISHED-TTL",
  "X-APPLE-CALENDAR-COLOR",
]);

/**
 * Methods of answers, questions and cancellations: what they hold is no event,
 * but words about one (RFC 5546 section 3.2).
 */
const MESSAGES: ReadonlySet<string> = new Set([
  "REPLY",
  "CANCEL",
  "REFRESH",
  "COUNTER",
  "DECLINECOUNTER",
]);

/** Reads a VCALENDAR up to its components. */
export function readFrame(text: string, outer: Segment): Frame {
  const lines: FrameLine[] = [];
  const zones = new Map<string, string>();
  const extras: string[] = [];
  const components: Segment[] = [];
  const notes: TextNote[] = [];
  let message: string | undefined;
  const inner = { start: outer.inner, end: outer.innerEnd };
  const options = { line: outer.line + 1, siblings: SIBLINGS };
  for (const segment of findSegments(text, inner, options)) {
    const own = withLineEnd(text.slice(segment.start, segment.end));
    if (segment.name === "") {
      const read = readLines(own, segment.line);
      message ??= read.message;
      for (const each of read.lines) lines.push(each);
      for (const each of read.notes) notes.push(each);
    } else if (segment.name === "VTIMEZONE") addZone(zones, own);
    else if (segment.name.startsWith("X-")) extras.push(own);
    else components.push(segment);
  }
  const end = text.slice(outer.innerEnd, outer.end);
  const ended = /^END[ \t]*:[ \t]*VCALENDAR\s*$/i.test(end);
  if (!ended) {
    notes.push({ line: outer.line, message: "END:VCALENDAR was added" });
  }
  return {
    line: outer.line,
    message,
    begin: text.slice(outer.start, outer.inner),
    lines,
    zones,
    extras,
    components,
    end: ended ? withLineEnd(end) : "END:VCALENDAR\r\n",
    notes,
  };
}

/** A VCALENDAR around components that have none. */
export function bareFrame(text: string, segments: readonly Segment[]): Frame {
  const zones = new Map<string, string>();
  const components: Segment[] = [];
  for (const segment of segments) {
    if (segment.name !== "VTIMEZONE") components.push(segment);
    else addZone(zones, withLineEnd(text.slice(segment.start, segment.end)));
  }
  return {
    line: components[0]?.line ?? 1,
    message: undefined,
    begin: "BEGIN:VCALENDAR\r\n",
    lines: [
      { name: "VERSION", text: "VERSION:2.0\r\n" },
      { name: "PRODID", text: "PRODID:-//Kalends//Kalends//EN\r\n" },
    ],
    zones,
    extras: [],
    components,
    end: "END:VCALENDAR\r\n",
    notes: [{
      line: components[0]?.line ?? 1,
      message: "no VCALENDAR: one was put around the components",
    }],
  };
}

/**
 * An object from its components, with the zones that these name. Where it is
 * alone in its file it keeps all of the frame but METHOD.
 */
export function assemble(
  parts: readonly {
    readonly frame: Frame;
    readonly text: string;
    readonly zones: readonly string[];
  }[],
  { alone }: { readonly alone: boolean },
): string {
  const [first] = parts;
  if (first === undefined) return "";
  const { frame } = first;
  const zones = new Map<string, string>();
  const take = (names: Iterable<string>, from: Frame) => {
    for (const name of names) {
      const zone = from.zones.get(name);
      if (zone !== undefined && !zones.has(name)) zones.set(name, zone);
    }
  };
  if (alone) {
    // thousands of parts share one frame
    for (const each of new Set(parts.map((part) => part.frame))) {
      take(each.zones.keys(), each);
    }
  } else for (const part of parts) take(part.zones, part.frame);
  let text = frame.begin;
  for (const line of frame.lines) {
    if (alone || !COLLECTION_LINES.has(line.name)) text += line.text;
  }
  for (const zone of zones.values()) text += zone;
  for (const part of parts) text += part.text;
  if (alone) text += frame.extras.join("");
  return text + frame.end;
}

/** The lines of a VCALENDAR's own but METHOD; VERSION is 2.0. */
function readLines(
  own: string,
  first: number,
): {
  readonly lines: readonly FrameLine[];
  readonly notes: readonly TextNote[];
  readonly message: string | undefined;
} {
  const mended = mendLines(own);
  const notes: TextNote[] = [...mended.notes];
  const lines: FrameLine[] = [];
  let message: string | undefined;
  const parsed = parseContentLines(mended.text);
  if (!parsed.ok) {
    const message = "unreadable lines of the calendar's own were left out";
    notes.push({ line: 1, message });
  }
  for (const line of parsed.ok ? parsed.lines : []) {
    const { name } = line;
    const value = line.value.trim();
    const text = mended.text.slice(line.start, line.end);
    if (name === "METHOD") {
      if (MESSAGES.has(value.toUpperCase())) message = value.toUpperCase();
      notes.push({ line: line.line, message: `METHOD:${value} was dropped` });
    } else if (name === "VERSION" && value !== "2.0") {
      lines.push({ name, text: "VERSION:2.0\r\n" });
      notes.push({ line: line.line, message: `VERSION:${value} read as 2.0` });
    } else lines.push({ name, text });
  }
  return {
    lines,
    notes: notes.map((note) => ({ ...note, line: first + note.line - 1 })),
    message,
  };
}

function addZone(zones: Map<string, string>, own: string): void {
  const { text } = parseComponents(own).ok ? { text: own } : mendLines(own);
  const tzid = tzidOf(text);
  if (tzid !== undefined && !zones.has(tzid)) zones.set(tzid, text);
}

function tzidOf(text: string): string | undefined {
  const parsed = parseComponents(text);
  const component = parsed.ok ? parsed.components[0] : undefined;
  return component && property(component, "TZID")?.value.trim();
}
