/**
 * One reader or one group on its way through a store that other processes
 * write to: rows are fetched together with the rows of their trees, and all
 * come from the version that the answer is given for.
 *
 * @module
 */

import { readBlob } from "./blobs.ts";
import { createCollectionMap } from "./collection_map.ts";
import type { Engine, EngineRow } from "./engine.ts";
import {
  entriesOf,
  entryKey,
  type ListKey,
  PRINCIPALS,
  type RowKey,
  tombstoneKey,
  tombstonesOf,
  treeKey,
} from "./keys.ts";
import { extendTail } from "./log.ts";
import { isStructure, touchesStructure } from "./notes.ts";
import { lastPart, listAll } from "./owner_lists.ts";
import { applyToMap } from "./owner_maps.ts";
import type { StoreParts } from "./parts.ts";
import type { CollRef, TreeRecord } from "./records.ts";
import {
  listIn,
  setIn,
  type SharedTrees,
  stepsAbove,
  type TreeCache,
} from "./shared_trees.ts";
import type { Wish } from "./signals.ts";
import type { Row } from "./view.ts";
import type { ViewSource } from "./views.ts";

/** Names that are read one by one before a map is read anew instead. */
const MAX_STALE = 2_000;

/** One reader or group on its way. */
export interface SharedRun {
  /** Rows at the versions of this run. */
  readonly source: ViewSource;
  /** Call before the function runs (again): forgets what is no longer of one version. */
  begin(): void;
  /** Fetches what the function missed; it may still be missing then. */
  fetch(wish: Wish): Promise<void>;
  /** Whether the trees that the function saw are, or were since this run began, at the versions it saw. */
  holds(): Promise<boolean>;
}

