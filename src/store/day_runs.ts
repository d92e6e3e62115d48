/**
 * Days on which a series with long pauses may happen, packed: what lets a
 * query pass over "every 3 March" in all other months. The store compares
 * days and knows nothing of what happens on them.
 *
 * @module
 */

import type { TimeSpan } from "./records.ts";

/** Milliseconds of a day. */
const DAY = 86_400_000;

/** Day number (from 1 January 1970) of 1 January 2000: earlier days are not told apart. */
export const FIRST_DAY = 10_957;

/** Days from the first on that two bytes have room for. */
const MAX_DAYS = 0xffff;

/** Longest run that one byte has room for. */
const MAX_LENGTH = 0xff;

/** First byte of the runs, behind the day until which they tell all. */
const HEAD = 2;

/** Bytes of one run: its first day, its length. */
const SIZE = 3;

/** Days, numbered from 1 January 1970, both included. */
export interface DayRun {
  /** The first. */
  readonly first: number;
  /** The last. */
  readonly last: number;
}

/** Day number of an instant in epoch milliseconds. */
export function dayAt(epoch: number): number {
  return Math.floor(epoch / DAY);
}

/**
 * Packs runs that are ascending and apart. From the day `until` on nothing is
 * known, nor before 2000 and beyond 2179.
 */
export function packRuns(
  runs: readonly DayRun[],
  until: number,
): Uint8Array<ArrayBuffer> {
  const known = Math.min(Math.max(until - FIRST_DAY, 0), MAX_DAYS);
  const bytes = [known & 0xff, known >> 8];
  for (const { first, last } of runs) {
    let from = Math.max(first - FIRST_DAY, 0);
    const to = Math.min(last - FIRST_DAY, known - 1);
    while (from <= to) {
      const length = Math.min(to - from + 1, MAX_LENGTH);
      bytes.push(from & 0xff, from >> 8, length);
      from += length;
    }
  }
  return new Uint8Array(bytes);
}

/** Whether something may happen from one day to another, both included. */
export function mayHappen(
  packed: Uint8Array,
  { first, last }: DayRun,
): boolean {
  const from = first - FIRST_DAY;
  const to = last - FIRST_DAY;
  const known = wordAt(packed, 0);
  if (from < 0 || to >= known) return true;
  let low = 0;
  let high = (packed.length - HEAD) / SIZE;
  // the first run that does not end before the days
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = HEAD + middle * SIZE;
    if (wordAt(packed, at) + (packed[at + 2] ?? 0) <= from) low = middle + 1;
    else high = middle;
  }
  const at = HEAD + low * SIZE;
  return at < packed.length && wordAt(packed, at) <= to;
}

function wordAt(packed: Uint8Array, at: number): number {
  return (packed[at] ?? 0) | ((packed[at + 1] ?? 0) << 8);
}

/** Whether a span, but for its pauses, touches a range of epoch milliseconds, both ends included. False where there is none. */
export function touches(
  span: TimeSpan | undefined,
  start: number,
  end: number,
): boolean {
  if (span === undefined || span.first > end) return false;
  const { first, last, runs } = span;
  if (last !== null && last < start) return false;
  // an open end leads to days that nobody knows about
  return runs === undefined || mayHappen(runs, {
    first: dayAt(Math.max(start, first)),
    last: dayAt(last === null ? end : Math.min(end, last)),
  });
}
