/**
 * DELETE of an object or of a whole collection (RFC 4918 section 9.6).
 *
 * @module
 */

import { headKey, tombstoneKey } from "../../store/keys.ts";
import { unlinkCollection, unlinkObject } from "../../store/links.ts";
import type { Transaction } from "../../store/view.ts";
import { demand, missing } from "../authorise.ts";
import { classOf } from "../kinds.ts";
import { needsOfRemoval } from "../locks.ts";
import type { Outcome, ResourcePath } from "../problems.ts";
import { refuse, succeed } from "../problems.ts";
import { findTree, type Found, type TreePath } from "../resolve.ts";
import type { Conditions } from "../conditions.ts";
import type { Session } from "../types.ts";
import { asObject, holderOf } from "./found.ts";
import { writeView } from "../shared_view.ts";
import { guard, targetOf } from "./guard.ts";
import { enter, type OperationDeps, sessionOperation } from "./operation.ts";

/** Removes what is at a path; see `Service.remove`. */
export async function remove(
  deps: OperationDeps,
  target: { readonly session: Session | null; readonly path: ResourcePath },
  conditions: Conditions,
): Promise<Outcome<null>> {
  const entered = await enter(deps, target, "dav:unbind");
  if (!entered.ok) return entered;
  const { session, path, trees } = entered.value;
  const now = deps.now();
  const { epoch } = deps.store;
  const deletion = { session, path, conditions, now, epoch };
  const written = await deps.store.write(
    sessionOperation(deletion, trees, (tx) => decide(tx, deletion)),
  );
  if (written.value.ok) deps.kick();
  return written.value;
}

interface Deletion {
  readonly session: Session;
  readonly path: TreePath;
  readonly conditions: Conditions;
  readonly now: number;
  readonly epoch: string;
}

function decide(tx: Transaction, deletion: Deletion): Outcome<null> {
  const { path, now } = deletion;
  const found = findTree(tx, path);
  if (found === undefined) {
    return missing(tx, deletion.session, { path, privilege: "dav:unbind" });
  }
  const allowed = mayUnbind(tx, deletion.session, found);
  if (!allowed.ok) return allowed;
  const shared = found.type === "collection"
    ? found.collection.shared
    : undefined;
  const free = guard(tx, deletion, {
    target: targetOf(tx, found, deletion),
    // A home that no longer shows what is somebody else's removes nothing.
    needs: shared === undefined ? needsOfRemoval(found) : [],
  });
  if (!free.ok) return free;
  if (found.type === "collection") {
    const { collection } = found;
    if (shared !== undefined) {
      writeView(tx, collection, { hidden: true });
      return succeed(null);
    }
    if (collection.row.parent === null) {
      return refuse("forbidden", "The root of a tree cannot be deleted");
    }
    unlinkCollection(tx, collection.ref, { now });
    return succeed(null);
  }
  const { parent, name } = found.object;
  tx.need([tombstoneKey(parent.ref, name), headKey(parent.ref)]);
  const access = classOf(asObject(found.object));
  unlinkObject(tx, { parent: parent.ref, name }, { now, access });
  return succeed(null);
}

/** The privilege to unbind is asked of the collection that holds the member (RFC 3744 section 3.10). */
function mayUnbind(
  tx: Transaction,
  session: Session,
  found: Found,
): Outcome<null> {
  return demand(tx, session, {
    resource: holderOf(tx, found),
    privilege: "dav:unbind",
  });
}
