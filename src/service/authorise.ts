/**
 * What operations demand of who asks, and what is answered where that is
 * lacking: nobody is told more of a place than they may know.
 *
 * @module
 */

import { userKey } from "../store/keys.ts";
import type { View } from "../store/view.ts";
import { mayKnow, privilegesOn } from "./access.ts";
import { foldLogin } from "./login_names.ts";
import { isSharedName } from "./names.ts";
import type { Privilege } from "./privileges.ts";
import type { Outcome, ResourcePath } from "./problems.ts";
import { refuse, succeed } from "./problems.ts";
import type { TreePath } from "./resolve.ts";
import type { Resource, Session } from "./types.ts";

/** The refusal of a privilege: the same words whether something is there or not. */
export function lacking(
  privilege: Privilege,
  path?: ResourcePath,
): ReturnType<typeof refuse> {
  const message = `This needs the privilege ${privilege}`;
  const { problem } = refuse("dav:need-privileges", message, path);
  return { ok: false, problem: { ...problem, privilege } };
}

/** The refusal where nothing is, or nothing that the session may see. */
export function missing(
  view: View,
  session: Session | null,
  wanted: { readonly path: ResourcePath; readonly privilege: Privilege },
): ReturnType<typeof refuse> {
  return mayKnow(view, session, wanted.path)
    ? refuse("not-found", "There is nothing at this URL")
    : lacking(wanted.privilege, wanted.path);
}

/** The refusal where there is no collection to put something into, or none that the session may see. */
export function missingParent(
  view: View,
  session: Session | null,
  wanted: { readonly path: ResourcePath; readonly privilege: Privilege },
): ReturnType<typeof refuse> {
  const { path, privilege } = wanted;
  return mayKnow(view, session, path)
    ? refuse(
      "missing-parent",
      "There is no collection at the parent of this URL",
    )
    : lacking(privilege, path);
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

/** Whether a path leads through the session's own home, and not on into what others share. */
export function isOwn(session: Session, path: TreePath): boolean {
  return foldLogin(path.user) === session.user.login &&
    !isSharedName(path.names[0]);
}
