/**
 * How long the properties in one answer may be. Few of them are long, but a
 * list of ACEs or locks may be, and it may stand on each of many resources.
 *
 * @module
 */

import type { Reader } from "../service/types.ts";
import type { XmlElement } from "../xml/names.ts";
import type { DavConfig } from "./context.ts";
import { DavError } from "./errors.ts";
import type { Propstat } from "./multistatus.ts";

/** About how many characters: they are all in memory at once. */
const MAX_ANSWER_LENGTH = 256 * 1024 * 1024;

/** What an element takes beside its text. */
const ELEMENT_LENGTH = 100;

/** What there is so far; an answer that is begun anew has a new reader. */
const lengths = new WeakMap<Reader, number>();

/** What says how long an answer may be. */
export interface LengthOptions {
  /** What the answer is made from. */
  readonly reader: Reader;
  /** The request's context. */
  readonly context: { readonly config: Pick<DavConfig, "maxAnswerLength"> };
}

/** How long an answer may be at most. */
export function longestAnswer({ context }: LengthOptions): number {
  return context.config.maxAnswerLength ?? MAX_ANSWER_LENGTH;
}

/** How long what a reader's answer is to hold is so far. */
export function lengthSoFar(reader: Reader): number {
  return lengths.get(reader) ?? 0;
}

/**
 * Notes how long something is that an answer is to hold.
 *
 * @throws {DavError} `dav:number-of-matches-within-limits` where all of it together is too long.
 */
export function noteLength(length: number, options: LengthOptions): void {
  const { reader } = options;
  const sum = lengthSoFar(reader) + length;
  if (sum > longestAnswer(options)) {
    throw new DavError(
      "dav:number-of-matches-within-limits",
      "The answer would be too long: ask for less",
    );
  }
  lengths.set(reader, sum);
}

/** About how many characters the properties of a resource take. */
export function lengthOfPropstats(propstats: readonly Propstat[]): number {
  return propstats.flatMap(({ props }) => props)
    .reduce((sum, one) => sum + lengthOf(one), 0);
}

function lengthOf({ children, raw = "" }: XmlElement): number {
  return children.reduce<number>(
    (sum, child) =>
      sum + (typeof child === "string" ? child.length : lengthOf(child)),
    ELEMENT_LENGTH + raw.length,
  );
}
