import assert from "node:assert/strict";
import { parseEtag, parseEtagList } from "../../../src/http/etags.ts";

Deno.test("parseEtagList() reads lists, the star and odd spellings", () => {
  const cases: [text: string, tags: unknown][] = [
    ["*", "*"],
    [" * ", "*"],
    ['"a"', ['"a"']],
    ['"a","b"', ['"a"', '"b"']],
    [' "a" , W/"b" ', ['"a"', 'W/"b"']],
    ['"a,b"', ['"a,b"']],
    ['""', ['""']],
    [',, "a" ,', ['"a"']],
    ['\\"a\\"', ['"a"']],
    ['W/\\"a\\"', ['W/"a"']],
    ['"a\\b"', ['"a\\b"']],
    ["a", ['"a"']],
    ["a, b", ['"a"', '"b"']],
  ];
  for (const [text, tags] of cases) {
    assert.deepEqual(parseEtagList(text), tags, text);
  }
});

Deno.test("parseEtagList() gives undefined for what is no list", () => {
  for (const text of ["", " ", ",", '"a', 'a"', '"a" "b"', '*, "a"', "a b"]) {
    assert.equal(parseEtagList(text), undefined, text);
  }
});

Deno.test("parseEtagList() takes 60,000 characters of anything in its stride", () => {
  const many = parseEtagList(Array(15_000).fill('"a"').join(","));
  assert.equal(many?.length, 15_000);
  for (const part of ['"', "\\", '\\"', " ", "a ", ",", "W/", '"a']) {
    const hostile = part.repeat(60_000 / part.length) + "(";
    assert.equal(parseEtagList(hostile), undefined, part);
  }
});

Deno.test("parseEtag() reads exactly one", () => {
  assert.equal(parseEtag('"a"'), '"a"');
  assert.equal(parseEtag('W/"a"'), 'W/"a"');
  for (const text of ["*", '"a","b"', ""]) {
    assert.equal(parseEtag(text), undefined, text);
  }
});
