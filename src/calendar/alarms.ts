/**
 * When alarms go off (RFC 5545 section 3.6.6), for time ranges on VALARM.
 *
 * @module
 */

import { paramValue } from "../text/content_line.ts";
import {
  DAY,
  type Duration,
  epochAfter,
  epochOf,
  type Moment,
  parseDuration,
} from "./dates.ts";
import {
  durationProperty,
  type MomentContext,
  momentProperty,
} from "./moments.ts";
import { type Component, property } from "./parse.ts";
import {
  eachOccurrence,
  type RecurrenceContext,
  type TimeRange,
} from "./recurrence/recurrence.ts";
import type { Zone } from "./zones/zones.ts";

/** What is asked. */
export interface AlarmContext extends RecurrenceContext {
  /** All components of the parent's UID, so that its overridden instances don't count. */
  readonly siblings: readonly Component[];
  /** The range. */
  readonly range: TimeRange;
}

/**
 * Whether an alarm of a component goes off in the range, in any instance of
 * that component. True where the bound on work was reached first.
 */
export function alarmOverlaps(
  alarm: Component,
  parent: Component,
  context: AlarmContext,
): boolean {
  const { range } = context;
  const repetition = repetitionOf(alarm);
  const goesOff = (first: number) => ringsIn(range, first, repetition);
  const absolute = absoluteTrigger(alarm, context);
  if (absolute !== undefined) {
    return goesOff(epochOf(absolute, context.floating));
  }
  const line = property(alarm, "TRIGGER");
  const offset = line === undefined ? undefined : parseDuration(line.value);
  if (line === undefined || offset === undefined) return false;
  const fromEnd = paramValue(line, "RELATED")?.toUpperCase() === "END";
  const set = standsAlone(parent) ? [parent] : context.siblings;
  if (context.budget !== undefined) {
    if (context.budget.steps < set.length) return true;
    context.budget.steps -= set.length;
  }
  let found = false;
  const complete = eachOccurrence(
    set,
    widened(range, offset, repetition),
    {
      ...context,
      visit: ({ end, moment, component }) => {
        if (component !== parent) return true;
        const anchor = fromEnd
          ? endMoment(moment, end, context.floating)
          : moment;
        found = goesOff(epochAfter(anchor, offset, context.floating));
        return !found;
      },
    },
  );
  return found || !complete;
}

function absoluteTrigger(
  alarm: Component,
  context: MomentContext,
): Moment | undefined {
  const moment = momentProperty(alarm, "TRIGGER", context.zones);
  return moment?.kind === "date" ? undefined : moment;
}

/** An override of one instance: thousands of siblings are not read for each of thousands. */
function standsAlone(component: Component): boolean {
  const id = property(component, "RECURRENCE-ID");
  return id !== undefined && paramValue(id, "RANGE") === undefined &&
    property(component, "RRULE") === undefined;
}

/** How often an alarm goes off again. */
interface Repetition {
  /** Times after the first one. */
  readonly count: number;
  /** Milliseconds between two of them. */
  readonly step: number;
}

/** REPEAT and DURATION (RFC 5545 section 3.6.6): none where one of them is missing or time would stand still. */
function repetitionOf(alarm: Component): Repetition {
  const every = durationProperty(alarm, "DURATION");
  const text = property(alarm, "REPEAT")?.value.trim() ?? "0";
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  const step = every === undefined ? 0 : every.days * DAY + every.time;
  return step > 0 ? { count, step } : { count: 0, step: 1 };
}

/** Whether one of the times at which an alarm goes off lies in the range. */
function ringsIn(
  { start, end }: TimeRange,
  first: number,
  { count, step }: Repetition,
): boolean {
  const skipped = start === null ? 0 : Math.ceil((start - first) / step);
  const n = Math.max(0, skipped);
  return n <= count && (end === null || first + n * step < end);
}

/** The end of an instance on the wall clock that its start is on. */
function endMoment(start: Moment, end: number, floating: Zone): Moment {
  if (start.kind === "utc") return { ...start, civil: end };
  return { ...start, civil: (start.zone ?? floating).toCivil(end) };
}

/** Instances whose alarms may fall in the range begin or end in here. */
function widened(
  range: TimeRange,
  offset: Duration,
  { count, step }: Repetition,
): TimeRange {
  const reach = Math.abs(offset.days * DAY + offset.time) + count * step + DAY;
  return {
    start: range.start === null ? null : range.start - reach,
    end: range.end === null ? null : range.end + reach,
  };
}
