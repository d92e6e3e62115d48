/**
 * Users and groups as people write them where both can stand: a sign-in name,
 * or `group:` and the name of a group. No sign-in name holds a colon.
 *
 * @module
 */

import type { ResourcePath } from "./problems.ts";

/** A user or a group by name. */
export interface PrincipalName {
  /** Which of the two. */
  readonly type: "user" | "group";
  /** Its name, in any case. */
  readonly name: string;
}

/** A user or a group by id. */
export interface PrincipalRef {
  /** Which of the two. */
  readonly type: "user" | "group";
  /** Its id. */
  readonly id: string;
}

/** What stands where such a name could for more than one of them, so no account is called like that: who signed in, and everybody. */
export const EVERYBODY_NAMES = ["everyone", "public"] as const;

const GROUP = "group:";

/** Reads such a text; says nothing about whether there is such a principal. */
export function parsePrincipalName(text: string): PrincipalName {
  return text.toLowerCase().startsWith(GROUP)
    ? { type: "group", name: text.slice(GROUP.length) }
    : { type: "user", name: text };
}

/** Writes one. */
export function formatPrincipalName({ type, name }: PrincipalName): string {
  return type === "group" ? GROUP + name : name;
}

/** The name of the principal whose URL a path is, undefined for other paths. */
export function principalNameAt(path: ResourcePath): PrincipalName | undefined {
  if (path.type !== "principal") return undefined;
  return { type: path.set === "groups" ? "group" : "user", name: path.name };
}
