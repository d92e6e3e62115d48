/**
 * vCard text to its properties (RFC 6350 section 3, RFC 2426).
 *
 * @module
 */

import {
  type ContentLine,
  parseContentLines,
  shorten,
} from "../text/content_line.ts";
import { decodeUtf8 } from "../text/text_value.ts";

/** Conditions of RFC 6352 section 6.3.2.1 about data, without prefix: `carddav:${name}` is a `ProblemName` of the service. */
export type AddressProblemName =
  | "supported-address-data"
  | "valid-address-data";

/** A refusal. */
export interface AddressProblem {
  /** Which condition failed. */
  readonly name: AddressProblemName;
  /** A sentence that says what is wrong, with the offending line shortened. */
  readonly message: string;
  /** Number of the offending line, from 1; absent where no single line is at fault. */
  readonly line?: number;
}

/** One vCard. */
export interface Vcard {
  /** The decoded body that all `start` and `end` of lines index into. */
  readonly text: string;
  /** Its properties in their order, without BEGIN and END. */
  readonly properties: readonly ContentLine[];
  /** The BEGIN line. */
  readonly begin: ContentLine;
  /** The END line. */
  readonly end: ContentLine;
}

/** What `parseVcard` answers. */
export type VcardParse =
  | { readonly ok: true; readonly card: Vcard }
  | { readonly ok: false; readonly problem: AddressProblem };

/** Reads one vCard of any version; a refusal where the bytes are not exactly one. */
export function parseVcard(bytes: Uint8Array): VcardParse {
  const decoded = decodeUtf8(bytes);
  if (!decoded.ok) {
    return invalid(
      `The address data is not UTF-8 on line ${decoded.line}`,
      decoded.line,
    );
  }
  const { text } = decoded;
  const parsed = parseContentLines(text);
  if (!parsed.ok) {
    // the soft line breaks of version 2.1 are no content lines of the others
    const old = /^VERSION:2\.1[ \t]*$/im.test(text);
    const { message, line } = parsed.problem;
    return invalid(message, line, old ? "supported-address-data" : undefined);
  }
  const [begin] = parsed.lines;
  if (begin === undefined) {
    return invalid("The address data is empty: expected BEGIN:VCARD");
  }
  if (!isMark(begin, "BEGIN")) {
    const got = JSON.stringify(shorten(`${begin.name}:${begin.value}`));
    return invalid(`Expected BEGIN:VCARD, got ${got}`, begin.line);
  }
  const last = parsed.lines.findIndex((line) => line.name === "END");
  const end = parsed.lines[last];
  if (end === undefined) return invalid("BEGIN:VCARD has no END", begin.line);
  if (!isMark(end, "END")) return invalid("Expected END:VCARD", end.line);
  const properties = parsed.lines.slice(1, last);
  const inner = properties.find((line) => line.name === "BEGIN");
  if (inner !== undefined) {
    return invalid("A vCard holds no other component", inner.line);
  }
  const rest = parsed.lines[last + 1];
  if (rest !== undefined) {
    return invalid("Expected one vCard, got more behind it", rest.line);
  }
  return { ok: true, card: { text, properties, begin, end } };
}

function isMark(line: ContentLine, name: "BEGIN" | "END"): boolean {
  return line.name === name && line.value.trim().toUpperCase() === "VCARD";
}

function invalid(
  message: string,
  line?: number,
  name: AddressProblemName = "valid-address-data",
): VcardParse {
  return {
    ok: false,
    problem: line === undefined ? { name, message } : { name, message, line },
  };
}
