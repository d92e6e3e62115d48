/**
 * The rows by which collections hang together: linking, unlinking and
 * relinking, each in one operation.
 *
 * @module
 */

import {
  accessKey,
  collKey,
  headKey,
  jobKey,
  memberKey,
  tombstoneKey,
} from "../../store/keys.ts";
import type { CollRecord, CollRef } from "../../store/records.ts";
import type { Transaction } from "../../store/view.ts";
import type { CollectionResource } from "../types.ts";

/** A name in a collection. */
export interface Place {
  /** The collection. */
  readonly parent: CollRef;
  /** The name. */
  readonly name: string;
}

/** Notes that a collection was linked or unlinked at a name. */
function noteLink(tx: Transaction, at: Place): void {
  tx.set(headKey(at.parent), true);
  tx.change(at.parent, at.name, "structure");
}

/** Links a collection at a name that nothing else has; the caller writes the row of the collection. */
export function linkCollection(
  tx: Transaction,
  at: Place,
  coll: CollRef,
): void {
  tx.set(memberKey(at.parent, at.name), { coll: coll.id });
  const grave = tombstoneKey(at.parent, at.name);
  if (tx.get(grave) !== undefined) tx.delete(grave);
  tx.change(coll, "", "structure");
  noteLink(tx, at);
}

/** What is left at the name of a collection that goes away. */
export interface Unlinking {
  /** Epoch milliseconds. */
  readonly now: number;
  /** True where something else takes the name in the same commit: no tombstone. */
  readonly replaced?: boolean;
}

/** The collection that a linked one hangs in, undefined for roots. */
export function placeOf(collection: CollectionResource): Place | undefined {
  const { row, ref } = collection;
  if (row.parent === null) return undefined;
  return { parent: { id: row.parent, tree: ref.tree }, name: row.name };
}

function takeFrom(tx: Transaction, at: Place, unlinking: Unlinking): void {
  if (unlinking.replaced !== true) {
    tx.delete(memberKey(at.parent, at.name));
    tx.set(tombstoneKey(at.parent, at.name), {
      deleted: unlinking.now,
      collection: true,
    });
  }
  noteLink(tx, at);
}

/**
 * Takes a collection with all that is in it out of the tree; a job removes the
 * contents and gives back what they used. With `replaced` the caller deletes or
 * overwrites the member's row.
 */
export function unlinkCollection(
  tx: Transaction,
  collection: CollectionResource,
  unlinking: Unlinking,
): void {
  const { ref, row } = collection;
  const at = placeOf(collection);
  if (at === undefined) throw new TypeError("A root cannot be unlinked");
  takeFrom(tx, at, unlinking);
  tx.set<CollRecord>(collKey(ref), { ...row, state: "unlinked" });
  tx.change(ref, "", "structure");
  // A collection is unlinked once, so its id can name the job.
  tx.set(jobKey(`reap-${ref.id}`), {
    work: { kind: "reap", tree: ref.tree, root: ref.id },
    holder: "",
    lease: 0,
    notBefore: 0,
  });
}

/** Hangs a collection into another place of its tree; its contents and tokens stay what they are. */
export function relinkCollection(
  tx: Transaction,
  collection: CollectionResource,
  options: { readonly to: Place; readonly now: number },
): void {
  const { ref, row } = collection;
  const { to, now } = options;
  const from = placeOf(collection);
  if (from === undefined) throw new TypeError("A root cannot be moved");
  takeFrom(tx, from, { now });
  tx.set<CollRecord>(collKey(ref), {
    ...row,
    parent: to.parent.id,
    name: to.name,
  });
  tx.set(accessKey(ref), true);
  linkCollection(tx, to, ref);
}
