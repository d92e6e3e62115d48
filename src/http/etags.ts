/**
 * Lists of entity tags in If-Match and If-None-Match (RFC 9110 section 8.8.3),
 * with the spellings that are seen in the wild.
 *
 * @module
 */

/**
 * One element and the comma behind it. Beside `"x"` and `W/"x"` come `\"x\"`
 * (C37: quotes escaped once too often) and `x` (no quotes at all): whatever it
 * means, it is compared with a tag of ours and can only fail to match.
 */
const ELEMENT =
  /[ \t]*(?:(?<weak>W\/)?\\?"(?<quoted>(?:[^"\\]|\\(?!"))*)\\?"|(?<bare>[^\s,"\\()<>[\]*]+))?[ \t]*(?:,|$)/y;

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
  const pattern = new RegExp(ELEMENT);
  while (pattern.lastIndex < text.length) {
    const fields = pattern.exec(text)?.groups;
    if (fields === undefined) return undefined;
    const tag = fields["quoted"] ?? fields["bare"];
    // RFC 9110 section 5.6.1.2: empty elements are to be skipped.
    if (tag !== undefined) tags.push(`${fields["weak"] ?? ""}"${tag}"`);
  }
  return tags.length === 0 ? undefined : tags;
}
