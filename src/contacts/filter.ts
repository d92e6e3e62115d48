/**
 * The filter of addressbook-query as plain values, and whether a card matches
 * it (RFC 6352 section 10.5).
 *
 * @module
 */

import { matchesText, type TextMatch } from "../text/collation.ts";
import type { ContentLine } from "../text/content_line.ts";
import {
  type FilterBudget,
  isSpent,
  matchesParam,
  type ParamFilter,
} from "../text/param_filter.ts";
import { decodeText } from "../text/text_value.ts";
import type { Vcard } from "./vcard.ts";

/** Whether one test is enough, or all must hold. */
export type FilterTest = "anyof" | "allof";

/** `filter`. Without any property filter every card matches. */
export interface CardFilter {
  /** How the property filters go together. */
  readonly test: FilterTest;
  /** Filters on properties. */
  readonly properties: readonly CardPropertyFilter[];
}

/** `prop-filter` (RFC 6352 section 10.5.1): there must be one property for which the tests hold. */
export interface CardPropertyFilter {
  /** Upper-cased name of the property. */
  readonly name: string;
  /** Group that it must be in; absent: any or none. */
  readonly group?: string;
  /** True: there must be no such property; the other fields are then ignored. */
  readonly isNotDefined?: boolean;
  /** How the tests on one property go together. */
  readonly test: FilterTest;
  /** Tests on its value, escapes resolved. */
  readonly texts: readonly TextMatch[];
  /** Tests on its parameters. */
  readonly params: readonly ParamFilter[];
}

/** True where the card matches. Beyond the bound on work, true: rather one too many than one lost. */
export function matchesCard(
  card: Vcard,
  filter: CardFilter,
  budget: FilterBudget,
): boolean {
  const { properties } = filter;
  return properties.length === 0 ||
    holds(filter.test, properties, (one) => hasProperty(card, one, budget));
}

function holds<T>(
  test: FilterTest,
  all: readonly T[],
  isTrue: (one: T) => boolean,
): boolean {
  return test === "anyof" ? all.some(isTrue) : all.every(isTrue);
}

function hasProperty(
  card: Vcard,
  filter: CardPropertyFilter,
  budget: FilterBudget,
): boolean {
  if (isSpent(budget, { lines: card.properties.length })) return true;
  const group = filter.group?.toUpperCase();
  const lines = card.properties.filter((line) =>
    line.name === filter.name &&
    (group === undefined || line.group?.toUpperCase() === group)
  );
  if (filter.isNotDefined === true) return lines.length === 0;
  return lines.some((line) => fits(line, filter, budget));
}

function fits(
  line: ContentLine,
  { test, texts, params }: CardPropertyFilter,
  budget: FilterBudget,
): boolean {
  if (texts.length + params.length === 0) return true;
  const value = texts.length === 0 ? "" : decodeText(line.value);
  const inText = () =>
    holds(
      test,
      texts,
      (text) =>
        isSpent(budget, { characters: value.length }) ||
        matchesText(value, text),
    );
  const inParams = () =>
    holds(test, params, (one) => matchesParam(line, one, budget));
  return test === "anyof" ? inText() || inParams() : inText() && inParams();
}
