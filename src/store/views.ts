/**
 * Views over rows in memory: what readers and operations are handed.
 *
 * @module
 */

import type { LogTail } from "./log.ts";
import { changedNames } from "./log.ts";
import { type ListKey, NO_TREE, type RowKey } from "./keys.ts";
import type { RowChange, RowSource } from "./owner_rows.ts";
import type { StoreParts } from "./parts.ts";
import type {
  BlobRef,
  Change,
  CollRef,
  JobRecord,
  TreeRecord,
} from "./records.ts";
import { Deferred, Missing, Paused } from "./signals.ts";
import type { ReadView, Row, Transaction } from "./view.ts";

/** Rows, logs and large bodies in memory. */
export interface ViewSource extends RowSource {
  /** The tail of a tree's log, undefined where none is in memory. */
  tail(tree: string): LogTail | undefined;
  /** A large body that was fetched for this run. */
  blob(ref: BlobRef): Uint8Array | undefined;
  /** Told of every tree that an answer depends on. */
  sawTree(tree: string): void;
}

function rowOf<T>(
  source: ViewSource,
  key: RowKey<T>,
): Row<T> | undefined {
  if (key.tree === NO_TREE) {
    throw new TypeError(`Cannot view a row without a tree: ${key.parts[0]}`);
  }
  source.sawTree(key.tree);
  const row = source.row(key);
  if (row === undefined) throw new Missing({ rows: [key] });
  return row === null ? undefined : row as Row<T>;
}

function needRows(
  source: ViewSource,
  keys: readonly RowKey<unknown>[],
  wanted: readonly ListKey<unknown>[] = [],
): void {
  const rows = keys.filter((key) => {
    source.sawTree(key.tree);
    return source.row(key) === undefined;
  });
  const lists = wanted.filter((list) => {
    source.sawTree(list.tree);
    return source.list(list) === undefined;
  });
  if (rows.length + lists.length > 0) throw new Missing({ rows, lists });
}

/** A view that only reads. */
export function createReadView(source: ViewSource): ReadView {
  return {
    get: (key) => rowOf(source, key),
    need: (keys, lists) => needRows(source, keys, lists),
    list<T>(list: Parameters<ReadView["list"]>[0]) {
      source.sawTree(list.tree);
      const rows = source.list(list);
      if (rows === undefined) throw new Missing({ lists: [list] });
      return rows as ReadonlyMap<string, Row<T>>;
    },
    map(coll) {
      source.sawTree(coll.tree);
      const map = source.map(coll);
      if (map === undefined) throw new Missing({ maps: [coll] });
      return map;
    },
    changedSince(coll, stamp) {
      source.sawTree(coll.tree);
      const tail = source.tail(coll.tree);
      if (tail !== undefined && stamp >= tail.from) {
        return changedNames(tail, coll.id, stamp);
      }
      if (tail !== undefined && stamp <= tail.lost) return undefined;
      throw new Missing({ logs: [{ tree: coll.tree, since: stamp }] });
    },
    blob(ref) {
      const bytes = source.blob(ref);
      if (bytes === undefined) throw new Missing({ blobs: [ref] });
      return bytes;
    },
    pause() {
      throw new Paused("Others are to have a turn");
    },
  };
}

/** What a group of operations has made so far; nothing of it is durable. */
export interface Draft {
  /** Rows by the text of their keys. */
  readonly writes: Map<string, RowChange>;
  /** Texts of the lists that these rows belong to: any other list is as it was. */
  readonly lists: Set<string>;
  /** Notes for the log, by tree. */
  readonly changes: Map<string, Change[]>;
  /** What trees use more or less. */
  readonly use: Map<string, { bytes: number; objects: number }>;
  /** Versions of jobs' rows that the commit checks. */
  readonly jobs: Map<string, { key: RowKey<JobRecord>; stamp: string }>;
}

/** Nothing yet. */
export function createDraft(): Draft {
  return {
    writes: new Map(),
    lists: new Set(),
    changes: new Map(),
    use: new Map(),
    jobs: new Map(),
  };
}

/** Trees whose row a draft's commit has to rewrite. */
export function changedTrees(draft: Draft): Set<string> {
  const trees = new Set<string>([...draft.changes.keys(), ...draft.use.keys()]);
  for (const { key } of draft.writes.values()) {
    if (key.tree !== NO_TREE) trees.add(key.tree);
  }
  return trees;
}

