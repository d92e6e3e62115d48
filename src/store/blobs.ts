/**
 * Bodies that are too large for one row: chunks that never change, written
 * under a job before anybody can see them, linked by an operation, reaped long
 * after they were unlinked (DESIGN section 4.2, "Large bodies").
 *
 * @module
 */

import type { Engine, Mutation } from "./engine.ts";
import { blobKey, blobPrefix, jobKey, type RowKey } from "./keys.ts";
import {
  advanceJob,
  endJob,
  type HeldJob,
  JobOvertaken,
  newId,
  openJob,
  writeUnder,
} from "./leases.ts";
import type { BlobRef, JobRecord } from "./records.ts";
import { StoreBusy, type Transaction } from "./view.ts";

/** Bytes of a body up to which it is one `body` row. */
export const BODY_BYTES = 61_440;

/** Bytes of a chunk; the last one may be shorter. */
export const CHUNK_BYTES = 61_440;

/** The longest time that a download may take, in milliseconds: downloads are cut there. */
export const DOWNLOAD_MS = 15 * 60_000;

/** How long the chunks of a body that was unlinked stay, in milliseconds. */
export const BLOB_HOLD_MS = 2 * DOWNLOAD_MS;

/** A large body that no entry points to yet. */
export interface StagedBlob {
  /** Where it is. */
  readonly ref: BlobRef;
  /** The job that it was staged under. */
  readonly job: HeldJob;
}

/** Thrown where a chunk is gone: the answer has to break, not to end. */
export class ChunkMissing extends Error {
  /** The class's name, for logs. */
  override readonly name = "ChunkMissing";
}

/**
 * Writes a large body that nobody can see yet. Link it with `linkBlob` inside
 * an operation, or give it to `discardBlob`; one that is forgotten is reaped
 * when its lease has run out.
 *
 * @throws {StoreBusy} the lease ran out meanwhile.
 */
export async function stageBlob(
  engine: Engine,
  bytes: Uint8Array,
  options: { readonly now: number },
): Promise<StagedBlob> {
  let id = "";
  const job = await openJob(engine, () => {
    id = newId();
    return { work: { kind: "stage", blob: id }, first: blobKey(id, 0) };
  }, options.now);
  const ref = {
    id,
    chunks: Math.max(1, Math.ceil(bytes.length / CHUNK_BYTES)),
  };
  try {
    await writeChunks(engine, job, { ref, bytes });
  } catch (error) {
    if (!(error instanceof JobOvertaken)) throw error;
    throw new StoreBusy("A large body took too long to be written", {
      cause: error,
    });
  }
  return { ref, job };
}

/** Makes a staged body the operation's own: put the answer into the entry in the same operation. */
export function linkBlob(tx: Transaction, staged: StagedBlob): BlobRef {
  tx.checkJob(staged.job.key, staged.job.stamp);
  tx.delete(staged.job.key);
  return staged.ref;
}

/** Has the chunks of a body reaped that the operation takes out of its entry. */
export function unlinkBlob(
  tx: Transaction,
  ref: BlobRef,
  options: { readonly now: number },
): void {
  unlinkBlobs(tx, [ref], options);
}

/** The same for several; no rows where there are none. */
export function unlinkBlobs(
  tx: Transaction,
  blobs: readonly BlobRef[],
  options: { readonly now: number },
): void {
  const [first] = blobs;
  if (first === undefined) return;
  // A blob has one owner, so it is unlinked once and its id can name the job.
  tx.set(blobJobKey(first), {
    work: { kind: "reap-blob", blobs },
    holder: "",
    lease: 0,
    notBefore: options.now + BLOB_HOLD_MS,
  });
}

/** Key of the job that reaps a body. */
function blobJobKey(ref: BlobRef): RowKey<JobRecord> {
  return jobKey(`blob-${ref.id}`);
}

