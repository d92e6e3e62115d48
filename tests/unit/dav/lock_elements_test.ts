import assert from "node:assert/strict";
import {
  DEFAULT_LOCK_SECONDS,
  parseLockToken,
  parseTimeout,
} from "../../../src/dav/lock_elements.ts";

Deno.test("parseTimeout() takes the first wish that it understands", () => {
  const cases: [value: string | null, seconds: number][] = [
    [null, DEFAULT_LOCK_SECONDS],
    ["", DEFAULT_LOCK_SECONDS],
    ["Second-5", 5],
    [" second-5 , Infinite", 5],
    ["INFINITE", Infinity],
    ["Extend, Infinite", Infinity],
    ["Second-18446744073709551616", 2 ** 64],
    [`Second-${"9".repeat(1000)}`, Infinity],
    ["Second-", DEFAULT_LOCK_SECONDS],
    ["Second-5x", DEFAULT_LOCK_SECONDS],
    [",".repeat(10_000), DEFAULT_LOCK_SECONDS],
  ];
  for (const [value, seconds] of cases) {
    assert.equal(parseTimeout(value), seconds, String(value).slice(0, 50));
  }
});

Deno.test("parseLockToken() takes a coded URL, with brackets or without", () => {
  assert.equal(parseLockToken("<urn:x>"), "urn:x");
  assert.equal(parseLockToken(" urn:x "), "urn:x");
  for (const value of [null, "", "<>", "< >", "<urn:x> <urn:y>", "<a b>"]) {
    assert.equal(parseLockToken(value), undefined, String(value));
  }
});
