/**
 * Copies whole collections, and moves them between trees: built under new ids
 * that nobody sees, linked in one operation (DESIGN section 4.2).
 *
 * @module
 */

import { ChunkMissing } from "./blobs.ts";
import { beginCopy, catchUp, sizeOf, SourceGone } from "./copy.ts";
import type { CopiedColl, Copy } from "./copy_plan.ts";
import type { Engine } from "./engine.ts";
import { collKey, headKey, membersOf } from "./keys.ts";
import { advanceJob, isHeld, JobOvertaken } from "./leases.ts";
import {
  clearName,
  linkCollection,
  type LinkPlace,
  unlinkCollection,
} from "./links.ts";
import type { CollRef } from "./records.ts";
import { type Store, StoreBusy, type Transaction, type View } from "./view.ts";

/** What a copy holds. */
export interface TransferSize {
  /** Bytes of all bodies. */
  readonly bytes: number;
  /** Number of objects. */
  readonly objects: number;
}

/** Whether a copy may be linked, and where; what is there already is overwritten. */
export type Admission<R> =
  | { readonly ok: true; readonly place: LinkPlace }
  | { readonly ok: false; readonly refusal: R };

/** A COPY, or a MOVE to another tree, of a whole collection. */
export interface Transfer<R> {
  /** What is copied. */
  readonly source: CollRef;
  /** 0: its properties only. */
  readonly depth: 0 | "infinity";
  /** Whether the source is unlinked in the commit that links the copy. */
  readonly move: boolean;
  /** Trees that `admit` looks at: the destination's, and any other. */
  readonly trees: readonly string[];
  /**
   * Decides who may copy what to where: run once before anything is copied
   * (with a size of 0) and then inside the operation that links. It resolves
   * source and destination itself, authorises, and refuses a missing parent, an
   * existing destination where it must not be overwritten, or a full quota. It
   * leaves the copying to its caller: like a reader it only looks.
   */
  readonly admit: (view: View, size: TransferSize) => Admission<R>;
}

/** What became of it; `created` is false where something was overwritten. */
export type Transferred<R> =
  | { readonly ok: true; readonly created: boolean }
  | { readonly ok: false; readonly refusal: R };

/** What a transfer works with. */
export interface TransferParts {
  /** Where the copy is built. */
  readonly engine: Engine;
  /** Where it is linked. */
  readonly store: Store;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Called when there is something for the jobs to reap. */
  readonly kick?: () => void;
}

/** Attempts to link before the source counts as too busy. */
const MAX_TRIES = 8;

/** What an attempt to link came to. */
type Attempt<R> =
  | { readonly type: "linked"; readonly created: boolean }
  | { readonly type: "refused"; readonly refusal: R }
  /** The source has other objects by now: catch up. */
  | { readonly type: "behind" }
  /** The source has other collections or properties by now, or goes elsewhere: begin anew. */
  | { readonly type: "stale" };

/**
 * Copies a collection with all that is in it, or moves it to another tree.
 * Throws StoreBusy where the source changes faster than it can be copied.
 */
export async function transferCollection<R>(
  parts: TransferParts,
  transfer: Transfer<R>,
): Promise<Transferred<R>> {
  const unlinked = new Set<Copy>();
  try {
    return await tryTransfer(parts, transfer, unlinked);
  } catch (error) {
    if (error instanceof JobOvertaken || error instanceof ChunkMissing) {
      throw new StoreBusy("The copy took too long", { cause: error });
    }
    throw error;
  } finally {
    for (const copy of unlinked) await abandon(parts, copy);
    parts.kick?.();
  }
}

