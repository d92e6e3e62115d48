/**
 * What principal-property-search looks for (RFC 3744 section 9.4), and
 * principal-search-property-set, which says what can be looked for (section
 * 9.5).
 *
 * @module
 */

import type { Resource } from "../../service/types.ts";
import { MATCH_TYPES, matchesText } from "../../text/collation.ts";
import type { TextMatch } from "../../text/collation.ts";
import {
  attributeOf,
  childElements,
  element,
  findChild,
  isElement,
  NS,
  textOf,
  XML_NS,
} from "../../xml/names.ts";
import type { XmlElement } from "../../xml/names.ts";
import { writeDocument } from "../../xml/write.ts";
import type { Report } from "../context.ts";
import { DavError } from "../errors.ts";
import { answerHeaders } from "../features.ts";
import { XML_TYPE } from "../multistatus.ts";
import { requireDepthZero } from "./depth.ts";
import { valueElement } from "./property_value.ts";
import type { ValueScope } from "./property_value.ts";

/** Properties that principals can be found by, those that people use most first. */
const SEARCHABLE: readonly {
  /** Name of the property. */
  readonly name: readonly [ns: string, local: string];
  /** What it is, for people. */
  readonly description: string;
}[] = [
  { name: [NS.dav, "displayname"], description: "Name" },
  { name: [NS.cs, "email-address-set"], description: "Mail address" },
  {
    name: [NS.caldav, "calendar-user-address-set"],
    description: "Calendar address",
  },
];

/** A search. */
export interface PrincipalSearch {
  /** True: not below the target, but in all collections of principals. */
  readonly everywhere: boolean;
  /** True: one criterion is enough (an extension of Calendar Server). */
  readonly any: boolean;
  /** What must match: each property of each criterion. */
  readonly criteria: readonly {
    /** Names of properties, all of which must match. */
    readonly names: readonly XmlElement[];
    /** The text. */
    readonly match: TextMatch;
  }[];
}

/** The row: where principals are, and what they are searched from. */
export const SEARCH_PROPERTY_SET: Report = {
  name: [NS.dav, "principal-search-property-set"],
  on: ["root", "principals", "principal", "group"],
  run: (context) => {
    requireDepthZero(context);
    const headers = answerHeaders(context);
    headers.set("content-type", XML_TYPE);
    const rows = SEARCHABLE.map(({ name, description }) =>
      element(
        NS.dav,
        "principal-search-property",
        element(NS.dav, "prop", element(...name)),
        {
          ...element(NS.dav, "description", description),
          attributes: [{ ns: XML_NS, name: "lang", value: "en" }],
        },
      )
    );
    const root = element(NS.dav, "principal-search-property-set", ...rows);
    return Promise.resolve(new Response(writeDocument(root), { headers }));
  },
};

/** Properties that all criteria may name together: each is looked at on every principal. */
const MAX_TESTS = 50;

/**
 * Reads a search out of the body's root. One without any criterion is the
 * wish for all principals (a listed leniency).
 *
 * @throws {DavError} `bad-request` for a criterion that is none, `too-large` for too many of them.
 */
export function parseSearch(body: XmlElement): PrincipalSearch {
  const criteria = childElements(body)
    .filter((one) => isElement(one, NS.dav, "property-search"))
    .map(parseCriterion);
  if (criteria.flatMap(({ names }) => names).length > MAX_TESTS) {
    throw new DavError(
      "too-large",
      `A search looks at ${MAX_TESTS} properties at most`,
    );
  }
  return {
    everywhere: findChild(body, NS.dav, "apply-to-principal-collection-set") !==
      undefined,
    any: attributeOf(body, "test")?.trim() === "anyof",
    criteria,
  };
}

/** Section 9.4: caseless and anywhere in the value, unless match-type says otherwise (Calendar Server). */
function parseCriterion(
  sent: XmlElement,
): PrincipalSearch["criteria"][number] {
  const prop = findChild(sent, NS.dav, "prop");
  const match = findChild(sent, NS.dav, "match");
  const names = prop === undefined ? [] : childElements(prop);
  if (match === undefined || names.length === 0) {
    throw invalid("a property-search has a prop with properties, and a match");
  }
  const type = attributeOf(match, "match-type")?.trim();
  return {
    names,
    match: {
      text: textOf(match),
      collation: "i;unicode-casemap",
      type: MATCH_TYPES.find((one) => one === type) ?? "contains",
      negate: false,
    },
  };
}

/** Whether a principal is one that is searched for. */
export function matchesPrincipal(
  principal: Resource,
  { any, criteria }: PrincipalSearch,
  scope: ValueScope,
): boolean {
  const holds = ({ names, match }: PrincipalSearch["criteria"][number]) =>
    names.every((name) => {
      if (!SEARCHABLE.some((one) => isElement(name, ...one.name))) return false;
      const value = valueElement(name, principal, scope);
      return value !== undefined &&
        textsIn(value).some((text) => matchesText(text, match));
    });
  return any ? criteria.some(holds) : criteria.every(holds);
}

/** Section 9.4.1: each piece of text in a value by itself. */
function textsIn(value: XmlElement): string[] {
  return value.children.flatMap((one) =>
    typeof one === "string" ? [one] : textsIn(one)
  );
}

function invalid(what: string): DavError {
  return new DavError(
    "bad-request",
    `Cannot read principal-property-search: ${what}`,
  );
}
