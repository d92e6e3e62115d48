/**
 * What `check` gathers while it walks over the store: everything but objects
 * is small enough to be kept, objects are looked at page by page.
 *
 * @module
 */

import type { Engine, EngineRow, Key } from "./engine.ts";
import { after } from "./owner_lists.ts";
import type { CollRecord, CollRef, JobRecord, TreeRecord } from "./records.ts";

/** Something that is wrong. */
export interface Finding {
  /** The row, or the row that is missing, as a readable key. */
  readonly key: string;
  /** What is wrong with it, as a sentence. */
  readonly message: string;
}

/** How a collection hangs together with the rest. */
export type Reach =
  /** A path leads to it. */
  | "live"
  /** It was unlinked, and a job reaps it. */
  | "dead"
  /** It is being built, or was given up while it was, and a job knows of it. */
  | "unseen"
  /** Nothing leads to it. */
  | "lost";

/** A collection. */
export interface CheckedColl {
  /** Its row. */
  readonly record: CollRecord;
  /** How it hangs together with the rest. */
  reach: Reach;
  /** Ids of the collections linked in it, by name. */
  readonly members: Map<string, string>;
  /** Versionstamp of its head. */
  head: string | undefined;
}

/** Who a large body belongs to. */
export interface BlobOwner {
  /** The owning row as a readable key. */
  readonly key: string;
  /** Number of chunks; undefined while it is being written or removed. */
  readonly chunks: number | undefined;
  /** Bytes and hex SHA-256; undefined where nothing says. */
  readonly content:
    | { readonly size: number; readonly digest: string }
    | undefined;
}

/** A row of a collection that exists. */
export interface PlacedRow {
  /** The row. */
  readonly row: EngineRow;
  /** The collection. */
  readonly ref: CollRef;
  /** What is known of it. */
  readonly coll: CheckedColl;
  /** The third part of the key: the name of a member, mostly. */
  readonly name: string;
}

/** What is known so far. */
export interface CheckState {
  /** The store. */
  readonly engine: Engine;
  /** Trees by id. */
  readonly trees: Map<string, { record: TreeRecord; stamp: string }>;
  /** Collections by id. */
  readonly colls: Map<string, CheckedColl>;
  /** Jobs by id. */
  readonly jobs: Map<string, JobRecord>;
  /** Owners of large bodies, by the id of the body. */
  readonly blobs: Map<string, BlobOwner>;
  /** Objects that say that they have properties, as `coll\0name`; the pass over the properties empties it. */
  readonly flagged: Set<string>;
  /** The same of objects that say that they have an ACL. */
  readonly withAcl: Set<string>;
  /** What each id of an account or group is. */
  readonly principals: Map<string, "user" | "group">;
  /** Bytes and objects found in each tree. */
  readonly sums: Map<string, { bytes: number; objects: number }>;
}

/** Nothing is known yet. */
export function createCheckState(engine: Engine): CheckState {
  return {
    engine,
    trees: new Map(),
    colls: new Map(),
    jobs: new Map(),
    blobs: new Map(),
    flagged: new Set(),
    withAcl: new Set(),
    principals: new Map(),
    sums: new Map(),
  };
}

/** A key as people read it. */
export function showKey(key: Key): string {
  return key.map((part) =>
    typeof part === "string" ? JSON.stringify(part).slice(1, -1) : String(part)
  ).join(" ");
}

/** Something wrong with a row. */
export function found(key: Key, message: string): Finding {
  return { key: showKey(key), message };
}

/** All rows below a prefix, page by page; `most` of them at once where values are large. */
export async function* rowsBelow(
  engine: Engine,
  prefix: Key,
  most = engine.limits.list,
): AsyncGenerator<EngineRow> {
  const limit = Math.min(most, engine.limits.list);
  let start: Key | undefined;
  while (true) {
    const rows = await engine.list(
      start === undefined ? { prefix } : { prefix, start },
      { limit },
    );
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < limit) return;
    start = after(last.key);
  }
}

/** Rows in groups, to look others up together. */
export async function* inGroups(
  rows: AsyncIterable<EngineRow>,
  size: number,
): AsyncGenerator<EngineRow[]> {
  let group: EngineRow[] = [];
  for await (const row of rows) {
    group.push(row);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** One part of a key as text. */
export function partOf(row: EngineRow, at: number): string {
  return String(row.key[at] ?? "");
}

/** Whether a row that was looked up exists. */
export function isThere(row: EngineRow | undefined): row is EngineRow {
  return row !== undefined && row.versionstamp !== null;
}

/** Looks rows up at keys, in the order of the keys. */
export async function lookUp(
  state: CheckState,
  keys: readonly Key[],
): Promise<EngineRow[]> {
  const rows: EngineRow[] = [];
  const { getMany } = state.engine.limits;
  for (let at = 0; at < keys.length; at += getMany) {
    rows.push(...await state.engine.getMany(keys.slice(at, at + getMany)));
  }
  return rows;
}
