/**
 * The filter of calendar-query as plain values, and whether an object matches
 * it (RFC 4791 sections 9.7 to 9.9).
 *
 * @module
 */

import { alarmOverlaps } from "./alarms.ts";
import { RECURRING, SUPPORTED_COMPONENTS } from "./component_names.ts";
import { overlaps } from "./overlap.ts";
import type { Calendar, Component } from "./parse.ts";
import {
  matchesProperty,
  type PropertyFilter,
  type PropertyScope,
} from "./property_filter.ts";
import {
  DEFAULT_STEPS,
  eachOccurrence,
  type RecurrenceContext,
  type TimeRange,
} from "./recurrence/recurrence.ts";
import { startOf } from "./recurrence/recurrence_set.ts";
import type { Budget } from "./recurrence/rule_engine.ts";
import { zonesOf } from "./zones/vtimezone.ts";
import type { Zone } from "./zones/zones.ts";

/** `comp-filter` (RFC 4791 section 9.7.1). All fields that are there must hold. */
export interface ComponentFilter {
  /** Name of the component, in any case. */
  readonly name: string;
  /** True: there must be no such component; the other fields are then ignored. */
  readonly isNotDefined?: boolean;
  /** The component must happen in this range. */
  readonly timeRange?: TimeRange;
  /** Filters on its properties. */
  readonly properties?: readonly PropertyFilter[];
  /** Filters on inner components. */
  readonly components?: readonly ComponentFilter[];
}

/** What a filter needs besides the object. */
export interface FilterContext {
  /** Zone of floating and all-day values: the query's, else the calendar's, else the server's. */
  readonly zone: Zone;
  /** Work that may be done for this object; a default where absent. */
  readonly budget?: Budget;
}

/** True where the object matches; `filter` is the one on VCALENDAR. Beyond the bound on work, true: rather one too many than one lost. */
export function matchesFilter(
  calendar: Calendar,
  filter: ComponentFilter,
  context: FilterContext,
): boolean {
  const recurrence = {
    zones: zonesOf(calendar),
    floating: context.zone,
    budget: context.budget ?? { steps: DEFAULT_STEPS },
  };
  return matchesAmong([calendar.root], filter, { recurrence });
}

interface Scope {
  readonly recurrence: RecurrenceContext & { readonly budget: Budget };
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
  const able = named.filter((each) =>
    hasProperties(filter, {
      component: each,
      siblings: named,
      recurrence: scope.recurrence,
    }) && hasComponents(filter, each, { ...scope, siblings: named })
  );
  if (able.length === 0) return false;
  if (range === undefined) return true;
  const found = happens(named, range, scope);
  if (found === "never" || found === "unknown") return found === "unknown";
  return able.some((each) => found.has(each));
}

function hasProperties(
  { properties }: ComponentFilter,
  scope: PropertyScope,
): boolean {
  return properties === undefined ||
    properties.every((one) => matchesProperty(one, scope));
}

function hasComponents(
  { components }: ComponentFilter,
  parent: Component,
  { recurrence, siblings }: Scope & { siblings: readonly Component[] },
): boolean {
  return components === undefined ||
    components.every((one) =>
      matchesAmong(parent.components, one, {
        recurrence,
        outer: { parent, siblings },
      })
    );
}

/** Which components have an instance in the range; "unknown" where the bound on work was reached before one was found. */
function happens(
  components: readonly Component[],
  range: TimeRange,
  scope: Scope,
): ReadonlySet<Component> | "never" | "unknown" {
  const { recurrence } = scope;
  const found = new Set<Component>();
  const [first] = components;
  if (first?.name === "VCALENDAR") {
    // against RFC 4791 section 9.9, which knows no time of the whole
    const isThere = SUPPORTED_COMPONENTS.some((name) =>
      matchesAmong(first.components, { name, timeRange: range }, scope)
    );
    return isThere ? new Set(components) : "never";
  }
  if (first?.name === "VALARM") {
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
    if (dated && RECURRING.has(component.name)) continue;
    if (overlaps(component, undefined, { ...recurrence, range })) {
      found.add(component);
    }
  }
  const recurring = components.filter((each) => RECURRING.has(each.name));
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
