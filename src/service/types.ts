/**
 * The service as the protocol, the command line and the page call it: the
 * only place where data changes. Each call authorises, validates and commits.
 *
 * @module
 */

import type {
  CollKind,
  CollRecord,
  CollRef,
  EntryRecord,
  GroupRecord,
  PropRecord,
  UserRecord,
} from "../store/records.ts";
import type { ReadView } from "../store/view.ts";
import type { Ace } from "./ace.ts";
import type { ConditionResult, Conditions } from "./conditions.ts";
import type { Privilege } from "./privileges.ts";
import type { ActiveLock, LockRequest } from "./lock_types.ts";
import type { Outcome, ResourcePath } from "./problems.ts";

/** Somebody who has signed in; null stands for nobody. */
export interface Session {
  /** The account as it was when the credentials were checked. */
  readonly user: UserRecord;
  /** Version of the account's row then; operations compare it. */
  readonly stamp: string;
}

/** What a resource is, as tables name it. */
export type ResourceKind =
  | "root"
  | "principals"
  | "principal"
  | "group"
  | "space"
  | CollKind
  | "calendar-object"
  | "addressbook-object"
  | "file";

/** `/`, `/principals/…` above the principals, `/calendars/` and its like. */
export interface VirtualResource {
  /** What it is. */
  readonly kind: "root" | "principals" | "space";
  /** Where it is. */
  readonly path: ResourcePath;
}

/** A user's principal. */
export interface PrincipalResource {
  /** What it is. */
  readonly kind: "principal";
  /** Where it is. */
  readonly path: ResourcePath;
  /** The account. */
  readonly user: UserRecord;
}

/** A group's principal. */
export interface GroupResource {
  /** What it is. */
  readonly kind: "group";
  /** Where it is. */
  readonly path: ResourcePath;
  /** The group. */
  readonly group: GroupRecord;
}

/** A collection of somebody else as a home shows it. */
export interface SharedPlace {
  /** The home that shows it. */
  readonly home: CollRef;
  /** Its name there. */
  readonly name: string;
  /** Whose home that is. */
  readonly user: UserRecord;
}

/** A stored collection. */
export interface CollectionResource {
  /** What it is. */
  readonly kind: CollKind;
  /** Where it is. */
  readonly path: ResourcePath & { readonly type: "tree" };
  /** Its ids. */
  readonly ref: CollRef;
  /** Its row. */
  readonly row: CollRecord;
  /** Whose tree it is in. */
  readonly owner: UserRecord;
  /** Present where its path leads through the home of somebody else, who has a view of it of their own. */
  readonly shared?: SharedPlace;
}

/** A stored object: calendar object, address object or file. */
export interface ObjectResource {
  /** What it is. */
  readonly kind: "calendar-object" | "addressbook-object" | "file";
  /** Where it is. */
  readonly path: ResourcePath & { readonly type: "tree" };
  /** Its name in the collection. */
  readonly name: string;
  /** The collection that holds it. */
  readonly parent: CollectionResource;
  /** Its facts. */
  readonly entry: EntryRecord;
  /** Versionstamp of the last change of its content. */
  readonly stamp: string;
  /** Whose tree it is in. */
  readonly owner: UserRecord;
}

/** Anything that a URL can name. */
export type Resource =
  | VirtualResource
  | PrincipalResource
  | GroupResource
  | CollectionResource
  | ObjectResource;

/** One page of a sync-collection answer (RFC 6578). */
export interface SyncPage {
  /** Members that exist and changed, in the order of their stamps. */
  readonly changed: readonly Resource[];
  /** Names of members that are gone. */
  readonly removed: readonly string[];
  /** Names of collections among `changed` that no earlier answer of the walk has named. */
  readonly introduced: ReadonlySet<string>;
  /** Token that the next request continues from. */
  readonly token: string;
  /** True where a limit has cut the answer (507 on the request's URL). */
  readonly truncated: boolean;
}

