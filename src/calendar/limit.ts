/**
 * Overrides and busy periods that matter to a range (RFC 4791 sections 9.6.6
 * and 9.6.7).
 *
 * @module
 */

import type { ContentLine } from "../text/content_line.ts";
import { type DataLine, keptLine, writtenLine } from "../text/data_line.ts";
import { epochOf } from "./dates.ts";
import { endOf, type MomentContext } from "./moments.ts";
import { overlaps } from "./overlap.ts";
import { type Calendar, type Component, property } from "./parse.ts";
import {
  eachOccurrence,
  type RecurrenceContext,
  type TimeRange,
} from "./recurrence/recurrence.ts";
import {
  type Override,
  readPeriod,
  readRecurrenceSet,
  type RecurrenceSet,
} from "./recurrence/recurrence_set.ts";
import { lowerBound } from "./recurrence/rule_times.ts";

/**
 * The components of an object without the overrides that have nothing to do
 * with a range: neither where they are now, nor where they were, nor by
 * instances that moved with them. Beyond the bound on work, more of them.
 */
export function limitRecurrenceSet(
  calendar: Calendar,
  range: TimeRange,
  context: RecurrenceContext,
): readonly Component[] {
  const { components } = calendar.root;
  const set = readRecurrenceSet(
    components.filter((one) => one.name !== "VTIMEZONE"),
    context,
  );
  if (set.overrides.length === 0) return components;
  const wanted = instancesIn(components, range, context);
  const masters = set.masters.map((one) => one.component);
  const before = set.futures.length === 0
    ? undefined
    : startsIn(masters, range, context);
  const dropped = new Set(
    set.overrides.filter((one) =>
      wanted !== undefined && !wanted.has(one.component) &&
      !wasIn(one, range, { ...context, set }) &&
      !affects(one, set, before)
    ).map((one) => one.component),
  );
  return components.filter((one) => !dropped.has(one));
}

/** Components that have an instance in the range; undefined where that was too much work. */
function instancesIn(
  components: readonly Component[],
  range: TimeRange,
  context: RecurrenceContext,
): ReadonlySet<Component> | undefined {
  const found = new Set<Component>();
  const dated = components.filter((one) => one.name !== "VTIMEZONE");
  const complete = eachOccurrence(dated, range, {
    ...context,
    visit: (instance) => {
      if (overlaps(instance.component, instance, { ...context, range })) {
        found.add(instance.component);
      }
      return true;
    },
  });
  return complete ? found : undefined;
}

/** Starts of the instances that the rule alone gives in the range, ascending; undefined where that was too much work. */
function startsIn(
  masters: readonly Component[],
  range: TimeRange,
  context: RecurrenceContext,
): readonly number[] | undefined {
  const starts: number[] = [];
  const complete = eachOccurrence(masters, range, {
    ...context,
    visit: (instance) => {
      if (overlaps(instance.component, instance, { ...context, range })) {
        starts.push(instance.start);
      }
      return true;
    },
  });
  return complete ? starts.sort((a, b) => a - b) : undefined;
}

/** Whether the instance was in the range before it was overridden. */
function wasIn(
  override: Override,
  range: TimeRange,
  { set, floating, zones }: MomentContext & { set: RecurrenceSet },
): boolean {
  const [master] = set.masters;
  if (master === undefined) return false;
  const { epoch: start, recurrenceId: moment } = override;
  const end = Math.max(start, endOf(moment, master.length, floating));
  return overlaps(master.component, { start, end, moment }, {
    floating,
    zones,
    range,
  });
}

/** Whether instances that move with an override were in the range. */
function affects(
  override: Override,
  { futures }: RecurrenceSet,
  starts: readonly number[] | undefined,
): boolean {
  if (!override.andFuture) return false;
  if (starts === undefined) return true;
  const next = futures.find((one) => one.epoch > override.epoch);
  const until = next?.epoch ?? Infinity;
  return (starts[lowerBound(starts, override.epoch)] ?? Infinity) < until;
}

/** A FREEBUSY line with only its periods that touch the range, undefined where none does. */
export function limitBusyLine(
  line: ContentLine,
  range: TimeRange,
  { text, ...context }: MomentContext & { readonly text: string },
): DataLine | undefined {
  const periods = line.value.split(",");
  const kept = periods.filter((one) => {
    const period = readPeriod(one, line, context);
    if (period?.length === undefined) return false;
    const start = epochOf(period.start, context.floating);
    const end = endOf(period.start, period.length, context.floating);
    return (range.start === null || range.start < end) &&
      (range.end === null || range.end > start);
  });
  if (kept.length === 0) return undefined;
  if (kept.length === periods.length) return keptLine(text, line);
  return writtenLine(line.name, line.params, kept.join(","));
}

/** Whether a component is one that busy periods stand in. */
export function hasBusyLines(component: Component): boolean {
  return component.name === "VFREEBUSY" &&
    property(component, "FREEBUSY") !== undefined;
}
