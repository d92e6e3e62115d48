/**
 * Where the settable properties of each resource are kept, and their limits.
 *
 * @module
 */

import {
  PRINCIPAL_MEMBER,
  propKey,
  propsOf,
  type RowKey,
} from "../store/keys.ts";
import type { CollRef, PropRecord } from "../store/records.ts";
import type { Transaction, View } from "../store/view.ts";
import type { Outcome } from "./problems.ts";
import { refuse, succeed } from "./problems.ts";
import { rootRef } from "./resolve.ts";
import type { CollectionResource, PropChange, Resource } from "./types.ts";

/** Properties that one resource may have. */
export const PROPS_PER_RESOURCE = 100;

/** Bytes that one property may take in the store. */
export const PROP_BYTES = 60 * 1024;

/** Bytes that all properties of one resource may take: COPY writes them in one commit. */
export const PROPS_BYTES = 256 * 1024;

/** Bytes of UTF-8 that a property's name may have, namespace included. */
const PROP_NAME_BYTES = 2048;

/** The collection and member that `prop` rows of a resource are under. */
export interface PropPlace {
  /** The collection. */
  readonly coll: CollRef;
  /** Name of the member, "" for the collection itself. */
  readonly member: string;
}

/** Where the properties of a resource are, undefined where it has none. */
export function propPlace(resource: Resource): PropPlace | undefined {
  switch (resource.kind) {
    case "root":
    case "principals":
    case "space":
    case "group":
      return undefined;
    case "principal":
      return {
        coll: rootRef(resource.user, "calendars"),
        member: PRINCIPAL_MEMBER,
      };
    case "calendar-object":
    case "addressbook-object":
    case "file":
      return { coll: resource.parent.ref, member: resource.name };
    default:
      return resource.shared === undefined
        ? { coll: resource.ref, member: "" }
        : { coll: resource.shared.home, member: resource.shared.name };
  }
}

/**
 * The settable properties of a resource as it shows them: a collection of
 * somebody else has those that its user has set in their own home, then those
 * of its owner.
 */
export function readShownProps(
  view: View,
  resource: Resource,
): ReadonlyMap<string, PropRecord> {
  const place = propPlace(resource);
  if (place === undefined) return new Map();
  const own = readProps(view, place);
  if (!("ref" in resource) || resource.shared === undefined) return own;
  const shown = new Map(readProps(view, { coll: resource.ref, member: "" }));
  const name = { ns: "DAV:", local: "displayname" };
  shown.set(clarkName(name), {
    ...name,
    value: sharedTitle(resource, shown.get(clarkName(name))),
  });
  for (const [clark, record] of own) shown.set(clark, record);
  return shown;
}

/** Two people's calendars often have one name: the owner's stands beside it. */
function sharedTitle(
  { owner, row }: CollectionResource,
  name: PropRecord | undefined,
): string {
  // Stored as XML where it has attributes, which only a client can have asked for.
  const title = name === undefined || name.value.startsWith("<")
    ? row.name
    : name.value;
  return `${title} (${owner.displayName || owner.login})`;
}

/** A name in Clark notation: `{namespace}local`. */
export function clarkName(name: { ns: string; local: string }): string {
  return `{${name.ns}}${name.local}`;
}

/** Properties at a place by Clark name. */
export function readProps(
  view: View,
  place: PropPlace,
): ReadonlyMap<string, PropRecord> {
  const props = new Map<string, PropRecord>();
  for (
    const { value } of view.list(propsOf(place.coll, place.member)).values()
  ) {
    props.set(clarkName(value), value);
  }
  return props;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Bytes that a text takes in a row: two a character as soon as one is beyond Latin-1. */
function storedBytes(text: string): number {
  // deno-lint-ignore no-control-regex -- the range begins at the first character there is
  return /[^\u0000-\u00ff]/.test(text) ? 2 * text.length : text.length;
}

/** Refuses changes with a property that is too large; needs no state. */
export function checkChanges(changes: readonly PropChange[]): Outcome<null> {
  for (const change of changes) {
    if (byteLength(clarkName(change)) > PROP_NAME_BYTES) {
      return refuse(
        "too-large",
        `The name of a property has at most ${PROP_NAME_BYTES} bytes`,
      );
    }
    if (change.value !== null && storedBytes(change.value) > PROP_BYTES) {
      return refuse(
        "too-large",
        `A property has at most ${PROP_BYTES} bytes: ${
          change.local.slice(0, 80)
        }`,
      );
    }
  }
  return succeed(null);
}

/** Rows to write for a list of changes, the last one of each name; null removes. */
export interface PropDraft {
  /** Rows that differ from what is there. */
  readonly rows: ReadonlyMap<RowKey<PropRecord>, PropRecord | null>;
  /** Number of properties afterwards. */
  readonly count: number;
}

/** Applies changes to the properties at a place, or refuses where they become too many. */
export function draftProps(
  present: ReadonlyMap<string, PropRecord>,
  place: PropPlace,
  changes: readonly PropChange[],
): Outcome<PropDraft> {
  const after = new Map(present);
  const touched = new Set<string>();
  for (const { ns, local, value } of changes) {
    const name = clarkName({ ns, local });
    touched.add(name);
    if (value === null) after.delete(name);
    else after.set(name, { ns, local, value });
  }
  if (after.size > PROPS_PER_RESOURCE && after.size > present.size) {
    return refuse(
      "too-large",
      `A resource has at most ${PROPS_PER_RESOURCE} properties`,
    );
  }
  const bytes = totalBytes(after);
  if (bytes > PROPS_BYTES && bytes > totalBytes(present)) {
    return refuse(
      "too-large",
      `The properties of a resource have at most ${PROPS_BYTES} bytes together`,
    );
  }
  const rows = new Map<RowKey<PropRecord>, PropRecord | null>();
  for (const name of touched) {
    const record = after.get(name) ?? null;
    if (record?.value === present.get(name)?.value) continue;
    rows.set(propKey(place.coll, place.member, name), record);
  }
  return succeed({ rows, count: after.size });
}

function totalBytes(props: ReadonlyMap<string, PropRecord>): number {
  let bytes = 0;
  for (const [name, { value }] of props) {
    bytes += storedBytes(name) + storedBytes(value);
  }
  return bytes;
}

/** Writes a draft's rows; the caller notes the change. */
export function writeProps(tx: Transaction, draft: PropDraft): void {
  for (const [key, record] of draft.rows) {
    if (record === null) tx.delete(key);
    else tx.set(key, record);
  }
}
