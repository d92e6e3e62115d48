/**
 * What a request should be answered, by RFC 3744 Appendix B, RFC 4791 Appendix
 * A and section 7.10 alone: nothing of the server is used here.
 *
 * @module
 */

/** The privileges of RFC 3744 section 3 and RFC 4791 section 6.1.1, aggregates too. */
export const PRIVILEGES = [
  "all",
  "read",
  "read-free-busy",
  "write",
  "write-properties",
  "write-content",
  "bind",
  "unbind",
  "unlock",
  "read-acl",
  "read-current-user-privilege-set",
  "write-acl",
] as const;

/** One of them. */
export type PrivilegeName = typeof PRIVILEGES[number];

/** What each aggregate holds. */
const PARTS: Readonly<
  Partial<Record<PrivilegeName, readonly PrivilegeName[]>>
> = {
  all: [
    "read",
    "write",
    "unlock",
    "read-acl",
    "read-current-user-privilege-set",
    "write-acl",
  ],
  read: ["read-free-busy"],
  write: ["write-properties", "write-content", "bind", "unbind"],
};

/** A privilege and all that it holds. */
export function closure(
  privileges: Iterable<PrivilegeName>,
): Set<PrivilegeName> {
  const held = new Set(privileges);
  for (const one of held) for (const part of PARTS[one] ?? []) held.add(part);
  return held;
}

/** Reading only: all that somebody without an account can have. */
const READING: ReadonlySet<PrivilegeName> = new Set([
  "read",
  "read-free-busy",
  "read-acl",
  "read-current-user-privilege-set",
]);

/** Who asks. */
export const ROLES = [
  "owner",
  "manager",
  "writer",
  "reader",
  "busy",
  "member",
  "stranger",
  "nobody",
] as const;

/** One of them. */
export type Role = typeof ROLES[number];

const GRANTED: Readonly<Partial<Record<Role, readonly PrivilegeName[]>>> = {
  owner: ["all"],
  manager: ["read", "write", "unlock", "read-acl", "write-acl"],
  writer: ["read", "write"],
  reader: ["read"],
  busy: ["read-free-busy"],
};

/** What a role is granted by the ACL of a cell, whose privilege goes to the members of a nested group and to nobody. */
export function grantedTo(
  role: Role,
  privilege: PrivilegeName,
): Set<PrivilegeName> {
  if (role === "member") return closure([privilege]);
  if (role === "nobody") {
    return READING.has(privilege) ? closure([privilege]) : new Set();
  }
  return closure(GRANTED[role] ?? []);
}

/** Where in the tree the ACL of a cell is. */
export type Placement = "home" | "parent" | "target";

/** Resources from the home down to the target: what somebody has on each. */
export interface Standing {
  /** On the target. */
  readonly target: ReadonlySet<PrivilegeName>;
  /** On the collection that holds it; null where that is nobody's. */
  readonly parent: ReadonlySet<PrivilegeName> | null;
  /** Whether the target may be known of: when somebody is busy tells of calendars, not of what is in them. */
  readonly knows: boolean;
  /** Whether something above the target can be read. */
  readonly seesAbove: boolean;
}

/** What a role has in a cell: ACEs are inherited downwards. */
export function standingOf(
  granted: ReadonlySet<PrivilegeName>,
  place: { readonly placement: Placement; readonly depth: number },
): Standing {
  const none: ReadonlySet<PrivilegeName> = new Set();
  const { placement, depth } = place;
  const at = placement === "home"
    ? 0
    : placement === "parent"
    ? depth - 1
    : depth;
  const on = (level: number) => level >= at ? granted : none;
  const above = Array.from({ length: depth }, (_, level) => on(level));
  return {
    target: on(depth),
    knows: [...on(depth)].some((one) => depth < 2 || one !== "read-free-busy"),
    parent: depth === 0 ? null : on(depth - 1),
    seesAbove: above.some((held) => held.has("read")),
  };
}

/** What a request needs. */
export interface Need {
  /** On the target. */
  readonly target?: readonly PrivilegeName[];
  /** On the collection that holds it. */
  readonly parent?: readonly PrivilegeName[];
  /** True for REPORT: who may know nothing of it is told that nothing is there. */
  readonly any?: boolean;
  /** True where lacking it means that nothing is there (RFC 4791 section 7.10). */
  readonly secret?: boolean;
  /** True where it could make what is not there. */
  readonly makes?: boolean;
  /** True where it changes something elsewhere. */
  readonly changes?: boolean;
  /** True where the target is a Destination: what is asked for is the source. */
  readonly destination?: boolean;
}

/** The refusal that a request gets, null where it is allowed. */
export function refusalOf(
  role: Role,
  need: Need,
  standing: Standing,
): number | null {
  const has = (
    held: ReadonlySet<PrivilegeName> | null,
    wanted: readonly PrivilegeName[] = [],
  ) => wanted.every((one) => held?.has(one) === true);
  // The protected ACE of the owner stands first everywhere.
  if (role === "owner") return null;
  const { target, parent, knows, seesAbove } = standing;
  // Nobody changes anything without an account.
  const changes = need.changes === true ||
    [...need.target ?? [], ...need.parent ?? []]
      .some((one) => !READING.has(one));
  const allowed = has(target, need.target) && has(parent, need.parent);
  if (role === "nobody") return allowed && !changes ? null : 401;
  if (allowed) return null;
  if (need.destination === true) return 403;
  if (need.any === true && !knows) return 404;
  if (need.secret === true) return 404;
  const onTarget = has(parent, need.parent);
  if (onTarget) {
    if (need.makes === true || target.has("read")) return 403;
    return seesAbove ? 404 : 403;
  }
  // What is asked of the collection above is not said of what may not be seen.
  if (parent === null || parent.has("read")) return 403;
  return seesAbove ? 404 : 403;
}
