/**
 * The collections that one shows as its members: those linked in it, and in a
 * home those that others share with its user.
 *
 * @module
 */

import {
  accessKey,
  aclKey,
  aclsOf,
  collKey,
  grantsOf,
  memberKey,
  membersOf,
  type RowKey,
  treeKey,
  userKey,
  viewKey,
} from "../store/keys.ts";
import type { CollRef, GrantRecord } from "../store/records.ts";
import type { View } from "../store/view.ts";
import type { Access } from "./access.ts";
import { accessStamp } from "./acl.ts";
import { isHome } from "./kinds.ts";
import { principalIds } from "./memberships.ts";
import { findMember, sharedIn } from "./resolve.ts";
import {
  newest,
  ownVersion,
  stampOf,
  stampOrNone,
  versionKeys,
} from "./stamps.ts";
import type { CollectionResource } from "./types.ts";

/** A collection linked in another one. */
export interface ChildCollection {
  /** The collection. */
  readonly collection: CollectionResource;
  /** Stamp at which its parent's history names it. */
  readonly stamp: string;
  /** Stamp at which it was linked there. */
  readonly linked: string;
}

/** See `Versions.children`. */
export function childCollections(
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
export function sharedCollections(
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
