/**
 * A group of operations that become one commit: run one after the other, each
 * on what the ones before it made (DESIGN section 4.2).
 *
 * @module
 */

import type { Check, EngineLimits, Mutation } from "./engine.ts";
import { logPrefix, NO_TREE, PRINCIPALS, treeKey } from "./keys.ts";
import { completeNotes } from "./notes.ts";
import type { RowChange } from "./owner_rows.ts";
import type { StoreParts } from "./parts.ts";
import type { LogRecord, TreeRecord } from "./records.ts";
import { Deferred, Missing } from "./signals.ts";
import { keySize, valueSize } from "./size.ts";
import type { Operation, Written } from "./view.ts";
import {
  changedTrees,
  createDraft,
  type Draft,
  mergeDraft,
  nextTree,
  openTransaction,
  type ViewSource,
} from "./views.ts";

/** An operation that waits for its answer. */
export interface Pending {
  /** Random id, kept in the log row of its commit. */
  readonly id: string;
  /** What it does. */
  readonly operation: Operation<unknown>;
  /** Gives the answer. */
  readonly resolve: (written: Written<unknown>) => void;
  /** Gives an error. */
  readonly reject: (error: unknown) => void;
}

/** An operation that has run in a group. */
export interface GroupMember {
  /** Who waits for it. */
  readonly pending: Pending;
  /** What it returned or threw. */
  readonly answer: { readonly value: unknown } | { readonly error: unknown };
  /** True where its answer holds only once the group's commit is done. */
  readonly depends: boolean;
}

/** Operations of one group at the most: more gain nothing and make all wait. */
const MAX_OPERATIONS = 64;

/** What became of an operation that was to join a group. */
export type Joined = "joined" | "full" | "deferred" | Missing;

/** A group under construction, then a commit. */
export interface Group {
  /** Runs an operation on the group's state and takes it in if it fits. */
  join(pending: Pending, source: ViewSource): Joined;
  /** Who is in. */
  readonly members: readonly GroupMember[];
  /** What they made. */
  readonly draft: Draft;
  /** True where there is anything to commit. */
  readonly writes: () => boolean;
  /** Trees that the commit checks. */
  readonly trees: ReadonlySet<string>;
}

/** An empty group. */
export function createGroup(limits: EngineLimits, parts: StoreParts): Group {
  const draft = createDraft();
  const members: GroupMember[] = [];
  const trees = new Set<string>([PRINCIPALS]);
  let cost = { mutations: 0, bytes: 0, keys: 0, log: 0 };

  function join(pending: Pending, source: ViewSource): Joined {
    if (members.length >= MAX_OPERATIONS) return "full";
    const wanted = [PRINCIPALS, ...pending.operation.trees].map(treeKey)
      .filter((key) => source.row(key) === undefined);
    if (wanted.length > 0) return new Missing({ rows: wanted });
    const seen = new Set(pending.operation.trees);
    const open = openTransaction(
      { ...source, sawTree: (tree) => noteTree(seen, source, tree) },
      draft,
      parts,
    );
    let answer: GroupMember["answer"];
    try {
      answer = { value: pending.operation.run(open.tx) };
    } catch (error) {
      if (error instanceof Missing) return error;
      if (error instanceof Deferred) return "deferred";
      members.push({
        pending,
        answer: { error },
        depends: open.dependsOnGroup(),
      });
      return "joined";
    }
    completeNotes(open.own);
    const union = new Set([
      ...trees,
      ...seen,
      ...changedTrees(open.own),
    ]);
    // The commit checks every tree that was looked at, declared or not.
    const unknown = [...union].map(treeKey)
      .filter((key) => source.row(key) === undefined);
    if (unknown.length > 0) return new Missing({ rows: unknown });
    const more = addCost(cost, open.own, pending.id);
    const jobs = draft.jobs.size + open.own.jobs.size;
    if (members.length > 0 && !fits(limits, more, union.size, jobs)) {
      return "full";
    }
    cost = more;
    for (const tree of union) trees.add(tree);
    mergeDraft(draft, open.own);
    members.push({
      pending,
      answer,
      depends: open.dependsOnGroup() || isWriting(open.own),
    });
    return "joined";
  }

  return { join, members, draft, trees, writes: () => isWriting(draft) };
}

function noteTree(seen: Set<string>, source: ViewSource, tree: string): void {
  seen.add(tree);
  source.sawTree(tree);
}

