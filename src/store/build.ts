/**
 * Builds a collection from data that comes from outside, under a new id that
 * nobody sees, and links it in one operation (DESIGN section 4.2). A build
 * that was interrupted goes on where it was: its rows say what is done.
 *
 * @module
 */

import { chunkMutations, removeChunks } from "./blobs.ts";
import { type CopyBatch, createCopyBatch } from "./copy_batch.ts";
import type { Engine } from "./engine.ts";
import { entriesOf, type RowKey } from "./keys.ts";
import {
  bodyKey,
  collKey,
  entryKey,
  headKey,
  propKey,
  uidKey,
} from "./keys.ts";
import { jobRows } from "./jobs.ts";
import {
  advanceJob,
  type HeldJob,
  isHeld,
  JobOvertaken,
  newId,
  openJob,
  takeJob,
  writeUnder,
} from "./leases.ts";
import { linkCollection, type LinkPlace } from "./links.ts";
import { after, lastPart } from "./owner_lists.ts";
import type {
  BlobRef,
  CollRecord,
  CollRef,
  EntryRecord,
  ObjectFacts,
  PropRecord,
} from "./records.ts";
import { type Store, StoreBusy, type Transaction } from "./view.ts";
import { BODY_BYTES, CHUNK_BYTES } from "./blobs.ts";

