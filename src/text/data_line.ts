/**
 * Content lines on their way out: cut from the text they came in, without
 * their value, or written anew and folded (RFC 5545 section 3.1, RFC 6350
 * section 3.2).
 *
 * @module
 */

import type { ContentLine, ContentParam } from "./content_line.ts";

/** A line as an answer has it. */
export interface DataLine {
  /** Upper-cased name. */
  readonly name: string;
  /** What stands before the dot; vCard only. */
  readonly group?: string;
  /** Value, unfolded, escapes untouched. */
  readonly value: string;
  /** The whole line with its line end, folds as they are. */
  readonly text: string;
}

/** A property that is asked for. */
export interface PropertyChoice {
  /** Upper-cased name. */
  readonly name: string;
  /** Group that the property must be in; absent: any or none (RFC 6352 section 10.4.2). */
  readonly group?: string;
  /** True: without its value. */
  readonly noValue: boolean;
}

/** Octets of one physical line at most. */
const MAX_OCTETS = 75;

/** A line as it was sent: exactly its bytes. */
export function keptLine(text: string, line: ContentLine): DataLine {
  const { name, value, start, end } = line;
  const kept = { name, value, text: text.slice(start, end) };
  return line.group === undefined ? kept : { group: line.group, ...kept };
}

/** A new line, folded. */
export function writtenLine(
  name: string,
  params: readonly ContentParam[],
  value: string,
): DataLine {
  const written = params.map((param) =>
    `;${param.name}=${param.values.map(formatParam).join(",")}`
  ).join("");
  const text = foldLine(`${name}${written}:${value}`);
  return { name, value, text: `${text}\r\n` };
}

/** RFC 6868 section 3.1; quotes where RFC 5545 section 3.1 wants them. */
function formatParam(value: string): string {
  const escaped = value.replace(
    /[\^"\n]/g,
    (one) => one === "\n" ? "^n" : one === '"' ? "^'" : "^^",
  );
  return /[:;,]/.test(escaped) ? `"${escaped}"` : escaped;
}

/** The same line with nothing behind its colon (RFC 4791 section 9.6.4). */
export function withoutValue(line: DataLine): DataLine {
  const end = /(?:\r\n|\r|\n)$/.exec(line.text)?.[0] ?? "";
  const unfolded = line.text.split(/\r\n|\r|\n/)
    .map((piece, n) => n === 0 ? piece : piece.slice(1)).join("");
  const head = unfolded.slice(0, unfolded.length - line.value.length);
  return { ...line, value: "", text: foldLine(head) + end };
}

/** The lines that are asked for, in the order they have. */
export function chooseLines(
  lines: readonly DataLine[],
  choices: readonly PropertyChoice[],
): DataLine[] {
  const out: DataLine[] = [];
  for (const line of lines) {
    const found = choices.filter((choice) =>
      choice.name === line.name &&
      (choice.group === undefined ||
        choice.group.toUpperCase() === line.group?.toUpperCase())
    );
    if (found.length === 0) continue;
    // asked for with and without its value: with it
    out.push(
      found.every((choice) => choice.noValue) ? withoutValue(line) : line,
    );
  }
  return out;
}

/** A long line in pieces of 75 octets at most, none of which cuts a character. */
export function foldLine(line: string): string {
  // three octets for each code unit are the most there can be
  if (line.length * 3 <= MAX_OCTETS) return line;
  let out = "";
  let octets = 0;
  for (const character of line) {
    const size = utf8Length(character);
    if (octets + size > MAX_OCTETS) {
      out += "\r\n ";
      octets = 1;
    }
    out += character;
    octets += size;
  }
  return out;
}

function utf8Length(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}
