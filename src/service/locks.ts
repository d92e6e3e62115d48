/**
 * Write locks as the service sees them: which lock holds what (RFC 4918
 * sections 6 and 7), and the one function that every change asks before it is
 * made.
 *
 * @module
 */

import { collKey } from "../store/keys.ts";
import { type HeldLock, listLocks, locksBelow } from "../store/locks.ts";
import type { CollRef } from "../store/records.ts";
import type { View } from "../store/view.ts";
import { privilegesOn } from "./access.ts";
import { asResource } from "./operations/found.ts";
import { collectionPath } from "./places.ts";
import type { Outcome, ProblemName } from "./problems.ts";
import { refuse, succeed } from "./problems.ts";
import { findTree, type Found, type TreePath } from "./resolve.ts";
import type { ActiveLock } from "./lock_types.ts";
import type { Conditions } from "./conditions.ts";
import type { Session } from "./types.ts";

/** What a lock can be on: a collection (`name` ""), or a name in one. */
export interface LockPlace {
  /** The collection. */
  readonly coll: CollRef;
  /** Name of the member. */
  readonly name: string;
}

/** What a change touches. */
export interface LockNeed {
  /** The resource that is changed. */
  readonly place: LockPlace;
  /** Whether all that is below it is changed, too. */
  readonly below: boolean;
}

