/**
 * PROPPATCH: properties set and removed, all or none (RFC 4918 section 9.2).
 *
 * @module
 */

import { collKey, entryKey } from "../../store/keys.ts";
import type { Transaction } from "../../store/view.ts";
import { demand, lacking, missing } from "../authorise.ts";
import { contentStamp } from "../etag.ts";
import { setMemberPaths } from "../groups.ts";
import { needOf } from "../locks.ts";
import type { Outcome, ResourcePath } from "../problems.ts";
import { refuse, succeed } from "../problems.ts";
import {
  checkChanges,
  draftProps,
  type PropDraft,
  type PropPlace,
  propPlace,
  readProps,
  writeProps,
} from "../props.ts";
import { findTree, type Found, resolve } from "../resolve.ts";
import type { Conditions } from "../conditions.ts";
import type { GroupResource, PropChange, Resource, Session } from "../types.ts";
import { writeView } from "../shared_view.ts";
import { asResource } from "./found.ts";
import { guard, targetOf as conditionsOf } from "./guard.ts";
import { enter, type OperationDeps, sessionOperation } from "./operation.ts";

/** Changes the properties of what is at a path; see `Service.patch`. */
export async function patch(
  deps: OperationDeps,
  target: { readonly session: Session | null; readonly path: ResourcePath },
  input: {
    readonly changes: readonly PropChange[];
    readonly conditions: Conditions;
  },
): Promise<Outcome<null>> {
  const { session, path } = target;
  if (session === null) return lacking("dav:write-properties", path);
  const sized = checkChanges(input.changes);
  if (!sized.ok) return sized;
  // What belongs to a user's principal is kept in their home.
  const entered: Outcome<{ readonly trees: readonly string[] }> =
    path.type === "tree"
      ? await enter(deps, target, "dav:write-properties")
      : succeed({ trees: [session.user.trees.calendars] });
  if (!entered.ok) return entered;
  const { epoch } = deps.store;
  const change: Patch = { session, path, ...input, epoch, now: deps.now() };
  const written = await deps.store.write(
    sessionOperation(change, entered.value.trees, (tx) => decide(tx, change)),
  );
  return written.value;
}

interface Patch {
  readonly session: Session;
  readonly path: ResourcePath;
  readonly changes: readonly PropChange[];
  readonly conditions: Conditions;
  readonly epoch: string;
  readonly now: number;
}

/** What is to be changed: `found` where it is stored in a tree. */
interface PatchTarget {
  readonly resource: Resource;
  readonly found?: Found;
}

function targetOf(
  tx: Transaction,
  path: ResourcePath,
): PatchTarget | undefined {
  if (path.type === "tree") {
    const found = findTree(tx, path);
    return found && { resource: asResource(found), found };
  }
  if (path.type !== "principal") return undefined;
  const resource = resolve(tx, path);
  return resource && { resource };
}

function decide(tx: Transaction, change: Patch): Outcome<null> {
  const { path, session } = change;
  if (path.type !== "tree" && path.type !== "principal") {
    return lacking("dav:write-properties", path);
  }
  const target = targetOf(tx, path);
  if (target === undefined) {
    return missing(tx, session, { path, privilege: "dav:write-properties" });
  }
  const { resource, found } = target;
  const allowed = demand(tx, session, {
    resource,
    privilege: "dav:write-properties",
  });
  if (!allowed.ok) return allowed;
  const free = guard(tx, change, {
    // A principal is there, though in no tree.
    target: conditionsOf(tx, found, change) ?? { etag: null, modified: null },
    needs: found === undefined ? [] : [needOf(found)],
  });
  if (!free.ok) return free;
  if (resource.kind === "group") return patchGroup(tx, resource, change);
  const place = propPlace(resource);
  if (place === undefined) return lacking("dav:write-properties", path);
  const drafted = draftProps(readProps(tx, place), place, change.changes);
  if (!drafted.ok) return drafted;
  if (drafted.value.rows.size > 0) {
    write(tx, { ...target, place, draft: drafted.value });
  }
  return succeed(null);
}

/** A group has no properties of its own but who belongs to it. */
function patchGroup(
  tx: Transaction,
  { group }: GroupResource,
  { changes }: Patch,
): Outcome<null> {
  const last = changes.at(-1)?.principals;
  if (last === undefined || changes.some((one) => !one.principals)) {
    return refuse("forbidden", "Of a group only the members can be set");
  }
  const set = setMemberPaths(tx, group, last);
  return set.ok ? succeed(null) : set;
}

function write(
  tx: Transaction,
  patch: PatchTarget & {
    readonly place: PropPlace;
    readonly draft: PropDraft;
  },
): void {
  const { found, place, draft } = patch;
  writeProps(tx, draft);
  if (found?.type === "collection") {
    const { ref, row, shared } = found.collection;
    // Written anew, unchanged: a home's token follows the rows of its members.
    if (shared === undefined) tx.set(collKey(ref), row);
    else writeView(tx, found.collection, { hidden: false });
  }
  if (found?.type === "object") {
    const { parent } = found.object;
    // Properties leave the head alone, so a copy under way sees by this row that they changed.
    tx.set(collKey(parent.ref), parent.row);
    tx.change(parent.ref, "", "other");
    flagEntry(tx, found, draft.count > 0);
  }
  tx.change(
    place.coll,
    place.member,
    place.member === "" ? "structure" : "other",
  );
}

/** Keeps the flag of an entry right without touching what its entity tag stands for. */
function flagEntry(
  tx: Transaction,
  found: Found & { readonly type: "object" },
  hasProps: boolean,
): void {
  const { row, parent, name } = found.object;
  if ((row.value.props === true) === hasProps) return;
  const { props: _, ...entry } = row.value;
  const stamp = contentStamp(row);
  // While the stamp is pending, this write has the operation run in the next group.
  tx.set(entryKey(parent.ref, name), {
    ...entry,
    ...(hasProps ? { props: true } : {}),
    ...(stamp === null ? {} : { stamp }),
  });
}
