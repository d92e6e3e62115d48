import assert from "node:assert/strict";
import type { Engine } from "../../src/store/engine.ts";
import {
  bodyKey,
  collKey,
  entryKey,
  headKey,
  memberKey,
  membersOf,
  meta,
  propsOf,
  tombstoneKey,
  treeKey,
} from "../../src/store/keys.ts";
import { openKvEngine } from "../../src/store/kv_engine.ts";
import { SchemaTooNew } from "../../src/store/migrate.ts";
import type {
  CollRef,
  EntryRecord,
  TreeRecord,
} from "../../src/store/records.ts";
import { createStore, type OpenStore } from "../../src/store/store.ts";

const REF: CollRef = { id: "c1", tree: "t1" };
const ROOT: CollRef = { id: "t1", tree: "t1" };

function entry(text: string): EntryRecord {
  return {
    facts: { version: 1 },
    size: text.length,
    digest: text,
    type: "text/plain",
    created: 0,
    modified: 0,
  };
}

async function makeTree(store: OpenStore): Promise<void> {
  await store.write({
    trees: ["t1"],
    run(tx) {
      const record: TreeRecord = { owner: "u", bytes: 0, objects: 0 };
      tx.set(treeKey("t1"), record);
      tx.set(collKey(REF), {
        tree: "t1",
        kind: "folder",
        parent: "t1",
        name: "x",
        state: "live",
        created: 0,
      });
      tx.set(memberKey(ROOT, "x"), { coll: "c1" });
      tx.change(ROOT, "x", "structure");
    },
  });
}

function put(store: OpenStore, name: string, text: string) {
  return store.write({
    trees: ["t1"],
    run(tx) {
      tx.need([entryKey(REF, name), tombstoneKey(REF, name)]);
      const before = tx.get(entryKey(REF, name));
      tx.set(entryKey(REF, name), entry(text));
      tx.set(bodyKey(REF, name), { bytes: new TextEncoder().encode(text) });
      tx.set(headKey(REF), true);
      if (tx.get(tombstoneKey(REF, name))) tx.delete(tombstoneKey(REF, name));
      tx.change(REF, name, "content");
      tx.use(
        "t1",
        text.length - (before?.value.size ?? 0),
        before === undefined ? 1 : 0,
      );
      return before?.stamp ?? null;
    },
  });
}

function drop(store: OpenStore, name: string) {
  return store.write({
    trees: ["t1"],
    run(tx) {
      const before = tx.get(entryKey(REF, name));
      if (before === undefined) return false;
      tx.delete(entryKey(REF, name));
      tx.delete(bodyKey(REF, name));
      tx.set(tombstoneKey(REF, name), { deleted: 0 });
      tx.set(headKey(REF), true);
      tx.change(REF, name, "content");
      tx.use("t1", -before.value.size, -1);
      return true;
    },
  });
}

function both(
  name: string,
  test: (store: OpenStore, other: OpenStore) => Promise<void>,
): void {
  for (const shared of [false, true]) {
    Deno.test(`${name} (${shared ? "many processes" : "one owner"})`, async () => {
      const memory = await openKvEngine(":memory:");
      const engine: Engine = { ...memory, shared };
      const store = await createStore({ engine });
      const other = shared ? await createStore({ engine }) : store;
      await makeTree(store);
      await test(store, other);
      await store.close();
      await other.close();
      engine.close();
    });
  }
}

both("write() answers with the stamp of its commit", async (store) => {
  const first = await put(store, "a", "one");
  const second = await put(store, "a", "two");
  assert.equal(first.value, null);
  assert.equal(second.value, first.stamp);
  const row = await store.read((view) => view.get(entryKey(REF, "a")));
  assert.equal(row?.stamp, second.stamp);
});

both(
  "operations submitted at once all take effect",
  async (store, other) => {
    const answers = await Promise.all(
      Array.from(
        { length: 200 },
        (_, n) => put(n % 2 ? store : other, `n${n % 50}`, `text ${n}`),
      ),
    );
    const stamps = new Map<string, string>();
    for (const [n, answer] of answers.entries()) {
      assert.notEqual(answer.stamp, null);
      const name = `n${n % 50}`;
      if ((stamps.get(name) ?? "") < (answer.stamp ?? "")) {
        stamps.set(name, answer.stamp ?? "");
      }
    }
    for (const reader of [store, other]) {
      const tree = await reader.read((view) => view.get(treeKey("t1")));
      assert.equal(tree?.value.objects, 50);
      const members = await reader.read((view) =>
        view.map(REF).members().map((member) => [member.name, member.stamp])
      );
      assert.deepEqual(new Map(members as [string, string][]), stamps);
    }
  },
);

