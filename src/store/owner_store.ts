/**
 * The store of a process that owns its engine alone: one commit in flight,
 * what waits is the next group (DESIGN section 4.2).
 *
 * @module
 */

import { readBlob } from "./blobs.ts";
import { EngineRefusal } from "./engine.ts";
import {
  answerGroup,
  createGroup,
  failGroup,
  type Group,
  type Pending,
  type Plan,
  planCommit,
} from "./group.ts";
import { treeKey } from "./keys.ts";
import { appendStep, createTail, extendTail, type LogTail } from "./log.ts";
import { type CommitFate, findFate } from "./outcome.ts";
import { createOwnerRows, type Pins } from "./owner_rows.ts";
import { Missing, nextTurn, Paused, type Wish } from "./signals.ts";
import type { StoreMode, StoreOptions } from "./store_options.ts";
import { type ReadView, StoreBusy } from "./view.ts";
import { createReadView, type ViewSource } from "./views.ts";

/** Runs of one reader or operation before it counts as broken: each run fetches something new. */
const MAX_RUNS = 10_000;

/** Commits tried for one group whose outcome is unclear. */
const MAX_COMMITS = 10;

/** Trees whose log is followed in memory. */
const MAX_TAILS = 1_000;

/** A store over an engine that nobody else writes to. */
export function createOwnerStore(options: StoreOptions): StoreMode {
  const { engine, parts } = options;
  const rows = createOwnerRows(engine, { parts, bytes: options.cacheBytes });
  const tails = new Map<string, LogTail>();
  const queue: Pending[] = [];
  const pinsOf = new Map<Pending, Pins>();
  const alone = new Set<Pending>();
  let loading = 0;
  let pumping: Promise<void> | undefined;

  function sourceFor(blobs: ReadonlyMap<string, Uint8Array>): ViewSource {
    return {
      row: rows.row,
      list: rows.list,
      map: rows.map,
      tail: (tree) => tails.get(tree),
      blob: (ref) => blobs.get(ref.id),
      sawTree: () => {},
    };
  }
  const source = sourceFor(new Map());

  async function loadLog(tree: string, since: string, pins: Pins) {
    await rows.load({ ...NO_WISH, rows: [treeKey(tree)] }, pins);
    let tail = tails.get(tree);
    if (tail === undefined) {
      const row = rows.row(treeKey(tree));
      // Memory was dropped on the way: the next run wishes again.
      if (row === undefined) return;
      tail = createTail(row?.stamp ?? "");
      tails.set(tree, tail);
      for (const [oldest] of tails) {
        if (tails.size <= MAX_TAILS) break;
        tails.delete(oldest);
      }
    }
    await extendTail(tail, { engine, tree, since, parts });
  }

  async function load(
    wish: Wish,
    pins: Pins,
    blobs?: Map<string, Uint8Array>,
  ): Promise<void> {
    await Promise.all([
      rows.load(wish, pins),
      ...wish.logs.map((log) => loadLog(log.tree, log.since, pins)),
      ...wish.blobs.map(async (ref) => {
        const bytes = await readBlob(engine, ref);
        blobs?.set(ref.id, bytes);
      }),
    ]);
  }

  async function read<T>(reader: (view: ReadView) => T): Promise<T> {
    const pins: Pins = new Set();
    const blobs = new Map<string, Uint8Array>();
    const view = createReadView(sourceFor(blobs));
    try {
      for (let run = 0; run < MAX_RUNS; run++) {
        try {
          return reader(view);
        } catch (error) {
          if (error instanceof Missing) await load(error.wish, pins, blobs);
          else if (error instanceof Paused) await nextTurn();
          else throw error;
        }
      }
      throw new StoreBusy("Cannot gather the rows of an answer");
    } finally {
      rows.release(pins);
    }
  }

  function submit(pending: Pending): void {
    if (queue.length + loading >= options.maxQueue) {
      pending.reject(new StoreBusy("Too many changes wait to be written"));
      return;
    }
    pinsOf.set(pending, new Set());
    queue.push(pending);
    kick();
  }

  function kick(): void {
    pumping ??= pump().finally(() => {
      pumping = undefined;
      // An operation may have come back between the last look and now.
      if (queue.length > 0) kick();
    });
  }

  async function pump(): Promise<void> {
    // One turn of patience: what arrives together is written together.
    await Promise.resolve();
    while (queue.length > 0) {
      const group = gather();
      if (group.members.length === 0) return;
      const again = new Set(group.writes() ? await commitGroup(group) : []);
      if (!group.writes()) answerGroup(group, null);
      for (const { pending } of group.members) {
        if (!again.has(pending)) forget(pending);
      }
      queue.unshift(...again);
    }
  }

  function forget(pending: Pending): void {
    const pins = pinsOf.get(pending);
    if (pins !== undefined) rows.release(pins);
    pinsOf.delete(pending);
    alone.delete(pending);
  }

  /** Runs what waits until the group is full; what misses rows comes back when they are there. */
  function gather(): Group {
    const group = createGroup(engine.limits, parts);
    const deferred: Pending[] = [];
    while (queue.length > 0) {
      const pending = queue.shift();
      if (pending === undefined) break;
      const solitary = alone.has(pending);
      if (solitary && group.members.length > 0) {
        queue.unshift(pending);
        break;
      }
      const joined = group.join(pending, source);
      if (joined instanceof Missing) fetchFor(pending, joined.wish);
      else if (joined === "deferred") deferred.push(pending);
      else if (joined === "full") {
        queue.unshift(pending);
        break;
      } else if (solitary) break;
    }
    queue.unshift(...deferred);
    return group;
  }

  function fetchFor(pending: Pending, wish: Wish): void {
    loading++;
    load(wish, pinsOf.get(pending) ?? new Set()).then(
      () => {
        queue.unshift(pending);
      },
      (error) => {
        forget(pending);
        pending.reject(error);
      },
    ).finally(() => {
      loading--;
      if (queue.length > 0) kick();
    });
  }

  /** Commits a group and answers it; gives those that have to try again. */
  async function commitGroup(group: Group): Promise<Pending[]> {
    let plan: Plan;
    try {
      plan = planCommit(group, source, { now: options.now(), parts });
    } catch (error) {
      return retryAlone(group, error);
    }
    const settled = Promise.withResolvers<void>();
    rows.began(
      new Set(plan.rows.map((change) => change.key.text)),
      settled.promise,
    );
    try {
      if (!parts.answersAfterCommit()) answerGroup(group, null);
      const result = await engine.commit(plan.checks, plan.mutations);
      if (!result.ok) return await recover(group, plan);
      finish(group, plan, result.versionstamp);
      return [];
    } catch (error) {
      if (error instanceof EngineRefusal) return retryAlone(group, error);
      return await recover(group, plan);
    } finally {
      settled.resolve();
    }
  }

  /** A group that can't be written goes one by one; one alone fails. */
  function retryAlone(group: Group, error: unknown): Pending[] {
    const waiting = group.members.map((member) => member.pending);
    if (waiting.length === 1) {
      failGroup(group, error);
      return [];
    }
    for (const pending of waiting) alone.add(pending);
    return waiting;
  }

  function finish(group: Group, plan: Plan, stamp: string): void {
    rows.apply(plan.rows, stamp);
    for (const [tree, record] of plan.logs) {
      const tail = tails.get(tree);
      if (tail !== undefined) appendStep(tail, { stamp, record });
      options.committed(tree);
    }
    answerGroup(group, stamp);
  }

  function dropAll(): void {
    rows.dropAll();
    tails.clear();
  }

  /** Finds out about a commit of unclear outcome; gives those that have to try again. */
  async function recover(group: Group, plan: Plan): Promise<Pending[]> {
    dropAll();
    for (let tries = 0; tries < MAX_COMMITS; tries++) {
      try {
        const fate: CommitFate = await findFate(engine, group, plan, parts);
        if (fate.fate === "done") {
          dropAll();
          answerGroup(group, fate.stamp);
          return [];
        }
        if (fate.fate === "dead") {
          dropAll();
          if (fate.overtaken) {
            return retryAlone(group, new StoreBusy("A job was overtaken"));
          }
          return group.members.map((member) => member.pending);
        }
        const result = await engine.commit(plan.checks, plan.mutations);
        if (result.ok) {
          finish(group, plan, result.versionstamp);
          return [];
        }
      } catch (error) {
        if (error instanceof StoreBusy) break;
        options.log?.("The store does not answer", error);
      }
      await options.pause(tries);
    }
    dropAll();
    failGroup(group, new StoreBusy("The store does not answer"));
    return [];
  }

  return {
    read,
    submit,
    async drain() {
      while (pumping !== undefined || loading > 0) {
        await (pumping ?? options.pause(0));
      }
    },
  };
}

const NO_WISH: Wish = { rows: [], lists: [], maps: [], logs: [], blobs: [] };
