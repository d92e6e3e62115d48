import assert from "node:assert/strict";
import { type Engine, EngineRefusal } from "../../../src/store/engine.ts";
import { JOBS } from "../../../src/store/keys.ts";
import {
  advanceJob,
  endJob,
  type HeldJob,
  isHeld,
  JobOvertaken,
  LEASE_MS,
  openJob,
  takeJob,
  writeUnder,
} from "../../../src/store/leases.ts";
import { createMemoryEngine } from "../../store/memory_engine.ts";

type Fault = "before" | "after" | "denied" | "refused";

/** An engine whose next commits go wrong in these ways. */
function createFaulty(faults: Fault[]): Engine {
  const memory = createMemoryEngine({ shared: true });
  return {
    ...memory,
    async commit(checks, mutations) {
      const fault = faults.shift();
      if (fault === "refused") throw new EngineRefusal("Too large");
      if (fault === "before") throw new Error("No network");
      const result = await memory.commit(checks, mutations);
      if (fault === "after") throw new Error("No network");
      return fault === "denied" ? { ok: false } : result;
    },
  };
}

let ids = 0;

function open(engine: Engine): Promise<HeldJob> {
  return openJob(engine, () => {
    const blob = `b${ids++}`;
    return { work: { kind: "stage", blob }, first: ["blob", blob, 0] };
  }, 100);
}

function put(value: number) {
  return { type: "set", key: ["row"], value } as const;
}

async function valueOf(engine: Engine): Promise<unknown> {
  return (await engine.getMany([["row"]]))[0]?.value;
}

for (const fault of ["before", "after", "denied"] as const) {
  Deno.test(`openJob() gives a job that is held, after a commit that failed: ${fault}`, async () => {
    const engine = createFaulty([fault]);
    const job = await open(engine);
    assert(await isHeld(engine, job));
    assert.equal(job.record.lease, 100 + LEASE_MS);
  });

  Deno.test(`advanceJob() makes a new version, after a commit that failed: ${fault}`, async () => {
    const faults: Fault[] = [];
    const engine = createFaulty(faults);
    const job = await open(engine);
    faults.push(fault, fault);
    const next = await advanceJob(engine, job, {
      now: 500,
      mutations: [put(1)],
    });
    assert.notEqual(next.stamp, job.stamp);
    assert.equal(next.record.lease, 500 + LEASE_MS);
    assert(await isHeld(engine, next));
    assert(!await isHeld(engine, job));
    assert.equal(await valueOf(engine), 1);
  });

  Deno.test(`endJob() removes the row, after a commit that failed: ${fault}`, async () => {
    const faults: Fault[] = [];
    const engine = createFaulty(faults);
    const job = await open(engine);
    faults.push(fault);
    await endJob(engine, job, [put(2)]);
    assert.deepEqual(await engine.list({ prefix: JOBS }), []);
    assert.equal(await valueOf(engine), 2);
  });

  Deno.test(`writeUnder() writes, after a commit that failed: ${fault}`, async () => {
    const faults: Fault[] = [];
    const engine = createFaulty(faults);
    const job = await open(engine);
    faults.push(fault);
    await writeUnder(engine, job, [put(3)]);
    assert.equal(await valueOf(engine), 3);
    assert(await isHeld(engine, job));
  });
}

Deno.test("a late copy of the commit that made a job does not bring it back", async () => {
  const memory = createMemoryEngine({ shared: true });
  const late: (() => Promise<unknown>)[] = [];
  const engine: Engine = {
    ...memory,
    commit(checks, mutations) {
      late.push(() => memory.commit(checks, mutations));
      return memory.commit(checks, mutations);
    },
  };
  const job = await open(engine);
  const { work } = job.record;
  assert(work.kind === "stage");
  await writeUnder(engine, job, [
    { type: "set", key: ["blob", work.blob, 0], value: true },
  ]);
  await endJob(engine, job);
  for (const commit of late) assert.deepEqual(await commit(), { ok: false });
  assert.deepEqual(await memory.list({ prefix: JOBS }), []);
});

Deno.test("who was overtaken writes nothing", async () => {
  const engine = createMemoryEngine();
  const mine = await open(engine);
  const { key, stamp, record } = mine;
  const theirs = await takeJob(engine, { key, stamp }, { record, now: 7 });
  assert(theirs !== undefined);
  await assert.rejects(
    advanceJob(engine, mine, { now: 8, mutations: [put(1)] }),
    JobOvertaken,
  );
  await assert.rejects(writeUnder(engine, mine, [put(1)]), JobOvertaken);
  await assert.rejects(endJob(engine, mine, [put(1)]), JobOvertaken);
  assert.equal(await valueOf(engine), null);
  const again = await takeJob(engine, { key, stamp }, { record, now: 9 });
  assert.equal(again, undefined);
  assert(await isHeld(engine, theirs));
});

Deno.test("a job that was released may be taken at once", async () => {
  const engine = createMemoryEngine();
  const job = await advanceJob(engine, await open(engine), {
    now: 5,
    release: true,
  });
  assert.equal(job.record.lease, 0);
});

Deno.test("what the engine refuses is not tried again", async () => {
  await assert.rejects(open(createFaulty(["refused"])), EngineRefusal);
  const faults: Fault[] = [];
  const engine = createFaulty(faults);
  const job = await open(engine);
  faults.push("refused");
  await assert.rejects(advanceJob(engine, job, { now: 1 }), EngineRefusal);
  faults.push("refused");
  await assert.rejects(
    takeJob(engine, job, { record: job.record, now: 1 }),
    EngineRefusal,
  );
});

Deno.test("a store that never answers is given up", async () => {
  const faults: Fault[] = [];
  const engine = createFaulty(faults);
  const job = await open(engine);
  faults.push(...Array.from({ length: 100 }, () => "before" as const));
  await assert.rejects(writeUnder(engine, job, [put(1)]), /find out/);
  await assert.rejects(open(engine), /Cannot make/);
});
