/**
 * When the components of one UID happen: rules, RDATE, EXDATE and overrides
 * together (RFC 5545 section 3.8.5). What computes a rule's starts is hidden
 * in `rule_engine.ts`.
 *
 * @module
 */

import { DAY, epochOf, type Moment } from "../dates.ts";
import { isExcepted } from "./exceptions.ts";
import { createExclusion } from "./exclusions.ts";
import { endOf, type MomentContext, offsetsAround } from "../moments.ts";
import type { Component } from "../parse.ts";
import {
  firstFrom,
  isShorterThanDay,
  type PreparedMaster,
  prepareSet,
  type Timeline,
} from "./prepared_set.ts";
import type { Override, RecurrenceSet, Slot } from "./recurrence_set.ts";
import { type Budget, eachStart } from "./rule_engine.ts";
import { UTC, type Zone } from "../zones/zones.ts";

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
  let ordered = true;
  let latest = -Infinity;
  const { zones, floating, budget = { steps: DEFAULT_STEPS } } = context;
  const complete = eachOccurrence(components, range, {
    zones,
    floating,
    budget,
    visit(instance) {
      instances.push(instance);
      if (instance.start < latest) ordered = false;
      latest = instance.start;
      return true;
    },
  });
  if (!ordered) instances.sort((a, b) => a.start - b.start);
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
  const { set, masters, overrides } = prepareSet(components, context);
  const walk: Walk = {
    set,
    context,
    budget: context.budget ?? { steps: DEFAULT_STEPS },
    visit: context.visit,
    from: range.start ?? -Infinity,
    to: range.end ?? Infinity,
    stopped: false,
  };
  let complete = walkOverrides(walk, overrides);
  let series = 0;
  for (const master of masters) {
    if (walk.stopped) return true;
    // an object may have tens of thousands of them
    if (series > 0) walk.budget.steps--;
    if (walk.budget.steps < 0) return false;
    complete = walkMaster(walk, master) && complete;
    series++;
  }
  return walk.stopped || complete;
}

interface Walk {
  readonly set: RecurrenceSet;
  readonly context: MomentContext;
  readonly budget: Budget;
  readonly visit: (instance: Instance) => boolean;
  /** The range in epoch milliseconds, both ends included. */
  readonly from: number;
  readonly to: number;
  stopped: boolean;
}

function walkOverrides(walk: Walk, overrides: Timeline<Override>): boolean {
  const { entries, longest } = overrides;
  const { from, to, budget } = walk;
  for (let at = firstFrom(overrides, from - longest); !walk.stopped; at++) {
    const entry = entries[at];
    if (entry === undefined || entry.start > to) return true;
    if (--budget.steps < 0) return false;
    const { slot: { component, epoch, start: moment }, start, end } = entry;
    if (end < from) continue;
    const instance = { start, end, recurrenceId: epoch, component, moment };
    if (!walk.visit(instance)) walk.stopped = true;
  }
  return true;
}

