/**
 * Groups, who belongs to them, and ACLs with what leads to them: what `check`
 * finds wrong with them.
 *
 * @module
 */

import {
  type CheckState,
  type Finding,
  found,
  inGroups,
  isThere,
  lookUp,
  partOf,
  type PlacedRow,
  rowsBelow,
} from "./check_state.ts";
import type { EngineRow, Key } from "./engine.ts";
import { GRANTS, GROUP_NAMES } from "./key_prefixes.ts";
import {
  entryKey,
  grantKey,
  GROUP_MEMBERS,
  groupMemberKey,
  groupNameKey,
  GROUPS,
  MEMBERSHIP_ROWS,
  membershipKey,
  USERS,
} from "./keys.ts";
import type {
  AclRecord,
  EntryRecord,
  GrantRecord,
  GroupMemberRecord,
  GroupNameRecord,
  GroupRecord,
} from "./records.ts";

/** Looks at groups, their names and members, and at what leads to shared collections. */
export async function* checkGroups(
  state: CheckState,
): AsyncGenerator<Finding> {
  for await (const row of rowsBelow(state.engine, USERS.prefix)) {
    state.principals.set(partOf(row, 1), "user");
  }
  const names = new Map<string, string>();
  for await (const row of rowsBelow(state.engine, GROUPS.prefix)) {
    const id = partOf(row, 1);
    const { name } = row.value as GroupRecord;
    state.principals.set(id, "group");
    names.set(id, name);
    const key = groupNameKey(name).parts;
    const [back] = await state.engine.getMany([key]);
    if ((back?.value as GroupNameRecord | null)?.group !== id) {
      yield found(key, `It does not lead to the group ${id}`);
    }
  }
  for await (const row of rowsBelow(state.engine, GROUP_NAMES)) {
    const { group } = row.value as GroupNameRecord;
    if (names.get(group) === partOf(row, 1)) continue;
    yield found(
      row.key,
      `It leads to the group ${group}, which is not its own`,
    );
  }
  yield* checkMembers(state, GROUP_MEMBERS, (row) => ({
    group: partOf(row, 1),
    member: partOf(row, 2),
    other: membershipKey(partOf(row, 2), partOf(row, 1)).parts,
  }));
  yield* checkMembers(state, MEMBERSHIP_ROWS, (row) => ({
    group: partOf(row, 2),
    member: partOf(row, 1),
    other: groupMemberKey(partOf(row, 2), partOf(row, 1)).parts,
  }));
  yield* checkGrants(state);
}

/** One of the two rows of each membership: both ends must exist, and the other row. */
async function* checkMembers(
  state: CheckState,
  prefix: Key,
  read: (row: EngineRow) => {
    readonly group: string;
    readonly member: string;
    readonly other: Key;
  },
): AsyncGenerator<Finding> {
  const { engine, principals } = state;
  const rows = rowsBelow(engine, prefix);
  for await (const some of inGroups(rows, engine.limits.getMany)) {
    const links = some.map(read);
    const others = await engine.getMany(links.map(({ other }) => other));
    for (const [at, row] of some.entries()) {
      const { type } = row.value as GroupMemberRecord;
      const { group = "", member = "" } = links[at] ?? {};
      const other = others[at]?.value as GroupMemberRecord | null | undefined;
      if (principals.get(group) !== "group") {
        yield found(row.key, "Its group does not exist");
      } else if (principals.get(member) !== type) {
        yield found(row.key, `There is no ${type} ${member}`);
      } else if (other?.type !== type) {
        yield found(row.key, "The row that says the same the other way is not");
      }
    }
  }
}

/** A grant may lead to what is gone or shared no more, and to nothing else than what it says. */
async function* checkGrants(state: CheckState): AsyncGenerator<Finding> {
  for await (const row of rowsBelow(state.engine, GRANTS)) {
    const { tree, kind } = row.value as GrantRecord;
    const coll = state.colls.get(partOf(row, 2))?.record;
    if (coll === undefined || (coll.tree === tree && coll.kind === kind)) {
      continue;
    }
    yield found(row.key, "The collection is another than it says");
  }
}

/** ACLs of collections and objects: objects know that they have one, and grants lead to collections. */
export async function* checkAcls(
  state: CheckState,
  rows: readonly PlacedRow[],
): AsyncGenerator<Finding> {
  const entries = await lookUp(
    state,
    rows.map(({ ref, name }) => entryKey(ref, name).parts),
  );
  for (const [at, { row, ref, coll, name }] of rows.entries()) {
    state.withAcl.delete(`${ref.id}\0${name}`);
    // Torn down behind the object that they belong to.
    if (coll.reach === "unseen" || coll.reach === "dead") continue;
    if (name === "") {
      yield* checkLeading(state, ref.id, row);
      continue;
    }
    const entry = entries[at];
    if (!isThere(entry)) {
      yield found(row.key, "What it belongs to does not exist");
    } else if ((entry.value as EntryRecord).acl !== true) {
      yield found(row.key, "Its object says that it has no ACL");
    }
  }
}

/** Whoever a collection's ACL grants something must be led to it. */
async function* checkLeading(
  state: CheckState,
  coll: string,
  row: EngineRow,
): AsyncGenerator<Finding> {
  const { aces } = row.value as AclRecord;
  const named = new Set(
    aces.flatMap(({ who, deny }) =>
      deny !== true && "id" in who && state.principals.get(who.id) === who.type
        ? [who.id]
        : []
    ),
  );
  const keys = [...named].map((id) => grantKey(id, coll).parts);
  for (const [at, grant] of (await lookUp(state, keys)).entries()) {
    if (isThere(grant)) continue;
    yield found(
      keys[at] ?? [],
      "An ACL names the principal, and the row is missing",
    );
  }
}

/** Views of shared collections: they are kept in homes only. */
export function* checkViews(rows: readonly PlacedRow[]): Generator<Finding> {
  for (const { row, coll } of rows) {
    const { kind } = coll.record;
    if (kind === "calendar-home" || kind === "addressbook-home") continue;
    yield found(row.key, "It does not belong to a home");
  }
}
