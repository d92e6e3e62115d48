/**
 * Single objects on their way into a copy.
 *
 * @module
 */

import { chunksOf, removeChunks } from "./blobs.ts";
import type { CopyBatch } from "./copy_batch.ts";
import type {
  CopiedColl,
  CopiedObject,
  Copy,
  CopyParts,
  SourceChange,
} from "./copy_plan.ts";
import {
  blobKey,
  bodyKey,
  entryKey,
  headKey,
  propsOf,
  uidKey,
} from "./keys.ts";
import { newId, writeUnder } from "./leases.ts";
import type { BlobRef, EntryRecord } from "./records.ts";

/** One change of the source on its way into the copy. */
export interface CopyWork {
  /** The copy. */
  readonly copy: Copy;
  /** The collection in it. */
  readonly coll: CopiedColl;
  /** The commit under construction. */
  readonly batch: CopyBatch;
  /** The change. */
  readonly change: SourceChange;
}

/** Brings one object of the copy up to the source: it is made, replaced or removed. */
export async function copyObject(
  parts: CopyParts,
  work: CopyWork,
): Promise<void> {
  const { copy, coll, batch, change } = work;
  const { target } = coll;
  const { name, entry, body } = change;
  const before = coll.objects.get(name);
  if (before !== undefined) await removeObject(parts, work, before);
  if (entry === undefined) return;
  const props = propsOf(target, name);
  for (const [last, { value }] of change.props) {
    await batch.add((rows) => rows.set(props.at(last), value));
  }
  const blob = entry.blob && await copyBlob(parts, work, entry.blob);
  const { uid } = entry.facts;
  await batch.add((rows) => {
    rows.set(entryKey(target, name), copyEntry(parts, copy, { entry, blob }));
    if (body !== undefined) {
      rows.set(bodyKey(target, name), { bytes: body.bytes });
    }
    if (uid !== undefined) rows.set(uidKey(target, uid), { name });
    rows.set(headKey(target), true);
  });
  if (blob !== undefined) {
    // From this commit on the entry owns it.
    copy.blob = null;
    await batch.flush();
  }
  if (uid !== undefined) coll.uids.set(uid, name);
  const names = [...change.props.keys()];
  coll.objects.set(name, { size: entry.size, uid, blob, props: names });
}

function copyEntry(
  parts: CopyParts,
  copy: Copy,
  from: { readonly entry: EntryRecord; readonly blob: BlobRef | undefined },
): EntryRecord {
  const { facts, size, digest, type, created, modified, props } = from.entry;
  const now = parts.now();
  return {
    facts,
    size,
    digest,
    type,
    // RFC 4918 sections 15.1 and 15.7: a copy has dates of its own.
    created: copy.plan.move ? created : now,
    modified: copy.plan.move ? modified : now,
    ...(from.blob === undefined ? {} : { blob: from.blob }),
    ...(props === true ? { props } : {}),
  };
}

/** Copies a large body to an id of its own, chunk by chunk. */
async function copyBlob(
  parts: CopyParts,
  work: CopyWork,
  source: BlobRef,
): Promise<BlobRef> {
  const { copy, batch } = work;
  const ref = { id: newId(), chunks: source.chunks };
  copy.blob = ref.id;
  await batch.flush(true);
  let chunk = 0;
  for await (const value of chunksOf(parts.engine, source)) {
    const key = blobKey(ref.id, chunk);
    await writeUnder(parts.engine, copy.job, [{ type: "set", key, value }]);
    chunk++;
  }
  return ref;
}

/** Takes an object out of the copy because the source has another one, or none. */
async function removeObject(
  parts: CopyParts,
  work: CopyWork,
  before: CopiedObject,
): Promise<void> {
  const { copy, coll, batch } = work;
  const { target } = coll;
  const { name } = work.change;
  const { blob, uid } = before;
  // Another name may have the UID by now.
  const ownsUid = uid !== undefined && coll.uids.get(uid) === name;
  await batch.add((rows) => {
    rows.delete(entryKey(target, name));
    rows.delete(bodyKey(target, name));
    if (ownsUid) rows.delete(uidKey(target, uid));
    const props = propsOf(target, name);
    for (const last of before.props) rows.delete(props.at(last));
  });
  if (ownsUid) coll.uids.delete(uid);
  coll.objects.delete(name);
  if (blob === undefined) return;
  // Named in the commit that takes the entry away: nothing else knows of it then.
  copy.blob = blob.id;
  await batch.flush();
  await removeChunks(parts.engine, copy.job, blob.id);
  copy.blob = null;
}