/** Adds an operation's draft to its group's. */
export function mergeDraft(group: Draft, own: Draft): void {
  for (const [text, change] of own.writes) group.writes.set(text, change);
  for (const list of own.lists) group.lists.add(list);
  for (const [tree, changes] of own.changes) {
    group.changes.set(tree, [...(group.changes.get(tree) ?? []), ...changes]);
  }
  for (const [tree, use] of own.use) addUse(group, tree, use);
  for (const [text, job] of own.jobs) group.jobs.set(text, job);
}

function addUse(
  draft: Draft,
  tree: string,
  use: { bytes: number; objects: number },
): void {
  const before = draft.use.get(tree) ?? { bytes: 0, objects: 0 };
  draft.use.set(tree, {
    bytes: before.bytes + use.bytes,
    objects: before.objects + use.objects,
  });
}

/** A transaction, and whether it has seen what is not durable yet. */
export interface OpenTransaction {
  /** What the operation is handed. */
  readonly tx: Transaction;
  /** What it has made. */
  readonly own: Draft;
  /** True once it has seen or written a row of its group. */
  readonly dependsOnGroup: () => boolean;
}

/** A transaction over rows in memory and what earlier operations of the group have made. */
export function openTransaction(
  source: ViewSource,
  group: Draft,
  parts: StoreParts,
): OpenTransaction {
  const own = createDraft();
  let depends = false;

  function pending(key: RowKey<unknown>): RowChange | undefined {
    const mine = own.writes.get(key.text);
    if (mine !== undefined) return mine;
    if (!parts.seesGroup()) return undefined;
    const theirs = group.writes.get(key.text);
    if (theirs !== undefined) depends = true;
    return theirs;
  }

  function write(change: RowChange): void {
    const { key } = change;
    const kind = String(key.parts[0]);
    if (group.writes.has(key.text) && !parts.writableTwice(kind)) {
      throw new Deferred("Another operation of the group has written it");
    }
    if (key.tree !== NO_TREE) source.sawTree(key.tree);
    own.writes.set(key.text, change);
    own.lists.add(key.text.slice(0, key.text.lastIndexOf("\0") + 1));
  }

  const tx: Transaction = {
    get<T>(key: RowKey<T>) {
      const change = pending(key);
      if (change === undefined) return rowOf(source, key);
      if (change.value === undefined) return undefined;
      return { value: change.value as T, stamp: null };
    },
    need: (keys, lists) => needRows(source, keys, lists),
    list<T>(list: Parameters<Transaction["list"]>[0]) {
      source.sawTree(list.tree);
      const rows = source.list(list);
      if (rows === undefined) throw new Missing({ lists: [list] });
      const touched = [group, own].filter((draft) =>
        draft.lists.has(list.text)
      );
      if (touched.length === 0) return rows as ReadonlyMap<string, Row<T>>;
      const merged = new Map(rows as ReadonlyMap<string, Row<T>>);
      for (const draft of touched) {
        if (draft === group) depends = true;
        for (const { key, value } of draft.writes.values()) {
          if (!belongs(key, list.text)) continue;
          const last = String(key.parts.at(-1));
          if (value === undefined) merged.delete(last);
          else merged.set(last, { value: value as T, stamp: null });
        }
      }
      return merged;
    },
    set(key, value) {
      write({ key, value });
    },
    delete(key) {
      write({ key, value: undefined });
    },
    change(coll: CollRef, name, kind) {
      const changes = own.changes.get(coll.tree) ?? [];
      changes.push({ coll: coll.id, name, kind });
      own.changes.set(coll.tree, changes);
    },
    use(tree, bytes, objects) {
      addUse(own, tree, { bytes, objects });
    },
    checkJob(key, stamp) {
      own.jobs.set(key.text, { key, stamp });
    },
  };
  return { tx, own, dependsOnGroup: () => depends };
}

function belongs(key: RowKey<unknown>, list: string): boolean {
  return key.text.startsWith(list) &&
    key.text.lastIndexOf("\0") === list.length - 1;
}

/** The tree's row behind a draft: what it used before, and what the draft adds. */
export function nextTree(
  before: TreeRecord | undefined,
  draft: Draft,
  tree: string,
): TreeRecord | undefined {
  if (before === undefined) return undefined;
  const use = draft.use.get(tree) ?? { bytes: 0, objects: 0 };
  return {
    owner: before.owner,
    bytes: before.bytes + use.bytes,
    objects: before.objects + use.objects,
  };
}
