import assert from "node:assert/strict";
import {
  BLOB_HOLD_MS,
  BODY_BYTES,
  stageBlob,
} from "../../../src/store/blobs.ts";
import type { Engine } from "../../../src/store/engine.ts";
import { createJobs } from "../../../src/store/jobs.ts";
import { collKey, JOBS } from "../../../src/store/keys.ts";
import { LEASE_MS } from "../../../src/store/leases.ts";
import type { CollRecord, JobRecord } from "../../../src/store/records.ts";
import { giveUpTrees } from "../../../src/service/account_trees.ts";
import { createWorld, type World } from "../../store/world.ts";

const LARGE = "x".repeat(BODY_BYTES + 1);

/** A folder with everything in it that a folder can have. */
async function fill(world: World, path: string): Promise<void> {
  await world.make(path);
  await world.make(`${path}/deep`);
  await world.make(`${path}/deep/deeper`);
  for (const [name, text] of [["a", "one"], ["b", "two"], ["l", LARGE]]) {
    await world.put(`${path}/${name}`, text ?? "");
    await world.put(`${path}/deep/deeper/${name}`, text ?? "");
  }
  await world.patch(`${path}/a`, "on an object");
  await world.patch(`${path}/deep`, "on a folder");
  await world.put(`${path}/gone`, "x");
  await world.remove(`${path}/gone`);
}

async function jobs(engine: Engine): Promise<JobRecord[]> {
  return (await engine.list({ prefix: JOBS })).map((row) =>
    row.value as JobRecord
  );
}

for (const shared of [false, true]) {
  const mode = shared ? "many processes" : "one owner";

  Deno.test(`a folder that was deleted is reaped, and its bytes come back (${mode})`, async () => {
    const world = await createWorld({ shared });
    const before = await world.count("coll");
    await world.put("files/me/stays", "1234");
    await fill(world, "files/me/f");
    await world.remove("files/me/f");
    assert.deepEqual(await world.findings(), []);
    await world.runJobs();
    assert.deepEqual(world.failures, []);
    assert.deepEqual(await world.findings(), []);
    assert.equal(await world.count("coll"), before);
    assert.equal(await world.count("entry"), 1);
    assert.deepEqual(await world.tree("files/me"), { stays: "1234" });
    const { used } = await world.service.read(world.session, (reader) => {
      const root = reader.resolve({
        type: "tree",
        space: "files",
        user: "me",
        names: [],
      });
      assert(root !== undefined && "ref" in root);
      return reader.quota(root);
    });
    assert.equal(used, 4);
    // Somebody may still download the large bodies.
    assert(await world.count("blob") > 0);
    world.clock.now += BLOB_HOLD_MS;
    await world.runJobs();
    assert.equal(await world.count("blob"), 0);
    assert.equal(await world.count("job"), 0);
    assert.deepEqual(await world.findings(), []);
  });
}

Deno.test("reaping pauses when the runner stops, and goes on at once when one starts", async () => {
  let commits = 0;
  let stop: (() => void) | undefined;
  const world = await createWorld({
    engine: (engine) => ({
      ...engine,
      commit(checks, mutations) {
        if (++commits === 4) stop?.();
        return engine.commit(checks, mutations);
      },
    }),
  });
  const before = await world.count("coll");
  await fill(world, "files/me/f");
  await world.remove("files/me/f");
  let rounds = 0;
  while (await world.count("coll") > before || rounds === 0) {
    commits = 0;
    const runner = world.startJobs();
    stop = () => void runner.stop();
    await runner.idle();
    await runner.stop();
    stop = undefined;
    assert.deepEqual(await world.findings(), []);
    assert(rounds++ < 20);
  }
  assert(rounds > 1);
  assert.deepEqual(world.failures, []);
  await world.runJobs();
  assert.deepEqual((await jobs(world.engine)).map(({ work }) => work.kind), [
    "reap-blob",
    "reap-blob",
  ]);
});

Deno.test("a job whose lease runs is left alone, and done when it has run out", async () => {
  const world = await createWorld();
  await stageBlob(world.engine, new Uint8Array(9), world.clock);
  await world.runJobs();
  assert.equal(await world.count("blob"), 1);
  world.clock.now += LEASE_MS;
  await world.runJobs();
  assert.equal(await world.count("blob"), 0);
  assert.equal(await world.count("job"), 0);
});

Deno.test("two runners do not do one job twice", async () => {
  const world = await createWorld({ shared: true });
  await fill(world, "files/me/f");
  await world.remove("files/me/f");
  const [one, two] = [world.startJobs(), world.startJobs()];
  await Promise.all([one.idle(), two.idle()]);
  await Promise.all([one.stop(), two.stop()]);
  assert.deepEqual(world.failures, []);
  assert.deepEqual(await world.findings(), []);
});

Deno.test("who lost the lease in the middle of reaping ends, and the other one finishes", async () => {
  let steal = 0;
  const world = await createWorld({
    shared: true,
    engine: (engine) => ({
      ...engine,
      async commit(checks, mutations) {
        const isJob = checks.some(({ key }) => key[0] === "job");
        if (isJob && steal > 0 && --steal === 0) {
          for (const { key, value } of await engine.list({ prefix: JOBS })) {
            const record = { ...value as JobRecord, lease: 0 };
            await engine.commit([], [{ type: "set", key, value: record }]);
          }
        }
        return await engine.commit(checks, mutations);
      },
    }),
  });
  await fill(world, "files/me/f");
  await world.remove("files/me/f");
  for (steal of [2, 3, 4, 5]) {
    await world.runJobs();
    assert.deepEqual(await world.findings(), []);
    assert.deepEqual(world.failures, []);
  }
  steal = 0;
  await world.runJobs();
  assert.equal(await world.count("entry"), 0);
});

