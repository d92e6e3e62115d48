/**
 * What happened, as the engine saw it: which operation is in which commit, and
 * in what order. Operations mark their own log rows for that.
 *
 * @module
 */

import type { Engine } from "../../../src/store/engine.ts";
import type { Change, LogRecord } from "../../../src/store/records.ts";
import type { Store, Transaction } from "../../../src/store/view.ts";

/** Stands for a collection in the notes by which operations are recognised. */
const MARK = "#operation";

/** One commit that holds operations of the model. */
export interface ModelCommit {
  /** Its versionstamp. */
  readonly stamp: string;
  /** Operations in the order in which they ran. */
  readonly ops: readonly string[];
}

/** All commits so far. */
export interface History {
  /** The engine that notes its commits here. */
  readonly engine: Engine;
  /** In the order of their versionstamps. */
  readonly commits: ModelCommit[];
  /** Index behind the commit of an operation, undefined where there is none. */
  readonly indexOf: (op: string) => number | undefined;
}

/** Notes what an engine commits. */
export function createHistory(inner: Engine): History {
  const commits: ModelCommit[] = [];
  const places = new Map<string, number>();
  const engine: Engine = {
    ...inner,
    async commit(checks, mutations) {
      const result = await inner.commit(checks, mutations);
      if (!result.ok) return result;
      const runs = new Map<number, string>();
      for (const mutation of mutations) {
        if (mutation.type !== "append") continue;
        for (const change of (mutation.value as LogRecord).changes) {
          const mark = readMark(change);
          if (mark !== undefined) runs.set(mark.run, mark.op);
        }
      }
      if (runs.size === 0) return result;
      const ops = inOrder(runs);
      commits.push({ stamp: result.versionstamp, ops });
      for (const op of ops) {
        if (places.has(op)) throw new Error(`${op} was committed twice`);
        places.set(op, commits.length);
      }
      return result;
    },
  };
  return { engine, commits, indexOf: (op) => places.get(op) };
}

/** The operation that a note in a log is the mark of. */
export function readMark(
  change: Change,
): { readonly run: number; readonly op: string } | undefined {
  if (change.coll !== MARK) return undefined;
  const [run = "", op = ""] = change.name.split("\t");
  return { run: Number(run), op };
}

/** Operations by the numbers of their runs: each tree has a log of its own, and operations may look at several. */
export function inOrder(runs: ReadonlyMap<number, string>): string[] {
  return [...runs].sort(([a], [b]) => a - b).map(([, op]) => op);
}

/** Runs of marked operations so far: their order is that of their numbers. */
let runs = 0;

/** The same store, whose operations that change anything carry a mark. */
export function markOperations(store: Store, mark: () => string): Store {
  return {
    epoch: store.epoch,
    read: store.read,
    write(operation) {
      const name = mark();
      return store.write({
        trees: operation.trees,
        run(tx) {
          let changed = false;
          const marked: Transaction = {
            ...tx,
            set(key, value) {
              changed = true;
              tx.set(key, value);
            },
            delete(key) {
              changed = true;
              tx.delete(key);
            },
          };
          const value = operation.run(marked);
          const [tree] = operation.trees;
          if (changed && tree !== undefined) {
            tx.change({ id: MARK, tree }, `${++runs}\t${name}`, "other");
          }
          return value;
        },
      });
    },
  };
}
