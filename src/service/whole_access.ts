/**
 * What a COPY or MOVE of a whole collection needs beyond its two ends: it takes
 * everything or nothing.
 *
 * @module
 */

import { aclsOf, collKey, membersOf } from "../store/keys.ts";
import type { CollRef } from "../store/records.ts";
import type { View } from "../store/view.ts";
import { createAccess } from "./access.ts";
import { lacking } from "./authorise.ts";
import type { Outcome } from "./problems.ts";
import { refuse, succeed } from "./problems.ts";
import { findMember } from "./resolve.ts";
import type { CollectionResource, Session } from "./types.ts";

/** Collections below one that are looked at before it counts as too large to be sure of. */
const MAX_COLLECTIONS = 1_000;

/**
 * Refuses to copy a collection, or to move it into another tree, for somebody
 * who may not read all that is in it.
 */
export function checkReadable(
  view: View,
  session: Session,
  collection: CollectionResource,
): Outcome<null> {
  if (collection.owner.id === session.user.id) return succeed(null);
  const access = createAccess(view, session);
  for (const each of withAllBelow(view, collection)) {
    if (each === "too many" || !access.readsAll(each)) {
      return lacking("dav:read", collection.path);
    }
  }
  return succeed(null);
}

/**
 * The refusal of a MOVE of what has ACEs into another tree: they must not be
 * modified (RFC 3744 section 7.3), and what they rest on would be; they would
 * let in whom the new owner never let in.
 */
export function keepsItsTree(): ReturnType<typeof refuse> {
  return refuse(
    "forbidden",
    "What others have access to cannot be moved to another tree: end that first, or copy it",
  );
}

/** Refuses to move a collection into another tree where it, or anything below it, has ACEs. */
export function checkMovable(
  view: View,
  collection: CollectionResource,
  parent: CollectionResource,
): Outcome<null> {
  if (collection.ref.tree === parent.ref.tree) return succeed(null);
  for (const each of withAllBelow(view, collection)) {
    if (each === "too many" || view.list(aclsOf(each.ref)).size > 0) {
      return keepsItsTree();
    }
  }
  return succeed(null);
}

/** A collection and all below it, from the top. */
function* withAllBelow(
  view: View,
  top: CollectionResource,
): Generator<CollectionResource | "too many"> {
  const waiting = [top];
  for (let seen = 0; waiting.length > 0; seen++) {
    const next = waiting.pop();
    if (next === undefined) return;
    if (seen > MAX_COLLECTIONS) {
      yield "too many";
      return;
    }
    yield next;
    const links = [...view.list(membersOf(next.ref))];
    view.need(links.map(([, { value }]) => collKey(refOf(next, value.coll))));
    for (const [name] of links) {
      const child = findMember(view, next, name);
      if (child !== undefined) waiting.push(child);
    }
  }
}

function refOf(parent: CollectionResource, id: string): CollRef {
  return { id, tree: parent.ref.tree };
}
