/**
 * `text-match` and the limits of filters, the same in both kinds of queries
 * (RFC 4791 section 9.7.5, RFC 6352 section 10.5.4).
 *
 * @module
 */

import { findCollation, MATCH_TYPES } from "../../text/collation.ts";
import type { Collation, MatchType, TextMatch } from "../../text/collation.ts";
import { attributeOf, textOf } from "../../xml/names.ts";
import type { XmlElement } from "../../xml/names.ts";
import type { ConditionKey } from "../conditions.ts";
import { DavError } from "../errors.ts";

/** Characters of a text that is searched for; longer ones would make every comparison expensive. */
const MAX_TEXT = 4096;

/** What differs between the two kinds of queries. */
export interface TextMatchRules {
  /** The collation where none is named, or "default". */
  readonly collation: Collation;
  /** The refusal of a collation that is not there. */
  readonly unknownCollation: ConditionKey;
  /** The refusal of everything else. */
  readonly invalid: ConditionKey;
}

/**
 * Reads a text-match. The text is taken as it is, blanks included.
 *
 * @throws {DavError} As the rules say.
 */
export function parseTextMatch(
  sent: XmlElement,
  rules: TextMatchRules,
): TextMatch {
  const text = textOf(sent);
  if (text.length > MAX_TEXT) {
    throw new DavError(
      rules.invalid,
      `Cannot search for more than ${MAX_TEXT} characters`,
    );
  }
  return {
    text,
    collation: parseCollation(attributeOf(sent, "collation"), rules),
    type: parseMatchType(attributeOf(sent, "match-type"), rules),
    negate: parseFlag(sent, "negate-condition", rules.invalid),
  };
}

function parseCollation(
  name: string | undefined,
  rules: TextMatchRules,
): Collation {
  // RFC 4790 section 3.1: "default" is what the protocol says
  if (name === undefined || name.trim().toLowerCase() === "default") {
    return rules.collation;
  }
  const found = findCollation(name);
  if (found !== undefined) return found;
  throw new DavError(
    rules.unknownCollation,
    `There is no collation ${JSON.stringify(name.slice(0, 40))}`,
  );
}

/** RFC 4791 has no match-type: clients that send one there mean that of RFC 6352. */
function parseMatchType(
  name: string | undefined,
  rules: TextMatchRules,
): MatchType {
  if (name === undefined) return "contains";
  const found = MATCH_TYPES.find((type) => type === name.trim());
  if (found !== undefined) return found;
  throw new DavError(
    rules.invalid,
    `Cannot read match-type: expected one of ${MATCH_TYPES.join(", ")}, got ${
      JSON.stringify(name.slice(0, 40))
    }`,
  );
}

/**
 * An attribute that is "yes" or "no", false where it is absent.
 *
 * @throws {DavError} The condition that is given.
 */
export function parseFlag(
  sent: XmlElement,
  name: string,
  condition: ConditionKey,
): boolean {
  const value = attributeOf(sent, name)?.trim();
  if (value === undefined || value === "no") return false;
  if (value === "yes") return true;
  throw new DavError(
    condition,
    `Cannot read ${name}: expected "yes" or "no", got ${
      JSON.stringify(value.slice(0, 40))
    }`,
  );
}
