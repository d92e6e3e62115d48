/**
 * Trees, collections, their links, accounts and jobs: what `check` finds wrong
 * with them.
 *
 * @module
 */

import {
  type CheckState,
  type Finding,
  found,
  isThere,
  partOf,
  type Reach,
  rowsBelow,
} from "./check_state.ts";
import {
  ACCESSES,
  COLLS,
  HEADS,
  LOGINS,
  LOGS,
  MEMBERS,
  TREES,
} from "./key_prefixes.ts";
import {
  collKey,
  headKey,
  jobKey,
  JOBS,
  logFloorKey,
  loginKey,
  meta,
  treeKey,
  USERS,
} from "./keys.ts";
import type {
  CollRecord,
  JobRecord,
  LoginRecord,
  MemberRecord,
  TreeRecord,
  UserRecord,
} from "./records.ts";

/** Reads what is small and finds what does not hang together. */
export async function* checkStructure(
  state: CheckState,
): AsyncGenerator<Finding> {
  yield* checkMeta(state);
  yield* readTrees(state);
  yield* readJobs(state);
  yield* readColls(state);
  yield* readMembers(state);
  yield* checkReach(state);
  yield* readHeads(state);
  yield* checkUsers(state);
}

async function* checkMeta({ engine }: CheckState): AsyncGenerator<Finding> {
  for (const { parts } of [meta.schema, meta.epoch]) {
    const [row] = await engine.getMany([parts]);
    if (!isThere(row)) yield found(parts, "The row is missing");
  }
}

async function* readTrees(state: CheckState): AsyncGenerator<Finding> {
  for await (const row of rowsBelow(state.engine, TREES)) {
    const record = row.value as TreeRecord;
    state.trees.set(partOf(row, 1), { record, stamp: row.versionstamp ?? "" });
    if (record.bytes < 0 || record.objects < 0) {
      yield found(row.key, "A total is negative");
    }
  }
}

async function* readJobs(state: CheckState): AsyncGenerator<Finding> {
  for await (const row of rowsBelow(state.engine, JOBS)) {
    const id = partOf(row, 1);
    const record = row.value as JobRecord;
    state.jobs.set(id, record);
    const { work } = record;
    const key = jobKey(id).parts;
    const loose = work.kind === "stage"
      ? work.blob
      : work.kind === "copy" || work.kind === "import"
      ? work.blob
      : null;
    if (loose !== null) {
      yield* ownBlob(state, loose, { key, chunks: undefined });
    }
    if (work.kind !== "reap-blob") continue;
    for (const { id } of work.blobs) {
      yield* ownBlob(state, id, { key, chunks: undefined });
    }
  }
}

/** Notes who owns a large body; a second owner is wrong. */
export function* ownBlob(
  state: CheckState,
  blob: string,
  owner: {
    readonly key: readonly (string | number | Uint8Array)[];
    readonly chunks: number | undefined;
    readonly content?: { readonly size: number; readonly digest: string };
  },
): Generator<Finding> {
  const other = state.blobs.get(blob);
  const key = found(owner.key, "").key;
  if (other !== undefined) {
    yield found(
      owner.key,
      `The large body ${blob} belongs to ${other.key} too`,
    );
    return;
  }
  state.blobs.set(blob, {
    key,
    chunks: owner.chunks,
    content: owner.content,
  });
}

async function* readColls(state: CheckState): AsyncGenerator<Finding> {
  for await (const row of rowsBelow(state.engine, COLLS)) {
    const record = row.value as CollRecord;
    state.colls.set(partOf(row, 1), {
      record,
      reach: "lost",
      members: new Map(),
      head: undefined,
    });
    if (!state.trees.has(record.tree) && record.state !== "building") {
      yield found(row.key, `Its tree ${record.tree} does not exist`);
    }
  }
}

async function* readMembers(state: CheckState): AsyncGenerator<Finding> {
  for await (const row of rowsBelow(state.engine, MEMBERS)) {
    const parent = partOf(row, 1);
    const name = partOf(row, 2);
    const { coll } = row.value as MemberRecord;
    const holder = state.colls.get(parent);
    const child = state.colls.get(coll)?.record;
    if (holder === undefined) {
      yield found(row.key, "Its collection does not exist");
      continue;
    }
    holder.members.set(name, coll);
    if (child === undefined) {
      yield found(row.key, `The collection ${coll} that it links is missing`);
    } else if (child.parent !== parent || child.name !== name) {
      yield found(row.key, `The collection ${coll} is linked elsewhere`);
    } else if (child.tree !== holder.record.tree) {
      yield found(row.key, `The collection ${coll} belongs to another tree`);
    }
  }
}

