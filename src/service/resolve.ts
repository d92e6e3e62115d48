/**
 * From a path to what is there: one function for readers and operations
 * alike. What no path reaches is dead, so every operation resolves its paths
 * anew in its own transaction.
 *
 * @module
 */

import {
  aclKey,
  bodyKey,
  collKey,
  entryKey,
  grantKey,
  groupKey,
  groupNameKey,
  loginKey,
  memberKey,
  type RowKey,
  treeKey,
  userKey,
  viewKey,
} from "../store/keys.ts";
import type {
  CollRecord,
  CollRef,
  EntryRecord,
  GrantRecord,
  GroupRecord,
  UserRecord,
} from "../store/records.ts";
import type { Row, View } from "../store/view.ts";
import { contentStamp } from "./etag.ts";
import {
  collectionRules,
  heldRules,
  holdsCollections,
  spaceRules,
} from "./kinds.ts";
import type { ResourcePath, Space } from "./problems.ts";
import { foldLogin } from "./login_names.ts";
import { principalIds } from "./memberships.ts";
import { parseSharedName, sharedName } from "./names.ts";
import type {
  CollectionResource,
  GroupResource,
  ObjectResource,
  PrincipalResource,
  Resource,
} from "./types.ts";

/** A path into a tree of a user. */
export type TreePath = ResourcePath & { readonly type: "tree" };

/** An object as an operation sees it: its stamp is null while its commit is pending. */
export interface FoundObject {
  /** The row of its facts. */
  readonly row: Row<EntryRecord>;
  /** Its name. */
  readonly name: string;
  /** The collection that holds it. */
  readonly parent: CollectionResource;
}

/** What is at the end of a path into a tree. */
export type Found =
  | { readonly type: "collection"; readonly collection: CollectionResource }
  | { readonly type: "object"; readonly object: FoundObject };

/** The account with a sign-in name, in any case. */
export function findUser(view: View, login: string): UserRecord | undefined {
  const row = view.get(loginKey(foldLogin(login)));
  return row && view.get(userKey(row.value.user))?.value;
}

/** The group with a name, in any case. */
export function findGroup(view: View, name: string): GroupRecord | undefined {
  const row = view.get(groupNameKey(foldLogin(name)));
  return row && view.get(groupKey(row.value.group))?.value;
}

/** The root of one of a user's trees. */
export function rootRef(user: UserRecord, space: Space): CollRef {
  const id = user.trees[space];
  return { id, tree: id };
}

function collectionAt(
  row: CollRecord,
  options: { id: string; path: TreePath; owner: UserRecord },
): CollectionResource {
  const { id, path, owner } = options;
  return { kind: row.kind, path, ref: { id, tree: row.tree }, row, owner };
}

function liveColl(view: View, ref: CollRef): CollRecord | undefined {
  const row = view.get(collKey(ref))?.value;
  return row?.state === "live" ? row : undefined;
}

function childPath(parent: CollectionResource, name: string): TreePath {
  return { ...parent.path, names: [...parent.path.names, name] };
}

/** The collection linked at a name in another one. */
export function findMember(
  view: View,
  parent: CollectionResource,
  name: string,
): CollectionResource | undefined {
  const link = view.get(memberKey(parent.ref, name));
  if (link === undefined) return undefined;
  const ref = { id: link.value.coll, tree: parent.ref.tree };
  const row = liveColl(view, ref);
  if (row === undefined) return undefined;
  return collectionAt(row, {
    id: ref.id,
    path: childPath(parent, name),
    owner: parent.owner,
  });
}

/**
 * The collection of somebody else that a home shows at a name, undefined where
 * nothing leads there or its user has hidden it. Says nothing about what the
 * user may do there.
 */
export function findShared(
  view: View,
  home: CollectionResource,
  name: string,
): CollectionResource | undefined {
  const id = parseSharedName(name);
  if (id === undefined || home.shared !== undefined) return undefined;
  const ids = principalIds(view, home.owner.id);
  for (const principal of ids) {
    const grant = view.get(grantKey(principal, id));
    if (grant === undefined) continue;
    return sharedIn(view, home, { id, grant: grant.value, ids });
  }
  return undefined;
}

/**
 * The collection that a grant leads to, as a home shows it; undefined where it
 * does not belong there, or its ACL no longer names one of the user's ids.
 */
export function sharedIn(
  view: View,
  home: CollectionResource,
  granted: {
    readonly id: string;
    readonly grant: GrantRecord;
    readonly ids: ReadonlySet<string>;
  },
): CollectionResource | undefined {
  const { id, grant, ids } = granted;
  const isShown = collectionRules(grant.kind).within.includes(home.kind);
  if (!isShown || grant.tree === home.ref.tree) return undefined;
  const ref = { id, tree: grant.tree };
  const acl = aclKey(ref, "");
  view.need([treeKey(ref.tree), collKey(ref), viewKey(home.ref, id), acl]);
  const names = view.get(acl)?.value.aces.some(({ who, deny }) =>
    deny !== true && "id" in who && ids.has(who.id)
  );
  if (names !== true) return undefined;
  const row = liveColl(view, ref);
  if (row === undefined) return undefined;
  if (view.get(viewKey(home.ref, id))?.value.hidden === true) return undefined;
  const tree = view.get(treeKey(ref.tree));
  const owner = tree && view.get(userKey(tree.value.owner))?.value;
  if (owner === undefined) return undefined;
  const name = sharedName(id);
  return {
    ...collectionAt(row, { id, path: childPath(home, name), owner }),
    shared: { home: home.ref, name, user: home.owner },
  };
}

