/**
 * Series with long pauses, found by blocks of days: which of them may happen
 * in a block is found out when a query first asks for it, and kept up to date
 * from then on. So birthdays cost nothing in eleven months of the year.
 *
 * @module
 */

import { touches } from "./day_runs.ts";
import { createRecentMap } from "./recent_map.ts";
import type { MapMember } from "./view.ts";

/** Members whose spans have runs. */
export interface PausedSeries {
  /** Takes one in. */
  add(member: MapMember): void;
  /** Takes one out. */
  remove(member: MapMember): void;
  /** All of them. */
  all(): Iterable<MapMember>;
  /** Those that may happen in a range of epoch milliseconds, both ends included. */
  between(start: number, end: number): Iterable<MapMember>;
}

/** Length of a block in milliseconds: a month of any calendar touches two or three. */
const BLOCK = 16 * 86_400_000;

/** Blocks of one query that are looked up; for more of them all members are looked at. */
const MOST_ASKED = 30;

/** Blocks that are kept; the one that was not asked for longest goes first. */
const MOST_KEPT = 120;

/** None yet. */
export function createPausedSeries(): PausedSeries {
  const members = new Set<MapMember>();
  const blocks = createRecentMap<number, Set<MapMember>>();

  function isIn(member: MapMember, block: number): boolean {
    const start = block * BLOCK;
    return touches(member.entry.facts.span, start, start + BLOCK);
  }

  function blockAt(block: number): Set<MapMember> {
    const known = blocks.use(block);
    if (known !== undefined) return known;
    const found = new Set<MapMember>();
    for (const member of members) {
      if (isIn(member, block)) found.add(member);
    }
    for (const [oldest] of blocks.oldestFirst()) {
      if (blocks.size < MOST_KEPT) break;
      blocks.delete(oldest);
    }
    blocks.set(block, found);
    return found;
  }

  function near(start: number, end: number): Iterable<MapMember> {
    const first = Math.floor(start / BLOCK);
    const last = Math.floor(end / BLOCK);
    if (!(last - first < MOST_ASKED)) return members;
    if (first === last) return blockAt(first);
    const found = new Set<MapMember>();
    for (let block = first; block <= last; block++) {
      for (const member of blockAt(block)) found.add(member);
    }
    return found;
  }

  return {
    add(member) {
      members.add(member);
      for (const [block, its] of blocks.oldestFirst()) {
        if (isIn(member, block)) its.add(member);
      }
    },
    remove(member) {
      members.delete(member);
      for (const [, its] of blocks.oldestFirst()) its.delete(member);
    },
    all: () => members,
    *between(start, end) {
      for (const member of near(start, end)) {
        if (touches(member.entry.facts.span, start, end)) yield member;
      }
    },
  };
}
