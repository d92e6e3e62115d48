import assert from "node:assert/strict";
import { findTestNames, matchTestNames } from "../../../tools/test_names.ts";

const has = matchTestNames(`
Deno.test("plain name", () => {});
Deno.test({ name: "in an object", fn() {} });
Deno.test("with step", async (t) => {
  await t.step("the step", () => {});
});
for (const [what] of [["a row", 1]]) {
  Deno.test(\`get() answers \${what} well\`, () => {});
}
Deno.test('it\\'s quoted "so"', () => {});
Deno.test(\`\${method}\`, () => {});
// Deno.test("commented out", () => {});
/* Deno.test("commented away", () => {}); */
Deno.test.ignore("never run", () => {});
const text = "not a name";
`);

for (
  const name of [
    "plain name",
    "in an object",
    "the step",
    "a row",
    "get() answers anything well",
    `it's quoted "so"`,
  ]
) {
  Deno.test(`matchTestNames() finds: ${name}`, () => assert.ok(has(name)));
}

for (
  const name of [
    "plain",
    "get() answers  badly",
    "commented out",
    "commented away",
    "never run",
    "not a name",
    "whatever",
  ]
) {
  Deno.test(`matchTestNames() does not find: ${name}`, () => {
    assert.equal(has(name), false);
  });
}

Deno.test("findTestNames() gives null without a file", () => {
  assert.equal(findTestNames("tests/no_such_test.ts"), null);
  const own = new URL(import.meta.url).pathname;
  assert.equal(
    findTestNames(own)?.("findTestNames() gives null without a file"),
    true,
  );
});
