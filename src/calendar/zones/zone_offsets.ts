/**
 * Offsets of a zone as a table of its transitions, searched by halving. No
 * lookup allocates anything, and once the table reaches an instant, nobody else
 * is asked about it.
 *
 * Wall-clock time is kept as civil milliseconds: the epoch milliseconds that
 * the same fields would have in UTC.
 *
 * @module
 */

import {
  firstDay,
  isLeap,
  weekdayOf,
  yearOf,
} from "../recurrence/civil_days.ts";

/** At this instant the offset changes. */
export interface Transition {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Milliseconds east of UTC from then on. */
  readonly offset: number;
}

/** Offsets of one zone: milliseconds east of UTC, less than a day. */
export interface Offsets {
  /** The offset at an instant. */
  readonly offsetAt: (epoch: number) => number;
  /**
   * The offset that a wall-clock time is read with (RFC 5545 section 3.3.5):
   * of a time that exists twice the first, of one that does not exist that
   * from before the gap. `civil - offsetOf(civil)` is the instant.
   */
  readonly offsetOf: (civil: number) => number;
  /**
   * The transitions from an instant on and before another, in ascending
   * order. None is earlier than `FIRST_INSTANT` or later than
   * `LAST_INSTANT`, after which each year is like an earlier one of its shape.
   */
  readonly transitions: (from: number, until: number) => readonly Transition[];
}

/** No zone kept another time than its own mean time before. */
export const FIRST_INSTANT: number = Date.UTC(1800, 0, 1);

/** Years of all 14 shapes lie between these, and nothing but yearly rules is known so far ahead. */
const SHAPES = { from: 2101, until: 2129 };

/** From here on only yearly rules hold: later years are read as earlier ones that begin on the same weekday and are as long. */
export const LAST_INSTANT: number = Date.UTC(SHAPES.until, 0, 1);

const DAY = 86_400_000;

/** Two transitions are further apart than this: the closest so far are seven days less one hour apart. */
const STEP = 5 * DAY;

/** Clocks were seldom changed before this, and never twice in this many days. */
const EARLY = { until: Date.UTC(1900, 0, 1), step: 50 * DAY };

/** Years by which a table grows. */
const CHUNK = 8 * 365 * DAY;

/** Offsets from all transitions, in ascending order; `before` holds until the first. */
export function createOffsets(
  transitions: readonly Transition[],
  before: number,
): Offsets {
  const bounds = { from: -Infinity, until: Infinity };
  const known = tableOf(transitions, { ...bounds, before });
  return createSearch(known, () => known);
}

/**
 * Offsets found out by asking for the offset at single instants, which may be
 * slow: the table grows as far as lookups need it, some years at once, and
 * nobody is asked again about what it has.
 */
export function createFoundOffsets(ask: (epoch: number) => number): Offsets {
  let transitions: Transition[] = [];
  let from = NaN;
  let until = NaN;
  const nothing = tableOf([], { before: 0, from: Infinity, until: -Infinity });
  return createSearch(nothing, (first, last) => {
    const low = Math.max(FIRST_INSTANT, chunkOf(first));
    const high = Math.min(LAST_INSTANT, chunkOf(last) + CHUNK);
    if (Number.isNaN(from)) from = until = low;
    if (low < from) {
      transitions = [...findTransitions(low, from, ask), ...transitions];
      from = low;
    }
    if (high > until) {
      transitions = [...transitions, ...findTransitions(until, high, ask)];
      until = high;
    }
    return tableOf(transitions, {
      before: ask(from),
      from: from === FIRST_INSTANT ? -Infinity : from,
      until: until === LAST_INSTANT ? Infinity : until,
    });
  });
}

function chunkOf(epoch: number): number {
  return Math.floor(epoch / CHUNK) * CHUNK;
}

/** Transitions after an instant, up to another that is included. */
function findTransitions(
  from: number,
  until: number,
  ask: (epoch: number) => number,
): Transition[] {
  const out: Transition[] = [];
  let low = from;
  let offset = ask(low);
  while (low < until) {
    const step = low < EARLY.until ? EARLY.step : STEP;
    const high = Math.min(low + step, until);
    const end = ask(high);
    while (offset !== end) {
      const at = findChange({ low, high, offset }, ask);
      offset = ask(at);
      out.push({ at, offset });
      low = at;
    }
    low = high;
  }
  return out;
}

/** The first whole second after `low` with another offset; at `high` there is another. */
function findChange(
  { low, high, offset }: { low: number; high: number; offset: number },
  ask: (epoch: number) => number,
): number {
  let before = Math.floor(low / 1000);
  let after = Math.ceil(high / 1000);
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (ask(middle * 1000) === offset) before = middle;
    else after = middle;
  }
  return after * 1000;
}

