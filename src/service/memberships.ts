/**
 * Who belongs to which group (RFC 3744 sections 4.3 and 4.4).
 *
 * @module
 */

import { membershipsOf } from "../store/keys.ts";
import type { View } from "../store/view.ts";

/** Ids of a principal and of all groups that it belongs to, by itself or through other groups. */
export function principalIds(view: View, id: string): ReadonlySet<string> {
  const ids = new Set([id]);
  // A set is walked on to what is added meanwhile; a cycle adds nothing.
  for (const member of ids) {
    for (const group of view.list(membershipsOf(member)).keys()) {
      ids.add(group);
    }
  }
  return ids;
}
