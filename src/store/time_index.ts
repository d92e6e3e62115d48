/**
 * Finds the objects of a collection that may happen in a range, by the spans
 * of their facts, without looking at the others.
 *
 * @module
 */

import { dayAt, type DayRun, mayHappen } from "./day_runs.ts";
import type { TimeSpan } from "./records.ts";
import type { MapMember, TimeQuery } from "./view.ts";

/** An index over the members of one collection. */
export interface TimeIndex {
  /** Tells the index that a member came, changed or went. */
  changed(
    before: MapMember | undefined,
    after: MapMember | undefined,
  ): void;
  /** See `CollectionMap.between`. */
  between(query: TimeQuery): Iterable<MapMember>;
  /** See `CollectionMap.outdated`. */
  outdated(version: number): Iterable<MapMember>;
}

const DAY = 86_400_000;

/**
 * Lengths of cells in milliseconds. A span lies in the level of the shortest
 * cells that are not shorter than itself, so that it touches two of them at
 * most; it is kept at the one where it begins.
 */
const LEVELS = [1, 4, 16, 64, 256, 1024, 4096, 16384].map((n) => n * DAY);

type Cells = Map<number, Set<MapMember>>;

/** The members whose facts are of one version. */
interface Layer {
  /** For each level the cells that are not empty, by number. */
  readonly levels: readonly Cells[];
  /** Members whose spans are longer than any cell, or endless. */
  readonly long: Set<MapMember>;
  /** Members without a span. */
  readonly undated: Set<MapMember>;
}

/** An index that is built when it is first asked for, and then kept up to date. */
export function createTimeIndex(
  members: () => Iterable<MapMember>,
): TimeIndex {
  // Facts of another version may be wrong, so those members count always.
  let layers: Map<number, Layer> | undefined;

  function build(): Map<number, Layer> {
    const built = new Map<number, Layer>();
    for (const member of members()) add(built, member);
    return built;
  }

  return {
    changed(before, after) {
      if (layers === undefined) return;
      if (before !== undefined) remove(layers, before);
      if (after !== undefined) add(layers, after);
    },
    *between({ start, end, version }) {
      layers ??= build();
      for (const [its, layer] of layers) {
        if (its !== version) yield* all(layer);
        else {
          yield* layer.undated;
          yield* touching(layer, start ?? -Infinity, end ?? Infinity);
        }
      }
    },
    *outdated(version) {
      layers ??= build();
      for (const [its, layer] of layers) {
        if (its !== version) yield* all(layer);
      }
    },
  };
}

function add(layers: Map<number, Layer>, member: MapMember): void {
  const { version } = member.entry.facts;
  let layer = layers.get(version);
  if (layer === undefined) {
    const levels = LEVELS.map((): Cells => new Map());
    layers.set(
      version,
      layer = { levels, long: new Set(), undated: new Set() },
    );
  }
  const { level, cell, among } = placeOf(layer, member);
  if (among !== undefined) among.add(member);
  else level?.set(cell, new Set([member]));
}

function remove(layers: Map<number, Layer>, member: MapMember): void {
  const layer = layers.get(member.entry.facts.version);
  if (layer === undefined) return;
  const { level, cell, among } = placeOf(layer, member);
  among?.delete(member);
  if (among?.size === 0) level?.delete(cell);
}

interface Place {
  /** The level, undefined for what is in no cell. */
  readonly level: Cells | undefined;
  /** The number of the cell. */
  readonly cell: number;
  /** What the member is, or would be, kept among; undefined where its cell is empty. */
  readonly among: Set<MapMember> | undefined;
}

function placeOf(layer: Layer, member: MapMember): Place {
  const { span } = member.entry.facts;
  if (span === undefined) {
    return { level: undefined, cell: 0, among: layer.undated };
  }
  const length = (span.last ?? Infinity) - span.first;
  const n = LEVELS.findIndex((size) => length <= size);
  const level = layer.levels[n];
  const size = LEVELS[n];
  if (level === undefined || size === undefined) {
    return { level: undefined, cell: 0, among: layer.long };
  }
  const cell = Math.floor(span.first / size);
  return { level, cell, among: level.get(cell) };
}

function* all({ levels, long, undated }: Layer): Iterable<MapMember> {
  yield* undated;
  yield* long;
  for (const cells of levels) {
    for (const cell of cells.values()) yield* cell;
  }
}

function* touching(
  { levels, long }: Layer,
  start: number,
  end: number,
): Iterable<MapMember> {
  const days = { first: dayAt(start), last: dayAt(end) };
  const touches = (span: TimeSpan | undefined) =>
    span !== undefined && span.first <= end &&
    (span.last === null || span.last >= start) &&
    (span.runs === undefined || mayHappen(span.runs, withinSpan(span, days)));
  for (const member of long) {
    if (touches(member.entry.facts.span)) yield member;
  }
  for (const [n, cells] of levels.entries()) {
    const size = LEVELS[n] ?? DAY;
    for (const cell of cellsBetween(cells, start / size - 1, end / size)) {
      for (const member of cell) {
        if (touches(member.entry.facts.span)) yield member;
      }
    }
  }
}

/** The days of a query that a span has any part in: an open end leads to days that nobody knows about. */
function withinSpan({ first, last }: TimeSpan, days: DayRun): DayRun {
  return {
    first: Math.max(days.first, dayAt(first)),
    last: last === null ? days.last : Math.min(days.last, dayAt(last)),
  };
}

/** Cells by their numbers: one by one where there are fewer numbers than cells. */
function* cellsBetween(
  cells: Cells,
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
