/**
 * Sharing: ACEs under names that people use. A share is what one principal is
 * granted on one collection; it appears in their home by itself.
 *
 * @module
 */

import { aclKey, membersOf, viewKey } from "../store/keys.ts";
import type { AceRecord, AceSubject, PrivateMode } from "../store/records.ts";
import type { View } from "../store/view.ts";
import { storedAces } from "./acl.ts";
import { changeAcl, sameSubject } from "./operations/set_acl.ts";
import type { OperationDeps } from "./operations/operation.ts";
import {
  type EVERYBODY_NAMES,
  formatPrincipalName,
  parsePrincipalName,
} from "./principal_names.ts";
import { principalById } from "./principals.ts";
import { encodePrivileges, evaluateAces } from "./privileges.ts";
import type { Outcome } from "./problems.ts";
import { refuse, SPACES, succeed } from "./problems.ts";
import {
  findGroup,
  findMember,
  findTree,
  findUser,
  type TreePath,
} from "./resolve.ts";
import { setView } from "./shared_view.ts";
import type { Privilege } from "./privileges.ts";
import type { CollectionResource, Session } from "./types.ts";

/** How much a share gives, from the least on; each holds the one before it. */
export const SHARE_LEVELS = ["free-busy", "read", "write", "manage"] as const;

/** One of them. */
export type ShareLevel = typeof SHARE_LEVELS[number];

/** What makes a level, and what programs ask for besides. */
interface LevelRules {
  readonly needs: readonly Privilege[];
  readonly also: readonly Privilege[];
}

const READ_ALSO: readonly Privilege[] = ["dav:read-current-user-privilege-set"];

const LEVELS: Readonly<Record<ShareLevel, LevelRules>> = {
  "free-busy": { needs: ["caldav:read-free-busy"], also: [] },
  read: { needs: ["dav:read"], also: READ_ALSO },
  write: { needs: ["dav:read", "dav:write"], also: READ_ALSO },
  manage: {
    needs: ["dav:read", "dav:write", "dav:write-acl"],
    also: [...READ_ALSO, "dav:unlock", "dav:read-acl"],
  },
};

/** Names that stand for more than one principal. */
const EVERYBODY: ReadonlyMap<string, AceSubject> = new Map<
  typeof EVERYBODY_NAMES[number],
  AceSubject
>([
  ["everyone", { type: "authenticated" }],
  ["public", { type: "all" }],
]);

/** One share. */
export interface Share {
  /** The collection, in its owner's tree. */
  readonly path: TreePath;
  /** With whom: a sign-in name, `group:` and a name, `everyone` or `public`. */
  readonly who: string;
  /** What it amounts to; null where it is less than any level, or more than one and less than the next. */
  readonly level: ShareLevel | null;
  /** What readers are shown of what is private. */
  readonly private: PrivateMode;
}

/** What is to be shared. */
export interface ShareInput {
  /** The collection. */
  readonly path: TreePath;
  /** As in `Share`. */
  readonly who: string;
  /** How much. */
  readonly level: ShareLevel;
  /** Absent: "hide". */
  readonly private?: PrivateMode;
}

/**
 * Shares a collection, or changes a share. One that the user had removed from
 * their home is shown again.
 */
export async function share(
  deps: OperationDeps,
  session: Session,
  input: ShareInput,
): Promise<Outcome<null>> {
  const { path, who, level, private: mode = "hide" } = input;
  const subject = await deps.store.read((view) => subjectOf(view, who));
  if (!subject.ok) return subject;
  if (
    subject.value.type === "all" && (level === "write" || level === "manage")
  ) {
    return refuse(
      "dav:allowed-principal",
      "Who has not signed in can only read: share with everyone instead",
    );
  }
  const ace: AceRecord = {
    who: subject.value,
    privileges: encodePrivileges(privilegesOf(level)),
    ...(mode === "hide" ? {} : { private: mode }),
  };
  const changed = await changeAcl(deps, { session, path }, {
    conditions: {},
    change: (_view, { aces }) =>
      succeed([
        ...aces.filter((one) => !sameSubject(one.who, subject.value)),
        ace,
      ]),
  });
  if (changed.ok && subject.value.type === "user") {
    await unhide(deps, path, subject.value.id);
  }
  return changed;
}

/** Ends a share. */
export async function unshare(
  deps: OperationDeps,
  session: Session,
  { path, who }: Pick<ShareInput, "path" | "who">,
): Promise<Outcome<null>> {
  const subject = await deps.store.read((view) => subjectOf(view, who));
  if (!subject.ok) return subject;
  return await changeAcl(deps, { session, path }, {
    conditions: {},
    change: (_view, { aces }) => {
      const rest = aces.filter((one) => !sameSubject(one.who, subject.value));
      return rest.length === aces.length
        ? refuse("not-found", `This is not shared with ${who}`)
        : succeed(rest);
    },
  });
}

