import assert from "node:assert/strict";
import fc from "fast-check";
import { element, NS, textOf } from "../../../src/xml/names.ts";
import type { XmlElement } from "../../../src/xml/names.ts";
import { parseXml } from "../../../src/xml/parse.ts";
import {
  carriable,
  escapeAttribute,
  escapeText,
  writeDocument,
  writeElement,
} from "../../../src/xml/write.ts";

/** What counts in an element: prefixes left out, text joined. */
function plain(one: XmlElement): unknown {
  return {
    name: `{${one.ns}}${one.name}`,
    attributes: (one.attributes ?? []).map((
      { ns, name, value },
    ) => [ns, name, value]),
    children: one.children.map((child) =>
      typeof child === "string" ? child : plain(child)
    ),
  };
}

Deno.test("writeDocument() declares its prefixes once and uses them", () => {
  const text = writeDocument(
    element(
      NS.dav,
      "multistatus",
      element(NS.caldav, "a"),
      element(NS.carddav, "b"),
      element(NS.cs, "c"),
      element(NS.ical, "d"),
    ),
  );
  assert.equal(text.split("xmlns:").length - 1, 5);
  assert.match(
    text,
    /^<\?xml version="1.0" encoding="utf-8"\?>\n<d:multistatus /,
  );
  assert.equal(parseXml(text).children.length, 4);
});

Deno.test("writeDocument() refuses a root whose namespace has no prefix", () => {
  assert.throws(() => writeDocument(element("urn:x", "a")), TypeError);
});

Deno.test("escapeText() writes CR as a reference and drops what XML cannot carry", () => {
  assert.equal(
    escapeText("a\r\n<&>\u0000\u000b\ufffe\ud800b"),
    "a&#13;\n&lt;&amp;&gt;b",
  );
  assert.equal(escapeText("pl\udc00ain \u{1f600}"), "plain \u{1f600}");
  assert.equal(carriable("\u0008a\tb\n\u{10ffff}"), "a\tb\n\u{10ffff}");
  assert.equal(escapeAttribute('"\n\t\r'), "&quot;&#10;&#9;&#13;");
});

Deno.test("writeElement() keeps prefixes, namespaces and attributes through a round trip", () => {
  const sent =
    '<x:a xmlns:x="urn:1" xmlns="urn:2" x:p="1" q="2" xml:lang="de"><b><c xmlns=""/><x:d xmlns:x="urn:3" x:e="&#10;"/></b></x:a>';
  const once = writeElement(parseXml(sent));
  assert.deepEqual(plain(parseXml(once)), plain(parseXml(sent)));
  assert.equal(writeElement(parseXml(once)), once);
  assert.match(once, /^<x:a /);
});

Deno.test("writeElement() finds a prefix where the one sent stands for something else", () => {
  const one: XmlElement = {
    ns: "urn:1",
    name: "a",
    prefix: "p",
    attributes: [{ ns: "urn:2", name: "b", value: "1", prefix: "p" }, {
      ns: "urn:3",
      name: "b",
      value: "2",
    }, { ns: "urn:1", name: "b", value: "3" }],
    children: [element("urn:9", "c"), element("", "d"), element(NS.dav, "e")],
  };
  assert.deepEqual(plain(parseXml(writeElement(one))), plain(one));
});

Deno.test("writeElement() stands by itself wherever it is put", () => {
  for (
    const sent of [
      '<a xmlns="urn:1"/>',
      "<a/>",
      '<d:a xmlns:d="urn:not-dav"/>',
      '<D:a xmlns:D="DAV:"/>',
    ]
  ) {
    const raw = writeElement(parseXml(sent));
    const inside = parseXml(
      writeDocument(element(NS.dav, "prop", { ...element("", "raw"), raw })),
    );
    assert.deepEqual(
      inside.children.map((one) => typeof one === "string" ? one : plain(one)),
      [plain(parseXml(sent))],
    );
  }
});

Deno.test("writeElement() and parseXml() are inverse for any tree", () => {
  const name = fc.constantFrom("a", "b-c", "_d", "é");
  const ns = fc.constantFrom("", "DAV:", "urn:x", 'urn:y&<"', NS.caldav);
  const text = fc.string({ unit: "binary", minLength: 1 }).map(carriable)
    .filter((one) => one !== "");
  const attribute = fc.record({
    ns,
    name,
    value: fc.string({ unit: "binary" }).map(carriable),
    prefix: fc.constantFrom("", "p", "d"),
  });
  const { tree } = fc.letrec<{ tree: XmlElement }>((tie) => ({
    tree: fc.record({
      ns,
      name,
      prefix: fc.constantFrom("", "p", "q", "d"),
      attributes: fc.uniqueArray(attribute, {
        maxLength: 3,
        selector: (one) => `${one.ns} ${one.name}`,
      }),
      children: fc.oneof(
        { maxDepth: 4 },
        text.map((one) => [one]),
        fc.array(tie("tree"), { maxLength: 3 }),
      ),
    }) as fc.Arbitrary<XmlElement>,
  }));
  fc.assert(
    fc.property(tree, (one) => {
      assert.deepEqual(plain(parseXml(writeElement(one))), plain(one));
      const inside = parseXml(writeDocument(element(NS.dav, "prop", one)));
      assert.deepEqual(plain(inside.children[0] as XmlElement), plain(one));
    }),
    { seed: 4, numRuns: 200 },
  );
});

Deno.test("escapeText() and parseXml() are inverse for text that XML can carry", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      assert.equal(
        textOf(parseXml(`<a>${escapeText(text)}</a>`)),
        carriable(text),
      );
    }),
    { seed: 4, numRuns: 1000 },
  );
});
