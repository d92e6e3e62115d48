import assert from "node:assert/strict";
import {
  BLOB_HOLD_MS,
  CHUNK_BYTES,
  ChunkMissing,
  discardBlob,
  linkBlob,
  readBlob,
  stageBlob,
  streamBlob,
  unlinkBlob,
  unlinkBlobs,
} from "../../../src/store/blobs.ts";
import type { Engine } from "../../../src/store/engine.ts";
import { blobKey, jobKey, JOBS } from "../../../src/store/keys.ts";
import type { JobRecord } from "../../../src/store/records.ts";
import { StoreBusy, type Transaction } from "../../../src/store/view.ts";
import { createMemoryEngine } from "../../store/memory_engine.ts";

function bytesOf(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, at) => at % 251);
}

async function count(engine: Engine, prefix: string): Promise<number> {
  return (await engine.list({ prefix: [prefix] })).length;
}

/** A transaction that only notes what it is told. */
function createNotes() {
  const notes: unknown[] = [];
  const tx: Transaction = {
    get: () => undefined,
    need() {},
    list: () => new Map(),
    set: (key, value) => void notes.push(["set", key.text, value]),
    delete: (key) => void notes.push(["delete", key.text]),
    change() {},
    use() {},
    checkJob: (key, stamp) => void notes.push(["check", key.text, stamp]),
  };
  return { tx, notes };
}

for (const size of [1, CHUNK_BYTES, CHUNK_BYTES + 1, 20 * CHUNK_BYTES - 7]) {
  Deno.test(`stageBlob() keeps ${size} bytes as they are`, async () => {
    const engine = createMemoryEngine();
    const bytes = bytesOf(size);
    const { ref } = await stageBlob(engine, bytes, { now: 0 });
    assert.equal(ref.chunks, Math.ceil(size / CHUNK_BYTES));
    assert.deepEqual(await readBlob(engine, ref), bytes);
  });
}

Deno.test("stageBlob() writes its job before the first chunk, and checks it with each", async () => {
  const memory = createMemoryEngine();
  const commits: string[][] = [];
  const engine: Engine = {
    ...memory,
    commit(checks, mutations) {
      commits.push([
        checks.map(({ key }) => key[0]).join(),
        mutations.map((one) => "key" in one ? one.key[0] : "").join(),
      ]);
      return memory.commit(checks, mutations);
    },
  };
  const staged = await stageBlob(engine, bytesOf(8 * CHUNK_BYTES), { now: 5 });
  // Absent must be the job, and the first chunk too.
  assert.deepEqual(commits.shift(), ["job,blob", "job"]);
  assert(commits.length > 1);
  for (const [checks] of commits) assert.equal(checks, "job");
  const [row] = await engine.getMany([staged.job.key.parts]);
  assert.equal(row?.versionstamp, staged.job.stamp);
  const record = row?.value as JobRecord;
  assert.deepEqual(record.work, { kind: "stage", blob: staged.ref.id });
  assert(record.lease > 5);
});

Deno.test("stageBlob() says that the store is busy when its job was taken", async () => {
  const memory = createMemoryEngine();
  const engine: Engine = {
    ...memory,
    async commit(checks, mutations) {
      const result = await memory.commit(checks, mutations);
      // Somebody takes every job as soon as it is there.
      for (const { key } of await memory.list({ prefix: JOBS })) {
        await memory.commit([], [{ type: "set", key, value: "taken" }]);
      }
      return result;
    },
  };
  await assert.rejects(stageBlob(engine, bytesOf(9), { now: 0 }), StoreBusy);
  assert.equal(await count(memory, "blob"), 0);
});

Deno.test("linkBlob() checks the job and ends it", async () => {
  const engine = createMemoryEngine();
  const staged = await stageBlob(engine, bytesOf(9), { now: 0 });
  const { tx, notes } = createNotes();
  assert.deepEqual(linkBlob(tx, staged), staged.ref);
  const { key, stamp } = staged.job;
  assert.deepEqual(notes, [["check", key.text, stamp], ["delete", key.text]]);
});

Deno.test("unlinkBlob() leaves the chunks to a job that waits for downloads", () => {
  const { tx, notes } = createNotes();
  unlinkBlob(tx, { id: "b", chunks: 2 }, { now: 1000 });
  assert.deepEqual(notes, [[
    "set",
    jobKey("blob-b").text,
    {
      work: { kind: "reap-blob", blobs: [{ id: "b", chunks: 2 }] },
      holder: "",
      lease: 0,
      notBefore: 1000 + BLOB_HOLD_MS,
    },
  ]]);
  unlinkBlobs(tx, [], { now: 1000 });
  assert.equal(notes.length, 1);
});

Deno.test("discardBlob() leaves nothing", async () => {
  const engine = createMemoryEngine();
  const staged = await stageBlob(engine, bytesOf(700_000), { now: 0 });
  await discardBlob(engine, staged, { now: 1 });
  assert.equal(await count(engine, "blob"), 0);
  assert.equal(await count(engine, "job"), 0);
});

Deno.test("discardBlob() leaves what was linked meanwhile alone", async () => {
  const engine = createMemoryEngine();
  const bytes = bytesOf(100_000);
  const staged = await stageBlob(engine, bytes, { now: 0 });
  const { key, stamp } = staged.job;
  await engine.commit([{ key: key.parts, versionstamp: stamp }], [
    { type: "delete", key: key.parts },
  ]);
  await discardBlob(engine, staged, { now: 1 });
  assert.deepEqual(await readBlob(engine, staged.ref), bytes);
});

Deno.test("discardBlob() kills a link that is still under way before it removes a chunk", async () => {
  const engine = createMemoryEngine();
  const staged = await stageBlob(engine, bytesOf(9), { now: 0 });
  await discardBlob(engine, staged, { now: 1 });
  const { key, stamp } = staged.job;
  const late = await engine.commit(
    [{ key: key.parts, versionstamp: stamp }],
    [{ type: "delete", key: key.parts }],
  );
  assert.deepEqual(late, { ok: false });
});

async function collect(
  stream: ReadableStream<Uint8Array>,
): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream as BodyInit).arrayBuffer());
}

Deno.test("streamBlob() gives all bytes, or those of a range", async () => {
  const engine = createMemoryEngine();
  const bytes = bytesOf(3 * CHUNK_BYTES - 10);
  const { ref } = await stageBlob(engine, bytes, { now: 0 });
  const ranges: [number, number][] = [
    [0, bytes.length],
    [0, 1],
    [CHUNK_BYTES - 1, CHUNK_BYTES + 1],
    [CHUNK_BYTES, 2 * CHUNK_BYTES],
    [bytes.length - 1, bytes.length],
    [bytes.length, bytes.length],
    [5, bytes.length + 100],
  ];
  assert.deepEqual(await collect(streamBlob(engine, ref)), bytes);
  for (const [start, end] of ranges) {
    const got = await collect(streamBlob(engine, ref, { start, end }));
    assert.deepEqual(got, bytes.slice(start, end), `${start}-${end}`);
  }
});

Deno.test("readBlob() and streamBlob() break where a chunk is missing", async () => {
  const engine = createMemoryEngine();
  const { ref } = await stageBlob(engine, bytesOf(3 * CHUNK_BYTES), { now: 0 });
  await engine.commit([], [{ type: "delete", key: blobKey(ref.id, 1) }]);
  await assert.rejects(readBlob(engine, ref), ChunkMissing);
  const reader = streamBlob(engine, ref).getReader();
  assert.equal((await reader.read()).value?.length, CHUNK_BYTES);
  await assert.rejects(reader.read(), ChunkMissing);
});
