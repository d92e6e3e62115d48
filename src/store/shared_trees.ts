/**
 * What one of many processes keeps of trees between operations: structure,
 * maps and the log's tail, all at one version of the tree, brought forward by
 * the log (DESIGN section 4.2, "Many processes").
 *
 * @module
 */

import type { Engine } from "./engine.ts";
import type { Plan } from "./group.ts";
import { type ListKey, PRINCIPALS, treeKey } from "./keys.ts";
import {
  appendStep,
  createTail,
  type LogStep,
  type LogTail,
  readLog,
} from "./log.ts";
import type { MutableMap } from "./collection_map.ts";
import { isStructure, touchesStructure } from "./notes.ts";
import { lastPart } from "./owner_lists.ts";
import { applyToMap, mapKind } from "./owner_maps.ts";
import type { StoreParts } from "./parts.ts";
import { createRecentMap } from "./recent_map.ts";
import type { TreeRecord } from "./records.ts";
import type { Row } from "./view.ts";

/** A map, and the names in it that have to be read again. */
export interface SharedMap {
  /** The map, right but for the stale names. */
  readonly map: MutableMap;
  /** Names that the log says have changed. */
  readonly stale: Set<string>;
}

/** Rows of the same collection, by the text of their keys. */
export type RowsByColl<T> = Map<string, Map<string, T>>;

/** A tree in memory. */
export interface TreeCache {
  /** Versionstamp of the tree's row: all below is at this version. */
  version: string;
  /** The tree's row. */
  record: TreeRecord;
  /** Structure, by collection. */
  readonly rows: RowsByColl<Row<unknown> | null>;
  /** Small lists, by collection. */
  readonly lists: RowsByColl<Map<string, Row<unknown>>>;
  /** Maps, by collection. */
  readonly maps: Map<string, SharedMap>;
  /** The newest part of the log. */
  readonly tail: LogTail;
}

/** Trees, and objects in maps, kept in memory at most. */
const MAX_TREES = 500;
const MAX_WEIGHT = 128 * 1024 * 1024;

/** Trees in memory. */
export interface SharedTrees {
  /** A tree that is in memory. */
  get(tree: string): TreeCache | undefined;
  /** Begins to keep a tree at a version that was read just now. */
  begin(tree: string, row: { version: string; record: TreeRecord }): TreeCache;
  /** Brings a tree in memory forward to what is on disk, by the log, or drops it. */
  catchUp(tree: string): Promise<void>;
  /** Brings trees in memory up to a commit of this process. */
  apply(plan: Plan, stamp: string): void;
  /** Lets maps go that nobody used for long. */
  evict(): void;
}

