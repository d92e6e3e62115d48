/**
 * The rows that make a collection reachable, and those that take an object or
 * a collection out of sight: the same few for DELETE, MOVE, COPY and import.
 *
 * @module
 */

import { moveHead } from "./heads.ts";
import { unlinkBlob } from "./blobs.ts";
import {
  accessKey,
  aclKey,
  bodyKey,
  collKey,
  entryKey,
  headKey,
  jobKey,
  memberKey,
  propsOf,
  tombstoneKey,
  uidKey,
} from "./keys.ts";
import { endLocksAt, endLocksBelow } from "./locks.ts";
import type {
  AclRecord,
  CollRecord,
  CollRef,
  EntryRecord,
  TombstoneRecord,
} from "./records.ts";
import type { Transaction } from "./view.ts";

/** Where a collection is linked. */
export interface LinkPlace {
  /** The collection that it is linked in. */
  readonly parent: CollRef;
  /** The name that it is linked at. */
  readonly name: string;
}

/** The clock, which is an input of every operation. */
export interface LinkClock {
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * Links a collection at a name where nothing is: a new one (whose head it
 * sets), or one that `detachCollection` took from another place of its tree.
 */
export function linkCollection(
  tx: Transaction,
  ref: CollRef,
  link: {
    readonly place: LinkPlace;
    readonly record: Omit<CollRecord, "parent" | "name" | "state" | "tree">;
    readonly isNew: boolean;
  },
): void {
  const { parent, name } = link.place;
  const grave = tx.get(tombstoneKey(parent, name));
  const acl = link.isNew ? undefined : tx.get(aclKey(ref, ""));
  // Somebody may have seen what was at the name, and not see this.
  if (grave?.value.acl !== undefined || acl !== undefined) {
    tx.set(accessKey(parent), true);
  }
  tx.set(collKey(ref), {
    ...link.record,
    tree: ref.tree,
    parent: parent.id,
    name,
    state: "live",
  });
  tx.set(memberKey(parent, name), { coll: ref.id });
  tx.delete(tombstoneKey(parent, name));
  tx.set(headKey(parent), true);
  if (link.isNew) tx.set(headKey(ref), true);
  else {
    // What decides about it on its new path is newer than any token.
    tx.set(accessKey(ref), true);
  }
  noteLink(tx, ref, link.place);
}

/** Takes a live collection from its name, to be linked elsewhere in its tree in the same operation. */
export function detachCollection(
  tx: Transaction,
  ref: CollRef,
  clock: LinkClock,
): CollRecord {
  const row = tx.get(collKey(ref));
  if (row === undefined || row.value.parent === null) {
    throw new TypeError("Cannot unlink what is not linked");
  }
  const place = {
    parent: { id: row.value.parent, tree: ref.tree },
    name: row.value.name,
  };
  tx.delete(memberKey(place.parent, place.name));
  const acl = tx.get(aclKey(ref, ""))?.value;
  tx.set(tombstoneKey(place.parent, place.name), {
    deleted: clock.now,
    collection: true,
    ...(acl === undefined ? {} : { acl }),
  });
  tx.set(headKey(place.parent), true);
  endLocksBelow(tx, ref);
  noteLink(tx, ref, place);
  return row.value;
}

/** Unlinks a live collection with all that is below; a job reaps it. Kick the jobs afterwards. */
export function unlinkCollection(
  tx: Transaction,
  ref: CollRef,
  clock: LinkClock,
): void {
  const record = detachCollection(tx, ref, clock);
  tx.set(collKey(ref), { ...record, state: "unlinked" });
  tx.set(jobKey(`reap-${ref.id}`), {
    work: { kind: "reap", tree: ref.tree, root: ref.id },
    holder: "",
    lease: 0,
    notBefore: clock.now,
  });
}

/**
 * Removes an object with all that belongs to it; false where there is none.
 * With `moved` its large body has a new owner and stays; with `access` it
 * counts as of that class, which its facts may be too old to tell.
 */
export function unlinkObject(
  tx: Transaction,
  place: LinkPlace,
  clock: LinkClock & {
    readonly moved?: boolean;
    readonly access?: TombstoneRecord["access"];
  },
): boolean {
  const { parent, name } = place;
  const row = tx.get(entryKey(parent, name));
  if (row === undefined) return false;
  const entry: EntryRecord = row.value;
  dropProps(tx, place, entry);
  const acl = dropAcl(tx, place, entry);
  const access = clock.access ?? entry.facts.access;
  tx.delete(entryKey(parent, name));
  if (entry.blob === undefined) tx.delete(bodyKey(parent, name));
  else if (clock.moved !== true) unlinkBlob(tx, entry.blob, clock);
  if (entry.facts.uid !== undefined) {
    tx.delete(uidKey(parent, entry.facts.uid));
  }
  tx.set(tombstoneKey(parent, name), {
    deleted: clock.now,
    ...(acl === undefined ? {} : { acl }),
    ...(access === undefined ? {} : { access }),
  });
  moveHead(tx, parent, { hidden: access !== undefined && acl === undefined });
  endLocksAt(tx, parent, name);
  tx.change(parent, name, "content");
  tx.use(parent.tree, -entry.size, -1);
  return true;
}

/** Removes the properties of an object. */
export function dropProps(
  tx: Transaction,
  place: LinkPlace,
  entry: EntryRecord,
): void {
  if (entry.props !== true) return;
  const { parent, name } = place;
  const props = propsOf(parent, name);
  for (const last of tx.list(props).keys()) tx.delete(props.at(last));
  // Other processes keep lists of properties as structure.
  tx.change(parent, name, "other");
}

/** Removes the ACL that an object has of its own, and gives it. */
export function dropAcl(
  tx: Transaction,
  place: LinkPlace,
  entry: EntryRecord,
): AclRecord | undefined {
  if (entry.acl !== true) return undefined;
  const key = aclKey(place.parent, place.name);
  const acl = tx.get(key)?.value;
  tx.delete(key);
  tx.change(place.parent, place.name, "access");
  return acl;
}

/** Clears a name, whatever is there; false where nothing was. */
export function clearName(
  tx: Transaction,
  place: LinkPlace,
  clock: LinkClock,
): boolean {
  const member = tx.get(memberKey(place.parent, place.name));
  if (member === undefined) return unlinkObject(tx, place, clock);
  unlinkCollection(
    tx,
    { id: member.value.coll, tree: place.parent.tree },
    clock,
  );
  return true;
}

function noteLink(tx: Transaction, ref: CollRef, place: LinkPlace): void {
  tx.change(place.parent, place.name, "structure");
  tx.change(ref, "", "structure");
}