/** The object at a name in a collection. */
export function findObject(
  view: View,
  parent: CollectionResource,
  name: string,
): FoundObject | undefined {
  if (heldRules(parent.kind) === undefined) return undefined;
  const row = view.get(entryKey(parent.ref, name));
  return row && { row, name, parent };
}

/** Rows that tell what is at a name in a collection. */
function keysAt(
  parent: CollRef,
  options: { space: Space; depth: number; name: string; body: boolean },
): RowKey<unknown>[] {
  const { space, depth, name, body } = options;
  const keys: RowKey<unknown>[] = [];
  // Calendars and address books hold no collections, their homes no objects.
  if (space === "files" || depth === 0) keys.push(memberKey(parent, name));
  if (space === "files" || depth > 0) {
    keys.push(entryKey(parent, name));
    if (body) keys.push(bodyKey(parent, name));
  }
  return keys;
}

/** What is at a path into a tree, undefined where nothing is. */
export function findTree(
  view: View,
  path: TreePath,
  options: { readonly body?: boolean } = {},
): Found | undefined {
  const owner = findUser(view, path.user);
  if (owner === undefined) return undefined;
  const root = rootRef(owner, path.space);
  const { space, names } = path;
  const wanted = (ref: CollRef, depth: number) => {
    const name = names[depth];
    const body = options.body === true && depth === names.length - 1;
    return name === undefined ? [] : keysAt(ref, { space, depth, name, body });
  };
  view.need([collKey(root), ...wanted(root, 0)]);
  const row = liveColl(view, root);
  if (row === undefined) return undefined;
  let here = collectionAt(row, {
    id: root.id,
    path: { type: "tree", space, user: owner.login, names: [] },
    owner,
  });
  for (const [depth, name] of names.entries()) {
    const shared = depth === 0 ? findShared(view, here, name) : undefined;
    if (shared !== undefined) {
      view.need(wanted(shared.ref, depth + 1));
      here = shared;
      continue;
    }
    const link = holdsCollections(here.kind)
      ? view.get(memberKey(here.ref, name))
      : undefined;
    if (link !== undefined) {
      const ref = { id: link.value.coll, tree: here.ref.tree };
      view.need([collKey(ref), ...wanted(ref, depth + 1)]);
      const next = findMember(view, here, name);
      if (next === undefined) return undefined;
      here = next;
      continue;
    }
    if (depth < names.length - 1) return undefined;
    const object = findObject(view, here, name);
    return object && { type: "object", object };
  }
  return { type: "collection", collection: here };
}

/**
 * Has the rows at the ends of many paths fetched together, instead of one path
 * after the other. Each collection on the way is resolved once.
 */
export function prefetch(
  view: View,
  paths: readonly TreePath[],
  options: { readonly body?: boolean } = {},
): void {
  const parents = new Map<string, Found | undefined>();
  const keys: RowKey<unknown>[] = [];
  for (const path of paths) {
    const name = path.names.at(-1);
    if (name === undefined) continue;
    const names = path.names.slice(0, -1);
    const text = JSON.stringify([path.space, path.user, names]);
    if (!parents.has(text)) {
      parents.set(text, findTree(view, { ...path, names }));
    }
    const found = parents.get(text);
    if (found?.type !== "collection") continue;
    keys.push(...keysAt(found.collection.ref, {
      space: path.space,
      depth: names.length,
      name,
      body: options.body === true,
    }));
  }
  view.need(keys);
}

/** An object as a reader sees it, where every stamp is known. */
export function objectResource(
  parent: CollectionResource,
  name: string,
  options: { readonly entry: EntryRecord; readonly stamp: string },
): ObjectResource {
  return {
    kind: spaceRules(parent.path.space).kind,
    path: childPath(parent, name),
    name,
    parent,
    entry: options.entry,
    stamp: options.stamp,
    owner: parent.owner,
  };
}

function groupAt(view: View, name: string): GroupResource | undefined {
  const group = findGroup(view, name);
  return group && groupResource(group);
}

/** A group as a resource. */
export function groupResource(group: GroupRecord): GroupResource {
  return {
    kind: "group",
    path: { type: "principal", set: "groups", name: group.name },
    group,
  };
}

/** A user as a resource. */
export function userResource(user: UserRecord): PrincipalResource {
  return {
    kind: "principal",
    path: { type: "principal", set: "users", name: user.login },
    user,
  };
}

/** What is at a path, undefined where nothing is. Does not authorise. */
export function resolve(
  view: View,
  path: ResourcePath,
  options: { readonly body?: boolean } = {},
): Resource | undefined {
  switch (path.type) {
    case "root":
      return { kind: "root", path };
    case "principals":
      return { kind: "principals", path };
    case "space":
      return { kind: "space", path };
    case "principal": {
      if (path.set === "groups") return groupAt(view, path.name);
      const user = findUser(view, path.name);
      return user && userResource(user);
    }
    case "tree": {
      const found = findTree(view, path, options);
      if (found === undefined) return undefined;
      if (found.type === "collection") return found.collection;
      const { row, name, parent } = found.object;
      const stamp = contentStamp(row);
      // Readers see only what is durable.
      if (stamp === null) throw new Error("An object without a stamp was read");
      return objectResource(parent, name, { entry: row.value, stamp });
    }
  }
}
