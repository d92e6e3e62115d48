/**
 * The store's contract in its simplest form: rows in a map, one operation
 * after the other, versionstamps counted up. What the real store does with
 * groups, processes and failures has to be indistinguishable from this.
 *
 * It is strict where the real one trusts its callers: operations run twice
 * (the first run is thrown away), may touch their own trees only, and have to
 * note every row of a collection that they change.
 *
 * @module
 */

import assert from "node:assert/strict";
import { readBlob } from "../../src/store/blobs.ts";
import type {
  CommitResult,
  Engine,
  EngineRow,
  Key,
  KeyPart,
} from "../../src/store/engine.ts";
import {
  entriesOf,
  type ListKey,
  PRINCIPALS,
  type RowKey,
  tombstonesOf,
  treeKey,
} from "../../src/store/keys.ts";
import type {
  Change,
  CollRef,
  EntryRecord,
  TreeRecord,
} from "../../src/store/records.ts";
import { valueSize } from "../../src/store/size.ts";
import type {
  CollectionMap,
  MapChange,
  MapMember,
  ReadView,
  Row,
  Store,
  Transaction,
} from "../../src/store/view.ts";

/** A sequential store over rows in memory. */
export interface MemoryStore extends Store {
  /** Settable, as a restored backup does. */
  epoch: string;
  /** The engine below: chunks of large bodies, jobs, and rows for tests to look at. */
  readonly engine: Engine;
  /** All rows whose key begins so, in key order. */
  rows(prefix: Key): EngineRow[];
  /** From here on the log no longer reaches back behind now. */
  trimLog(): void;
  /** Operations and readers run so far. */
  readonly counts: { reads: number; maps: number };
  /** Called before each operation runs: where tests let others come first. */
  beforeWrite: (() => Promise<void>) | undefined;
}

function textOf(key: Key): string {
  return key.join("\0");
}

