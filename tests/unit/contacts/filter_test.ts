import assert from "node:assert/strict";
import {
  type CardFilter,
  type CardPropertyFilter,
  matchesCard,
} from "../../../src/contacts/filter.ts";
import { parseVcard } from "../../../src/contacts/vcard.ts";
import type { ParamFilter } from "../../../src/text/param_filter.ts";
import type { TextMatch } from "../../../src/text/collation.ts";

function matches(
  filter: CardFilter | CardPropertyFilter[],
  lines: string[],
  steps = 10_000,
): boolean {
  const text = ["BEGIN:VCARD", "VERSION:4.0", ...lines, "END:VCARD", ""]
    .join("\r\n");
  const parsed = parseVcard(new TextEncoder().encode(text));
  assert.ok(parsed.ok);
  const whole = Array.isArray(filter)
    ? { test: "anyof", properties: filter } as const
    : filter;
  return matchesCard(parsed.card, whole, { steps });
}

function says(text: string, negate = false): TextMatch {
  return { text, collation: "i;unicode-casemap", type: "equals", negate };
}

function property(
  name: string,
  rest: Partial<CardPropertyFilter> = {},
): CardPropertyFilter {
  return { name, test: "anyof", texts: [], params: [], ...rest };
}

Deno.test("matchesCard() takes every card where nothing is asked for", () => {
  assert.ok(matches([], ["FN:x"]));
  assert.ok(matches({ test: "allof", properties: [] }, ["FN:x"]));
});

Deno.test("matchesCard() knows properties that are there and that are not", () => {
  const lines = ["FN:x", "item1.TEL:1"];
  assert.ok(matches([property("TEL")], lines));
  assert.ok(!matches([property("NOTE")], lines));
  assert.ok(matches([property("NOTE", { isNotDefined: true })], lines));
  assert.ok(!matches([property("TEL", { isNotDefined: true })], lines));
  assert.ok(matches([property("TEL", { group: "ITEM1" })], lines));
  assert.ok(!matches([property("TEL", { group: "item2" })], lines));
  assert.ok(!matches([property("FN", { group: "item1" })], lines));
});

Deno.test("matchesCard() combines filters by anyof and allof", () => {
  const both = (test: "anyof" | "allof") =>
    matches({ test, properties: [property("TEL"), property("FN")] }, ["FN:x"]);
  assert.ok(both("anyof"));
  assert.ok(!both("allof"));
});

Deno.test("matchesCard() combines the tests on one and the same property", () => {
  const home: ParamFilter = { name: "TYPE", text: says("home") };
  const ask = (test: "anyof" | "allof", lines: string[]) =>
    matches([
      property("TEL", { test, texts: [says("1"), says("2")], params: [home] }),
    ], lines);
  assert.ok(ask("anyof", ["TEL:2"]));
  assert.ok(ask("anyof", ["TEL;TYPE=HOME:3"]));
  assert.ok(!ask("anyof", ["TEL;TYPE=WORK:3"]));
  assert.ok(!ask("allof", ["TEL;TYPE=HOME:1"]));
  const one = (lines: string[]) =>
    matches([
      property("TEL", { test: "allof", texts: [says("1")], params: [home] }),
    ], lines);
  assert.ok(one(["TEL;TYPE=home:1"]));
  assert.ok(!one(["TEL;TYPE=home:2", "TEL:1"]), "not spread over two");
});

Deno.test("matchesCard() resolves escapes, and negates", () => {
  const note = (text: string, negate = false) =>
    matches([property("NOTE", { texts: [says(text, negate)] })], [
      "NOTE:Ä\\, b\\nc",
    ]);
  assert.ok(note("ä, B\nc"));
  assert.ok(!note("ä\\, B\\nc"));
  assert.ok(note("other", true));
  assert.ok(!note("ä, b\nc", true));
  assert.ok(
    !matches([property("NOTE", { texts: [says("x", true)] })], ["FN:x"]),
    "a property that is not there says nothing",
  );
});

Deno.test("matchesCard() looks at each value of a parameter", () => {
  const type = (rest: Omit<ParamFilter, "name">) =>
    matches([property("TEL", { params: [{ name: "TYPE", ...rest }] })], [
      "TEL;TYPE=HOME,CELL:1",
    ]);
  assert.ok(type({}));
  assert.ok(type({ text: says("cell") }));
  assert.ok(!type({ text: says("cell", true) }));
  assert.ok(type({ text: says("work", true) }));
  assert.ok(!type({ isNotDefined: true }));
  const pref: ParamFilter = { name: "PREF", isNotDefined: true };
  assert.ok(matches([property("TEL", { params: [pref] })], ["TEL:1"]));
  assert.ok(
    !matches(
      [property("TEL", { params: [{ name: "PREF", text: says("1") }] })],
      [
        "TEL:1",
      ],
    ),
  );
});

Deno.test("matchesCard() counts its work", () => {
  assert.ok(matches([property("NOTE")], ["FN:x"], 0), "rather one too many");
});

Deno.test("matchesCard() counts each test of one property filter", () => {
  const lines = [`NOTE:${"x".repeat(3200)}`, "FN:x"];
  const ask = (filter: Partial<CardPropertyFilter>, steps: number) =>
    matches([property("NOTE", filter)], lines, steps);
  const texts = ["a", "b", "c"].map((text) => says(text));
  assert.ok(!ask({ texts }, 1000));
  assert.ok(ask({ texts }, 150), "the second text is too much");
  const params = Array.from({ length: 1000 }, (_, n): ParamFilter => ({
    name: `X-${n}`,
  }));
  assert.ok(!ask({ params }, 2000));
  assert.ok(ask({ params }, 100), "so many parameters are too much");
});
