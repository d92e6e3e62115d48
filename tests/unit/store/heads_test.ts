import assert from "node:assert/strict";
import { moveHead, shownStamp } from "../../../src/store/heads.ts";
import type { HeadRecord } from "../../../src/store/records.ts";
import type { Row, Transaction } from "../../../src/store/view.ts";

const COLL = { id: "c", tree: "t" };

/** A head through commits, each of them of changes that are hidden or not; what others see of it then. */
function follow(...commits: readonly (readonly boolean[])[]) {
  let row: Row<HeadRecord> | undefined = { value: true, stamp: "0" };
  const tx = {
    get: () => row,
    set: (_: unknown, value: HeadRecord) => {
      row = { value, stamp: null };
    },
  } as unknown as Transaction;
  commits.forEach((changes, index) => {
    for (const hidden of changes) moveHead(tx, COLL, { hidden });
    if (row !== undefined) row = { ...row, stamp: String(index + 1) };
  });
  return shownStamp(row);
}

Deno.test("moveHead() keeps the stamp that others see while all changes are hidden from them", () => {
  assert.equal(follow(), "0");
  assert.equal(follow([true]), "0");
  assert.equal(follow([true], [true, true], [true]), "0");
  assert.equal(follow([true], [false]), "2");
  assert.equal(follow([true], [false], [true], [true]), "2");
});

Deno.test("moveHead() shows a commit as soon as one change of it is shown", () => {
  assert.equal(follow([true], [true, false]), "2");
  assert.equal(follow([true], [false, true]), "2");
  assert.equal(follow([true], [true, false, true]), "2");
  assert.equal(follow([false, true], [true]), "1");
});

Deno.test("moveHead() shows what begins a collection, and shownStamp() knows none of one that is not there", () => {
  const written: unknown[] = [];
  const tx = {
    get: () => undefined,
    set: (_: unknown, value: unknown) => written.push(value),
  } as unknown as Transaction;
  moveHead(tx, COLL, { hidden: true });
  assert.deepEqual(written, [true]);
  assert.equal(shownStamp(undefined), undefined);
});
