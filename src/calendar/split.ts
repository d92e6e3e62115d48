/**
 * One iCalendar file with any number of objects to one object per UID, as
 * collections hold them (RFC 4791 section 4.1). The lines that are kept keep
 * their bytes; METHOD goes, because stored objects have none.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { type ContentLine, paramValue } from "../text/content_line.ts";
import { findSegments, type Segment } from "../text/segments.ts";
import { decodeUtf8 } from "../text/text_value.ts";
import { type Component, parseComponents } from "./parse.ts";
import type { CalendarProblem } from "./problems.ts";
import { assemble, type Frame, readFrame } from "./split_frame.ts";
import { checkCalendarObject } from "./validate.ts";

/** One step of a split. */
export type CalendarSplit =
  /** An object; not yet checked, but for those that are whole files. */
  | {
    readonly type: "object";
    /** The object alone. */
    readonly bytes: Uint8Array;
    /** Line of the file at which its first component begins, from 1. */
    readonly line: number;
  }
  /** A part that is not taken; its line is that of the file. */
  | { readonly type: "problem"; readonly problem: CalendarProblem }
  /** Nothing yet: a moment to let others work. */
  | { readonly type: "pause" };

/** Components that are read in one go. */
const STRIDE = 100;

/** A component of the file, read for what it is grouped by. */
interface Part {
  readonly text: string;
  readonly line: number;
  /** What it replaces of its series; "" for the series itself. */
  readonly recurrence: string;
  readonly zones: readonly string[];
}

/** All components of one UID. */
interface Group {
  readonly frame: Frame;
  readonly parts: Part[];
}

/**
 * Splits a file. A file that is one valid object comes out as it is. Bounded
 * work for any bytes; never throws.
 */
export function* splitCalendar(bytes: Uint8Array): Generator<CalendarSplit> {
  if (checkCalendarObject(bytes).ok) {
    yield { type: "object", bytes, line: 1 };
    return;
  }
  const decoded = decodeUtf8(bytes);
  if (!decoded.ok) {
    yield problem(
      `The calendar data is not UTF-8 on line ${decoded.line}`,
      decoded.line,
    );
    return;
  }
  yield* splitText(decoded.text);
}

function* splitText(text: string): Generator<CalendarSplit> {
  const groups = new Map<string, Group>();
  let calendars = 0;
  for (const outer of findSegments(text, { start: 0, end: text.length })) {
    if (outer.name !== "VCALENDAR") {
      yield problem(
        `Expected BEGIN:VCALENDAR, got ${shown(outer)}`,
        outer.line,
      );
      continue;
    }
    calendars++;
    const frame = readFrame(text, outer);
    if (!frame.ok) {
      yield { type: "problem", problem: frame.problem };
      continue;
    }
    yield* collect(text, frame.frame, groups);
  }
  if (calendars === 0 && text.trim() === "") {
    yield problem("The file is empty: expected BEGIN:VCALENDAR", 1);
    return;
  }
  const alone = groups.size === 1;
  let count = 0;
  for (const { frame, parts } of groups.values()) {
    if (++count % STRIDE === 0) yield { type: "pause" };
    yield {
      type: "object",
      bytes: new TextEncoder().encode(assemble(frame, { parts, alone })),
      line: parts[0]?.line ?? 1,
    };
  }
}

/** Reads the components of one VCALENDAR into groups. */
function* collect(
  text: string,
  frame: Frame,
  groups: Map<string, Group>,
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
  }
  let count = 0;
  for (const segment of frame.components) {
    if (++count % STRIDE === 0) yield { type: "pause" };
    const read = readPart(text, segment);
    if (!read.ok) {
      yield { type: "problem", problem: read.problem };
      continue;
    }
    const { uid, part } = read;
    const group = groups.get(uid);
    if (group === undefined) groups.set(uid, { frame, parts: [part] });
    else {
      const other = group.parts.find((each) =>
        each.recurrence === part.recurrence
      );
      if (other === undefined) group.parts.push(part);
      else if (other.text !== part.text) {
        yield {
          type: "problem",
          problem: {
            name: "valid-calendar-object-resource",
            message:
              `The file has another component of this UID, and for the same date, on line ${other.line}: that one is taken`,
            line: part.line,
          },
        };
      }
    }
  }
}

type PartRead =
  | { readonly ok: true; readonly uid: string; readonly part: Part }
  | { readonly ok: false; readonly problem: CalendarProblem };

function readPart(text: string, segment: Segment): PartRead {
  const own = withLineEnd(text.slice(segment.start, segment.end));
  const parsed = parseComponents(own);
  if (!parsed.ok) {
    const { name, message, line = 1 } = parsed.problem;
    return {
      ok: false,
      problem: {
        name,
        message: message.replace(`line ${line} `, ""),
        line: segment.line + line - 1,
      },
    };
  }
  const [component] = parsed.components;
  if (component === undefined || parsed.components.length > 1) {
    const { problem: found } = problem(
      "A component does not end",
      segment.line,
    );
    return { ok: false, problem: found };
  }
  const uids = component.properties.filter((line) => line.name === "UID");
  const uid = uids[0]?.value.trim() ?? "";
  const made = uid === "" ? madeUid(own) : uid;
  return {
    ok: true,
    uid: made,
    part: {
      text: uid === "" ? giveUid(own, component, made) : own,
      line: segment.line,
      recurrence: recurrenceOf(component),
      zones: [...new Set(zonesIn(component))],
    },
  };
}

/** The same for the same component, so that a second import finds what the first one made. */
function madeUid(text: string): string {
  const digest = createHash("sha256").update(text).digest("hex");
  return `${digest.slice(0, 32)}@import`;
}

/** Puts a UID behind BEGIN, in the place of an empty one. */
function giveUid(text: string, component: Component, uid: string): string {
  const { begin, properties } = component;
  const head = text.slice(0, begin.end);
  const lineEnd = /[\r\n]+$/.exec(head)?.[0] ?? "\r\n";
  let rest = "";
  let from = begin.end;
  for (const line of properties) {
    if (line.name !== "UID") continue;
    rest += text.slice(from, line.start);
    from = line.end;
  }
  return `${head}UID:${uid}${lineEnd}${rest}${text.slice(from)}`;
}

function recurrenceOf(component: Component): string {
  const line = component.properties.find((each) =>
    each.name === "RECURRENCE-ID"
  );
  if (line === undefined) return "";
  return `${paramValue(line, "TZID") ?? ""}:${line.value.trim()}`;
}

function* zonesIn(component: Component): Generator<string> {
  for (const line of component.properties) {
    const zone = zoneOfLine(line);
    if (zone !== undefined) yield zone;
  }
  for (const inner of component.components) yield* zonesIn(inner);
}

function zoneOfLine(line: ContentLine): string | undefined {
  return line.params.length === 0
    ? undefined
    : paramValue(line, "TZID")?.trim();
}

function withLineEnd(text: string): string {
  return /[\r\n]$/.test(text) ? text : `${text}\r\n`;
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
