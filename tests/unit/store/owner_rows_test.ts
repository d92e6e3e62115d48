import assert from "node:assert/strict";
import type { Engine, EngineRow } from "../../../src/store/engine.ts";
import {
  entryKey,
  headKey,
  memberKey,
  membersOf,
  type RowKey,
} from "../../../src/store/keys.ts";
import { createOwnerRows } from "../../../src/store/owner_rows.ts";
import { PARTS } from "../../../src/store/parts.ts";
import type { EntryRecord } from "../../../src/store/records.ts";

const REF = { id: "c", tree: "t" };
const NO_WISH = { rows: [], lists: [], maps: [], logs: [], blobs: [] };
const STAMP = "0".repeat(20);
const LATER = "1".repeat(20);

/** An engine whose answers come when the test lets them. */
function createSlowEngine() {
  const waiting: (() => void)[] = [];
  const disk = new Map<string, EngineRow>();
  const put = (key: RowKey<unknown>, value: unknown, versionstamp: string) => {
    disk.set(key.text, { key: key.parts, value, versionstamp });
  };
  const hold = <T>(answer: T) =>
    new Promise<T>((resolve) => waiting.push(() => resolve(answer)));
  const engine: Engine = {
    limits: {
      checks: 100,
      mutations: 1_000,
      bytes: 800_000,
      keyBytes: 80_000,
      valueBytes: 65_536,
      getMany: 10,
      list: 1_000,
    },
    shared: false,
    getMany: (keys) =>
      hold(
        keys.map((key) =>
          disk.get(key.join("\0")) ?? { key, value: null, versionstamp: null }
        ),
      ),
    list: ({ prefix }) =>
      hold(
        [...disk].filter(([text]) => text.startsWith(prefix.join("\0") + "\0"))
          .map(([, row]) => row),
      ),
    commit: () => Promise.resolve({ ok: false }),
    close: () => {},
  };
  const release = () => {
    for (const answer of waiting.splice(0)) answer();
  };
  return { engine, put, release };
}

function setUp(bytes = 1_000_000) {
  const slow = createSlowEngine();
  const rows = createOwnerRows(slow.engine, { parts: PARTS, bytes });
  return { ...slow, rows };
}

Deno.test("load() never replaces what a commit put into the slot", async () => {
  const { put, release, rows } = setUp();
  const key = headKey(REF);
  put(key, "old", STAMP);
  const loading = rows.load({ ...NO_WISH, rows: [key] }, new Set());
  rows.apply([{ key, value: "new" }], LATER);
  release();
  await loading;
  assert.deepEqual(rows.row(key), { value: "new", stamp: LATER });
});

Deno.test("load() shows no row of a commit that is still under way", async () => {
  const { put, release, rows } = setUp();
  const key = headKey(REF);
  put(key, "committed", LATER);
  const settled = Promise.withResolvers<void>();
  rows.began(new Set([key.text]), settled.promise);
  const loading = rows.load({ ...NO_WISH, rows: [key] }, new Set());
  release();
  await Promise.resolve();
  assert.equal(rows.row(key), undefined);
  rows.apply([{ key, value: "committed" }], LATER);
  settled.resolve();
  await loading;
  assert.equal(rows.row(key)?.stamp, LATER);
});

Deno.test("dropAll() makes a reading that is under way worthless", async () => {
  const { put, release, rows } = setUp();
  const key = headKey(REF);
  put(key, "old", STAMP);
  const loading = rows.load({ ...NO_WISH, rows: [key] }, new Set());
  rows.dropAll();
  release();
  await loading;
  assert.equal(rows.row(key), undefined);
});

Deno.test("lists and maps on their way take in commits made meanwhile", async () => {
  const { put, release, rows } = setUp();
  const entry = { facts: { version: 1 } } as EntryRecord;
  put(memberKey(REF, "a"), { coll: "1" }, STAMP);
  put(memberKey(REF, "b"), { coll: "2" }, STAMP);
  put(entryKey(REF, "x"), entry, STAMP);
  put(entryKey(REF, "y"), entry, STAMP);
  const loading = rows.load(
    { ...NO_WISH, lists: [membersOf(REF)], maps: [REF] },
    new Set(),
  );
  rows.apply([
    { key: memberKey(REF, "a"), value: undefined },
    { key: memberKey(REF, "c"), value: { coll: "3" } },
    { key: entryKey(REF, "x"), value: undefined },
    { key: entryKey(REF, "y"), value: entry },
  ], LATER);
  release();
  await loading;
  const names = [...rows.list(membersOf(REF))?.keys() ?? []];
  assert.deepEqual(names.sort(), ["b", "c"]);
  assert.equal(rows.map(REF)?.get("x"), undefined);
  assert.equal(rows.map(REF)?.get("y")?.stamp, LATER);
});

Deno.test("rows that nobody works with leave memory, pinned ones stay", async () => {
  const { release, rows } = setUp(2_000);
  const keys = Array.from({ length: 40 }, (_, n) => entryKey(REF, `n${n}`));
  const pins = new Set<{ pins: number }>();
  const loading = rows.load({ ...NO_WISH, rows: keys }, pins);
  release();
  await loading;
  rows.apply([], LATER);
  assert.ok(keys.every((key) => rows.row(key) === null));
  rows.release(pins);
  const left = keys.filter((key) => rows.row(key) !== undefined);
  assert.ok(left.length > 0 && left.length <= 10);
});
