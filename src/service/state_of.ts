/**
 * States of resources, by which what was worked out of them is known again.
 *
 * @module
 */

import { PRINCIPALS, treeKey } from "../store/keys.ts";
import type { View } from "../store/view.ts";
import type { Resource } from "./types.ts";
import { isHome } from "./kinds.ts";

/**
 * Names the state that everything about a resource is read from, but for the
 * time: it changes with every commit to its tree, to the principals, and to
 * the home that shows it where it is somebody else's. Undefined for homes,
 * which depend on the trees of all that they show, and outside of all trees.
 */
export function stateOf(view: View, resource: Resource): string | undefined {
  const collection = "entry" in resource ? resource.parent : resource;
  if (!("ref" in collection) || isHome(collection)) return undefined;
  const { ref, shared } = collection;
  const home = shared === undefined ? [] : [shared.home.tree];
  const trees = [ref.tree, ...home, PRINCIPALS];
  view.need(trees.map(treeKey));
  return trees.map((tree) => `${tree}@${view.get(treeKey(tree))?.stamp}`)
    .join();
}
