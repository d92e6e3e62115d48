/**
 * `param-filter` of both kinds of queries (RFC 4791 section 9.7.3, RFC 6352
 * section 10.5.2), and the work that filters may be.
 *
 * @module
 */

import { matchesAnyText, type TextMatch } from "./collation.ts";
import { type ContentLine, paramValues } from "./content_line.ts";

/** What the parameters of one property have to be. */
export interface ParamFilter {
  /** Name of the parameter, in any case. */
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

/** Lines or parameters that are looked at in one step. */
const LINES_A_STEP = 16;

/** Characters that are compared in one step: folding some of them is slow. */
const CHARACTERS_A_STEP = 32;

/** Counts one more test, with what it looks at; true where that was too much. */
export function isSpent(
  budget: FilterBudget,
  { lines = 0, characters = 0 }: {
    readonly lines?: number;
    readonly characters?: number;
  },
): boolean {
  budget.steps -= 1 + lines / LINES_A_STEP + characters / CHARACTERS_A_STEP;
  return budget.steps < 0;
}

/** Whether a line has a parameter as the filter wants it; a line that is not there has none. Beyond the bound on work, true. */
export function matchesParam(
  line: ContentLine | undefined,
  filter: ParamFilter,
  budget: FilterBudget,
): boolean {
  const name = filter.name.toUpperCase();
  const params = line?.params ?? [];
  if (isSpent(budget, { lines: params.length })) return true;
  const defined = params.some((one) => one.name === name);
  if (filter.isNotDefined === true) return !defined;
  if (line === undefined || !defined || filter.text === undefined) {
    return defined;
  }
  const values = paramValues(line, name);
  const characters = values.reduce((sum, one) => sum + one.length, 0);
  return isSpent(budget, { characters }) ||
    matchesAnyText(values, filter.text);
}