/** What building works with. */
export interface BuildParts {
  /** Where the collection is built. */
  readonly engine: Engine;
  /** Where it is linked. */
  readonly store: Store;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** An object in a collection under construction. */
export interface BuiltObject {
  /** Bytes of its body. */
  readonly size: number;
  /** Hex SHA-256 of its body. */
  readonly digest: string;
  /** Its facts. */
  readonly facts: ObjectFacts;
}

/** A collection under construction. */
export interface Build {
  /** Its ids. */
  readonly root: CollRef;
  /** What is in it, by name. */
  readonly objects: Map<string, BuiltObject>;
  /** Names in it by UID. */
  readonly uids: Map<string, string>;
  /** True where an earlier process began it. */
  readonly resumed: boolean;
  /** Commits what is not committed yet. */
  readonly flush: () => Promise<void>;
  /** Adds an object at a name that is free, with a UID that is free. */
  readonly add: (name: string, object: NewBuiltObject) => Promise<void>;
  /** The job as it is now. */
  readonly job: () => HeldJob;
}

/** An object to be added. */
export interface NewBuiltObject {
  /** Its bytes. */
  readonly bytes: Uint8Array;
  /** Hex SHA-256 of them. */
  readonly digest: string;
  /** Content type. */
  readonly type: string;
  /** Its facts. */
  readonly facts: ObjectFacts;
  /** Its properties, by Clark name. */
  readonly props: ReadonlyMap<string, PropRecord>;
}

/** How long an interrupted build waits for its continuation, in milliseconds. */
export const BUILD_HOLD_MS = 24 * 3_600_000;

/**
 * Begins a build, or takes over the one that was begun for the same source.
 *
 * @throws {StoreBusy} somebody else takes it over at this moment.
 */
export async function openBuild(
  parts: BuildParts,
  plan: {
    /** Id of the tree that it is for. */
    readonly tree: string;
    /** Names source and destination. */
    readonly source: string;
    /** Kind of the collection. */
    readonly kind: CollRecord["kind"];
  },
): Promise<Build> {
  const { engine, now } = parts;
  const { tree, source } = plan;
  let job = await findBuild(parts, plan);
  const resumed = job !== undefined;
  job ??= await openJob(engine, () => {
    const root = newId();
    return {
      work: { kind: "import", tree, root, blob: null, source },
      first: collKey({ id: root, tree }).parts,
      notBefore: now() + BUILD_HOLD_MS,
    };
  }, now());
  const { work } = job.record;
  if (work.kind !== "import") throw new TypeError("Not the job of an import");
  const root = { id: work.root, tree };
  // A large body that no entry has come to own.
  if (work.blob !== null) await removeChunks(engine, job, work.blob);
  const objects = new Map<string, BuiltObject>();
  const uids = new Map<string, string>();
  if (resumed) {
    for await (const [name, entry] of entriesIn(engine, root.id)) {
      const { size, digest, facts } = entry;
      objects.set(name, { size, digest, facts });
      if (facts.uid !== undefined) uids.set(facts.uid, name);
    }
  }
  const hands = createHands(parts, job, { root, work });
  await hands.batch.add((rows) => {
    rows.set(collKey(root), {
      ...{ tree, kind: plan.kind, parent: null, name: "" },
      ...{ state: "building", created: now() },
    });
    rows.set(headKey(root), true);
  });
  return {
    root,
    objects,
    uids,
    resumed,
    job: hands.job,
    flush: () => hands.batch.flush(),
    async add(name, object) {
      await hands.add(name, object);
      const { digest, facts } = object;
      objects.set(name, { size: object.bytes.length, digest, facts });
      if (facts.uid !== undefined) uids.set(facts.uid, name);
    },
  };
}

async function findBuild(
  parts: BuildParts,
  { tree, source }: { readonly tree: string; readonly source: string },
): Promise<HeldJob | undefined> {
  const { engine, now } = parts;
  for await (const row of jobRows(engine)) {
    const { work } = row.record;
    if (work.kind !== "import" || work.source !== source) continue;
    if (work.tree !== tree) continue;
    // Whoever works on it still is overtaken, and stops at their next commit.
    const job = await takeJob(engine, row, { record: row.record, now: now() });
    if (job === undefined) throw new StoreBusy("This import runs elsewhere");
    return job;
  }
  return undefined;
}

async function* entriesIn(
  engine: Engine,
  coll: string,
): AsyncGenerator<[string, EntryRecord]> {
  const prefix = entriesOf(coll);
  let page = await engine.list({ prefix });
  while (page.length > 0) {
    for (const { key, value } of page) {
      yield [lastPart(key), value as EntryRecord];
    }
    const last = page.at(-1);
    if (last === undefined || page.length < engine.limits.list) return;
    page = await engine.list({ prefix, start: after(last.key) });
  }
}

interface Hands {
  readonly batch: CopyBatch;
  readonly add: (name: string, object: NewBuiltObject) => Promise<void>;
  readonly job: () => HeldJob;
}

function createHands(
  parts: BuildParts,
  first: HeldJob,
  { root, work }: {
    readonly root: CollRef;
    readonly work: HeldJob["record"]["work"] & { readonly kind: "import" };
  },
): Hands {
  const { engine, now } = parts;
  let job = first;
  let blob: string | null = null;
  const batch = createCopyBatch(engine.limits, async (mutations) => {
    job = await advanceJob(engine, job, {
      now: now(),
      work: { ...work, blob },
      mutations,
    });
  });

  /** As a copy does it: the job's row names the body until the entry does. */
  async function stage(bytes: Uint8Array): Promise<BlobRef> {
    const ref = { id: newId(), chunks: Math.ceil(bytes.length / CHUNK_BYTES) };
    blob = ref.id;
    await batch.flush(true);
    for (const mutations of chunkMutations(engine, { ref, bytes })) {
      await writeUnder(engine, job, mutations);
    }
    return ref;
  }

  return {
    batch,
    job: () => job,
    async add(name, object) {
      const { bytes, digest, type, facts, props } = object;
      const ref = bytes.length > BODY_BYTES ? await stage(bytes) : undefined;
      const at = now();
      for (const [clark, value] of props) {
        await batch.add((rows) => rows.set(propKey(root, name, clark), value));
      }
      await batch.add((rows) => {
        rows.set(entryKey(root, name), {
          ...{ facts, size: bytes.length, digest, type },
          ...{ created: at, modified: at },
          ...(ref === undefined ? {} : { blob: ref }),
          ...(props.size === 0 ? {} : { props: true }),
        });
        if (ref === undefined) rows.set(bodyKey(root, name), { bytes });
        if (facts.uid !== undefined) {
          rows.set(uidKey(root, facts.uid), { name });
        }
      });
      if (ref === undefined) return;
      // From this commit on the entry owns it.
      blob = null;
      await batch.flush();
    },
  };
}

/** Where a finished build goes, decided inside the operation that links it. */
export type BuildAdmission<R> =
  | {
    readonly ok: true;
    readonly place: LinkPlace;
    readonly record: Pick<CollRecord, "kind" | "components">;
    /** Properties of the collection. */
    readonly props: ReadonlyMap<RowKey<PropRecord>, PropRecord | null>;
  }
  | { readonly ok: false; readonly refusal: R };

/**
 * Links a finished build. `admit` looks and decides, like a reader; what it
 * refuses stays a build.
 *
 * @throws {JobOvertaken} somebody else goes on with it.
 */
export async function linkBuild<R>(
  parts: BuildParts,
  build: Build,
  admit: (tx: Transaction) => BuildAdmission<R>,
): Promise<
  { readonly ok: true } | { readonly ok: false; readonly refusal: R }
> {
  await build.flush();
  const job = build.job();
  let bytes = 0;
  for (const { size } of build.objects.values()) bytes += size;
  const { root } = build;
  try {
    const { value } = await parts.store.write({
      trees: [root.tree],
      run(tx) {
        const admission = admit(tx);
        if (!admission.ok) return admission;
        tx.checkJob(job.key, job.stamp);
        tx.delete(job.key);
        linkCollection(tx, root, {
          place: admission.place,
          record: { ...admission.record, created: parts.now() },
          isNew: true,
        });
        for (const [key, record] of admission.props) {
          if (record !== null) tx.set(key, record);
        }
        tx.use(root.tree, bytes, build.objects.size);
        return { ok: true } as const;
      },
    });
    return value;
  } catch (error) {
    if (!(error instanceof StoreBusy)) throw error;
    if (await isHeld(parts.engine, job)) throw error;
    throw new JobOvertaken("The import is somebody else's", { cause: error });
  }
}

/** Leaves a build to the jobs, which reap it. */
export async function abandonBuild(
  parts: BuildParts,
  build: Build,
): Promise<void> {
  await advanceJob(parts.engine, build.job(), {
    now: parts.now(),
    release: true,
  });
}
