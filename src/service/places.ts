/**
 * From ids back to paths: rows hold ids only, as names and places change.
 *
 * @module
 */

import { collKey, treeKey, userKey } from "../store/keys.ts";
import type { CollKind, CollRecord, CollRef } from "../store/records.ts";
import type { View } from "../store/view.ts";
import type { Space } from "./problems.ts";
import type { TreePath } from "./resolve.ts";

const SPACE_OF: Readonly<Partial<Record<CollKind, Space>>> = {
  "calendar-home": "calendars",
  "addressbook-home": "addressbooks",
  "files-root": "files",
};

/** The path of a live collection in its owner's tree. Throws where there is no such collection. */
export function collectionPath(view: View, coll: CollRef): TreePath {
  const { tree } = coll;
  const names: string[] = [];
  let id: string | null = coll.id;
  let kind: CollKind = "files-root";
  while (id !== null) {
    const row: CollRecord | undefined = view.get(collKey({ id, tree }))?.value;
    if (row === undefined) throw new Error("A collection without a place");
    if (row.parent !== null) names.unshift(row.name);
    kind = row.kind;
    id = row.parent;
  }
  const owner = view.get(treeKey(tree))?.value.owner ?? "";
  const user = view.get(userKey(owner))?.value.login ?? "";
  return { type: "tree", space: SPACE_OF[kind] ?? "files", user, names };
}
