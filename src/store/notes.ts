/**
 * What other processes have to be told of rows that they may keep in memory.
 * Operations note in the log what changed; what one forgets is added here, so
 * that no forgotten note can leave somebody with an old row.
 *
 * @module
 */

import { NO_TREE, type RowKey } from "./keys.ts";
import { lastPart } from "./owner_lists.ts";
import type { Change } from "./records.ts";
import type { Draft } from "./views.ts";

/** Kinds of rows that one of many processes keeps between operations. */
const STRUCTURE: ReadonlySet<string> = new Set([
  "coll",
  "member",
  "prop",
  "user",
  "login",
  "access",
  "acl",
  "view",
  "group",
  "group_name",
  "group_member",
  "membership",
  "memberships",
  "grant",
]);

/** Kinds of rows that are only ever read as lists, which are kept likewise. */
const LISTED: ReadonlySet<string> = new Set(["lock"]);

/** Kinds of rows that maps hold. */
const MAPPED: ReadonlySet<string> = new Set(["entry", "tombstone"]);

/** True for rows that a tree keeps in memory. */
export function isStructure(key: RowKey<unknown>): boolean {
  return STRUCTURE.has(String(key.parts[0]));
}

/** True where a change may have touched rows that are kept as structure. */
export function touchesStructure(change: Change): boolean {
  return change.kind !== "content";
}

/** Adds the notes that an operation's rows need and that it did not make itself. */
export function completeNotes(draft: Draft): void {
  // A note of a whole collection is that of a reaper: nobody sees its members.
  complete(
    draft,
    MAPPED,
    (key, change) => change.name === "" || change.name === lastPart(key.parts),
  );
  complete(draft, STRUCTURE, (_, change) => touchesStructure(change));
  complete(draft, LISTED, (_, change) => touchesStructure(change));
}

/** Notes a row of these kinds unless a change of its collection tells of it. */
function complete(
  draft: Draft,
  kinds: ReadonlySet<string>,
  tells: (key: RowKey<unknown>, change: Change) => boolean,
): void {
  for (const { key } of draft.writes.values()) {
    const { coll } = key;
    if (coll === undefined || key.tree === NO_TREE) continue;
    if (!kinds.has(String(key.parts[0]))) continue;
    const changes = draft.changes.get(key.tree) ?? [];
    if (changes.some((one) => one.coll === coll && tells(key, one))) continue;
    const name = kinds === MAPPED ? lastPart(key.parts) : "";
    changes.push({ coll, name, kind: "other" });
    draft.changes.set(key.tree, changes);
  }
}
