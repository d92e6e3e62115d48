/**
 * Content lines, the common ground of iCalendar (RFC 5545 section 3.1) and
 * vCard (RFC 6350 section 3.3). Tolerant of what programs really write; each
 * leniency is a row of `docs/leniencies.md`.
 *
 * @module
 */

/** One parameter of a content line. */
export interface ContentParam {
  /** Upper-cased name; "TYPE" where a vCard 2.1 style parameter has no `=`. */
  readonly name: string;
  /** Values without quotes, `^` escapes of RFC 6868 resolved. */
  readonly values: readonly string[];
}

/** One unfolded line: `[group.]NAME;PARAM=value:value`. */
export interface ContentLine {
  /** What stands before the dot in `item1.TEL`, as written; vCard only. */
  readonly group?: string;
  /** Upper-cased name. */
  readonly name: string;
  /** Parameters in their order. */
  readonly params: readonly ContentParam[];
  /** Value as sent, unfolded, escapes untouched. */
  readonly value: string;
  /** Number of its first physical line, from 1. */
  readonly line: number;
  /** Index into the text of its first character. */
  readonly start: number;
  /** Index behind its last line end, so that `text.slice(start, end)` is the line as sent. */
  readonly end: number;
}

/** Why a text could not be read. */
export interface LineProblem {
  /** A sentence with the offending line, shortened. */
  readonly message: string;
  /** Number of the physical line, from 1. */
  readonly line: number;
}

/** What `parseContentLines` answers. */
export type ContentLines =
  | { readonly ok: true; readonly lines: readonly ContentLine[] }
  | { readonly ok: false; readonly problem: LineProblem };

