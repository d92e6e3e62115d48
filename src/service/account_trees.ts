/**
 * The three trees of an account: how they begin, and how they are given up.
 *
 * @module
 */

import { collKey, headKey, jobKey, propKey, treeKey } from "../store/keys.ts";
import { linkCollection } from "../store/links.ts";
import type { CollKind, CollRef, UserTrees } from "../store/records.ts";
import type { Transaction } from "../store/view.ts";

/** A collection that every new account has. */
interface FirstCollection {
  readonly name: string;
  readonly kind: CollKind;
  readonly displayName: string;
  readonly components?: readonly string[];
}

/** One tree of a new account. */
interface FirstTree {
  readonly tree: keyof UserTrees;
  readonly kind: CollKind;
  readonly members: readonly FirstCollection[];
}

/** What a new account has (DESIGN section 2): most programs expect to-do items in a list of their own. */
const FIRST_TREES: readonly FirstTree[] = [
  {
    tree: "calendars",
    kind: "calendar-home",
    members: [
      {
        name: "home",
        kind: "calendar",
        displayName: "Home",
        components: ["VEVENT"],
      },
      {
        name: "tasks",
        kind: "calendar",
        displayName: "Tasks",
        components: ["VTODO"],
      },
    ],
  },
  {
    tree: "addressbooks",
    kind: "addressbook-home",
    members: [
      { name: "contacts", kind: "addressbook", displayName: "Contacts" },
    ],
  },
  { tree: "files", kind: "files-root", members: [] },
];

/** Ids of the trees and collections of a new account, made before the operation that may run twice. */
export interface TreePlan {
  /** Ids of the trees. */
  readonly trees: UserTrees;
  /** Ids of the first collections by tree and name. */
  readonly colls: ReadonlyMap<string, string>;
}

/** Chooses the ids. */
export function planTrees(): TreePlan {
  const colls = new Map<string, string>();
  for (const { tree, members } of FIRST_TREES) {
    for (const { name } of members) {
      colls.set(`${tree}/${name}`, crypto.randomUUID());
    }
  }
  const trees: UserTrees = {
    calendars: crypto.randomUUID(),
    addressbooks: crypto.randomUUID(),
    files: crypto.randomUUID(),
  };
  return { trees, colls };
}

/** Ids of all trees of an account. */
export function treeIds(trees: UserTrees): string[] {
  return [trees.calendars, trees.addressbooks, trees.files];
}

/** Writes the trees of a new account. */
export function makeTrees(
  tx: Transaction,
  plan: TreePlan,
  account: { readonly user: string; readonly now: number },
): void {
  for (const { tree, kind, members } of FIRST_TREES) {
    const id = plan.trees[tree];
    const root: CollRef = { id, tree: id };
    tx.set(treeKey(id), { owner: account.user, bytes: 0, objects: 0 });
    tx.set(collKey(root), {
      tree: id,
      kind,
      parent: null,
      name: "",
      state: "live",
      created: account.now,
    });
    tx.change(root, "", "structure");
    tx.set(headKey(root), true);
    for (const member of members) {
      const coll = plan.colls.get(`${tree}/${member.name}`);
      if (coll === undefined) throw new TypeError("A plan of another table");
      makeMember(tx, { root, coll: { id: coll, tree: id }, member }, account);
    }
  }
}

function makeMember(
  tx: Transaction,
  { root, coll, member }: {
    readonly root: CollRef;
    readonly coll: CollRef;
    readonly member: FirstCollection;
  },
  account: { readonly now: number },
): void {
  const { name, kind, components, displayName } = member;
  const record = { kind, created: account.now };
  linkCollection(tx, coll, {
    place: { parent: root, name },
    record: components ? { ...record, components } : record,
    isNew: true,
  });
  tx.set(propKey(coll, "", "{DAV:}displayname"), {
    ns: "DAV:",
    local: "displayname",
    value: displayName,
  });
}

/** Unlinks the trees of an account and hands their contents to jobs. */
export function giveUpTrees(
  tx: Transaction,
  trees: UserTrees,
  clock: { readonly now: number },
): void {
  for (const id of treeIds(trees)) {
    const root: CollRef = { id, tree: id };
    const row = tx.get(collKey(root));
    if (row === undefined) continue;
    tx.set(collKey(root), { ...row.value, state: "unlinked" });
    tx.change(root, "", "structure");
    tx.set(headKey(root), true);
    tx.set(jobKey(`reap-${id}`), {
      work: { kind: "reap", tree: id, root: id },
      holder: "",
      lease: 0,
      notBefore: clock.now,
    });
  }
}
