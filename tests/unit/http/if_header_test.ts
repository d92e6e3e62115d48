import assert from "node:assert/strict";
import { joinConditions, parseIfHeader } from "../../../src/http/if_header.ts";

function isTarget(tag: string): boolean {
  return tag === "/me";
}

Deno.test("parseIfHeader() turns what can be told into conditions", () => {
  const never = { ifMatch: [] };
  const cases: [text: string, conditions: unknown][] = [
    ['(["a"])', { ifMatch: ['"a"'] }],
    ['(["a"]) (["b"])', { ifMatch: ['"a"', '"b"'] }],
    ['([W/"a"])', { ifMatch: ['W/"a"'] }],
    ['(Not ["a"])', { ifNoneMatch: ['"a"'] }],
    ['(["a"] not ["b"])', { ifMatch: ['"a"'], ifNoneMatch: ['"b"'] }],
    ['(["a"] ["a"])', { ifMatch: ['"a"'] }],
    // One resource has one tag.
    ['(["a"] ["b"])', never],
    // There are no locks: a token never matches, and not having it always does.
    ["(<urn:x>)", never],
    ["(Not <urn:x>)", {}],
    ["(<urn:x>) (Not <DAV:no-lock>)", {}],
    ['(<urn:x> ["a"])', never],
    ['(<urn:x> ["a"]) (["b"])', { ifMatch: ['"b"'] }],
    ['(Not <urn:x> ["a"])', { ifMatch: ['"a"'] }],
    ['</me> (["a"])', { ifMatch: ['"a"'] }],
    ['</me>(["a"])(["b"])', { ifMatch: ['"a"', '"b"'] }],
    // Tags of other resources cannot be told.
    ['</other> (["a"])', never],
    ['</other> (Not ["a"])', never],
    ["</other> (Not <urn:x>)", {}],
    ['</other> (["x"]) </me> (["a"])', { ifMatch: ['"a"'] }],
    // A mixture counts as its part that can be expressed.
    ['(["a"]) (Not ["b"])', { ifMatch: ['"a"'] }],
    ['(Not ["a"]) (Not ["b"])', { ifNoneMatch: ['"a"'] }],
  ];
  for (const [text, conditions] of cases) {
    assert.deepEqual(parseIfHeader(text, isTarget), conditions, text);
  }
});

Deno.test("parseIfHeader() gives undefined for what is no If header", () => {
  for (
    const text of [
      "",
      "x",
      "()",
      '["a"]',
      '(["a"]',
      '(["a"]) x',
      "(<urn:x)",
      '(["a"]) </me> (["b"])',
      "</me>",
      "([])",
      '(["a" "b"])',
      "([*])",
      "(Not)",
    ]
  ) assert.equal(parseIfHeader(text, isTarget), undefined, text);
});

Deno.test("parseIfHeader() reads 60,000 characters of anything", () => {
  for (const part of ["(", "<", '["', "Not ", '(["a"]', " ", "</x>"]) {
    const text = part.repeat(60_000 / part.length);
    assert.equal(parseIfHeader(text, isTarget), undefined, part);
  }
});

Deno.test("joinConditions() demands both", () => {
  const a = ['"a"'];
  const b = ['"b"'];
  const cases: [one: object, other: object, both: object][] = [
    [{}, { ifMatch: a }, { ifMatch: a }],
    [{ ifMatch: a }, {}, { ifMatch: a }],
    [{ ifMatch: a }, { ifMatch: b }, { ifMatch: [] }],
    [{ ifMatch: [...a, ...b] }, { ifMatch: b }, { ifMatch: b }],
    [{ ifMatch: "*" }, { ifMatch: b }, { ifMatch: b }],
    [{ ifMatch: a }, { ifMatch: "*" }, { ifMatch: a }],
    [{ ifMatch: "*" }, {}, { ifMatch: "*" }],
    [{ ifNoneMatch: a }, { ifNoneMatch: b }, { ifNoneMatch: [...a, ...b] }],
    [{ ifNoneMatch: "*" }, { ifNoneMatch: b }, { ifNoneMatch: "*" }],
    [{ ifUnmodifiedSince: 1 }, { ifMatch: a }, {
      ifUnmodifiedSince: 1,
      ifMatch: a,
    }],
  ];
  for (const [one, other, both] of cases) {
    assert.deepEqual(joinConditions(one, other), both);
  }
});
