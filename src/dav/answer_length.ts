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

/** About how many characters: they are all in memory at once. */
const MAX_ANSWER_LENGTH = 256 * 1024 * 1024;

/** What an element takes beside its text. */
const ELEMENT_LENGTH = 100;

/** What there is so far; an answer that is begun anew has a new reader. */
const lengths = new WeakMap<Reader, number>();

/**
 * Notes properties that an answer is to hold.
 *
 * @throws {DavError} `dav:number-of-matches-within-limits` where all of them together are too long.
 */
export function noteLength(
  elements: readonly XmlElement[],
  { reader, context }: {
    readonly reader: Reader;
    readonly context: {
      readonly config: Pick<DavConfig, "maxAnswerLength">;
    };
  },
): void {
  const length = elements.reduce(
    (sum, one) => sum + lengthOf(one),
    lengths.get(reader) ?? 0,
  );
  if (length > (context.config.maxAnswerLength ?? MAX_ANSWER_LENGTH)) {
    throw new DavError(
      "dav:number-of-matches-within-limits",
      "The answer would be too long: ask for less",
    );
  }
  lengths.set(reader, length);
}

function lengthOf({ children, raw = "" }: XmlElement): number {
  return children.reduce<number>(
    (sum, child) =>
      sum + (typeof child === "string" ? child.length : lengthOf(child)),
    ELEMENT_LENGTH + raw.length,
  );
}
