/**
 * The rows in memory of a process that owns its store alone: current by
 * construction, because every change goes through it (DESIGN section 4.2).
 *
 * A read from disk pins a slot first; a commit fills or overwrites slots; a
 * read's result never replaces what a commit put there.
 *
 * @module
 */

import type { Engine } from "./engine.ts";
import type { ListKey, RowKey } from "./keys.ts";
import type { StoreParts } from "./parts.ts";
import type { CollRef } from "./records.ts";
import { createOwnerLists, type OwnerLists } from "./owner_lists.ts";
import { createOwnerMaps } from "./owner_maps.ts";
import { createRecentMap } from "./recent_map.ts";
import { valueSize } from "./size.ts";
import type { Wish } from "./signals.ts";
import type { CollectionMap, Row } from "./view.ts";

/** A change that a commit has made to a row; no value: the row is gone. */
export interface RowChange {
  /** The row's key. */
  readonly key: RowKey<unknown>;
  /** Its new value, undefined where it was removed. */
  readonly value: unknown;
}

/** Where a view finds rows; undefined means: not in memory. */
export interface RowSource {
  /** A row, or null where it is known that there is none. */
  row(key: RowKey<unknown>): Row<unknown> | null | undefined;
  /** A whole small list. */
  list(list: ListKey<unknown>): ReadonlyMap<string, Row<unknown>> | undefined;
  /** The map of a collection. */
  map(coll: CollRef): CollectionMap | undefined;
}

/** What keeps slots from being evicted while somebody works with them. */
export type Pins = Set<{ pins: number }>;

/** Rows in memory, and the ways they change. */
export interface OwnerRows extends RowSource {
  /** Reads what is wished from disk; pinned until `release`. */
  load(wish: Wish, pins: Pins): Promise<void>;
  /** Lets go of pins. */
  release(pins: Pins): void;
  /** Says which rows a commit under way may change; the promise never rejects. */
  began(keys: ReadonlySet<string>, settled: Promise<unknown>): void;
  /** Brings memory up to a commit. */
  apply(changes: Iterable<RowChange>, stamp: string): void;
  /** Forgets everything, because what is on disk is no longer known. */
  dropAll(): void;
}

interface Slot {
  row: Row<unknown> | null | undefined;
  filled: boolean;
  bytes: number;
  pins: number;
  loading: Promise<void> | undefined;
}

/** Nothing in memory yet; at most about `bytes` bytes of rows later. */
export function createOwnerRows(
  engine: Engine,
  options: { readonly parts: StoreParts; readonly bytes: number },
): OwnerRows {
  const { parts } = options;
  const slots = createRecentMap<string, Slot>();
  let used = 0;
  let commit: { keys: ReadonlySet<string>; settled: Promise<unknown> } | null =
    null;
  const settle = async () => {
    while (commit !== null) await commit.settled;
  };
  const lists: OwnerLists = createOwnerLists(engine, settle);
  const maps = createOwnerMaps(engine, settle);

  function fill(slot: Slot, row: Row<unknown> | null): void {
    used -= slot.bytes;
    slot.row = row;
    slot.filled = true;
    slot.bytes = 200 + (row === null ? 0 : valueSize(row.value));
    used += slot.bytes;
  }

  function evict(): void {
    if (used <= options.bytes) return;
    for (const [text, slot] of slots.oldestFirst()) {
      if (slot.pins > 0 || slot.loading !== undefined) continue;
      slots.delete(text);
      used -= slot.bytes;
      if (used <= options.bytes) return;
    }
  }

  function slotAt(text: string): Slot {
    let slot = slots.get(text);
    if (slot === undefined) {
      slot = {
        row: undefined,
        filled: false,
        bytes: 0,
        pins: 0,
        loading: undefined,
      };
      slots.set(text, slot);
    }
    return slot;
  }

  async function readRows(wanted: [RowKey<unknown>, Slot][]): Promise<void> {
    const rows = await engine.getMany(wanted.map(([key]) => key.parts));
    for (const [at, [key, slot]] of wanted.entries()) {
      // A row of a commit that is still under way is nobody's to see yet.
      while (commit?.keys.has(key.text)) await commit.settled;
      const row = rows[at];
      if (row === undefined || slots.get(key.text) !== slot) continue;
      if (!parts.fillsFromDisk(slot.filled)) continue;
      fill(
        slot,
        row.versionstamp === null
          ? null
          : { value: row.value, stamp: row.versionstamp },
      );
    }
  }

  function loadRows(keys: readonly RowKey<unknown>[], pins: Pins) {
    const waits = new Set<Promise<void>>();
    const wanted: [RowKey<unknown>, Slot][] = [];
    for (const key of keys) {
      const slot = slotAt(key.text);
      if (!pins.has(slot)) {
        pins.add(slot);
        slot.pins++;
      }
      if (slot.filled) continue;
      if (slot.loading !== undefined) waits.add(slot.loading);
      else wanted.push([key, slot]);
    }
    for (let at = 0; at < wanted.length; at += engine.limits.getMany) {
      const part = wanted.slice(at, at + engine.limits.getMany);
      const loading = readRows(part).finally(() => {
        for (const [, slot] of part) slot.loading = undefined;
      });
      for (const [, slot] of part) slot.loading = loading;
      waits.add(loading);
    }
    return Promise.all(waits);
  }

  return {
    row(key) {
      const slot = slots.use(key.text);
      return slot?.filled ? slot.row : undefined;
    },
    list: (list) => lists.get(list),
    map: (coll) => maps.get(coll),
    async load(wish, pins) {
      await Promise.all([
        loadRows(wish.rows, pins),
        ...wish.lists.map((list) => lists.load(list)),
        ...wish.maps.map((coll) => maps.load(coll)),
      ]);
    },
    release(pins) {
      for (const slot of pins) slot.pins--;
      pins.clear();
      evict();
    },
    began(keys, settled) {
      const mine = { keys, settled };
      commit = mine;
      settled.finally(() => {
        if (commit === mine) commit = null;
      });
    },
    apply(changes, stamp) {
      commit = null;
      for (const { key, value } of changes) {
        const row = value === undefined ? null : { value, stamp };
        fill(slotAt(key.text), row);
        lists.apply(key, row);
        maps.apply(key, row);
      }
      evict();
    },
    dropAll() {
      slots.clear();
      used = 0;
      lists.dropAll();
      maps.dropAll();
    },
  };
}
