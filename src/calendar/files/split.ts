/**
 * One iCalendar file with any number of objects to one object per UID, as
 * collections hold them (RFC 4791 section 4.1). The lines that are kept keep
 * their bytes; METHOD goes, because stored objects have none. What must be
 * changed so that it can be stored is changed, and said.
 *
 * @module
 */

import { decodeAnyText } from "../../text/foreign_text.ts";
import type { FileSplit } from "../../text/file_split.ts";
import { findSegments, type Segment } from "../../text/segments.ts";
import type { CalendarProblem } from "../problems.ts";
import {
  assemble,
  bareFrame,
  type Frame,
  readFrame,
  SIBLINGS,
} from "./split_frame.ts";
import { createGroups, type Groups } from "./split_groups.ts";
import { readPart } from "./split_parts.ts";
import { checkCalendarObject } from "../validate.ts";

/** One step of a split. */
export type CalendarSplit = FileSplit<CalendarProblem>;

/** Components that are read in one go. */
const STRIDE = 100;

/** VCALENDARs in each other that are looked into. */
const MAX_NESTED = 4;

/**
 * Splits a file. A file that is one valid object comes out as it is. Bounded
 * work for any bytes; never throws.
 */
export function* splitCalendar(bytes: Uint8Array): Generator<CalendarSplit> {
  if (checkCalendarObject(bytes).ok) {
    yield { type: "object", bytes, line: 1, notes: [] };
    return;
  }
  const { text, notes } = decodeAnyText(bytes);
  for (const note of notes) yield { type: "note", note };
  // blanks before the first BEGIN are nobody's
  yield* splitText(text.replace(/^\ufeff?[ \t]+/, ""));
}

function* splitText(text: string): Generator<CalendarSplit> {
  const groups = createGroups();
  const bare: Segment[] = [];
  let calendars = 0;
  const all = { start: 0, end: text.length };
  for (const outer of findSegments(text, all, { siblings: SIBLINGS })) {
    if (SIBLINGS.has(outer.name) || outer.name === "VTIMEZONE") {
      bare.push(outer);
    } else if (outer.name === "VCALENDAR") {
      calendars++;
      yield* collect(text, readFrame(text, outer), { groups, depth: 0 });
    } else {
      yield problem(
        `Expected BEGIN:VCALENDAR, got ${shown(outer)}`,
        outer.line,
      );
    }
  }
  if (bare.some(({ name }) => name !== "VTIMEZONE")) {
    yield* collect(text, bareFrame(text, bare), { groups, depth: 0 });
  } else {
    for (const { line } of bare) {
      yield problem("A time zone alone is no calendar object", line);
    }
  }
  if (calendars === 0 && text.trim() === "") {
    yield problem("The file is empty: expected BEGIN:VCALENDAR", 1);
    return;
  }
  const objects = groups.all();
  const alone = objects.length === 1;
  let count = 0;
  for (const parts of objects) {
    if (++count % STRIDE === 0) yield { type: "pause" };
    yield {
      type: "object",
      bytes: new TextEncoder().encode(assemble(parts, { alone })),
      line: parts[0]?.line ?? 1,
      notes: parts.flatMap((part) => part.notes),
    };
  }
}

/** Reads the components of one VCALENDAR into groups. */
function* collect(
  text: string,
  frame: Frame,
  { groups, depth }: { readonly groups: Groups; readonly depth: number },
): Generator<CalendarSplit> {
  if (frame.components.length === 0) {
    yield {
      type: "problem",
      problem: {
        name: "valid-calendar-object-resource",
        message: "The calendar object has no component but time zones",
        line: frame.line,
      },
    };
    return;
  }
  if (frame.components.some((segment) => isTaken(frame, segment))) {
    for (const note of frame.notes) yield { type: "note", note };
  }
  let count = 0;
  for (const segment of frame.components) {
    if (++count % STRIDE === 0) yield { type: "pause" };
    if (segment.name === "VCALENDAR" && depth < MAX_NESTED) {
      const inner = readFrame(text, segment);
      yield* collect(text, inner, { groups, depth: depth + 1 });
      continue;
    }
    if (!isTaken(frame, segment)) {
      yield {
        type: "problem",
        problem: {
          name: "valid-calendar-object-resource",
          message: `METHOD:${frame.message ?? ""}: a message about a ${
            segment.name.slice(0, 40)
          }, not one`,
          line: segment.line,
        },
      };
      continue;
    }
    const read = readPart(text, segment);
    const refused = read.ok
      ? groups.add({ ...read.part, frame })
      : read.problem;
    if (refused !== undefined) yield { type: "problem", problem: refused };
  }
}

/** Messages hold no events; but busy times are what they are, whoever asked for them. */
function isTaken(frame: Frame, segment: Segment): boolean {
  return frame.message === undefined || segment.name === "VFREEBUSY";
}

function shown(segment: Segment): string {
  return segment.name === ""
    ? "something else"
    : `BEGIN:${segment.name.slice(0, 40)}`;
}

function problem(
  message: string,
  line: number,
): { readonly type: "problem"; readonly problem: CalendarProblem } {
  return {
    type: "problem",
    problem: { name: "valid-calendar-data", message, line },
  };
}
