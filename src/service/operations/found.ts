/**
 * What was found at a path, as the rules of access want it.
 *
 * @module
 */

import type { View } from "../../store/view.ts";
import { contentStamp } from "../etag.ts";
import { findTree, type Found, objectResource } from "../resolve.ts";
import type { Resource } from "../types.ts";

/** The collection that holds what was found; a root stands for itself. */
export function holderOf(view: View, found: Found): Resource {
  if (found.type === "object") return found.object.parent;
  const { path } = found.collection;
  const parent = findTree(view, { ...path, names: path.names.slice(0, -1) });
  return parent?.type === "collection" ? parent.collection : found.collection;
}

/** An object as the access rules see it, even while its stamp is pending. */
export function asResource(found: Found): Resource {
  if (found.type === "collection") return found.collection;
  const { parent, name, row } = found.object;
  return objectResource(parent, name, {
    entry: row.value,
    stamp: contentStamp(row) ?? "",
  });
}
