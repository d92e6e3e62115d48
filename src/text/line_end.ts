/**
 * The end of a text that is made of lines: CRLF, LF or CR.
 *
 * @module
 */

/** The text with a line end: its own, or CRLF where it has none. */
export function withLineEnd(text: string): string {
  return lengthOfEnd(text) === 0 ? `${text}\r\n` : text;
}

/** The text without its last line end, where it has one. */
export function withoutLineEnd(text: string): string {
  return text.slice(0, text.length - lengthOfEnd(text));
}

function lengthOfEnd(text: string): number {
  if (text.endsWith("\r\n")) return 2;
  return text.endsWith("\n") || text.endsWith("\r") ? 1 : 0;
}
