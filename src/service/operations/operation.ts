/**
 * What all operations of the service share: what they work with, and the
 * first steps of each of them.
 *
 * @module
 */

import type { Engine } from "../../store/engine.ts";
import { loginKey, userKey } from "../../store/keys.ts";
import { sweepLocks } from "../../store/locks.ts";
import type { Operation, Store, Transaction } from "../../store/view.ts";
import { checkSession, enterTree, lacking } from "../access.ts";
import { treesNamed } from "../if_lists.ts";
import type { Outcome, ResourcePath } from "../problems.ts";
import { refuse } from "../problems.ts";
import type { TreePath } from "../resolve.ts";
import type { Conditions, Privilege, Session } from "../types.ts";

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
  /** The path. */
  readonly path: TreePath;
}

/**
 * The tree that a path leads into. Refuses paths outside of all trees, which
 * nobody can write to, and trees that the session may not know.
 */
export function enter(
  session: Session | null,
  path: ResourcePath,
  privilege: Privilege,
): Outcome<Entrance> {
  if (session === null) return lacking(privilege);
  if (path.type !== "tree") {
    return refuse("forbidden", "Nothing can be stored or removed here");
  }
  const entered = enterTree(session, path, privilege);
  if (!entered.ok) return entered;
  return { ok: true, value: { ...entered.value, path } };
}

/** What the operation of an attempt looks at. */
export interface OperationScope {
  /** Who asks. */
  readonly session: Session;
  /** Conditional headers; none when absent. */
  readonly conditions?: Conditions;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * An operation of a session: refused where the account has changed. Beside its
 * trees it may look at those that its `If` header names. Locks of its trees
 * that time has ended go with it.
 */
export function sessionOperation<T>(
  scope: OperationScope,
  trees: readonly string[],
  run: (tx: Transaction) => Outcome<T>,
): Operation<Outcome<T>> {
  const { session, conditions = {}, now } = scope;
  const own = new Set(trees);
  return {
    trees: [...own.union(new Set(treesNamed(session, conditions)))],
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