/** Walks from every root that there may be, and says what no walk has come to. */
function* checkReach(state: CheckState): Generator<Finding> {
  const reaped = new Map<string, Reach>();
  for (const { work } of state.jobs.values()) {
    if (work.kind === "reap") reaped.set(work.root, "dead");
    if (
      work.kind === "copy" || work.kind === "import" ||
      work.kind === "reap-unseen"
    ) {
      reaped.set(work.root, "unseen");
    }
  }
  for (const [id, { record }] of state.colls) {
    const key = collKey({ id, tree: record.tree }).parts;
    if (record.state === "live") {
      if (record.parent === null) yield* walk(state, id, "live");
      else if (
        state.colls.get(record.parent)?.members.get(record.name) !== id
      ) {
        yield found(key, "It is live, and not linked where it says");
      }
      continue;
    }
    const reach = record.state === "building" ? "unseen" : "dead";
    yield* walk(state, id, reach);
    if (reaped.get(id) !== reach) {
      yield found(key, `It is ${record.state}, and no job knows of it`);
    }
  }
  for (const [id, { record, reach }] of state.colls) {
    if (reach !== "lost") continue;
    yield found(
      collKey({ id, tree: record.tree }).parts,
      "No path and no job leads to it",
    );
  }
  for (const [tree] of state.trees) {
    const root = state.colls.get(tree)?.record;
    // The principals' tree holds accounts only; a dying one may have lost its root already.
    const isHeld = [...state.jobs.values()].some(({ work }) =>
      work.kind === "reap" && work.root === tree
    );
    if (tree === meta.epoch.tree || isHeld) continue;
    if (root === undefined || root.tree !== tree || root.parent !== null) {
      yield found(treeKey(tree).parts, "Its root is missing");
    }
  }
}

function* walk(
  state: CheckState,
  root: string,
  reach: Reach,
): Generator<Finding> {
  const waiting = [root];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const coll = state.colls.get(id);
    if (coll === undefined) continue;
    if (coll.reach !== "lost") {
      yield found(
        collKey({ id, tree: coll.record.tree }).parts,
        "More than one path or job leads to it",
      );
      continue;
    }
    coll.reach = reach;
    waiting.push(...coll.members.values());
  }
}

async function* readHeads(state: CheckState): AsyncGenerator<Finding> {
  for await (const row of rowsBelow(state.engine, HEADS)) {
    const coll = state.colls.get(partOf(row, 1));
    if (coll === undefined) {
      yield found(row.key, "Its collection does not exist");
    } else coll.head = row.versionstamp ?? undefined;
  }
  for (const [id, { head, record, reach }] of state.colls) {
    if (head !== undefined || reach !== "live") continue;
    yield found(headKey({ id, tree: record.tree }).parts, "The row is missing");
  }
  for await (const row of rowsBelow(state.engine, ACCESSES)) {
    if (state.colls.has(partOf(row, 1))) continue;
    yield found(row.key, "Its collection does not exist");
  }
}

async function* checkUsers(state: CheckState): AsyncGenerator<Finding> {
  const users = new Map<string, UserRecord>();
  for await (const row of rowsBelow(state.engine, USERS.prefix)) {
    const user = row.value as UserRecord;
    users.set(partOf(row, 1), user);
    for (const tree of Object.values(user.trees) as string[]) {
      const record = state.trees.get(tree)?.record;
      if (record === undefined) {
        yield found(row.key, `The tree ${tree} does not exist`);
      } else if (record.owner !== user.id) {
        yield found(row.key, `The tree ${tree} is somebody else's`);
      }
    }
    const login = loginKey(user.login);
    const [back] = await state.engine.getMany([login.parts]);
    if ((back?.value as LoginRecord | null)?.user !== user.id) {
      yield found(login.parts, `It does not lead to the account ${user.id}`);
    }
  }
  for await (const row of rowsBelow(state.engine, LOGINS)) {
    const { user } = row.value as LoginRecord;
    if (users.get(user)?.login === partOf(row, 1)) continue;
    yield found(
      row.key,
      `It leads to the account ${user}, which is not its own`,
    );
  }
}

/** The log of each tree: in order, above its floor, and up to the tree's version. */
export async function* checkLogs(state: CheckState): AsyncGenerator<Finding> {
  const newest = new Map<string, string>();
  for await (const row of rowsBelow(state.engine, LOGS)) {
    const tree = partOf(row, 1);
    const stamp = partOf(row, 2);
    newest.set(tree, stamp);
    if (stamp !== row.versionstamp) {
      yield found(row.key, "It is not of the commit that it names");
    }
  }
  for (const [tree, { stamp }] of state.trees) {
    const key = logFloorKey(tree).parts;
    const [floor] = await state.engine.getMany([key]);
    const least = typeof floor?.value === "string" ? floor.value : "";
    const last = newest.get(tree);
    newest.delete(tree);
    const [lowest] = await state.engine.list(
      { prefix: [...LOGS, tree] },
      { limit: 1 },
    );
    if (lowest !== undefined && partOf(lowest, 2) <= least) {
      yield found(lowest.key, "It is not above the floor of its log");
    }
    if (last !== undefined && last > stamp) {
      yield found(treeKey(tree).parts, "Its log knows of a later commit");
    }
    // The tree's first row may be older than its first log row, nothing else.
    if (last !== undefined && last < stamp) {
      yield found(treeKey(tree).parts, "Its last commit is not in its log");
    }
  }
  for (const tree of newest.keys()) {
    const isReaped = [...state.jobs.values()].some(({ work }) =>
      work.kind === "reap" && work.tree === tree
    );
    if (!isReaped) yield found([...LOGS, tree], "Its tree does not exist");
  }
}

/** Totals of each tree against the objects in it. */
export function* checkTotals(state: CheckState): Generator<Finding> {
  for (const [tree, { record }] of state.trees) {
    const sum = state.sums.get(tree) ?? { bytes: 0, objects: 0 };
    if (record.bytes === sum.bytes && record.objects === sum.objects) continue;
    yield found(
      treeKey(tree).parts,
      `It says ${record.bytes} bytes in ${record.objects} objects, and has ${sum.bytes} in ${sum.objects}`,
    );
  }
}
