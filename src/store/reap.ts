/**
 * Removes the rows of collections that no path reaches: those that were
 * unlinked, whose bytes go back to their tree batch by batch, and those that
 * were never linked, which no tree knows of.
 *
 * @module
 */

import { removeChunks, unlinkBlobs } from "./blobs.ts";
import type { Engine, EngineRow } from "./engine.ts";
import { COLL_PREFIXES, collRows, listedKey } from "./key_prefixes.ts";
import {
  accessKey,
  bodyKey,
  collKey,
  entryKey,
  headKey,
  logFloorKey,
  logPrefix,
  memberKey,
  type RowKey,
  treeKey,
  uidKey,
} from "./keys.ts";
import {
  advanceJob,
  endJob,
  type HeldJob,
  isHeld,
  JobOvertaken,
  LEASE_MS,
  writeUnder,
} from "./leases.ts";
import { lastPart } from "./owner_lists.ts";
import type { CollRef, EntryRecord, MemberRecord } from "./records.ts";
import { type Store, StoreBusy, type Transaction } from "./view.ts";

/** What a reaper works with. */
export interface ReapParts {
  /** Where the rows are. */
  readonly engine: Engine;
  /** What changes trees. */
  readonly store: Store;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Aborted where the reaper is to pause between two batches. */
  readonly signal?: AbortSignal;
}

/** Thrown between two batches when the signal says so; the job goes on from there later. */
export class ReapPaused extends Error {
  /** The class's name, for logs. */
  override readonly name = "ReapPaused";
}

/** Objects, and other rows, that one commit removes. */
const BATCH_OBJECTS = 100;
const BATCH_ROWS = 300;

/** A collection on the way down from the root of what is reaped. */
interface Step {
  readonly ref: CollRef;
  /** Its link; null for the root, which has none any more. */
  readonly link: RowKey<MemberRecord> | null;
}

/** One way to remove rows. */
interface Hands {
  /** Removes objects with what belongs to them. */
  readonly objects: (ref: CollRef, rows: readonly EngineRow[]) => Promise<void>;
  /** Removes rows. */
  readonly rows: (
    ref: CollRef,
    keys: readonly RowKey<unknown>[],
  ) => Promise<void>;
}

/**
 * Reaps a collection that was unlinked, and ends its job. What is not
 * `unlinked` (somebody has restored it) is left alone. With the root of a tree
 * goes the tree.
 *
 * @throws {JobOvertaken} somebody else has taken the job.
 * @throws {ReapPaused} the signal was aborted.
 */
export async function reapUnlinked(
  parts: ReapParts,
  held: HeldJob,
  root: CollRef,
): Promise<void> {
  const { engine } = parts;
  let job = held;

  async function write<T>(run: (tx: Transaction) => T): Promise<T> {
    job = await keepLease(parts, job);
    return await writeChecked(parts, job, { tree: root.tree, run });
  }

  const found = await write((tx) => {
    const row = tx.get(collKey(root))?.value;
    if (row?.state === "unlinked") {
      tx.set(collKey(root), { ...row, state: "reaping" });
      tx.change(root, "", "other");
    }
    return row?.state;
  });
  if (found === "unlinked" || found === "reaping") {
    await descend(engine, root, {
      objects: (ref, rows) => write((tx) => removeObjects(tx, ref, rows)),
      rows: (ref, keys) =>
        write((tx) => {
          for (const key of keys) tx.delete(key);
          tx.change(ref, "", "other");
        }),
    });
  }
  if (found !== "live" && root.id === root.tree) {
    await write((tx) => {
      tx.delete(treeKey(root.tree));
      tx.delete(logFloorKey(root.tree));
    });
    await dropLog(engine, job, root.tree);
  }
  await endJob(engine, job);

  function removeObjects(
    tx: Transaction,
    ref: CollRef,
    rows: readonly EngineRow[],
  ): void {
    const blobs = [];
    let bytes = 0;
    for (const row of rows) {
      const entry = row.value as EntryRecord;
      for (const key of objectKeys(ref, row)) tx.delete(key);
      if (entry.blob !== undefined) blobs.push(entry.blob);
      bytes += entry.size;
    }
    unlinkBlobs(tx, blobs, { now: parts.now() });
    tx.use(ref.tree, -bytes, -rows.length);
    tx.change(ref, "", "other");
  }
}

/**
 * Reaps a collection that was never linked. The caller ends the job, whose
 * present row is the answer.
 *
 * @throws {JobOvertaken} somebody else has taken the job.
 * @throws {ReapPaused} the signal was aborted.
 */
