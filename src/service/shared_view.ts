/**
 * How a collection of somebody else is shown in a home: the row whose version
 * the home's tokens follow.
 *
 * @module
 */

import { viewKey } from "../store/keys.ts";
import type { CollRef } from "../store/records.ts";
import type { Transaction } from "../store/view.ts";
import type { CollectionResource } from "./types.ts";

/** Writes the view that a home has of a collection, a new version of it each time. */
export function writeView(
  tx: Transaction,
  collection: CollectionResource,
  view: { readonly hidden: boolean },
): void {
  const { shared, ref } = collection;
  if (shared === undefined) throw new TypeError("It is shown by no home");
  setView(tx, shared.home, { coll: ref.id, ...view });
}

/** The same by ids. */
export function setView(
  tx: Transaction,
  home: CollRef,
  view: { readonly coll: string; readonly hidden: boolean },
): void {
  tx.set(viewKey(home, view.coll), { hidden: view.hidden });
  tx.change(home, "", "access");
}
