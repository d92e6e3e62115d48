/**
 * MKCOL, extended MKCOL and MKCALENDAR: a collection with its first
 * properties, in one commit (RFC 4918 section 9.3, RFC 5689, RFC 4791 section
 * 5.3.1).
 *
 * @module
 */

import { linkCollection } from "../../store/links.ts";
import type { CollRef } from "../../store/records.ts";
import { StoreBusy, type Transaction } from "../../store/view.ts";
import { demand, missingParent } from "../access.ts";
import { collectionRules, newComponents } from "../kinds.ts";
import { needOfMembers } from "../locks.ts";
import { checkName, isSharedName } from "../names.ts";
import type { Outcome, ResourcePath } from "../problems.ts";
import { refuse, succeed } from "../problems.ts";
import { checkChanges, draftProps, writeProps } from "../props.ts";
import {
  findMember,
  findObject,
  findShared,
  findTree,
  type TreePath,
} from "../resolve.ts";
import type { Conditions } from "../conditions.ts";
import type { CollectionResource, NewCollection, Session } from "../types.ts";
import { isHome } from "../versions.ts";
import { keysOfName } from "./entries.ts";
import { guard } from "./guard.ts";
import { enter, type OperationDeps, sessionOperation } from "./operation.ts";

/** Makes a collection; see `Service.make`. */
export async function make(
  deps: OperationDeps,
  target: { readonly session: Session | null; readonly path: ResourcePath },
  collection: NewCollection,
): Promise<Outcome<null>> {
  const entered = await enter(deps, target, "dav:bind");
  if (!entered.ok) return entered;
  const { session, path, tree, trees } = entered.value;
  const name = path.names.at(-1);
  if (name === undefined) return exists();
  const named = checkName(name);
  if (!named.ok) return named;
  const sized = checkChanges(collection.props);
  if (!sized.ok) return sized;
  const components = collection.kind === "calendar"
    ? newComponents(collection.components)
    : succeed(undefined);
  if (!components.ok) return components;
  const creation: Creation = {
    session,
    path,
    name,
    collection,
    components: components.value,
    ref: { id: deps.newId(), tree },
    now: deps.now(),
    epoch: deps.store.epoch,
    conditions: collection.conditions ?? {},
  };
  const written = await deps.store.write(
    sessionOperation(creation, trees, (tx) => decide(tx, creation)),
  );
  return written.value;
}

interface Creation {
  readonly session: Session;
  readonly path: TreePath;
  readonly name: string;
  readonly collection: NewCollection;
  readonly components: readonly string[] | undefined;
  readonly ref: CollRef;
  readonly now: number;
  readonly epoch: string;
  readonly conditions: Conditions;
}

function exists(): Outcome<never> {
  return refuse("already-exists", "There is something at this URL already");
}

function decide(tx: Transaction, creation: Creation): Outcome<null> {
  const { path, name, collection, ref, session } = creation;
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
  const free = guard(tx, creation, {
    target: undefined,
    needs: [needOfMembers(parent.ref)],
  });
  if (!free.ok) return free;
  const placed = checkPlace(collection.kind, { parent, name });
  if (!placed.ok) return placed;
  const place = { coll: ref, member: "" };
  const drafted = draftProps(new Map(), place, collection.props);
  if (!drafted.ok) return drafted;
  const { components } = creation;
  linkCollection(tx, ref, {
    place: { parent: parent.ref, name },
    record: {
      kind: collection.kind,
      created: creation.now,
      ...(components === undefined ? {} : { components }),
    },
    isNew: true,
  });
  writeProps(tx, drafted.value);
  return succeed(null);
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
