/**
 * Reads one version of the store for one session: what `Service.read` hands
 * to its callers.
 *
 * @module
 */

import { bodyKey, type RowKey, treeKey } from "../store/keys.ts";
import type { PropRecord } from "../store/records.ts";
import type { ReadView } from "../store/view.ts";
import { demand, lacking, mayKnow, privilegesOn } from "./access.ts";
import type { ConditionTarget } from "./conditions.ts";
import { contentStamp, makeEtag } from "./etag.ts";
import { heldRules, holdsCollections } from "./kinds.ts";
import { activeLock, coveringLocks, liveLocks } from "./locks.ts";
import type { Outcome, ResourcePath, Space } from "./problems.ts";
import { meetConditions } from "./operations/guard.ts";
import { refuse } from "./problems.ts";
import { propPlace, readProps } from "./props.ts";
import { objectResource, prefetch, resolve, type TreePath } from "./resolve.ts";
import { presentToken, syncCollection } from "./sync.ts";
import type {
  ActiveLock,
  CollectionResource,
  ObjectResource,
  Privilege,
  Reader,
  Resource,
  Session,
} from "./types.ts";
import { childCollections, collectionVersion, formatCtag } from "./versions.ts";

/** What a reader works with. */
export interface ReaderOptions {
  /** Who asks. */
  readonly session: Session | null;
  /** Epoch of the store. */
  readonly epoch: string;
  /** Bytes that one tree may hold. */
  readonly quotaBytes: number;
  /** Epoch milliseconds, for locks; the system's clock when absent. */
  readonly now?: number;
}

const SPACES: readonly Space[] = ["calendars", "addressbooks", "files"];

const NO_PROPS: ReadonlyMap<string, PropRecord> = new Map();

/** A reader of one view. */
export function createReader(view: ReadView, options: ReaderOptions): Reader {
  const { session, epoch, now = Date.now() } = options;

  function isReadable(resource: Resource): boolean {
    return privilegesOn(view, session, resource).has("dav:read");
  }

  function membersOfCollection(parent: CollectionResource): Resource[] {
    const members: Resource[] = holdsCollections(parent.kind)
      ? childCollections(view, parent).map(({ collection }) => collection)
      : [];
    if (heldRules(parent.kind) !== undefined) {
      for (const { name, entry, stamp } of view.map(parent.ref).members()) {
        members.push(objectResource(parent, name, { entry, stamp }));
      }
    }
    return members;
  }

  function membersOf(resource: Resource): readonly Resource[] {
    switch (resource.kind) {
      case "root":
      case "principals":
      case "space":
        return pathsBelow(resource.path, session)
          .flatMap((path) => resolve(view, path) ?? []);
      case "principal":
      case "calendar-object":
      case "addressbook-object":
      case "file":
        return [];
      default:
        return membersOfCollection(resource);
    }
  }

  function authorise(
    path: ResourcePath,
    privilege: Privilege,
  ): Outcome<Resource> {
    if (!mayKnow(session, path)) return lacking(privilege, path);
    const resource = resolve(view, path);
    if (resource === undefined) {
      return refuse("not-found", "There is nothing at this URL");
    }
    const allowed = demand(view, session, { resource, privilege });
    return allowed.ok ? { ok: true, value: resource } : allowed;
  }

  return {
    session,
    view,
    resolve: (path) => resolve(view, path),
    resolveAll(paths, { bodies = false } = {}) {
      prefetch(view, paths.filter(isTreePath), { body: bodies });
      return paths.map((path) => resolve(view, path));
    },
    authorise,
    privileges: (resource) => privilegesOn(view, session, resource),
    children: (resource) => membersOf(resource).filter(isReadable),
    props(resource) {
      // The flag spares a look for properties that most objects do not have.
      if ("entry" in resource && resource.entry.props !== true) return NO_PROPS;
      const place = propPlace(resource);
      return place === undefined ? NO_PROPS : readProps(view, place);
    },
    needBodies(objects) {
      view.need(objects.flatMap(bodyKeys));
    },
    body: (object) => readBody(view, object),
    etag: ({ stamp }) => makeEtag(epoch, stamp),
    ctag: (collection) =>
      formatCtag(epoch, collectionVersion(view, collection)),
    syncToken: (collection) => presentToken(view, collection, epoch),
    sync: (collection, token, limit) =>
      syncCollection(view, collection, { epoch, token, limit }),
    candidates(collection, start, end) {
      return [...view.map(collection.ref).between(start, end)].map((
        { name, entry, stamp },
      ) => objectResource(collection, name, { entry, stamp }))
        .filter(isReadable);
    },
    locks: (resource) => locksOn(view, resource, now),
    meets(conditions, resource, { safe = false } = {}) {
      const asked = { session, epoch, now, conditions };
      const target = resource && conditionTarget(resource, epoch);
      return meetConditions(view, asked, { target, safe });
    },
    quota(collection) {
      const used = view.get(treeKey(collection.ref.tree))?.value.bytes ?? 0;
      return { used, available: Math.max(0, options.quotaBytes - used) };
    },
  };
}

/** The locks that hold a resource. */
function locksOn(
  view: ReadView,
  resource: Resource,
  now: number,
): readonly ActiveLock[] {
  const place = "entry" in resource
    ? { coll: resource.parent.ref, name: resource.name }
    : "ref" in resource
    ? { coll: resource.ref, name: "" }
    : undefined;
  if (place === undefined) return [];
  const { tree } = place.coll;
  return coveringLocks(view, place, liveLocks(view, tree, now))
    .map((lock) => activeLock(view, tree, { lock, now }));
}

function conditionTarget(resource: Resource, epoch: string): ConditionTarget {
  if (!("entry" in resource)) return { etag: null, modified: null };
  const { stamp, entry } = resource;
  return { etag: makeEtag(epoch, stamp), modified: entry.modified };
}

function isTreePath(path: ResourcePath): path is TreePath {
  return path.type === "tree";
}

/** Paths right below a virtual resource, as far as a session may know them. */
function pathsBelow(
  path: ResourcePath,
  session: Session | null,
): ResourcePath[] {
  if (session === null) return [];
  const { login } = session.user;
  switch (path.type) {
    case "root":
      return [
        { type: "principals", set: "all" },
        ...SPACES.map((space) => ({ type: "space" as const, space })),
      ];
    case "principals":
      if (path.set === "all") {
        return [
          { type: "principals", set: "users" },
          { type: "principals", set: "groups" },
        ];
      }
      return path.set === "users"
        ? [{ type: "principal", set: "users", name: login }]
        : [];
    case "space":
      return [{ type: "tree", space: path.space, user: login, names: [] }];
    default:
      return [];
  }
}

function bodyKeys(object: ObjectResource): RowKey<unknown>[] {
  return object.entry.blob === undefined
    ? [bodyKey(object.parent.ref, object.name)]
    : [];
}

/** The bytes of an object; throws where they are not those that its entry describes. */
function readBody(view: ReadView, object: ObjectResource): Uint8Array {
  const { entry, parent, name, stamp } = object;
  if (entry.blob !== undefined) return view.blob(entry.blob);
  const row = view.get(bodyKey(parent.ref, name));
  if (row === undefined || contentStamp(row) !== stamp) {
    throw new Error(`The body of an object is not that of its entry: ${name}`);
  }
  return row.value.bytes;
}
