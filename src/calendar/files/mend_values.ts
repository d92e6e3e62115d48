/**
 * Values that keep an object from being stored, mended for an import: what is
 * plainly meant is written as it should be, and what says nothing is kept under
 * a name that nobody reads.
 *
 * @module
 */

import type { ContentLine } from "../../text/content_line.ts";
import { writtenLine } from "../../text/data_line.ts";
import type { TextNote } from "../../text/foreign_text.ts";
import { MAX_MENDED, type MendedText } from "../../text/mend_lines.ts";
import { type Component, property } from "../parse.ts";
import { propertyFault } from "../property_rules.ts";

/** What is put before the name of a property whose value says nothing. */
export const INVALID_PREFIX = "X-INVALID-";

/**
 * Properties without which an object has its place in time all the same.
 * RECURRENCE-ID is none: without it an override would be a series.
 */
const SPARED: ReadonlySet<string> = new Set([
  "DTEND",
  "DUE",
  "DURATION",
  "RDATE",
  "EXDATE",
  "RRULE",
  "COMPLETED",
]);

/** Component types that need no DTSTART (RFC 5545 sections 3.6.2 and 3.6.3). */
const WITHOUT_START: ReadonlySet<string> = new Set(["VTODO", "VJOURNAL"]);

/**
 * Mends the values of a component's own properties; its lines index into
 * `text`. More than `MAX_MENDED` of them stay as they are.
 */
export function mendValues(text: string, component: Component): MendedText {
  const notes: TextNote[] = [];
  const pieces: string[] = [];
  let from = 0;
  for (const line of component.properties) {
    if (propertyFault(line) === undefined) continue;
    const own = text.slice(line.start, line.end);
    const mended = mendLine(own, line, component);
    if (mended === undefined) continue;
    if (notes.length === MAX_MENDED) return { text, notes: [] };
    pieces.push(text.slice(from, line.start), mended.text);
    from = line.end;
    notes.push({ line: line.line, message: mended.message });
  }
  return { text: pieces.join("") + text.slice(from), notes };
}

function mendLine(
  own: string,
  line: ContentLine,
  component: Component,
): { readonly text: string; readonly message: string } | undefined {
  const { name } = line;
  const value = betterValue(line);
  if (value !== undefined) {
    const { params } = line;
    const written = /^\d{8}$/.test(value)
      ? [{ name: "VALUE", values: ["DATE"] }]
      : params;
    return {
      text: writtenLine(name, written, value).text,
      message: `${name} read as ${value}`,
    };
  }
  const spared = SPARED.has(name) ||
    (name === "DTSTART" && WITHOUT_START.has(component.name) &&
      property(component, "RRULE") === undefined);
  if (!spared) return undefined;
  return {
    text: `${INVALID_PREFIX}${own}`,
    message: `${name} says nothing: kept as ${INVALID_PREFIX}${name}`,
  };
}

/** What a value plainly means, undefined where nobody can tell. */
function betterValue(line: ContentLine): string | undefined {
  const value = line.value.trim();
  const better = line.name === "RRULE"
    ? value.replaceAll("\\", "")
    // a "T" too many, or one without a time behind it
    : value.replace(/^(\d{8}T\d{6})T$/i, "$1")
      .replace(/^(\d{8})T[:0]*$/i, "$1");
  if (better === value) return undefined;
  return propertyFault({ ...line, value: better }) === undefined
    ? better
    : undefined;
}
