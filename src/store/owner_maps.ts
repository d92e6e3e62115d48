/**
 * Maps of collections in the memory of an owner process.
 *
 * @module
 */

import { createCollectionMap, type MutableMap } from "./collection_map.ts";
import type { Engine, EngineRow } from "./engine.ts";
import { entriesOf, type RowKey, tombstonesOf } from "./keys.ts";
import { lastPart, listAll } from "./owner_lists.ts";
import { createRecentMap } from "./recent_map.ts";
import type { CollRef, EntryRecord, TombstoneRecord } from "./records.ts";
import type { CollectionMap, Row } from "./view.ts";

/** Maps in memory. */
export interface OwnerMaps {
  /** A map that is in memory. */
  get(coll: CollRef): CollectionMap | undefined;
  /** Reads a map from disk unless it is in memory. */
  load(coll: CollRef): Promise<void>;
  /** Brings the map that the key belongs to up to a commit. */
  apply(key: RowKey<unknown>, row: Row<unknown> | null): void;
  /** Forgets all. */
  dropAll(): void;
}

interface MapSlot {
  map: MutableMap;
  /** Rows that commits changed while the map was on its way: disk comes too late for them. */
  newer: Set<string>;
  loading: Promise<void> | undefined;
  ready: boolean;
}

/** Bytes of memory that all maps together may take. */
const MAX_WEIGHT = 256 * 1024 * 1024;

/** Brings a map up to one row of an entry or tombstone. */
export function applyToMap(
  map: MutableMap,
  kind: "entry" | "tombstone",
  name: string,
  row: Row<unknown> | null,
): void {
  if (kind === "tombstone") {
    if (row === null || row.stamp === null) map.unbury(name);
    else map.bury(name, row.stamp, row.value as TombstoneRecord);
  } else if (row === null || row.stamp === null) {
    map.drop(name);
  } else {
    const entry = row.value as EntryRecord;
    map.put(name, entry.stamp ?? row.stamp, entry);
  }
}

/** The kind of a row that maps hold, undefined for any other. */
export function mapKind(
  key: RowKey<unknown>,
): "entry" | "tombstone" | undefined {
  const kind = key.parts[0];
  return kind === "entry" || kind === "tombstone" ? kind : undefined;
}

/** No map in memory yet. `settle` waits until no commit is under way. */
export function createOwnerMaps(
  engine: Engine,
  settle: () => Promise<void>,
): OwnerMaps {
  const slots = createRecentMap<string, MapSlot>();

  async function read(coll: CollRef, slot: MapSlot): Promise<void> {
    const [entries, tombstones] = await Promise.all([
      listAll(engine, { prefix: entriesOf(coll.id) }),
      listAll(engine, { prefix: tombstonesOf(coll.id) }),
    ]);
    await settle();
    fillMap(slot, "tombstone", tombstones);
    fillMap(slot, "entry", entries);
    slot.newer.clear();
    slot.ready = true;
    evict();
  }

  function fillMap(
    slot: MapSlot,
    kind: "entry" | "tombstone",
    rows: readonly EngineRow[],
  ): void {
    for (const row of rows) {
      const name = lastPart(row.key);
      if (slot.newer.has(`${kind}\0${name}`)) continue;
      applyToMap(slot.map, kind, name, {
        value: row.value,
        stamp: row.versionstamp,
      });
    }
  }

  function evict(): void {
    let weight = 0;
    for (const [, slot] of slots.oldestFirst()) weight += slot.map.weight();
    for (const [id, slot] of slots.oldestFirst()) {
      if (weight <= MAX_WEIGHT || slots.size <= 1) return;
      if (!slot.ready) continue;
      slots.delete(id);
      weight -= slot.map.weight();
    }
  }

  return {
    get(coll) {
      const slot = slots.use(coll.id);
      return slot?.ready ? slot.map : undefined;
    },
    async load(coll) {
      let slot = slots.get(coll.id);
      if (slot?.ready) return;
      if (slot === undefined) {
        slot = {
          map: createCollectionMap(),
          newer: new Set(),
          loading: undefined,
          ready: false,
        };
        slots.set(coll.id, slot);
      }
      const mine = slot;
      mine.loading ??= read(coll, mine).catch((error) => {
        if (slots.get(coll.id) === mine) slots.delete(coll.id);
        throw error;
      });
      await mine.loading;
    },
    apply(key, row) {
      const kind = mapKind(key);
      const slot = key.coll === undefined ? undefined : slots.get(key.coll);
      if (kind === undefined || slot === undefined) return;
      const name = lastPart(key.parts);
      if (!slot.ready) slot.newer.add(`${kind}\0${name}`);
      applyToMap(slot.map, kind, name, row);
    },
    dropAll() {
      slots.clear();
    },
  };
}
