/**
 * The narrow face of an ordered, transactional key-value store: all that the
 * rest of `store` needs of Deno KV, so that another one can stand in.
 *
 * @module
 */

/** One part of a key; parts order as Deno KV orders them. */
export type KeyPart = string | number | Uint8Array;

/** A key: parts from the most general to the most special. */
export type Key = readonly KeyPart[];

/** A row as the engine gives it; `versionstamp` is null where there is none. */
export interface EngineRow {
  /** The key that was asked for. */
  readonly key: Key;
  /** The value, null where there is no row. */
  readonly value: unknown;
  /** 20 hex digits that order commits, or null where there is no row. */
  readonly versionstamp: string | null;
}

/** A row that must still have this versionstamp (null: must not exist). */
export interface Check {
  /** The row's key. */
  readonly key: Key;
  /** The versionstamp that the decision was made on. */
  readonly versionstamp: string | null;
}

/** A change that a commit makes. `append` adds the commit's own versionstamp as last key part. */
export type Mutation =
  | { readonly type: "set"; readonly key: Key; readonly value: unknown }
  | { readonly type: "delete"; readonly key: Key }
  | { readonly type: "append"; readonly prefix: Key; readonly value: unknown };

/** What one commit, value or read may hold; see `docs/adr` on the store. */
export interface EngineLimits {
  /** Checks in one commit. */
  readonly checks: number;
  /** Mutations in one commit. */
  readonly mutations: number;
  /** Bytes of one commit: keys of sets twice, keys of checks once, values. */
  readonly bytes: number;
  /** Bytes of all keys that one commit sets. */
  readonly keyBytes: number;
  /** Bytes of one encoded value. */
  readonly valueBytes: number;
  /** Keys in one `getMany`. */
  readonly getMany: number;
  /** Rows in one `list` page, which is one snapshot. */
  readonly list: number;
}

/** What a commit answered: done at this versionstamp, or a check failed (or, on a network, nobody knows). */
export type CommitResult =
  | { readonly ok: true; readonly versionstamp: string }
  | { readonly ok: false };

/** The part of the key space that `list` walks; `start` is inclusive, `end` exclusive. */
export interface ListSelector {
  /** Only keys that begin with these parts, and are longer. */
  readonly prefix: Key;
  /** First key, from the prefix's own first when absent. */
  readonly start?: Key;
  /** Key behind the last one. */
  readonly end?: Key;
}

/** Thrown by `commit` when nothing was written for certain, because a limit or type refused it. */
export class EngineRefusal extends Error {
  /** The class's name, for logs. */
  override readonly name = "EngineRefusal";
}

/** An ordered transactional store. */
export interface Engine {
  /** What it can take at once. */
  readonly limits: EngineLimits;
  /** True where other processes may write to the same rows. */
  readonly shared: boolean;
  /** Rows at these keys, at most `limits.getMany`, all of one snapshot. */
  getMany(keys: readonly Key[]): Promise<EngineRow[]>;
  /** One page of rows in key order, at most `limit` (and `limits.list`), all of one snapshot. */
  list(
    selector: ListSelector,
    options?: { limit?: number; reverse?: boolean },
  ): Promise<EngineRow[]>;
  /**
   * Makes all mutations if all checks hold.
   *
   * @throws {EngineRefusal} nothing was written.
   * @throws anything else: whether it was written is unknown.
   */
  commit(
    checks: readonly Check[],
    mutations: readonly Mutation[],
  ): Promise<CommitResult>;
  /** Frees what it holds. */
  close(): void;
}
