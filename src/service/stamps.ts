/**
 * Stamps of the rows that versions of collections are made from.
 *
 * @module
 */

import { shownStamp } from "../store/heads.ts";
import { accessKey, collKey, headKey, type RowKey } from "../store/keys.ts";
import type { CollRef } from "../store/records.ts";
import type { Row, View } from "../store/view.ts";
import type { Access } from "./access.ts";
import type { CollectionResource } from "./types.ts";

/** Stamp below all others: of what was never written. */
export const NO_STAMP: string = "0".repeat(20);

/** The stamp of a row, below all others where there is none. */
export function stampOf(row: Row<unknown> | undefined): string {
  return row?.stamp ?? NO_STAMP;
}

/** The newest of some stamps. */
export function newest(stamps: readonly string[]): string {
  return stamps.reduce((a, b) => a > b ? a : b, NO_STAMP);
}

/** Rows that make up the version of a collection alone. */
export function versionKeys(ref: CollRef): RowKey<unknown>[] {
  return [collKey(ref), headKey(ref), accessKey(ref)];
}

/** Newest of the rows that are about a collection alone, as somebody sees them. */
export function ownVersion(
  view: View,
  collection: CollectionResource,
  access: Access,
): string {
  const { ref } = collection;
  return newest([
    stampOf(view.get(collKey(ref))),
    headStamp(view, collection, access),
    stampOf(view.get(accessKey(ref))),
  ]);
}

/** Stamp of the newest change of content that somebody may be told of. */
export function headStamp(
  view: View,
  collection: CollectionResource,
  access: Access,
): string {
  const head = view.get(headKey(collection.ref));
  return access.hidesPrivate(collection)
    ? stampOrNone(shownStamp(head))
    : stampOf(head);
}

/** A stamp, below all others where there is none or it is pending. */
export function stampOrNone(stamp: string | null | undefined): string {
  return stamp ?? NO_STAMP;
}
