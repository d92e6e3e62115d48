/**
 * What the service should do, one operation after the other: a tree of maps.
 *
 * @module
 */

import {
  may,
  mayReadAll,
  type ModelAccess,
  type ModelLevel,
} from "./access.ts";
import {
  endAll,
  endToken,
  holdsLists,
  isFree,
  lockedBelow,
  locksAt,
  type ModelGuard,
  type ModelLocks,
  nodesTo,
  sweep,
  tokensOf,
} from "./locks.ts";

/** One operation of a writer; paths as in `files/me/a/x`. */
export type ModelOp = Partial<ModelGuard> & ModelAction;

type ModelAction =
  | {
    readonly type: "put";
    readonly path: string;
    readonly text: string;
    readonly uid: string | undefined;
    readonly ifMatch?: string;
    readonly ifNone?: boolean;
  }
  | { readonly type: "remove"; readonly path: string }
  | { readonly type: "make"; readonly path: string }
  | {
    readonly type: "patch";
    readonly path: string;
    readonly prop: string;
    readonly value: string | null;
  }
  | {
    readonly type: "acl";
    readonly path: string;
    readonly level: ModelLevel;
  }
  | {
    readonly type: "lock";
    readonly path: string;
    readonly token: string;
    readonly exclusive: boolean;
    readonly depth: 0 | "infinity";
    readonly seconds: number;
  }
  | {
    readonly type: "refresh";
    readonly path: string;
    readonly seconds: number;
  }
  | { readonly type: "unlock"; readonly path: string; readonly token: string }
  | {
    readonly type: "copy" | "move";
    readonly path: string;
    readonly to: string;
    readonly overwrite: boolean;
    readonly depth: 0 | "infinity";
  };

/** A collection. */
export interface ModelColl {
  readonly type: "coll";
  readonly props: Map<string, string>;
  readonly members: Map<string, ModelNode>;
  /** Locks on it; absent in what was observed. */
  readonly locks?: ModelLocks;
  /** Its ACL; absent likewise. */
  readonly access?: ModelAccess;
}

/** An object; `etag` is null where only the store can know it. */
export interface ModelObject {
  readonly type: "object";
  readonly text: string;
  readonly uid: string | undefined;
  readonly etag: string | null;
  readonly props: Map<string, string>;
  /** As of a collection. */
  readonly locks?: ModelLocks;
  /** As of a collection. */
  readonly access?: ModelAccess;
}

/** Anything in a tree. */
export type ModelNode = ModelColl | ModelObject;

/** What an operation should answer. */
export interface ModelAnswer {
  readonly ok: boolean;
  readonly created?: boolean;
  /** Entity tag that a PUT without a change answers; null: any. */
  readonly etag?: string | null;
  /** True where nothing changes. */
  readonly idle: boolean;
}

/** The state of all trees: what is below `calendars/me`, for example. */
export type ModelState = Map<string, ModelColl>;

/** An empty collection. */
export function newColl(): ModelColl {
  return {
    type: "coll",
    props: new Map(),
    members: new Map(),
    locks: new Map(),
    access: { level: "none" },
  };
}

const REFUSED: ModelAnswer = { ok: false, idle: true };
const IDLE: ModelAnswer = { ok: true, idle: true };

function split(path: string): { root: string; names: string[] } {
  const [space, user, ...names] = path.split("/");
  return { root: `${space}/${user}`, names };
}

function findNode(state: ModelState, path: string): ModelNode | undefined {
  const { root, names } = split(path);
  let node: ModelNode | undefined = state.get(root);
  for (const name of names) {
    if (node?.type !== "coll") return undefined;
    node = node.members.get(name);
  }
  return node;
}

function findParent(state: ModelState, path: string): ModelColl | undefined {
  const node = findNode(state, path.slice(0, path.lastIndexOf("/")));
  return node?.type === "coll" ? node : undefined;
}

function isCalendars(path: string): boolean {
  return path.startsWith("calendars/");
}

/** Homes hold calendars and nothing else, calendars objects and nothing else. */
function mayHold(path: string, type: ModelNode["type"]): boolean {
  if (!isCalendars(path)) return true;
  return split(path).names.length === (type === "coll" ? 1 : 2);
}

