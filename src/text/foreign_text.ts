/**
 * Text of files that people bring along, whatever it is encoded in: an import
 * reads what a PUT has to refuse.
 *
 * @module
 */

import { decodeUtf8, tryUtf8 } from "./text_value.ts";

/** What was done to a text so that it could be read. */
export interface TextNote {
  /** Number of the physical line, from 1. */
  readonly line: number;
  /** A sentence for people. */
  readonly message: string;
}

/** What `decodeAnyText` answers. */
export interface ForeignText {
  /** The text. */
  readonly text: string;
  /** What was done; none where it is plain UTF-8. */
  readonly notes: readonly TextNote[];
}

/** The encodings of old programs for Windows, which cover Latin-1. */
const OLD = new TextDecoder("windows-1252");
const LOOSE = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Decodes UTF-8, UTF-16 (by its byte order mark, or by the NUL beside the
 * first ASCII character), and else line by line: a line that is not UTF-8 is
 * windows-1252, unless it holds characters of several octets that are UTF-8;
 * then it was damaged, and what cannot be read becomes U+FFFD. Takes any bytes.
 */
export function decodeAnyText(bytes: Uint8Array): ForeignText {
  const wide = wideEncoding(bytes);
  if (wide !== undefined) {
    const text = new TextDecoder(wide).decode(bytes);
    return {
      text,
      notes: [{ line: 1, message: `The file is ${wide}: read as such` }],
    };
  }
  const decoded = decodeUtf8(bytes);
  if (decoded.ok) return { text: decoded.text, notes: [] };
  return decodeByLine(bytes);
}

function wideEncoding(bytes: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  const [first = 1, second = 1] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  if (first !== 0 && second === 0) return "utf-16le";
  return first === 0 && second !== 0 ? "utf-16be" : undefined;
}

function decodeByLine(bytes: Uint8Array): ForeignText {
  let text = "";
  let line = 0;
  let old = { count: 0, line: 0 };
  let damaged = { count: 0, line: 0 };
  for (let at = 0; at < bytes.length;) {
    line++;
    const next = bytes.indexOf(0x0a, at);
    const end = next < 0 ? bytes.length : next + 1;
    const own = bytes.subarray(at, end);
    at = end;
    const strict = tryUtf8(own);
    if (strict !== undefined) {
      text += strict;
      continue;
    }
    const loose = LOOSE.decode(own);
    // deno-lint-ignore no-control-regex
    if (/[^\x00-\x7f\ufffd]/.test(loose)) {
      text += loose;
      damaged = { count: damaged.count + 1, line: damaged.line || line };
    } else {
      text += OLD.decode(own);
      old = { count: old.count + 1, line: old.line || line };
    }
  }
  const notes: TextNote[] = [];
  if (old.count > 0) {
    notes.push({
      line: old.line,
      message: `${lines(old.count)} not UTF-8: read as windows-1252`,
    });
  }
  if (damaged.count > 0) {
    notes.push({
      line: damaged.line,
      message: `${
        lines(damaged.count)
      } damaged: what is not UTF-8 became U+FFFD`,
    });
  }
  return { text, notes };
}

function lines(count: number): string {
  return count === 1 ? "A line is" : `${count} lines are`;
}
