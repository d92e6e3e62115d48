/**
 * The ACEs that count for a resource, as they are stored: its own, then those
 * of each collection above it (RFC 3744 section 5.5).
 *
 * @module
 */

import {
  accessKey,
  aclKey,
  aclsOf,
  collKey,
  MEMBERSHIPS,
} from "../store/keys.ts";
import type { AceRecord, AclRecord, CollRef } from "../store/records.ts";
import type { View } from "../store/view.ts";
import { holdsCollections } from "./kinds.ts";
import { decodePrivileges } from "./privileges.ts";
import type { Privilege } from "./privileges.ts";
import type { ObjectResource } from "./types.ts";

/** An ACE with what it needs to be evaluated. */
export interface StoredAce extends Omit<AceRecord, "deny" | "privileges"> {
  /** True where it denies. */
  readonly deny: boolean;
  /** What it grants or denies. */
  readonly privileges: readonly Privilege[];
  /** Id of the collection whose ACL it is of. */
  readonly coll: string;
}

/** Ids of a collection and of all that it is in, from the inside. */
function idsUp(view: View, coll: CollRef): CollRef[] {
  const refs: CollRef[] = [];
  let id: string | null = coll.id;
  while (id !== null && refs.every((ref) => ref.id !== id)) {
    const ref: CollRef = { id, tree: coll.tree };
    view.need([collKey(ref), aclKey(ref, "")]);
    refs.push(ref);
    id = view.get(collKey(ref))?.value.parent ?? null;
  }
  return refs;
}

/** The ACEs of a row of the store. */
export function storedAces(
  acl: AclRecord | undefined,
  coll: string,
): StoredAce[] {
  return (acl?.aces ?? []).map((ace) => ({
    ...ace,
    deny: ace.deny === true,
    privileges: decodePrivileges(ace.privileges),
    coll,
  }));
}

/** The ACEs that count for a collection in the order of evaluation: its own, then those that it inherits, from the nearest collection on. */
export function readChain(view: View, coll: CollRef): StoredAce[] {
  return idsUp(view, coll).flatMap((ref) =>
    storedAces(view.get(aclKey(ref, ""))?.value, ref.id)
  );
}

/** The ACEs that an object has of its own. */
export function objectAces(view: View, object: ObjectResource): StoredAce[] {
  if (object.entry.acl !== true) return [];
  const { ref } = object.parent;
  return storedAces(view.get(aclKey(ref, object.name))?.value, ref.id);
}

function isAboutGroup({ who }: Pick<AceRecord, "who">): boolean {
  return who.type === "group";
}

/**
 * Stamp of the newest change of who may see what in a collection: null while
 * it is pending, undefined where there was none (DESIGN section 4.3, A(C)).
 */
export function accessStamp(
  view: View,
  coll: CollRef,
): string | null | undefined {
  const refs = idsUp(view, coll);
  view.need(refs.map(accessKey));
  const stamps = refs.map((ref) => view.get(accessKey(ref))?.stamp);
  const kind = view.get(collKey(coll))?.value.kind;
  // The ACLs of collections in it are not looked at: any of them may name a group.
  const named = (kind !== undefined && holdsCollections(kind)) ||
    readChain(view, coll).some(isAboutGroup) ||
    [...view.list(aclsOf(coll)).values()]
      .some(({ value }) => value.aces.some(isAboutGroup));
  if (named) stamps.push(view.get(MEMBERSHIPS)?.stamp);
  let newest: string | undefined;
  for (const stamp of stamps) {
    if (stamp === null) return null;
    if (stamp !== undefined && (newest === undefined || stamp > newest)) {
      newest = stamp;
    }
  }
  return newest;
}
