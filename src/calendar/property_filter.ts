/**
 * Whether a property of a component is what a filter asks for (RFC 4791
 * sections 9.7.2, 9.7.3 and 9.9).
 *
 * @module
 */

import { matchesText, type TextMatch } from "../text/collation.ts";
import type { ContentLine } from "../text/content_line.ts";
import {
  isSpent,
  matchesParam,
  type ParamFilter,
} from "../text/param_filter.ts";
import { decodeText } from "../text/text_value.ts";
import { RECURRING } from "./component_names.ts";
import { epochOf } from "./dates.ts";
import { momentOf } from "./moments.ts";
import { type Component, property } from "./parse.ts";
import {
  eachOccurrence,
  type RecurrenceContext,
  type TimeRange,
} from "./recurrence/recurrence.ts";
import type { Budget } from "./recurrence/rule_engine.ts";

/** `prop-filter` (RFC 4791 section 9.7.2). One and the same property must satisfy all fields. */
export interface PropertyFilter {
  /** Name of the property, in any case. */
  readonly name: string;
  /** True: there must be no such property; the other fields are then ignored. */
  readonly isNotDefined?: boolean;
  /** Its value, of each instance where the component recurs, must lie in this range. */
  readonly timeRange?: TimeRange;
  /** Its value, escapes resolved, must match. */
  readonly text?: TextMatch;
  /** Filters on its parameters. */
  readonly params?: readonly ParamFilter[];
}

/** Where a property is looked for. */
export interface PropertyScope {
  /** The component that has it. */
  readonly component: Component;
  /** The components of its name beside it, itself included: one recurrence set. */
  readonly siblings: readonly Component[];
  /** What dates are read and instances computed with, and the work that may be done. */
  readonly recurrence: RecurrenceContext & { readonly budget: Budget };
}

/** Properties whose range is tested on every instance: the end may follow from DURATION. */
const OF_INSTANCES: ReadonlySet<string> = new Set(["DTSTART", "DTEND", "DUE"]);

/** Properties that a time-range can be put on (RFC 4791 section 9.9). */
export const TIMED_PROPERTIES: ReadonlySet<string> = new Set([
  ...OF_INSTANCES,
  "COMPLETED",
  "CREATED",
  "DTSTAMP",
  "LAST-MODIFIED",
]);

/** Whether a component has a property as the filter wants it. Beyond the bound on work, true. */
export function matchesProperty(
  filter: PropertyFilter,
  scope: PropertyScope,
): boolean {
  const { component, recurrence: { budget } } = scope;
  if (isSpent(budget, { lines: component.properties.length })) return true;
  const name = filter.name.toUpperCase();
  const lines = component.properties.filter((line) => line.name === name);
  if (filter.isNotDefined === true) return lines.length === 0;
  const { timeRange, text, params = [] } = filter;
  const hasText = (line: ContentLine | undefined) => {
    if (text === undefined) return true;
    if (line === undefined) return false;
    const characters = line.value.length;
    return isSpent(budget, { characters }) ||
      matchesText(decodeText(line.value), text);
  };
  // a date that follows from DURATION has no line, so no parameters
  const fits = (line: ContentLine | undefined) =>
    hasText(line) && params.every((one) => matchesParam(line, one, budget));
  if (timeRange === undefined) return lines.some(fits);
  if (OF_INSTANCES.has(name) && RECURRING.has(component.name)) {
    const [line] = lines;
    if (line === undefined && !isEffective(name, component)) return false;
    return fits(line) && happensIn(name, timeRange, scope);
  }
  return lines.some((line) => fits(line) && lies(line, timeRange, scope));
}

/** DTEND and DUE follow from a start and DURATION where they are not written. */
function isEffective(name: string, component: Component): boolean {
  const wanted = component.name === "VTODO" ? "DUE" : "DTEND";
  return name === wanted &&
    property(component, "DTSTART") !== undefined &&
    property(component, "DURATION") !== undefined;
}

function happensIn(
  name: string,
  range: TimeRange,
  { component, siblings, recurrence }: PropertyScope,
): boolean {
  let found = false;
  // they are looked at for each of them that has the property
  if (isSpent(recurrence.budget, { lines: siblings.length })) return true;
  const complete = eachOccurrence(siblings, range, {
    ...recurrence,
    visit: (instance) => {
      found = instance.component === component &&
        isInside(name === "DTSTART" ? instance.start : instance.end, range);
      return !found;
    },
  });
  return found || !complete;
}

function lies(
  line: ContentLine,
  range: TimeRange,
  { recurrence: { zones, floating } }: PropertyScope,
): boolean {
  const moment = momentOf(line.value, line, zones);
  return moment !== undefined && isInside(epochOf(moment, floating), range);
}

function isInside(time: number, { start, end }: TimeRange): boolean {
  return (start === null || start <= time) && (end === null || end > time);
}
