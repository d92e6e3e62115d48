/**
 * One file with any number of vCards to one address object per card (RFC 6352
 * section 5.1). The bytes of each card stay as they are.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { findSegments } from "../text/segments.ts";
import { decodeUtf8 } from "../text/text_value.ts";
import { checkAddressObject } from "./validate.ts";
import type { AddressProblem } from "./vcard.ts";

/** One step of a split. */
export type AddressSplit =
  /** A card; not yet checked, but for those that are whole files. */
  | {
    readonly type: "object";
    /** The card alone. */
    readonly bytes: Uint8Array;
    /** Line of the file at which it begins, from 1. */
    readonly line: number;
  }
  /** A part that is not taken; its line is that of the file. */
  | { readonly type: "problem"; readonly problem: AddressProblem }
  /** Nothing yet: a moment to let others work. */
  | { readonly type: "pause" };

/** Cards that are read in one go. */
const STRIDE = 100;

/**
 * Splits a file. A file that is one valid card comes out as it is; of several,
 * a card without UID is given one that is made from its bytes, so that a second
 * import finds what the first one made. Bounded work for any bytes; never throws.
 */
export function* splitVcards(bytes: Uint8Array): Generator<AddressSplit> {
  const whole = checkAddressObject(bytes);
  if (whole.ok) {
    yield { type: "object", bytes, line: 1 };
    return;
  }
  const decoded = decodeUtf8(bytes);
  if (!decoded.ok) {
    yield { type: "problem", problem: whole.problem };
    return;
  }
  const { text } = decoded;
  const segments = findSegments(text, { start: 0, end: text.length });
  const cards = segments.filter(({ name }) => name === "VCARD");
  if (cards.length < 2) {
    // Its own problem says more than anything about its parts.
    yield { type: "problem", problem: whole.problem };
    return;
  }
  const encoder = new TextEncoder();
  let count = 0;
  for (const segment of segments) {
    if (++count % STRIDE === 0) yield { type: "pause" };
    if (segment.name !== "VCARD") {
      yield {
        type: "problem",
        problem: {
          name: "valid-address-data",
          message: "Expected BEGIN:VCARD",
          line: segment.line,
        },
      };
      continue;
    }
    const own = text.slice(segment.start, segment.end);
    const head = text.slice(segment.start, segment.inner);
    yield {
      type: "object",
      bytes: encoder.encode(hasUid(own) ? own : giveUid(own, head)),
      line: segment.line,
    };
  }
}

/** Whether a card names itself; what cannot be read is left for the check to refuse. */
function hasUid(text: string): boolean {
  const checked = checkAddressObject(new TextEncoder().encode(text));
  return !checked.ok || checked.facts.uid !== undefined;
}

function giveUid(text: string, head: string): string {
  const digest = createHash("sha256").update(text).digest("hex");
  const lineEnd = /[\r\n]+$/.exec(head)?.[0] ?? "\r\n";
  // an empty UID would be a second one
  const rest = text.slice(head.length).replace(
    /^UID[ \t]*(?:;[^\r\n:]*)?:[ \t]*(?:\r\n|\r|\n)/gim,
    "",
  );
  return `${head}UID:${digest.slice(0, 32)}@import${lineEnd}${rest}`;
}
