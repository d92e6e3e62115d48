/**
 * Every key of the store, and nothing else writes a key. A key is given
 * together with the tree whose row decides about it (DESIGN section 4).
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { Key } from "./engine.ts";
import type {
  AclRecord,
  BodyRecord,
  CollRecord,
  CollRef,
  EntryRecord,
  GrantRecord,
  GroupMemberRecord,
  GroupNameRecord,
  GroupRecord,
  HeadRecord,
  JobRecord,
  LockRecord,
  LoginRecord,
  LogRecord,
  MemberRecord,
  MetaRecord,
  PropRecord,
  TombstoneRecord,
  TreeRecord,
  UidRecord,
  UserRecord,
  ViewRecord,
} from "./records.ts";

/** Id of the tree that all accounts live in. */
export const PRINCIPALS = "principals";

/** A key that knows the type of its row. `T` is only for the compiler. */
export interface RowKey<T> {
  /** The engine's key. */
  readonly parts: Key;
  /** The same as one string, for maps in memory. */
  readonly text: string;
  /** The tree whose version covers the row. */
  readonly tree: string;
  /** The collection that the row is about; absent for rows of a tree or account. */
  readonly coll?: string;
  /** Never set: carries the type of the row's value. */
  readonly row?: T;
}

/** A prefix whose rows are few enough to be read as a whole. */
export interface ListKey<T> {
  /** All keys that begin with these parts. */
  readonly prefix: Key;
  /** The same as one string. */
  readonly text: string;
  /** The tree whose version covers the rows. */
  readonly tree: string;
  /** The collection that the rows are about. */
  readonly coll?: string;
  /** The key of one row of the list, from its last key part. */
  readonly at: (last: string) => RowKey<T>;
}

function key<T>(
  tree: string,
  coll: string | undefined,
  ...parts: string[]
): RowKey<T> {
  const base = { parts, text: parts.join("\0"), tree };
  return coll === undefined ? base : { ...base, coll };
}

/** Strings without a limit of their own are hashed above 200 bytes, under another prefix. */
function bounded(text: string): [string, string] {
  if (text.length <= 66 || new TextEncoder().encode(text).length <= 200) {
    return ["=", text];
  }
  return ["#", createHash("sha256").update(text).digest("hex")];
}

/** Rows of the whole store. */
export const meta = {
  /** Schema version. */
  schema: key<MetaRecord>(PRINCIPALS, undefined, "meta", "schema"),
  /** Random id that changes when a backup is restored. */
  epoch: key<MetaRecord>(PRINCIPALS, undefined, "meta", "epoch"),
  /** How far a migration has come. */
  migration: key<unknown>(PRINCIPALS, undefined, "meta", "migration"),
};

/** The row that is the version of a tree. */
export function treeKey(tree: string): RowKey<TreeRecord> {
  return key(tree, undefined, "tree", tree);
}

/** Log rows of a tree; the last part is the commit's versionstamp. */
export function logPrefix(tree: string): Key {
  return ["log", tree];
}

/** One log row; only the trimmer touches it by name. */
export function logKey(tree: string, stamp: string): RowKey<LogRecord> {
  return key(NO_TREE, undefined, "log", tree, stamp);
}

/** Set by the commit that trims the log of a tree: nothing at or below its value is complete. */
export function logFloorKey(tree: string): RowKey<string> {
  return key(tree, undefined, "log_floor", tree);
}

/** An account. */
export function userKey(user: string): RowKey<UserRecord> {
  return key(PRINCIPALS, undefined, "user", user);
}

/** All accounts. */
export const USERS: ListKey<UserRecord> = {
  prefix: ["user"],
  text: "user\0",
  tree: PRINCIPALS,
  at: userKey,
};

/** The account with this sign-in name (already folded). */
export function loginKey(login: string): RowKey<LoginRecord> {
  return key(PRINCIPALS, undefined, "login", login);
}

/** A group. */
export function groupKey(group: string): RowKey<GroupRecord> {
  return key(PRINCIPALS, undefined, "group", group);
}

/** All groups. */
export const GROUPS: ListKey<GroupRecord> = {
  prefix: ["group"],
  text: "group\0",
  tree: PRINCIPALS,
  at: groupKey,
};

/** The group with this name (already folded). */
export function groupNameKey(name: string): RowKey<GroupNameRecord> {
  return key(PRINCIPALS, undefined, "group_name", name);
}

/** Who belongs to all groups, for `check`. */
export const GROUP_MEMBERS: Key = ["group_member"];

/** The same the other way round, for `check`. */
export const MEMBERSHIP_ROWS: Key = ["membership"];

/** A principal that belongs to a group. */
export function groupMemberKey(
  group: string,
  member: string,
): RowKey<GroupMemberRecord> {
  return key(PRINCIPALS, undefined, "group_member", group, member);
}

/** The members of a group, by id. */
export function groupMembersOf(group: string): ListKey<GroupMemberRecord> {
  return {
    prefix: ["group_member", group],
    text: `group_member\0${group}\0`,
    tree: PRINCIPALS,
    at: (member) => groupMemberKey(group, member),
  };
}

/** The same the other way round: a group that a principal belongs to. */
export function membershipKey(
  member: string,
  group: string,
): RowKey<GroupMemberRecord> {
  return key(PRINCIPALS, undefined, "membership", member, group);
}

/** The groups that a principal belongs to by itself, by id. */
export function membershipsOf(member: string): ListKey<GroupMemberRecord> {
  return {
    prefix: ["membership", member],
    text: `membership\0${member}\0`,
    tree: PRINCIPALS,
    at: (group) => membershipKey(member, group),
  };
}

/** Version of who belongs to which group; set by every change of that. */
export const MEMBERSHIPS: RowKey<true> = key(
  PRINCIPALS,
  undefined,
  "memberships",
);

