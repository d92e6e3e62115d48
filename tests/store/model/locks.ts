/**
 * Locks and the `If` header as the model has them: locks hang on the nodes of
 * its tree and go where a node goes, or end with it.
 *
 * @module
 */

import { may, type ModelUser } from "./access.ts";
import type { ModelColl, ModelNode, ModelState } from "./sequential.ts";

/** A lock. */
export interface ModelLock {
  /** Its token. */
  readonly token: string;
  /** False: shared. */
  readonly exclusive: boolean;
  /** Whether it holds for all that is below. */
  readonly deep: boolean;
  /** The time from which on it counts no more. */
  readonly expires: number;
  /** Whose it is. */
  readonly who: ModelUser;
}

/** Locks on one node, by token. */
export type ModelLocks = Map<string, ModelLock>;

/** One list of an `If` header. */
export interface ModelList {
  /** The path that it speaks of. */
  readonly on: string;
  /** Its conditions. */
  readonly conditions: readonly {
    readonly not: boolean;
    readonly type: "token" | "etag";
    readonly value: string;
  }[];
}

/** What an operation brings along. */
export interface ModelGuard {
  /** The time by its clock. */
  readonly now: number;
  /** Who asks. */
  readonly who: ModelUser;
  /** Its `If` header. */
  readonly lists?: readonly ModelList[];
}

/** The token that nothing has. */
export const NO_LOCK = "DAV:no-lock";

/** The nodes from the root of a tree down to a path, as far as they exist. */
export function nodesTo(
  state: ModelState,
  path: string,
): { readonly nodes: ModelNode[]; readonly whole: boolean } {
  const [space, user, ...names] = path.split("/");
  const root = state.get(`${space}/${user}`);
  const nodes: ModelNode[] = root === undefined ? [] : [root];
  for (const name of names) {
    const above = nodes.at(-1);
    const next = above?.type === "coll" ? above.members.get(name) : undefined;
    if (next === undefined) return { nodes, whole: false };
    nodes.push(next);
  }
  return { nodes, whole: root !== undefined };
}

/** Locks that hold what is, or might be, at a path. */
export function locksAt(
  state: ModelState,
  path: string,
  now: number,
): ModelLock[] {
  const { nodes, whole } = nodesTo(state, path);
  return nodes.flatMap((node, depth) =>
    [...node.locks?.values() ?? []].filter((lock) =>
      lock.expires > now &&
      (lock.deep || (whole && depth === nodes.length - 1))
    )
  );
}

/** Paths of a node's members, their members, and so on, that a lock is on. */
export function lockedBelow(
  node: ModelNode | undefined,
  path: string,
  now: number,
): string[] {
  if (node?.type !== "coll") return [];
  return [...node.members].flatMap(([name, member]) => {
    const inner = `${path}/${name}`;
    const live = [...member.locks?.values() ?? []]
      .some(({ expires }) => expires > now);
    return [...live ? [inner] : [], ...lockedBelow(member, inner, now)];
  });
}

/** Whether the `If` header lets an operation go on. */
export function holdsLists(state: ModelState, guard: ModelGuard): boolean {
  const { lists, now, who } = guard;
  if (lists === undefined) return true;
  return lists.some(({ on, conditions }) => {
    const { nodes, whole } = nodesTo(state, on);
    // Who can read nothing on the way is not told what is there, and what not.
    const knows = nodes.some((node, depth) =>
      node.type === "coll" && may(who, "read", nodes.slice(0, depth + 1))
    );
    const readable = whole && may(who, "read", nodes);
    const node = readable ? nodes.at(-1) : undefined;
    // Their own locks they know, whatever else they may.
    const tokens = (whole ? locksAt(state, on, now) : [])
      .filter((lock) => readable || lock.who === who);
    if (!knows && tokens.length === 0) return false;
    return conditions.every(({ not, type, value }) => {
      const matches = type === "token"
        ? tokens.some(({ token }) => token === value)
        : node?.type === "object" && node.etag === value;
      return matches !== not;
    });
  });
}

/** Tokens that an operation submits. */
export function tokensOf({ lists = [] }: ModelGuard): Set<string> {
  const values = lists.flatMap(({ conditions }) =>
    conditions.flatMap(({ type, value }) => type === "token" ? value : [])
  );
  return new Set(values.filter((value) => value !== NO_LOCK));
}

/** Whether no lock forbids a change of what is at these paths. */
export function isFree(
  state: ModelState,
  paths: readonly string[],
  guard: ModelGuard,
): boolean {
  const tokens = tokensOf(guard);
  return paths.every((path) => {
    const held = locksAt(state, path, guard.now);
    return held.length === 0 ||
      held.some(({ token, who }) => who === guard.who && tokens.has(token));
  });
}

/** Ends all locks on a node and below it. */
export function endAll(node: ModelNode): void {
  node.locks?.clear();
  if (node.type !== "coll") return;
  for (const member of node.members.values()) endAll(member);
}

/** Ends a lock wherever it is. */
export function endToken(coll: ModelColl, token: string): void {
  coll.locks?.delete(token);
  for (const member of coll.members.values()) {
    if (member.type === "coll") endToken(member, token);
    else member.locks?.delete(token);
  }
}

/** Ends the locks of a tree whose time is over; true where there were any. With `look` it leaves them. */
export function sweep(
  node: ModelNode,
  now: number,
  options: { readonly look: boolean },
): boolean {
  let any = false;
  for (const [token, { expires }] of node.locks ?? []) {
    if (expires > now) continue;
    any = true;
    if (!options.look) node.locks?.delete(token);
  }
  if (node.type !== "coll") return any;
  for (const member of node.members.values()) {
    if (sweep(member, now, options)) any = true;
  }
  return any;
}
