/**
 * The rows of one object, written together: entry, body, UID, tombstone, head,
 * log and totals. All operations that write objects end here, so none can
 * forget a row; `store/links.ts` removes them.
 *
 * @module
 */

import { unlinkBlob } from "../../store/blobs.ts";
import {
  accessKey,
  bodyKey,
  entryKey,
  headKey,
  memberKey,
  type RowKey,
  tombstoneKey,
  uidKey,
} from "../../store/keys.ts";
import { moveHead } from "../../store/heads.ts";
import type { CollRef, EntryRecord, ObjectFacts } from "../../store/records.ts";
import type { Transaction } from "../../store/view.ts";
import { privilegesOn } from "../access.ts";
import type { ObjectRules } from "../kinds.ts";
import type { Outcome } from "../problems.ts";
import { refuse, succeed } from "../problems.ts";
import type { CollectionResource, Session } from "../types.ts";
import { asObject } from "./found.ts";

/** Rows that decide about a name, fetched together. */
export function keysOfName(
  coll: CollRef,
  name: string,
  uid?: string,
): RowKey<unknown>[] {
  const keys: RowKey<unknown>[] = [
    entryKey(coll, name),
    memberKey(coll, name),
    tombstoneKey(coll, name),
    headKey(coll),
  ];
  if (uid !== undefined) keys.push(uidKey(coll, uid));
  return keys;
}

/**
 * Refuses a UID that another name of the collection owns, and an overwrite by
 * another UID (RFC 4791 section 5.3.2.1, RFC 6352 section 6.3.2.1). `moving`
 * names the member that is about to leave the collection.
 */
export function checkUid(
  tx: Transaction,
  parent: CollectionResource,
  object: {
    readonly session: Session;
    readonly name: string;
    readonly uid: string | undefined;
    readonly before: EntryRecord | undefined;
    readonly rules: ObjectRules;
    readonly moving?: string;
  },
): Outcome<null> {
  const { session, name, uid, before, rules, moving } = object;
  if (uid === undefined) return succeed(null);
  const owner = tx.get(uidKey(parent.ref, uid))?.value.name;
  const other = owner !== undefined && owner !== name && owner !== moving;
  // A card without UID may be given one.
  const old = before?.facts.uid;
  const changed = old !== undefined && old !== uid;
  if (!other && !changed) return succeed(null);
  const message = other
    ? "Another object of this collection has the same UID"
    : "An object cannot be replaced by one with another UID";
  const taken = other ? owner : name;
  const path = { ...parent.path, names: [...parent.path.names, taken] };
  // Nobody is told the name of what they may not read.
  return other && !mayRead(tx, { session, parent, name: owner })
    ? refuse(rules.uidConflict, message)
    : refuse(rules.uidConflict, message, path);
}

function mayRead(
  tx: Transaction,
  { session, parent, name }: {
    readonly session: Session;
    readonly parent: CollectionResource;
    readonly name: string;
  },
): boolean {
  const row = tx.get(entryKey(parent.ref, name));
  if (row === undefined) return false;
  const object = asObject({ parent, name, row });
  return privilegesOn(tx, session, object).has("dav:read");
}

/** A content to be written at a name. */
export interface NewContent {
  /** Its facts, without `stamp`: the content is new at this name. */
  readonly entry: EntryRecord;
  /** Its bytes, null where `entry.blob` says where they are. */
  readonly bytes: Uint8Array | null;
  /** What is there now. */
  readonly before: EntryRecord | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Writes an object over what is at its name. */
export function writeObject(
  tx: Transaction,
  at: { readonly coll: CollRef; readonly name: string },
  content: NewContent,
): void {
  const { coll, name } = at;
  const { entry, bytes, before, now } = content;
  tx.set(entryKey(coll, name), entry);
  if (bytes !== null) tx.set(bodyKey(coll, name), { bytes });
  else if (before !== undefined && before.blob === undefined) {
    tx.delete(bodyKey(coll, name));
  }
  if (before?.blob !== undefined) unlinkBlob(tx, before.blob, { now });
  const { uid } = entry.facts;
  const oldUid = before?.facts.uid;
  if (oldUid !== undefined && oldUid !== uid) tx.delete(uidKey(coll, oldUid));
  if (uid !== undefined) tx.set(uidKey(coll, uid), { name });
  const grave = tx.get(tombstoneKey(coll, name));
  if (grave !== undefined) tx.delete(tombstoneKey(coll, name));
  // Somebody may have been shown what was at the name, and not be shown this.
  const was = before === undefined ? grave?.value : before.facts;
  const hides = entry.facts.access !== undefined && was !== undefined &&
    was.access === undefined;
  const other = grave?.value.acl !== undefined ||
    (entry.acl === true) !== (before?.acl === true);
  if (hides || other) {
    tx.set(accessKey(coll), true);
  }
  const hidden = isPrivate(entry, entry.facts) &&
    (before === undefined || isPrivate(before, before.facts)) &&
    (grave === undefined || isPrivate(grave.value, grave.value));
  moveHead(tx, coll, { hidden });
  tx.change(coll, name, "content");
  tx.use(
    coll.tree,
    entry.size - (before?.size ?? 0),
    before === undefined ? 1 : 0,
  );
}

/** Whether only those are shown an object who are shown private ones: no ACEs of its own say more of it. */
function isPrivate(
  { acl }: { readonly acl?: unknown },
  { access }: Pick<ObjectFacts, "access">,
): boolean {
  return access !== undefined && (acl === undefined || acl === false);
}
