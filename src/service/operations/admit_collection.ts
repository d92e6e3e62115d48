/**
 * Whether a new collection may be at a path: asked by what makes one at once
 * and by what links one that was built unseen.
 *
 * @module
 */

import type { CollRef } from "../../store/records.ts";
import { StoreBusy, type Transaction } from "../../store/view.ts";
import { demand, missingParent } from "../authorise.ts";
import { collectionRules, isHome } from "../kinds.ts";
import { needOfMembers } from "../locks.ts";
import { checkName, isSharedName } from "../names.ts";
import type { Outcome } from "../problems.ts";
import { refuse, succeed } from "../problems.ts";
import { draftProps, type PropDraft } from "../props.ts";
import {
  findMember,
  findObject,
  findShared,
  findTree,
  type TreePath,
} from "../resolve.ts";
import type { CollectionResource, NewCollection } from "../types.ts";
import { keysOfName } from "./entries.ts";
import { type Attempt, guard } from "./guard.ts";

/** A collection that somebody would have at a path. */
export interface WantedCollection extends Attempt {
  /** Where. */
  readonly path: TreePath;
  /** What it is. */
  readonly kind: NewCollection["kind"];
  /** What it is called inside. */
  readonly ref: CollRef;
  /** Its first properties. */
  readonly props: NewCollection["props"];
}

/** Where a new collection is linked, and what is written of its properties. */
export interface AdmittedCollection {
  /** Its parent and its name there. */
  readonly place: { readonly parent: CollRef; readonly name: string };
  /** Its properties. */
  readonly drafted: PropDraft;
}

/** Says whether a session may have a new collection at a path, however it comes to be; changes nothing. */
export function admitCollection(
  tx: Transaction,
  wanted: WantedCollection,
): Outcome<AdmittedCollection> {
  const { session, path, kind, ref } = wanted;
  const name = path.names.at(-1);
  if (name === undefined) return exists();
  const named = checkName(name);
  if (!named.ok) return named;
  const found = findTree(tx, { ...path, names: path.names.slice(0, -1) });
  if (found?.type !== "collection") {
    return missingParent(tx, session, { path, privilege: "dav:bind" });
  }
  const parent = found.collection;
  // At a name that a home keeps for a share nothing is made, and the tree that
  // it leads to is another; else the path leads elsewhere by now.
  const isKept = isHome(parent) && isSharedName(name);
  if (!isKept && parent.ref.tree !== ref.tree) {
    throw new StoreBusy("The place has moved");
  }
  tx.need(keysOfName(parent.ref, name));
  const allowed = demand(tx, session, {
    resource: parent,
    privilege: "dav:bind",
  });
  if (!allowed.ok) return allowed;
  if (
    findMember(tx, parent, name) !== undefined ||
    findShared(tx, parent, name) !== undefined ||
    findObject(tx, parent, name) !== undefined
  ) return exists();
  const free = guard(tx, wanted, {
    target: undefined,
    needs: [needOfMembers(parent.ref)],
  });
  if (!free.ok) return free;
  const placed = checkPlace(kind, { parent, name });
  if (!placed.ok) return placed;
  const inside = { coll: ref, member: "" };
  const drafted = draftProps(new Map(), inside, wanted.props);
  if (!drafted.ok) return drafted;
  const place = { parent: parent.ref, name };
  return succeed({ place, drafted: drafted.value });
}

function exists(): Outcome<never> {
  return refuse("already-exists", "There is something at this URL already");
}

/** Refuses a kind of collection where its place is not (RFC 4791 section 5.3.1.1, RFC 6352 section 6.3.1.1). */
export function checkPlace(
  kind: CollectionResource["kind"],
  place: { readonly parent: CollectionResource; readonly name: string },
): Outcome<null> {
  const { parent, name } = place;
  const { within, misplaced } = collectionRules(kind);
  if (isHome(parent) && isSharedName(name)) {
    return refuse(misplaced, "This name is kept for what others share");
  }
  if (within.includes(parent.kind)) return succeed(null);
  return refuse(
    misplaced,
    `A collection of kind ${kind} cannot be in one of kind ${parent.kind}`,
  );
}
