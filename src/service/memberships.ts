/**
 * Who belongs to which group (RFC 3744 sections 4.3 and 4.4): a row at the
 * group, one at the member, and one that is the version of all of them.
 *
 * @module
 */

import {
  grantKey,
  grantsOf,
  groupMemberKey,
  groupMembersOf,
  membershipKey,
  MEMBERSHIPS,
  membershipsOf,
} from "../store/keys.ts";
import type { Transaction, View } from "../store/view.ts";
import type { PrincipalRef } from "./principal_names.ts";
import type { Outcome } from "./problems.ts";
import { refuse, succeed } from "./problems.ts";

/** Members that one change adds and removes at most: two rows each, and one commit for all. */
export const MEMBERS_PER_CHANGE = 400;

/** Members that a group may have by itself: they are read as one list. */
export const MEMBERS_PER_GROUP = 5_000;

/** Ids of a principal and of all groups that it belongs to, by itself or through other groups. */
export function principalIds(view: View, id: string): ReadonlySet<string> {
  const ids = new Set([id]);
  // Level by level: the lists of one are fetched together. A cycle adds nothing.
  let level = [id];
  while (level.length > 0) {
    const lists = level.map(membershipsOf);
    view.need([], lists);
    const groups = lists.flatMap((list) => [...view.list(list).keys()]);
    level = [...new Set(groups)].filter((group) => !ids.has(group));
    for (const group of level) ids.add(group);
  }
  return ids;
}

/**
 * Adds members to a group and takes others out; who is in already, or is not,
 * stays so. Refuses with `conflict` where a group would come to belong to
 * itself, and with `too-large`.
 *
 * @returns True where anything was changed.
 */
export function changeMembers(
  tx: Transaction,
  group: string,
  change: {
    readonly add: readonly PrincipalRef[];
    readonly remove: readonly PrincipalRef[];
  },
): Outcome<boolean> {
  const present = tx.list(groupMembersOf(group));
  const wanted = new Map(change.add.map((member) => [member.id, member]));
  const added = [...wanted.values()].filter(({ id }) => !present.has(id));
  const removed = new Set(
    change.remove.map(({ id }) => id).filter((id) => present.has(id)),
  );
  const above = principalIds(tx, group);
  if (added.some(({ id }) => above.has(id))) {
    return refuse("conflict", "A group cannot belong to itself");
  }
  if (added.length + removed.size > MEMBERS_PER_CHANGE) {
    return refuse(
      "too-large",
      `One change adds and removes at most ${MEMBERS_PER_CHANGE} members`,
    );
  }
  if (present.size + added.length - removed.size > MEMBERS_PER_GROUP) {
    return refuse(
      "too-large",
      `A group has at most ${MEMBERS_PER_GROUP} members by itself: groups may be members`,
    );
  }
  for (const { id, type } of added) {
    tx.set(groupMemberKey(group, id), { type });
    tx.set(membershipKey(id, group), { type });
  }
  for (const id of removed) part(tx, group, id);
  const isChanged = added.length + removed.size > 0;
  if (isChanged) tx.set(MEMBERSHIPS, true);
  return succeed(isChanged);
}

/**
 * Takes a principal that is about to be deleted out of all that leads to it:
 * as much as one commit takes.
 *
 * @returns True where nothing is left.
 */
export function dropLinks(tx: Transaction, principal: string): boolean {
  const members = [...tx.list(groupMembersOf(principal)).keys()];
  const groups = [...tx.list(membershipsOf(principal)).keys()];
  const grants = [...tx.list(grantsOf(principal)).keys()];
  const links = [
    ...members.map((member) => () => part(tx, principal, member)),
    ...groups.map((group) => () => part(tx, group, principal)),
    ...grants.map((coll) => () => tx.delete(grantKey(principal, coll))),
  ];
  for (const drop of links.slice(0, MEMBERS_PER_CHANGE)) drop();
  if (members.length + groups.length > 0) tx.set(MEMBERSHIPS, true);
  return links.length <= MEMBERS_PER_CHANGE;
}

function part(tx: Transaction, group: string, member: string): void {
  tx.delete(groupMemberKey(group, member));
  tx.delete(membershipKey(member, group));
}