function walkMaster(walk: Walk, prepared: PreparedMaster): boolean {
  const { from, to, budget, set: { exceptions, futures } } = walk;
  const { floating } = walk.context;
  const { master, dates, before, after } = prepared;
  const { component } = master;
  const recurs = master.rules.length > 0 || master.dates.length > 0;
  const isNew = createSeen();
  const dated = master.start.kind === "date";
  const own = zoneOf(master.start, floating);
  const isExcluded = createExclusion(prepared.exclusions, {
    zone: own,
    dated,
    budget,
  });
  // what the instances that are taken are like, but for their time
  let like: Slot = master;
  let zone = own;

  function happens(start: Moment, epoch: number): boolean {
    return !isExcepted(start, epoch, exceptions) &&
      (isExcluded === undefined || !isExcluded(epoch));
  }

  function take(civil: number, epoch: number): void {
    if (!isNew(epoch)) return;
    const future = futures.length === 0
      ? undefined
      : futures.findLast((each) => each.epoch <= epoch);
    if (future !== undefined) {
      const slot = { ...like, start: momentLike(like.start, civil) };
      if (happens(slot.start, epoch)) {
        visitMoved(walk, slot, { future, epoch });
      }
      return;
    }
    const { days, time } = like.length;
    const end = days === 0
      ? epoch + time
      : Math.max(epoch, zone.toEpoch(civil + days * DAY) + time);
    if (epoch > to || end < from) return;
    const moment = momentLike(like.start, civil);
    if (!happens(moment, epoch)) return;
    const recurrenceId = recurs ? epoch : null;
    const instance = { start: epoch, end, recurrenceId, component, moment };
    if (!walk.visit(instance)) walk.stopped = true;
  }

  // a PERIOD at the very start says how long that instance lasts
  const { entries, longest } = dates;
  const all = futures.length > 0;
  const reach = Math.max(longest, before);
  let at = all ? 0 : firstFrom(dates, from - reach);
  for (; !walk.stopped; at++) {
    const entry = entries[at];
    if (entry === undefined || (entry.start > to && !all)) break;
    if (--budget.steps < 0) return false;
    like = entry.slot;
    zone = zoneOf(like.start, floating);
    take(like.start.civil, entry.start);
  }
  if (walk.stopped) return true;
  like = master;
  zone = own;
  take(like.start.civil, prepared.epoch);
  const [early, late] = clocksAround(zone, {
    from: from - before,
    to: to + after,
    exact: prepared.dense,
  });
  let complete = !master.unknown;
  for (const { rule, start } of prepared.rules) {
    if (walk.stopped) return true;
    // FREQ=HOURLY of a date gives the day, once
    const floors = dated && isShorterThanDay(rule);
    const done = eachStart(rule, start, {
      from: early,
      to: late,
      budget,
      visit(found) {
        const civil = floors ? Math.floor(found / DAY) * DAY : found;
        take(civil, zone.toEpoch(civil));
        return !walk.stopped;
      },
    });
    complete = done && complete;
  }
  // an EXRULE that was not followed to its end may have excepted what was given
  const isSure = isExcluded === undefined || budget.steps >= 0;
  return walk.stopped || (complete && isSure);
}

/** The wall clock's times between which all local times of a range are; a day more than needed to both sides where that does no harm. */
function clocksAround(
  zone: Zone,
  range: {
    readonly from: number;
    readonly to: number;
    readonly exact: boolean;
  },
): [from: number, to: number] {
  const { from, to, exact } = range;
  // no clock is a day from UTC
  if (!exact) return [from - DAY, to + DAY];
  return [
    from + Math.min(...offsetsAround(zone, from)),
    to + Math.max(...offsetsAround(zone, to)),
  ];
}

/** Notes instants and says of each whether it is the first time. They mostly ascend, which is known without a look. */
function createSeen(): (epoch: number) => boolean {
  let latest = -Infinity;
  const ascending: number[] = [];
  let all: Set<number> | undefined;
  return (epoch) => {
    if (epoch > latest) {
      latest = epoch;
      if (all === undefined) ascending.push(epoch);
      else all.add(epoch);
      return true;
    }
    if (epoch === latest) return false;
    all ??= new Set(ascending);
    const { size } = all;
    return all.add(epoch).size > size;
  };
}

function zoneOf(moment: Moment, floating: Zone): Zone {
  return moment.kind === "utc" ? UTC : moment.zone ?? floating;
}

/** A moment of the same kind and zone. */
function momentLike({ kind, zone }: Moment, civil: number): Moment {
  return zone === undefined ? { civil, kind } : { civil, kind, zone };
}

/** Visits an instance that moves with a THISANDFUTURE override (RFC 5545 section 3.8.4.4). */
function visitMoved(
  walk: Walk,
  slot: Slot,
  { future, epoch }: { readonly future: Override; readonly epoch: number },
): void {
  const { component, length, recurrenceId } = future;
  const shift = future.start.civil - recurrenceId.civil;
  // from days to times, or from times to days
  const turned = (slot.start.kind === "date") !==
    (future.start.kind === "date");
  const like = turned ? future.start : slot.start;
  const moment = momentLike(like, slot.start.civil + shift);
  const { floating } = walk.context;
  const start = epochOf(moment, floating);
  const end = Math.max(start, endOf(moment, length, floating));
  if (start > walk.to || end < walk.from) return;
  const instance = { start, end, recurrenceId: epoch, component, moment };
  if (!walk.visit(instance)) walk.stopped = true;
}
