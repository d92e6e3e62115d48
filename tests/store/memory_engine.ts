/**
 * An engine in plain memory, as strict as Deno KV and without its threads:
 * what the model test runs on, because a seed must always run the same way.
 *
 * @module
 */

import {
  type Check,
  type CommitResult,
  type Engine,
  type EngineLimits,
  EngineRefusal,
  type EngineRow,
  type Key,
  type ListSelector,
  type Mutation,
} from "../../src/store/engine.ts";
import { EMBEDDED_LIMITS, NETWORK_LIMITS } from "../../src/store/kv_engine.ts";
import { keySize, valueSize } from "../../src/store/size.ts";

/** What an engine in memory is made with. */
export interface MemoryOptions {
  /** Whether it says that other processes write to it too. */
  readonly shared?: boolean;
}

interface Slot {
  readonly key: Key;
  readonly order: string;
  value: unknown;
  versionstamp: string;
}

/** An empty engine. */
export function createMemoryEngine(options: MemoryOptions = {}): Engine {
  const shared = options.shared ?? false;
  const limits: EngineLimits = shared ? NETWORK_LIMITS : EMBEDDED_LIMITS;
  // Sorted by `order`.
  const slots: Slot[] = [];
  let counter = 0;

  /** Index of the first slot at or behind a position. */
  function indexOf(order: string): number {
    let low = 0;
    let high = slots.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const slot = slots[middle];
      if (slot !== undefined && slot.order < order) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function find(key: Key): Slot | undefined {
    const order = orderOf(key);
    const slot = slots[indexOf(order)];
    return slot?.order === order ? slot : undefined;
  }

  function write(key: Key, value: unknown, versionstamp: string): void {
    const order = orderOf(key);
    const at = indexOf(order);
    const slot = slots[at];
    if (slot?.order === order) {
      slot.value = value;
      slot.versionstamp = versionstamp;
    } else slots.splice(at, 0, { key: [...key], order, value, versionstamp });
  }

  function remove(key: Key): void {
    const order = orderOf(key);
    const at = indexOf(order);
    if (slots[at]?.order === order) slots.splice(at, 1);
  }

  function commitNow(
    checks: readonly Check[],
    mutations: readonly Mutation[],
  ): CommitResult {
    refuseAbove(limits, checks, mutations);
    for (const { key, versionstamp } of checks) {
      if ((find(key)?.versionstamp ?? null) !== versionstamp) {
        return { ok: false };
      }
    }
    counter++;
    const versionstamp = counter.toString(16).padStart(16, "0") + "0000";
    for (const mutation of mutations) {
      if (mutation.type === "delete") remove(mutation.key);
      else {
        const key = mutation.type === "set"
          ? mutation.key
          : [...mutation.prefix, versionstamp];
        // Nobody may change what is stored by changing what they gave.
        write(key, structuredClone(mutation.value), versionstamp);
      }
    }
    return { ok: true, versionstamp };
  }

  return {
    limits,
    shared,
    getMany(keys) {
      if (keys.length > limits.getMany) {
        return Promise.reject(new TypeError("Too many keys"));
      }
      return Promise.resolve(keys.map((key): EngineRow => {
        const slot = find(key);
        return slot === undefined
          ? { key, value: null, versionstamp: null }
          : toRow(slot);
      }));
    },
    list(selector, list = {}) {
      const [from, to] = boundsOf(selector);
      const found = slots.slice(indexOf(from), indexOf(to));
      if (list.reverse === true) found.reverse();
      const limit = Math.min(list.limit ?? limits.list, limits.list);
      return Promise.resolve(found.slice(0, limit).map(toRow));
    },
    // Not async: what is refused is refused by a rejection all the same.
    commit: (checks, mutations) =>
      new Promise((resolve) => resolve(commitNow(checks, mutations))),
    close() {},
  };
}

function toRow({ key, value, versionstamp }: Slot): EngineRow {
  return { key: [...key], value, versionstamp };
}

/** Orders of the first and behind the last key that are selected. */
function boundsOf({ prefix, start, end }: ListSelector): [string, string] {
  const base = orderOf(prefix);
  return [
    // A key is longer than the prefix that it is listed under.
    start === undefined ? `${base}\0` : orderOf(start),
    end === undefined ? `${base}\uffff` : orderOf(end),
  ];
}

/**
 * A string that orders keys as Deno KV does: byte strings before strings
 * before numbers, each part ended so that a prefix comes first.
 */
function orderOf(key: Key): string {
  let order = "";
  for (const part of key) {
    if (typeof part === "string") {
      order += `\u0002${bytesOf(new TextEncoder().encode(part))}\0`;
    } else if (typeof part === "number") {
      const bytes = new Uint8Array(8);
      new DataView(bytes.buffer).setFloat64(0, part);
      const negative = (bytes[0] ?? 0) >= 128;
      const ordered = bytes.map((byte, at) =>
        negative ? 255 - byte : at === 0 ? byte ^ 128 : byte
      );
      order += `\u0021${String.fromCharCode(...ordered)}`;
    } else order += `\u0001${bytesOf(part)}\0`;
  }
  return order;
}

/** One character for each byte; NUL is escaped, as it ends a part. */
function bytesOf(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    text += byte === 0 ? "\0\u00ff" : String.fromCharCode(byte);
  }
  return text;
}

function refuseAbove(
  limits: EngineLimits,
  checks: readonly Check[],
  mutations: readonly Mutation[],
): void {
  let keyBytes = 0;
  for (const mutation of mutations) {
    if (mutation.type === "delete") continue;
    const key = mutation.type === "set" ? mutation.key : mutation.prefix;
    keyBytes += keySize(key);
    const { value } = mutation;
    const size = value instanceof Uint8Array ? value.length : valueSize(value);
    // `valueSize` rounds up to twice the truth, so only certain excess is refused.
    if (size > 2 * limits.valueBytes + 100) {
      throw new EngineRefusal("Value too large");
    }
  }
  const over = checks.length > limits.checks ||
    mutations.length > limits.mutations || keyBytes > limits.keyBytes;
  if (over) throw new EngineRefusal("Too much for one commit");
}
