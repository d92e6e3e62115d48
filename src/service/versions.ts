/**
 * Versions of collections: what `getctag` and sync-tokens are made from
 * (DESIGN section 4.3).
 *
 * @module
 */

import { createHash } from "node:crypto";
import {
  accessKey,
  collKey,
  headKey,
  memberKey,
  membersOf,
  type RowKey,
} from "../store/keys.ts";
import type { CollRef } from "../store/records.ts";
import type { Row, View } from "../store/view.ts";
import { findMember } from "./resolve.ts";
import type { CollectionResource } from "./types.ts";

/** Stamp below all others: of what was never written. */
export const NO_STAMP: string = "0".repeat(20);

/** A collection linked in another one. */
export interface ChildCollection {
  /** The collection. */
  readonly collection: CollectionResource;
  /** Stamp at which its parent's history names it. */
  readonly stamp: string;
  /** Stamp at which it was linked there. */
  readonly linked: string;
}

/** A version of a collection as its owner sees it. */
export interface CollectionVersion {
  /** The stamp that positions in its history are compared with. */
  readonly stamp: string;
  /** On homes: digest of the ids of the shared collections shown. */
  readonly digest?: string;
}

function stampOf(row: Row<unknown> | undefined): string {
  return row?.stamp ?? NO_STAMP;
}

function newest(stamps: readonly string[]): string {
  return stamps.reduce((a, b) => a > b ? a : b, NO_STAMP);
}

/** Whether a collection is the root that programs look for calendars or address books in. */
export function isHome(collection: CollectionResource): boolean {
  return collection.kind === "calendar-home" ||
    collection.kind === "addressbook-home";
}

/**
 * The collections linked in one, in the order of their names. In a home, a
 * child counts as changed whenever anything in it did; elsewhere, when it was
 * linked: there its own token tells the rest.
 */
export function childCollections(
  view: View,
  parent: CollectionResource,
): ChildCollection[] {
  const links = [...view.list(membersOf(parent.ref))]
    .sort(([a], [b]) => a < b ? -1 : 1);
  const home = isHome(parent);
  view.need(links.flatMap(([name, { value }]) => {
    const ref = { id: value.coll, tree: parent.ref.tree };
    const keys: RowKey<unknown>[] = [collKey(ref), memberKey(parent.ref, name)];
    return home ? [...keys, ...versionKeys(ref)] : keys;
  }));
  const children: ChildCollection[] = [];
  for (const [name, link] of links) {
    const collection = findMember(view, parent, name);
    if (collection === undefined) continue;
    const stamp = home
      ? newest([
        stampOf(link),
        ...versionKeys(collection.ref).map((key) => stampOf(view.get(key))),
      ])
      : stampOf(link);
    children.push({ collection, stamp, linked: stampOf(link) });
  }
  return children;
}

function versionKeys(ref: CollRef): RowKey<unknown>[] {
  return [collKey(ref), headKey(ref), accessKey(ref)];
}

/** The present version of a collection. */
export function collectionVersion(
  view: View,
  collection: CollectionResource,
): CollectionVersion {
  const head = stampOf(view.get(headKey(collection.ref)));
  if (!isHome(collection)) return { stamp: head };
  const children = childCollections(view, collection);
  return {
    stamp: newest([head, ...children.map(({ stamp }) => stamp)]),
    digest: sharedDigest([]),
  };
}

/** Digest of the ids of the shared collections that a home shows. */
function sharedDigest(ids: readonly string[]): string {
  return createHash("sha256").update([...ids].sort().join("\0")).digest("hex")
    .slice(0, 12);
}

/** A version as `getctag` gives it; its text changes when and only when the version does. */
export function formatCtag(epoch: string, version: CollectionVersion): string {
  const digest = version.digest === undefined ? "" : `.${version.digest}`;
  return `${epoch}-${version.stamp}${digest}`;
}
