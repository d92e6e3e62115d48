/**
 * What all objects of one VCALENDAR share: its own lines and its time zones.
 *
 * @module
 */

import { type ContentLine, parseContentLines } from "../text/content_line.ts";
import { findSegments, type Segment } from "../text/segments.ts";
import { parseComponents, property } from "./parse.ts";
import type { CalendarProblem } from "./problems.ts";

/** A VCALENDAR without the components that objects are made of. */
export interface Frame {
  /** Number of its first line in the file, from 1. */
  readonly line: number;
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
}

/** One line of the VCALENDAR's own. */
export interface FrameLine {
  /** Upper-cased name. */
  readonly name: string;
  /** The line as sent, with a line end. */
  readonly text: string;
}

/** What `readFrame` answers. */
export type FrameRead =
  | { readonly ok: true; readonly frame: Frame }
  | { readonly ok: false; readonly problem: CalendarProblem };

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

/** Reads a VCALENDAR up to its components. */
export function readFrame(text: string, outer: Segment): FrameRead {
  const lines: FrameLine[] = [];
  const zones = new Map<string, string>();
  const extras: string[] = [];
  const components: Segment[] = [];
  const inner = { start: outer.inner, end: outer.innerEnd };
  if (outer.innerEnd === outer.end) {
    return refuse("BEGIN:VCALENDAR has no END", outer.line);
  }
  for (const segment of findSegments(text, inner, outer.line + 1)) {
    const own = withLineEnd(text.slice(segment.start, segment.end));
    if (segment.name === "") {
      const parsed = parseContentLines(own);
      if (!parsed.ok) {
        return refuse(
          parsed.problem.message.replace(/ line \d+ /, " a line "),
          segment.line + parsed.problem.line - 1,
        );
      }
      lines.push(...parsed.lines.map((line) => frameLine(own, line)));
    } else if (segment.name === "VTIMEZONE") {
      const tzid = tzidOf(own);
      if (tzid !== undefined && !zones.has(tzid)) zones.set(tzid, own);
    } else if (segment.name.startsWith("X-")) extras.push(own);
    else components.push(segment);
  }
  const frame: Frame = {
    line: outer.line,
    begin: text.slice(outer.start, outer.inner),
    lines: lines.filter(({ name }) => name !== "METHOD"),
    zones,
    extras,
    components,
    end: withLineEnd(text.slice(outer.innerEnd, outer.end)),
  };
  return { ok: true, frame };
}

/**
 * An object from its components, with the zones that these name. Where it is
 * alone in its file it keeps all of the frame but METHOD.
 */
export function assemble(
  frame: Frame,
  { parts, alone }: {
    readonly parts: readonly {
      readonly text: string;
      readonly zones: readonly string[];
    }[];
    readonly alone: boolean;
  },
): string {
  const names = alone
    ? frame.zones.keys()
    : new Set(parts.flatMap(({ zones }) => zones));
  let text = frame.begin;
  for (const line of frame.lines) {
    if (alone || !COLLECTION_LINES.has(line.name)) text += line.text;
  }
  for (const name of names) text += frame.zones.get(name) ?? "";
  for (const part of parts) text += part.text;
  if (alone) text += frame.extras.join("");
  return text + frame.end;
}

function frameLine(text: string, line: ContentLine): FrameLine {
  return { name: line.name, text: text.slice(line.start, line.end) };
}

function tzidOf(text: string): string | undefined {
  const parsed = parseComponents(text);
  const component = parsed.ok ? parsed.components[0] : undefined;
  return component && property(component, "TZID")?.value.trim();
}

function withLineEnd(text: string): string {
  return /[\r\n]$/.test(text) ? text : `${text}\r\n`;
}

function refuse(message: string, line: number): FrameRead {
  return {
    ok: false,
    problem: { name: "valid-calendar-data", message, line },
  };
}
