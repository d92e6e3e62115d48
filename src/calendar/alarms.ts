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
} from "./recurrence.ts";

/** Repetitions of one alarm that are looked at. */
const MAX_REPEAT = 1000;

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
  const inside = (time: number) =>
    (range.start === null || range.start <= time) &&
    (range.end === null || range.end > time);
  const repeats = repetitions(alarm);
  const goesOff = (first: number) =>
    repeats.some((later) => inside(first + later));
  const absolute = absoluteTrigger(alarm, context);
  if (absolute !== undefined) {
    return goesOff(epochOf(absolute, context.floating));
  }
  const line = property(alarm, "TRIGGER");
  const offset = line === undefined ? undefined : parseDuration(line.value);
  if (line === undefined || offset === undefined) return false;
  const fromEnd = paramValue(line, "RELATED")?.toUpperCase() === "END";
  // an override stands alone; thousands of siblings are read for a master only
  const alone = property(parent, "RECURRENCE-ID") !== undefined;
  const set = alone ? [parent] : context.siblings;
  if (context.budget !== undefined) {
    if (context.budget.steps < set.length) return true;
    context.budget.steps -= set.length;
  }
  let found = false;
  const complete = eachOccurrence(
    context.siblings,
    widened(range, offset, repeats),
    {
      ...context,
      visit: ({ start, end, moment, component }) => {
        if (component !== parent) return true;
        const anchor = fromEnd ? shifted(moment, end - start) : moment;
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

/** Milliseconds after the first time at which an alarm goes off, the first included. */
function repetitions(alarm: Component): number[] {
  const every = durationProperty(alarm, "DURATION");
  const text = property(alarm, "REPEAT")?.value.trim() ?? "0";
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (every === undefined) return [0];
  const step = every.days * DAY + every.time;
  const out = [0];
  for (let n = 1; n <= Math.min(count, MAX_REPEAT); n++) out.push(n * step);
  return out;
}

/** The end of an instance as a moment: the same wall clock, so much later. */
function shifted(moment: Moment, length: number): Moment {
  return { ...moment, civil: moment.civil + length };
}

/** Instances whose alarms may fall in the range begin or end in here. */
function widened(
  range: TimeRange,
  offset: Duration,
  repeats: readonly number[],
): TimeRange {
  const reach = Math.abs(offset.days * DAY + offset.time) +
    Math.abs(repeats.at(-1) ?? 0) + DAY;
  return {
    start: range.start === null ? null : range.start - reach,
    end: range.end === null ? null : range.end + reach,
  };
}