/** Who asks, when, and with which tokens. */
export interface LockScope {
  /** Who: a token counts only for the account that its lock was granted to. */
  readonly session: Session;
  /** Tokens that the request submits. */
  readonly tokens: ReadonlySet<string>;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The state token that no resource ever has (RFC 4918 section 10.4.8). */
const NO_LOCK = "DAV:no-lock";

/** State tokens anywhere in the `If` header: those count as submitted (RFC 4918 section 10.4.1). */
export function submittedTokens(conditions: Conditions): ReadonlySet<string> {
  const tokens = (conditions.lists ?? []).flatMap((list) =>
    list.conditions.flatMap(({ type, value }) => type === "token" ? value : [])
  );
  return new Set(tokens.filter((token) => token !== NO_LOCK));
}

/** Where something that was found is. */
export function placeOf(found: Found): LockPlace {
  if (found.type === "collection") {
    return { coll: found.collection.ref, name: "" };
  }
  return { coll: found.object.parent.ref, name: found.object.name };
}

/** The needs of a change of one resource alone. */
export function needOf(found: Found): LockNeed {
  return { place: placeOf(found), below: false };
}

/** The needs of a member that comes or goes: they are its collection's (RFC 4918 section 7.4). */
export function needOfMembers(coll: CollRef): LockNeed {
  return { place: { coll, name: "" }, below: false };
}

/** The needs of something that leaves its place with all that it holds. */
export function needsOfRemoval(found: Found): LockNeed[] {
  const need = { place: placeOf(found), below: true };
  if (found.type === "object") {
    return [need, needOfMembers(found.object.parent.ref)];
  }
  const { ref, row } = found.collection;
  return row.parent === null
    ? [need]
    : [need, needOfMembers({ id: row.parent, tree: ref.tree })];
}

/** Locks of a tree that have not ended. */
export function liveLocks(view: View, tree: string, now: number): HeldLock[] {
  return listLocks(view, tree).filter(({ record }) => record.expires > now);
}

/** Those of the locks that hold a place: on it, or of Depth infinity on a collection above it. */
export function coveringLocks(
  view: View,
  place: LockPlace,
  locks: readonly HeldLock[],
): HeldLock[] {
  if (locks.length === 0) return [];
  const above = idsFrom(view, place.coll);
  return locks.filter(({ record }) => {
    if (record.coll === place.coll.id && record.name === place.name) {
      return true;
    }
    return record.depth === "infinity" && above.has(record.coll);
  });
}

/** Ids of a collection and of all above it. */
function idsFrom(view: View, coll: CollRef): Set<string> {
  const ids = new Set<string>();
  let id: string | null = coll.id;
  while (id !== null && !ids.has(id)) {
    ids.add(id);
    id = view.get(collKey({ id, tree: coll.tree }))?.value.parent ?? null;
  }
  return ids;
}

/**
 * Refuses a change that a lock forbids: each resource that it touches, and
 * that any lock holds, needs the token of one of these locks (of several
 * shared ones one is enough), submitted by the account that has it.
 */
export function checkLocks(
  view: View,
  needs: readonly LockNeed[],
  scope: LockScope,
): Outcome<null> {
  for (const { place, below } of needs) {
    const locks = liveLocks(view, place.coll.tree, scope.now);
    if (locks.length === 0) continue;
    const checked = checkPlace(view, { place, locks, asked: place }, scope);
    if (!checked.ok) return checked;
    if (!below || place.name !== "") continue;
    for (const { record } of locksBelow(view, place.coll, locks)) {
      const { coll, name } = record;
      const inner = { coll: { id: coll, tree: place.coll.tree }, name };
      const free = checkPlace(
        view,
        { place: inner, locks, asked: place },
        scope,
      );
      if (!free.ok) return free;
    }
  }
  return succeed(null);
}

function checkPlace(
  view: View,
  held: {
    readonly place: LockPlace;
    readonly locks: readonly HeldLock[];
    /** What the change is of. */
    readonly asked: LockPlace;
  },
  scope: LockScope,
): Outcome<null> {
  const holding = coveringLocks(view, held.place, held.locks);
  const [first] = holding;
  const { session, tokens } = scope;
  const isFree = first === undefined ||
    holding.some(({ token, record }) =>
      record.user === session.user.id && tokens.has(token)
    );
  if (isFree) return succeed(null);
  return refuseFor(view, held.place.coll.tree, {
    name: "dav:lock-token-submitted",
    message: "This is locked, and the token of the lock was not submitted",
    lock: first,
    session,
    place: held.asked,
  });
}

/**
 * A refusal that names the root of a lock; to who may not read that, what they
 * asked about.
 */
export function refuseFor(
  view: View,
  tree: string,
  refusal: {
    readonly name: ProblemName;
    readonly message: string;
    readonly lock: HeldLock;
    readonly session: Session;
    /** What was asked about, in the same tree. */
    readonly place: LockPlace;
  },
): Outcome<never> {
  const { name, message, lock, session, place } = refusal;
  const locked = rootOf(view, tree, lock);
  const found = findTree(view, locked.root);
  const isReadable = found !== undefined &&
    privilegesOn(view, session, asResource(found)).has("dav:read");
  const { root, collection } = isReadable ? locked : pathOf(view, place);
  return {
    ok: false,
    problem: {
      ...refuse(name, message, root).problem,
      collection,
    },
  };
}

interface LockRoot {
  readonly root: TreePath;
  readonly collection: boolean;
}

/** The path of a lock's root: computed, as ids are all that is kept. */
function rootOf(view: View, tree: string, { record }: HeldLock): LockRoot {
  const { coll, name } = record;
  return pathOf(view, { coll: { id: coll, tree }, name });
}

function pathOf(view: View, { coll, name }: LockPlace): LockRoot {
  const path = collectionPath(view, coll);
  const collection = name === "";
  const names = collection ? path.names : [...path.names, name];
  return { root: { ...path, names }, collection };
}

/** A lock as people and programs are told of it. */
export function activeLock(
  view: View,
  tree: string,
  held: { readonly lock: HeldLock; readonly now: number },
): ActiveLock {
  const { lock, now } = held;
  const { depth, exclusive, owner, expires } = lock.record;
  return {
    token: lock.token,
    ...rootOf(view, tree, lock),
    depth,
    exclusive,
    owner,
    seconds: Math.max(0, Math.ceil((expires - now) / 1000)),
  };
}
