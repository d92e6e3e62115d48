/**
 * What both kinds of stores (one owner, many processes) are made from, and
 * what both give.
 *
 * @module
 */

import type { Engine } from "./engine.ts";
import type { Pending } from "./group.ts";
import type { StoreParts } from "./parts.ts";
import type { ReadView } from "./view.ts";

/** What a store is made from. */
export interface StoreOptions {
  /** Where rows live. */
  readonly engine: Engine;
  /** The decisions its correctness hangs on. */
  readonly parts: StoreParts;
  /** Clock, epoch milliseconds. */
  readonly now: () => number;
  /** Bytes of rows kept in memory. */
  readonly cacheBytes: number;
  /** Operations that may wait. */
  readonly maxQueue: number;
  /** Waits before another try, longer after more `tries`, with jitter. */
  readonly pause: (tries: number) => Promise<void>;
  /** Told of every tree that a commit of this process changed. */
  readonly committed: (tree: string) => void;
  /** Told of what somebody should look at. */
  readonly log: ((message: string, error: unknown) => void) | undefined;
}

/** A store for one owner, or for one process of many. */
export interface StoreMode {
  /** Makes an answer from one version of each tree. */
  read<T>(reader: (view: ReadView) => T): Promise<T>;
  /** Takes an operation. */
  submit(pending: Pending): void;
  /** Waits until nothing is under way. */
  drain(): Promise<void>;
}
