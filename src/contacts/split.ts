/**
 * One file with any number of vCards to one address object per card (RFC 6352
 * section 5.1). The bytes of each card stay as they are where they can be
 * stored; else a card of version 3.0 is made, and said.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { parseContentLines } from "../text/content_line.ts";
import { decodeAnyText } from "../text/foreign_text.ts";
import type { FileSplit } from "../text/file_split.ts";
import { findSegments, type Segment } from "../text/segments.ts";
import { upgradeCard } from "./old_card.ts";
import { checkAddressObject } from "./validate.ts";
import type { AddressProblem } from "./vcard.ts";

/** One step of a split. */
export type AddressSplit = FileSplit<AddressProblem>;

/** Cards that are read in one go. */
const STRIDE = 100;

const ENCODER = new TextEncoder();

/**
 * Splits a file. A file that is one valid card comes out as it is; else a card
 * without UID is given one that is made from its bytes, so that a second
 * import finds what the first one made. Bounded work for any bytes; never throws.
 */
export function* splitVcards(bytes: Uint8Array): Generator<AddressSplit> {
  const whole = checkAddressObject(bytes);
  if (whole.ok) {
    yield { type: "object", bytes, line: 1, notes: [] };
    return;
  }
  const decoded = decodeAnyText(bytes);
  // blanks before the first BEGIN are nobody's
  const text = decoded.text.replace(/^\ufeff?[ \t]+/, "");
  const segments = findSegments(text, { start: 0, end: text.length });
  if (!segments.some(({ name }) => name === "VCARD")) {
    // The problem of the whole says more than anything about its parts.
    yield { type: "problem", problem: whole.problem };
    return;
  }
  for (const note of decoded.notes) yield { type: "note", note };
  let count = 0;
  for (const segment of segments) {
    if (++count % STRIDE === 0) yield { type: "pause" };
    yield segment.name === "VCARD"
      ? readCard(text, segment)
      : problem("Expected BEGIN:VCARD", segment.line);
  }
}

function readCard(text: string, segment: Segment): AddressSplit {
  const { line } = segment;
  if (segment.innerEnd === segment.end) {
    return problem("BEGIN:VCARD has no END", line);
  }
  let own = text.slice(segment.start, segment.end);
  const notes: string[] = [];
  let checked = checkAddressObject(ENCODER.encode(own));
  const upgraded = checked.ok ? undefined : upgradeCard(own);
  if (upgraded !== undefined) {
    own = upgraded.text;
    for (const each of upgraded.notes) notes.push(each);
    checked = checkAddressObject(ENCODER.encode(own));
  }
  if (checked.ok && checked.facts.uid === undefined) {
    const uid = madeUid(own);
    own = giveUid(own, uid);
    notes.push(`no UID: ${uid} was made`);
  }
  return {
    type: "object",
    bytes: ENCODER.encode(own),
    line,
    notes: notes.map((message) => ({ line, message })),
  };
}

function madeUid(text: string): string {
  const digest = createHash("sha256").update(text).digest("hex");
  return `${digest.slice(0, 32)}@import`;
}

/**
 * Puts a UID behind VERSION, which RFC 6350 section 6.7.9 wants first, in the
 * place of an empty one, which would be a second.
 */
function giveUid(text: string, uid: string): string {
  const parsed = parseContentLines(text);
  let out = "";
  let from = 0;
  let isGiven = false;
  for (const { name, value, start, end } of parsed.ok ? parsed.lines : []) {
    if (name === "UID" && value.trim() === "") {
      out += text.slice(from, start);
      from = end;
    } else if (name === "VERSION" && !isGiven) {
      const lineEnd = /[\r\n]+$/.exec(text.slice(start, end))?.[0] ?? "\r\n";
      out += `${text.slice(from, end)}UID:${uid}${lineEnd}`;
      from = end;
      isGiven = true;
    }
  }
  return out + text.slice(from);
}

function problem(message: string, line: number): AddressSplit {
  return {
    type: "problem",
    problem: { name: "valid-address-data", message, line },
  };
}