Deno.test("what somebody has restored is not reaped", async () => {
  const world = await createWorld();
  await world.make("files/me/f");
  await world.put("files/me/f/a", "one");
  const ref = await world.ref("files/me/f");
  const record = {
    work: { kind: "reap", tree: ref.tree, root: ref.id },
    holder: "",
    lease: 0,
    notBefore: 0,
  };
  await world.engine.commit([], [
    { type: "set", key: ["job", "j"], value: record },
  ]);
  await world.runJobs();
  assert.deepEqual(await world.tree("files/me"), { f: { a: "one" } });
  assert.equal(await world.count("job"), 0);
});

Deno.test("a tree that was given up goes with its row and its log", async () => {
  const world = await createWorld();
  const prefixes = ["coll", "entry", "head", "job", "blob", "member"];
  // Two accounts have the same rows at first, and one of them stays.
  const left = new Map<string, number>();
  for (const prefix of prefixes) {
    left.set(prefix, await world.count(prefix) / 2);
  }
  const { trees } = world.session.user;
  const treesLeft = await world.count("tree") - Object.keys(trees).length;
  await fill(world, "files/me/f");
  await world.store.write({
    trees: Object.values(trees) as string[],
    run(tx) {
      tx.delete({
        parts: ["user", "user-me"],
        text: "user\0user-me",
        tree: "principals",
      });
      tx.delete({
        parts: ["login", "me"],
        text: "login\0me",
        tree: "principals",
      });
      giveUpTrees(tx, trees, { now: 0 });
    },
  });
  assert.deepEqual(await world.findings(), []);
  await world.runJobs();
  assert.deepEqual(world.failures, []);
  world.clock.now += BLOB_HOLD_MS;
  await world.runJobs();
  assert.deepEqual(await world.findings(), []);
  for (const [prefix, count] of left) {
    assert.equal(await world.count(prefix), count, prefix);
  }
  assert.equal(await world.count("tree"), treesLeft);
});

Deno.test("a job that fails is told of, and tried again", async () => {
  let broken = true;
  const world = await createWorld({
    engine: (engine) => ({
      ...engine,
      list(selector, options) {
        if (broken && selector.prefix[0] === "blob") {
          return Promise.reject(new Error("Bad disk"));
        }
        return engine.list(selector, options);
      },
    }),
  });
  await stageBlob(world.engine, new Uint8Array(9), world.clock);
  world.clock.now += LEASE_MS;
  await world.runJobs();
  assert.match(String(world.failures), /Bad disk/);
  broken = false;
  await world.runJobs();
  assert.equal(await world.count("job"), 1);
  world.clock.now += LEASE_MS;
  await world.runJobs();
  assert.equal(await world.count("job"), 0);
});

Deno.test("the runner looks again when a lease ends, and at least once a minute", async () => {
  const world = await createWorld();
  const waits: number[] = [];
  const calls: (() => void)[] = [];
  const runner = createJobs({
    engine: world.engine,
    store: world.store,
    now: () => world.clock.now,
    timer(callback, ms) {
      waits.push(ms);
      calls.push(callback);
      return () => {};
    },
  });
  await runner.idle();
  assert.deepEqual(waits, [60_000]);
  await stageBlob(world.engine, new Uint8Array(9), {
    now: world.clock.now - LEASE_MS + 5_000,
  });
  runner.kick();
  await runner.idle();
  assert.deepEqual(waits, [60_000, 5_000]);
  world.clock.now += 5_000;
  calls.at(-1)?.();
  await runner.idle();
  assert.equal(await world.count("job"), 0);
  await runner.stop();
  runner.kick();
  await runner.idle();
  assert.equal(waits.length, 3);
});

Deno.test("a scan that fails is told of", async () => {
  const world = await createWorld({
    engine: (engine) => ({
      ...engine,
      list: (selector, options) =>
        selector.prefix[0] === "job"
          ? Promise.reject(new Error("Bad disk"))
          : engine.list(selector, options),
    }),
  });
  await world.runJobs();
  assert.match(String(world.failures), /Bad disk/);
});

Deno.test("a copy that was given up half built is reaped with its large body", async () => {
  const world = await createWorld();
  const record: CollRecord = {
    tree: "t",
    kind: "folder",
    parent: null,
    name: "",
    state: "building",
    created: 0,
  };
  const work = { kind: "copy", tree: "t", root: "c", blob: "b" } as const;
  const key = collKey({ id: "c", tree: "t" }).parts;
  await world.engine.commit([], [
    { type: "set", key, value: record },
    { type: "set", key: ["blob", "b", 0], value: new Uint8Array(3) },
    {
      type: "set",
      key: ["job", "j"],
      value: { work, holder: "", lease: 0, notBefore: 0 },
    },
  ]);
  assert.deepEqual(await world.findings(), []);
  await world.runJobs();
  assert.equal(await world.count("job"), 0);
  assert.equal(await world.count("blob"), 0);
  assert.deepEqual(await world.findings(), []);
});
