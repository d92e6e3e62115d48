import assert from "node:assert/strict";
import type { Engine } from "../../../src/store/engine.ts";
import { meta } from "../../../src/store/keys.ts";
import {
  migrateStore,
  type Migration,
  readSchema,
  SchemaTooNew,
} from "../../../src/store/migrate.ts";
import { SCHEMA_VERSION } from "../../../src/store/migrations.ts";
import { createStore } from "../../../src/store/store.ts";
import { createMemoryEngine } from "../../store/memory_engine.ts";

const ROWS = 250;

/** A first migration: names in capitals, and a note of how long they are. */
const CAPITALS: Migration = {
  to: SCHEMA_VERSION + 1,
  name: "names in capitals",
  prefix: ["entry", "c"],
  migrate({ key, value }) {
    const text = value as string;
    // Doing it twice would show.
    return [
      { type: "set", key, value: `${text.toUpperCase()}!` },
      { type: "set", key: ["uid", "c", text], value: text.length },
    ];
  },
};

const NEXT: Migration = {
  to: SCHEMA_VERSION + 2,
  name: "no lengths",
  prefix: ["uid", "c"],
  migrate: ({ key }) => [{ type: "delete", key }],
};

async function createOld(shared = false): Promise<Engine> {
  const engine = createMemoryEngine({ shared });
  const store = await createStore({ engine });
  await store.close();
  for (let n = 0; n < ROWS; n++) {
    const name = `n${String(n).padStart(3, "0")}`;
    await engine.commit([], [
      { type: "set", key: ["entry", "c", name], value: name },
    ]);
  }
  return engine;
}

const PLAN = { version: SCHEMA_VERSION + 1, migrations: [CAPITALS, NEXT] };

async function checkCapitals(engine: Engine): Promise<void> {
  const rows = await engine.list({ prefix: ["entry", "c"] });
  assert.equal(rows.length, ROWS);
  for (const { key, value } of rows) {
    assert.equal(value, `${String(key[2]).toUpperCase()}!`);
  }
  assert.equal((await engine.list({ prefix: ["uid", "c"] })).length, ROWS);
  assert.equal(await readSchema(engine), SCHEMA_VERSION + 1);
  const [cursor] = await engine.getMany([meta.migration.parts]);
  assert.equal(cursor?.versionstamp, null);
}

for (const shared of [false, true]) {
  const where = shared ? "10 checks a commit" : "100 checks a commit";
  Deno.test(`migrateStore() changes every row once (${where})`, async () => {
    const engine = await createOld(shared);
    assert.deepEqual(await migrateStore(engine, PLAN), ["names in capitals"]);
    await checkCapitals(engine);
    assert.deepEqual(await migrateStore(engine, PLAN), []);
  });
}

Deno.test("migrateStore() runs several migrations in their order", async () => {
  const engine = await createOld();
  const names = await migrateStore(engine, {
    ...PLAN,
    version: SCHEMA_VERSION + 2,
  });
  assert.deepEqual(names, ["names in capitals", "no lengths"]);
  assert.deepEqual(await engine.list({ prefix: ["uid", "c"] }), []);
});

Deno.test("migrateStore() goes on where it was interrupted, at every commit", async () => {
  let left = 0;
  const memory = await createOld(true);
  const engine: Engine = {
    ...memory,
    async commit(checks, mutations) {
      const result = await memory.commit(checks, mutations);
      if (left-- === 0) throw new Error("The plug was pulled");
      return result;
    },
  };
  let interruptions = 0;
  while (await readSchema(memory) === SCHEMA_VERSION) {
    left = interruptions % 3;
    await migrateStore(engine, PLAN).catch(() => interruptions++);
  }
  assert(interruptions > 5);
  await checkCapitals(memory);
});

Deno.test("migrateStore() may run twice at the same time", async () => {
  const engine = await createOld(true);
  await Promise.all([migrateStore(engine, PLAN), migrateStore(engine, PLAN)]);
  await checkCapitals(engine);
});

Deno.test("migrateStore() leaves an empty store alone", async () => {
  const engine = createMemoryEngine();
  assert.deepEqual(await migrateStore(engine, PLAN), []);
  assert.deepEqual(await engine.list({ prefix: [] }), []);
});

Deno.test("migrateStore() refuses the data of a newer program", async () => {
  const engine = await createOld();
  const value = { value: SCHEMA_VERSION + 3 };
  await engine.commit([], [{ type: "set", key: meta.schema.parts, value }]);
  await assert.rejects(migrateStore(engine, PLAN), SchemaTooNew);
  await assert.rejects(migrateStore(engine, PLAN), /newer version of Kalends/);
});

Deno.test("migrateStore() refuses where a migration is missing", async () => {
  const engine = await createOld();
  await assert.rejects(
    migrateStore(engine, { version: SCHEMA_VERSION + 2, migrations: [NEXT] }),
    /No migration leads from schema/,
  );
});

Deno.test("migrateStore() splits steps whose rows are large", async () => {
  const engine = createMemoryEngine();
  const store = await createStore({ engine });
  await store.close();
  const value = new Uint8Array(60_000);
  for (let n = 0; n < 20; n++) {
    await engine.commit([], [{ type: "set", key: ["body", "c", n], value }]);
  }
  const sizes: number[] = [];
  const counting: Engine = {
    ...engine,
    commit(checks, mutations) {
      sizes.push(mutations.length);
      return engine.commit(checks, mutations);
    },
  };
  await migrateStore(counting, {
    version: SCHEMA_VERSION + 1,
    migrations: [{
      to: SCHEMA_VERSION + 1,
      name: "bodies anew",
      prefix: ["body"],
      migrate: ({ key, value }) => [{ type: "set", key, value }],
    }],
  });
  assert(Math.max(...sizes) < 10);
});
