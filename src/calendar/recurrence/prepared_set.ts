/**
 * A recurrence set as it is walked: what does not depend on the range that is
 * asked for is computed once and kept with it.
 *
 * @module
 */

import { DAY, type Duration, epochOf } from "../dates.ts";
import { endOf, type MomentContext } from "../moments.ts";
import type { Component } from "../parse.ts";
import {
  type BoundRule,
  type Master,
  type Override,
  readRecurrenceSet,
  type RecurrenceSet,
  type Slot,
} from "./recurrence_set.ts";
import type { Rule } from "./rule.ts";
import type { RuleStart } from "./rule_engine.ts";
import type { Zone } from "../zones/zones.ts";

/** Slots in the order of time, so that those of a range are found without looking at all. */
export interface Timeline<T extends Slot> {
  /** The slots with their starts and ends in epoch milliseconds, by start; equal ones in their old order. */
  readonly entries: readonly {
    readonly slot: T;
    readonly start: number;
    readonly end: number;
  }[];
  /** Milliseconds of the longest. */
  readonly longest: number;
}

/** A rule with what it is applied to. */
export interface PreparedRule {
  /** The rule. */
  readonly rule: Rule;
  /** DTSTART, and the last start that UNTIL allows. */
  readonly start: RuleStart;
}

/** A master, ready to be walked. */
export interface PreparedMaster {
  /** The master. */
  readonly master: Master;
  /** Its own start in epoch milliseconds. */
  readonly epoch: number;
  /** Its RDATEs. */
  readonly dates: Timeline<Slot>;
  /** Its rules. */
  readonly rules: readonly PreparedRule[];
  /** Its EXRULEs. */
  readonly exclusions: readonly PreparedRule[];
  /** Milliseconds before a range in which the rules may give a start that touches it. */
  readonly before: number;
  /** The same behind the range. */
  readonly after: number;
  /** True where a rule may give many starts in one day, so that the range should be no wider than it has to be. */
  readonly dense: boolean;
}

/** A set, ready to be walked. */
export interface PreparedSet {
  /** The set. */
  readonly set: RecurrenceSet;
  /** Its masters. */
  readonly masters: readonly PreparedMaster[];
  /** Its overrides. */
  readonly overrides: Timeline<Override>;
}

const kept = new WeakMap<RecurrenceSet, PreparedSet>();

/** Reads and prepares a set. The same components with the same zones give the same one. */
export function prepareSet(
  components: readonly Component[],
  context: MomentContext,
): PreparedSet {
  const set = readRecurrenceSet(components, context);
  let prepared = kept.get(set);
  if (prepared === undefined) {
    kept.set(set, prepared = prepare(set, context.floating));
  }
  return prepared;
}

function prepare(set: RecurrenceSet, floating: Zone): PreparedSet {
  return {
    set,
    overrides: timelineOf(set.overrides, floating),
    masters: set.masters.map((master) => prepareMaster(master, set, floating)),
  };
}

function prepareMaster(
  master: Master,
  { futures }: RecurrenceSet,
  floating: Zone,
): PreparedMaster {
  const { start, rules, exclusions, dates } = master;
  const { civil } = start;
  const prepareRule = ({ rule, until }: BoundRule): PreparedRule => ({
    rule,
    start: until === undefined ? { civil } : { civil, until },
  });
  const shift = futures.reduce(
    (most, each) =>
      Math.max(most, Math.abs(each.start.civil - each.recurrenceId.civil)),
    // an override may have brought another zone with it
    futures.length > 0 ? 2 * DAY : 0,
  );
  const length = [master, ...futures].reduce(
    (most, each) => Math.max(most, longestOf(each.length)),
    0,
  );
  return {
    master,
    epoch: epochOf(start, floating),
    dates: timelineOf(dates, floating),
    rules: rules.map(prepareRule),
    exclusions: exclusions.map(prepareRule),
    before: length + shift,
    // times that a rule gives for days stand for their whole day
    after: shift + (start.kind === "date" ? DAY : 0),
    dense: rules.some(({ rule }) => isShorterThanDay(rule)),
  };
}

/** True where FREQ is less than a day. */
export function isShorterThanDay({ freq }: Rule): boolean {
  return freq === "HOURLY" || freq === "MINUTELY" || freq === "SECONDLY";
}

/** Milliseconds that a length may be at most: days of the calendar may have more hours than others. */
function longestOf({ days, time }: Duration): number {
  return days > 0 ? (days + 1) * DAY + time : time;
}

function timelineOf<T extends Slot>(
  slots: readonly T[],
  floating: Zone,
): Timeline<T> {
  let longest = 0;
  const entries = slots.map((slot) => {
    const start = epochOf(slot.start, floating);
    const end = Math.max(start, endOf(slot.start, slot.length, floating));
    longest = Math.max(longest, end - start);
    return { slot, start, end };
  });
  entries.sort((a, b) => a.start - b.start);
  return { entries, longest };
}

/** Index of the first entry that begins at an instant or later. */
export function firstFrom(
  { entries }: Timeline<Slot>,
  instant: number,
): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.start ?? Infinity) < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}
