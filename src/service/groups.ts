/**
 * Groups: principals that stand for their members (RFC 3744 section 2). Every
 * change touches the principals' tree, so it holds from the next operation on.
 *
 * @module
 */

import {
  groupKey,
  groupMembersOf,
  groupNameKey,
  GROUPS,
  userKey,
} from "../store/keys.ts";
import type { GroupRecord } from "../store/records.ts";
import type { Store, Transaction, View } from "../store/view.ts";
import { foldLogin, parseLogin } from "./login_names.ts";
import { changeMembers, dropLinks, MEMBERS_PER_GROUP } from "./memberships.ts";
import {
  type PrincipalName,
  principalNameAt,
  type PrincipalRef,
} from "./principal_names.ts";
import { findPrincipals, readGroupMembers } from "./principals.ts";
import { refuse, succeed } from "./problems.ts";
import type { Outcome, ResourcePath } from "./problems.ts";
import { findGroup, findUser, groupResource } from "./resolve.ts";

/** A new group. */
export interface NewGroup {
  /** Its name; folded to one form. */
  readonly name: string;
  /** Name as shown to people; the name when absent. */
  readonly displayName?: string;
  /** Sign-in name of who may change the members from their own programs; absent: nobody. */
  readonly owner?: string;
}

/** A group as a list shows it. */
export interface ListedGroup {
  /** The group. */
  readonly group: GroupRecord;
  /** Sign-in name of its owner, null where it has none. */
  readonly owner: string | null;
  /** Number of its members by themselves. */
  readonly members: number;
}

/** Groups as the command line uses them. Every call may throw StoreBusy. */
export interface Groups {
  /** Makes a group without members. */
  addGroup(group: NewGroup): Promise<Outcome<GroupRecord>>;
  /** Deletes a group; what it was granted nobody has through it any more. */
  deleteGroup(name: string): Promise<Outcome<GroupRecord>>;
  /** All groups in the order of their names. */
  listGroups(): Promise<readonly ListedGroup[]>;
  /** Says who may change the members; null: nobody. */
  setOwner(name: string, owner: string | null): Promise<Outcome<GroupRecord>>;
  /** The members by themselves, users first, in the order of their names. */
  listMembers(name: string): Promise<Outcome<readonly PrincipalName[]>>;
  /** Adds and removes members, all or none. */
  changeMembers(
    name: string,
    change: {
      readonly add?: readonly PrincipalName[];
      readonly remove?: readonly PrincipalName[];
    },
  ): Promise<Outcome<GroupRecord>>;
  /** Replaces all members. */
  setMembers(
    name: string,
    members: readonly PrincipalName[],
  ): Promise<Outcome<GroupRecord>>;
}

/** Groups over a store; `clock` gives epoch milliseconds. */
export function createGroups(
  { store, clock }: { readonly store: Store; readonly clock: () => number },
): Groups {
  async function write<T>(
    run: (tx: Transaction) => Outcome<T>,
  ): Promise<Outcome<T>> {
    const { value } = await store.write<Outcome<T>>({ trees: [], run });
    return value;
  }

  /** Runs a change on a group that is there. */
  function change(
    name: string,
    run: (tx: Transaction, group: GroupRecord) => Outcome<unknown>,
  ): Promise<Outcome<GroupRecord>> {
    return write((tx) => {
      const group = findGroup(tx, name);
      if (group === undefined) return unknownGroup(name);
      const done = run(tx, group);
      return done.ok ? succeed(findGroup(tx, name) ?? group) : done;
    });
  }

  async function addGroup(input: NewGroup): Promise<Outcome<GroupRecord>> {
    const name = parseLogin(input.name, "group name");
    if (!name.ok) return name;
    const id = crypto.randomUUID();
    const created = clock();
    return await write((tx) => {
      if (tx.get(groupNameKey(name.value)) !== undefined) {
        return refuse(
          "already-exists",
          `The group ${name.value} exists already`,
        );
      }
      const owner = ownerId(tx, input.owner ?? null);
      if (!owner.ok) return owner;
      const group: GroupRecord = {
        id,
        name: name.value,
        displayName: input.displayName?.trim() || input.name.normalize("NFC"),
        owner: owner.value,
        created,
      };
      tx.set(groupKey(id), group);
      tx.set(groupNameKey(group.name), { group: id });
      return succeed(group);
    });
  }

  async function deleteGroup(name: string): Promise<Outcome<GroupRecord>> {
    const before = await store.read((view) => findGroup(view, name));
    if (before === undefined) return unknownGroup(name);
    while (true) {
      const done = await write((tx): Outcome<GroupRecord | "again"> => {
        const group = tx.get(groupKey(before.id))?.value;
        if (group === undefined) return unknownGroup(name);
        // A large group loses its members first.
        if (!dropLinks(tx, group.id)) return succeed("again");
        tx.delete(groupKey(group.id));
        tx.delete(groupNameKey(group.name));
        return succeed(group);
      });
      if (!done.ok) return done;
      if (done.value !== "again") return succeed(done.value);
    }
  }

  return {
    addGroup,
    deleteGroup,
    listGroups: () => store.read(listAll),
    setOwner: (name, login) =>
      change(name, (tx, group) => {
        const owner = ownerId(tx, login);
        if (!owner.ok) return owner;
        tx.set(groupKey(group.id), { ...group, owner: owner.value });
        return owner;
      }),
    listMembers: (name) =>
      store.read((view): Outcome<readonly PrincipalName[]> => {
        const group = findGroup(view, name);
        return group === undefined
          ? unknownGroup(name)
          : succeed(memberNames(view, group));
      }),
    changeMembers: (name, { add = [], remove = [] }) =>
      change(name, (tx, group) => {
        const added = refsOf(tx, add);
        if (!added.ok) return added;
        const removed = refsOf(tx, remove);
        if (!removed.ok) return removed;
        return changeMembers(tx, group.id, {
          add: added.value,
          remove: removed.value,
        });
      }),
    setMembers: (name, members) =>
      change(name, (tx, group) => {
        const wanted = refsOf(tx, members);
        return wanted.ok ? replaceMembers(tx, group, wanted.value) : wanted;
      }),
  };
}

