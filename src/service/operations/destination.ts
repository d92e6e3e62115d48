/**
 * The rules that COPY and MOVE share: what is at the source, what is at the
 * destination, and whether the one may take the place of the other (RFC 4918
 * sections 9.8 and 9.9).
 *
 * @module
 */

import { entryKey } from "../../store/keys.ts";
import type { EntryRecord } from "../../store/records.ts";
import type { Row, View } from "../../store/view.ts";
import { createAccess } from "../access.ts";
import { lacking, missing, missingParent } from "../authorise.ts";
import { classOf } from "../kinds.ts";
import { type LockNeed, needOfMembers, needsOfRemoval } from "../locks.ts";
import type { Outcome } from "../problems.ts";
import { refuse, succeed } from "../problems.ts";
import { findMember, findTree, type Found, type TreePath } from "../resolve.ts";
import type { Privilege } from "../privileges.ts";
import type {
  CollectionResource,
  Resource,
  Session,
  TransferOptions,
} from "../types.ts";
import { keysOfName } from "./entries.ts";
import { asObject, asResource, holderOf } from "./found.ts";
import { guard, targetOf } from "./guard.ts";

/** A COPY or MOVE before anything is read. */
export interface TransferPlan {
  /** Who asks. */
  readonly session: Session;
  /** Ids of the trees of both ends. */
  readonly trees: readonly string[];
  /** Id of the destination's tree. */
  readonly tree: string;
  /** Where it is taken from. */
  readonly source: TreePath;
  /** Where it goes; has at least one name. */
  readonly destination: TreePath;
  /** True for MOVE. */
  readonly move: boolean;
  /** As sent. */
  readonly options: TransferOptions;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Epoch of the store. */
  readonly epoch: string;
}

/** What is at both ends, allowed and free of conflicts but for the rules of kinds. */
export interface Ends {
  /** The source. */
  readonly found: Found;
  /** The collection that the destination is in. */
  readonly parent: CollectionResource;
  /** Name of the destination in it. */
  readonly name: string;
  /** The object that is overwritten. */
  readonly entry: Row<EntryRecord> | undefined;
  /** The collection that is overwritten. */
  readonly member: CollectionResource | undefined;
}

/** Looks at both ends and refuses what no kind of resource allows. */
export function findEnds(view: View, plan: TransferPlan): Outcome<Ends> {
  const { source, destination, options } = plan;
  const found = findTree(view, source);
  if (found === undefined) {
    const { session } = plan;
    return missing(view, session, { path: source, privilege: "dav:read" });
  }
  if (plan.move && isShared(found)) {
    return refuse(
      "forbidden",
      "What somebody else shares has its place in their home: it can be copied or hidden, not moved",
    );
  }
  const name = destination.names.at(-1) ?? "";
  const place = findTree(view, {
    ...destination,
    names: destination.names.slice(0, -1),
  });
  if (place?.type !== "collection") {
    return missingParent(view, plan.session, {
      path: destination,
      privilege: "dav:bind",
    });
  }
  const parent = place.collection;
  view.need(keysOfName(parent.ref, name));
  const ends: Ends = {
    found,
    parent,
    name,
    entry: view.get(entryKey(parent.ref, name)),
    member: findMember(view, parent, name),
  };
  const allowed = checkAccess(view, plan, ends);
  if (!allowed.ok) return allowed;
  const apart = checkApart(ends);
  if (!apart.ok) return apart;
  const free = guard(view, { ...plan, conditions: options.conditions }, {
    target: targetOf(view, found, plan),
    needs: needsOf(plan, ends),
  });
  if (!free.ok) return free;
  if (!options.overwrite && isTaken(ends)) {
    return refuse(
      "precondition-failed",
      "There is something at the destination, and Overwrite is F",
      destination,
    );
  }
  return succeed(ends);
}

/**
 * What a lock would have to be in the way of: at the source of a MOVE all that
 * leaves, at the destination what is written over, and each collection that
 * gets or loses a member.
 */
