/**
 * Finds the objects of a collection that may happen in a range, by the spans
 * of their facts, without looking at the others.
 *
 * @module
 */

import { lowerBound } from "./sorted.ts";
import type { MapMember } from "./view.ts";

/** An index over the members of one collection. */
export interface TimeIndex {
  /** Tells the index that a member came, changed or went. */
  changed(
    before: MapMember | undefined,
    after: MapMember | undefined,
  ): void;
  /** Members whose span touches the range (null: open); those without a span always do. */
  between(start: number | null, end: number | null): Iterable<MapMember>;
}

interface Spanned {
  readonly first: number;
  /** Highest end among this one and all that begin before it. */
  readonly reach: number;
  readonly last: number;
  readonly member: MapMember;
}

/** An index that is built when it is first asked for, and again after changes. */
export function createTimeIndex(
  members: () => Iterable<MapMember>,
): TimeIndex {
  let spans: Spanned[] | undefined;
  let always: MapMember[] = [];

  function build(): Spanned[] {
    const found: { first: number; last: number; member: MapMember }[] = [];
    always = [];
    for (const member of members()) {
      const span = member.entry.facts.span;
      if (span === undefined) always.push(member);
      else {
        found.push({ first: span.first, last: span.last ?? Infinity, member });
      }
    }
    found.sort((a, b) => a.first - b.first);
    let reach = -Infinity;
    return found.map((one) => {
      reach = Math.max(reach, one.last);
      return { ...one, reach };
    });
  }

  return {
    changed() {
      spans = undefined;
    },
    *between(start, end) {
      spans ??= build();
      yield* always;
      const until = end === null
        ? spans.length
        : lowerBound(spans, (one) => one.first <= end);
      for (let at = until - 1; at >= 0; at--) {
        const one = spans[at];
        if (one === undefined) continue;
        // Nobody from here on down ends inside the range.
        if (start !== null && one.reach < start) return;
        if (start === null || one.last >= start) yield one.member;
      }
    },
  };
}
