/**
 * Lists of entity tags in If-Match and If-None-Match (RFC 9110 section 8.8.3),
 * with the spellings that are seen in the wild: beside `"x"` and `W/"x"` come
 * `\"x\"` (C37: quotes escaped once too often) and `x` (no quotes at all; it is
 * compared with tags of ours and can only match the one that it spells).
 *
 * Read character by character: a header has up to 60,000 of them, and each is
 * looked at a bounded number of times.
 *
 * @module
 */

/** Characters that end a tag without quotes. */
const ENDS_BARE = ' \t,"\\()<>[]*';

/** Writes a tag in its normal form, or gives undefined for what is none. */
export function parseEtag(text: string): string | undefined {
  const tags = parseEtagList(text);
  return tags === undefined || tags === "*" || tags.length > 1
    ? undefined
    : tags[0];
}

/**
 * Reads the value of If-Match or If-None-Match.
 *
 * @returns "*", tags in the forms `"x"` and `W/"x"` (at least one), or undefined for what is neither.
 */
export function parseEtagList(
  text: string,
): "*" | readonly string[] | undefined {
  if (text.trim() === "*") return "*";
  const tags: string[] = [];
  let at = skipBlanks(text, 0);
  while (at < text.length) {
    // RFC 9110 section 5.6.1.2: empty elements are to be skipped.
    if (text[at] !== ",") {
      const element = readTag(text, at);
      if (element === undefined) return undefined;
      tags.push(element.tag);
      at = skipBlanks(text, element.end);
      if (at < text.length && text[at] !== ",") return undefined;
    }
    at = skipBlanks(text, at + 1);
  }
  return tags.length === 0 ? undefined : tags;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (text[at] === " " || text[at] === "\t") at++;
  return at;
}

/** The tag that begins here, and the offset behind it. */
function readTag(
  text: string,
  from: number,
): { tag: string; end: number } | undefined {
  const weak = text.startsWith("W/", from) ? "W/" : "";
  const start = from + weak.length;
  const quote = text[start] === "\\" ? start + 1 : start;
  if (text[quote] === '"') {
    const close = text.indexOf('"', quote + 1);
    if (close < 0) return undefined;
    // The backslash of an escaped quote does not belong to the tag.
    const inner = text.slice(quote + 1, close);
    const tag = inner.endsWith("\\") ? inner.slice(0, -1) : inner;
    return { tag: `${weak}"${tag}"`, end: close + 1 };
  }
  let end = from;
  while (end < text.length && !ENDS_BARE.includes(text.charAt(end))) end++;
  return end === from ? undefined : { tag: `"${text.slice(from, end)}"`, end };
}