/**
 * The collection that people mean by `USER/NAME`, or by a whole path such as
 * `addressbooks/USER/NAME`; undefined where there is none.
 */
export function findShareable(view: View, text: string): TreePath | undefined {
  const parts = text.replace(/^\/+|\/+$/g, "").split("/");
  const [first] = parts;
  const named = SPACES.find((space) => space === first);
  const rest = named === undefined ? parts : parts.slice(1);
  const [user = "", ...names] = rest;
  for (const space of named === undefined ? SPACES : [named]) {
    const path: TreePath = { type: "tree", space, user, names };
    const found = findTree(view, path);
    if (found?.type !== "collection") continue;
    if (found.collection.shared === undefined) return found.collection.path;
  }
  return undefined;
}

/** All shares of what a user has, in the order of the paths. */
export function listShares(view: View, login: string): Share[] {
  const user = findUser(view, login);
  if (user === undefined) return [];
  return SPACES.flatMap((space) => {
    const path: TreePath = { type: "tree", space, user: user.login, names: [] };
    const found = findTree(view, path);
    return found?.type === "collection"
      ? sharesBelow(view, found.collection)
      : [];
  });
}

function sharesBelow(view: View, top: CollectionResource): Share[] {
  const acl = view.get(aclKey(top.ref, ""))?.value;
  const names = [...view.list(membersOf(top.ref)).keys()].sort();
  return [
    ...sharesOf(view, top.path, storedAces(acl, top.ref.id)),
    ...names.flatMap((name) => {
      const member = findMember(view, top, name);
      return member === undefined ? [] : sharesBelow(view, member);
    }),
  ];
}

function sharesOf(
  view: View,
  path: TreePath,
  aces: ReturnType<typeof storedAces>,
): Share[] {
  const granting = aces.filter(({ deny }) => !deny);
  return granting.flatMap((ace, index) => {
    const isFirst = granting.findIndex((one) =>
      sameSubject(one.who, ace.who)
    ) === index;
    const who = nameOf(view, ace.who);
    if (!isFirst || who === undefined) return [];
    const mine = aces.filter((one) => sameSubject(one.who, ace.who));
    const level = levelOf(evaluateAces(mine));
    return [{ path, who, level, private: ace.private ?? "hide" }];
  });
}

function privilegesOf(level: ShareLevel): readonly Privilege[] {
  const { needs, also } = LEVELS[level];
  return [...needs, ...also];
}

/** The level that these privileges make, null where they are less than any or more than it. */
function levelOf(held: ReadonlySet<Privilege>): ShareLevel | null {
  const level = SHARE_LEVELS.findLast((each) =>
    LEVELS[each].needs.every((privilege) => held.has(privilege))
  );
  if (level === undefined) return null;
  const whole = evaluateAces([{
    deny: false,
    privileges: privilegesOf(level),
  }]);
  return held.isSubsetOf(whole) ? level : null;
}

function subjectOf(view: View, who: string): Outcome<AceSubject> {
  const everybody = EVERYBODY.get(who.toLowerCase());
  if (everybody !== undefined) return succeed(everybody);
  const { type, name } = parsePrincipalName(who);
  const found = type === "group" ? findGroup(view, name) : findUser(view, name);
  return found === undefined
    ? refuse("dav:recognized-principal", `There is no ${type} ${name}`)
    : succeed({ type, id: found.id });
}

function nameOf(view: View, who: AceSubject): string | undefined {
  if (who.type !== "user" && who.type !== "group") {
    return [...EVERYBODY].find(([, { type }]) => type === who.type)?.[0] ??
      who.type;
  }
  const principal = principalById(view, { id: who.id, type: who.type });
  if (principal === undefined) return undefined;
  const name = principal.kind === "group"
    ? principal.group.name
    : principal.user.login;
  return formatPrincipalName({ type: who.type, name });
}

/** Shows a collection again in the home of somebody who had removed it. */
async function unhide(
  deps: OperationDeps,
  path: TreePath,
  user: string,
): Promise<void> {
  await deps.store.write({
    trees: [],
    run(tx) {
      const found = findTree(tx, path);
      const sharee = principalById(tx, { id: user, type: "user" });
      if (found?.type !== "collection" || sharee?.kind !== "principal") return;
      const { ref } = found.collection;
      const id = sharee.user.trees[path.space];
      const home = { id, tree: id };
      if (tx.get(viewKey(home, ref.id))?.value.hidden !== true) return;
      setView(tx, home, { coll: ref.id, hidden: false });
    },
  });
}
