/**
 * One component of a file that is imported: read, mended where it must be, and
 * given a UID where it has none.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { type ContentLine, paramValue } from "../../text/content_line.ts";
import type { TextNote } from "../../text/foreign_text.ts";
import { withLineEnd } from "../../text/line_end.ts";
import { mendLines } from "../../text/mend_lines.ts";
import type { Segment } from "../../text/segments.ts";
import { mendValues } from "./mend_values.ts";
import {
  type Component,
  parseComponents,
  properties,
  property,
} from "../parse.ts";
import type { CalendarProblem } from "../problems.ts";
import { propertyFault } from "../property_rules.ts";

/** A component of the file, read for what it is grouped by. */
export interface Part {
  /** Its component type. */
  readonly type: string;
  /** The component, with a line end. */
  readonly text: string;
  /** Number of its first line in the file, from 1. */
  readonly line: number;
  /** Its UID; never empty. */
  readonly uid: string;
  /** What it replaces of its series; "" for the series itself. */
  readonly recurrence: string;
  /** True where it has rules or dates, so that others may replace some of what it gives. */
  readonly recurs: boolean;
  /** TZIDs that it names. */
  readonly zones: readonly string[];
  /** The component without anything but what tells its revision. */
  readonly revision: Component;
  /** What was done to it; lines are the file's. */
  readonly notes: readonly TextNote[];
}

/** What `readPart` answers. */
export type PartRead =
  | { readonly ok: true; readonly part: Part }
  | { readonly ok: false; readonly problem: CalendarProblem };

/** Reads a component; a refusal where it does not end or cannot be read. */
export function readPart(text: string, segment: Segment): PartRead {
  const { line: first } = segment;
  if (segment.innerEnd === segment.end) {
    return refuse(`BEGIN:${shown(segment.name)} has no END`, first);
  }
  let own = withLineEnd(text.slice(segment.start, segment.end));
  const notes: TextNote[] = [];
  let parsed = parseComponents(own);
  if (!parsed.ok) {
    const mended = mendLines(own);
    own = mended.text;
    for (const each of mended.notes) notes.push(each);
    parsed = parseComponents(own);
  }
  if (!parsed.ok) {
    const { message, line = 1 } = parsed.problem;
    return refuse(message.replace(`line ${line} `, ""), first + line - 1);
  }
  let [component] = parsed.components;
  if (component === undefined || parsed.components.length > 1) {
    return refuse("A component does not end", first);
  }
  if (component.properties.some((line) => propertyFault(line) !== undefined)) {
    const mended = mendValues(own, component);
    const again = parseComponents(mended.text);
    // what was refused once is refused by the check of the object
    if (again.ok && again.components[0] !== undefined) {
      own = mended.text;
      for (const each of mended.notes) notes.push(each);
      [component] = again.components;
    }
  }
  if (component === undefined) return refuse("A component is empty", first);
  const uid = property(component, "UID")?.value.trim() ?? "";
  const part: Part = {
    type: component.name,
    text: own,
    line: first,
    uid,
    recurrence: recurrenceOf(component),
    recurs: component.properties.some(({ name }) =>
      name === "RRULE" || name === "RDATE"
    ),
    zones: [...new Set(zonesIn(component))],
    revision: {
      ...component,
      properties: ["SEQUENCE", "DTSTAMP"].flatMap((name) =>
        component === undefined ? [] : properties(component, name)
      ),
      components: [],
    },
    notes: notes.map(({ line, message }) => ({
      line: first + line - 1,
      message,
    })),
  };
  return {
    ok: true,
    part: uid === ""
      ? withMadeUid(part, { from: own, reason: "no UID" })
      : part,
  };
}

/** The part with a UID that is made from some text, the same one each time: a second import finds what the first one made. */
export function withMadeUid(
  part: Part,
  { from, reason }: { readonly from: string; readonly reason: string },
): Part {
  const digest = createHash("sha256").update(from).digest("hex");
  const uid = `${digest.slice(0, 32)}@import`;
  return withUid(part, { uid, message: `${reason}: ${uid} was made` });
}

/** The part with another UID, and what is said of that. */
export function withUid(
  part: Part,
  { uid, message }: { readonly uid: string; readonly message: string },
): Part {
  return {
    ...part,
    uid,
    text: giveUid(part.text, uid),
    notes: [...part.notes, { line: part.line, message }],
  };
}

/** Puts a UID behind BEGIN, in the place of any other. */
function giveUid(text: string, uid: string): string {
  const parsed = parseComponents(text);
  const component = parsed.ok ? parsed.components[0] : undefined;
  if (component === undefined) return text;
  const { begin } = component;
  const head = text.slice(0, begin.end);
  const lineEnd = /[\r\n]+$/.exec(head)?.[0] ?? "\r\n";
  let rest = "";
  let from = begin.end;
  for (const line of properties(component, "UID")) {
    rest += text.slice(from, line.start);
    from = line.end;
  }
  return `${head}UID:${uid}${lineEnd}${rest}${text.slice(from)}`;
}

function recurrenceOf(component: Component): string {
  const line = property(component, "RECURRENCE-ID");
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

function shown(name: string): string {
  return name.slice(0, 40);
}

function refuse(message: string, line: number): PartRead {
  return {
    ok: false,
    problem: { name: "valid-calendar-data", message, line },
  };
}
