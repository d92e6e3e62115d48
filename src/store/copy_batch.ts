/**
 * Gathers rows that nobody sees yet into commits within the engine's limits.
 *
 * @module
 */

import type { EngineLimits, Mutation } from "./engine.ts";
import type { RowKey } from "./keys.ts";
import { keySize, valueSize } from "./size.ts";

/** Rows that go into one commit together. */
export interface CopyRows {
  /** Writes a row. */
  readonly set: <T>(key: RowKey<T>, value: T) => void;
  /** Removes a row. */
  readonly delete: (key: RowKey<unknown>) => void;
}

/** A commit under construction. */
export interface CopyBatch {
  /** Adds rows that belong into one commit; commits what is there first where they would not fit. */
  readonly add: (rows: (rows: CopyRows) => void) => Promise<void>;
  /** Commits what is there; `always`: even where there is nothing. */
  readonly flush: (always?: boolean) => Promise<void>;
}

/** Share of the limits that a batch fills: the job's own row and the encoding need the rest. */
const SHARE = 0.75;

/** An empty batch that `commit` writes. */
export function createCopyBatch(
  limits: EngineLimits,
  commit: (mutations: readonly Mutation[]) => Promise<void>,
): CopyBatch {
  // The last change of a row is the one that counts.
  let batch = new Map<string, Mutation>();
  let cost = { bytes: 0, keys: 0 };

  async function flush(always = false): Promise<void> {
    if (batch.size === 0 && !always) return;
    const mutations = [...batch.values()];
    batch = new Map();
    cost = { bytes: 0, keys: 0 };
    await commit(mutations);
  }

  async function add(fill: (rows: CopyRows) => void): Promise<void> {
    const more = new Map<string, Mutation>();
    const add = { bytes: 0, keys: 0 };
    fill({
      set(key, value) {
        const size = keySize(key.parts);
        add.keys += size;
        add.bytes += 2 * size + valueSize(value);
        more.set(key.text, { type: "set", key: key.parts, value });
      },
      delete(key) {
        add.bytes += 2 * keySize(key.parts);
        more.set(key.text, { type: "delete", key: key.parts });
      },
    });
    const isFull = batch.size + more.size > limits.mutations * SHARE ||
      cost.bytes + add.bytes > limits.bytes * SHARE ||
      cost.keys + add.keys > limits.keyBytes * SHARE;
    if (isFull) await flush();
    for (const [text, mutation] of more) batch.set(text, mutation);
    cost = { bytes: cost.bytes + add.bytes, keys: cost.keys + add.keys };
  }

  return { add, flush };
}
