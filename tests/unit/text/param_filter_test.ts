import assert from "node:assert/strict";
import type { TextMatch } from "../../../src/text/collation.ts";
import { parseContentLines } from "../../../src/text/content_line.ts";
import {
  isSpent,
  matchesParam,
  type ParamFilter,
} from "../../../src/text/param_filter.ts";

function matches(
  text: string | undefined,
  filter: ParamFilter,
  steps = 100,
): boolean {
  const parsed = parseContentLines(text ?? "");
  assert.ok(parsed.ok);
  return matchesParam(parsed.lines[0], filter, { steps });
}

function says(text: string, negate = false): TextMatch {
  return { text, collation: "i;ascii-casemap", type: "equals", negate };
}

Deno.test("matchesParam() knows what is there, by any case of its name", () => {
  const line = "TEL;TYPE=HOME,CELL:1";
  assert.ok(matches(line, { name: "type" }));
  assert.ok(!matches(line, { name: "PREF" }));
  assert.ok(!matches(line, { name: "TYPE", isNotDefined: true }));
  assert.ok(matches(line, { name: "PREF", isNotDefined: true }));
  assert.ok(matches(line, { name: "TYPE", text: says("cell") }));
  assert.ok(!matches(line, { name: "TYPE", text: says("cell", true) }));
  assert.ok(matches(line, { name: "TYPE", text: says("work", true) }));
  assert.ok(!matches(line, { name: "PREF", text: says("1", true) }));
});

Deno.test("matchesParam() of a line that is not there finds none", () => {
  assert.ok(!matches(undefined, { name: "TYPE" }));
  assert.ok(!matches(undefined, { name: "TYPE", text: says("x", true) }));
  assert.ok(matches(undefined, { name: "TYPE", isNotDefined: true }));
});

Deno.test("matchesParam() counts parameters and characters, and gives in", () => {
  const many = `A${";B=1".repeat(1600)}:x`;
  assert.ok(!matches(many, { name: "C" }, 102));
  assert.ok(matches(many, { name: "C" }, 100), "too many parameters");
  const long = `A;B=${"x".repeat(3200)}:x`;
  assert.ok(!matches(long, { name: "B", text: says("y") }, 110));
  assert.ok(matches(long, { name: "B", text: says("y") }, 100), "too long");
});

Deno.test("isSpent() counts each test", () => {
  const budget = { steps: 2 };
  assert.deepEqual([1, 2, 3].map(() => isSpent(budget, {})), [
    false,
    false,
    true,
  ]);
});
