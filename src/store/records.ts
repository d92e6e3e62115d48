/**
 * The values of all rows, and nothing else: no code, no meaning.
 * `keys.ts` says at which key each lives.
 *
 * @module
 */

/** A collection and the tree that it belongs to; a tree's root has the tree's own id. */
export interface CollRef {
  /** Random id, never reused. */
  readonly id: string;
  /** Id of the tree; equal to `id` for the root of a tree. */
  readonly tree: string;
}

/** `meta schema`, `meta epoch`. */
export interface MetaRecord {
  /** Schema version, or the epoch. */
  readonly value: number | string;
}

/** The three trees of a user: ids of their root collections. */
export interface UserTrees {
  /** Calendar home. */
  readonly calendars: string;
  /** Address-book home. */
  readonly addressbooks: string;
  /** Root of `/files/<user>/`. */
  readonly files: string;
}

/** `user <id>`. */
export interface UserRecord {
  /** Random id. */
  readonly id: string;
  /** Sign-in name, NFC and case-folded: the URL segment. */
  readonly login: string;
  /** Name as shown to people. */
  readonly displayName: string;
  /** Mail addresses without `mailto:`. */
  readonly emails: readonly string[];
  /** PHC string of the password. */
  readonly password: string;
  /** Roots of the user's trees. */
  readonly trees: UserTrees;
  /** Epoch milliseconds. */
  readonly created: number;
}

/** `group <id>`: a principal whose members are users and other groups. */
export interface GroupRecord {
  /** Random id. */
  readonly id: string;
  /** Name, NFC and case-folded: the URL segment. */
  readonly name: string;
  /** Name as shown to people. */
  readonly displayName: string;
  /** Id of the user who may change its members over the protocol; null: nobody. */
  readonly owner: string | null;
  /** Epoch milliseconds. */
  readonly created: number;
}

/** `group_name <name>`. */
export interface GroupNameRecord {
  /** Id of the group. */
  readonly group: string;
}

/** `group_member <group id> <member id>`, and as `membership <member id> <group id>` the other way round. */
export interface GroupMemberRecord {
  /** What the member is. */
  readonly type: "user" | "group";
}

/** `login <name>`. */
export interface LoginRecord {
  /** Id of the user. */
  readonly user: string;
}

/** `tree <id>`: its versionstamp is the version of all that the tree holds. */
export interface TreeRecord {
  /** Id of the user that owns the tree; "" for the principals' tree. */
  readonly owner: string;
  /** Bytes of all bodies of live objects. */
  readonly bytes: number;
  /** Number of live objects. */
  readonly objects: number;
}

/** What a collection is. */
export type CollKind =
  | "calendar-home"
  | "addressbook-home"
  | "files-root"
  | "calendar"
  | "addressbook"
  | "folder";

/** `coll <id>`. */
export interface CollRecord {
  /** Id of the tree; never changes. */
  readonly tree: string;
  /** What it is. */
  readonly kind: CollKind;
  /** Id of the collection it is linked in, null for a root. */
  readonly parent: string | null;
  /** The name it is linked at, "" for a root. */
  readonly name: string;
  /** `building`: not linked yet; `live`; `unlinked`: to be reaped; `reaping`. */
  readonly state: "building" | "live" | "unlinked" | "reaping";
  /** Epoch milliseconds. */
  readonly created: number;
  /** Component types that a calendar takes; absent elsewhere. */
  readonly components?: readonly string[];
}

/**
 * `head <coll id>`: its stamp is the version of the collection's content. The
 * value says whom the commit that wrote it concerned: everybody, or only those
 * who are shown private objects; for others the version is still `shown`, a
 * stamp of this row before. A row that is written anew with another stamp and
 * the same content must hold `true`.
 */
export type HeadRecord = true | { readonly shown: string };

/** `member <parent id> <name>`: the collection linked at that name. */
export interface MemberRecord {
  /** Id of the collection. */
  readonly coll: string;
}

/** Whom an ACE is about: by id, so that who gets a name anew inherits nothing (RFC 3744 section 5.5.1). */
export type AceSubject =
  | { readonly type: "all" | "authenticated" | "unauthenticated" | "owner" }
  | { readonly type: "user" | "group"; readonly id: string };

/** What readers are shown of PRIVATE and CONFIDENTIAL objects: nothing, when they are, or everything. */
export type PrivateMode = "hide" | "busy" | "show";

/** One ACE of a resource's own. */
export interface AceRecord {
  /** Whom it is about. */
  readonly who: AceSubject;
  /** True where it denies. */
  readonly deny?: true;
  /** One letter for each privilege, as `service/privileges.ts` has them; aggregates as they were sent. */
  readonly privileges: string;
  /** Absent: "hide". */
  readonly private?: PrivateMode;
}

/** `acl <coll id> <member or "">`: the ACEs that were set on a collection or on one of its objects. */
export interface AclRecord {
  /** In the order of evaluation. */
  readonly aces: readonly AceRecord[];
}

/** `grant <principal id> <coll id>`: an ACL of the collection names the principal. Stays when that ends: always held against the ACL. */
export interface GrantRecord {
  /** Id of the collection's tree. */
  readonly tree: string;
  /** What the collection is. */
  readonly kind: CollKind;
}

/** `view <home id> <coll id>`: how a collection of somebody else is shown in a home; rewritten by every change of its properties there. */
export interface ViewRecord {
  /** True where the home's owner has removed it. */
  readonly hidden: boolean;
}

/** `prop <coll id> <member or ""> <name>`: one settable property, live or dead. */
export interface PropRecord {
  /** Namespace of the property. */
  readonly ns: string;
  /** Local name of the property. */
  readonly local: string;
  /** Live ones: their text. Dead ones: the whole property element as XML, namespaces declared. */
  readonly value: string;
}

