/**
 * What a recurrence set is, given the starts of its rules: RFC 5545 sections
 * 3.8.4.4 and 3.8.5 as plainly as can be, apart from the server's code.
 *
 * @module
 */

import { plainStarts } from "./plain.ts";
import type { Case } from "./random_rules.ts";
import type { Length, SetCase } from "./random_sets.ts";
import { civilIn, epochIn } from "./zoned.ts";

/** A start: an instant, and the wall-clock time that it comes from. */
export interface Start {
  /** Epoch milliseconds. */
  readonly epoch: number;
  /** Civil milliseconds; not what the clock shows where that time does not exist. */
  readonly civil: number;
}

/** Start and end of an instance in epoch milliseconds. */
export type Span = readonly [start: number, end: number];

const DAY = 86_400_000;

/** How far from the range a start may be that matters to it. */
export function reachOf(set: SetCase): number {
  const lengths = [set, ...set.dates, ...set.overrides].map(({ length }) =>
    length === undefined ? 0 : length.days * DAY + length.time
  );
  const shifts = set.overrides.map(({ civil, to }) => Math.abs(to - civil));
  return Math.max(...lengths) + Math.max(0, ...shifts) + 2 * DAY;
}

/** Starts of DTSTART, rules and RDATEs without EXDATEs and EXRULEs, by the plain reading; undefined where that takes too long. */
export function plainSetStarts(
  set: SetCase,
  most: number,
): Start[] | undefined {
  const reach = reachOf(set);
  const found = new Map<number, Start>();
  const add = (civil: number) => {
    const epoch = epochIn(set.zone, civil);
    if (!found.has(epoch)) found.set(epoch, { epoch, civil });
  };
  for (const { civil } of set.dates) add(civil);
  add(set.start);
  const near = (each: Case) =>
    plainStarts({
      ...each,
      from: civilIn(set.zone, set.from - reach),
      to: civilIn(set.zone, set.to + reach),
    }, most);
  for (const each of set.rules) {
    const starts = near(each);
    if (starts === undefined) return undefined;
    for (const civil of starts) add(civil);
  }
  for (const each of set.exclusions) {
    const starts = near(each);
    if (starts === undefined) return undefined;
    for (const civil of starts) found.delete(epochIn(set.zone, civil));
  }
  for (const epoch of exceptedEpochs(set)) found.delete(epoch);
  return [...found.values()];
}

/** Instants of EXDATEs that are no days. */
export function exceptedEpochs(set: SetCase): number[] {
  return set.exceptions.filter(({ form }) => form !== "date")
    .map(({ civil }) => epochIn(set.zone, civil));
}

/** Starts that another program gave as instants. */
export function startsAt(set: SetCase, epochs: Iterable<number>): Start[] {
  return Array.from(epochs, (epoch) => ({
    epoch,
    civil: civilIn(set.zone, epoch),
  }));
}

/** The instances that touch the range, in the order of time. */
export function spansOf(set: SetCase, starts: readonly Start[]): Span[] {
  const { zone, overrides } = set;
  const days = new Set(
    set.exceptions.filter(({ form }) => form === "date")
      .map(({ civil }) => dayOf(civil)),
  );
  const ids = overrides.map((each) => ({
    ...each,
    epoch: epochIn(zone, each.civil),
  })).sort((a, b) => a.epoch - b.epoch);
  const replaced = new Set(ids.map(({ epoch }) => epoch));
  const spans = ids.map(({ to, length }) =>
    spanAt(set, { civil: to, epoch: epochIn(zone, to) }, length)
  );
  const periods = new Map<number, Length>();
  for (const { civil, length = set.length } of set.dates) {
    const epoch = epochIn(zone, civil);
    if (!periods.has(epoch)) periods.set(epoch, length);
  }
  for (const start of starts) {
    if (replaced.has(start.epoch) || days.has(dayOf(start.civil))) continue;
    const future = ids.findLast((each) =>
      each.future && each.epoch <= start.epoch
    );
    if (future === undefined) {
      const length = periods.get(start.epoch) ?? set.length;
      spans.push(spanAt(set, start, length));
      continue;
    }
    // the difference counts from where the instance is, if that time does not exist
    const civil = start.civil + future.to - civilIn(zone, future.epoch);
    const moved = { civil, epoch: epochIn(zone, civil) };
    spans.push(spanAt(set, moved, future.length));
  }
  return spans.filter(([start, end]) => start <= set.to && end >= set.from)
    .sort(([a, aEnd], [b, bEnd]) => a - b || aEnd - bEnd);
}

function dayOf(civil: number): number {
  return Math.floor(civil / DAY);
}

/** Days are counted on the wall clock, the rest by seconds. */
function spanAt({ zone }: SetCase, start: Start, length: Length): Span {
  const { days, time } = length;
  const after = days === 0
    ? start.epoch
    : epochIn(zone, start.civil + days * DAY);
  return [start.epoch, Math.max(start.epoch, after + time)];
}
