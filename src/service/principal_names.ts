/**
 * Users and groups as people write them where both can stand: a sign-in name,
 * or `group:` and the name of a group. No sign-in name holds a colon.
 *
 * @module
 */

/** A user or a group by name. */
export interface PrincipalName {
  /** Which of the two. */
  readonly type: "user" | "group";
  /** Its name, in any case. */
  readonly name: string;
}

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
