import assert from "node:assert/strict";
import type { CardFilter } from "../../../../src/contacts/filter.ts";
import type { ConditionKey } from "../../../../src/dav/conditions.ts";
import { DavError } from "../../../../src/dav/errors.ts";
import { parseCardFilter } from "../../../../src/dav/reports/addressbook_filter.ts";
import { parseXml } from "../../../../src/xml/parse.ts";

function parse(content: string, attributes = ""): CardFilter {
  return parseCardFilter(
    parseXml(
      `<addressbook-query xmlns="urn:ietf:params:xml:ns:carddav" xmlns:X="urn:x"><filter ${attributes}>${content}</filter></addressbook-query>`,
    ),
  );
}

function refuses(
  content: string,
  condition: ConditionKey = "bad-request",
  attributes = "",
) {
  assert.throws(
    () => parse(content, attributes),
    (error) => error instanceof DavError && error.condition === condition,
    content,
  );
}

const TEXT = {
  text: "x",
  collation: "i;unicode-casemap",
  type: "contains",
  negate: false,
};

Deno.test("parseCardFilter() reads test, and no filter at all", () => {
  assert.deepEqual(parse(""), { test: "anyof", properties: [] });
  assert.equal(parse("", 'test="anyof"').test, "anyof");
  assert.equal(parse("", 'test="allof"').test, "allof");
});

Deno.test("parseCardFilter() reads prop-filter with its group and its test", () => {
  const empty = { test: "anyof", texts: [], params: [] };
  assert.deepEqual(
    parse(
      '<prop-filter name="tel"/><prop-filter name="Item1.Tel" test="allof"/><prop-filter name="NOTE"><is-not-defined/></prop-filter><X:any/>',
    ).properties,
    [
      { ...empty, name: "TEL" },
      { ...empty, name: "TEL", group: "Item1", test: "allof" },
      { ...empty, name: "NOTE", isNotDefined: true },
    ],
  );
});

Deno.test("parseCardFilter() reads all of text-match, several of them", () => {
  const texts = (content: string) =>
    parse(`<prop-filter name="FN">${content}</prop-filter>`).properties[0]
      ?.texts;
  assert.deepEqual(texts("<text-match>x</text-match>"), [TEXT]);
  assert.deepEqual(
    texts(
      '<text-match collation="default">x</text-match><text-match collation="i;octet" match-type="starts-with" negate-condition="yes">y</text-match>',
    ),
    [TEXT, {
      text: "y",
      collation: "i;octet",
      type: "starts-with",
      negate: true,
    }],
  );
  for (const type of ["equals", "contains", "starts-with", "ends-with"]) {
    assert.deepEqual(texts(`<text-match match-type="${type}">x</text-match>`), [
      { ...TEXT, type },
    ]);
  }
});

Deno.test("parseCardFilter() reads param-filter", () => {
  const [first] = parse(
    '<prop-filter name="TEL"><param-filter name="type"/><param-filter name="TYPE"><text-match>x</text-match></param-filter><param-filter name="PREF"><is-not-defined/></param-filter></prop-filter>',
  ).properties;
  assert.deepEqual(first?.params, [
    { name: "TYPE" },
    { name: "TYPE", text: TEXT },
    { name: "PREF", isNotDefined: true },
  ]);
});

Deno.test("parseCardFilter() refuses what the RFC does not allow", () => {
  const prop = (content: string, attributes = 'name="FN"') =>
    refuses(`<prop-filter ${attributes}>${content}</prop-filter>`);
  refuses("", "bad-request", 'test="some"');
  refuses("<is-not-defined/>");
  refuses("<text-match>x</text-match>");
  prop("", "");
  prop("", 'name="FN" test="some"');
  prop('<prop-filter name="FN"/>');
  prop("<is-not-defined/><text-match>x</text-match>");
  prop("<param-filter/>");
  prop('<text-match match-type="like">x</text-match>');
  prop('<text-match negate-condition="1">x</text-match>');
  prop(
    '<param-filter name="A"><text-match>x</text-match><text-match>x</text-match></param-filter>',
  );
  refuses(
    '<prop-filter name="FN"><text-match collation="i;basic">x</text-match></prop-filter>',
    "carddav:supported-collation",
  );
  assert.throws(
    () =>
      parseCardFilter(
        parseXml('<q xmlns="urn:ietf:params:xml:ns:carddav"/>'),
      ),
    DavError,
  );
});