/** No tree in memory yet. */
export function createSharedTrees(
  engine: Engine,
  parts: StoreParts,
): SharedTrees {
  const trees = createRecentMap<string, TreeCache>();
  const following = new Map<string, Promise<void>>();

  async function follow(tree: string): Promise<void> {
    const cache = trees.get(tree);
    while (cache !== undefined && trees.get(tree) === cache) {
      const since = cache.version;
      const [row] = await engine.getMany([treeKey(tree).parts]);
      const until = row?.versionstamp ?? null;
      if (until === since || (until !== null && until < since)) return;
      const steps = until === null
        ? undefined
        : await readLog(engine, tree, { since, until, parts });
      if (trees.get(tree) !== cache) return;
      // A commit of this process has gone ahead meanwhile: look again.
      if (cache.version !== since) continue;
      if (steps === undefined || until === null) {
        trees.delete(tree);
        return;
      }
      for (const step of steps) dropTouched(cache, tree, step);
      cache.version = until;
      cache.record = row?.value as TreeRecord;
      return;
    }
  }

  function applyToTree(
    cache: TreeCache,
    tree: string,
    commit: { plan: Plan; stamp: string },
  ): void {
    const { plan, stamp } = commit;
    for (const { key, value } of plan.rows) {
      if (key.tree !== tree) continue;
      if (key.parts[0] === "tree") cache.record = value as TreeRecord;
      const row = value === undefined ? null : { value, stamp };
      const coll = key.coll ?? "";
      if (isStructure(key)) setIn(cache.rows, coll, key.text, row);
      const list = cache.lists.get(coll)?.get(
        key.text.slice(0, key.text.lastIndexOf("\0") + 1),
      );
      if (row === null) list?.delete(lastPart(key.parts));
      else list?.set(lastPart(key.parts), row);
      const kind = mapKind(key);
      const slot = cache.maps.get(coll);
      if (kind !== undefined && slot !== undefined) {
        applyToMap(slot.map, kind, lastPart(key.parts), row);
      }
    }
    const record = plan.logs.get(tree);
    if (record !== undefined) appendStep(cache.tail, { stamp, record });
    cache.version = stamp;
  }

  return {
    get: (tree) => trees.use(tree),
    begin(tree, row) {
      const cache: TreeCache = {
        ...row,
        rows: new Map(),
        lists: new Map(),
        maps: new Map(),
        tail: createTail(row.version),
      };
      trees.set(tree, cache);
      for (const [oldest] of trees.oldestFirst()) {
        if (trees.size <= MAX_TREES) break;
        trees.delete(oldest);
      }
      return cache;
    },
    async catchUp(tree) {
      // Who comes while a reading is under way may need a newer one.
      await following.get(tree);
      const work = (following.get(tree) ?? Promise.resolve())
        .then(() => follow(tree));
      const quiet = work.catch(() => {}).finally(() => {
        if (following.get(tree) === quiet) following.delete(tree);
      });
      following.set(tree, quiet);
      await work;
    },
    apply(plan, stamp) {
      for (const { key, versionstamp } of plan.checks) {
        if (key[0] !== "tree") continue;
        const tree = String(key[1]);
        const cache = trees.get(tree);
        if (cache === undefined) continue;
        const changed = plan.rows.some((change) =>
          change.key.parts[0] === "tree" && change.key.tree === tree
        );
        if (!changed) continue;
        // Somebody may have brought the tree forward already, past this commit.
        if (cache.version !== versionstamp) continue;
        if (plan.logs.has(tree)) applyToTree(cache, tree, { plan, stamp });
        else trees.delete(tree);
      }
    },
    evict() {
      let weight = 0;
      for (const [, cache] of trees.oldestFirst()) {
        for (const slot of cache.maps.values()) weight += slot.map.weight();
      }
      for (const [, cache] of trees.oldestFirst()) {
        if (weight <= MAX_WEIGHT) return;
        for (const [coll, slot] of cache.maps) {
          weight -= slot.map.weight();
          cache.maps.delete(coll);
        }
      }
    },
  };
}

/** Sets a value two maps deep. */
export function setIn<T>(
  maps: RowsByColl<T>,
  first: string,
  second: string,
  value: T,
): void {
  let inner = maps.get(first);
  if (inner === undefined) maps.set(first, inner = new Map());
  inner.set(second, value);
}

/** Takes out of memory what a commit of somebody else has touched. */
function dropTouched(cache: TreeCache, tree: string, step: LogStep): void {
  appendStep(cache.tail, step);
  if (tree === PRINCIPALS) {
    cache.rows.clear();
    cache.lists.clear();
    return;
  }
  for (const change of step.record.changes) {
    if (change.name !== "") cache.maps.get(change.coll)?.stale.add(change.name);
    if (!touchesStructure(change)) continue;
    cache.rows.delete(change.coll);
    cache.lists.delete(change.coll);
  }
}

/** Steps of a tree's log above a version, undefined where memory does not reach so far. */
export function stepsAbove(
  cache: TreeCache,
  version: string,
): LogStep[] | undefined {
  if (cache.tail.from > version) return undefined;
  return cache.tail.steps.filter((step) => step.stamp > version);
}

/** A list in memory. */
export function listIn(
  cache: TreeCache,
  list: ListKey<unknown>,
): ReadonlyMap<string, Row<unknown>> | undefined {
  return cache.lists.get(list.coll ?? "")?.get(list.text);
}
