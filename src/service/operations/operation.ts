/**
 * What all operations of the service share: what they work with, and the
 * first steps of each of them.
 *
 * @module
 */

import type { Engine } from "../../store/engine.ts";
import { grantKey, loginKey, userKey } from "../../store/keys.ts";
import { sweepLocks } from "../../store/locks.ts";
import type { Operation, Store, Transaction, View } from "../../store/view.ts";
import { checkSession, isOwn, lacking, missing } from "../authorise.ts";
import { principalIds } from "../memberships.ts";
import { parseSharedName } from "../names.ts";
import type { Outcome, ResourcePath } from "../problems.ts";
import { refuse, succeed } from "../problems.ts";
import { findUser, type TreePath } from "../resolve.ts";
import type { Privilege } from "../privileges.ts";
import type { Session } from "../types.ts";

/** What operations work with. */
export interface OperationDeps {
  /** The store. */
  readonly store: Store;
  /** The engine below it, where large bodies are staged. */
  readonly engine: Engine;
  /** Clock, epoch milliseconds. */
  readonly now: () => number;
  /** A random id, never used before. */
  readonly newId: () => string;
  /** Called when an operation may have left work for the background. */
  readonly kick: () => void;
  /** Bytes of one object at most. */
  readonly maxResourceSize: number;
}

/** Somebody at the door of a tree. */
export interface Entrance {
  /** Who asks. */
  readonly session: Session;
  /** Id of the tree that the path leads into. */
  readonly tree: string;
  /** Ids of that tree and of the home that shows a part of it. */
  readonly trees: readonly string[];
  /** The path. */
  readonly path: TreePath;
}

/**
 * The tree that a path leads into. Refuses paths outside of all trees, which
 * nobody can write to, and places that are not there or that the session may
 * not know. What it may do there is for the operation to decide.
 */
export async function enter(
  deps: OperationDeps,
  target: { readonly session: Session | null; readonly path: ResourcePath },
  privilege: Privilege,
): Promise<Outcome<Entrance>> {
  const { session, path } = target;
  if (session === null) return lacking(privilege);
  if (path.type !== "tree") {
    return refuse("forbidden", "Nothing can be stored or removed here");
  }
  if (isOwn(session, path)) {
    const tree = session.user.trees[path.space];
    return succeed({ session, path, tree, trees: [tree] });
  }
  return await deps.store.read((view): Outcome<Entrance> => {
    const trees = treesAt(view, path);
    const [tree] = trees;
    return tree === undefined
      ? missing(view, session, { path, privilege })
      : succeed({ session, path, tree, trees });
  });
}

/** The tree that a path leads into, and where it leads through the home of somebody else that one, too. */
function treesAt(view: View, { user, space, names }: TreePath): string[] {
  const owner = findUser(view, user);
  if (owner === undefined) return [];
  const home = owner.trees[space];
  const id = parseSharedName(names[0] ?? "");
  if (id === undefined) return [home];
  for (const principal of principalIds(view, owner.id)) {
    const grant = view.get(grantKey(principal, id));
    if (grant !== undefined) return [grant.value.tree, home];
  }
  return [home];
}

/** What the operation of an attempt looks at. */
export interface OperationScope {
  /** Who asks. */
  readonly session: Session;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * An operation of a session: refused where the account has changed. Locks of
 * its trees that time has ended go with it.
 */
export function sessionOperation<T>(
  scope: OperationScope,
  trees: readonly string[],
  run: (tx: Transaction) => Outcome<T>,
): Operation<Outcome<T>> {
  const { session, now } = scope;
  const own = new Set(trees);
  return {
    trees: [...own],
    run(tx) {
      // The path's account is the session's own in nearly all requests.
      const { id, login } = session.user;
      tx.need([userKey(id), loginKey(login)]);
      const checked = checkSession(tx, session);
      if (!checked.ok) return checked;
      const outcome = run(tx);
      // One that has to look at its source again changes nothing at all.
      const stays = !outcome.ok || outcome.value === "again";
      if (!stays) { for (const tree of own) sweepLocks(tx, tree, now); }
      return outcome;
    },
  };
}
