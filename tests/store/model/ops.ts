/**
 * Random operations: few names, so that writers meet.
 *
 * @module
 */

import { BODY_BYTES } from "../../../src/store/blobs.ts";
import type { Random } from "../random.ts";
import { NO_LOCK } from "./locks.ts";
import type { ModelOp } from "./sequential.ts";

/** Gives operations, and takes the entity tags that its writer has seen. */
export interface NextOp {
  /** Another operation. */
  (): ModelOp;
  /** The writer has seen this tag at a path. */
  saw(path: string, etag: string): void;
  /** The writer has been granted a lock. */
  held(path: string, token: string): void;
}

const FOLDERS = [
  "files/me",
  "files/me/a",
  "files/me/b",
  "files/me/a/c",
] as const;
const FILES = ["x", "y", "z"] as const;
const CALENDARS = [
  "calendars/me/home",
  "calendars/me/two",
  "calendars/me/three",
] as const;
const EVENTS = ["1.ics", "2.ics", "3.ics"] as const;

/** The object that all writers of a run like best. */
export const FOCUS = ["files/me/x", "calendars/me/home/1.ics"] as const;

/**
 * Operations of one writer: `large` is the share of PUTs with a large body,
 * `focus` the share of operations that go to the objects that all like best.
 */
export function createOps(
  random: Random,
  options: {
    readonly large: number;
    readonly focus: number;
    /** Share of the operations that lock, refresh or unlock. */
    readonly locks: number;
    /** Share of the operations that give or take access. */
    readonly access?: number;
    /** Names the next lock; needed where there are any. */
    readonly newToken?: () => string;
  },
): NextOp {
  const { large, focus } = options;
  const etags = new Map<string, string>();
  const locks: { readonly path: string; readonly token: string }[] = [];

  function objectPath(): string {
    if (random.chance(focus)) return random.pick(FOCUS);
    return random.chance(0.5)
      ? `${random.pick(FOLDERS)}/${random.pick(FILES)}`
      : `${random.pick(CALENDARS)}/${random.pick(EVENTS)}`;
  }

  function collPath(): string {
    return random.chance(0.5)
      ? random.pick(["files/me/a", "files/me/b", "files/me/a/c"])
      : random.pick(["calendars/me/two", "calendars/me/three"]);
  }

  function put(): ModelOp {
    const path = objectPath();
    const isEvent = path.startsWith("calendars/");
    const etag = etags.get(path);
    const short = random.chance(0.15)
      ? "the same"
      : `text ${Math.floor(random.next() * 1e9)}`;
    const uid = random.chance(0.8)
      ? path.slice(path.lastIndexOf("/") + 1)
      : random.pick(EVENTS);
    return {
      type: "put",
      path,
      text: !isEvent && random.chance(large)
        ? short.padEnd(BODY_BYTES + 1 + random.below(BODY_BYTES), ".")
        : short,
      uid: isEvent ? uid : undefined,
      ...(etag !== undefined && random.chance(0.4) ? { ifMatch: etag } : {}),
      ...(random.chance(0.1) ? { ifNone: true } : {}),
    };
  }

  function transfer(type: "copy" | "move"): ModelOp {
    const isObject = random.chance(0.5);
    const path = isObject ? objectPath() : collPath();
    const space = path.slice(0, path.indexOf("/"));
    let to = isObject && random.chance(0.9) ? objectPath() : collPath();
    while (!to.startsWith(`${space}/`)) {
      to = isObject ? objectPath() : collPath();
    }
    return {
      type,
      path,
      to,
      overwrite: random.chance(0.8),
      depth: type === "copy" && random.chance(0.1) ? 0 : "infinity",
    };
  }

  /** An `If` header now and then: mostly with tokens that the writer has, sometimes with one that it has not. */
  function lists(path: string): Pick<ModelOp, "lists"> {
    if (!random.chance(locks.length > 0 ? 0.7 : 0.1)) return {};
    const on = random.pick(FOCUS);
    const conditions = [
      ...locks.map(({ path: on, token }) => ({
        on,
        conditions: [{ not: false, type: "token" as const, value: token }],
      })),
      ...random.chance(0.2)
        ? [{
          on: path,
          conditions: [{
            not: random.chance(0.5),
            type: "token" as const,
            value: "urn:uuid:somebody else's",
          }],
        }]
        : [],
      ...random.chance(0.3)
        ? [{
          on,
          conditions: [
            {
              not: random.chance(0.3),
              type: "etag" as const,
              value: etags.get(on) ?? '"none"',
            },
            { not: true, type: "token" as const, value: NO_LOCK },
          ],
        }]
        : [],
      // "With the lock, if it is still there."
      ...random.chance(0.5)
        ? [{
          on: path,
          conditions: [{ not: true, type: "token" as const, value: NO_LOCK }],
        }]
        : [],
    ];
    return conditions.length === 0 ? {} : { lists: conditions };
  }

  function lock(): ModelOp {
    const held = locks[random.below(locks.length)];
    if (held !== undefined && random.chance(0.5)) {
      const { path, token } = held;
      if (random.chance(0.5)) return { type: "unlock", path, token };
      const conditions = [{
        not: false,
        type: "token" as const,
        value: token,
      }];
      const lists = [{ on: path, conditions }];
      return { type: "refresh", path, lists, seconds: 1 + random.below(3) };
    }
    return {
      type: "lock",
      path: random.chance(0.6) ? objectPath() : collPath(),
      token: options.newToken?.() ?? "",
      exclusive: random.chance(0.7),
      depth: random.chance(0.5) ? 0 : "infinity",
      seconds: 1 + random.below(3),
    };
  }

  /** What most operations of the other account need is given more often than taken. */
  function acl(): ModelOp {
    const place = random.next();
    return {
      type: "acl",
      path: place < 0.2
        ? objectPath()
        : place < 0.5
        ? random.pick(["files/me", "calendars/me", "calendars/me/home"])
        : collPath(),
      level: random.pick(["write", "write", "read", "none", "deny"]),
    };
  }

  function next(): ModelOp {
    if (random.chance(options.access ?? 0)) return acl();
    if (random.chance(options.locks)) return lock();
    const op = change();
    return { ...op, ...lists(op.path) };
  }

  function change(): ModelOp {
    const dice = random.next();
    if (dice < 0.4) return put();
    if (dice < 0.5) return { type: "remove", path: objectPath() };
    if (dice < 0.56) return { type: "remove", path: collPath() };
    if (dice < 0.7) return { type: "make", path: collPath() };
    if (dice < 0.8) {
      return {
        type: "patch",
        path: random.chance(0.5) ? objectPath() : collPath(),
        prop: random.pick(["p", "q"]),
        value: random.chance(0.2) ? null : `v${random.below(1000)}`,
      };
    }
    return transfer(dice < 0.9 ? "copy" : "move");
  }

  return Object.assign(next, {
    saw: (path: string, etag: string) => void etags.set(path, etag),
    held: (path: string, token: string) => void locks.push({ path, token }),
  });
}
