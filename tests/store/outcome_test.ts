import assert from "node:assert/strict";
import type { CommitResult, Engine } from "../../src/store/engine.ts";
import {
  collKey,
  headKey,
  logFloorKey,
  logPrefix,
  treeKey,
} from "../../src/store/keys.ts";
import { openKvEngine } from "../../src/store/kv_engine.ts";
import { createStore, type OpenStore } from "../../src/store/store.ts";
import { StoreBusy } from "../../src/store/view.ts";

const REF = { id: "c", tree: "t" };

type Fault = (commit: () => Promise<CommitResult>) => Promise<CommitResult>;

/** Runs a test on both kinds of store, over an engine whose next commits go wrong as told. */
function both(
  name: string,
  test: (
    store: OpenStore,
    faults: Fault[],
    engine: Engine,
  ) => Promise<void>,
): void {
  for (const shared of [false, true]) {
    const title = `${name} (${shared ? "many processes" : "one owner"})`;
    Deno.test(title, async () => {
      const memory = await openKvEngine(":memory:");
      const faults: Fault[] = [];
      const engine: Engine = {
        ...memory,
        shared,
        commit(checks, mutations) {
          const fault = faults.shift() ?? ((commit) => commit());
          return fault(() => memory.commit(checks, mutations));
        },
      };
      const pause = () => Promise.resolve();
      const store = await createStore({ engine, pause });
      await store.write({
        trees: ["t"],
        run(tx) {
          tx.set(treeKey("t"), { owner: "u", bytes: 0, objects: 0 });
        },
      });
      await test(store, faults, engine);
      await store.close();
      engine.close();
    });
  }
}

function count(store: OpenStore) {
  return store.write({
    trees: ["t"],
    run(tx) {
      tx.get(headKey(REF));
      tx.use("t", 1, 1);
      tx.set(headKey(REF), true);
      tx.change(REF, "n", "content");
    },
  });
}

async function objects(store: OpenStore): Promise<number | undefined> {
  const row = await store.read((view) => view.get(treeKey("t")));
  return row?.value.objects;
}

both(
  "a commit that throws after it happened is a success",
  async (store, faults) => {
    faults.push(async (commit) => {
      await commit();
      throw new Error("connection lost");
    });
    const written = await count(store);
    const head = await store.read((view) => view.get(headKey(REF)));
    assert.equal(head?.stamp, written.stamp);
    assert.equal(await objects(store), 1);
  },
);

both(
  "a commit that throws before it happened is repeated",
  async (store, faults) => {
    faults.push(() => Promise.reject(new Error("no connection")));
    await count(store);
    assert.equal(await objects(store), 1);
  },
);

both(
  "a commit that says no although it happened is a success",
  async (store, faults) => {
    faults.push(async (commit) => {
      await commit();
      return { ok: false };
    });
    await Promise.all([count(store), count(store), count(store)]);
    assert.equal(await objects(store), 3);
  },
);

both(
  "a commit that was overtaken runs again on the newer state",
  async (store, faults, engine) => {
    faults.push(async () => {
      const key = treeKey("t").parts;
      await engine.commit([], [{
        type: "set",
        key,
        value: { owner: "u", bytes: 0, objects: 41 },
      }, {
        type: "append",
        prefix: logPrefix("t"),
        value: { ops: ["other"], time: 0, changes: [] },
      }]);
      return { ok: false };
    });
    await count(store);
    assert.equal(await objects(store), 42);
  },
);

both(
  "a log that is wished for during a commit of unclear outcome tells that commit",
  async (store, faults) => {
    const first = (await count(store)).stamp ?? "";
    let names: Promise<ReadonlySet<string> | undefined> | undefined;
    // The first one has memory dropped, the second one happens unnoticed.
    faults.push(() => Promise.reject(new Error("no connection")));
    faults.push(async (commit) => {
      await commit();
      names = store.read((view) => view.changedSince(REF, first));
      // The reader is to wait for rows that this commit has under way.
      await new Promise((resolve) => setTimeout(resolve, 0));
      throw new Error("connection lost");
    });
    await count(store);
    assert.deepEqual(await names, new Set(["n"]));
  },
);

both(
  "a store that does not answer is busy, and nothing is lost",
  async (store, faults) => {
    for (let n = 0; n < 30; n++) {
      faults.push(() => Promise.reject(new Error("no connection")));
    }
    await assert.rejects(count(store), StoreBusy);
    faults.length = 0;
    await count(store);
    assert.equal(await objects(store), 1);
  },
);

both("changes to a tree that is gone are refused", async (store) => {
  await assert.rejects(
    store.write({
      trees: ["nowhere"],
      run(tx) {
        tx.set(collKey({ id: "x", tree: "nowhere" }), {
          tree: "nowhere",
          kind: "folder",
          parent: null,
          name: "",
          state: "live",
          created: 0,
        });
      },
    }),
    TypeError,
  );
});

Deno.test("a full queue answers busy", async () => {
  using engine = disposable(await openKvEngine(":memory:"));
  const store = await createStore({ engine, maxQueue: 2 });
  const waiting = [1, 2, 3, 4].map(() =>
    store.write({ trees: [], run: (tx) => tx.get(treeKey("principals")) })
  );
  const answers = await Promise.allSettled(waiting);
  assert.deepEqual(
    answers.map((one) => one.status),
    ["fulfilled", "fulfilled", "rejected", "rejected"],
  );
  await store.close();
});

for (const shared of [false, true]) {
  Deno.test(`log rows are trimmed after their hour and old tokens go to the map (${shared})`, async () => {
    using memory = disposable(await openKvEngine(":memory:"));
    const engine: Engine = { ...memory, shared };
    let now = 0;
    const store = await createStore({ engine, now: () => now });
    const make = (name: string) =>
      store.write({
        trees: ["t"],
        run(tx) {
          if (tx.get(treeKey("t")) === undefined) {
            tx.set(treeKey("t"), { owner: "u", bytes: 0, objects: 0 });
          }
          tx.set(headKey(REF), true);
          tx.change(REF, name, "content");
        },
      });
    const first = (await make("a")).stamp ?? "";
    const second = (await make("b")).stamp ?? "";
    now += 2 * 3_600_000;
    const third = (await make("c")).stamp ?? "";
    await store.close();
    const rows = await engine.list({ prefix: logPrefix("t") });
    assert.ok(rows.every((row) => String(row.key.at(-1)) > second));
    const fresh = await createStore({ engine, now: () => now });
    const floor = await fresh.read((view) => view.get(logFloorKey("t")));
    assert.equal(floor?.value, second);
    const since = (stamp: string) =>
      fresh.read((view) => view.changedSince(REF, stamp));
    assert.equal(await since(first), undefined);
    assert.deepEqual(await since(second), new Set(["c"]));
    assert.deepEqual(await since(third), new Set());
    await fresh.close();
  });
}

function disposable(engine: Engine): Engine & Disposable {
  return { ...engine, [Symbol.dispose]: () => engine.close() };
}
