/**
 * What code above the store sees of it: views to read from, transactions to
 * decide in, operations to submit (DESIGN section 4.2).
 *
 * Readers and operations are synchronous functions of a state. Where a row
 * is not at hand the view throws a private signal: the function is left
 * without effect, the row is fetched, and the function is run again from the
 * start. So neither may have effects of its own, and neither may catch what it
 * does not know.
 *
 * @module
 */

import type { ListKey, RowKey } from "./keys.ts";
import type {
  BlobRef,
  ChangeKind,
  CollRef,
  EntryRecord,
  JobRecord,
  TombstoneRecord,
} from "./records.ts";

/** A row; `stamp` is its versionstamp, null while the commit that makes it is pending. */
export interface Row<T> {
  /** The value; never changed in place. */
  readonly value: T;
  /** 20 hex digits, or null: equal to no ETag and no token. */
  readonly stamp: string | null;
}

/** Rows of one version of each tree. */
export interface View {
  /** The row at a key, undefined where there is none. */
  get<T>(key: RowKey<T>): Row<T> | undefined;
  /** Makes sure that these rows and small lists are at hand, fetching all that are not in one go. */
  need(
    keys: readonly RowKey<unknown>[],
    lists?: readonly ListKey<unknown>[],
  ): void;
  /** A whole small list, by the last part of each key. */
  list<T>(list: ListKey<T>): ReadonlyMap<string, Row<T>>;
}

/** One object in a map. */
export interface MapMember {
  /** Its name in the collection. */
  readonly name: string;
  /** Versionstamp of the last change of its content. */
  readonly stamp: string;
  /** Its facts. */
  readonly entry: EntryRecord;
}

/** One step of a collection's history as a sync client sees it. */
export interface MapChange {
  /** Name of the member. */
  readonly name: string;
  /** Stamp of its present content, or of its tombstone. */
  readonly stamp: string;
  /** The object, absent where the member is gone. */
  readonly entry?: EntryRecord;
  /** The tombstone where it is gone. */
  readonly gone?: TombstoneRecord;
}

/** All objects of one collection at one version, held in memory. */
export interface CollectionMap {
  /** Number of objects. */
  readonly size: number;
  /** One object. */
  get(name: string): MapMember | undefined;
  /** All objects in the order of their names. */
  members(): readonly MapMember[];
  /** Objects and tombstones behind a position, ordered by stamp, then by name. */
  since(stamp: string, name: string): Iterable<MapChange>;
  /** Objects that may happen in the range, by their facts. */
  between(query: TimeQuery): Iterable<MapMember>;
  /** Objects whose facts are of an older version than this; newer ones are another process's, which knows more. */
  outdated(version: number): Iterable<MapMember>;
}

/** What a time index is asked. */
export interface TimeQuery {
  /** First instant of the range, epoch milliseconds, null for the beginning of time. */
  readonly start: number | null;
  /** Its last, null for the end of time. */
  readonly end: number | null;
  /** Version of the facts that can be trusted: objects with other ones may always happen. */
  readonly version: number;
}

/** A view that answers are made from. */
export interface ReadView extends View {
  /** The map of a collection. */
  map(coll: CollRef): CollectionMap;
  /**
   * Names whose content changed in a collection after a stamp, from the log;
   * undefined where the log no longer reaches back so far: use the map.
   */
  changedSince(coll: CollRef, stamp: string): ReadonlySet<string> | undefined;
  /** The bytes of a large body (immutable). */
  blob(ref: BlobRef): Uint8Array;
  /**
   * Leaves the reader so that other requests get a turn; then it is run again
   * from the start, with this same view. What it has worked out it may keep
   * beside the view, by what that is a function of: the state may be another.
   */
  pause(): never;
}

/** A view that an operation decides in and makes its changes to. */
export interface Transaction extends View {
  /** Writes a row. */
  set<T>(key: RowKey<T>, value: T): void;
  /** Removes a row. */
  delete(key: RowKey<unknown>): void;
  /** Notes for the log what changed; every changed row of a collection needs such a note. */
  change(coll: CollRef, name: string, kind: ChangeKind): void;
  /** Adds to what a tree uses. */
  use(tree: string, bytes: number, objects: number): void;
  /** Makes the commit depend on the version of a job's row. */
  checkJob(key: RowKey<JobRecord>, stamp: string): void;
}

/** A change of the store, decided by a synchronous function. */
export interface Operation<T> {
  /** Trees that it reads or changes; the principals' tree always comes along. */
  readonly trees: readonly string[];
  /** Decides and changes; its answer is given once it is durable. Run as often as it takes. */
  run(tx: Transaction): T;
}

/** The answer of an operation. */
export interface Written<T> {
  /** What `run` returned. */
  readonly value: T;
  /** Versionstamp of its commit; null where it neither changed anything nor saw what its commit makes durable. */
  readonly stamp: string | null;
}

/** Thrown where the store has too much to do, or a state keeps moving: try again later (503). */
export class StoreBusy extends Error {
  /** The class's name, for logs. */
  override readonly name = "StoreBusy";
}

/** The store as everything above it uses it. */
export interface Store {
  /** Random id that is part of every ETag and token; changes when a backup is restored. */
  readonly epoch: string;
  /** Makes an answer from one version of each tree. Throws what `reader` throws, and StoreBusy. */
  read<T>(reader: (view: ReadView) => T): Promise<T>;
  /** Runs an operation and answers when it is durable. Throws what `run` throws, and StoreBusy. */
  write<T>(operation: Operation<T>): Promise<Written<T>>;
}
