/**
 * What a copy of a collection is made of while it is under construction.
 *
 * @module
 */

import type { Engine } from "./engine.ts";
import type { HeldJob } from "./leases.ts";
import type {
  BlobRef,
  BodyRecord,
  CollRecord,
  CollRef,
  EntryRecord,
  PropRecord,
} from "./records.ts";
import type { Row, Store } from "./view.ts";

/** What copying works with. */
export interface CopyParts {
  /** Where the copy is built. */
  readonly engine: Engine;
  /** Where the source is read. */
  readonly store: Store;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** What is to be copied, and to which tree. */
export interface CopyPlan {
  /** The collection. */
  readonly source: CollRef;
  /** 0: without members. */
  readonly depth: 0 | "infinity";
  /** Whether objects keep their dates. */
  readonly move: boolean;
  /** Id of the tree that the copy is for. */
  readonly tree: string;
}

/** One collection of the source and its copy. */
export interface CopiedColl {
  /** Where it comes from. */
  readonly source: CollRef;
  /** The copy. */
  readonly target: CollRef;
  /** The source's row. */
  readonly record: CollRecord;
  /** Version of the source's row: whoever changes a property in the collection rewrites it. */
  readonly collStamp: string | null;
  /** Ids of the collections in the source, by name. */
  readonly members: ReadonlyMap<string, string>;
  /** The source's head that the copy is equal to. */
  head: string | null;
  /** The change of the source that was copied last. */
  position: { readonly stamp: string; readonly name: string };
  /** Objects in the copy, by name. */
  readonly objects: Map<string, CopiedObject>;
  /** Names in the copy, by UID. */
  readonly uids: Map<string, string>;
}

/** One object in the copy. */
export interface CopiedObject {
  /** Bytes of its body. */
  readonly size: number;
  /** Its UID. */
  readonly uid: string | undefined;
  /** Its body where that is large. */
  readonly blob: BlobRef | undefined;
  /** Last parts of the keys of its properties. */
  readonly props: readonly string[];
}

/** A copy under construction. */
export interface Copy {
  /** What is copied. */
  readonly plan: CopyPlan;
  /** The job that it is built under. */
  job: HeldJob;
  /** Id of the large body that the job's next row names: on its way in or out, and in no entry. */
  blob: string | null;
  /** Its collections, parents before children. */
  readonly colls: readonly CopiedColl[];
}

/** One object, or its absence, as read from the source. */
export interface SourceChange {
  /** Its name. */
  readonly name: string;
  /** Stamp of its content, or of its tombstone. */
  readonly stamp: string;
  /** Its facts; absent where it is gone. */
  readonly entry: EntryRecord | undefined;
  /** Its bytes, unless they are large. */
  readonly body: BodyRecord | undefined;
  /** Its properties, by the last part of their keys. */
  readonly props: ReadonlyMap<string, Row<PropRecord>>;
}