function uidConflict(
  parent: ModelColl,
  put: { name: string; uid: string | undefined; moving?: string },
): boolean {
  const before = parent.members.get(put.name);
  if (put.uid === undefined) return false;
  if (before?.type === "object" && before.uid !== put.uid) return true;
  for (const [name, member] of parent.members) {
    if (name === put.name || name === put.moving) continue;
    if (member.type === "object" && member.uid === put.uid) return true;
  }
  return false;
}

/** What an operation should answer in a state; with `etag` (that of its commit) it also changes the state. */
export function applyOp(
  state: ModelState,
  op: ModelOp,
  etag?: string,
): ModelAnswer {
  // A collection that is copied is linked by the store, which sweeps nothing.
  const copies = op.type === "copy" &&
    findNode(state, op.path)?.type === "coll";
  const answer = applyAction(state, op, etag);
  const root = state.get(split(op.path).root);
  if (!answer.ok || root === undefined || copies) return answer;
  const now = op.now ?? 0;
  const swept = sweep(root, now, { look: etag === undefined });
  return swept ? { ...answer, idle: false } : answer;
}

/** Whether the `If` header and the locks let an operation change what is at these paths. */
function mayChange(
  state: ModelState,
  op: ModelOp,
  paths: readonly string[],
): boolean {
  const guard = guardOf(op);
  return holdsLists(state, guard) && isFree(state, paths, guard);
}

function guardOf(op: ModelOp): ModelGuard {
  return { ...op, now: op.now ?? 0, who: op.who ?? "me" };
}

/** Whether who asks may write what is at a path. */
function mayWrite(state: ModelState, op: ModelOp, path: string): boolean {
  return may(op.who ?? "me", "write", nodesTo(state, path).nodes);
}