function isWriting(draft: Draft): boolean {
  return draft.writes.size + draft.changes.size + draft.use.size > 0;
}

interface Cost {
  readonly mutations: number;
  readonly bytes: number;
  readonly keys: number;
  readonly log: number;
}

function addCost(before: Cost, own: Draft, id: string): Cost {
  let { mutations, bytes, keys, log } = before;
  for (const { key, value } of own.writes.values()) {
    const size = keySize(key.parts);
    mutations++;
    bytes += 2 * size;
    if (value === undefined) continue;
    keys += size;
    bytes += valueSize(value);
  }
  log += valueSize(id) + 8;
  for (const changes of own.changes.values()) {
    for (const change of changes) log += valueSize(change) + 8;
  }
  return { mutations, bytes, keys, log };
}

/** Room that the trees' rows, the log rows and the checks take, for each tree. */
const TREE_ROOM = { bytes: 700, keys: 250 };

function fits(
  limits: EngineLimits,
  cost: Cost,
  trees: number,
  jobs: number,
): boolean {
  return trees + jobs <= limits.checks &&
    cost.mutations + 2 * trees <= limits.mutations &&
    cost.bytes + cost.log * trees + trees * TREE_ROOM.bytes + 100 * jobs <=
      limits.bytes &&
    cost.keys + trees * TREE_ROOM.keys <= limits.keyBytes &&
    cost.log + 200 <= limits.valueBytes;
}

/** What the engine is asked to do for a group. */
export interface Plan {
  /** Versions that must hold: trees' rows and jobs' rows. */
  readonly checks: readonly Check[];
  /** Everything that changes. */
  readonly mutations: readonly Mutation[];
  /** Changes of rows, the trees' own among them, for memory. */
  readonly rows: readonly RowChange[];
  /** Log rows by tree, for memory. */
  readonly logs: ReadonlyMap<string, LogRecord>;
}

/** Makes the commit of a group: checks and rewrites the rows of its trees. */
export function planCommit(
  group: Group,
  source: ViewSource,
  options: { readonly now: number; readonly parts: StoreParts },
): Plan {
  const checks: Check[] = [];
  const rows: RowChange[] = [];
  const logs = new Map<string, LogRecord>();
  const changed = changedTrees(group.draft);
  const ops = group.members.map((member) => member.pending.id);
  for (const tree of group.trees) {
    const key = treeKey(tree);
    const row = source.row(key);
    checks.push({ key: key.parts, versionstamp: row?.stamp ?? null });
    if (!changed.has(tree)) continue;
    const own = group.draft.writes.get(key.text);
    const before = own === undefined ? row?.value : own.value;
    const value = nextTree(before as TreeRecord | undefined, group.draft, tree);
    if (value === undefined && own === undefined) {
      throw new TypeError(`Cannot change tree ${tree}: it has no row`);
    }
    rows.push({ key, value });
    const changes = group.draft.changes.get(tree) ?? [];
    if (value !== undefined) {
      logs.set(tree, { ops, time: options.now, changes });
    }
  }
  for (const { key, stamp } of group.draft.jobs.values()) {
    checks.push({ key: key.parts, versionstamp: stamp });
  }
  for (const change of group.draft.writes.values()) {
    if (change.key.parts[0] !== "tree") rows.push(change);
  }
  const mutations: Mutation[] = rows.map(({ key, value }) =>
    value === undefined
      ? { type: "delete", key: key.parts }
      : { type: "set", key: key.parts, value }
  );
  for (const [tree, value] of logs) {
    mutations.push({ type: "append", prefix: logPrefix(tree), value });
  }
  return {
    checks: options.parts.checksTrees()
      ? checks
      : checks.filter((check) => check.key[0] !== "tree"),
    mutations,
    // Rows without a tree are nobody's to see: memory does not keep them.
    rows: rows.filter(({ key }) => key.tree !== NO_TREE),
    logs,
  };
}

/** Answers everybody in a group. `stamp` is null where nothing was committed. */
export function answerGroup(group: Group, stamp: string | null): void {
  for (const { pending, answer, depends } of group.members) {
    if ("error" in answer) pending.reject(answer.error);
    else {
      pending.resolve({ value: answer.value, stamp: depends ? stamp : null });
    }
  }
}

/** Fails everybody in a group. */
export function failGroup(group: Group, error: unknown): void {
  for (const { pending } of group.members) pending.reject(error);
}
