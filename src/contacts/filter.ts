/**
 * The filter of addressbook-query as plain values, and whether a card matches
 * it (RFC 6352 section 10.5).
 *
 * @module
 */

import {
  matchesAnyText,
  matchesText,
  type TextMatch,
} from "../text/collation.ts";
import { type ContentLine, paramValues } from "../text/content_line.ts";
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
  readonly params: readonly CardParamFilter[];
}

/** `param-filter` (RFC 6352 section 10.5.2). */
export interface CardParamFilter {
  /** Upper-cased name of the parameter. */
  readonly name: string;
  /** True: there must be no such parameter; `text` is then ignored. */
  readonly isNotDefined?: boolean;
  /** One of its values must match; where that is negated, none of them may. */
  readonly text?: TextMatch;
}

/** How much work matching may be. */
export interface FilterBudget {
  /** Steps left; below zero everything matches. */
  steps: number;
}

/** Lines that are looked at in one step. */
const LINES_A_STEP = 16;

/** Characters that are compared in one step: folding some of them is slow. */
const CHARACTERS_A_STEP = 32;

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
  if (isSpent(budget, card.properties.length / LINES_A_STEP)) return true;
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
        isSpent(budget, value.length / CHARACTERS_A_STEP) ||
        matchesText(value, text),
    );
  const inParams = () =>
    holds(test, params, (one) => hasParam(line, one, budget));
  return test === "anyof" ? inText() || inParams() : inText() && inParams();
}

function hasParam(
  line: ContentLine,
  filter: CardParamFilter,
  budget: FilterBudget,
): boolean {
  const values = paramValues(line, filter.name);
  const length = values.reduce((sum, one) => sum + one.length, 0);
  const work = line.params.length / LINES_A_STEP + length / CHARACTERS_A_STEP;
  if (isSpent(budget, work)) return true;
  const defined = line.params.some((one) => one.name === filter.name);
  if (filter.isNotDefined === true) return !defined;
  if (!defined || filter.text === undefined) return defined;
  return matchesAnyText(values, filter.text);
}

/** Counts one more test and the work that it is; true where that was too much. */
function isSpent(budget: FilterBudget, work: number): boolean {
  budget.steps -= 1 + work;
  return budget.steps < 0;
}
