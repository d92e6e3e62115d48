/**
 * Many address objects as one file, card after card.
 *
 * @module
 */

import { withLineEnd } from "../text/line_end.ts";
import { decodeUtf8 } from "../text/text_value.ts";

/** The cards in the order given; their lines keep their bytes. What is not text is left out. */
export function joinVcards(objects: Iterable<Uint8Array>): string {
  let out = "";
  for (const bytes of objects) {
    const decoded = decodeUtf8(bytes);
    if (!decoded.ok) continue;
    const text = decoded.text.replace(/^\ufeff/, "");
    out += withLineEnd(text);
  }
  return out;
}
