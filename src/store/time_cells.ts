/**
 * Members by cells of time: those of short spans lie in short cells, those of
 * long ones in longer cells, so that a range looks into few cells that hold
 * little else.
 *
 * @module
 */

import { touches } from "./day_runs.ts";
import type { TimeSpan } from "./records.ts";
import type { MapMember } from "./view.ts";

/** Members with spans of at most `LONGEST_CELL`. */
export interface TimeCells {
  /** Takes one in. */
  add(member: MapMember): void;
  /** Takes one out. */
  remove(member: MapMember): void;
  /** All of them. */
  all(): Iterable<MapMember>;
  /** Those that touch a range of epoch milliseconds, both ends included. */
  between(start: number, end: number): Iterable<MapMember>;
}

/**
 * Lengths of cells in milliseconds. A span lies in the level of the shortest
 * cells that are not shorter than itself, so that it touches two of them at
 * most; it is kept at the one where it begins.
 */
const LEVELS = [1, 4, 16, 64, 256, 1024, 4096, 16384]
  .map((days) => days * 86_400_000);

/** Milliseconds of the longest cell. */
export const LONGEST_CELL: number = LEVELS.at(-1) ?? 0;

interface Level {
  readonly size: number;
  /** The cells that are not empty, by number. */
  readonly cells: Map<number, Set<MapMember>>;
}

/** No members yet. */
export function createTimeCells(): TimeCells {
  const levels = LEVELS.map((size): Level => ({ size, cells: new Map() }));

  function levelOf({ first, last }: TimeSpan): Level | undefined {
    const length = (last ?? Infinity) - first;
    return levels.find(({ size }) => length <= size);
  }

  return {
    add(member) {
      const { span } = member.entry.facts;
      const level = span && levelOf(span);
      if (span === undefined || level === undefined) return;
      const at = Math.floor(span.first / level.size);
      const cell = level.cells.get(at);
      if (cell === undefined) level.cells.set(at, new Set([member]));
      else cell.add(member);
    },
    remove(member) {
      const { span } = member.entry.facts;
      const level = span && levelOf(span);
      if (span === undefined || level === undefined) return;
      const at = Math.floor(span.first / level.size);
      const cell = level.cells.get(at);
      cell?.delete(member);
      if (cell?.size === 0) level.cells.delete(at);
    },
    *all() {
      for (const { cells } of levels) {
        for (const cell of cells.values()) yield* cell;
      }
    },
    *between(start, end) {
      for (const { size, cells } of levels) {
        for (const cell of cellsBetween(cells, start / size - 1, end / size)) {
          for (const member of cell) {
            if (touches(member.entry.facts.span, start, end)) yield member;
          }
        }
      }
    },
  };
}

/** Cells by their numbers: one by one where there are fewer numbers than cells. */
function* cellsBetween(
  cells: Level["cells"],
  from: number,
  to: number,
): Iterable<Set<MapMember>> {
  const first = Math.floor(from);
  if (!(to - first <= cells.size)) {
    for (const [at, cell] of cells) {
      if (at >= first && at <= to) yield cell;
    }
    return;
  }
  for (let at = first; at <= to; at++) {
    const cell = cells.get(at);
    if (cell !== undefined) yield cell;
  }
}
