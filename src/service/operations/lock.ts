/**
 * LOCK: a new write lock (RFC 4918 sections 6, 7 and 9.10).
 *
 * @module
 */

import { createHash } from "node:crypto";
import { tombstoneKey } from "../../store/keys.ts";
import { type HeldLock, locksBelow, writeLock } from "../../store/locks.ts";
import type { Transaction, View } from "../../store/view.ts";
import { demand, missing, missingParent } from "../authorise.ts";
import { heldRules, type ObjectRules } from "../kinds.ts";
import {
  activeLock,
  coveringLocks,
  liveLocks,
  type LockPlace,
  needOfMembers,
  placeOf,
  refuseFor,
} from "../locks.ts";
import { checkName } from "../names.ts";
import type { Outcome, ResourcePath } from "../problems.ts";
import { refuse, succeed } from "../problems.ts";
import { findTree, type TreePath } from "../resolve.ts";
import type { ActiveLock, LockRequest } from "../lock_types.ts";
import type { Conditions } from "../conditions.ts";
import type { CollectionResource, Session } from "../types.ts";
import { keysOfName, writeObject } from "./entries.ts";
import { asResource } from "./found.ts";
import { guard, targetOf } from "./guard.ts";
import { enter, type OperationDeps, sessionOperation } from "./operation.ts";

/** Seconds that a lock may last without being refreshed. */
export const MAX_LOCK_SECONDS = 3600;

/** Bytes of UTF-8 that the owner's element may have. */
export const MAX_OWNER_BYTES = 4096;

/** Locks of one tree, and those of one account in it, at most: each change looks at all of them. */
export const MAX_TREE_LOCKS = 500;
const MAX_USER_LOCKS = 400;

interface Locking extends Omit<LockRequest, "conditions"> {
  readonly session: Session;
  readonly path: TreePath;
  readonly conditions: Conditions;
  readonly token: string;
  readonly now: number;
  readonly epoch: string;
}

/** What LOCK has done. */
export interface LockGrant {
  /** True where it made an empty file. */
  readonly created: boolean;
  /** The lock. */
  readonly lock: ActiveLock;
}

/** Seconds within the server's limits. */
export function boundSeconds(seconds: number): number {
  return Math.min(Math.max(1, Math.floor(seconds)), MAX_LOCK_SECONDS);
}

/** Grants a lock; see `Service.lock`. */
export async function lock(
  deps: OperationDeps,
  target: { readonly session: Session | null; readonly path: ResourcePath },
  request: LockRequest,
): Promise<Outcome<LockGrant>> {
  const entered = await enter(deps, target, "dav:write-content");
  if (!entered.ok) return entered;
  if (new TextEncoder().encode(request.owner).length > MAX_OWNER_BYTES) {
    return refuse(
      "too-large",
      `The owner of a lock is told in ${MAX_OWNER_BYTES} bytes at most`,
    );
  }
  const { session, path, trees } = entered.value;
  const locking: Locking = {
    ...request,
    session,
    path,
    token: `urn:uuid:${deps.newId()}`,
    now: deps.now(),
    epoch: deps.store.epoch,
  };
  const written = await deps.store.write(
    sessionOperation(locking, trees, (tx) => decide(tx, locking)),
  );
  return written.value;
}

function decide(tx: Transaction, locking: Locking): Outcome<LockGrant> {
  const { session, path } = locking;
  const found = findTree(tx, path);
  if (found === undefined) return decideUnmapped(tx, locking);
  const allowed = demand(tx, session, {
    resource: asResource(found),
    privilege: "dav:write-content",
  });
  if (!allowed.ok) return allowed;
  // A lock changes nothing that another lock could hold.
  const free = guard(tx, locking, {
    target: targetOf(tx, found, locking),
    needs: [],
  });
  if (!free.ok) return free;
  const place = placeOf(found);
  const possible = checkGrant(tx, locking, place);
  if (!possible.ok) return possible;
  return succeed({ created: false, lock: grant(tx, locking, place) });
}

