/**
 * Reads one version of the store for one session: what `Service.read` hands
 * to its callers.
 *
 * @module
 */

import {
  aclKey,
  bodyKey,
  propsOf,
  type RowKey,
  treeKey,
} from "../store/keys.ts";
import type { PropRecord } from "../store/records.ts";
import type { ReadView } from "../store/view.ts";
import { createAccess } from "./access.ts";
import { lacking, missing } from "./authorise.ts";
import { readAcl } from "./acl_view.ts";
import type { ConditionTarget } from "./conditions.ts";
import { contentStamp, makeEtag, maskEtag } from "./etag.ts";
import { heldRules, holdsCollections } from "./kinds.ts";
import { activeLock, coveringLocks, liveLocks } from "./locks.ts";
import { maskCalendar } from "../calendar/mask.ts";
import type { Outcome, ResourcePath } from "./problems.ts";
import { meetConditions } from "./operations/guard.ts";
import { succeed } from "./problems.ts";
import { propPlace, readShownProps } from "./props.ts";
import {
  membersOfVirtual,
  readGroupMembers,
  readMemberships,
} from "./principals.ts";
import type { OutdatedFacts } from "./refresh_facts.ts";
import { objectResource, prefetch, resolve, type TreePath } from "./resolve.ts";
import { stateOf } from "./state_of.ts";
import { presentToken, syncCollection } from "./sync.ts";
import type { ActiveLock } from "./lock_types.ts";
import type { Privilege } from "./privileges.ts";
import type {
  CollectionResource,
  ObjectResource,
  Reader,
  Resource,
  Session,
} from "./types.ts";
import { createVersions, formatCtag } from "./versions.ts";

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
  /** Told where facts of an older version were in the way. */
  readonly outdated?: (outdated: OutdatedFacts) => void;
}

const NO_PROPS: ReadonlyMap<string, PropRecord> = new Map();

/** A reader of one view. */
export function createReader(view: ReadView, options: ReaderOptions): Reader {
  const { session, epoch, now = Date.now() } = options;
  const outdated = new Set<string>();
  const access = createAccess(view, session, { outdated: noteOutdated });
  const versions = createVersions(view, { session, access });

  /** Once for each collection: there may be thousands of objects in it. */
  function noteOutdated({ kind, ref }: CollectionResource): void {
    const rules = heldRules(kind);
    if (rules === undefined || outdated.has(ref.id)) return;
    outdated.add(ref.id);
    options.outdated?.({ ref, rules });
  }

  function has(resource: Resource, privilege: Privilege): boolean {
    return access.privileges(resource).has(privilege);
  }

  function isReadable(resource: Resource): boolean {
    return has(resource, "dav:read");
  }

  /** Has what says who may see collections, and what they are called, fetched together. */
  function needCollections(collections: readonly CollectionResource[]): void {
    const places = collections.flatMap((one) =>
      [
        { coll: one.ref, member: "" },
        propPlace(one) ?? [],
      ].flat()
    );
    view.need(
      collections.map(({ ref }) => aclKey(ref, "")),
      places.map(({ coll, member }) => propsOf(coll, member)),
    );
  }

  function membersOfCollection(parent: CollectionResource): Resource[] {
    const members: Resource[] = holdsCollections(parent.kind)
      ? [
        ...versions.children(parent),
        ...versions.shared(parent),
      ].map(({ collection }) => collection)
      : [];
    needCollections(members.filter((member) => "ref" in member));
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
        return membersOfVirtual(view, resource.path, session);
      case "principal":
      case "group":
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
    const resource = resolve(view, path);
    if (resource !== undefined && has(resource, privilege)) {
      return succeed(resource);
    }
    return resource !== undefined && isReadable(resource)
      ? lacking(privilege, path)
      : missing(view, session, { path, privilege });
  }

  function props(resource: Resource): ReadonlyMap<string, PropRecord> {
    // The flag spares a look for properties that most objects do not have.
    if ("entry" in resource && resource.entry.props !== true) return NO_PROPS;
    if ("entry" in resource && access.masks(resource)) return NO_PROPS;
    return readShownProps(view, resource);
  }

  function body(object: ObjectResource): Uint8Array {
    const bytes = readBody(view, object);
    return access.masks(object) ? maskCalendar(bytes) : bytes;
  }

  /** What somebody is shown only in part is another representation: it has another tag. */
  function etagOf(object: ObjectResource): string {
    const etag = makeEtag(epoch, object.stamp);
    return access.masks(object) ? maskEtag(etag) : etag;
  }

  function conditionTarget(resource: Resource): ConditionTarget {
    return "entry" in resource
      ? { etag: etagOf(resource), modified: resource.entry.modified }
      : { etag: null, modified: null };
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
    privileges: (resource) => access.privileges(resource),
    acl: (resource) => readAcl(view, resource),
    groupMembers: (group) => readGroupMembers(view, group),
    memberships: (principal) => readMemberships(view, principal),
    children: (resource, privilege = "dav:read") =>
      membersOf(resource).filter((member) => has(member, privilege)),
    props,
    needBodies(objects) {
      view.need(objects.flatMap(bodyKeys));
    },
    body,
    size: (object) =>
      access.masks(object) ? body(object).length : object.entry.size,
    etag: (object) => etagOf(object),
    ctag: (collection) => formatCtag(epoch, versions.of(collection)),
    syncToken: (collection) =>
      presentToken(collection, { epoch, version: versions.of(collection) }),
    sync: (collection, token, limit) =>
      syncCollection(view, collection, {
        access,
        versions,
        epoch,
        token,
        limit,
      }),
    candidates(collection, start, end, privilege = "dav:read") {
      const rules = heldRules(collection.kind);
      if (rules === undefined) return [];
      const { factsVersion: version } = rules;
      const map = view.map(collection.ref);
      for (const _ of map.outdated(version)) {
        noteOutdated(collection);
        break;
      }
      return [...map.between({ start, end, version })].map((
        { name, entry, stamp },
      ) => objectResource(collection, name, { entry, stamp }))
        .filter((object) => has(object, privilege));
    },
    locks(resource) {
      const locks = locksOn(view, resource, now);
      // Its owner is told in words of whoever locked it.
      const isMasked = "entry" in resource && access.masks(resource);
      return isMasked ? locks.map((lock) => ({ ...lock, owner: "" })) : locks;
    },
    meets(conditions, resource, { safe = false } = {}) {
      const asked = { session, epoch, now, conditions };
      const target = resource && conditionTarget(resource);
      return meetConditions(view, asked, { target, safe });
    },
    state: (resource) => stateOf(view, resource),
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

function isTreePath(path: ResourcePath): path is TreePath {
  return path.type === "tree";
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
