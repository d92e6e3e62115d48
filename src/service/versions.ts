/**
 * Versions of collections: what `getctag` and sync-tokens are made from
 * (DESIGN section 4.3).
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { View } from "../store/view.ts";
import { type Access, createAccess } from "./access.ts";
import { accessStamp } from "./acl.ts";
import {
  type ChildCollection,
  childCollections,
  sharedCollections,
} from "./child_collections.ts";
import { isHome } from "./kinds.ts";
import { headStamp, newest, NO_STAMP, stampOrNone } from "./stamps.ts";
import type { CollectionResource, Session } from "./types.ts";

/** A version of a collection as somebody sees it. */
export interface CollectionVersion {
  /** The stamp that positions in its history are compared with. */
  readonly stamp: string;
  /** Stamp of the newest change of who may see what, below all others for the owner: what is older is no position. */
  readonly access: string;
  /** On homes: digest of the ids of the shared collections shown. */
  readonly digest?: string;
  /** Id of who sees it, "" for nobody; absent where it is all the owner's. */
  readonly guest?: string;
}

/** What makes versions of collections as one session sees them, on one state: each is found out once. */
export interface Versions {
  /**
   * The collections linked in one, in the order of their names. In a home, a
   * child counts as changed whenever anything in it did; elsewhere, when it
   * was linked: there its own token tells the rest.
   */
  children(parent: CollectionResource): readonly ChildCollection[];
  /** The collections of others that a home shows to its user, in the order of their names; none elsewhere. */
  shared(home: CollectionResource): readonly ChildCollection[];
  /**
   * The present version of a collection. To its owner nothing can be hidden;
   * for others it is also that of who may see what, and it stays as it is where
   * only private objects change that they are not shown.
   */
  of(collection: CollectionResource): CollectionVersion;
}

/** Versions for a session, null for nobody; `access` where what it may do is known already. */
export function createVersions(
  view: View,
  { session, access = createAccess(view, session) }: {
    readonly session: Session | null;
    readonly access?: Access;
  },
): Versions {
  const children = once((parent) => childCollections(view, parent, access));
  const shared = once((home) =>
    isHome(home) && home.owner.id === session?.user.id
      ? sharedCollections(view, home, access)
      : []
  );
  return {
    children,
    shared,
    of: once((collection) =>
      collectionVersion(view, collection, {
        session,
        access,
        children,
        shared,
      })
    ),
  };
}

/** Looks at each collection once: what leads to the same one another way has other paths in it. */
function once<T>(
  look: (collection: CollectionResource) => T,
): (collection: CollectionResource) => T {
  const known = new Map<CollectionResource, T>();
  return (collection) => {
    const before = known.get(collection);
    if (before !== undefined) return before;
    const found = look(collection);
    known.set(collection, found);
    return found;
  };
}

/** See `Versions.of`. */
function collectionVersion(
  view: View,
  collection: CollectionResource,
  { session, access: judge, ...versions }:
    & Pick<Versions, "children" | "shared">
    & {
      readonly session: Session | null;
      readonly access: Access;
    },
): CollectionVersion {
  const head = headStamp(view, collection, judge);
  const owns = collection.owner.id === session?.user.id;
  const access = owns
    ? NO_STAMP
    : stampOrNone(accessStamp(view, collection.ref));
  const shared = versions.shared(collection);
  const isOwners = owns && shared.length === 0;
  const guest = isOwners ? {} : { guest: session?.user.id ?? "" };
  if (!isHome(collection)) {
    return { stamp: newest([head, access]), access, ...guest };
  }
  // What one may not see in somebody else's home is not told by its version.
  const children = [...versions.children(collection), ...shared]
    .filter((child) =>
      owns || judge.privileges(child.collection).has("dav:read")
    );
  return {
    stamp: newest([head, access, ...children.map(({ stamp }) => stamp)]),
    access,
    digest: sharedDigest(shared.map((one) => one.collection.ref.id)),
    ...guest,
  };
}

/** Digest of the ids of the shared collections that a home shows. */
function sharedDigest(ids: readonly string[]): string {
  return createHash("sha256").update([...ids].sort().join("\0")).digest("hex")
    .slice(0, 12);
}

/**
 * A version as `getctag` gives it; its text changes when and only when the
 * version does. Guests are given no stamp: it may be that of an object which
 * ACEs of its own keep from them, and what they see under it is their own.
 */
export function formatCtag(epoch: string, version: CollectionVersion): string {
  const digest = version.digest === undefined ? "" : `.${version.digest}`;
  const text = `${epoch}-${version.stamp}${digest}`;
  if (version.guest === undefined) return text;
  return createHash("sha256").update(`${text}\0${version.guest}`)
    .digest("hex").slice(0, 32);
}