/** Removes a staged body that was refused. What fails here is reaped later. */
export async function discardBlob(
  engine: Engine,
  staged: StagedBlob,
  options: { readonly now: number },
): Promise<void> {
  try {
    // A link of unclear outcome that is still under way dies of the new version.
    const job = await advanceJob(engine, staged.job, options);
    await removeChunks(engine, job, staged.ref.id);
    await endJob(engine, job);
  } catch {
    // The job's row stays, and its lease will run out.
  }
}

/** The bytes of a large body. Throws ChunkMissing where one is gone. */
export async function readBlob(
  engine: Engine,
  ref: BlobRef,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunksOf(engine, ref)) {
    chunks.push(chunk);
    size += chunk.length;
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/**
 * A large body as a stream that holds one chunk at a time; `start` and `end`
 * (exclusive) in bytes. Breaks with ChunkMissing where a chunk is gone.
 */
export function streamBlob(
  engine: Engine,
  ref: BlobRef,
  range: { readonly start?: number; readonly end?: number } = {},
): ReadableStream<Uint8Array> {
  const start = range.start ?? 0;
  const end = range.end ?? Infinity;
  let chunk = Math.floor(start / CHUNK_BYTES);
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const offset = chunk * CHUNK_BYTES;
      if (chunk >= ref.chunks || offset >= end) return controller.close();
      const bytes = await readChunk(engine, ref, chunk);
      const piece = bytes.subarray(
        Math.max(0, start - offset),
        Math.min(bytes.length, end - offset),
      );
      chunk++;
      if (piece.length > 0) controller.enqueue(piece);
      if (chunk >= ref.chunks || chunk * CHUNK_BYTES >= end) controller.close();
    },
  }, { highWaterMark: 0 });
}

/** The chunks of a large body, one after the other. Throws ChunkMissing where one is gone. */
export async function* chunksOf(
  engine: Engine,
  ref: BlobRef,
): AsyncGenerator<Uint8Array> {
  for (let chunk = 0; chunk < ref.chunks; chunk++) {
    yield await readChunk(engine, ref, chunk);
  }
}

async function readChunk(
  engine: Engine,
  ref: BlobRef,
  chunk: number,
): Promise<Uint8Array> {
  const [row] = await engine.getMany([blobKey(ref.id, chunk)]);
  if (!(row?.value instanceof Uint8Array)) {
    throw new ChunkMissing(`Chunk ${chunk} of ${ref.chunks} is missing`);
  }
  return row.value;
}

/** Removes all chunks of a body under a job. */
export async function removeChunks(
  engine: Engine,
  job: HeldJob,
  blob: string,
): Promise<void> {
  while (true) {
    const rows = await engine.list({ prefix: blobPrefix(blob) }, { limit: 10 });
    if (rows.length === 0) return;
    await writeUnder(
      engine,
      job,
      rows.map(({ key }) => ({ type: "delete", key })),
    );
  }
}

async function writeChunks(
  engine: Engine,
  job: HeldJob,
  body: { readonly ref: BlobRef; readonly bytes: Uint8Array },
): Promise<void> {
  for (const mutations of chunkMutations(engine, body)) {
    await writeUnder(engine, job, mutations);
  }
}

/** The chunks of a large body, in lots that one commit can hold. */
export function* chunkMutations(
  engine: Engine,
  body: { readonly ref: BlobRef; readonly bytes: Uint8Array },
): Generator<Mutation[]> {
  const { ref, bytes } = body;
  // Half of the limit, because the job's key and the encoding add to it.
  const perCommit = Math.max(
    1,
    Math.floor(engine.limits.bytes / 2 / CHUNK_BYTES),
  );
  for (let from = 0; from < ref.chunks; from += perCommit) {
    const mutations: Mutation[] = [];
    for (let n = from; n < Math.min(ref.chunks, from + perCommit); n++) {
      mutations.push(setChunk(ref.id, n, bytes));
    }
    yield mutations;
  }
}

function setChunk(blob: string, n: number, bytes: Uint8Array): Mutation {
  const value = bytes.slice(n * CHUNK_BYTES, (n + 1) * CHUNK_BYTES);
  return { type: "set", key: blobKey(blob, n), value };
}
