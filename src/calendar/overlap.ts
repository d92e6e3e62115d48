/**
 * The tables of RFC 4791 section 9.9 and RFC 7953 section 7.2.2: whether one
 * instance, or a component without instances, overlaps a time range.
 *
 * @module
 */

import { coveredTime } from "./busy/availability.ts";
import { epochOf } from "./dates.ts";
import { endOf, type MomentContext, momentProperty } from "./moments.ts";
import { type Component, properties, property } from "./parse.ts";
import type { Instance, TimeRange } from "./recurrence/recurrence.ts";
import { readPeriod } from "./recurrence/recurrence_set.ts";

/** A range to test in. */
export interface OverlapContext extends MomentContext {
  /** The range. */
  readonly range: TimeRange;
}

/** What an instance is in time. */
export type InstanceTime = Pick<Instance, "start" | "end" | "moment">;

/** A range without open ends. */
interface Ends {
  readonly start: number;
  readonly end: number;
}

/**
 * Whether an instance of a component overlaps the range; without an instance
 * (no DTSTART, for tasks no DUE either), whether the component does.
 */
export function overlaps(
  component: Component,
  instance: InstanceTime | undefined,
  context: OverlapContext,
): boolean {
  const range = {
    start: context.range.start ?? -Infinity,
    end: context.range.end ?? Infinity,
  };
  switch (component.name) {
    case "VTODO":
      return instance === undefined
        ? undatedTask(component, range, context)
        : task(component, instance, range);
    case "VFREEBUSY":
      return freeBusy(component, range, context);
    case "VAVAILABILITY":
      return availability(component, range, context);
    case "VEVENT":
    case "VJOURNAL":
      return instance !== undefined && spans(instance, range);
    default:
      // section 9.9 defines no time for any other component
      return false;
  }
}

/** VEVENT and VJOURNAL: one with a length overlaps where it does, a point where it lies inside. */
function spans(instance: InstanceTime, range: Ends): boolean {
  const { start, end } = instance;
  const begun = end > start ? range.start < end : range.start <= start;
  return begun && range.end > start;
}

function task(
  component: Component,
  instance: InstanceTime,
  range: Ends,
): boolean {
  const { start, end } = instance;
  if (!property(component, "DTSTART")) {
    return range.start < end && range.end >= end;
  }
  if (property(component, "DUE")) {
    return (range.start < end || range.start <= start) &&
      (range.end > start || range.end >= end);
  }
  if (property(component, "DURATION")) {
    return range.start <= end && (range.end > start || range.end >= end);
  }
  return range.start <= start && range.end > start;
}

function undatedTask(
  component: Component,
  range: Ends,
  context: OverlapContext,
): boolean {
  const at = (name: string) => {
    const moment = momentProperty(component, name, context.zones);
    return moment === undefined ? undefined : epochOf(moment, context.floating);
  };
  const completed = at("COMPLETED");
  const created = at("CREATED");
  if (completed !== undefined && created !== undefined) {
    return (range.start <= created || range.start <= completed) &&
      (range.end >= created || range.end >= completed);
  }
  if (completed !== undefined) {
    return range.start <= completed && range.end >= completed;
  }
  return created === undefined || range.end > created;
}

/** RFC 7953 section 7.2.2. */
function availability(
  component: Component,
  range: Ends,
  context: OverlapContext,
): boolean {
  const { start, end } = coveredTime(component, context);
  return range.start < end && range.end > start;
}

function freeBusy(
  component: Component,
  range: Ends,
  context: OverlapContext,
): boolean {
  const { floating, zones } = context;
  const start = momentProperty(component, "DTSTART", zones);
  const end = momentProperty(component, "DTEND", zones);
  if (start !== undefined && end !== undefined) {
    return range.start <= epochOf(end, floating) &&
      range.end > epochOf(start, floating);
  }
  for (const line of properties(component, "FREEBUSY")) {
    for (const text of line.value.split(",")) {
      const period = readPeriod(text, line, context);
      if (period?.length === undefined) continue;
      const until = endOf(period.start, period.length, floating);
      const from = epochOf(period.start, floating);
      if (range.start < until && range.end > from) return true;
    }
  }
  return false;
}
