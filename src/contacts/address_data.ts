/**
 * The parts of a card that a report asks for (RFC 6352 section 10.4).
 *
 * @module
 */

import {
  chooseLines,
  keptLine,
  type PropertyChoice,
} from "../text/data_line.ts";
import type { Vcard } from "./vcard.ts";

/** A card with some of its properties, their lines unchanged, in the order they have. */
export function extractCard(
  card: Vcard,
  properties: readonly PropertyChoice[],
): string {
  const { text, begin, end } = card;
  const lines = card.properties.map((line) => keptLine(text, line));
  return text.slice(begin.start, begin.end) +
    chooseLines(lines, properties).map((line) => line.text).join("") +
    text.slice(end.start, end.end);
}
