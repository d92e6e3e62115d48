/**
 * Cards of old programs as vCard 3.0: version 2.1, which phones and Outlook
 * export, cards without VERSION, and 3.0 with habits of 2.1. For imports only;
 * nothing is left out.
 *
 * @module
 */

import {
  type ContentLine,
  type ContentParam,
  parseContentLines,
} from "../text/content_line.ts";
import { writtenLine } from "../text/data_line.ts";
import { INVALID_LINE, mendLines } from "../text/mend_lines.ts";
import { decodeQuotedPrintable } from "../text/quoted_printable.ts";
import { decodeText, encodeText, splitValue } from "../text/text_value.ts";

/** A card that was made. */
export interface UpgradedCard {
  /** The card. */
  readonly text: string;
  /** What was done, in sentences. */
  readonly notes: readonly string[];
}

/** Properties whose values have parts, by the character between these. */
const STRUCTURED: Readonly<Record<string, ";" | ",">> = {
  N: ";",
  ADR: ";",
  ORG: ";",
  CATEGORIES: ",",
  NICKNAME: ",",
};

/** Properties that are one text. */
const TEXTS: ReadonlySet<string> = new Set([
  "FN",
  "NOTE",
  "TITLE",
  "ROLE",
  "LABEL",
  "SORT-STRING",
  "MAILER",
]);

/** Parameters of 2.1 without a name that are no TYPE (vCard 2.1, section 2.1.1). */
const ENCODINGS: Readonly<Record<string, string>> = {
  "QUOTED-PRINTABLE": "QUOTED-PRINTABLE",
  BASE64: "BASE64",
  B: "BASE64",
  "7BIT": "7BIT",
  "8BIT": "8BIT",
};
const VALUES: ReadonlySet<string> = new Set([
  "INLINE",
  "URL",
  "CID",
  "CONTENT-ID",
]);

/**
 * A card as version 3.0, or 4.0 where it says so in another way. Undefined
 * where it cannot be read even so, or says nothing.
 */
export function upgradeCard(text: string): UpgradedCard | undefined {
  const mended = mendLines(joinSoftBreaks(text));
  const parsed = parseContentLines(mended.text);
  if (!parsed.ok) return undefined;
  const [begin, ...rest] = parsed.lines;
  const end = rest.pop();
  if (begin?.name !== "BEGIN" || end?.name !== "END") return undefined;
  const given = rest.find(({ name }) => name === "VERSION");
  const properties = rest.filter(({ name, value }) =>
    name !== "VERSION" && (name !== "FN" || value.trim() !== "")
  );
  const says = properties.some(({ name, value }) =>
    name !== INVALID_LINE && value.trim() !== ""
  );
  if (!says) return undefined;
  const version = given?.value.trim();
  const made = version === "4" || version === "4.0" ? "4.0" : "3.0";
  const old = version === "2.1";
  const notes = mended.notes.map(({ message }) => message);
  if (version !== made) {
    notes.unshift(
      version === undefined
        ? "no VERSION: made a card of version 3.0"
        : `VERSION:${version.slice(0, 20)}: made a card of version ${made}`,
    );
  }
  let out = `BEGIN:VCARD\r\nVERSION:${made}\r\n`;
  if (!properties.some(({ name }) => name === "FN")) {
    const name = displayName(properties);
    if (name !== undefined) {
      out += writtenLine("FN", [], name).text;
      notes.push("no FN: made one");
    }
  }
  for (const line of properties) {
    out += upgradeLine(line, { text: mended.text, old });
  }
  return { text: `${out}END:VCARD\r\n`, notes };
}

/**
 * Joins lines that end in `=` with the next ones where a parameter says
 * quoted-printable, and encoded data that goes on without a fold. In 2.1 the
 * blank that a folded line begins with is one of the text's.
 */
