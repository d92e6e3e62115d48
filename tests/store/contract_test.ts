import assert from "node:assert/strict";
import {
  type Engine,
  EngineRefusal,
  type EngineRow,
} from "../../src/store/engine.ts";
import { createKvEngine, openKvEngine } from "../../src/store/kv_engine.ts";
import {
  createHostileEngine,
  createTurns,
  NO_FAULTS,
} from "./hostile_engine.ts";
import { startKvConnectServer } from "./kv_connect_server.ts";
import { createMemoryEngine } from "./memory_engine.ts";
import { createRandom } from "./random.ts";

interface Opened {
  readonly engine: Engine;
  readonly close: () => Promise<void>;
}

const ENGINES: Record<string, () => Promise<Opened>> = {
  "plain memory": () => opened(createMemoryEngine()),
  "plain memory, shared": () => opened(createMemoryEngine({ shared: true })),
  "Deno KV in memory": async () => opened(await openKvEngine(":memory:")),
  "Deno KV in a file": async () => {
    const folder = await Deno.makeTempDir();
    const engine = await openKvEngine(`${folder}/kalends.db`);
    return {
      engine,
      async close() {
        engine.close();
        await Deno.remove(folder, { recursive: true });
      },
    };
  },
  "hostile, without faults": async () => {
    const random = createRandom(1);
    return opened(createHostileEngine(await openKvEngine(":memory:"), {
      random,
      turns: createTurns(random),
      faults: NO_FAULTS,
    }));
  },
  "KV Connect": async () => {
    const server = startKvConnectServer();
    Deno.env.set("DENO_KV_ACCESS_TOKEN", server.token);
    const engine = createKvEngine(await Deno.openKv(server.url), true);
    return {
      engine,
      async close() {
        engine.close();
        await server.close();
      },
    };
  },
};

function opened(engine: Engine): Promise<Opened> {
  return Promise.resolve({
    engine,
    close() {
      engine.close();
      return Promise.resolve();
    },
  });
}

function keysOf(rows: readonly EngineRow[]): unknown[] {
  return rows.map((row) => row.key);
}

function set(key: (string | number)[], value: unknown) {
  return { type: "set", key, value } as const;
}