/** Sets the members of a group to the principals at some paths; refuses with `dav:recognized-principal` where one of them is none. */
export function setMemberPaths(
  tx: Transaction,
  group: GroupRecord,
  paths: readonly ResourcePath[],
): Outcome<boolean> {
  const names = paths.flatMap((path) => principalNameAt(path) ?? []);
  if (names.length < paths.length) return unrecognized();
  const members = refsOf(tx, names);
  if (members.ok) return replaceMembers(tx, group, members.value);
  return members.problem.name === "not-found" ? unrecognized() : members;
}

function unrecognized(): ReturnType<typeof refuse> {
  return refuse(
    "dav:recognized-principal",
    "Not all members are principals of this server",
  );
}

function replaceMembers(
  tx: Transaction,
  group: GroupRecord,
  members: readonly PrincipalRef[],
): Outcome<boolean> {
  const wanted = new Set(members.map(({ id }) => id));
  const remove = [...tx.list(groupMembersOf(group.id))]
    .filter(([id]) => !wanted.has(id))
    .map(([id, { value }]) => ({ id, ...value }));
  return changeMembers(tx, group.id, { add: members, remove });
}

function listAll(view: View): ListedGroup[] {
  return [...view.list(GROUPS).values()].map(({ value: group }) => ({
    group,
    owner: group.owner === null
      ? null
      : view.get(userKey(group.owner))?.value.login ?? null,
    members: readGroupMembers(view, groupResource(group)).length,
  })).sort((a, b) => a.group.name < b.group.name ? -1 : 1);
}

function memberNames(view: View, group: GroupRecord): PrincipalName[] {
  const names = readGroupMembers(view, groupResource(group))
    .map((member): PrincipalName =>
      member.kind === "group"
        ? { type: "group", name: member.group.name }
        : { type: "user", name: member.user.login }
    );
  const key = ({ type, name }: PrincipalName) =>
    `${type === "user" ? 0 : 1}${name}`;
  return names.sort((a, b) => key(a) < key(b) ? -1 : 1);
}

function refsOf(
  tx: Transaction,
  names: readonly PrincipalName[],
): Outcome<readonly PrincipalRef[]> {
  // Before any of them is looked up.
  if (names.length > MEMBERS_PER_GROUP) {
    return refuse(
      "too-large",
      `A group has at most ${MEMBERS_PER_GROUP} members by itself`,
    );
  }
  const refs: PrincipalRef[] = [];
  for (const [at, ref] of findPrincipals(tx, names).entries()) {
    if (ref !== undefined) refs.push(ref);
    else {
      const { type = "user", name = "" } = names[at] ?? {};
      return type === "group" ? unknownGroup(name) : unknownAccount(name);
    }
  }
  return succeed(refs);
}

function ownerId(
  tx: Transaction,
  login: string | null,
): Outcome<string | null> {
  if (login === null) return succeed(null);
  const user = findUser(tx, login);
  return user === undefined ? unknownAccount(login) : succeed(user.id);
}

function unknownAccount(login: string): ReturnType<typeof refuse> {
  return refuse("not-found", `There is no account ${JSON.stringify(login)}`);
}

function unknownGroup(name: string): ReturnType<typeof refuse> {
  return refuse(
    "not-found",
    `There is no group ${JSON.stringify(foldLogin(name))}`,
  );
}
