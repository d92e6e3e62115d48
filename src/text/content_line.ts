/**
 * Content lines, the common ground of iCalendar (RFC 5545 section 3.1) and
 * vCard (RFC 6350 section 3.3).
 *
 * @module
 */

/** One parameter of a content line. */
export interface ContentParam {
  /** Upper-cased name; where a vCard 2.1 style parameter has no `=`, "TYPE". */
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
  /** Index behind its last character and line end: the next line's start. */
  readonly end: number;
}

/** Why a text could not be read. */
export interface LineProblem {
  /** A sentence with the offending line, shortened. */
  readonly message: string;
  /** Number of the physical line, from 1. */
  readonly line: number;
}
