/**
 * Finds the objects of a collection that may happen in a range, by the spans
 * of their facts, without looking at the others.
 *
 * @module
 */

import { createLongSpans, type LongSpans } from "./long_spans.ts";
import { createPausedSeries, type PausedSeries } from "./paused_series.ts";
import { createTimeCells, LONGEST_CELL, type TimeCells } from "./time_cells.ts";
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

/** The members whose facts are of one version. */
interface Layer {
  /** Members without a span. */
  readonly undated: Set<MapMember>;
  /** Members with a short span. */
  readonly cells: TimeCells;
  /** Members with a long one. */
  readonly long: LongSpans;
  /** Members with long pauses. */
  readonly paused: PausedSeries;
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
        if (its !== version) {
          yield* all(layer);
          continue;
        }
        const ends = [start ?? -Infinity, end ?? Infinity] as const;
        yield* layer.undated;
        yield* layer.long.between(...ends);
        yield* layer.paused.between(...ends);
        yield* layer.cells.between(...ends);
      }
    },
    *outdated(version) {
      layers ??= build();
      for (const [its, layer] of layers) {
        if (its < version) yield* all(layer);
      }
    },
  };
}

function add(layers: Map<number, Layer>, member: MapMember): void {
  const { version } = member.entry.facts;
  let layer = layers.get(version);
  if (layer === undefined) {
    layer = {
      undated: new Set(),
      cells: createTimeCells(),
      long: createLongSpans(),
      paused: createPausedSeries(),
    };
    layers.set(version, layer);
  }
  partOf(layer, member).add(member);
}

function remove(layers: Map<number, Layer>, member: MapMember): void {
  const layer = layers.get(member.entry.facts.version);
  if (layer === undefined) return;
  const part = partOf(layer, member);
  if (part instanceof Set) part.delete(member);
  else part.remove(member);
}

function partOf(layer: Layer, { entry }: MapMember): Layer[keyof Layer] {
  const { span } = entry.facts;
  if (span === undefined) return layer.undated;
  if (span.runs !== undefined) return layer.paused;
  const length = (span.last ?? Infinity) - span.first;
  return length <= LONGEST_CELL ? layer.cells : layer.long;
}

function* all({ undated, cells, long, paused }: Layer): Iterable<MapMember> {
  yield* undated;
  yield* long.all();
  yield* paused.all();
  yield* cells.all();
}