export async function reapUnseen(
  parts: ReapParts,
  held: HeldJob,
  root: string,
): Promise<HeldJob> {
  const { engine } = parts;
  let job = held;

  async function remove(keys: readonly RowKey<unknown>[]): Promise<void> {
    job = await keepLease(parts, job);
    await writeUnder(
      engine,
      job,
      keys.map(({ parts }) => ({ type: "delete", key: parts })),
    );
  }

  // Rows that nobody sees have no version, so any tree will do for their keys.
  await descend(engine, { id: root, tree: root }, {
    async objects(ref, rows) {
      for (const row of rows) {
        const { blob } = row.value as EntryRecord;
        // Nobody can be reading it, so it need not wait.
        if (blob !== undefined) await removeChunks(engine, job, blob.id);
      }
      await remove(rows.flatMap((row) => objectKeys(ref, row)));
    },
    rows: (_ref, keys) => remove(keys),
  });
  return job;
}

/** Rows of one object, without its properties. */
function objectKeys(ref: CollRef, row: EngineRow): RowKey<unknown>[] {
  const name = lastPart(row.key);
  const entry = row.value as EntryRecord;
  const keys: RowKey<unknown>[] = [entryKey(ref, name)];
  if (entry.blob === undefined) keys.push(bodyKey(ref, name));
  if (entry.facts.uid !== undefined) keys.push(uidKey(ref, entry.facts.uid));
  return keys;
}

/** Removes a tree of collections from its leaves up: begun anew, it finds what is left. */
async function descend(
  engine: Engine,
  root: CollRef,
  hands: Hands,
): Promise<void> {
  const path: Step[] = [{ ref: root, link: null }];
  for (let here = path.at(-1); here !== undefined; here = path.at(-1)) {
    const { ref, link } = here;
    const [child] = await engine.list(
      { prefix: collRows("member", ref.id) },
      { limit: 1 },
    );
    if (child !== undefined) {
      path.push({
        ref: { id: (child.value as MemberRecord).coll, tree: root.tree },
        link: memberKey(ref, lastPart(child.key)),
      });
      continue;
    }
    await clear(engine, ref, hands);
    const last: RowKey<unknown>[] = [
      headKey(ref),
      accessKey(ref),
      collKey(ref),
    ];
    // With its link, so that no link ever leads to nothing.
    if (link !== null) last.push(link);
    await hands.rows(ref, last);
    path.pop();
  }
}

async function clear(
  engine: Engine,
  ref: CollRef,
  hands: Hands,
): Promise<void> {
  for (const prefix of COLL_PREFIXES) {
    const isEntry = prefix === "entry";
    const limit = isEntry ? BATCH_OBJECTS : BATCH_ROWS;
    while (true) {
      const rows = await engine.list({ prefix: collRows(prefix, ref.id) }, {
        limit,
      });
      if (rows.length === 0) break;
      if (isEntry) await hands.objects(ref, rows);
      else await hands.rows(ref, rows.map((row) => listedKey(ref, row.key)));
    }
  }
}

/** Removes the log of a tree that is gone. */
async function dropLog(
  engine: Engine,
  job: HeldJob,
  tree: string,
): Promise<void> {
  while (true) {
    const rows = await engine.list({ prefix: logPrefix(tree) }, {
      limit: BATCH_ROWS,
    });
    if (rows.length === 0) return;
    await writeUnder(
      engine,
      job,
      rows.map(({ key }) => ({ type: "delete", key })),
    );
  }
}

/** An operation under a job's version. */
async function writeChecked<T>(
  parts: ReapParts,
  job: HeldJob,
  operation: { readonly tree: string; readonly run: (tx: Transaction) => T },
): Promise<T> {
  try {
    const { value } = await parts.store.write({
      trees: [operation.tree],
      run(tx) {
        tx.checkJob(job.key, job.stamp);
        return operation.run(tx);
      },
    });
    return value;
  } catch (error) {
    if (!(error instanceof StoreBusy)) throw error;
    if (await isHeld(parts.engine, job)) throw error;
    throw new JobOvertaken("The job is somebody else's", { cause: error });
  }
}

/** Extends a lease of which half has passed, and pauses where that is wished. */
async function keepLease(parts: ReapParts, job: HeldJob): Promise<HeldJob> {
  const now = parts.now();
  if (parts.signal?.aborted === true) {
    await advanceJob(parts.engine, job, { now, release: true });
    throw new ReapPaused("Paused");
  }
  if (job.record.lease - now > LEASE_MS / 2) return job;
  return await advanceJob(parts.engine, job, { now });
}
