/**
 * What the facts of an object already say about a filter, so that most
 * objects need not be read.
 *
 * @module
 */

import type { ObjectFacts } from "../store/records.ts";
import { matchesText } from "../text/collation.ts";
import { decodeText } from "../text/text_value.ts";
import { SUPPORTED_COMPONENTS } from "./component_names.ts";
import type { ComponentFilter } from "./filter.ts";
import type { TimeRange } from "./recurrence/recurrence.ts";

/**
 * The range that an object's span must touch for the filter to match: what
 * the store's time index is asked. Both ends null where the filter tells
 * nothing.
 */
export function candidateRange(filter: ComponentFilter): TimeRange {
  for (const one of [filter, ...filter.components ?? []]) {
    if (one.isNotDefined !== true && one.timeRange !== undefined) {
      return one.timeRange;
    }
  }
  return { start: null, end: null };
}

/** False where the object cannot match: it has another type of component, or another UID. */
export function mayMatch(facts: ObjectFacts, filter: ComponentFilter): boolean {
  return (filter.components ?? []).every((inner) => {
    if (inner.isNotDefined === true || facts.component === undefined) {
      return true;
    }
    // time zones and experimental components stand beside the main one
    if (!SUPPORTED_COMPONENTS.includes(inner.name)) return true;
    return facts.component === inner.name && mayHaveUid(facts, inner);
  });
}

/** The UID of the facts has lost the blanks around it. */
function mayHaveUid({ uid }: ObjectFacts, inner: ComponentFilter): boolean {
  return uid === undefined || (inner.properties ?? []).every((one) => {
    const { text } = one;
    const plain = one.name === "UID" && text !== undefined && !text.negate &&
      text.text.trim() === text.text;
    return !plain || matchesText(decodeText(uid), text);
  });
}

/** True where the type of the object says already that it matches. */
export function surelyMatches(
  facts: ObjectFacts,
  filter: ComponentFilter,
): boolean {
  const { component } = facts;
  return component !== undefined && isBare(filter) &&
    (filter.components ?? []).every((inner) =>
      inner.name === component && isBare(inner) &&
      inner.components === undefined
    );
}

function isBare(filter: ComponentFilter): boolean {
  return filter.isNotDefined !== true && filter.timeRange === undefined &&
    filter.properties === undefined;
}