function joinSoftBreaks(text: string): string {
  const old = /^VERSION[ \t]*:[ \t]*2\.1[ \t]*$/im.test(text);
  const pieces: string[] = [];
  let soft = false;
  let data = false;
  for (const line of text.split(/(?<=\n|\r(?!\n))/)) {
    const body = line.replace(/[\r\n]+$/, "");
    const folded = /^[ \t]/.test(body);
    const goesOn = data && /^[A-Za-z0-9+/]+={0,2}$/.test(body);
    if (soft || goesOn) {
      const last = (pieces.pop() ?? "").replace(/[\r\n]+$/, "");
      pieces.push(soft ? last.slice(0, -1) : last, line);
      soft = soft && body.endsWith("=");
      continue;
    }
    const head = folded ? "" : /^[^:]*:/.exec(body)?.[0] ?? "";
    if (head !== "") {
      soft = /;(?:ENCODING=)?"?QUOTED-PRINTABLE/i.test(head) &&
        body.endsWith("=");
      data = /;(?:ENCODING=)?"?(?:BASE64|B)"?[;:]/i.test(head);
    } else if (!folded) data = false;
    pieces.push(folded && old && !data ? ` ${line}` : line);
  }
  return pieces.join("");
}

function upgradeLine(
  line: ContentLine,
  { text, old }: { readonly text: string; readonly old: boolean },
): string {
  const own = text.slice(line.start, line.end);
  const encoding = encodingOf(line);
  const params = upgradeParams(line, encoding);
  const name = line.group === undefined
    ? line.name
    : `${line.group}.${line.name}`;
  if (encoding === "QUOTED-PRINTABLE") {
    const charset = line.params.find((param) => param.name === "CHARSET");
    const value = decodeQuotedPrintable(line.value, charset?.values[0]);
    return writtenLine(name, params, upgradeValue(line.name, value)).text;
  }
  if (encoding === "BASE64") {
    return writtenLine(name, params, line.value.replace(/\s+/g, "")).text;
  }
  if (!old) return own;
  return writtenLine(name, params, upgradeValue(line.name, line.value)).text;
}

function encodingOf(line: ContentLine): string | undefined {
  for (const { name, values } of line.params) {
    if (name !== "ENCODING" && name !== "TYPE") continue;
    const found = ENCODINGS[values[0]?.toUpperCase() ?? ""];
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What 3.0 has for the parameters of 2.1. */
function upgradeParams(
  line: ContentLine,
  encoding: string | undefined,
): ContentParam[] {
  const params: ContentParam[] = [];
  for (const param of line.params) {
    const [value = ""] = param.values;
    const upper = value.toUpperCase();
    if (param.name === "ENCODING" || param.name === "CHARSET") continue;
    if (param.name === "TYPE" && ENCODINGS[upper] !== undefined) continue;
    const place = param.name === "VALUE" ||
      (param.name === "TYPE" && VALUES.has(upper));
    if (!place) params.push(param);
    else if (upper !== "INLINE") {
      const name = upper === "URL" ? "uri" : value;
      params.push({ name: "VALUE", values: [name] });
    }
  }
  if (encoding === "BASE64") params.push({ name: "ENCODING", values: ["b"] });
  return params;
}

/** A value of 2.1, where only `;` is escaped for certain, with the escapes of RFC 2426 section 4. */
function upgradeValue(name: string, value: string): string {
  const between = Object.hasOwn(STRUCTURED, name)
    ? STRUCTURED[name]
    : undefined;
  if (between !== undefined) {
    // programs write escapes in 2.1 though it has none but "\;"
    return splitValue(value, between).map((part) =>
      encodeText(decodeText(part))
    ).join(between);
  }
  if (TEXTS.has(name)) return encodeText(decodeText(value));
  return value.replace(/\r\n|\r|\n/g, "\\n");
}

/** RFC 2426 section 3.1.1 wants FN: the name, else what stands for one; escaped. */
function displayName(properties: readonly ContentLine[]): string | undefined {
  for (const name of ["N", "ORG", "NICKNAME", "EMAIL", "TEL"]) {
    const line = properties.find((each) =>
      each.name === name && /[^;\s]/.test(each.value)
    );
    if (line === undefined) continue;
    const charset = line.params.find((param) => param.name === "CHARSET");
    const value = encodingOf(line) === "QUOTED-PRINTABLE"
      ? decodeQuotedPrintable(line.value, charset?.values[0])
      : line.value;
    const parts = splitValue(value, ";").map((part) => decodeText(part).trim());
    const [family = "", given = "", more = "", prefix = "", suffix = ""] =
      parts;
    const words = name === "N" ? [prefix, given, more, family, suffix] : parts;
    return encodeText(words.filter((word) => word !== "").join(" "));
  }
  return undefined;
}