/** When something happens, for the time index of a calendar. */
export interface TimeSpan {
  /** First instant, epoch milliseconds, earlier by what other zones, or other data of its zone, may make of it. */
  readonly first: number;
  /** End of the last instant, epoch milliseconds, likewise later, or null: endless or unknown. */
  readonly last: number | null;
  /** Days on which it may happen at all, packed by `day_runs.ts`; absent where it has no long pauses. */
  readonly runs?: Uint8Array;
}

/** Facts of one object, computed once by the domain that understands the bytes. */
export interface ObjectFacts {
  /** UID of the object; absent for plain files. */
  readonly uid?: string;
  /** Main component: VEVENT, VTODO, VJOURNAL, VFREEBUSY, VAVAILABILITY or VCARD. */
  readonly component?: string;
  /** When it happens; absent where no time can be told, which then matches every range. */
  readonly span?: TimeSpan;
  /** The strictest CLASS of its components, where that is not PUBLIC (RFC 5545 section 3.8.1.3). */
  readonly access?: "PRIVATE" | "CONFIDENTIAL";
  /** Version of code and zone data that made the facts. */
  readonly version: number;
}

/** Where a large body is: `blob <id> <n>` for n in 0..chunks-1. */
export interface BlobRef {
  /** Id of the blob. */
  readonly id: string;
  /** Number of chunks. */
  readonly chunks: number;
}

/** `entry <coll id> <name>`: one object. */
export interface EntryRecord {
  /** What the domain found in the bytes. */
  readonly facts: ObjectFacts;
  /** Bytes of the body. */
  readonly size: number;
  /** Hex SHA-256 of the body. */
  readonly digest: string;
  /** Content type as answered to GET. */
  readonly type: string;
  /** Epoch milliseconds. */
  readonly created: number;
  /** Epoch milliseconds; never goes back. */
  readonly modified: number;
  /** Present where the body is a blob. */
  readonly blob?: BlobRef;
  /** True where `prop` rows exist for this object. */
  readonly props?: boolean;
  /** True where it has an `acl` row of its own. */
  readonly acl?: boolean;
  /** Versionstamp of the last change of the content; absent: the row's own. */
  readonly stamp?: string;
}

/** `body <coll id> <name>`: the bytes as received, up to `BODY_BYTES`. */
export interface BodyRecord {
  /** The bytes. */
  readonly bytes: Uint8Array;
  /** As in the entry: absent means the row's own versionstamp. */
  readonly stamp?: string;
}

/** `uid <coll id> <uid>`. */
export interface UidRecord {
  /** The name that owns the UID in this collection. */
  readonly name: string;
}

/** `tombstone <coll id> <name>`: a deleted member; its stamp is the row's versionstamp. */
export interface TombstoneRecord {
  /** Epoch milliseconds. */
  readonly deleted: number;
  /** True where the member was a collection. */
  readonly collection?: boolean;
  /** The ACL that the object had of its own: who could not read it is not told that it is gone. */
  readonly acl?: AclRecord;
  /** As `ObjectFacts.access` of the object. */
  readonly access?: "PRIVATE" | "CONFIDENTIAL";
}

/** `lock <tree id> <token>`: a write lock (RFC 4918 section 6). */
export interface LockRecord {
  /** Id of the collection that is locked, or that holds the object that is. */
  readonly coll: string;
  /** Name of the locked object, "" where the collection itself is locked. */
  readonly name: string;
  /** Whether it holds for all that is below the collection, too. */
  readonly depth: 0 | "infinity";
  /** False: shared. */
  readonly exclusive: boolean;
  /** The `DAV:owner` element as XML, "" where none was sent. */
  readonly owner: string;
  /** Id of the account that it was granted to. */
  readonly user: string;
  /** Epoch milliseconds of the grant. */
  readonly created: number;
  /** Epoch milliseconds from which on it counts no more. */
  readonly expires: number;
}

/** What kind of thing a commit changed: a member's bytes, links and properties, a lock, or else. */
export type ChangeKind = "content" | "structure" | "access" | "lock" | "other";

/** One change in a log row. */
export interface Change {
  /** Id of the collection. */
  readonly coll: string;
  /** Name of the member, "" for the collection itself. */
  readonly name: string;
  /** What changed. */
  readonly kind: ChangeKind;
}

/** `log <tree id> <versionstamp>`: what a commit did. */
export interface LogRecord {
  /** Ids of the operations in the commit. */
  readonly ops: readonly string[];
  /** Epoch milliseconds by the committer's clock; only for trimming. */
  readonly time: number;
  /** What changed. */
  readonly changes: readonly Change[];
}

/** Work of a job; each kind has its own cursor. */
export type JobWork =
  | { readonly kind: "stage"; readonly blob: string }
  | {
    readonly kind: "copy";
    readonly tree: string;
    readonly root: string;
    readonly blob: string | null;
  }
  | {
    readonly kind: "import";
    readonly tree: string;
    readonly root: string;
    readonly blob: string | null;
    /** Names source and destination, so that the same import goes on where it was interrupted. */
    readonly source: string;
  }
  | { readonly kind: "reap"; readonly tree: string; readonly root: string }
  | { readonly kind: "reap-unseen"; readonly root: string }
  | { readonly kind: "reap-blob"; readonly blobs: readonly BlobRef[] };

/** `job <id>`: background work, or rows that nobody can see yet. */
export interface JobRecord {
  /** What is to be done. */
  readonly work: JobWork;
  /** Random id of the process or request that works on it, "" for nobody. */
  readonly holder: string;
  /** Epoch milliseconds until which nobody else tries; only a hint, the row's version decides. */
  readonly lease: number;
  /** Epoch milliseconds before which it must not be done. */
  readonly notBefore: number;
}
