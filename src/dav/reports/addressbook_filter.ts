/**
 * The filter of addressbook-query from XML to plain values (RFC 6352 section
 * 10.5).
 *
 * @module
 */

import type {
  CardFilter,
  CardPropertyFilter,
  FilterTest,
} from "../../contacts/filter.ts";
import type { ParamFilter } from "../../text/param_filter.ts";
import { attributeOf, childElements, findChild, NS } from "../../xml/names.ts";
import type { XmlElement } from "../../xml/names.ts";
import { DavError } from "../errors.ts";
import { splitName } from "../properties/address_data.ts";
import { parseTextMatch } from "./text_match.ts";
import type { TextMatchRules } from "./text_match.ts";

const TEXT: TextMatchRules = {
  collation: "i;unicode-casemap",
  unknownCollation: "carddav:supported-collation",
  invalid: "bad-request",
};

/**
 * Reads `CARDDAV:filter` out of the body's root; one without any prop-filter
 * is the wish for every card.
 *
 * @throws {DavError} `bad-request` for what the RFC does not allow (it has no condition for that), `carddav:supported-collation`.
 */
export function parseCardFilter(root: XmlElement): CardFilter {
  const filter = findChild(root, NS.carddav, "filter");
  if (filter === undefined) throw invalid("there is none");
  return {
    test: parseTest(filter),
    properties: sort(filter, ["prop-filter"]).children
      .map(parsePropertyFilter),
  };
}

function parsePropertyFilter(sent: XmlElement): CardPropertyFilter {
  const { isNotDefined, children } = sort(sent, ["text-match", "param-filter"]);
  const named = (name: string) => children.filter((one) => one.name === name);
  return {
    ...splitName(nameOf(sent)),
    ...isNotDefined && { isNotDefined },
    test: parseTest(sent),
    texts: named("text-match").map((one) => parseTextMatch(one, TEXT)),
    params: named("param-filter").map(parseParamFilter),
  };
}

function parseParamFilter(sent: XmlElement): ParamFilter {
  const { isNotDefined, children } = sort(sent, ["text-match"]);
  const [text, second] = children;
  if (second !== undefined) {
    throw invalid("a param-filter has one text-match at most");
  }
  return {
    name: nameOf(sent).toUpperCase(),
    ...isNotDefined && { isNotDefined },
    ...text && { text: parseTextMatch(text, TEXT) },
  };
}

function parseTest(sent: XmlElement): FilterTest {
  const test = attributeOf(sent, "test")?.trim() ?? "anyof";
  if (test === "anyof" || test === "allof") return test;
  throw invalid(
    `expected "anyof" or "allof", got ${JSON.stringify(test.slice(0, 40))}`,
  );
}

/** Children of the RFC's namespace; others mean nothing. */
function sort(
  sent: XmlElement,
  allowed: readonly string[],
): { isNotDefined: boolean; children: readonly XmlElement[] } {
  const all = childElements(sent).filter((one) => one.ns === NS.carddav);
  const children = all.filter((one) => one.name !== "is-not-defined");
  const isNotDefined = children.length < all.length;
  const stranger = children.find((one) => !allowed.includes(one.name));
  if (stranger !== undefined || isNotDefined && sent.name === "filter") {
    const what = stranger?.name.slice(0, 40) ?? "is-not-defined";
    throw invalid(`a ${sent.name} has no ${what}`);
  }
  if (isNotDefined && all.length > 1) {
    throw invalid("is-not-defined stands alone");
  }
  return { isNotDefined, children };
}

function nameOf(sent: XmlElement): string {
  const name = attributeOf(sent, "name")?.trim() ?? "";
  if (name === "") throw invalid(`a ${sent.name} needs a name`);
  return name;
}

function invalid(what: string): DavError {
  return new DavError("bad-request", `Cannot read the filter: ${what}`);
}