async function tryTransfer<R>(
  parts: TransferParts,
  transfer: Transfer<R>,
  unlinked: Set<Copy>,
): Promise<Transferred<R>> {
  let copy: Copy | undefined;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    // Refused early, so that nothing large is copied in vain.
    const early = await parts.store.read((view) =>
      transfer.admit(view, { bytes: 0, objects: 0 })
    );
    if (!early.ok) return early;
    const { tree } = early.place.parent;
    try {
      if (copy === undefined) {
        const { source, depth, move } = transfer;
        const plan = { source, depth, move, tree };
        await beginCopy(parts, plan, (begun) => {
          copy = begun;
          unlinked.add(begun);
        });
      }
      if (copy === undefined) throw new TypeError("A copy was not begun");
      await catchUp(parts, copy);
    } catch (error) {
      if (!(error instanceof SourceGone)) throw error;
      // Whatever took its place, or nothing, is for `admit` to judge.
      copy = undefined;
      continue;
    }
    const attempt = await tryLink(parts, transfer, copy);
    if (attempt.type === "linked") {
      unlinked.delete(copy);
      return { ok: true, created: attempt.created };
    }
    if (attempt.type === "refused") {
      return { ok: false, refusal: attempt.refusal };
    }
    if (attempt.type === "stale") copy = undefined;
  }
  throw new StoreBusy("The collection changes faster than it can be copied");
}

async function tryLink<R>(
  parts: TransferParts,
  transfer: Transfer<R>,
  copy: Copy,
): Promise<Attempt<R>> {
  const { source, move } = transfer;
  const trees = new Set([source.tree, copy.plan.tree, ...transfer.trees]);
  const size = sizeOf(copy);
  const { job } = copy;
  const root = rootOf(copy);

  function run(tx: Transaction): Attempt<R> {
    const admission = transfer.admit(tx, size);
    if (!admission.ok) return { type: "refused", refusal: admission.refusal };
    const { place } = admission;
    if (place.parent.tree !== copy.plan.tree) return { type: "stale" };
    const state = compare(tx, copy);
    if (state !== "equal") return { type: state };
    const clock = { now: parts.now() };
    tx.checkJob(job.key, job.stamp);
    tx.delete(job.key);
    if (move) unlinkCollection(tx, source, clock);
    const overwritten = clearName(tx, place, clock);
    const { record, target } = root;
    linkCollection(tx, target, {
      place,
      record: { ...record, created: move ? record.created : clock.now },
      isNew: true,
    });
    tx.use(copy.plan.tree, size.bytes, size.objects);
    return { type: "linked", created: !overwritten };
  }

  try {
    return (await parts.store.write({ trees: [...trees], run })).value;
  } catch (error) {
    if (!(error instanceof StoreBusy)) throw error;
    if (await isHeld(parts.engine, job)) throw error;
    throw new JobOvertaken("The copy is somebody else's", { cause: error });
  }
}

function rootOf(copy: Copy): CopiedColl {
  const [root] = copy.colls;
  if (root === undefined) throw new TypeError("A copy without a root");
  return root;
}

/** Holds the source as it is now against what was copied. */
function compare(tx: Transaction, copy: Copy): "equal" | "behind" | "stale" {
  const whole = copy.plan.depth !== 0;
  tx.need(
    copy.colls.flatMap(({ source }) => [collKey(source), headKey(source)]),
  );
  let behind = false;
  for (const coll of copy.colls) {
    const row = tx.get(collKey(coll.source));
    // A row that is pending has no stamp, and equals nothing.
    if (row === undefined || row.stamp === null) return "stale";
    if (row.stamp !== coll.collStamp) return "stale";
    if (!whole) continue;
    const members = tx.list(membersOf(coll.source));
    if (members.size !== coll.members.size) return "stale";
    for (const [name, { value }] of members) {
      if (coll.members.get(name) !== value.coll) return "stale";
    }
    const head = tx.get(headKey(coll.source));
    if (head === undefined) behind ||= coll.head !== null;
    else behind ||= head.stamp === null || head.stamp !== coll.head;
  }
  return behind ? "behind" : "equal";
}

/** Leaves a copy to the jobs. What fails here is found when its lease has run out. */
async function abandon(parts: TransferParts, copy: Copy): Promise<void> {
  try {
    // A link of unclear outcome that is still under way dies of the new version.
    await advanceJob(parts.engine, copy.job, {
      now: parts.now(),
      release: true,
    });
  } catch {
    // Somebody else has it, or the lease will run out.
  }
}
