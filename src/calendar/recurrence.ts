/**
 * When the components of one UID happen: rules, RDATE, EXDATE and overrides
 * together (RFC 5545 section 3.8.5). What computes a rule's starts is hidden
 * in `rule_engine.ts`.
 *
 * @module
 */

import { DAY, type Duration, epochOf, type Moment } from "./dates.ts";
import { endOf, type MomentContext } from "./moments.ts";
import { isExcepted } from "./exceptions.ts";
import type { Component } from "./parse.ts";
import {
  type Master,
  type Override,
  readRecurrenceSet,
  type RecurrenceSet,
  type Slot,
} from "./recurrence_set.ts";
import { type Budget, eachStart } from "./rule_engine.ts";
import { UTC, type Zone } from "./zones.ts";

/** `time-range` (RFC 4791 section 9.9): half-open, epoch milliseconds, null where open. */
export interface TimeRange {
  /** First instant that counts, null for the beginning of time. */
  readonly start: number | null;
  /** First instant that no longer counts, null for the end of time. */
  readonly end: number | null;
}

/** One instance. */
export interface Instance {
  /** Epoch milliseconds. */
  readonly start: number;
  /** Epoch milliseconds; equal to `start` where it has no length. */
  readonly end: number;
  /** Epoch milliseconds of the start that the rule gave; null where the component does not recur. */
  readonly recurrenceId: number | null;
  /** The component that describes it: the master or an override. */
  readonly component: Component;
  /** The start on the wall clock. */
  readonly moment: Moment;
}

/** What instances are computed with. */
export interface RecurrenceContext extends MomentContext {
  /** Work that may be done; a default for one object where absent. */
  readonly budget?: Budget;
}

/** Instances of a set in a range. */
export interface Occurrences {
  /** In order of their starts. */
  readonly instances: readonly Instance[];
  /** False where the bound on work was reached: there may be more. */
  readonly complete: boolean;
}

/** Work for one object where the caller gives no budget. */
export const DEFAULT_STEPS = 50_000;

/** All instances that touch a range, of the components of one UID. Never throws; work is bounded. */
export function occurrences(
  components: readonly Component[],
  range: TimeRange,
  context: RecurrenceContext,
): Occurrences {
  const instances: Instance[] = [];
  const complete = eachOccurrence(components, range, {
    ...context,
    visit: (instance) => {
      instances.push(instance);
      return true;
    },
  });
  instances.sort((a, b) => a.start - b.start);
  return { instances, complete };
}

/**
 * Visits instances that touch a range (ends included), in no certain order,
 * until `visit` answers false. Answers false where the bound on work was
 * reached before all were visited.
 */
export function eachOccurrence(
  components: readonly Component[],
  range: TimeRange,
  context: RecurrenceContext & { visit: (instance: Instance) => boolean },
): boolean {
  const set = readRecurrenceSet(components, context);
  const budget = context.budget ?? { steps: DEFAULT_STEPS };
  const walk: Walk = { ...context, set, range, budget, stopped: false };
  for (const override of set.overrides) {
    emit(walk, override, override.component, override.epoch);
    if (walk.stopped) return true;
  }
  let complete = true;
  for (const master of set.masters) {
    complete = walkMaster(walk, master) && complete;
    if (walk.stopped) return true;
  }
  return complete;
}

interface Walk extends RecurrenceContext {
  readonly set: RecurrenceSet;
  readonly range: TimeRange;
  readonly budget: Budget;
  readonly visit: (instance: Instance) => boolean;
  stopped: boolean;
}

