import assert from "node:assert/strict";
import { DavError } from "../../../src/dav/errors.ts";
import { answerScope, createWork } from "../../../src/dav/work.ts";
import type { ObjectResource, Reader } from "../../../src/service/types.ts";

const OBJECTS = [40, 60].map((size) => ({
  entry: { size },
  parent: { ref: { id: "c" } },
  name: `${size}`,
  stamp: "s",
})) as unknown as [ObjectResource, ObjectResource];

/** Some part of an answer. */
const PART = { object: OBJECTS[0], what: "match" };

function isTooMuch(error: unknown): boolean {
  return error instanceof DavError &&
    error.condition === "dav:number-of-matches-within-limits";
}

Deno.test("createWork() gives each object its own budget and bounds all together", () => {
  const work = createWork({ steps: 100 });
  const spend = (steps: number) =>
    work.of(PART, (budget) => {
      budget.steps -= steps;
      return steps;
    });
  assert.equal(spend(60), 60);
  assert.equal(spend(40), 40);
  assert.throws(() => spend(1), isTooMuch);
});

Deno.test("createWork() bounds the bytes of the objects that are looked into", () => {
  const work = createWork({ bytes: 150 });
  work.look(OBJECTS);
  assert.throws(() => work.look(OBJECTS), isTooMuch);
});

Deno.test("createWork() does no more work once there is none left", () => {
  const work = createWork({ steps: 0 });
  assert.throws(() => work.of(PART, (budget) => budget.steps--), isTooMuch);
  let done = false;
  assert.throws(() => work.of(PART, () => done = true), isTooMuch);
  assert.equal(done, false);
});

Deno.test("createWork() bounds the text that is written", () => {
  const work = createWork({ characters: 3 });
  assert.equal(work.write("abc"), "abc");
  assert.throws(() => work.write("d"), isTooMuch);
});

/** A reader whose view is left as in the store, and how often it was; it shows all of every object. */
function createFakeReader() {
  const times = { paused: 0 };
  const view = {
    pause() {
      times.paused++;
      throw new Error("paused");
    },
  } as unknown as Reader["view"];
  const etag = ({ stamp }: ObjectResource) => stamp;
  return { reader: { view, etag }, times };
}

Deno.test("createWork() gives others a turn after much work, and goes on behind it", () => {
  const { reader, times } = createFakeReader();
  let runs = 0;
  const answer = () => {
    const work = createWork({ reader });
    return OBJECTS.map((object) =>
      work.of({ object, what: "match" }, (budget) => {
        runs++;
        budget.steps -= 300_000;
        return object.name;
      })
    );
  };
  assert.throws(answer, /paused/);
  assert.throws(answer, /paused/);
  assert.deepEqual(answer(), ["40", "60"]);
  assert.deepEqual([runs, times.paused], [2, 2]);
});

Deno.test("createWork() counts what it knows already, too", () => {
  const { reader } = createFakeReader();
  const spend = () =>
    createWork({ reader, steps: 100 }).of(PART, (budget) => {
      budget.steps -= 101;
      return 1;
    });
  assert.throws(spend, isTooMuch);
  assert.throws(spend, isTooMuch);
});

Deno.test("createWork() tells parts apart by object, content and what is done", () => {
  const { reader } = createFakeReader();
  const work = createWork({ reader });
  const [first, second] = OBJECTS;
  const parts = [
    { object: first, what: "match" },
    { object: first, what: "data" },
    { object: second, what: "match" },
    { object: { ...first, stamp: "t" }, what: "match" },
  ];
  const numbers = parts.map((part, n) => work.of(part, () => n));
  assert.deepEqual(numbers, [0, 1, 2, 3]);
  assert.deepEqual(parts.map((part) => work.of(part, () => -1)), numbers);
});

Deno.test("createWork() gives nobody what was made of bytes that they are no longer shown", () => {
  const { reader } = createFakeReader();
  const text = (etag: string) =>
    createWork({ reader: { ...reader, etag: () => etag } })
      .of(PART, () => `text of ${etag}`);
  assert.equal(text("whole"), "text of whole");
  assert.equal(text("mask"), "text of mask");
  assert.equal(text("whole"), "text of whole");
});

Deno.test("answerScope() is one for each reader", () => {
  const [one, two] = [{ view: {} }, { view: {} }] as unknown as [
    Reader,
    Reader,
  ];
  assert.equal(answerScope(one), answerScope(one));
  assert.notEqual(answerScope(one), answerScope(two));
});