/** The ACEs that were set on a collection (`member` "") or on one of its objects. */
export function aclKey(coll: CollRef, member: string): RowKey<AclRecord> {
  return key(coll.tree, coll.id, "acl", coll.id, member);
}

/** All ACLs in a collection, its own and those of its objects. */
export function aclsOf(coll: CollRef): ListKey<AclRecord> {
  return {
    prefix: ["acl", coll.id],
    text: `acl\0${coll.id}\0`,
    tree: coll.tree,
    coll: coll.id,
    at: (member) => aclKey(coll, member),
  };
}

/** Leads from a principal to a collection whose ACL names it. */
export function grantKey(
  principal: string,
  coll: string,
): RowKey<GrantRecord> {
  return key(PRINCIPALS, undefined, "grant", principal, coll);
}

/** All collections whose ACLs name, or have named, a principal. */
export function grantsOf(principal: string): ListKey<GrantRecord> {
  return {
    prefix: ["grant", principal],
    text: `grant\0${principal}\0`,
    tree: PRINCIPALS,
    at: (coll) => grantKey(principal, coll),
  };
}

/** How a collection of somebody else is shown in a home. */
export function viewKey(home: CollRef, coll: string): RowKey<ViewRecord> {
  return key(home.tree, home.id, "view", home.id, coll);
}

/** A collection. */
export function collKey(coll: CollRef): RowKey<CollRecord> {
  return key(coll.tree, coll.id, "coll", coll.id);
}

/** Version of a collection's content: its ctag and newest sync-token. */
export function headKey(coll: CollRef): RowKey<HeadRecord> {
  return key(coll.tree, coll.id, "head", coll.id);
}

/** Version of what decides who may see members of a collection. */
export function accessKey(coll: CollRef): RowKey<true> {
  return key(coll.tree, coll.id, "access", coll.id);
}

/** The collection linked at a name. */
export function memberKey(parent: CollRef, name: string): RowKey<MemberRecord> {
  return key(parent.tree, parent.id, "member", parent.id, name);
}

/** All collections linked in one. */
export function membersOf(parent: CollRef): ListKey<MemberRecord> {
  return {
    prefix: ["member", parent.id],
    text: `member\0${parent.id}\0`,
    tree: parent.tree,
    coll: parent.id,
    at: (name) => memberKey(parent, name),
  };
}

/**
 * Stands for the user's principal as `member` of their calendar home, whose
 * `prop` rows hold the principal's properties. No URL segment decodes to it.
 */
export const PRINCIPAL_MEMBER = ".";

/**
 * Begins, before its id, the `member` of a home that stands for a collection
 * of somebody else: what its user has set for themselves.
 */
export const SHARED_MEMBER = "~";

/** A property of a collection (`member` "") or of one of its objects; `name` in Clark notation. */
export function propKey(
  coll: CollRef,
  member: string,
  name: string,
): RowKey<PropRecord> {
  return propAt(coll, member, bounded(name).join(""));
}

function propAt(
  coll: CollRef,
  member: string,
  last: string,
): RowKey<PropRecord> {
  return key(coll.tree, coll.id, "prop", coll.id, member, last);
}

/** All properties set on a collection (`member` "") or on one of its objects. */
export function propsOf(coll: CollRef, member: string): ListKey<PropRecord> {
  return {
    prefix: ["prop", coll.id, member],
    text: `prop\0${coll.id}\0${member}\0`,
    tree: coll.tree,
    coll: coll.id,
    at: (last) => propAt(coll, member, last),
  };
}

/** The facts of an object. */
export function entryKey(coll: CollRef, name: string): RowKey<EntryRecord> {
  return key(coll.tree, coll.id, "entry", coll.id, name);
}

/** Entries of a collection, for maps and `check`. */
export function entriesOf(coll: string): Key {
  return ["entry", coll];
}

/** The bytes of an object. */
export function bodyKey(coll: CollRef, name: string): RowKey<BodyRecord> {
  return key(coll.tree, coll.id, "body", coll.id, name);
}

/** One chunk of a large body. */
export function blobKey(blob: string, chunk: number): Key {
  return ["blob", blob, chunk];
}

/** All chunks of a large body, or (without id) of all of them. */
export function blobPrefix(blob?: string): Key {
  return blob === undefined ? ["blob"] : ["blob", blob];
}

/** The owner of a UID in a collection. */
export function uidKey(coll: CollRef, uid: string): RowKey<UidRecord> {
  return key(coll.tree, coll.id, "uid", coll.id, ...bounded(uid));
}

/** A deleted member. */
export function tombstoneKey(
  coll: CollRef,
  name: string,
): RowKey<TombstoneRecord> {
  return key(coll.tree, coll.id, "tombstone", coll.id, name);
}

/** Tombstones of a collection, for maps and `check`. */
export function tombstonesOf(coll: string): Key {
  return ["tombstone", coll];
}

/** A lock; the tree's id is that of its root collection, which its notes in the log name. */
export function lockKey(tree: string, token: string): RowKey<LockRecord> {
  return key(tree, tree, "lock", tree, token);
}

/** All locks of a tree, by token: few, as their number is bounded. */
export function locksOf(tree: string): ListKey<LockRecord> {
  return {
    prefix: ["lock", tree],
    text: `lock\0${tree}\0`,
    tree,
    coll: tree,
    at: (token) => lockKey(tree, token),
  };
}

/** Stands for no tree: such rows have no version but their own, and no view shows them. */
export const NO_TREE = "";

/** A job; its own row is its version. */
export function jobKey(job: string): RowKey<JobRecord> {
  return key(NO_TREE, undefined, "job", job);
}

/** All jobs. */
export const JOBS: Key = ["job"];
