/**
 * The private signals by which a view leaves a reader or an operation.
 * Nothing outside the store knows or catches them.
 *
 * @module
 */

import type { ListKey, RowKey } from "./keys.ts";
import type { BlobRef, CollRef } from "./records.ts";

/** A log that is wanted from a stamp on. */
export interface LogWish {
  /** Id of the tree. */
  readonly tree: string;
  /** Everything above this versionstamp. */
  readonly since: string;
}

/** What is not at hand. */
export interface Wish {
  /** Single rows. */
  readonly rows: readonly RowKey<unknown>[];
  /** Small lists. */
  readonly lists: readonly ListKey<unknown>[];
  /** Maps of collections. */
  readonly maps: readonly CollRef[];
  /** Parts of logs. */
  readonly logs: readonly LogWish[];
  /** Large bodies. */
  readonly blobs: readonly BlobRef[];
}

const NOTHING: Wish = { rows: [], lists: [], maps: [], logs: [], blobs: [] };

/** The function ran into something that is not in memory: fetch it, run it again. */
export class Missing extends Error {
  /** The class's name, for logs. */
  override readonly name = "Missing";
  /** What to fetch. */
  readonly wish: Wish;

  /** Names what is missing. */
  constructor(wish: Partial<Wish>) {
    super("A row is not in memory yet");
    this.wish = { ...NOTHING, ...wish };
  }
}

/** The function has worked for long: others get their turn, then it is run again. */
export class Paused extends Error {
  /** The class's name, for logs. */
  override readonly name = "Paused";
}

/** Gives everything else that waits a turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** The operation would write a name that its group has written already: next group. */
export class Deferred extends Error {
  /** The class's name, for logs. */
  override readonly name = "Deferred";
}
