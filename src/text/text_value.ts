/**
 * Bytes to text, and the TEXT values of iCalendar (RFC 5545 section 3.3.11)
 * and vCard (RFC 6350 section 3.4).
 *
 * @module
 */

/** What `decodeUtf8` answers. */
export type DecodedText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly line: number };

const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const LOOSE = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Decodes UTF-8, a byte order mark kept. Programs that fold by octets cut
 * through characters (RFC 5545 section 3.1 warns of it): such folds are
 * closed. Where it is not UTF-8, the number of the first offending line.
 */
export function decodeUtf8(bytes: Uint8Array): DecodedText {
  const text = tryUtf8(bytes) ?? tryUtf8(closeSplitCharacters(bytes));
  if (text !== undefined) return { ok: true, text };
  const loose = LOOSE.decode(bytes);
  const before = loose.slice(0, loose.indexOf("\ufffd"));
  return { ok: false, line: before.split(/\r\n|\r|\n/).length };
}

/** The text of UTF-8, a byte order mark kept; undefined where it is none. */
export function tryUtf8(bytes: Uint8Array): string | undefined {
  try {
    return STRICT.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Leaves out folds that are followed by the middle of a character. */
function closeSplitCharacters(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const blank = bytes[at];
    const next = bytes[at + 1] ?? 0;
    const folded = (blank === 0x20 || blank === 0x09) &&
      (next & 0xc0) === 0x80 && length > 0 && out[length - 1] === 0x0a;
    if (folded) {
      length -= length > 1 && out[length - 2] === 0x0d ? 2 : 1;
    } else {
      out[length++] = bytes[at] ?? 0;
    }
  }
  return out.subarray(0, length);
}

/** Resolves the escapes of one TEXT value; an unknown escape stands for itself. */
export function decodeText(value: string): string {
  if (!value.includes("\\")) return value;
  return value.replace(
    /\\([nN\\,;])/g,
    (_, code: string) => code === "n" || code === "N" ? "\n" : code,
  );
}

/** A text as one TEXT value. */
export function encodeText(text: string): string {
  return text.replace(/[\\;,]/g, (char) => `\\${char}`)
    .replace(/\r\n|\r|\n/g, "\\n");
}

/** Splits a value at a separator that no backslash precedes; the parts keep their escapes. */
export function splitValue(value: string, separator: "," | ";"): string[] {
  if (!value.includes("\\")) return value.split(separator);
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < value.length; at++) {
    const character = value.charAt(at);
    if (character === "\\") at++;
    else if (character === separator) {
      parts.push(value.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(value.slice(from));
  return parts;
}