function needsOf(plan: TransferPlan, ends: Ends): LockNeed[] {
  const { found, parent, name, entry, member } = ends;
  const needs = plan.move ? needsOfRemoval(found) : [];
  if (member !== undefined) {
    needs.push({ place: { coll: member.ref, name: "" }, below: true });
  } else {
    needs.push({ place: { coll: parent.ref, name }, below: false });
  }
  // A copy of an object over an object is a change of its content alone.
  const replaces = entry !== undefined && !plan.move &&
    found.type === "object";
  return replaces ? needs : [...needs, needOfMembers(parent.ref)];
}

/** Whether it is a collection of somebody else that a home shows. */
function isShared(found: Found): boolean {
  return found.type === "collection" && found.collection.shared !== undefined;
}

/** Whether something is at the destination. */
export function isTaken(ends: Ends): boolean {
  return ends.entry !== undefined || ends.member !== undefined;
}

/** Privileges of RFC 3744 Appendix B, on each resource that they are asked of. */
function checkAccess(
  view: View,
  plan: TransferPlan,
  ends: Ends,
): Outcome<null> {
  const access = createAccess(view, plan.session);
  const [source, ...rest] = demandsOf(view, plan, ends).map((demand) => {
    const held = access.privileges(demand.resource);
    const lack = demand.privileges.find((privilege) => !held.has(privilege));
    return lack && lacking(lack, demand.resource.path);
  });
  const destination = rest.find((refusal) => refusal !== undefined);
  if (source !== undefined) return source;
  const whole = checkWhole(view, plan, ends);
  if (!whole.ok) return whole;
  if (destination === undefined) return succeed(null);
  // Who may not look in is not told whether something is there.
  return access.privileges(ends.parent).has("dav:read")
    ? destination
    : lacking("dav:bind", plan.destination);
}

/**
 * Refuses to take an object to where somebody could read what they cannot read
 * now: by COPY, by MOVE into another tree, and what is private by MOVE into
 * any other collection.
 */
function checkWhole(
  view: View,
  plan: TransferPlan,
  { found, parent }: Ends,
): Outcome<null> {
  if (found.type !== "object") return succeed(null);
  const object = asObject(found.object);
  const { ref: from } = object.parent;
  const stays = plan.move && from.tree === parent.ref.tree &&
    (classOf(object) === undefined || from.id === parent.ref.id);
  if (stays) return succeed(null);
  const { session, source: path } = plan;
  const access = createAccess(view, session);
  if (access.readsWhole(object)) return succeed(null);
  const privilege = "dav:read";
  return access.privileges(object).has(privilege)
    ? lacking(privilege, path)
    : missing(view, session, { path, privilege });
}

interface Demand {
  readonly resource: Resource;
  readonly privileges: readonly Privilege[];
}

function demandsOf(view: View, plan: TransferPlan, ends: Ends): Demand[] {
  const { found, parent, name, entry, member } = ends;
  const source: Demand = plan.move
    ? { resource: holderOf(view, found), privileges: ["dav:unbind"] }
    : { resource: asResource(found), privileges: ["dav:read"] };
  const replaced: Resource | undefined = member ??
    (entry && asObject({ parent, name, row: entry }));
  if (replaced === undefined) {
    return [source, { resource: parent, privileges: ["dav:bind"] }];
  }
  const over: Demand[] = plan.move ? [] : [{
    resource: replaced,
    privileges: ["dav:write-content", "dav:write-properties"],
  }];
  // What takes the place of a whole collection removes that first.
  const bound: Demand[] = plan.move || member !== undefined
    ? [{ resource: parent, privileges: ["dav:unbind", "dav:bind"] }]
    : [];
  return [source, ...over, ...bound];
}

function isWithin(inner: TreePath, outer: TreePath): boolean {
  return inner.space === outer.space && inner.user === outer.user &&
    outer.names.every((name, depth) => inner.names[depth] === name);
}

/** Refuses a destination that is the source, is in it, or holds it (RFC 4918 sections 9.8.5, 9.9.4). */
function checkApart(ends: Ends): Outcome<null> {
  const { found, parent, name, member } = ends;
  const from = asResource(found).path as TreePath;
  const to: TreePath = { ...parent.path, names: [...parent.path.names, name] };
  const overlaps = isWithin(to, from) ||
    (member !== undefined && isWithin(from, to));
  if (!overlaps) return succeed(null);
  return refuse(
    "forbidden",
    "Source and destination are the same, or one is inside the other",
  );
}
