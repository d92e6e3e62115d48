import assert from "node:assert/strict";
import { EngineRefusal } from "../../../src/store/engine.ts";
import type { Engine, Key, Mutation } from "../../../src/store/engine.ts";
import {
  createKvEngine,
  EMBEDDED_LIMITS,
  NETWORK_LIMITS,
  openKvEngine,
} from "../../../src/store/kv_engine.ts";

async function on(
  kind: "memory" | "file",
  test: (engine: Engine) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const path = kind === "memory" ? ":memory:" : `${folder}/a.kv`;
  const engine = await openKvEngine(path);
  try {
    await test(engine);
  } finally {
    engine.close();
    await Deno.remove(folder, { recursive: true });
  }
}

async function put(engine: Engine, ...keys: Key[]): Promise<string> {
  const result = await engine.commit(
    [],
    keys.map((key) => ({ type: "set", key, value: key.join("/") })),
  );
  assert.ok(result.ok);
  return result.versionstamp;
}

for (const kind of ["memory", "file"] as const) {
  Deno.test(`commit() writes all mutations if all checks hold (${kind})`, () =>
    on(kind, async (engine) => {
      const stamp = await put(engine, ["a"], ["b"]);
      const moved = await engine.commit(
        [{ key: ["a"], versionstamp: stamp }, {
          key: ["c"],
          versionstamp: null,
        }],
        [{ type: "delete", key: ["b"] }, {
          type: "set",
          key: ["c"],
          value: { n: 1 },
        }],
      );
      assert.ok(moved.ok);
      const rows = await engine.getMany([["a"], ["b"], ["c"]]);
      assert.deepEqual(rows, [
        { key: ["a"], value: "a", versionstamp: stamp },
        { key: ["b"], value: null, versionstamp: null },
        { key: ["c"], value: { n: 1 }, versionstamp: moved.versionstamp },
      ]);
      assert.ok(moved.versionstamp > stamp);
    }));

  Deno.test(`commit() writes nothing when a check fails (${kind})`, () =>
    on(kind, async (engine) => {
      await put(engine, ["a"]);
      const result = await engine.commit(
        [{ key: ["a"], versionstamp: null }],
        [{ type: "set", key: ["b"], value: 1 }],
      );
      assert.deepEqual(result, { ok: false });
      const [row] = await engine.getMany([["b"]]);
      assert.equal(row?.versionstamp, null);
    }));

  Deno.test(`commit() appends its own versionstamp, read back as a string (${kind})`, () =>
    on(kind, async (engine) => {
      const result = await engine.commit([], [
        { type: "append", prefix: ["log", "t"], value: 1 },
        { type: "set", key: ["x"], value: 2 },
      ]);
      assert.ok(result.ok);
      const rows = await engine.list({ prefix: ["log", "t"] });
      assert.deepEqual(rows, [{
        key: ["log", "t", result.versionstamp],
        value: 1,
        versionstamp: result.versionstamp,
      }]);
    }));
}

Deno.test("list() gives rows in key order, cut by bounds, limit and direction", () =>
  on("memory", async (engine) => {
    await put(engine, ["m"], ["m", "1"], ["m", "2"], ["m", "3"], ["m", "4"], [
      "n",
    ]);
    const keys = async (...args: Parameters<Engine["list"]>) =>
      (await engine.list(...args)).map(({ key }) => key[1]);
    assert.deepEqual(await keys({ prefix: ["m"] }), ["1", "2", "3", "4"]);
    assert.deepEqual(await keys({ prefix: ["m"], start: ["m", "3"] }), [
      "3",
      "4",
    ]);
    assert.deepEqual(await keys({ prefix: ["m"], end: ["m", "3"] }), [
      "1",
      "2",
    ]);
    assert.deepEqual(
      await keys({ prefix: ["m"], start: ["m", "2"], end: ["m", "4"] }),
      ["2", "3"],
    );
    assert.deepEqual(
      await keys({ prefix: ["m"] }, { limit: 2, reverse: true }),
      ["4", "3"],
    );
    assert.deepEqual(await keys({ prefix: ["m"] }, { limit: 0 }), []);
  }));

