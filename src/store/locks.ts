/**
 * Locks as rows: where each is, which lie below a collection, and how they
 * end. Whom they bind is the service's to say.
 *
 * @module
 */

import { collKey, lockKey, locksOf } from "./keys.ts";
import type { CollRef, LockRecord } from "./records.ts";
import type { Transaction, View } from "./view.ts";

/** A lock and its token. */
export interface HeldLock {
  /** The token: a URI. */
  readonly token: string;
  /** Its row. */
  readonly record: LockRecord;
}

/** Locks that time has ended, removed by one operation at most: the rest goes with the next one. */
const SWEEP = 100;

/** All locks of a tree, ended ones included, in the order of their tokens. */
export function listLocks(view: View, tree: string): HeldLock[] {
  return [...view.list(locksOf(tree))]
    .sort(([a], [b]) => a < b ? -1 : 1)
    .map(([token, { value }]) => ({ token, record: value }));
}

/** Those of the locks that are on a collection or on anything below it. */
export function locksBelow(
  view: View,
  coll: CollRef,
  locks: readonly HeldLock[],
): HeldLock[] {
  const found: HeldLock[] = [];
  // From each lock towards the root, all of them one step at a time.
  let paths = locks.map((lock) => ({ lock, at: lock.record.coll }));
  while (paths.length > 0) {
    for (const { lock, at } of paths) if (at === coll.id) found.push(lock);
    const open = paths.filter(({ at }) => at !== coll.id);
    const refs = new Set(open.map(({ at }) => at));
    view.need(
      [...refs].map((id) => collKey({ id, tree: coll.tree })),
    );
    paths = open.flatMap(({ lock, at }) => {
      const parent = view.get(collKey({ id: at, tree: coll.tree }))?.value
        .parent ?? null;
      return parent === null ? [] : [{ lock, at: parent }];
    });
  }
  return found;
}

/** Removes locks. */
export function endLocks(
  tx: Transaction,
  tree: string,
  locks: readonly HeldLock[],
): void {
  if (locks.length === 0) return;
  for (const { token } of locks) tx.delete(lockKey(tree, token));
  noteLocks(tx, tree);
}

/** Writes a lock. */
export function writeLock(
  tx: Transaction,
  tree: string,
  lock: HeldLock,
): void {
  tx.set(lockKey(tree, lock.token), lock.record);
  noteLocks(tx, tree);
}

/** Other processes keep the list of a tree's locks as structure. */
function noteLocks(tx: Transaction, tree: string): void {
  tx.change({ id: tree, tree }, "", "lock");
}

/** Ends the locks on an object that leaves its name (RFC 4918 sections 7.6 and 9.6). */
export function endLocksAt(
  tx: Transaction,
  coll: CollRef,
  name: string,
): void {
  const locks = listLocks(tx, coll.tree).filter(({ record }) =>
    record.coll === coll.id && record.name === name
  );
  endLocks(tx, coll.tree, locks);
}

/** Ends the locks on a collection that leaves its place, and on all that is below it. */
export function endLocksBelow(tx: Transaction, coll: CollRef): void {
  const locks = listLocks(tx, coll.tree);
  endLocks(tx, coll.tree, locksBelow(tx, coll, locks));
}

/** Removes locks of a tree that time has ended, a bounded number at once. */
export function sweepLocks(tx: Transaction, tree: string, now: number): void {
  const ended = listLocks(tx, tree).filter(({ record }) =>
    record.expires <= now
  );
  endLocks(tx, tree, ended.slice(0, SWEEP));
}