/**
 * Reads one version of the store for one session: every method is synchronous
 * and may leave by the view's private signal, so what calls it has no effects
 * of its own and catches nothing that it does not know.
 */
export interface Reader {
  /** Who asks. */
  readonly session: Session | null;
  /** The state itself, for code of the service. */
  readonly view: ReadView;
  /** What is at a path, undefined where nothing is. Does not authorise. */
  resolve(path: ResourcePath): Resource | undefined;
  /** The same for many paths, fetching what is missing together; with the bodies of objects at hand where asked for. */
  resolveAll(
    paths: readonly ResourcePath[],
    options?: { readonly bodies?: boolean },
  ): readonly (Resource | undefined)[];
  /**
   * What is at a path, if the session has the privilege there. Refuses with
   * `dav:need-privileges`, alike whether something is there or not where the
   * session may not even know that, else with `not-found`.
   */
  authorise(path: ResourcePath, privilege: Privilege): Outcome<Resource>;
  /** What the session may do with a resource. */
  privileges(resource: Resource): ReadonlySet<Privilege>;
  /** The ACEs of a resource in the order of their evaluation: protected, its own, inherited. Those about principals that are gone are left out. */
  acl(resource: Resource): readonly Ace[];
  /** The members of a group by themselves (RFC 3744 section 4.3). */
  groupMembers(
    group: GroupResource,
  ): readonly (PrincipalResource | GroupResource)[];
  /** The groups that a principal belongs to by itself (RFC 3744 section 4.4). */
  memberships(
    principal: PrincipalResource | GroupResource,
  ): readonly GroupResource[];
  /** Members of a collection that the session has the privilege on (`dav:read` when absent); objects in the order of their names, collections first. */
  children(resource: Resource, privilege?: Privilege): readonly Resource[];
  /** Settable properties that are set, by Clark name; none for virtual resources. */
  props(resource: Resource): ReadonlyMap<string, PropRecord>;
  /** Makes sure that the bodies of these objects are at hand, in one go. */
  needBodies(objects: readonly ObjectResource[]): void;
  /** The bytes of an object as the session is shown them; needs `needBodies`. */
  body(object: ObjectResource): Uint8Array;
  /** Number of these bytes. */
  size(object: ObjectResource): number;
  /** Strong entity tag of an object, with its quotes. */
  etag(object: ObjectResource): string;
  /** Version of a collection's content as this session sees it (`getctag`). */
  ctag(collection: CollectionResource): string;
  /** Present sync-token of a collection. */
  syncToken(collection: CollectionResource): string;
  /** What changed since a token (null or empty: everything), at most `limit` members. */
  sync(
    collection: CollectionResource,
    token: string | null,
    limit: number | null,
  ): Outcome<SyncPage>;
  /** Objects of a calendar that may happen in a range of epoch milliseconds, by their facts: a superset of those that the session has the privilege on (`dav:read` when absent). */
  candidates(
    collection: CollectionResource,
    start: number | null,
    end: number | null,
    privilege?: Privilege,
  ): readonly ObjectResource[];
  /** The locks that hold a resource, its own and those of collections above it; none for virtual resources. */
  locks(resource: Resource): readonly ActiveLock[];
  /** Evaluates conditional headers on a resource, undefined where nothing is; `safe` for GET and HEAD. */
  meets(
    conditions: Conditions,
    resource: Resource | undefined,
    options?: { readonly safe?: boolean },
  ): ConditionResult;
  /**
   * Names the state that a resource is read from, but for the time; undefined
   * for homes and outside of all trees.
   */
  state(resource: Resource): string | undefined;
  /** Bytes in use and bytes still to be had in the tree of a collection (RFC 4331). */
  quota(collection: CollectionResource): { used: number; available: number };
}

/** One instruction of PROPPATCH, MKCALENDAR or extended MKCOL, already checked by the property's row. */
export interface PropChange {
  /** Namespace of the property. */
  readonly ns: string;
  /** Local name of the property. */
  readonly local: string;
  /** As `PropRecord.value`; null removes it. */
  readonly value: string | null;
  /** The principals that it names, where that is what it says: `DAV:group-member-set`. */
  readonly principals?: readonly ResourcePath[];
}

