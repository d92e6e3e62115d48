/**
 * Versions of collections: what `getctag` and sync-tokens are made from
 * (DESIGN section 4.3).
 *
 * @module
 */

import { createHash } from "node:crypto";
import {
  accessKey,
  aclKey,
  aclsOf,
  collKey,
  grantsOf,
  headKey,
  memberKey,
  membersOf,
  type RowKey,
  treeKey,
  userKey,
  viewKey,
} from "../store/keys.ts";
import { shownStamp } from "../store/heads.ts";
import type { CollRef, GrantRecord } from "../store/records.ts";
import type { Row, View } from "../store/view.ts";
import { type Access, createAccess } from "./access.ts";
import { accessStamp } from "./acl.ts";
import { principalIds } from "./memberships.ts";
import { findMember, sharedIn } from "./resolve.ts";
import type { CollectionResource, Session } from "./types.ts";

/** Stamp below all others: of what was never written. */
export const NO_STAMP: string = "0".repeat(20);

/** A collection linked in another one. */
export interface ChildCollection {
  /** The collection. */
  readonly collection: CollectionResource;
  /** Stamp at which its parent's history names it. */
  readonly stamp: string;
  /** Stamp at which it was linked there. */
  readonly linked: string;
}

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

function stampOf(row: Row<unknown> | undefined): string {
  return row?.stamp ?? NO_STAMP;
}

function newest(stamps: readonly string[]): string {
  return stamps.reduce((a, b) => a > b ? a : b, NO_STAMP);
}

/** Whether a collection is the root that programs look for calendars or address books in. */
export function isHome(collection: CollectionResource): boolean {
  return collection.kind === "calendar-home" ||
    collection.kind === "addressbook-home";
}

/** See `Versions.children`. */
function childCollections(
  view: View,
  parent: CollectionResource,
  access: Access,
): ChildCollection[] {
  const links = [...view.list(membersOf(parent.ref))]
    .sort(([a], [b]) => a < b ? -1 : 1);
  const home = isHome(parent);
  view.need(links.flatMap(([name, { value }]) => {
    const ref = { id: value.coll, tree: parent.ref.tree };
    const keys: RowKey<unknown>[] = [collKey(ref), memberKey(parent.ref, name)];
    // What somebody sees of a version is a matter of the ACL, too.
    return home ? [...keys, ...versionKeys(ref), aclKey(ref, "")] : keys;
  }));
  const children: ChildCollection[] = [];
  for (const [name, link] of links) {
    const collection = findMember(view, parent, name);
    if (collection === undefined) continue;
    const stamp = home
      ? newest([stampOf(link), ownVersion(view, collection, access)])
      : stampOf(link);
    children.push({ collection, stamp, linked: stampOf(link) });
  }
  return children;
}

/** See `Versions.shared`; of the home's own user. */
function sharedCollections(
  view: View,
  home: CollectionResource,
  access: Access,
): ChildCollection[] {
  const grants = new Map<string, GrantRecord>();
  const ids = principalIds(view, home.owner.id);
  const lists = [...ids].map(grantsOf);
  view.need([], lists);
  for (const list of lists) {
    for (const [id, { value }] of view.list(list)) grants.set(id, value);
  }
  needGranted(view, home, grants);
  return [...grants].sort(([a], [b]) => a < b ? -1 : 1)
    .flatMap(([id, grant]) => sharedIn(view, home, { id, grant, ids }) ?? [])
    .filter((shared) => access.privileges(shared).has("dav:read"))
    .map((collection) => {
      const { ref } = collection;
      const seen = [
        stampOf(view.get(viewKey(home.ref, ref.id))),
        stampOrNone(accessStamp(view, ref)),
      ];
      const stamp = newest([...seen, ownVersion(view, collection, access)]);
      return { collection, stamp, linked: newest(seen) };
    });
}

/** Has all that is looked at of granted collections fetched together, instead of one after the other. */
function needGranted(
  view: View,
  home: CollectionResource,
  grants: ReadonlyMap<string, GrantRecord>,
): void {
  const refs = [...grants].map(([id, { tree }]): CollRef => ({ id, tree }));
  view.need(
    refs.flatMap((ref) => [
      treeKey(ref.tree),
      viewKey(home.ref, ref.id),
      aclKey(ref, ""),
      ...versionKeys(ref),
    ]),
    refs.map(aclsOf),
  );
  const owners = refs.flatMap((ref) => view.get(treeKey(ref.tree)) ?? []);
  const parents = refs.flatMap((ref): CollRef[] => {
    const id = view.get(collKey(ref))?.value.parent ?? null;
    return id === null ? [] : [{ id, tree: ref.tree }];
  });
  view.need([
    ...owners.map(({ value }) => userKey(value.owner)),
    ...parents.flatMap((ref) => [
      collKey(ref),
      accessKey(ref),
      aclKey(ref, ""),
    ]),
  ]);
}

function versionKeys(ref: CollRef): RowKey<unknown>[] {
  return [collKey(ref), headKey(ref), accessKey(ref)];
}

/** Newest of the rows that are about a collection alone, as somebody sees them. */
function ownVersion(
  view: View,
  collection: CollectionResource,
  access: Access,
): string {
  const { ref } = collection;
  return newest([
    stampOf(view.get(collKey(ref))),
    headStamp(view, collection, access),
    stampOf(view.get(accessKey(ref))),
  ]);
}

/** Stamp of the newest change of content that somebody may be told of. */
function headStamp(
  view: View,
  collection: CollectionResource,
  access: Access,
): string {
  const head = view.get(headKey(collection.ref));
  return access.hidesPrivate(collection)
    ? stampOrNone(shownStamp(head))
    : stampOf(head);
}

function stampOrNone(stamp: string | null | undefined): string {
  return stamp ?? NO_STAMP;
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
