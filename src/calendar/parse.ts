/**
 * iCalendar text to a tree of components (RFC 5545 section 3.4).
 *
 * @module
 */

import { type ContentLine, parseContentLines } from "../text/content_line.ts";
import { decodeUtf8 } from "../text/text_value.ts";
import type { CalendarProblem, CalendarProblemName } from "./problems.ts";

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

/** What `parseComponents` answers. */
export type ComponentParse =
  | { readonly ok: true; readonly components: readonly Component[] }
  | { readonly ok: false; readonly problem: CalendarProblem };

/** Depth of components taken; real objects need four. Keeps everything that descends from overflowing. */
export const MAX_DEPTH = 16;

interface OpenComponent {
  readonly name: string;
  readonly properties: ContentLine[];
  readonly components: Component[];
  readonly begin: ContentLine;
}

/** Reads one iCalendar object; a refusal where the bytes are not exactly one. */
export function parseCalendar(bytes: Uint8Array): CalendarParse {
  const decoded = decodeUtf8(bytes);
  if (!decoded.ok) {
    return refuse("valid-calendar-data", {
      message: `The calendar data is not UTF-8 on line ${decoded.line}`,
      line: decoded.line,
    });
  }
  return parseCalendarText(decoded.text);
}

/** As `parseCalendar`, from text. */
export function parseCalendarText(text: string): CalendarParse {
  const parsed = parseComponents(text);
  if (!parsed.ok) return parsed;
  const [root, second] = parsed.components;
  if (root === undefined) {
    return refuse("valid-calendar-data", {
      message: "The calendar data is empty: expected BEGIN:VCALENDAR",
    });
  }
  const stranger = parsed.components.find((each) => each.name !== "VCALENDAR");
  if (stranger !== undefined) {
    return refuse("valid-calendar-data", {
      message: `Expected BEGIN:VCALENDAR, got BEGIN:${stranger.name}`,
      line: stranger.begin.line,
    });
  }
  if (second !== undefined) {
    return refuse("valid-calendar-object-resource", {
      message: "Expected one VCALENDAR, got a second one",
      line: second.begin.line,
    });
  }
  return { ok: true, calendar: { text, root } };
}

/** Reads a stream of components, whatever they are called. */
export function parseComponents(text: string): ComponentParse {
  const parsed = parseContentLines(text);
  if (!parsed.ok) return refuse("valid-calendar-data", parsed.problem);
  const roots: Component[] = [];
  const open: OpenComponent[] = [];
  for (const line of parsed.lines) {
    const inner = open.at(-1);
    if (line.name === "BEGIN") {
      if (open.length === MAX_DEPTH) {
        return refuse("valid-calendar-data", {
          message: `Components are nested deeper than ${MAX_DEPTH}`,
          line: line.line,
        });
      }
      const name = line.value.trim().toUpperCase();
      open.push({ name, properties: [], components: [], begin: line });
    } else if (inner === undefined) {
      return refuse("valid-calendar-data", {
        message: `Expected BEGIN:VCALENDAR, got ${line.name}`,
        line: line.line,
      });
    } else if (line.name === "END") {
      const name = line.value.trim().toUpperCase();
      if (name !== inner.name) {
        return refuse("valid-calendar-data", {
          message: `Expected END:${inner.name}, got END:${name.slice(0, 40)}`,
          line: line.line,
        });
      }
      open.pop();
      (open.at(-1)?.components ?? roots).push({ ...inner, end: line });
    } else {
      inner.properties.push(line);
    }
  }
  const left = open.at(-1);
  if (left !== undefined) {
    return refuse("valid-calendar-data", {
      message: `BEGIN:${left.name} has no END`,
      line: left.begin.line,
    });
  }
  return { ok: true, components: roots };
}

function refuse(
  name: CalendarProblemName,
  problem: { message: string; line?: number },
): { readonly ok: false; readonly problem: CalendarProblem } {
  return { ok: false, problem: { name, ...problem } };
}

/** Properties that are found by going through them. */
const FEW = 32;

/** Lines by name, of components with many of them: each of thousands of instances may ask for some. */
const indexes = new WeakMap<
  readonly ContentLine[],
  ReadonlyMap<string, readonly ContentLine[]>
>();

function linesByName(
  lines: readonly ContentLine[],
): ReadonlyMap<string, readonly ContentLine[]> {
  let index = indexes.get(lines);
  if (index === undefined) {
    indexes.set(lines, index = Map.groupBy(lines, ({ name }) => name));
  }
  return index;
}

/** The first property of a name (upper case), undefined where there is none. */
export function property(
  { properties: lines }: Component,
  name: string,
): ContentLine | undefined {
  return lines.length > FEW
    ? linesByName(lines).get(name)?.[0]
    : lines.find((line) => line.name === name);
}

/** All properties of a name (upper case). */
export function properties(
  { properties: lines }: Component,
  name: string,
): readonly ContentLine[] {
  return lines.length > FEW
    ? linesByName(lines).get(name) ?? []
    : lines.filter((line) => line.name === name);
}
