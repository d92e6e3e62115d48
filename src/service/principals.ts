/**
 * Principals as resources (RFC 3744 section 2): users and groups, who belongs
 * to whom, and what the layout of URLs puts above them.
 *
 * @module
 */

import {
  groupKey,
  groupMembersOf,
  groupNameKey,
  GROUPS,
  loginKey,
  membershipsOf,
  type RowKey,
  userKey,
  USERS,
} from "../store/keys.ts";
import type { View } from "../store/view.ts";
import { foldLogin } from "./login_names.ts";
import type { PrincipalName, PrincipalRef } from "./principal_names.ts";
import { type ResourcePath, SPACES } from "./problems.ts";
import { groupResource, resolve, userResource } from "./resolve.ts";
import type {
  GroupResource,
  PrincipalResource,
  Resource,
  Session,
} from "./types.ts";

/** What is right below a resource that only the layout makes, as far as a session may know it; in the order of the names. */
export function membersOfVirtual(
  view: View,
  path: ResourcePath,
  session: Session | null,
): Resource[] {
  if (session === null) return [];
  const at = (below: ResourcePath) => resolve(view, below) ?? [];
  switch (path.type) {
    case "root":
      return [
        { type: "principals" as const, set: "all" as const },
        ...SPACES.map((space) => ({ type: "space" as const, space })),
      ].flatMap(at);
    case "principals":
      if (path.set === "users") return users(view);
      if (path.set === "groups") return groups(view);
      return (["users", "groups"] as const)
        .flatMap((set) => at({ type: "principals", set }));
    case "space": {
      const { login } = session.user;
      return [at({ type: "tree", space: path.space, user: login, names: [] })]
        .flat();
    }
    default:
      return [];
  }
}

function users(view: View): PrincipalResource[] {
  return [...view.list(USERS).values()]
    .map(({ value }) => userResource(value))
    .sort((a, b) => a.user.login < b.user.login ? -1 : 1);
}

function groups(view: View): GroupResource[] {
  return [...view.list(GROUPS).values()]
    .map(({ value }) => groupResource(value))
    .sort((a, b) => a.group.name < b.group.name ? -1 : 1);
}

/** The members of a group by themselves: users and groups that are still there (RFC 3744 section 4.3). */
export function readGroupMembers(
  view: View,
  { group }: GroupResource,
): (PrincipalResource | GroupResource)[] {
  const members = [...view.list(groupMembersOf(group.id))];
  view.need(
    members.map(([id, { value }]) =>
      value.type === "group" ? groupKey(id) : userKey(id)
    ),
  );
  return members
    .flatMap(([id, { value }]) => principalById(view, { id, ...value }) ?? []);
}

/** The groups that a principal belongs to by itself (RFC 3744 section 4.4). */
export function readMemberships(
  view: View,
  principal: PrincipalResource | GroupResource,
): GroupResource[] {
  const { id } = principal.kind === "group" ? principal.group : principal.user;
  const groups = [...view.list(membershipsOf(id)).keys()];
  view.need(groups.map(groupKey));
  return groups.flatMap((group) => {
    const row = view.get(groupKey(group));
    return row === undefined ? [] : groupResource(row.value);
  });
}

/** The user or group with an id, undefined where it is gone. */
export function principalById(
  view: View,
  { id, type }: { readonly id: string; readonly type: "user" | "group" },
): PrincipalResource | GroupResource | undefined {
  if (type === "group") {
    const row = view.get(groupKey(id));
    return row && groupResource(row.value);
  }
  const row = view.get(userKey(id));
  return row && userResource(row.value);
}

/** The users and groups with some names, in the same order; undefined where there is none. Fetches what is missing together. */
export function findPrincipals(
  view: View,
  names: readonly PrincipalName[],
): readonly (PrincipalRef | undefined)[] {
  view.need(names.map(nameKey));
  const refs = names.map((name) => refOf(view, name));
  view.need(
    refs.flatMap((ref) =>
      ref === undefined
        ? []
        : ref.type === "group"
        ? groupKey(ref.id)
        : userKey(ref.id)
    ),
  );
  return refs.map((ref) =>
    ref === undefined || principalById(view, ref) === undefined
      ? undefined
      : ref
  );
}

function nameKey({ type, name }: PrincipalName): RowKey<unknown> {
  const folded = foldLogin(name);
  return type === "group" ? groupNameKey(folded) : loginKey(folded);
}

function refOf(
  view: View,
  { type, name }: PrincipalName,
): PrincipalRef | undefined {
  const folded = foldLogin(name);
  const id = type === "group"
    ? view.get(groupNameKey(folded))?.value.group
    : view.get(loginKey(folded))?.value.user;
  return id === undefined ? undefined : { type, id };
}
