/**
 * First parts of keys: what `check`, migrations and reapers walk over as a
 * whole. `keys.ts` has the keys of single rows.
 *
 * @module
 */

import type { Key } from "./engine.ts";
import type { RowKey } from "./keys.ts";
import type { CollRef } from "./records.ts";

/** All trees, for `check` and migrations only. */
export const TREES: Key = ["tree"];

/** All that leads to shared collections, for `check`. */
export const GRANTS: Key = ["grant"];

/** All collections, for `check` only. */
export const COLLS: Key = ["coll"];

/** All names of groups, for `check`. */
export const GROUP_NAMES: Key = ["group_name"];

/** Every prefix that rows of one collection live under: what a reaper clears. */
export const COLL_PREFIXES = [
  "entry",
  "body",
  "uid",
  "tombstone",
  "prop",
  "acl",
  "member",
  "version",
  "lock",
  "view",
] as const;

/** Rows of one collection under one of `COLL_PREFIXES`. */
export function collRows(
  prefix: typeof COLL_PREFIXES[number],
  coll: string,
): Key {
  return [prefix, coll];
}

/** A row that a listing of one of `COLL_PREFIXES` gave. */
export function listedKey(coll: CollRef, parts: Key): RowKey<unknown> {
  return { parts, text: parts.join("\0"), tree: coll.tree, coll: coll.id };
}

/** Prefixes that only `check` and migrations walk over as a whole. */
export const HEADS: Key = ["head"];

/** All rows that say when access changed. */
export const ACCESSES: Key = ["access"];

/** All links. */
export const MEMBERS: Key = ["member"];

/** All sign-in names. */
export const LOGINS: Key = ["login"];

/** All logs. */
export const LOGS: Key = ["log"];

/** Every first part that a key may have. */
export const PREFIXES: ReadonlySet<string> = new Set([
  ...COLL_PREFIXES,
  "meta",
  "user",
  "login",
  "group",
  "group_name",
  "group_member",
  "membership",
  "memberships",
  "grant",
  "tree",
  "log",
  "log_floor",
  "coll",
  "head",
  "access",
  "blob",
  "job",
]);
