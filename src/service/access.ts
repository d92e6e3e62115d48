/**
 * The one place that says who may do what (RFC 3744 section 6): an owner
 * everything, others what the ACEs on a resource and on the collections above
 * it give them.
 *
 * @module
 */

import { aclsOf } from "../store/keys.ts";
import type {
  EntryRecord,
  PrivateMode,
  TombstoneRecord,
} from "../store/records.ts";
import type { View } from "../store/view.ts";
import { objectAces, readChain, type StoredAce, storedAces } from "./acl.ts";
import { classOf } from "./kinds.ts";
import { foldLogin } from "./login_names.ts";
import { principalIds } from "./memberships.ts";
import { ALL_PRIVILEGES, evaluateAces, READING_HELD } from "./privileges.ts";
import type { ResourcePath } from "./problems.ts";
import { findTree } from "./resolve.ts";
import type { Privilege } from "./privileges.ts";
import type {
  CollectionResource,
  ObjectResource,
  Resource,
  Session,
} from "./types.ts";

const READ_AND_PROPERTIES: ReadonlySet<Privilege> = new Set<Privilege>([
  ...READING_HELD,
  "dav:write-properties",
]);

const FREE_BUSY: ReadonlySet<Privilege> = new Set<Privilege>([
  "caldav:read-free-busy",
]);

const NOTHING: ReadonlySet<Privilege> = new Set();

/** From the most careful to the most open. */
const PRIVATE_MODES: readonly PrivateMode[] = ["hide", "busy", "show"];

/** What one session may do, on one state. */
export interface Access {
  /** What it may do with a resource. */
  privileges(resource: Resource): ReadonlySet<Privilege>;
  /** True where it is shown of an object only when it happens. */
  masks(object: ObjectResource): boolean;
  /** Whether it may read all of an object. */
  readsWhole(object: ObjectResource): boolean;
  /** Whether it can be sure to read all objects right in a collection, whole. */
  readsAll(collection: CollectionResource): boolean;
  /** Whether it is shown no private object right in a collection that has no ACEs of its own. */
  hidesPrivate(collection: CollectionResource): boolean;
  /** Whether it could read a member that is gone from a collection. */
  couldRead(parent: CollectionResource, gone: TombstoneRecord): boolean;
}

/** What ACEs give to a session. */
interface Evaluated {
  readonly privileges: ReadonlySet<Privilege>;
  readonly mode: PrivateMode;
}

/** What a session may do with a collection and with the objects in it that have no ACL of their own. */
interface CollectionAccess extends Evaluated {
  readonly aces: readonly StoredAce[];
}

/** Who else wants to know what comes up while access is judged. */
export interface AccessOptions {
  /** Told of collections where facts too old to tell the class of an object keep it from the session. */
  readonly outdated?: (collection: CollectionResource) => void;
}