both("a map follows commits of everybody", async (store, other) => {
  await put(store, "a", "one");
  const size = () => other.read((view) => view.map(REF).size);
  assert.equal(await size(), 1);
  await put(store, "b", "two");
  const token = (await put(store, "c", "three")).stamp ?? "";
  assert.equal(await size(), 3);
  await drop(store, "a");
  await put(store, "b", "changed");
  assert.equal(await size(), 2);
  const changes = await other.read((view) =>
    [...view.map(REF).since(token, "\uffff")].map((change) => [
      change.name,
      change.entry !== undefined,
    ])
  );
  assert.deepEqual(changes, [["a", false], ["b", true]]);
  const names = await other.read((view) => view.changedSince(REF, token));
  assert.deepEqual(names && [...names].sort(), ["a", "b"]);
});

both("a list follows links and unlinks", async (store, other) => {
  const names = () =>
    other.read((view) => [...view.list(membersOf(ROOT)).keys()]);
  assert.deepEqual(await names(), ["x"]);
  await store.write({
    trees: ["t1"],
    run(tx) {
      tx.set(memberKey(ROOT, "y"), { coll: "c2" });
      tx.delete(memberKey(ROOT, "x"));
      tx.change(ROOT, "x", "structure");
      tx.change(ROOT, "y", "structure");
    },
  });
  assert.deepEqual(await names(), ["y"]);
});

both(
  "what an operation forgets to note is noted for it",
  async (store, other) => {
    const props = propsOf(REF, "a");
    const names = () => other.read((view) => [...view.list(props).keys()]);
    const size = () => other.read((view) => view.map(REF).size);
    assert.deepEqual([await names(), await size()], [[], 0]);
    await store.write({
      trees: ["t1"],
      run(tx) {
        tx.set(props.at("p"), { ns: "urn:x", local: "p", value: "v" });
        tx.set(entryKey(REF, "a"), entry("a"));
      },
    });
    assert.deepEqual([await names(), await size()], [["p"], 1]);
  },
);

both(
  "an operation that throws fails alone and changes nothing",
  async (store) => {
    const failing = store.write({
      trees: ["t1"],
      run(tx) {
        tx.set(entryKey(REF, "bad"), entry("bad"));
        throw new RangeError("no");
      },
    });
    const [good, bad] = await Promise.allSettled([
      put(store, "a", "1"),
      failing,
    ]);
    assert.equal(good.status, "fulfilled");
    assert.equal(bad.status, "rejected");
    const row = await store.read((view) => view.get(entryKey(REF, "bad")));
    assert.equal(row, undefined);
  },
);

both(
  "an operation too large for one commit fails and the next succeeds",
  async (store) => {
    const huge = store.write({
      trees: ["t1"],
      run(tx) {
        tx.set(bodyKey(REF, "huge"), { bytes: new Uint8Array(70_000) });
        tx.change(REF, "huge", "content");
      },
    });
    const all = await Promise.allSettled([
      put(store, "a", "1"),
      huge,
      put(store, "b", "2"),
    ]);
    assert.deepEqual(all.map((one) => one.status), [
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
  },
);

Deno.test("createStore() refuses what a newer program has written, and changes nothing", async () => {
  const engine = await openKvEngine(":memory:");
  await engine.commit([], [
    { type: "set", key: meta.schema.parts, value: { value: 1_000_000 } },
  ]);
  await assert.rejects(createStore({ engine }), SchemaTooNew);
  const [epoch] = await engine.getMany([meta.epoch.parts]);
  assert.equal(epoch?.versionstamp, null);
  engine.close();
});

both(
  "a log does not tell of a collection that was linked since: what it was built with is older",
  async (store, other) => {
    const since = (await put(store, "a", "one")).stamp ?? "";
    await put(store, "b", "two");
    const names = () => other.read((view) => view.changedSince(REF, since));
    assert.deepEqual(await names(), new Set(["b"]));
    await store.write({
      trees: ["t1"],
      run(tx) {
        tx.set(headKey(REF), true);
        tx.change(REF, "", "structure");
      },
    });
    assert.equal(await names(), undefined);
  },
);