/** An unfolded line and where it was; `line`, `start` and `end` as in `ContentLine`. */
interface RawLine {
  readonly text: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

const NO_PARAMS: readonly ContentParam[] = [];

// "_" and "/" are not in the RFCs' grammar, but in real X- properties (KDE: X-messaging/xmpp-All)
const NAME = /^[A-Za-z0-9_/-]+$/;

/** The first characters of a line, for messages. */
export function shorten(text: string): string {
  const printable = text.slice(0, 61).replace(/\p{Cc}/gu, " ");
  return printable.length > 60 ? `${printable.slice(0, 57)}...` : printable;
}

/**
 * Finds line ends (CRLF, LF or CR) and joins folded lines. Blank lines are
 * nobody's; a line that begins with a blank continues the one before it.
 */
function unfoldLines(text: string): RawLine[] {
  const out: RawLine[] = [];
  let pieces: string[] = [];
  let current = { line: 0, start: 0, end: 0 };
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let number = 0;
  let lf = -1;
  let cr = -1;
  const flush = () => {
    const [first] = pieces;
    if (first === undefined) return;
    out.push({
      text: pieces.length === 1 ? first : pieces.join(""),
      ...current,
    });
  };
  while (at < text.length) {
    number++;
    // each search moves on only when it was passed: linear for any mixture
    if (lf < at) lf = indexOrEnd(text, "\n", at);
    if (cr < at) cr = indexOrEnd(text, "\r", at);
    const stop = Math.min(lf, cr);
    const next = Math.min(
      text.length,
      stop === cr && lf === cr + 1 ? stop + 2 : stop + 1,
    );
    const first = text.charCodeAt(at);
    if ((first === 0x20 || first === 0x09) && pieces.length > 0) {
      pieces.push(text.slice(at + 1, stop));
      current.end = next;
    } else if (stop > at) {
      flush();
      pieces = [text.slice(at, stop)];
      current = { line: number, start: at, end: next };
    }
    at = next;
  }
  flush();
  return out;
}

function indexOrEnd(text: string, what: string, from: number): number {
  const found = text.indexOf(what, from);
  return found < 0 ? text.length : found;
}

/** Reads all content lines of a text, or says which line cannot be one. */
export function parseContentLines(text: string): ContentLines {
  const lines: ContentLine[] = [];
  for (const raw of unfoldLines(text)) {
    const line = parseLine(raw);
    if (line === undefined) {
      return {
        ok: false,
        problem: {
          message: `Cannot read line ${raw.line} as "NAME:value": ${
            JSON.stringify(shorten(raw.text))
          }`,
          line: raw.line,
        },
      };
    }
    lines.push(line);
  }
  return { ok: true, lines };
}

/** A line of a text that may hold unreadable ones. */
export interface ScannedLine {
  /** The line, unfolded, without its end. */
  readonly text: string;
  /** Number of its first physical line, from 1. */
  readonly line: number;
  /** Index into the text of its first character. */
  readonly start: number;
  /** Index behind its last line end. */
  readonly end: number;
  /** What it says, undefined where it is no content line. */
  readonly parsed: ContentLine | undefined;
}

/** All lines of a text, those that cannot be read too. */
export function scanContentLines(text: string): ScannedLine[] {
  return unfoldLines(text).map((raw) => ({ ...raw, parsed: parseLine(raw) }));
}

function parseLine(raw: RawLine): ContentLine | undefined {
  const { text, line, start, end } = raw;
  const colon = text.indexOf(":");
  if (colon < 0) return undefined;
  const semicolon = text.indexOf(";");
  const plain = semicolon < 0 || semicolon > colon;
  let name = text.slice(0, plain ? colon : semicolon).trim();
  let group: string | undefined;
  const dot = name.indexOf(".");
  if (dot > 0) {
    group = name.slice(0, dot);
    name = name.slice(dot + 1);
    if (!NAME.test(group)) return undefined;
  }
  if (!NAME.test(name)) return undefined;
  const parsed = plain
    ? { params: NO_PARAMS, colon }
    : parseParams(text, semicolon);
  if (parsed === undefined) return undefined;
  const rest = {
    name: name.toUpperCase(),
    params: parsed.params,
    value: text.slice(parsed.colon + 1),
    line,
    start,
    end,
  };
  return group === undefined ? rest : { group, ...rest };
}

/** Reads parameters from the first semicolon on; undefined where no colon ends them. */
function parseParams(
  text: string,
  semicolon: number,
): { params: ContentParam[]; colon: number } | undefined {
  const params: ContentParam[] = [];
  let at = semicolon;
  while (text[at] === ";") {
    const nameEnd = scan(text, at + 1, "=;:");
    const name = text.slice(at + 1, nameEnd).trim();
    at = nameEnd;
    if (text[at] !== "=") {
      // vCard 2.1 writes TEL;HOME:, and some calendars an empty parameter
      if (name !== "") params.push({ name: "TYPE", values: [name] });
      continue;
    }
    const values: string[] = [];
    do {
      const value = parseParamValue(text, at + 1);
      values.push(value.text);
      at = value.end;
    } while (text[at] === ",");
    params.push({ name: name.toUpperCase(), values });
  }
  return text[at] === ":" ? { params, colon: at } : undefined;
}

function parseParamValue(
  text: string,
  from: number,
): { text: string; end: number } {
  const close = text[from] === '"' ? text.indexOf('"', from + 1) : -1;
  if (close < 0) {
    // a quote without its partner is taken as a character
    const end = scan(text, from, ",;:");
    return { text: unescapeParam(text.slice(from, end)), end };
  }
  const end = scan(text, close + 1, ",;:");
  const tail = text.slice(close + 1, end).trimEnd();
  return { text: unescapeParam(text.slice(from + 1, close) + tail), end };
}

function scan(text: string, from: number, stops: string): number {
  let at = from;
  while (at < text.length && !stops.includes(text.charAt(at))) at++;
  return at;
}

/** RFC 6868 section 3: `^n`, `^'` and `^^`; any other `^` stands for itself. */
function unescapeParam(text: string): string {
  if (!text.includes("^")) return text;
  return text.replace(
    /\^([n'^])/g,
    (_, code: string) => code === "n" ? "\n" : code === "'" ? '"' : "^",
  );
}

/** The values of a parameter, all occurrences together; none where it is absent. */
export function paramValues(line: ContentLine, name: string): string[] {
  if (line.params.length === 0) return [];
  return line.params.filter((param) => param.name === name)
    .flatMap((param) => param.values);
}

/** The first value of a parameter, undefined where it is absent. */
export function paramValue(
  line: ContentLine,
  name: string,
): string | undefined {
  return line.params.find((param) => param.name === name)?.values[0];
}
