/**
 * What is done with a lock that is held: refreshed by LOCK without a body
 * (RFC 4918 section 9.10.2), ended by UNLOCK (section 9.11).
 *
 * @module
 */

import { endLocks, type HeldLock, writeLock } from "../../store/locks.ts";
import type { Transaction } from "../../store/view.ts";
import { demand, missing as nothingAt } from "../authorise.ts";
import {
  activeLock,
  coveringLocks,
  liveLocks,
  placeOf,
  submittedTokens,
} from "../locks.ts";
import type { Outcome, ProblemName, ResourcePath } from "../problems.ts";
import { refuse, succeed } from "../problems.ts";
import { findTree, type TreePath } from "../resolve.ts";
import type { ActiveLock } from "../lock_types.ts";
import type { Conditions } from "../conditions.ts";
import type { Session } from "../types.ts";
import { asResource } from "./found.ts";
import { type Attempt, guard, targetOf } from "./guard.ts";
import { boundSeconds } from "./lock.ts";
import { enter, type OperationDeps, sessionOperation } from "./operation.ts";

interface Holding extends Attempt {
  readonly path: TreePath;
  readonly token: string;
}

interface Held {
  readonly tree: string;
  readonly lock: HeldLock;
}

/** Has a lock last from now on; see `Service.refresh`. */
export async function refresh(
  deps: OperationDeps,
  target: { readonly session: Session | null; readonly path: ResourcePath },
  request: { readonly seconds: number; readonly conditions: Conditions },
): Promise<Outcome<ActiveLock>> {
  const entered = await enter(deps, target, "dav:write-content");
  if (!entered.ok) return entered;
  const [token, ...others] = submittedTokens(request.conditions);
  if (token === undefined || others.length > 0) {
    return refuse(
      "bad-request",
      "A LOCK without a body refreshes one lock: the If header has to name its token and no other",
    );
  }
  const seconds = boundSeconds(request.seconds);
  return await withLock(deps, {
    ...entered.value,
    token,
    conditions: request.conditions,
    missing: "precondition-failed",
    privilege: "dav:write-content",
  }, (tx, { tree, lock }, { session, now }) => {
    if (lock.record.user !== session.user.id) {
      return refuse("forbidden", "This lock is somebody else's");
    }
    const expires = now + seconds * 1000;
    const renewed = { ...lock, record: { ...lock.record, expires } };
    writeLock(tx, tree, renewed);
    return succeed(activeLock(tx, tree, { lock: renewed, now }));
  });
}

/** Ends a lock; see `Service.unlock`. */
export async function unlock(
  deps: OperationDeps,
  target: { readonly session: Session | null; readonly path: ResourcePath },
  request: { readonly token: string; readonly conditions: Conditions },
): Promise<Outcome<null>> {
  const entered = await enter(deps, target, "dav:unlock");
  if (!entered.ok) return entered;
  return await withLock<null>(deps, {
    ...entered.value,
    ...request,
    missing: "dav:lock-token-matches-request-uri",
    privilege: "dav:unlock",
  }, (tx, { tree, lock }) => {
    endLocks(tx, tree, [lock]);
    return succeed(null);
  });
}

/** Runs an operation on the lock with a token, if it holds what is at the path. */
async function withLock<T>(
  deps: OperationDeps,
  asked: {
    readonly session: Session;
    readonly trees: readonly string[];
    readonly path: TreePath;
    readonly token: string;
    readonly conditions: Conditions;
    /** The refusal where it does not. */
    readonly missing: ProblemName;
    /** What it needs; who holds a lock ends it without (RFC 3744 section 3.5). */
    readonly privilege: "dav:write-content" | "dav:unlock";
  },
  run: (tx: Transaction, held: Held, holding: Holding) => Outcome<T>,
): Promise<Outcome<T>> {
  const { trees, missing, privilege, session } = asked;
  const holding: Holding = {
    ...asked,
    now: deps.now(),
    epoch: deps.store.epoch,
  };
  const written = await deps.store.write(
    sessionOperation(holding, trees, (tx): Outcome<T> => {
      const found = findTree(tx, holding.path);
      if (found === undefined) {
        return nothingAt(tx, session, { path: holding.path, privilege });
      }
      const place = placeOf(found);
      const live = liveLocks(tx, place.coll.tree, holding.now);
      const lock = coveringLocks(tx, place, live)
        .find(({ token }) => token === holding.token);
      const isOwn = lock?.record.user === session.user.id;
      const resource = asResource(found);
      const allowed = isOwn && privilege === "dav:unlock"
        ? succeed(null)
        : demand(tx, session, { resource, privilege });
      if (!allowed.ok) return allowed;
      const target = targetOf(tx, found, holding);
      const free = guard(tx, holding, { target, needs: [] });
      if (!free.ok) return free;
      if (lock === undefined) {
        return refuse(missing, "No lock with this token is on this resource");
      }
      return run(tx, { tree: place.coll.tree, lock }, holding);
    }),
  );
  return written.value;
}
