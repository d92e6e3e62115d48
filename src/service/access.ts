/**
 * The one place that says who may do what. For now a user has all privileges
 * on their own trees and principal and none on those of others; ACEs will be
 * read here (RFC 3744), and every caller already asks with the resource and
 * the state it is in.
 *
 * @module
 */

import { userKey } from "../store/keys.ts";
import type { View } from "../store/view.ts";
import { foldLogin } from "./login_names.ts";
import type { Outcome, ResourcePath } from "./problems.ts";
import { refuse, succeed } from "./problems.ts";
import type { Privilege, Resource, Session } from "./types.ts";

/** All privileges: what an owner has. */
export const ALL_PRIVILEGES: ReadonlySet<Privilege> = new Set<Privilege>([
  "dav:all",
  "dav:read",
  "dav:write",
  "dav:write-properties",
  "dav:write-content",
  "dav:unlock",
  "dav:read-acl",
  "dav:read-current-user-privilege-set",
  "dav:write-acl",
  "dav:bind",
  "dav:unbind",
  "caldav:read-free-busy",
]);

const READ_PRIVILEGES: ReadonlySet<Privilege> = new Set<Privilege>([
  "dav:read",
  "dav:read-acl",
  "dav:read-current-user-privilege-set",
]);

/** What a user may do with their own principal: nothing is bound, locked or replaced there. */
const PRINCIPAL_PRIVILEGES: ReadonlySet<Privilege> = new Set<Privilege>([
  ...READ_PRIVILEGES,
  "dav:write-properties",
]);

const NO_PRIVILEGES: ReadonlySet<Privilege> = new Set();

/** What a session may do with a resource. */
export function privilegesOn(
  _view: View,
  session: Session | null,
  resource: Resource,
): ReadonlySet<Privilege> {
  if (session === null) return NO_PRIVILEGES;
  switch (resource.kind) {
    case "root":
    case "principals":
    case "space":
      return READ_PRIVILEGES;
    case "principal":
      return resource.user.id === session.user.id
        ? PRINCIPAL_PRIVILEGES
        : NO_PRIVILEGES;
    default:
      return resource.owner.id === session.user.id
        ? ALL_PRIVILEGES
        : NO_PRIVILEGES;
  }
}

/** Whether a session may know what is, and what is not, at a path. */
export function mayKnow(session: Session | null, path: ResourcePath): boolean {
  if (session === null) return false;
  const { login } = session.user;
  if (path.type === "tree") return foldLogin(path.user) === login;
  if (path.type !== "principal") return true;
  return path.set === "users" && foldLogin(path.name) === login;
}

/** The refusal of a privilege: the same words whether something is there or not. */
export function lacking(
  privilege: Privilege,
  path?: ResourcePath,
): ReturnType<typeof refuse> {
  return refuse(
    "dav:need-privileges",
    `This needs the privilege ${privilege}`,
    path,
  );
}

/** Refuses unless the session has a privilege on a resource. */
export function demand(
  view: View,
  session: Session | null,
  wanted: { readonly resource: Resource; readonly privilege: Privilege },
): Outcome<null> {
  const { resource, privilege } = wanted;
  return privilegesOn(view, session, resource).has(privilege)
    ? succeed(null)
    : lacking(privilege, resource.path);
}

/** Refuses a session whose account has changed since its credentials were checked. */
export function checkSession(
  view: View,
  session: Session,
): Outcome<null> {
  const row = view.get(userKey(session.user.id));
  if (row !== undefined && row.stamp === session.stamp) return succeed(null);
  return refuse(
    "stale-session",
    "The account has changed since the credentials were checked",
  );
}

/** The tree that a path leads into, or a refusal where the session may not even know what is there. */
export function enterTree(
  session: Session | null,
  path: ResourcePath & { readonly type: "tree" },
  privilege: Privilege,
): Outcome<{ readonly session: Session; readonly tree: string }> {
  if (session === null || !mayKnow(session, path)) {
    return lacking(privilege, path);
  }
  return succeed({ session, tree: session.user.trees[path.space] });
}
