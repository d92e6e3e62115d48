/**
 * Lines that are no content lines, made into such: text that was broken into
 * lines without being folded (RFC 5545 section 3.1), and properties without a
 * value. For imports only; nothing is left out.
 *
 * @module
 */

import { foldLine } from "./data_line.ts";
import { scanContentLines, type ScannedLine } from "./content_line.ts";
import type { TextNote } from "./foreign_text.ts";
import { withoutLineEnd } from "./line_end.ts";
import { encodeText } from "./text_value.ts";

/** What mending answers. */
export interface MendedText {
  /** The text. */
  readonly text: string;
  /** What was done; none where nothing was. */
  readonly notes: readonly TextNote[];
}

/** Where lines that say nothing are kept. */
export const INVALID_LINE = "X-INVALID-LINE";

/** Properties that hold text which people type, by name; experimental ones may. */
const TEXTS: ReadonlySet<string> = new Set([
  "DESCRIPTION",
  "SUMMARY",
  "LOCATION",
  "COMMENT",
  "CONTACT",
  "NOTE",
  "LABEL",
  "ADR",
  "TITLE",
  "ORG",
  "X-ALT-DESC",
  "X-WR-CALDESC",
]);

/** Lines that are mended at most: a text with more of them is no damaged calendar. */
export const MAX_MENDED = 10_000;

/** Octets from which a line without its end is taken for one that was folded. */
const FOLDED_OCTETS = 74;

/**
 * Mends what `parseContentLines` refuses. A line behind a property of text
 * belongs to it: a fold or a line break is missing. Quotes that keep a line
 * from being read go. All else is kept as the value of `X-INVALID-LINE`. A
 * text with more than `MAX_MENDED` such lines stays as it is.
 */
export function mendLines(text: string): MendedText {
  const notes: TextNote[] = [];
  const pieces: string[] = [];
  // the text property that is going on, and whether lines were joined to it
  let open: { readonly name: string; readonly joined: boolean } | undefined;
  let before = "";
  let upper = true;
  let count = 0;
  for (const scanned of scanContentLines(text)) {
    const own = text.slice(scanned.start, scanned.end);
    const { parsed } = scanned;
    if (parsed?.name === "BEGIN") upper = /^\ufeff?\s*BEGIN/.test(own);
    const goesOn = open !== undefined &&
      (parsed === undefined
        ? !isProperty(scanned)
        : open.joined && upper && !isUpper(scanned) && !isMark(parsed.name));
    if ((goesOn || parsed === undefined) && ++count > MAX_MENDED) {
      return { text, notes: [] };
    }
    if (goesOn && open !== undefined) {
      pieces.push(
        withoutLineEnd(pieces.pop() ?? ""),
        `\r\n ${glue(before)}`,
        own,
      );
      if (!open.joined) {
        const message = `lines from here on joined to ${open.name}`;
        notes.push({ line: scanned.line, message });
      }
      open = { ...open, joined: true };
    } else if (parsed !== undefined) {
      pieces.push(own);
      open = isText(parsed.name)
        ? { name: parsed.name, joined: false }
        : undefined;
    } else {
      pieces.push(apart(scanned, notes));
      open = undefined;
    }
    before = own;
  }
  return notes.length === 0
    ? { text, notes }
    : { text: pieces.join(""), notes };
}

/** Whether a name is that of a line that makes structure. */
function isMark(name: string): boolean {
  return name === "BEGIN" || name === "END";
}

function isText(name: string): boolean {
  return TEXTS.has(name) || name.startsWith("X-");
}

/** Whether a line that cannot be read is a property all the same: `X-A=1`, `ORGANIZER;CN=x`, `X`. */
function isProperty({ text }: ScannedLine): boolean {
  return /^[A-Z][A-Z0-9-]*(?:[=;]|$)/.test(text);
}

function isUpper({ text }: ScannedLine): boolean {
  return !/[a-z]/.test(/^(?:[^.:;]*\.)?([^:;]*)/.exec(text)?.[1] ?? "");
}

/** What stood where the line was broken: nothing where it was folded or says so itself, else a line break. */
function glue(before: string): string {
  const whole = withoutLineEnd(before);
  const from = Math.max(whole.lastIndexOf("\n"), whole.lastIndexOf("\r"));
  const last = whole.slice(from + 1);
  const folded = last.length * 3 >= FOLDED_OCTETS &&
    new TextEncoder().encode(last).length >= FOLDED_OCTETS;
  const said = /^(?:\\n|.?:)$/i.test(last.slice(-2));
  return folded || said ? "" : "\\n";
}

function apart(scanned: ScannedLine, notes: TextNote[]): string {
  const { line, text } = scanned;
  const plain = text.replaceAll('"', "");
  const [again] = scanContentLines(plain);
  const { name } = again?.parsed ?? {};
  if (plain !== text && name !== undefined && !isMark(name)) {
    notes.push({ line, message: "read without its quotes" });
    return `${foldLine(plain)}\r\n`;
  }
  notes.push({ line, message: `no content line: kept as ${INVALID_LINE}` });
  return `${foldLine(`${INVALID_LINE}:${encodeText(text)}`)}\r\n`;
}
