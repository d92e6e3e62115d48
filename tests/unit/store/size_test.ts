import assert from "node:assert/strict";
import { serialize } from "node:v8";
import fc from "fast-check";
import { keySize, valueSize } from "../../../src/store/size.ts";

Deno.test("valueSize() is never less than V8's serialisation", () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 3 }),
      (value) => {
        assert.ok(valueSize(value) + 4 >= serialize(value).length);
      },
    ),
    { seed: 3, numRuns: 1_000 },
  );
  const bytes = new Uint8Array(1_000);
  assert.ok(valueSize({ bytes }) >= serialize({ bytes }).length);
  assert.ok(valueSize(undefined) > 0);
});

Deno.test("keySize() counts UTF-8 and escaped NULs", () => {
  assert.equal(keySize(["ab"]), 4);
  assert.equal(keySize(["é", "日"]), 4 + 5);
  assert.equal(keySize(["a\0b\0"]), 2 + 4 + 2);
  assert.ok(keySize([7]) >= 9);
  assert.ok(keySize([new Uint8Array(5)]) >= 7);
});
