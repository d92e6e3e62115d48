/**
 * Opens a store over an engine: the face of the whole folder.
 *
 * @module
 */

import type { Engine } from "./engine.ts";
import type { Pending } from "./group.ts";
import { logKey, logPrefix, meta, PRINCIPALS, treeKey } from "./keys.ts";
import { logFloorKey } from "./keys.ts";
import { migrateStore } from "./migrate.ts";
import { MIGRATIONS, SCHEMA_VERSION } from "./migrations.ts";
import { lastPart } from "./owner_lists.ts";
import { createOwnerStore } from "./owner_store.ts";
import { PARTS, type StoreParts } from "./parts.ts";
import type { LogRecord, TreeRecord } from "./records.ts";
import { createSharedStore } from "./shared_store.ts";
import type { StoreMode, StoreOptions } from "./store_options.ts";
import type { Operation, Store, Written } from "./view.ts";

/** What a store can be told. */
export interface CreateStoreOptions {
  /** Where rows live; `engine.shared` decides how the store works. */
  readonly engine: Engine;
  /** Clock, epoch milliseconds. */
  readonly now?: () => number;
  /** Bytes of rows kept in memory by an owner; 64 MiB. */
  readonly cacheBytes?: number;
  /** Operations that may wait; 10,000. */
  readonly maxQueue?: number;
  /** Milliseconds that log rows are kept at least; an hour. */
  readonly keepLog?: number;
  /** Waits before another try. */
  readonly pause?: (tries: number) => Promise<void>;
  /** Told of what somebody should look at. */
  readonly log?: (message: string, error: unknown) => void;
  /** Wrong decisions for the model test to find. */
  readonly parts?: Partial<StoreParts>;
}

/** A store that can be closed. */
export interface OpenStore extends Store {
  /** The engine below, for jobs and `check`. */
  readonly engine: Engine;
  /** Waits for what is under way. Does not close the engine. */
  close(): Promise<void>;
}

/** Log rows that one trimming removes at most. */
const TRIM_ROWS = 200;

async function pauseWithJitter(tries: number): Promise<void> {
  const longest = Math.min(1_000, 5 * 2 ** tries);
  await new Promise((resolve) =>
    setTimeout(resolve, longest * (0.5 + Math.random() / 2))
  );
}

/**
 * Opens a store; an empty engine gets its first rows, an older one is brought
 * up to this program's schema.
 *
 * @throws {SchemaTooNew} a newer program has written the store.
 * @throws what the engine throws when it can't be read.
 */
export async function createStore(
  options: CreateStoreOptions,
): Promise<OpenStore> {
  const { engine } = options;
  const now = options.now ?? Date.now;
  const keepLog = options.keepLog ?? 3_600_000;
  await migrateStore(engine, {
    version: SCHEMA_VERSION,
    migrations: MIGRATIONS,
  });
  const epoch = await initialise(engine);
  const trimmed = new Map<string, number>();
  const trimming = new Set<Promise<void>>();

  const mode: StoreMode =
    (engine.shared ? createSharedStore : createOwnerStore)(
      {
        engine,
        parts: { ...PARTS, ...options.parts },
        now,
        cacheBytes: options.cacheBytes ?? 64 * 1024 * 1024,
        maxQueue: options.maxQueue ?? 10_000,
        pause: options.pause ?? pauseWithJitter,
        committed: trimLater,
        log: options.log,
      } satisfies StoreOptions,
    );

  function write<T>(operation: Operation<T>): Promise<Written<T>> {
    return new Promise<Written<T>>((resolve, reject) => {
      const pending: Pending = {
        id: crypto.randomUUID(),
        operation,
        resolve: (written) => resolve(written as Written<T>),
        reject,
      };
      mode.submit(pending);
    });
  }

  /** Now and then a tree's log loses the rows that have had their hour. */
  function trimLater(tree: string): void {
    const last = trimmed.get(tree) ?? -Infinity;
    if (now() - last < keepLog / 6) return;
    trimmed.set(tree, now());
    const work = trim(tree).catch((error) => {
      options.log?.("Cannot trim a log", error);
    }).finally(() => trimming.delete(work));
    trimming.add(work);
  }

  async function trim(tree: string): Promise<void> {
    const rows = await engine.list({ prefix: logPrefix(tree) }, {
      limit: TRIM_ROWS,
    });
    const old: string[] = [];
    for (const row of rows) {
      // Clocks differ: rows go in the order of their stamps, or not at all.
      if ((row.value as LogRecord).time > now() - keepLog) break;
      old.push(lastPart(row.key));
    }
    const floor = old.at(-1);
    if (floor === undefined) return;
    await write({
      trees: [tree],
      run(tx) {
        if (tx.get(treeKey(tree)) === undefined) return;
        const before = tx.get(logFloorKey(tree))?.value ?? "";
        if (floor <= before) return;
        tx.set(logFloorKey(tree), floor);
        for (const stamp of old) tx.delete(logKey(tree, stamp));
      },
    });
  }

  return {
    engine,
    epoch,
    read: mode.read,
    write,
    async close() {
      await mode.drain();
      while (trimming.size > 0) {
        await Promise.all(trimming);
        await mode.drain();
      }
    },
  };
}

/** Makes the rows that every store has, unless they are there; gives the epoch. */
async function initialise(engine: Engine): Promise<string> {
  const principals = treeKey(PRINCIPALS).parts;
  while (true) {
    const [epoch] = await engine.getMany([meta.epoch.parts]);
    const value = (epoch?.value as { value: unknown } | null)?.value;
    if (typeof value === "string") return value;
    const first: TreeRecord = { owner: "", bytes: 0, objects: 0 };
    // Whether this or another process's commit wins, the next look shows it.
    await engine.commit([
      { key: meta.epoch.parts, versionstamp: null },
      { key: principals, versionstamp: null },
    ], [
      { type: "set", key: meta.schema.parts, value: { value: SCHEMA_VERSION } },
      { type: "set", key: meta.epoch.parts, value: { value: newEpoch() } },
      { type: "set", key: principals, value: first },
    ]);
  }
}

/** A fresh epoch: short, never repeated, safe in tokens and ETags. */
export function newEpoch(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(9));
  return [...bytes].map((byte) => byte.toString(36).padStart(2, "0")).join("");
}