/** RFC 4918 section 7.3: what is locked before it exists is an empty file. */
function decideUnmapped(
  tx: Transaction,
  locking: Locking,
): Outcome<LockGrant> {
  const { path, session } = locking;
  const name = path.names.at(-1);
  if (name === undefined) {
    return missing(tx, session, { path, privilege: "dav:write-content" });
  }
  const named = checkName(name);
  if (!named.ok) return named;
  const above = findTree(tx, { ...path, names: path.names.slice(0, -1) });
  if (above?.type !== "collection") {
    return missingParent(tx, session, { path, privilege: "dav:write-content" });
  }
  const parent = above.collection;
  const allowed = demand(tx, session, {
    resource: parent,
    privilege: "dav:bind",
  });
  if (!allowed.ok) return allowed;
  const rules = heldRules(parent.kind);
  if (rules?.kind !== "file") {
    return refuse(
      "forbidden",
      "A name that is not in use yet can be locked among plain files only",
    );
  }
  const free = guard(tx, locking, {
    target: undefined,
    needs: [needOfMembers(parent.ref)],
  });
  if (!free.ok) return free;
  const place = { coll: parent.ref, name };
  const possible = checkGrant(tx, locking, place);
  if (!possible.ok) return possible;
  const made = makeEmpty(tx, { parent, name, rules }, locking);
  if (!made.ok) return made;
  return succeed({ created: true, lock: grant(tx, locking, place) });
}

function makeEmpty(
  tx: Transaction,
  place: {
    readonly parent: CollectionResource;
    readonly name: string;
    readonly rules: ObjectRules;
  },
  { now }: Locking,
): Outcome<null> {
  const { parent, name, rules } = place;
  const bytes = new Uint8Array();
  const facts = rules.check(bytes);
  if (!facts.ok) return facts;
  tx.need(keysOfName(parent.ref, name));
  const buried = tx.get(tombstoneKey(parent.ref, name))?.value.deleted ?? 0;
  writeObject(tx, { coll: parent.ref, name }, {
    entry: {
      facts: facts.value,
      size: 0,
      digest: createHash("sha256").update(bytes).digest("hex"),
      type: rules.type ?? "application/octet-stream",
      created: now,
      modified: Math.max(now, buried),
    },
    bytes,
    before: undefined,
    now,
  });
  return succeed(null);
}

/** Refuses a lock that another one excludes, or one too many (RFC 4918 sections 6.1, 6.2 and 7.4). */
function checkGrant(
  view: View,
  locking: Locking,
  place: LockPlace,
): Outcome<null> {
  const { tree } = place.coll;
  const live = liveLocks(view, tree, locking.now);
  const around = coveringLocks(view, place, live);
  const below = place.name === "" && locking.depth === "infinity"
    ? locksBelow(view, place.coll, live)
    : [];
  const conflict = [...around, ...below].find(({ record }) =>
    locking.exclusive || record.exclusive
  );
  if (conflict !== undefined) {
    return refuseFor(view, tree, {
      name: "dav:no-conflicting-lock",
      message: "Another lock excludes this one",
      lock: conflict,
      session: locking.session,
      place,
    });
  }
  const mine = live.filter(({ record }) =>
    record.user === locking.session.user.id
  );
  if (live.length < MAX_TREE_LOCKS && mine.length < MAX_USER_LOCKS) {
    return succeed(null);
  }
  return refuse(
    "too-many-locks",
    `There are ${mine.length} locks of yours here already, and ${live.length} in all: end some of them first`,
  );
}

/** Writes the lock that `checkGrant` has let through. */
function grant(
  tx: Transaction,
  locking: Locking,
  place: LockPlace,
): ActiveLock {
  const { session, token, exclusive, owner, now } = locking;
  const { coll, name } = place;
  const held: HeldLock = {
    token,
    record: {
      coll: coll.id,
      name,
      // An object has nothing below it.
      depth: name === "" ? locking.depth : 0,
      exclusive,
      owner,
      user: session.user.id,
      created: now,
      expires: now + boundSeconds(locking.seconds) * 1000,
    },
  };
  writeLock(tx, coll.tree, held);
  return activeLock(tx, coll.tree, { lock: held, now });
}
