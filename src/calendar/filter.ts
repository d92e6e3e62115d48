/**
 * The filter of calendar-query as plain values, and whether an object matches
 * it (RFC 4791 sections 9.7 to 9.9).
 *
 * @module
 */

import type { Calendar, Component } from "./parse.ts";
import { overlaps } from "./overlap.ts";
import {
  DEFAULT_STEPS,
  eachOccurrence,
  type RecurrenceContext,
  type TimeRange,
} from "./recurrence.ts";
import { startOf } from "./recurrence_set.ts";
import { alarmOverlaps } from "./alarms.ts";
import { zonesOf } from "./vtimezone.ts";
import type { Zone } from "./zones.ts";

/** `comp-filter` (RFC 4791 section 9.7.1). All fields that are there must hold. */
export interface ComponentFilter {
  /** Name of the component, in any case. */
  readonly name: string;
  /** True: there must be no such component; the other fields are then ignored. */
  readonly isNotDefined?: boolean;
  /** The component must happen in this range. */
  readonly timeRange?: TimeRange;
  /** Filters on inner components. */
  readonly components?: readonly ComponentFilter[];
}

/** What a filter needs besides the object. */
export interface FilterContext {
  /** Zone of floating and all-day values: the query's, else the calendar's, else the server's. */
  readonly zone: Zone;
  /** Work that may be done for this object; a default where absent. */
  readonly steps?: number;
}

/** True where the object matches; `filter` is the one on VCALENDAR. Where recurrence goes beyond the bound on work, true: rather one too many than one lost. */
export function matchesFilter(
  calendar: Calendar,
  filter: ComponentFilter,
  context: FilterContext,
): boolean {
  const recurrence: RecurrenceContext = {
    zones: zonesOf(calendar),
    floating: context.zone,
    budget: { steps: context.steps ?? DEFAULT_STEPS },
  };
  return matchesAmong([calendar.root], filter, { recurrence });
}

/**
 * The range that an object's span must touch for the filter to match: what
 * the store's time index is asked. Both ends null where the filter tells
 * nothing.
 */
export function candidateRange(filter: ComponentFilter): TimeRange {
  for (const inner of filter.components ?? []) {
    if (inner.isNotDefined !== true && inner.timeRange !== undefined) {
      return inner.timeRange;
    }
  }
  return { start: null, end: null };
}

interface Scope {
  readonly recurrence: RecurrenceContext;
  /** The component that the tested ones are inside of, and its like. */
  readonly outer?: {
    readonly parent: Component;
    readonly siblings: readonly Component[];
  };
}

/** Whether a filter holds among siblings, which may be one recurrence set. */
function matchesAmong(
  siblings: readonly Component[],
  filter: ComponentFilter,
  scope: Scope,
): boolean {
  const name = filter.name.toUpperCase();
  const named = siblings.filter((each) => each.name === name);
  if (filter.isNotDefined === true) return named.length === 0;
  if (named.length === 0) return false;
  const range = filter.timeRange;
  const inner = filter.components ?? [];
  if (inner.length === 0) {
    return range === undefined || happens(named, range, scope) !== "never";
  }
  const able = named.filter((each) =>
    inner.every((one) =>
      matchesAmong(each.components, one, {
        ...scope,
        outer: { parent: each, siblings: named },
      })
    )
  );
  if (able.length === 0) return false;
  if (range === undefined) return true;
  const found = happens(named, range, scope);
  if (found === "never" || found === "unknown") return found === "unknown";
  return able.some((each) => found.has(each));
}

/** Which components have an instance in the range; "unknown" where the bound on work was reached before one was found. */
function happens(
  components: readonly Component[],
  range: TimeRange,
  scope: Scope,
): ReadonlySet<Component> | "never" | "unknown" {
  const { recurrence } = scope;
  const found = new Set<Component>();
  if (components[0]?.name === "VALARM") {
    const { parent, siblings } = scope.outer ?? {};
    if (parent === undefined || siblings === undefined) return "never";
    const context = { ...recurrence, range, siblings };
    for (const alarm of components) {
      if (alarmOverlaps(alarm, parent, context)) found.add(alarm);
    }
    return found.size > 0 ? found : "never";
  }
  for (const component of components) {
    const dated = startOf(component, recurrence) !== undefined;
    if (dated && component.name !== "VFREEBUSY") continue;
    if (overlaps(component, undefined, { ...recurrence, range })) {
      found.add(component);
    }
  }
  const recurring = components.filter((each) => each.name !== "VFREEBUSY");
  const complete = eachOccurrence(recurring, range, {
    ...recurrence,
    visit: (instance) => {
      if (overlaps(instance.component, instance, { ...recurrence, range })) {
        found.add(instance.component);
      }
      return found.size < components.length;
    },
  });
  if (found.size > 0) return found;
  return complete ? "never" : "unknown";
}
