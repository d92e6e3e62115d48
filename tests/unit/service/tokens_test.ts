import assert from "node:assert/strict";
import fc from "fast-check";
import {
  formatToken,
  parseToken,
  type SyncPosition,
} from "../../../src/service/tokens.ts";

const SCOPE = { epoch: "e1", coll: "c1" };
const HOME = { ...SCOPE, digest: "abc" };
const LOW = "0".repeat(19) + "1";
const HIGH = "f".repeat(20);

Deno.test("formatToken() writes the documented form", () => {
  assert.equal(
    formatToken(SCOPE, { since: LOW }),
    `urn:kalends:sync:e1:c1:${LOW}`,
  );
  assert.equal(
    formatToken(SCOPE, { since: LOW, cut: { stamp: HIGH, name: "a b" } }),
    `urn:kalends:sync:e1:c1:${LOW}:${HIGH}:YSBi`,
  );
  assert.equal(
    formatToken(HOME, { since: LOW }),
    `urn:kalends:sync:e1:c1:${LOW}.abc`,
  );
});

Deno.test("parseToken() reads back what formatToken() wrote, for any name", () => {
  const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(name, fc.boolean(), (name, home) => {
      const position: SyncPosition = { since: LOW, cut: { stamp: HIGH, name } };
      const scope = home ? HOME : SCOPE;
      const token = formatToken(scope, position);
      assert.match(token, /^urn:[\x21-\x7e]+$/);
      assert.deepEqual(parseToken(scope, token), position);
      assert.equal(parseToken(home ? SCOPE : HOME, token), undefined);
    }),
    { seed: 7 },
  );
});

Deno.test("parseToken() answers undefined for anything else", () => {
  const good = `urn:kalends:sync:e1:c1:${LOW}`;
  assert.deepEqual(parseToken(SCOPE, good), { since: LOW });
  const bad = [
    "",
    "x",
    "urn:kalends:sync:",
    `urn:kalends:sync:e2:c1:${LOW}`,
    `urn:kalends:sync:e1:c2:${LOW}`,
    "urn:kalends:sync:e1:c1:12",
    `urn:kalends:sync:e1:c1:${LOW.replace("1", "G")}`,
    `urn:kalends:sync:e1:c1:${"F".repeat(20)}`,
    `${good}.abc`,
    `${good}:`,
    `${good}:${HIGH}`,
    `${good}:12:YQ`,
    `${good}:${HIGH}:YQ==`,
    `${good}:${HIGH}:Y`,
    `${good}:${HIGH}:_w`,
    `${good}:${HIGH}:YQ:YQ`,
    `${good}:${HIGH}:${"YWFh".repeat(300)}`,
    `${good} `,
  ];
  for (const token of bad) {
    assert.equal(parseToken(SCOPE, token), undefined, token);
  }
  assert.equal(parseToken(HOME, `${good}.abd`), undefined);
  assert.equal(parseToken(HOME, `${good}.abc.abc`), undefined);
});