function walkMaster(walk: Walk, master: Master): boolean {
  const recurs = master.rules.length > 0 || master.dates.length > 0;
  const seen = new Set<number>();
  const take = (slot: Slot) => {
    const epoch = epochOf(slot.start, walk.floating);
    if (seen.has(epoch)) return;
    seen.add(epoch);
    if (isExcepted(slot.start, epoch, walk.set.exceptions)) return;
    const future = latestFuture(walk.set, epoch);
    if (future === undefined) {
      emit(walk, slot, master.component, recurs ? epoch : null);
    } else {
      emit(walk, moved(slot, future), future.component, epoch);
    }
  };
  // a PERIOD at the very start says how long that instance lasts
  for (const slot of master.dates) {
    take(slot);
    if (walk.stopped) return true;
  }
  take(master);
  if (walk.stopped) return true;
  const window = windowOf(walk, master);
  const dated = master.start.kind === "date";
  let complete = !master.unknown;
  for (const { rule, until } of master.rules) {
    const start = { civil: master.start.civil };
    const bounded = until === undefined ? start : { ...start, until };
    const done = eachStart(rule, bounded, {
      ...window,
      budget: walk.budget,
      visit(at) {
        // FREQ=HOURLY of a date gives the day, once
        const civil = dated ? Math.floor(at / DAY) * DAY : at;
        take({ start: { ...master.start, civil }, length: master.length });
        return !walk.stopped;
      },
    });
    complete = done && complete;
    if (walk.stopped) return true;
  }
  return complete;
}

/** Civil times between which starts may touch the range. */
function windowOf(walk: Walk, master: Master): { from: number; to: number } {
  const { start, end } = walk.range;
  const { futures } = walk.set;
  const zone = master.start.kind === "utc"
    ? UTC
    : master.start.zone ?? walk.floating;
  const shift = futures.reduce(
    (most, each) =>
      Math.max(most, Math.abs(each.start.civil - each.recurrenceId.civil)),
    // an override may have brought another zone with it
    futures.length > 0 ? 2 * DAY : 0,
  );
  const length = [master, ...futures].reduce(
    (most, each) => Math.max(most, longest(each.length)),
    0,
  );
  const first = start === null ? -Infinity : start - length - shift;
  // times that such a rule gives stand for their whole day
  const day = master.start.kind === "date" ? DAY : 0;
  const last = end === null ? Infinity : end + shift + day;
  return {
    from: first + Math.min(...offsetsAround(zone, first)),
    to: last + Math.max(...offsetsAround(zone, last)),
  };
}

/** Milliseconds that a length may be at most: days of the calendar may have more hours than others. */
function longest({ days, time }: Duration): number {
  return days > 0 ? (days + 1) * DAY + time : time;
}

/** Offsets that local times near an instant may have; where the clock changes, more than one. */
function offsetsAround(zone: Zone, epoch: number): number[] {
  if (!Number.isFinite(epoch)) return [0];
  return [epoch - DAY, epoch, epoch + DAY].map((at) => zone.toCivil(at) - at);
}

/** The newest THISANDFUTURE override at or before an instance. */
function latestFuture(
  set: RecurrenceSet,
  epoch: number,
): Override | undefined {
  return set.futures.findLast((each) => each.epoch <= epoch);
}

/** An instance that moves with a THISANDFUTURE override (RFC 5545 section 3.8.4.4). */
function moved(slot: Slot, override: Override): Slot {
  const shift = override.start.civil - override.recurrenceId.civil;
  const civil = slot.start.civil + shift;
  // from days to times, or from times to days
  const turned = (slot.start.kind === "date") !==
    (override.start.kind === "date");
  const like = turned ? override.start : slot.start;
  return { start: { ...like, civil }, length: override.length };
}

function emit(
  walk: Walk,
  slot: Slot,
  component: Component,
  recurrenceId: number | null,
): void {
  const start = epochOf(slot.start, walk.floating);
  const end = Math.max(start, endOf(slot.start, slot.length, walk.floating));
  const { range } = walk;
  if (range.end !== null && start > range.end) return;
  if (range.start !== null && end < range.start) return;
  const instance = { start, end, recurrenceId, component, moment: slot.start };
  if (!walk.visit(instance)) walk.stopped = true;
}
