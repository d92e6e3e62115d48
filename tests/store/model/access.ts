/**
 * Who may do what, as the model has it: the trees are one account's, who gives
 * another one access to parts of them and takes it away again.
 *
 * @module
 */

import type { ModelColl, ModelNode } from "./sequential.ts";

/** The account whose trees they are, and the other one. */
export type ModelUser = "me" | "you";

/** What one ACL says about the other account. */
export type ModelLevel = "none" | "read" | "write" | "deny";

/** An ACL that changes. */
export interface ModelAccess {
  /** What it says now. */
  level: ModelLevel;
}

/** Whether somebody may read, or write, what is at the end of a way down from a root: the nearest ACL that says something counts. */
export function may(
  who: ModelUser,
  what: "read" | "write",
  nodes: readonly ModelNode[],
): boolean {
  if (who === "me") return true;
  for (const node of nodes.toReversed()) {
    const level = node.access?.level ?? "none";
    if (level === "deny") return false;
    if (level === "write" || level === what) return true;
  }
  return false;
}

/** Whether somebody may read a collection and everything in it, and can be sure to. */
export function mayReadAll(
  who: ModelUser,
  nodes: readonly ModelNode[],
  options: { readonly calendars: boolean },
): boolean {
  const node = nodes.at(-1);
  if (who === "me") return true;
  if (!may(who, "read", nodes) || node?.type !== "coll") return false;
  if (options.calendars && !may(who, "write", nodes)) return false;
  return [...node.members.values()].every((member) =>
    member.type === "coll"
      ? mayReadAll(who, [...nodes, member], options)
      : (member.access?.level ?? "none") === "none"
  );
}

/** What somebody is shown of a collection and all that is below. */
export function shownTo(
  who: ModelUser,
  nodes: readonly [ModelColl, ...ModelColl[]],
): ModelColl {
  const coll = nodes[nodes.length - 1] ?? nodes[0];
  const members = new Map<string, ModelNode>();
  for (const [name, member] of coll.members) {
    if (!may(who, "read", [...nodes, member])) continue;
    members.set(
      name,
      member.type === "coll" ? shownTo(who, [...nodes, member]) : member,
    );
  }
  return { ...coll, members };
}