/** The access of a session; null stands for nobody. Looks at each collection once. */
export function createAccess(
  view: View,
  session: Session | null,
  options: AccessOptions = {},
): Access {
  const collections = new Map<string, CollectionAccess>();
  // An entry is written anew with each ACL, so it stands for both.
  const objects = new WeakMap<EntryRecord, Evaluated>();
  let ids: ReadonlySet<string> | undefined;

  function counts({ who }: StoredAce): boolean {
    switch (who.type) {
      case "all":
        return true;
      case "authenticated":
        return session !== null;
      case "unauthenticated":
        return session === null;
      case "owner":
        // The owner has everything, and no ACE is looked at.
        return false;
      default:
        if (session === null) return false;
        ids ??= principalIds(view, session.user.id);
        return ids.has(who.id);
    }
  }

  /** What the ACEs of a collection give, behind those that an object in it has of its own. */
  function evaluateFor(
    around: readonly StoredAce[],
    own: readonly StoredAce[] = [],
  ): Evaluated {
    const mine = own.filter(counts);
    const inherited = around.filter(counts);
    const held = evaluateAces([...mine, ...inherited]);
    return {
      // What nobody has signed for, nobody changes.
      privileges: session === null ? held.intersection(READING_HELD) : held,
      mode: modeOf(mine) ?? modeOf(inherited) ?? "hide",
    };
  }

  function accessTo(collection: CollectionResource): CollectionAccess {
    const { id } = collection.ref;
    let access = collections.get(id);
    if (access === undefined) {
      const aces = readChain(view, collection.ref);
      access = { aces, ...evaluateFor(aces) };
      collections.set(id, access);
    }
    return access;
  }

  /** Inside of its collection; looks at the ACEs of each object once. */
  function accessToObject(object: ObjectResource): Evaluated {
    const { entry, parent } = object;
    if (entry.acl !== true) return accessTo(parent);
    let access = objects.get(entry);
    if (access === undefined) {
      access = accessInside(parent, objectAces(view, object));
      objects.set(entry, access);
    }
    return access;
  }

  function accessInside(
    parent: CollectionResource,
    own: readonly StoredAce[],
  ): Evaluated {
    const around = accessTo(parent);
    return own.length === 0 ? around : evaluateFor(around.aces, own);
  }

  /** Whether an object is kept from the session, or shown in part only, for being private. */
  function isWithheld(object: ObjectResource, mode: PrivateMode): boolean {
    if (classOf(object) === undefined) return false;
    const access = accessToObject(object);
    if (!withholds(access, mode)) return false;
    if (object.entry.facts.access === undefined) {
      options.outdated?.(object.parent);
    }
    return true;
  }

  function onObject(object: ObjectResource): ReadonlySet<Privilege> {
    const { privileges } = accessToObject(object);
    // When somebody is busy gives nothing else away.
    return isWithheld(object, "hide")
      ? privileges.intersection(FREE_BUSY)
      : privileges;
  }

  function onCollection(
    collection: CollectionResource,
  ): ReadonlySet<Privilege> {
    const { privileges } = accessTo(collection);
    // How it is named and coloured in one's own home is one's own affair.
    return collection.shared !== undefined && privileges.has("dav:read")
      ? privileges.union(READ_AND_PROPERTIES.difference(READING_HELD))
      : privileges;
  }

  /** What a home shows of others, it shows to its user: under their names, and while they like. */
  function isOthersView(
    resource: CollectionResource | ObjectResource,
  ): boolean {
    const { shared } = "entry" in resource ? resource.parent : resource;
    return shared !== undefined && shared.user.id !== session?.user.id;
  }

  function masks(object: ObjectResource): boolean {
    return object.owner.id !== session?.user.id && isWithheld(object, "busy");
  }

  function privileges(resource: Resource): ReadonlySet<Privilege> {
    switch (resource.kind) {
      case "root":
      case "principals":
      case "space":
        return session === null ? NOTHING : READING_HELD;
      case "principal":
        if (session === null) return NOTHING;
        return resource.user.id === session.user.id
          ? READ_AND_PROPERTIES
          : READING_HELD;
      case "group":
        if (session === null) return NOTHING;
        return resource.group.owner === session.user.id
          ? READ_AND_PROPERTIES
          : READING_HELD;
      default:
        if (isOthersView(resource)) return NOTHING;
        if (resource.owner.id === session?.user.id) return ALL_PRIVILEGES;
        return "entry" in resource
          ? onObject(resource)
          : onCollection(resource);
    }
  }

  return {
    privileges,
    masks,
    readsWhole: (object) =>
      privileges(object).has("dav:read") && !masks(object),
    readsAll(collection) {
      const held = privileges(collection);
      if (!held.has("dav:read")) return false;
      if (held.has("dav:all")) return true;
      const own = [...view.list(aclsOf(collection.ref)).keys()];
      const { mode } = accessTo(collection);
      const isOpen = mode === "show" || collection.kind !== "calendar" ||
        held.has("dav:write-content");
      return isOpen && own.every((member) => member === "");
    },
    hidesPrivate: (collection) =>
      collection.owner.id !== session?.user.id &&
      withholds(accessTo(collection), "hide"),
    couldRead(parent, gone) {
      if (parent.owner.id === session?.user.id) return true;
      const access = accessInside(
        parent,
        storedAces(gone.acl, parent.ref.id),
      );
      return access.privileges.has("dav:read") &&
        (gone.access === undefined || !withholds(access, "hide"));
    },
  };
}

/** Whether private objects are withheld in this way from whom ACEs give this: who may write sees all. */
function withholds(access: Evaluated, mode: PrivateMode): boolean {
  return access.mode === mode && !access.privileges.has("dav:write-content");
}

/** The most open mode of those that grant reading, of the nearest collection that has any; undefined where none does. */
function modeOf(aces: readonly StoredAce[]): PrivateMode | undefined {
  const granting = aces.filter((ace) =>
    !ace.deny && evaluateAces([ace]).has("dav:read")
  );
  const modes = granting.filter(({ coll }) => coll === granting[0]?.coll)
    .map((ace) => ace.private ?? "hide");
  return PRIVATE_MODES.findLast((mode) => modes.includes(mode));
}

/** What a session may do with a resource. */
export function privilegesOn(
  view: View,
  session: Session | null,
  resource: Resource,
): ReadonlySet<Privilege> {
  return createAccess(view, session).privileges(resource);
}

/** Whether a session may know what is, and what is not, at a path: it can read something on the way to it. */
export function mayKnow(
  view: View,
  session: Session | null,
  path: ResourcePath,
): boolean {
  if (path.type !== "tree") return session !== null;
  if (foldLogin(path.user) === session?.user.login) return true;
  const access = createAccess(view, session);
  for (let depth = path.names.length; depth >= 0; depth--) {
    const names = path.names.slice(0, depth);
    const found = findTree(view, { ...path, names });
    if (found?.type !== "collection") continue;
    if (access.privileges(found.collection).has("dav:read")) return true;
  }
  return false;
}