function compareParts(a: KeyPart, b: KeyPart): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareKeys(a: Key, b: Key): number {
  for (const [index, part] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const order = compareParts(part, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function startsWith(key: Key, prefix: Key): boolean {
  return key.length > prefix.length &&
    prefix.every((part, at) => key[at] === part);
}

/** An empty store. */
export function createMemoryStore(): MemoryStore {
  const table = new Map<string, EngineRow>();
  const log: { stamp: string; change: Change }[] = [];
  const counts = { reads: 0, maps: 0 };
  let clock = 0;
  let trimmed = "";

  const nextStamp = () => (clock += 16).toString(16).padStart(20, "0");
  const stampNow = () => clock.toString(16).padStart(20, "0");

  function rows(prefix: Key): EngineRow[] {
    return [...table.values()].filter((row) => startsWith(row.key, prefix))
      .sort((a, b) => compareKeys(a.key, b.key));
  }

  function rowAt<T>(key: Key): Row<T> | undefined {
    const row = table.get(textOf(key));
    return row && { value: row.value as T, stamp: row.versionstamp };
  }

  function setRow(key: Key, value: unknown, versionstamp: string): void {
    table.set(textOf(key), {
      key,
      value: structuredClone(value),
      versionstamp,
    });
  }

  const engine: Engine = {
    limits: {
      checks: 100,
      mutations: 1000,
      bytes: 800 * 1024,
      keyBytes: 80 * 1024,
      valueBytes: 65_536,
      getMany: 10,
      list: 500,
    },
    shared: false,
    getMany: (keys) =>
      Promise.resolve(
        keys.map((key) =>
          table.get(textOf(key)) ?? { key, value: null, versionstamp: null }
        ),
      ),
    list(selector, options = {}) {
      const { prefix, start, end } = selector;
      const found = rows(prefix).filter(({ key }) =>
        (start === undefined || compareKeys(key, start) >= 0) &&
        (end === undefined || compareKeys(key, end) < 0)
      );
      if (options.reverse) found.reverse();
      return Promise.resolve(found.slice(0, options.limit ?? 500));
    },
    commit(checks, mutations): Promise<CommitResult> {
      const holds = checks.every(({ key, versionstamp }) =>
        (table.get(textOf(key))?.versionstamp ?? null) === versionstamp
      );
      if (!holds) return Promise.resolve({ ok: false });
      const versionstamp = nextStamp();
      for (const mutation of mutations) {
        if (mutation.type === "delete") table.delete(textOf(mutation.key));
        else if (mutation.type === "set") {
          setRow(mutation.key, mutation.value, versionstamp);
        } else {
          setRow(
            [...mutation.prefix, versionstamp],
            mutation.value,
            versionstamp,
          );
        }
      }
      return Promise.resolve({ ok: true, versionstamp });
    },
    close() {},
  };

  function mapOf(coll: CollRef): CollectionMap {
    counts.maps++;
    const members: MapMember[] = rows(entriesOf(coll.id)).map((row) => {
      const entry = row.value as EntryRecord;
      return {
        name: String(row.key.at(-1)),
        stamp: entry.stamp ?? String(row.versionstamp),
        entry,
      };
    });
    const gone: MapChange[] = rows(tombstonesOf(coll.id)).map((row) => ({
      name: String(row.key.at(-1)),
      stamp: String(row.versionstamp),
    }));
    return {
      size: members.length,
      get: (name) => members.find((member) => member.name === name),
      members: () => members,
      since: (stamp, name) =>
        [...members, ...gone]
          .filter((it) =>
            it.stamp > stamp || (it.stamp === stamp && it.name > name)
          )
          .sort((a, b) =>
            compareParts(a.stamp, b.stamp) || compareParts(a.name, b.name)
          ),
      outdated: (version) =>
        members.filter(({ entry: { facts } }) => facts.version < version),
      between: ({ start, end, version }) =>
        members.filter(({ entry: { facts: { span, version: its } } }) =>
          span === undefined || its !== version ||
          ((end === null || span.first < end) &&
            (start === null || span.last === null || span.last > start))
        ),
    };
  }

  function listRows<T>(list: ListKey<T>): Map<string, Row<T>> {
    return new Map(
      rows(list.prefix)
        .filter(({ key }) => key.length === list.prefix.length + 1)
        .map((row) => [String(row.key.at(-1)), {
          value: row.value as T,
          stamp: row.versionstamp,
        }]),
    );
  }

  function readView(blobs: Map<string, Uint8Array>): ReadView {
    return {
      get: (key) => rowAt(key.parts),
      need() {},
      list: listRows,
      map: mapOf,
      changedSince: (coll, stamp) =>
        stamp < trimmed ? undefined : new Set(
          log.filter((step) =>
            step.stamp > stamp && step.change.coll === coll.id &&
            step.change.kind === "content"
          ).map(({ change }) => change.name),
        ),
      pause() {
        throw new Pause("Others are to have a turn");
      },
      blob(ref) {
        const bytes = blobs.get(ref.id);
        if (bytes === undefined) throw new MissingBlob(ref);
        return bytes;
      },
    };
  }

  function run<T>(trees: readonly string[], decide: (tx: Transaction) => T) {
    const writes = new Map<string, { key: RowKey<unknown>; value: unknown }>();
    const changes: { tree: string; change: Change }[] = [];
    const use = new Map<string, { bytes: number; objects: number }>();
    const jobs: { key: RowKey<unknown>; stamp: string }[] = [];
    function write(key: RowKey<unknown>, value: unknown) {
      if (key.coll !== undefined || key.parts[0] === "tree") {
        assert.ok(
          trees.includes(key.tree) || key.tree === PRINCIPALS,
          `${key.text} is outside of the operation's trees`,
        );
      }
      assert.ok(
        valueSize(value) <= 2 * 65_536,
        `${key.parts[0]} is too large for a row`,
      );
      writes.set(key.text, { key, value });
    }
    const value = decide({
      get<T>(key: RowKey<T>) {
        const own = writes.get(key.text);
        if (own === undefined) return rowAt<T>(key.parts);
        return own.value === undefined
          ? undefined
          : { value: own.value as T, stamp: null };
      },
      need() {},
      list<T>(list: ListKey<T>) {
        const found = listRows(list);
        for (const own of writes.values()) {
          const { parts } = own.key;
          if (parts.length !== list.prefix.length + 1) continue;
          if (!startsWith(parts, list.prefix)) continue;
          const last = String(parts.at(-1));
          if (own.value === undefined) found.delete(last);
          else found.set(last, { value: own.value as T, stamp: null });
        }
        return found;
      },
      set: (key, value) => write(key, value),
      delete: (key) => write(key, undefined),
      change(coll, name, kind) {
        changes.push({
          tree: coll.tree,
          change: { coll: coll.id, name, kind },
        });
      },
      use(tree, bytes, objects) {
        const before = use.get(tree) ?? { bytes: 0, objects: 0 };
        use.set(tree, {
          bytes: before.bytes + bytes,
          objects: before.objects + objects,
        });
      },
      checkJob: (key, stamp) => void jobs.push({ key, stamp }),
    });
    return { value, writes, changes, use, jobs };
  }

  function commit(done: ReturnType<typeof run>): string {
    for (const { key, stamp } of done.jobs) {
      assert.equal(rowAt(key.parts)?.stamp, stamp, "A job was overtaken");
    }
    const stamp = nextStamp();
    for (const { key, value } of done.writes.values()) {
      if (key.coll !== undefined) {
        assert.ok(
          done.changes.some(({ change }) => change.coll === key.coll),
          `${key.text} was changed without a note`,
        );
      }
      if (value === undefined) table.delete(key.text);
      else setRow(key.parts, value, stamp);
    }
    const trees = new Set(done.changes.map(({ tree }) => tree));
    for (const tree of [...trees, ...done.use.keys()]) {
      const row = rowAt<TreeRecord>(treeKey(tree).parts);
      const delta = done.use.get(tree) ?? { bytes: 0, objects: 0 };
      if (row === undefined || row.stamp === stamp && !delta) continue;
      done.use.delete(tree);
      setRow(treeKey(tree).parts, {
        owner: row.value.owner,
        bytes: row.value.bytes + delta.bytes,
        objects: row.value.objects + delta.objects,
      }, stamp);
    }
    for (const { change } of done.changes) log.push({ stamp, change });
    return stamp;
  }

  const store: MemoryStore = {
    epoch: "epoch1",
    engine,
    rows,
    counts,
    beforeWrite: undefined,
    trimLog() {
      trimmed = stampNow();
    },
    async read(reader) {
      counts.reads++;
      const blobs = new Map<string, Uint8Array>();
      while (true) {
        try {
          return reader(readView(blobs));
        } catch (error) {
          if (error instanceof Pause) continue;
          if (!(error instanceof MissingBlob)) throw error;
          blobs.set(error.ref.id, await readBlob(engine, error.ref));
        }
      }
    },
    async write(operation) {
      const before = store.beforeWrite;
      store.beforeWrite = undefined;
      await before?.();
      const decide = (tx: Transaction) => operation.run(tx);
      run(operation.trees, decide);
      const done = run(operation.trees, decide);
      const stamp = done.writes.size > 0 || done.use.size > 0
        ? commit(done)
        : null;
      return { value: done.value, stamp };
    },
  };
  return store;
}

class Pause extends Error {}

class MissingBlob extends Error {
  constructor(readonly ref: Parameters<ReadView["blob"]>[0]) {
    super("A large body was not fetched");
  }
}
