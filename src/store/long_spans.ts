/**
 * Members whose spans are longer than a lifetime or endless, in the order in
 * which they begin: what has begun happens, the rest is not looked at.
 *
 * @module
 */

import { touches } from "./day_runs.ts";
import { lowerBound } from "./sorted.ts";
import type { MapMember } from "./view.ts";

/** Members with long spans. */
export interface LongSpans {
  /** Takes one in. */
  add(member: MapMember): void;
  /** Takes one out. */
  remove(member: MapMember): void;
  /** All of them. */
  all(): Iterable<MapMember>;
  /** Those that touch a range of epoch milliseconds, both ends included. */
  between(start: number, end: number): Iterable<MapMember>;
}

function firstOf({ entry }: MapMember): number {
  return entry.facts.span?.first ?? -Infinity;
}

/** None yet. */
export function createLongSpans(): LongSpans {
  const sorted: MapMember[] = [];
  const placeOf = (first: number) =>
    lowerBound(sorted, (other) => firstOf(other) < first);
  return {
    add(member) {
      sorted.splice(placeOf(firstOf(member)), 0, member);
    },
    remove(member) {
      const at = sorted.indexOf(member, placeOf(firstOf(member)));
      if (at >= 0) sorted.splice(at, 1);
    },
    all: () => sorted,
    *between(start, end) {
      for (const member of sorted) {
        if (firstOf(member) > end) return;
        if (touches(member.entry.facts.span, start, end)) yield member;
      }
    },
  };
}
