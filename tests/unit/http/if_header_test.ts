import assert from "node:assert/strict";
import fc from "fast-check";
import { type IfList, parseIfHeader } from "../../../src/http/if_header.ts";

function token(value: string, not = false) {
  return { not, type: "token", value } as const;
}

function etag(value: string, not = false) {
  return { not, type: "etag", value } as const;
}

function list(
  tag: string | null,
  ...conditions: IfList["conditions"]
): IfList {
  return { tag, conditions };
}

Deno.test("parseIfHeader() reads the examples of RFC 4918 section 10.4", () => {
  const cases: [text: string, lists: IfList[]][] = [
    ['(<urn:uuid:1> ["I am an ETag"])(["I am another ETag"])', [
      list(null, token("urn:uuid:1"), etag('"I am an ETag"')),
      list(null, etag('"I am another ETag"')),
    ]],
    ["(Not <urn:uuid:1> <urn:uuid:2>)", [
      list(null, token("urn:uuid:1", true), token("urn:uuid:2")),
    ]],
    ["(<urn:uuid:1>)\r\n  (Not <DAV:no-lock>)", [
      list(null, token("urn:uuid:1")),
      list(null, token("DAV:no-lock", true)),
    ]],
    ['</r1> (<urn:x> [W/"A weak ETag"]) (["strong ETag"])', [
      list("/r1", token("urn:x"), etag('W/"A weak ETag"')),
      list("/r1", etag('"strong ETag"')),
    ]],
    ['<http://e.org/a> (<urn:x>) </b>(Not ["4217"])', [
      list("http://e.org/a", token("urn:x")),
      list("/b", etag('"4217"', true)),
    ]],
    // A tag in quotes may hold brackets and what looks like a list.
    ['(["a]) (["])', [list(null, etag('"a]) (["'))]],
    // Other spellings of tags, as in If-Match.
    ["([abc])", [list(null, etag('"abc"'))]],
    ['(not["a"])', [list(null, etag('"a"', true))]],
  ];
  for (const [text, lists] of cases) {
    assert.deepEqual(parseIfHeader(text), lists, text);
  }
});

const WRONG = [
  "",
  " ",
  "x",
  "()",
  "(",
  '["a"]',
  '(["a"]',
  '(["a"]) x',
  '(["a"] x)',
  "(<urn:x)",
  "(<>)",
  "(<a b>)",
  "</me>",
  '(["a"]) </me> (["b"])',
  '</me> </you> (["b"])',
  '</me> (["b"]) </you>',
  "([])",
  '(["a" "b"])',
  '(["a"x])',
  "([*])",
  "(Not)",
  "(Not Not <urn:x>)",
];

Deno.test("parseIfHeader() gives undefined for what the grammar does not have", () => {
  for (const text of WRONG) {
    assert.equal(parseIfHeader(text), undefined, text);
  }
});

Deno.test("parseIfHeader() reads 60,000 characters of anything", () => {
  for (const part of ["(", "<", '["', "Not ", "(<a>", " ", "</x>"]) {
    const text = part.repeat(60_000 / part.length);
    assert.equal(parseIfHeader(text), undefined, part);
  }
  const many = parseIfHeader("(<a:b>)".repeat(8_000));
  assert.equal(many?.length, 8_000);
});

const SPACE = fc.constantFrom("", " ", "  ", "\t", "\r\n ");
const URI = fc.stringMatching(/^[a-z]{1,4}:[!#-;=?-~]{1,12}$/);
const PATH = fc.stringMatching(/^\/[!#-;=?-~]{0,12}$/);
const ETAG = fc.stringMatching(/^(W\/)?"[!#-~]{0,12}"$/);
const CONDITION = fc.oneof(
  fc.tuple(fc.boolean(), URI).map(([not, value]) => token(value, not)),
  fc.tuple(fc.boolean(), ETAG).map(([not, value]) => etag(value, not)),
);
const CONDITIONS = fc.array(CONDITION, { minLength: 1, maxLength: 4 });
const LISTS = fc.array(CONDITIONS, { minLength: 1, maxLength: 4 });

/** A header by the grammar of section 10.4.2, with what it should be read as. */
const HEADER = fc.record({
  untagged: LISTS,
  tagged: fc.array(fc.tuple(fc.oneof(URI, PATH), LISTS), { maxLength: 4 }),
  space: fc.infiniteStream(SPACE),
}).map(({ untagged, tagged, space }) => {
  const spaces = space[Symbol.iterator]();
  const gap = () => spaces.next().value ?? "";
  const lists: IfList[] = [];
  let text = gap();
  const write = (tag: string | null, more: IfList["conditions"][]) => {
    if (tag !== null) text += `<${tag}>${gap()}`;
    for (const conditions of more) {
      lists.push({ tag, conditions });
      text += `(${gap()}`;
      for (const { not, type, value } of conditions) {
        text += `${not ? `Not${gap()}` : ""}${
          type === "token" ? `<${value}>` : `[${value}]`
        }${gap()}`;
      }
      text += `)${gap()}`;
    }
  };
  if (tagged.length === 0) write(null, untagged);
  else for (const [tag, more] of tagged) write(tag, more);
  return { text, lists };
});

Deno.test("parseIfHeader() reads back what the grammar can write", () => {
  fc.assert(
    fc.property(HEADER, ({ text, lists }) => {
      assert.deepEqual(parseIfHeader(text), lists);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("parseIfHeader() survives damage, and reads nothing into it", () => {
  const damage = fc.tuple(HEADER, fc.nat(), fc.nat(8), fc.string());
  fc.assert(
    fc.property(damage, ([{ text }, at, cut, put]) => {
      const from = at % (text.length + 1);
      const broken = text.slice(0, from) + put + text.slice(from + cut);
      const lists = parseIfHeader(broken);
      if (lists === undefined) return;
      assert.ok(lists.length > 0);
      for (const { conditions } of lists) assert.ok(conditions.length > 0);
    }),
    { numRuns: 2_000 },
  );
});
