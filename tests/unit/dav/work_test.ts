import assert from "node:assert/strict";
import { DavError } from "../../../src/dav/errors.ts";
import { answerScope, createWork } from "../../../src/dav/work.ts";
import type { ObjectResource, Reader } from "../../../src/service/types.ts";

const OBJECTS = [40, 60].map((size) => ({
  entry: { size },
})) as unknown as ObjectResource[];

function isTooMuch(error: unknown): boolean {
  return error instanceof DavError &&
    error.condition === "dav:number-of-matches-within-limits";
}

Deno.test("createWork() gives each object its own budget and bounds all together", () => {
  const work = createWork({ steps: 100 });
  const spend = (steps: number) =>
    work.of((budget) => {
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
  assert.throws(() => work.of((budget) => budget.steps--), isTooMuch);
  let done = false;
  assert.throws(() => work.of(() => done = true), isTooMuch);
  assert.equal(done, false);
});

Deno.test("createWork() bounds the text that is written", () => {
  const work = createWork({ characters: 3 });
  assert.equal(work.write("abc"), "abc");
  assert.throws(() => work.write("d"), isTooMuch);
});

Deno.test("answerScope() is one for each reader", () => {
  const [one, two] = [{}, {}] as unknown as [Reader, Reader];
  assert.equal(answerScope(one), answerScope(one));
  assert.notEqual(answerScope(one), answerScope(two));
});
