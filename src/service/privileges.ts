/**
 * The tree of privileges (RFC 3744 section 3, RFC 4791 section 6.1.1): the
 * only list of them.
 *
 * @module
 */

/** Privileges of RFC 3744 section 3 and RFC 4791 section 6.1, without aggregates' parts. */
export type Privilege =
  | "dav:read"
  | "dav:write"
  | "dav:write-properties"
  | "dav:write-content"
  | "dav:unlock"
  | "dav:read-acl"
  | "dav:read-current-user-privilege-set"
  | "dav:write-acl"
  | "dav:bind"
  | "dav:unbind"
  | "dav:all"
  | "caldav:read-free-busy";

/** One privilege and what it holds. */
export interface PrivilegeNode {
  /** Its name with prefix. */
  readonly name: Privilege;
  /** The letter that stands for it in the store; never given to another one. */
  readonly code: string;
  /** What `DAV:supported-privilege-set` says about it. */
  readonly description: string;
  /** The privileges that it aggregates. */
  readonly parts: readonly PrivilegeNode[];
  /** True where it is no more than its parts: who has them all has it. */
  readonly sum: boolean;
}

function node(
  code: string,
  name: Privilege,
  description: string,
  parts: readonly PrivilegeNode[] = [],
): PrivilegeNode {
  // `read` is more than free-busy; the other aggregates are sums.
  return { name, code, description, parts, sum: parts.length > 1 };
}

/** All privileges, under the one that holds them all. */
export const PRIVILEGES: PrivilegeNode = node("a", "dav:all", "Everything", [
  node("r", "dav:read", "Read content and properties", [
    node("f", "caldav:read-free-busy", "See when somebody is busy"),
  ]),
  node("w", "dav:write", "Change everything but access", [
    node("p", "dav:write-properties", "Change properties"),
    node("c", "dav:write-content", "Change content"),
    node("b", "dav:bind", "Add members"),
    node("u", "dav:unbind", "Remove members"),
  ]),
  node("l", "dav:unlock", "Remove locks of others"),
  node("s", "dav:read-acl", "See who has access"),
  node("o", "dav:read-current-user-privilege-set", "See what oneself may do"),
  node("g", "dav:write-acl", "Change who has access"),
]);

/** A privilege and all that it holds, aggregates first. */
export function flattenPrivileges(node: PrivilegeNode): Privilege[] {
  return [node.name, ...node.parts.flatMap(flattenPrivileges)];
}

/** Privileges by their letters. */
const BY_CODE: ReadonlyMap<string, Privilege> = new Map(
  allNodes(PRIVILEGES).map(({ code, name }) => [code, name]),
);

const CODES: ReadonlyMap<Privilege, string> = new Map(
  [...BY_CODE].map(([code, name]) => [name, code]),
);

/** Privileges as the store keeps them: many ACEs have to fit into one row. */
export function encodePrivileges(privileges: readonly Privilege[]): string {
  return privileges.map((name) => CODES.get(name) ?? "").join("");
}

/** The same read back; letters that no privilege has count for nothing. */
export function decodePrivileges(text: string): Privilege[] {
  return [...text].flatMap((code) => BY_CODE.get(code) ?? []);
}

/** What can be granted and denied by itself in each privilege. */
const ATOMS: ReadonlyMap<Privilege, readonly Privilege[]> = new Map(
  allNodes(PRIVILEGES).map((node) => [node.name, atomsOf(node)]),
);

/** All privileges: what an owner has. */
export const ALL_PRIVILEGES: ReadonlySet<Privilege> = new Set(ATOMS.keys());

function allNodes(node: PrivilegeNode): PrivilegeNode[] {
  return [node, ...node.parts.flatMap(allNodes)];
}

function atomsOf(node: PrivilegeNode): Privilege[] {
  const own = node.sum ? [] : [node.name];
  return [...own, ...node.parts.flatMap(atomsOf)];
}

/** Whether a text names a privilege. */
export function isPrivilege(name: string): name is Privilege {
  return ATOMS.has(name as Privilege);
}

/** The smallest privileges that one stands for. */
export function atomsIn(privilege: Privilege): readonly Privilege[] {
  return ATOMS.get(privilege) ?? [];
}

/** All privileges, aggregates too, of which every part is among these atoms. */
export function closePrivileges(
  atoms: ReadonlySet<Privilege>,
): ReadonlySet<Privilege> {
  const held = new Set<Privilege>();
  for (const [privilege, parts] of ATOMS) {
    if (parts.every((atom) => atoms.has(atom))) held.add(privilege);
  }
  return held;
}

/** An ACE as far as it counts for somebody. */
export interface CountingAce {
  /** True where it denies. */
  readonly deny: boolean;
  /** What it grants or denies. */
  readonly privileges: readonly Privilege[];
}

/**
 * What ACEs give to whom they all match: each privilege goes by the first ACE
 * that grants or denies it (RFC 3744 section 6).
 */
export function evaluateAces(
  aces: Iterable<CountingAce>,
): ReadonlySet<Privilege> {
  const granted = new Set<Privilege>();
  const denied = new Set<Privilege>();
  for (const { deny, privileges } of aces) {
    const [to, from] = deny ? [denied, granted] : [granted, denied];
    for (const privilege of privileges) {
      for (const atom of atomsIn(privilege)) {
        if (!from.has(atom)) to.add(atom);
      }
    }
  }
  return closePrivileges(granted);
}

/** What reading is, as ACEs grant it: the content, and what one may do with it. */
export const READING: readonly Privilege[] = [
  "dav:read",
  "dav:read-acl",
  "dav:read-current-user-privilege-set",
];

/** The same, with all that it holds. */
export const READING_HELD: ReadonlySet<Privilege> = evaluateAces([
  { deny: false, privileges: READING },
]);