/** A run that has seen nothing yet. */
export function createSharedRun(
  engine: Engine,
  trees: SharedTrees,
  parts: StoreParts,
): SharedRun {
  const local = new Map<string, Row<unknown> | null>();
  const blobs = new Map<string, Uint8Array>();
  /** Versions that `local` and the function's present run are of. */
  const at = new Map<string, string>();
  const confirmed = new Set<string>();
  const seen = new Set<string>();

  function cacheOf(tree: string): TreeCache | undefined {
    const cache = trees.get(tree);
    if (cache !== undefined && !at.has(tree)) at.set(tree, cache.version);
    return cache;
  }

  const source: ViewSource = {
    row(key) {
      const cache = cacheOf(key.tree);
      if (cache === undefined) return local.get(key.text);
      if (key.parts[0] === "tree") {
        return { value: cache.record, stamp: cache.version };
      }
      if (!isStructure(key)) return local.get(key.text);
      return cache.rows.get(key.coll ?? "")?.get(key.text);
    },
    list(list) {
      const cache = cacheOf(list.tree);
      return cache && listIn(cache, list);
    },
    map(coll) {
      const slot = cacheOf(coll.tree)?.maps.get(coll.id);
      return slot === undefined || slot.stale.size > 0 ? undefined : slot.map;
    },
    tail: (tree) => cacheOf(tree)?.tail,
    blob: (ref) => blobs.get(ref.id),
    sawTree: (tree) => {
      seen.add(tree);
    },
  };

  function forget(): void {
    local.clear();
    at.clear();
    confirmed.clear();
  }

  /**
   * Rows, each read in one snapshot with the row of its tree and the
   * principals'; undefined where they are not of one version with memory.
   */
  async function readTogether(
    keys: readonly RowKey<unknown>[],
    extra: readonly string[] = [],
  ): Promise<Map<string, EngineRow> | undefined> {
    const byTree = new Map<string, RowKey<unknown>[]>();
    for (const tree of extra) byTree.set(tree, []);
    for (const key of keys) {
      byTree.set(key.tree, [...(byTree.get(key.tree) ?? []), key]);
    }
    const reads: Promise<readonly [readonly string[], EngineRow[]]>[] = [];
    for (const [tree, wanted] of byTree) {
      const ids = tree === PRINCIPALS ? [tree] : [PRINCIPALS, tree];
      const room = engine.limits.getMany - ids.length;
      for (let from = 0; from === 0 || from < wanted.length; from += room) {
        const parts = [...ids.map(treeKey), ...wanted.slice(from, from + room)];
        reads.push(
          engine.getMany(parts.map((key) => key.parts))
            .then((rows) => [ids, rows]),
        );
      }
    }
    const found = new Map<string, EngineRow>();
    const behind = new Set<string>();
    for (const [ids, rows] of await Promise.all(reads)) {
      for (const [index, tree] of ids.entries()) {
        const row = rows[index];
        if (row !== undefined && !agrees(tree, row)) behind.add(tree);
      }
      for (const row of rows.slice(ids.length)) {
        found.set(row.key.join("\0"), row);
      }
    }
    await Promise.all([...behind].map((tree) => trees.catchUp(tree)));
    return behind.size === 0 ? found : undefined;
  }

  /** Holds a tree's row, read just now, against memory; begins to keep the tree where it is new. */
  function agrees(tree: string, row: EngineRow): boolean {
    const cache = trees.get(tree);
    if (row.versionstamp === null) {
      // No such tree: nothing of it can be in memory, and all its rows are absent.
      local.set(treeKey(tree).text, null);
      return cache === undefined;
    }
    if (cache === undefined) {
      trees.begin(tree, {
        version: row.versionstamp,
        record: row.value as TreeRecord,
      });
      return at.get(tree) === undefined || at.get(tree) === row.versionstamp;
    }
    return cache.version === row.versionstamp;
  }

  async function fetchRows(keys: readonly RowKey<unknown>[]): Promise<void> {
    const plain = keys.filter((key) => key.parts[0] !== "tree");
    const rows = await readTogether(plain, keys.map((key) => key.tree));
    if (rows === undefined) return forget();
    for (const [tree, version] of at) {
      if (trees.get(tree)?.version !== version) return forget();
    }
    confirmed.add(PRINCIPALS);
    for (const key of keys) confirmed.add(key.tree);
    for (const key of plain) {
      const found = rows.get(key.text);
      if (found === undefined) continue;
      const row = found.versionstamp === null
        ? null
        : { value: found.value, stamp: found.versionstamp };
      const cache = cacheOf(key.tree);
      if (cache !== undefined && isStructure(key)) {
        setIn(cache.rows, key.coll ?? "", key.text, row);
      } else local.set(key.text, row);
    }
  }

  async function loadList(list: ListKey<unknown>): Promise<void> {
    const cache = trees.get(list.tree);
    if (cache === undefined) return await fetchRows([treeKey(list.tree)]);
    const before = cache.version;
    const rows = await listAll(engine, { prefix: list.prefix });
    await trees.catchUp(list.tree);
    if (trees.get(list.tree) !== cache) return;
    const coll = list.coll ?? "";
    const moved = stepsAbove(cache, before)?.some((step) =>
      coll === "" ||
      step.record.changes.some((change) =>
        change.coll === coll && touchesStructure(change)
      )
    ) ?? true;
    if (moved && cache.version !== before) return;
    const entries = new Map<string, Row<unknown>>();
    for (const row of rows) {
      entries.set(lastPart(row.key), {
        value: row.value,
        stamp: row.versionstamp,
      });
    }
    setIn(cache.lists, coll, list.text, entries);
  }

  async function loadMap(coll: CollRef): Promise<void> {
    const cache = trees.get(coll.tree);
    if (cache === undefined) return await fetchRows([treeKey(coll.tree)]);
    const slot = cache.maps.get(coll.id);
    if (slot !== undefined && slot.stale.size <= MAX_STALE) {
      return await refresh(cache, coll);
    }
    const before = cache.version;
    const [entries, tombstones] = await Promise.all([
      listAll(engine, { prefix: entriesOf(coll.id) }),
      listAll(engine, { prefix: tombstonesOf(coll.id) }),
    ]);
    await trees.catchUp(coll.tree);
    const steps = stepsAbove(cache, before);
    if (trees.get(coll.tree) !== cache || steps === undefined) return;
    const map = createCollectionMap();
    const stale = new Set<string>();
    for (const row of tombstones) fillMap("tombstone", row);
    for (const row of entries) fillMap("entry", row);
    for (const step of steps) {
      for (const change of step.record.changes) {
        if (change.coll === coll.id && change.name !== "") {
          stale.add(change.name);
        }
      }
    }
    cache.maps.set(coll.id, { map, stale });
    trees.evict();

    function fillMap(kind: "entry" | "tombstone", row: EngineRow): void {
      applyToMap(map, kind, lastPart(row.key), {
        value: row.value,
        stamp: row.versionstamp,
      });
    }
  }

  /** Reads the names of a map again that the log says have changed. */
  async function refresh(cache: TreeCache, coll: CollRef): Promise<void> {
    const slot = cache.maps.get(coll.id);
    if (slot === undefined || slot.stale.size === 0) return;
    const names = [...slot.stale];
    const keys = names.flatMap((name) => [
      tombstoneKey(coll, name),
      entryKey(coll, name),
    ]);
    const rows = await readTogether(keys);
    if (rows === undefined || trees.get(coll.tree) !== cache) return;
    if (cache.maps.get(coll.id) !== slot) return;
    for (const name of names) {
      putBack("tombstone", tombstoneKey(coll, name));
      putBack("entry", entryKey(coll, name));
      slot.stale.delete(name);
    }

    function putBack(kind: "entry" | "tombstone", key: RowKey<unknown>): void {
      const row = rows?.get(key.text);
      if (slot === undefined || row === undefined) return;
      applyToMap(
        slot.map,
        kind,
        lastPart(row.key),
        row.versionstamp === null
          ? null
          : { value: row.value, stamp: row.versionstamp },
      );
    }
  }

  async function loadLog(tree: string, since: string): Promise<void> {
    const cache = trees.get(tree);
    if (cache === undefined) return await fetchRows([treeKey(tree)]);
    await extendTail(cache.tail, { engine, tree, since, parts });
  }

  return {
    source,
    begin() {
      seen.clear();
      for (const [tree, version] of at) {
        if (trees.get(tree)?.version !== version) return forget();
      }
    },
    async fetch(wish) {
      if (wish.rows.length > 0) await fetchRows(wish.rows);
      for (const list of wish.lists) await loadList(list);
      for (const coll of wish.maps) await loadMap(coll);
      for (const log of wish.logs) await loadLog(log.tree, log.since);
      for (const ref of wish.blobs) {
        blobs.set(ref.id, await readBlob(engine, ref));
      }
    },
    async holds() {
      if (!parts.validates()) return true;
      if ([...seen].every((tree) => confirmed.has(tree))) return true;
      const versions = new Map(at);
      const ids = [...seen];
      for (let from = 0; from < ids.length; from += engine.limits.getMany) {
        const part = ids.slice(from, from + engine.limits.getMany);
        const rows = await engine.getMany(
          part.map((tree) => treeKey(tree).parts),
        );
        for (const [index, tree] of part.entries()) {
          const version = rows[index]?.versionstamp ?? undefined;
          if (version === versions.get(tree)) continue;
          await trees.catchUp(tree);
          forget();
          return false;
        }
      }
      return true;
    },
  };
}