/** Spans of one offset each. */
interface Table {
  /** Where each span but the first begins, in epoch milliseconds. */
  readonly starts: Float64Array;
  /** The offset of each span: one more than starts. */
  readonly offsets: Int32Array;
  /** The first instant that the table reaches. */
  readonly from: number;
  /** The first instant that it no longer reaches. */
  readonly until: number;
}

function tableOf(
  transitions: readonly Transition[],
  { before, from, until }: { before: number; from: number; until: number },
): Table {
  const starts = Float64Array.from(transitions, ({ at }) => at);
  const offsets = new Int32Array(starts.length + 1);
  offsets[0] = before;
  transitions.forEach(({ offset }, n) => offsets[n + 1] = offset);
  return { starts, offsets, from, until };
}

/** Lookups in a table; `extend` answers one that reaches these two instants. */
function createSearch(
  start: Table,
  extend: (first: number, last: number) => Table,
): Offsets {
  let table = start;
  // neighbours are asked for together, so the last span mostly holds again
  let from = Infinity;
  let until = -Infinity;
  let offset = 0;
  let civilFrom = Infinity;
  let civilUntil = -Infinity;
  let civilOffset = 0;

  const reach = (first: number, last: number) => {
    if (first < table.from || last >= table.until) table = extend(first, last);
  };

  const offsetAt = (epoch: number) => {
    if (epoch >= from && epoch < until) return offset;
    if (epoch >= LAST_INSTANT) return offsetAt(earlierAlike(epoch));
    reach(epoch, epoch);
    const span = spanAt(table, epoch);
    from = span === 0 ? table.from : table.starts[span - 1] ?? 0;
    // what lies behind the last instant is for years of the same shape to say
    until = Math.min(table.starts[span] ?? table.until, LAST_INSTANT);
    return offset = table.offsets[span] ?? 0;
  };

  const offsetOf = (civil: number) => {
    if (civil >= civilFrom && civil < civilUntil) return civilOffset;
    if (civil >= LAST_INSTANT) return offsetOf(earlierAlike(civil));
    reach(civil - DAY, civil + DAY);
    const span = firstSpanOf(table, civil);
    civilFrom = span === 0 ? table.from + DAY : firstEnd(table, span - 1);
    civilUntil = span === table.starts.length
      ? table.until - DAY
      : firstEnd(table, span);
    civilUntil = Math.min(civilUntil, LAST_INSTANT);
    return civilOffset = table.offsets[span] ?? 0;
  };

  const transitions = (first: number, last: number) => {
    const out: Transition[] = [];
    const end = Math.min(last, LAST_INSTANT);
    if (!(first < end)) return out;
    reach(Math.max(first, FIRST_INSTANT) - 1, end - 1);
    const { starts, offsets } = table;
    for (let span = spanAt(table, first - 1); span < starts.length; span++) {
      const at = starts[span] ?? 0;
      if (at >= end) break;
      out.push({ at, offset: offsets[span + 1] ?? 0 });
    }
    return out;
  };

  return { offsetAt, offsetOf, transitions };
}

/** Number of the span that an instant is in. */
function spanAt({ starts }: Table, epoch: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? Infinity) <= epoch) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Number of the first span that a wall-clock time can be read in. */
function firstSpanOf(table: Table, civil: number): number {
  let low = 0;
  let high = table.starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (firstEnd(table, middle) <= civil) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Civil milliseconds from which on times are read in the next span only: the end of the gap, or of the times that exist twice. */
function firstEnd({ starts, offsets }: Table, span: number): number {
  return (starts[span] ?? Infinity) +
    Math.max(offsets[span] ?? 0, offsets[span + 1] ?? 0);
}

/** The same time of an earlier year with the same weekdays and length. */
function earlierAlike(time: number): number {
  const day = Math.floor(time / DAY);
  const year = yearOf(day);
  const first = firstDay(year);
  const alike = SHAPED_YEARS[shapeOf(year, first)] ?? SHAPES.from;
  return time - (first - firstDay(alike)) * DAY;
}

function shapeOf(year: number, first: number): number {
  return weekdayOf(first) * 2 + (isLeap(year) ? 1 : 0);
}

const SHAPED_YEARS: number[] = [];
for (let year = SHAPES.from; year < SHAPES.until; year++) {
  SHAPED_YEARS[shapeOf(year, firstDay(year))] = year;
}
