import assert from "node:assert/strict";
import {
  attributeOf,
  childElements,
  findChild,
  textOf,
} from "../../../src/xml/names.ts";
import { decodeXml, parseXml, XmlError } from "../../../src/xml/parse.ts";
import type { XmlFault } from "../../../src/xml/parse.ts";

function fault(run: () => unknown): XmlFault {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof XmlError, String(error));
    return error.fault;
  }
  assert.fail("nothing was thrown");
}

Deno.test("parseXml() resolves default, prefixed and reversed prefixes alike", () => {
  for (
    const text of [
      '<a xmlns="DAV:"><b/></a>',
      '<D:a xmlns:D="DAV:"><D:b/></D:a>',
      '<x:a xmlns:x="DAV:" xmlns="urn:o"><y:b xmlns:y="DAV:"/></x:a>',
    ]
  ) {
    const root = parseXml(text);
    assert.equal(root.ns, "DAV:");
    assert.ok(findChild(root, "DAV:", "b"));
  }
  assert.equal(parseXml("<a/>").ns, "");
});

Deno.test("parseXml() joins text and CDATA and keeps white space and CR references", () => {
  assert.equal(
    textOf(
      parseXml(
        "<a> x\r\n<![CDATA[<&]]><!-- c -->&amp;&#13;&#x1F600;<?pi?> </a>",
      ),
    ),
    " x\n<&&\r\u{1f600} ",
  );
  assert.deepEqual(
    parseXml("<a>1<b/>2</a>").children.map((one) => typeof one),
    ["string", "object", "string"],
  );
});

Deno.test("parseXml() gives attributes without declarations, namespaces resolved", () => {
  const root = parseXml('<a xmlns:n="urn:n" n:x="1" y="2" xml:lang="de"/>');
  assert.deepEqual(
    root.attributes?.map(({ ns, name, value }) => [ns, name, value]),
    [
      ["urn:n", "x", "1"],
      ["", "y", "2"],
      ["http://www.w3.org/XML/1998/namespace", "lang", "de"],
    ],
  );
  assert.equal(attributeOf(root, "y"), "2");
  assert.equal(attributeOf(root, "x"), undefined);
});

Deno.test("parseXml() stops at the first fault of what is not well-formed", () => {
  for (
    const text of [
      "",
      "   ",
      "text",
      "<a>",
      "<a></b>",
      "<a/><b/>",
      "<a/>text",
      "<a b=1/>",
      '<a b="1" b="2"/>',
      "<a>&nbsp;</a>",
      "<a>&#0;</a>",
      "<a>\u0001</a>",
      "<a>&#x1;</a>",
      "<p:a/>",
      '<a xmlns:p=""/>',
      "<a>]]></a>",
      "<a>&</a>",
      '<?xml version="1.1"?><a>&#1;</a>',
    ]
  ) {
    assert.equal(
      fault(() => parseXml(text)),
      "malformed",
      JSON.stringify(text),
    );
  }
});

Deno.test("parseXml() refuses every DTD", () => {
  assert.equal(fault(() => parseXml("<!DOCTYPE a><a/>")), "doctype");
  assert.equal(
    fault(() => parseXml('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')),
    "doctype",
  );
  assert.equal(
    fault(() => parseXml('<!DOCTYPE a SYSTEM "http://x/"><a/>')),
    "entity",
  );
  assert.equal(
    fault(() => parseXml('<!DOCTYPE a [<!ENTITY b PUBLIC "c" "d">]><a/>')),
    "entity",
  );
});

Deno.test("parseXml() refuses more elements, depth and attributes than its limits", () => {
  const limits = { depth: 3, elements: 5, attributes: 2 };
  assert.equal(
    parseXml("<a><b><c/></b><b/><b/></a>", limits).children.length,
    3,
  );
  assert.equal(
    fault(() => parseXml("<a><b><c><d/></c></b></a>", limits)),
    "limit",
  );
  assert.equal(
    fault(() => parseXml("<a><b/><b/><b/><b/><b/></a>", limits)),
    "limit",
  );
  assert.equal(
    fault(() => parseXml('<a x="1" y="2" z="3"/>', limits)),
    "limit",
  );
  assert.equal(
    childElements(parseXml('<a x="1" y="2"><b x="1" y="2"/></a>', limits))
      .length,
    1,
  );
});

Deno.test("parseXml() refuses a million elements and a depth of 10,000", () => {
  assert.equal(
    fault(() => parseXml(`<a>${"<b/>".repeat(1_000_000)}</a>`)),
    "limit",
  );
  assert.equal(fault(() => parseXml("<b>".repeat(10_000))), "limit");
  assert.equal(
    fault(() =>
      parseXml(
        `<a ${
          Array.from({ length: 10_000 }, (_, n) => `a${n}=""`).join(" ")
        }/>`,
      )
    ),
    "limit",
  );
});

Deno.test("decodeXml() goes by the mark, then the charset, then the declaration, then UTF-8", () => {
  const utf8 = new TextEncoder().encode("<ä/>");
  assert.equal(decodeXml(utf8, null), "<ä/>");
  assert.equal(decodeXml(utf8, 'text/xml; charset="utf-8"'), "<ä/>");
  assert.equal(
    decodeXml(
      new Uint8Array([0xef, 0xbb, 0xbf, ...utf8]),
      "text/xml; charset=iso-8859-1",
    ),
    "<ä/>",
  );
  const latin = new Uint8Array([0x3c, 0xe4, 0x2f, 0x3e]);
  assert.equal(decodeXml(latin, "text/xml;charset=ISO-8859-1"), "<ä/>");
  const declared = `<?xml version='1.0' encoding="iso-8859-1"?><a/>`;
  const bytes = Uint8Array.from([...declared].map((one) => one.charCodeAt(0)));
  assert.equal(
    decodeXml(new Uint8Array([...bytes, 0xe4]), null),
    `${declared}ä`,
  );
  const wide = [...'<a b="ä"/>'].map((one) => one.charCodeAt(0));
  assert.equal(
    decodeXml(
      new Uint8Array([
        0xff,
        0xfe,
        ...wide.flatMap((one) => [one & 255, one >> 8]),
      ]),
      null,
    ),
    '<a b="ä"/>',
  );
  assert.equal(
    decodeXml(
      new Uint8Array([
        0xfe,
        0xff,
        ...wide.flatMap((one) => [one >> 8, one & 255]),
      ]),
      null,
    ),
    '<a b="ä"/>',
  );
});

Deno.test("decodeXml() refuses bytes that are not in the charset and charsets that nobody knows", () => {
  assert.equal(
    fault(() => decodeXml(new Uint8Array([0x3c, 0xff]), null)),
    "malformed",
  );
  assert.equal(
    fault(() => decodeXml(new Uint8Array([0x3c]), "text/xml; charset=klingon")),
    "charset",
  );
});
