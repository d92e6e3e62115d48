/**
 * What was found at a path, as the rules of access want it.
 *
 * @module
 */

import type { View } from "../../store/view.ts";
import { createAccess } from "../access.ts";
import { contentStamp, makeEtag, maskEtag } from "../etag.ts";
import {
  findTree,
  type Found,
  type FoundObject,
  objectResource,
} from "../resolve.ts";
import type { ObjectResource, Resource, Session } from "../types.ts";

/** The collection that holds what was found; a root stands for itself. */
export function holderOf(view: View, found: Found): Resource {
  if (found.type === "object") return found.object.parent;
  const { path } = found.collection;
  const parent = findTree(view, { ...path, names: path.names.slice(0, -1) });
  return parent?.type === "collection" ? parent.collection : found.collection;
}

/** An object as the access rules see it, even while its stamp is pending. */
export function asResource(found: Found): Resource {
  return found.type === "collection"
    ? found.collection
    : asObject(found.object);
}

/** The same of an object. */
export function asObject({ parent, name, row }: FoundObject): ObjectResource {
  return objectResource(parent, name, {
    entry: row.value,
    stamp: contentStamp(row) ?? "",
  });
}

/** The entity tag that a session is shown of an object; null while its stamp is pending: that equals no tag. */
export function shownEtag(
  view: View,
  object: FoundObject,
  { session, epoch }: {
    readonly session: Session | null;
    readonly epoch: string;
  },
): string | null {
  const stamp = contentStamp(object.row);
  if (stamp === null) return null;
  const etag = makeEtag(epoch, stamp);
  const isMasked = createAccess(view, session).masks(asObject(object));
  return isMasked ? maskEtag(etag) : etag;
}