/** What `put` answers. */
export interface PutResult {
  /** True for 201, false for 204. */
  readonly created: boolean;
  /** Entity tag of the stored bytes, with its quotes. */
  readonly etag: string;
}

/** A collection to be made. */
export interface NewCollection {
  /** What it is to be. */
  readonly kind: "calendar" | "addressbook" | "folder";
  /** Component types of a calendar; absent: all that the server takes. */
  readonly components?: readonly string[];
  /** Its first properties. */
  readonly props: readonly PropChange[];
  /** Conditional headers; none when absent. */
  readonly conditions?: Conditions;
}

/** Options of COPY and MOVE. */
export interface TransferOptions {
  /** False: an existing destination is a refusal. */
  readonly overwrite: boolean;
  /** COPY of a collection: with its members or without. */
  readonly depth: 0 | "infinity";
  /** Conditional headers about the source. */
  readonly conditions: Conditions;
}

/** The operations of the protocol. Every call may throw StoreBusy. */
export interface Service {
  /** Answers a question from one version of the store. */
  read<T>(session: Session | null, reader: (reader: Reader) => T): Promise<T>;
  /** Stores an object (RFC 4791 section 5.3.2, RFC 6352 section 6.3.2, RFC 4918 section 9.7). */
  put(
    session: Session | null,
    path: ResourcePath,
    input: {
      readonly bytes: Uint8Array;
      readonly type: string | null;
      readonly conditions: Conditions;
    },
  ): Promise<Outcome<PutResult>>;
  /** Deletes an object or a whole collection. */
  remove(
    session: Session | null,
    path: ResourcePath,
    conditions: Conditions,
  ): Promise<Outcome<null>>;
  /** Makes a collection with its properties (MKCOL, extended MKCOL, MKCALENDAR). */
  make(
    session: Session | null,
    path: ResourcePath,
    collection: NewCollection,
  ): Promise<Outcome<null>>;
  /** Sets and removes properties, all or none. */
  patch(
    session: Session | null,
    path: ResourcePath,
    changes: readonly PropChange[],
    conditions: Conditions,
  ): Promise<Outcome<null>>;
  /**
   * Replaces the ACEs of a resource that are neither inherited nor protected
   * (RFC 3744 section 8.1). The order counts.
   */
  setAcl(
    session: Session | null,
    path: ResourcePath,
    input: { readonly aces: readonly Ace[]; readonly conditions: Conditions },
  ): Promise<Outcome<null>>;
  /** Copies an object or a collection; `created` is false where something was overwritten. */
  copy(
    session: Session | null,
    source: ResourcePath,
    destination: ResourcePath,
    options: TransferOptions,
  ): Promise<Outcome<{ created: boolean }>>;
  /** Moves an object or a collection; likewise. */
  move(
    session: Session | null,
    source: ResourcePath,
    destination: ResourcePath,
    options: TransferOptions,
  ): Promise<Outcome<{ created: boolean }>>;
  /**
   * Grants a lock, and makes an empty file where nothing is yet: then `created`
   * is true (RFC 4918 section 9.10).
   */
  lock(
    session: Session | null,
    path: ResourcePath,
    request: LockRequest,
  ): Promise<Outcome<{ created: boolean; lock: ActiveLock }>>;
  /** Has the one lock whose token the `If` header submits last for some seconds from now on. */
  refresh(
    session: Session | null,
    path: ResourcePath,
    request: { readonly seconds: number; readonly conditions: Conditions },
  ): Promise<Outcome<ActiveLock>>;
  /** Ends a lock that holds what is at the path (RFC 4918 section 9.11). */
  unlock(
    session: Session | null,
    path: ResourcePath,
    request: { readonly token: string; readonly conditions: Conditions },
  ): Promise<Outcome<null>>;
}