Deno.test("list() gives at most one page of its limit", () =>
  on("memory", async (engine) => {
    for (let page = 0; page < 2; page++) {
      await put(
        engine,
        ...Array.from({ length: 600 }, (_, n): Key => ["m", page * 600 + n]),
      );
    }
    assert.equal((await engine.list({ prefix: ["m"] })).length, 1000);
    const limit = 5000;
    assert.equal(
      (await engine.list({ prefix: ["m"] }, { limit })).length,
      1000,
    );
  }));

Deno.test("list() reads a page in one batch", async () => {
  const kv = await Deno.openKv(":memory:");
  const asked: Deno.KvListOptions[] = [];
  const spy = {
    list(selector: Deno.KvListSelector, options: Deno.KvListOptions) {
      asked.push(options);
      return kv.list(selector, options);
    },
  };
  const engine = createKvEngine(spy as unknown as Deno.Kv, false);
  await engine.list({ prefix: ["m"] });
  await engine.list({ prefix: ["m"] }, { limit: 700 });
  kv.close();
  assert.deepEqual(asked.map(({ limit, batchSize }) => [limit, batchSize]), [
    [1000, 1000],
    [700, 700],
  ]);
});

Deno.test("getMany() of no keys asks nothing", () =>
  on("memory", async (engine) => {
    assert.deepEqual(await engine.getMany([]), []);
  }));

function set(key: Key, value: unknown): Mutation {
  return { type: "set", key, value };
}
function many<T>(length: number, make: (n: number) => T): T[] {
  return Array.from({ length }, (_, n) => make(n));
}

for (
  const [name, checks, mutations] of [
    ["a value", [], [set(["a"], new Uint8Array(65_537))]],
    ["a key", [], [set(["a".repeat(2100)], 1)]],
    ["an empty key", [], [set([], 1)]],
    ["checks", many(101, (n) => ({ key: ["a", n], versionstamp: null })), []],
    ["mutations", [], many(1001, (n) => set(["a", n], 1))],
    ["bytes", [], many(14, (n) => set(["a", n], new Uint8Array(65_000)))],
    ["bytes of keys", [], many(100, (n) => set(["a".repeat(1500), n], 1))],
    ["a value that cannot be stored", [], [set(["a"], () => 1)]],
    ["a versionstamp", [{ key: ["a"], versionstamp: "new" }], []],
  ] as const
) {
  Deno.test(`commit() refuses ${name} and writes nothing`, () =>
    on("memory", async (engine) => {
      await assert.rejects(
        engine.commit(checks, [set(["before"], 1), ...mutations]),
        EngineRefusal,
      );
      const [row] = await engine.getMany([["before"]]);
      assert.equal(row?.versionstamp, null);
    }));
}

Deno.test("commit() passes on what it does not know to be a refusal", async () => {
  for (const message of ["database is locked", "disk I/O error"]) {
    const failure = new TypeError(message);
    const atomic = {
      set: () => atomic,
      commit: () => Promise.reject(failure),
    };
    const kv = { atomic: () => atomic } as unknown as Deno.Kv;
    const engine = createKvEngine(kv, false);
    await assert.rejects(
      engine.commit([], [set(["a"], 1)]),
      (error) => error === failure,
    );
  }
});

Deno.test("a network store is shared and takes ten checks", async () => {
  const kv = await Deno.openKv(":memory:");
  const engine = createKvEngine(kv, true);
  assert.equal(engine.shared, true);
  assert.equal(engine.limits, NETWORK_LIMITS);
  const checks = many(11, (n) => ({ key: ["a", n], versionstamp: null }));
  await assert.rejects(engine.commit(checks, []), EngineRefusal);
  assert.ok((await engine.commit(checks.slice(1), [])).ok);
  engine.close();
});

Deno.test("a file is not shared and outlives its engine", async () => {
  const folder = await Deno.makeTempDir();
  const first = await openKvEngine(`${folder}/a.kv`);
  assert.equal(first.shared, false);
  assert.equal(first.limits, EMBEDDED_LIMITS);
  const stamp = await put(first, ["a"]);
  first.close();
  const second = await openKvEngine(`${folder}/a.kv`);
  const [row] = await second.getMany([["a"]]);
  assert.equal(row?.versionstamp, stamp);
  second.close();
  await Deno.remove(folder, { recursive: true });
});