const CONTRACT: Record<string, (engine: Engine) => Promise<void>> = {
  async "getMany() gives rows in the order of their keys, null for none"(
    engine,
  ) {
    const result = await engine.commit([], [
      set(["a", "1"], { deep: [1, new Uint8Array([7])] }),
      set(["a", "2"], true),
    ]);
    assert(result.ok);
    assert.match(result.versionstamp, /^[0-9a-f]{20}$/);
    const rows = await engine.getMany([["a", "2"], ["b"], ["a", "1"]]);
    assert.deepEqual(rows, [
      { key: ["a", "2"], value: true, versionstamp: result.versionstamp },
      { key: ["b"], value: null, versionstamp: null },
      {
        key: ["a", "1"],
        value: { deep: [1, new Uint8Array([7])] },
        versionstamp: result.versionstamp,
      },
    ]);
  },

  async "getMany() of no keys is empty, of too many is refused"(engine) {
    assert.deepEqual(await engine.getMany([]), []);
    const keys = Array.from(
      { length: engine.limits.getMany + 1 },
      (_, n) => ["a", String(n)],
    );
    await assert.rejects(engine.getMany(keys));
  },

  async "commit() refuses where a check fails, and writes nothing"(engine) {
    const first = await engine.commit([{ key: ["a"], versionstamp: null }], [
      set(["a"], 1),
    ]);
    assert(first.ok);
    const again = await engine.commit([{ key: ["a"], versionstamp: null }], [
      set(["a"], 2),
      set(["b"], 2),
    ]);
    assert.deepEqual(again, { ok: false });
    const stale = await engine.commit(
      [{ key: ["a"], versionstamp: "00000000000000000000" }],
      [set(["b"], 3)],
    );
    assert.deepEqual(stale, { ok: false });
    const rows = await engine.getMany([["a"], ["b"]]);
    assert.deepEqual(rows.map((row) => row.value), [1, null]);
    const right = await engine.commit(
      [{ key: ["a"], versionstamp: first.versionstamp }],
      [set(["a"], 4)],
    );
    assert(right.ok);
    assert(right.versionstamp > first.versionstamp);
  },

  async "commit() deletes, and a check of null holds again"(engine) {
    await engine.commit([], [set(["a"], 1)]);
    await engine.commit([], [{ type: "delete", key: ["a"] }]);
    const result = await engine.commit([{ key: ["a"], versionstamp: null }], [
      set(["a"], 2),
    ]);
    assert(result.ok);
  },

  async "commit() of the same row twice keeps the last"(engine) {
    await engine.commit([], [
      set(["a"], 1),
      { type: "delete", key: ["a"] },
      set(["a"], 2),
    ]);
    const [row] = await engine.getMany([["a"]]);
    assert.equal(row?.value, 2);
  },

  async "commit() appends rows under its own versionstamp"(engine) {
    const stamps: string[] = [];
    for (const value of ["one", "two"]) {
      const result = await engine.commit([], [
        { type: "append", prefix: ["log", "t"], value },
        set(["t"], value),
      ]);
      assert(result.ok);
      stamps.push(result.versionstamp);
    }
    const rows = await engine.list({ prefix: ["log", "t"] });
    assert.deepEqual(rows.map((row) => row.key[2]), stamps);
    assert.deepEqual(rows.map((row) => row.versionstamp), stamps);
    assert.deepEqual(rows.map((row) => row.value), ["one", "two"]);
  },

  async "list() gives keys below a prefix in order, not the prefix itself"(
    engine,
  ) {
    const keys = [
      ["p", "a"],
      ["p", "a", "deep"],
      ["p", "a\0"],
      ["p", "a\0b"],
      ["p", "ab"],
      ["p", "b"],
      ["p", "é"],
      ["p", "\u{1f600}"],
      ["p", 0],
      ["p", 2],
      ["p", 10],
    ];
    const others = [["p"], ["o", "z"], ["pp", "a"], ["q"]];
    const shuffled = [...others, ...keys].reverse();
    await engine.commit([], shuffled.map((key) => set(key, 1)));
    assert.deepEqual(keysOf(await engine.list({ prefix: ["p"] })), keys);
    assert.deepEqual(
      keysOf(await engine.list({ prefix: ["p"] }, { reverse: true })),
      [...keys].reverse(),
    );
    assert.deepEqual(
      keysOf(await engine.list({ prefix: ["p"] }, { limit: 2 })),
      keys.slice(0, 2),
    );
    assert.deepEqual(
      keysOf(await engine.list({ prefix: ["p"], start: ["p", "ab"] })),
      keys.slice(4),
    );
    assert.deepEqual(
      keysOf(
        await engine.list({
          prefix: ["p"],
          start: ["p", "a\0"],
          end: ["p", "b"],
        }),
      ),
      keys.slice(2, 5),
    );
    assert.deepEqual(
      keysOf(await engine.list({ prefix: ["p"], end: ["p", "ab"] })),
      keys.slice(0, 4),
    );
  },

  async "list() under no prefix walks over everything"(engine) {
    await engine.commit([], [set(["a", "1"], 1), set(["b"], 1)]);
    assert.deepEqual(
      keysOf(await engine.list({ prefix: [], start: ["a\0"] }, { limit: 1 })),
      [["b"]],
    );
  },

  async "list() ends at its limit, whatever is asked for"(engine) {
    for (let n = 0; n < 3; n++) {
      await engine.commit(
        [],
        Array.from({ length: 400 }, (_, at) => set(["n", n * 400 + at], at)),
      );
    }
    const rows = await engine.list({ prefix: ["n"] }, { limit: 5000 });
    assert.equal(rows.length, engine.limits.list);
  },

  async "commit() refuses what is over a limit, and writes nothing"(engine) {
    const tooMany = Array.from(
      { length: engine.limits.checks + 1 },
      (_, n) => ({ key: ["c", String(n)], versionstamp: null }),
    );
    await assert.rejects(
      engine.commit(tooMany, [set(["x"], 1)]),
      EngineRefusal,
    );
    await assert.rejects(
      engine.commit([], [set(["x"], 1), set(["y"], new Uint8Array(140_000))]),
      EngineRefusal,
    );
    const mutations = Array.from(
      { length: engine.limits.mutations + 1 },
      (_, n) => set(["x", String(n)], 1),
    );
    await assert.rejects(engine.commit([], mutations), EngineRefusal);
    const long = Array.from(
      { length: 100 },
      (_, n) => set(["x", `${n}${"k".repeat(1000)}`], 1),
    );
    await assert.rejects(engine.commit([], long), EngineRefusal);
    assert.deepEqual(await engine.list({ prefix: ["x"] }), []);
    const [row] = await engine.getMany([["x"]]);
    assert.equal(row?.versionstamp, null);
    const enough = tooMany.slice(1);
    assert((await engine.commit(enough, [set(["x"], 1)])).ok);
  },
};

for (const [name, open] of Object.entries(ENGINES)) {
  for (const [rule, test] of Object.entries(CONTRACT)) {
    Deno.test(`${rule} (${name})`, async () => {
      const { engine, close } = await open();
      try {
        await test(engine);
      } finally {
        await close();
      }
    });
  }
}

Deno.test("commit() over KV Connect says ok: false for a commit whose answer was lost", async () => {
  let hidden = 0;
  const server = startKvConnectServer({ hideWrite: () => hidden++ === 0 });
  Deno.env.set("DENO_KV_ACCESS_TOKEN", server.token);
  const engine = createKvEngine(await Deno.openKv(server.url), true);
  try {
    const result = await engine.commit([{ key: ["a"], versionstamp: null }], [
      set(["a"], 1),
    ]);
    assert.deepEqual(result, { ok: false });
    const [row] = await engine.getMany([["a"]]);
    assert.equal(row?.value, 1);
    assert.equal(server.counts.writes, 2);
  } finally {
    engine.close();
    await server.close();
  }
});