/** Paths that lose something: all that is locked at a path and below, and what holds it. */
function pathsOfRemoval(
  state: ModelState,
  op: ModelOp,
  path: string,
): string[] {
  const below = lockedBelow(findNode(state, path), path, op.now ?? 0);
  return [path, parentOf(path), ...below];
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

function applyAction(
  state: ModelState,
  op: ModelOp,
  etag: string | undefined,
): ModelAnswer {
  switch (op.type) {
    case "put":
      return put(state, op, etag);
    case "lock":
      return lock(state, op, etag);
    case "refresh":
    case "unlock":
      return hold(state, op, etag);
    case "remove": {
      const parent = findParent(state, op.path);
      const name = nameOf(op.path);
      if (!parent?.members.has(name)) return REFUSED;
      if (!mayWrite(state, op, parentOf(op.path))) return REFUSED;
      const paths = pathsOfRemoval(state, op, op.path);
      if (!mayChange(state, op, paths)) return REFUSED;
      if (etag !== undefined) parent.members.delete(name);
      return { ok: true, idle: false };
    }
    case "make": {
      const parent = findParent(state, op.path);
      const name = nameOf(op.path);
      if (parent === undefined || parent.members.has(name)) return REFUSED;
      if (!mayHold(op.path, "coll")) return REFUSED;
      if (!mayWrite(state, op, parentOf(op.path))) return REFUSED;
      if (!mayChange(state, op, [parentOf(op.path)])) return REFUSED;
      if (etag !== undefined) parent.members.set(name, newColl());
      return { ok: true, idle: false };
    }
    case "patch": {
      const node = findNode(state, op.path);
      if (node === undefined) return REFUSED;
      if (!mayWrite(state, op, op.path)) return REFUSED;
      if (!mayChange(state, op, [op.path])) return REFUSED;
      if ((node.props.get(op.prop) ?? null) === op.value) return IDLE;
      if (etag !== undefined) {
        if (op.value === null) node.props.delete(op.prop);
        else node.props.set(op.prop, op.value);
      }
      return { ok: true, idle: false };
    }
    case "acl": {
      const node = findNode(state, op.path);
      if (node === undefined || (op.who ?? "me") !== "me") return REFUSED;
      if (!mayChange(state, op, [op.path])) return REFUSED;
      if (etag !== undefined && node.access !== undefined) {
        node.access.level = op.level;
      }
      return { ok: true, idle: false };
    }
    default:
      return transfer(state, op, etag);
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function put(
  state: ModelState,
  op: ModelOp & { type: "put" },
  etag: string | undefined,
): ModelAnswer {
  const parent = findParent(state, op.path);
  const name = nameOf(op.path);
  if (parent === undefined || !mayHold(op.path, "object")) return REFUSED;
  const before = parent.members.get(name);
  if (before?.type === "coll") return REFUSED;
  if (op.ifNone === true && before !== undefined) return REFUSED;
  if (op.ifMatch !== undefined && before?.etag !== op.ifMatch) return REFUSED;
  const asked = before === undefined ? parentOf(op.path) : op.path;
  if (!mayWrite(state, op, asked)) return REFUSED;
  const paths = before === undefined ? [op.path, parentOf(op.path)] : [op.path];
  if (!mayChange(state, op, paths)) return REFUSED;
  if (uidConflict(parent, { name, uid: op.uid })) return REFUSED;
  if (before?.text === op.text) {
    return { ...IDLE, created: false, etag: before.etag };
  }
  if (etag !== undefined) {
    parent.members.set(name, {
      type: "object",
      text: op.text,
      uid: op.uid,
      etag,
      props: before?.props ?? new Map(),
      locks: before?.locks ?? new Map(),
      access: before?.access ?? { level: "none" },
    });
  }
  return { ok: true, created: before === undefined, idle: false };
}

function lock(
  state: ModelState,
  op: ModelOp & { type: "lock" },
  etag: string | undefined,
): ModelAnswer {
  const now = op.now ?? 0;
  const node = findNode(state, op.path);
  const parent = findParent(state, op.path);
  if (node === undefined) {
    if (parent === undefined || isCalendars(op.path)) return REFUSED;
    if (!mayWrite(state, op, parentOf(op.path))) return REFUSED;
    if (!mayChange(state, op, [parentOf(op.path)])) return REFUSED;
  } else if (!mayWrite(state, op, op.path) || !mayChange(state, op, [])) {
    return REFUSED;
  }
  const deep = node?.type === "coll" && op.depth === "infinity";
  const below = deep ? lockedBelow(node, op.path, now) : [];
  const around = [op.path, ...below].flatMap((path) =>
    locksAt(state, path, now)
  );
  if (around.some(({ exclusive }) => exclusive || op.exclusive)) return REFUSED;
  if (etag !== undefined) {
    const { token, exclusive } = op;
    const expires = now + op.seconds * 1000;
    const target = node ?? {
      type: "object" as const,
      text: "",
      uid: undefined,
      etag,
      props: new Map(),
      locks: new Map(),
      access: { level: "none" as const },
    };
    parent?.members.set(nameOf(op.path), target);
    const who = op.who ?? "me";
    target.locks?.set(token, { token, exclusive, deep, expires, who });
  }
  return { ok: true, created: node === undefined, idle: false };
}

function hold(
  state: ModelState,
  op: ModelOp & { type: "refresh" | "unlock" },
  etag: string | undefined,
): ModelAnswer {
  const now = op.now ?? 0;
  if (findNode(state, op.path) === undefined) return REFUSED;
  if (!mayChange(state, op, [])) return REFUSED;
  const tokens = op.type === "unlock" ? [op.token] : [...tokensOf(guardOf(op))];
  if (tokens.length !== 1) return REFUSED;
  const held = locksAt(state, op.path, now)
    .find(({ token }) => token === tokens[0]);
  if (held === undefined) return REFUSED;
  const who = op.who ?? "me";
  // An owner may end every lock, and nobody refreshes that of somebody else.
  if (held.who !== who && (op.type === "refresh" || who !== "me")) {
    return REFUSED;
  }
  if (op.type === "refresh" && !mayWrite(state, op, op.path)) return REFUSED;
  const root = state.get(split(op.path).root);
  if (etag !== undefined && root !== undefined) {
    if (op.type === "unlock") endToken(root, held.token);
    else renew(root, held.token, now + op.seconds * 1000);
  }
  return { ok: true, idle: false };
}

function renew(node: ModelNode, token: string, expires: number): void {
  const held = node.locks?.get(token);
  if (held !== undefined) node.locks?.set(token, { ...held, expires });
  if (node.type !== "coll") return;
  for (const member of node.members.values()) renew(member, token, expires);
}

function transfer(
  state: ModelState,
  op: ModelOp & { type: "copy" | "move" },
  etag: string | undefined,
): ModelAnswer {
  const node = findNode(state, op.path);
  const from = findParent(state, op.path);
  const to = findParent(state, op.to);
  const name = nameOf(op.to);
  if (node === undefined || from === undefined || to === undefined) {
    return REFUSED;
  }
  const before = to.members.get(name);
  const within = (inner: string, outer: string) =>
    `${inner}/`.startsWith(`${outer}/`);
  if (within(op.to, op.path)) return REFUSED;
  if (before?.type === "coll" && within(op.path, op.to)) return REFUSED;
  if (!op.overwrite && before !== undefined) return REFUSED;
  if (!mayHold(op.to, node.type)) return REFUSED;
  if (!mayTransfer(state, op, { node, before })) return REFUSED;
  if (node.type === "object") {
    const moving = op.type === "move" && from === to
      ? { moving: nameOf(op.path) }
      : {};
    if (uidConflict(to, { name, uid: node.uid, ...moving })) return REFUSED;
  }
  const replaces = op.type === "copy" && node.type === "object" &&
    before?.type === "object";
  const paths = [
    ...op.type === "move" ? pathsOfRemoval(state, op, op.path) : [],
    op.to,
    ...lockedBelow(before, op.to, op.now ?? 0),
    ...replaces ? [] : [parentOf(op.to)],
  ];
  if (!mayChange(state, op, paths)) return REFUSED;
  const answer = { ok: true, created: before === undefined, idle: false };
  if (etag === undefined) return answer;
  if (op.type === "move") endAll(node);
  if (op.type === "move") from.members.delete(nameOf(op.path));
  if (node.type === "object") {
    const kept = replaces ? before : undefined;
    const level = op.type === "move" ? node.access?.level : undefined;
    to.members.set(name, {
      ...node,
      etag,
      props: new Map(node.props),
      locks: kept?.locks ?? new Map(),
      access: kept?.access ?? { level: level ?? "none" },
    });
  } else if (op.type === "move") to.members.set(name, node);
  else to.members.set(name, copyColl(node, op.depth));
  return answer;
}

/** The privileges of RFC 3744 Appendix B. */
function mayTransfer(
  state: ModelState,
  op: ModelOp & { type: "copy" | "move" },
  { node, before }: {
    readonly node: ModelNode;
    readonly before: ModelNode | undefined;
  },
): boolean {
  const who = op.who ?? "me";
  const { nodes } = nodesTo(state, op.path);
  const calendars = isCalendars(op.path);
  const taken = op.type === "move"
    ? mayWrite(state, op, parentOf(op.path))
    : node.type === "coll"
    ? mayReadAll(who, nodes, { calendars })
    : may(who, "read", nodes);
  if (!taken) return false;
  const over = before === undefined || op.type === "move" ||
    mayWrite(state, op, op.to);
  const bound = before !== undefined && op.type === "copy" &&
      before.type === "object"
    ? true
    : mayWrite(state, op, parentOf(op.to));
  return over && bound;
}

function copyColl(coll: ModelColl, depth: 0 | "infinity"): ModelColl {
  const copy: ModelColl = {
    type: "coll",
    props: new Map(coll.props),
    members: new Map(),
    locks: new Map(),
    access: { level: "none" },
  };
  if (depth === 0) return copy;
  for (const [name, member] of coll.members) {
    copy.members.set(
      name,
      member.type === "coll" ? copyColl(member, depth) : {
        ...member,
        etag: null,
        props: new Map(member.props),
        locks: new Map(),
        access: { level: "none" },
      },
    );
  }
  return copy;
}

/** The first difference between what was seen and what should be there; undefined: none. */
export function difference(
  seen: ModelNode | undefined,
  right: ModelNode | undefined,
  path = "",
): string | undefined {
  if (seen === undefined || right === undefined) {
    if (seen === right) return undefined;
    return `${path}: ${seen === undefined ? "is missing" : "is too much"}`;
  }
  if (seen.type === "object") {
    if (right.type !== "object") return `${path}: is an object`;
    if (seen.text !== right.text) {
      return `${path}: has ${seen.text.slice(0, 40)}, not ${
        right.text.slice(0, 40)
      }`;
    }
    if (right.etag !== null && seen.etag !== right.etag) {
      return `${path}: has etag ${seen.etag}, not ${right.etag}`;
    }
  } else {
    if (right.type !== "coll") return `${path}: is a collection`;
    for (
      const name of new Set([...seen.members.keys(), ...right.members.keys()])
    ) {
      const found = difference(
        seen.members.get(name),
        right.members.get(name),
        `${path}/${name}`,
      );
      if (found !== undefined) return found;
    }
  }
  const props = [seen, right].map((node) =>
    JSON.stringify([...node.props].sort())
  );
  return props[0] === props[1]
    ? undefined
    : `${path}: has properties ${props[0]}, not ${props[1]}`;
}
