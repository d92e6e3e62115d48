/**
 * Builds the copy of a collection under new ids that nobody sees, and brings
 * it up to its source as a sync client would: everything behind the stamp that
 * it knows, page by page (DESIGN section 4.2).
 *
 * @module
 */

import { type CopyBatch, createCopyBatch } from "./copy_batch.ts";
import { copyObject } from "./copy_objects.ts";
import type {
  CopiedColl,
  Copy,
  CopyParts,
  CopyPlan,
  SourceChange,
} from "./copy_plan.ts";
import {
  bodyKey,
  collKey,
  headKey,
  memberKey,
  membersOf,
  propsOf,
} from "./keys.ts";
import { advanceJob, newId, openJob } from "./leases.ts";
import type { CollRecord, CollRef, PropRecord } from "./records.ts";
import type { ReadView, Row } from "./view.ts";

/** Objects read at once. */
const PAGE = 50;

/** Thrown where the source is gone, or never was what it was taken for. */
export class SourceGone extends Error {
  /** The class's name, for logs. */
  override readonly name = "SourceGone";
}

/**
 * Makes the collections of a copy with their properties, without objects.
 * `made` is given the copy before the first row is written.
 *
 * @throws {SourceGone} the source is gone.
 */
export async function beginCopy(
  parts: CopyParts,
  plan: CopyPlan,
  made: (copy: Copy) => void,
): Promise<void> {
  const { engine, now } = parts;
  let root = "";
  const job = await openJob(engine, () => {
    root = newId();
    return {
      work: { kind: "copy", tree: plan.tree, root, blob: null },
      first: collKey({ id: root, tree: plan.tree }).parts,
    };
  }, now());
  const colls: CopiedColl[] = [];
  const copy: Copy = { plan, job, blob: null, colls };
  made(copy);
  const batch = batchOf(parts, copy);
  const waiting = [{ source: plan.source, target: root, parent: "", name: "" }];
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { source, parent, name } = next;
    const target = { id: next.target, tree: plan.tree };
    const found = await parts.store.read((view) =>
      readCollection(view, source, plan.depth)
    );
    colls.push({
      source,
      target,
      record: found.record,
      collStamp: found.collStamp,
      members: found.members,
      head: null,
      position: { stamp: "", name: "" },
      objects: new Map(),
      uids: new Map(),
    });
    await makeCollection(batch, found, {
      plan,
      target,
      parent,
      name,
      now: now(),
    });
    for (const [child, id] of found.members) {
      waiting.push({
        source: { id, tree: source.tree },
        target: newId(),
        parent: target.id,
        name: child,
      });
    }
  }
  await batch.flush();
}

/** Brings a copy up to what its source holds; what changes meanwhile stays to be done. */
export async function catchUp(parts: CopyParts, copy: Copy): Promise<void> {
  if (copy.plan.depth === 0) return;
  const batch = batchOf(parts, copy);
  for (const coll of copy.colls) {
    for (let complete = false; !complete;) {
      const page = await parts.store.read((view) =>
        readPage(view, coll.source, coll.position)
      );
      for (const change of page.changes) {
        await copyObject(parts, { copy, coll, batch, change });
        coll.position = { stamp: change.stamp, name: change.name };
      }
      complete = page.complete;
      // The head is of the version of the last page, so nothing is in between.
      coll.head = page.head;
    }
  }
  await batch.flush();
}

/** What a copy holds. */
export function sizeOf(copy: Copy): { bytes: number; objects: number } {
  let bytes = 0;
  let objects = 0;
  for (const coll of copy.colls) {
    objects += coll.objects.size;
    for (const object of coll.objects.values()) bytes += object.size;
  }
  return { bytes, objects };
}

function batchOf(parts: CopyParts, copy: Copy): CopyBatch {
  const { tree } = copy.plan;
  return createCopyBatch(parts.engine.limits, async (mutations) => {
    const { work } = copy.job.record;
    if (work.kind !== "copy") throw new TypeError("Not the job of a copy");
    copy.job = await advanceJob(parts.engine, copy.job, {
      now: parts.now(),
      work: { ...work, tree, blob: copy.blob },
      mutations,
    });
  });
}

/** A collection as the source holds it. */
interface FoundColl {
  readonly record: CollRecord;
  readonly collStamp: string | null;
  readonly members: ReadonlyMap<string, string>;
  readonly props: ReadonlyMap<string, Row<PropRecord>>;
}

function readCollection(
  view: ReadView,
  ref: CollRef,
  depth: 0 | "infinity",
): FoundColl {
  const row = view.get(collKey(ref));
  if (row === undefined || row.value.state !== "live") {
    throw new SourceGone("The collection is gone");
  }
  const members = new Map<string, string>();
  if (depth !== 0) {
    for (const [name, { value }] of view.list(membersOf(ref))) {
      members.set(name, value.coll);
    }
  }
  return {
    record: row.value,
    collStamp: row.stamp,
    members,
    props: new Map(view.list(propsOf(ref, ""))),
  };
}

async function makeCollection(
  batch: CopyBatch,
  found: FoundColl,
  place: {
    readonly plan: CopyPlan;
    readonly target: CollRef;
    readonly parent: string;
    readonly name: string;
    readonly now: number;
  },
): Promise<void> {
  const { plan, target, parent, name, now } = place;
  const isRoot = parent === "";
  await batch.add((rows) => {
    // Only the root of the copy is unfinished; what no path reaches is dead anyway.
    rows.set(collKey(target), {
      ...found.record,
      tree: plan.tree,
      parent: isRoot ? null : parent,
      name,
      state: isRoot ? "building" : "live",
      created: plan.move ? found.record.created : now,
    });
    rows.set(headKey(target), true);
    if (isRoot) return;
    rows.set(memberKey({ id: parent, tree: plan.tree }, name), {
      coll: target.id,
    });
  });
  const props = propsOf(target, "");
  for (const [last, { value }] of found.props) {
    await batch.add((rows) => rows.set(props.at(last), value));
  }
}

/** What changed in a collection behind a position, with all that belongs to it. */
function readPage(
  view: ReadView,
  ref: CollRef,
  from: { readonly stamp: string; readonly name: string },
): {
  readonly head: string | null;
  readonly changes: readonly SourceChange[];
  readonly complete: boolean;
} {
  const head = view.get(headKey(ref))?.stamp ?? null;
  const steps = [];
  let complete = true;
  for (const step of view.map(ref).since(from.stamp, from.name)) {
    if (steps.length === PAGE) {
      complete = false;
      break;
    }
    steps.push(step);
  }
  view.need(
    steps.flatMap(({ name, entry }) =>
      entry === undefined || entry.blob !== undefined
        ? []
        : [bodyKey(ref, name)]
    ),
  );
  const changes = steps.map(({ name, stamp, entry }): SourceChange => ({
    name,
    stamp,
    entry,
    body: entry === undefined || entry.blob !== undefined
      ? undefined
      : view.get(bodyKey(ref, name))?.value,
    props: entry?.props === true
      ? new Map(view.list(propsOf(ref, name)))
      : new Map(),
  }));
  return { head, changes, complete };
}
