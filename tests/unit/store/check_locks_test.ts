import assert from "node:assert/strict";
import { createService } from "../../../src/service/service.ts";
import { createStore } from "../../../src/store/store.ts";
import { sweepLocks } from "../../../src/store/locks.ts";
import type { LockRecord } from "../../../src/store/records.ts";
import { at } from "../../service/fixture.ts";
import { createWorld, type World } from "../../store/world.ts";

async function createLocked(): Promise<World> {
  const world = await createWorld();
  const { service, session } = world;
  await world.make("files/me/f");
  await world.put("files/me/f/a", "text");
  for (const path of ["files/me/f", "files/me/f/a"]) {
    const granted = await service.lock(session, at(path), {
      exclusive: false,
      depth: "infinity",
      owner: "",
      seconds: 60,
      conditions: {},
    });
    assert.ok(granted.ok);
  }
  return world;
}

const DAMAGES: [name: string, damage: Partial<LockRecord>, message: RegExp][] =
  [
    ["a collection", { coll: "none", name: "" }, /locks does not exist/],
    ["an object", { name: "none" }, /object that it locks does not exist/],
    ["what is below an object", { name: "a", depth: "infinity" }, /below an/],
    ["no time", { expires: 0 }, /ends before it begins/],
  ];

for (const [name, damage, message] of DAMAGES) {
  Deno.test(`check finds a lock on ${name} that cannot be`, async () => {
    const world = await createLocked();
    assert.deepEqual(await world.findings(), []);
    const rows = await world.engine.list({ prefix: ["lock"] });
    assert.equal(rows.length, 2);
    const [row] = rows;
    assert.ok(row);
    const { coll } = await world.ref("files/me/f").then(({ id }) => ({
      coll: id,
    }));
    const record = row.value as LockRecord;
    const value = { ...record, coll, name: "", depth: 0, ...damage };
    await world.engine.commit([], [{ type: "set", key: row.key, value }]);
    const findings = await world.findings();
    assert.equal(findings.length, 1, findings.join("\n"));
    assert.match(findings[0] ?? "", message);
  });
}

Deno.test("check finds a lock of another tree, of no tree, and on what is not live", async () => {
  const world = await createLocked();
  const [row] = await world.engine.list({ prefix: ["lock"] });
  assert.ok(row);
  const { calendars } = world.session.user.trees;
  await world.engine.commit([], [
    { type: "set", key: ["lock", calendars, "x"], value: row.value },
    { type: "set", key: ["lock", "nowhere", "x"], value: row.value },
  ]);
  const findings = (await world.findings()).join("\n");
  assert.match(findings, /is in another tree/);
  assert.match(findings, /Its collection does not exist/);
});

for (const shared of [false, true]) {
  Deno.test(`locks end with a collection, and are swept (${shared ? "many processes" : "one owner"})`, async () => {
    const world = await createWorld({ shared });
    const { service, session, clock } = world;
    const tree = session.user.trees.files;
    await world.make("files/me/f");
    await world.make("files/me/f/g");
    const take = (path: string) =>
      service.lock(session, at(path), {
        exclusive: false,
        depth: 0,
        owner: "",
        seconds: 60,
        conditions: {},
      });
    for (const path of ["files/me/f", "files/me/f/g/x", "files/me/y"]) {
      assert.ok((await take(path)).ok);
    }
    clock.now += 60_000;
    await world.remove("files/me/f");
    assert.equal(await world.count("lock"), 0);
    assert.ok((await take("files/me/y")).ok);
    clock.now += 60_000;
    await world.store.write({
      trees: [tree],
      run: (tx) => sweepLocks(tx, tree, clock.now),
    });
    assert.equal(await world.count("lock"), 0);
    assert.deepEqual(await world.findings(), []);
  });
}

Deno.test("locks outlive the process that granted them", async () => {
  const world = await createLocked();
  const { engine, session, clock } = world;
  await world.store.close();
  const now = () => clock.now;
  const store = await createStore({ engine, now });
  const service = createService({ store, engine, now });
  const bytes = new TextEncoder().encode("new");
  const put = () =>
    service.put(session, at("files/me/f/a"), {
      bytes,
      type: null,
      conditions: {},
    });
  const refused = await put();
  assert.ok(!refused.ok);
  assert.equal(refused.problem.name, "dav:lock-token-submitted");
  clock.now += 60_000;
  assert.ok((await put()).ok);
  await store.close();
});
