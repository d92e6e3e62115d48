import assert from "node:assert/strict";
import { checkName, NAME_BYTES } from "../../../src/service/names.ts";
import { problem } from "../../service/fixture.ts";

Deno.test("checkName() takes any Unicode of up to 255 bytes", () => {
  for (
    const name of ["a", "a/b", "ü".repeat(127), "😀", " ", "...", "a%2Fb"]
  ) {
    assert.equal(checkName(name).ok, true, name);
  }
});

Deno.test("checkName() refuses what no URL segment or key can be", () => {
  const long = "ü".repeat(128);
  assert.ok(new TextEncoder().encode(long).length > NAME_BYTES);
  for (const name of ["", ".", "..", "\0", "a\0", long, "\udc00"]) {
    assert.equal(problem(checkName(name)), "bad-request", name);
  }
});
