import assert from "node:assert/strict";
import {
  type Collation,
  findCollation,
  foldText,
  matchesAnyText,
  matchesText,
  type MatchType,
  type TextMatch,
} from "../../../src/text/collation.ts";

function match(
  text: string,
  collation: Collation,
  { type = "contains", negate = false }: {
    type?: MatchType;
    negate?: boolean;
  } = {},
): TextMatch {
  return { text, collation, type, negate };
}

Deno.test("findCollation() knows three names, in any case, and no wildcard", () => {
  assert.equal(findCollation("i;octet"), "i;octet");
  assert.equal(findCollation(" I;ASCII-CaseMap "), "i;ascii-casemap");
  assert.equal(findCollation("i;unicode-casemap"), "i;unicode-casemap");
  for (const name of ["", "i;*", "*", "i;ascii-numeric", "default"]) {
    assert.equal(findCollation(name), undefined, name);
  }
});

Deno.test("foldText() of i;octet leaves all as it is, of i;ascii-casemap all but a to z", () => {
  assert.equal(foldText("aZ\u00e4\u017f", "i;octet"), "aZ\u00e4\u017f");
  assert.equal(
    foldText("aZ1\u00e4\u00df\u0131", "i;ascii-casemap"),
    "AZ1\u00e4\u00df\u0131",
  );
});

Deno.test("foldText() of i;unicode-casemap does what RFC 5051 says, character by character", () => {
  const cases: [string, string][] = [
    ["abc", "ABC"],
    ["\u00e4", "A\u0308"],
    ["\u00c4", "A\u0308"],
    // no simple title case: it stays
    ["\u00df", "\u00df"],
    // the RFC's own example: dz with caron in all three forms
    ["\u01c4", "Dz\u030c"],
    ["\u01c5", "Dz\u030c"],
    ["\u01c6", "Dz\u030c"],
    ["\u01f3", "Dz"],
    // a ligature has no title case; what it decomposes to is not changed again
    ["\ufb01", "fi"],
    ["\u0131", "I"],
    ["\u017f", "S"],
    // iota subscripts: one character of title case
    ["\u1fb3", "\u0391\u0345"],
    ["\u1fbc", "\u0391\u0345"],
    ["\u1f80", "\u0391\u0313\u0345"],
    ["\u1f88", "\u0391\u0313\u0345"],
    // Georgian letters have an upper case and no title case
    ["\u10d0", "\u10d0"],
    // outside of the first plane
    ["\u{10428}", "\u{10400}"],
    ["\u{1d400}", "A"],
    // each by itself, wherever it stands
    ["stra\u00dfe \u01c6\u00e4\ufb01", "STRA\u00dfE Dz\u030cA\u0308fi"],
  ];
  for (const [text, expected] of cases) {
    assert.equal(
      foldText(text, "i;unicode-casemap"),
      expected,
      JSON.stringify(text),
    );
  }
});

Deno.test("matchesText() compares by collation", () => {
  assert.ok(matchesText("Meeting", match("meet", "i;ascii-casemap")));
  assert.ok(!matchesText("Meeting", match("meet", "i;octet")));
  assert.ok(matchesText("Meeting", match("Meet", "i;octet")));
  assert.ok(
    !matchesText("\u00c4rger", match("\u00e4rger", "i;ascii-casemap")),
  );
  assert.ok(
    matchesText("\u00c4rger", match("\u00e4rger", "i;unicode-casemap")),
  );
  assert.ok(matchesText("anything", match("", "i;octet")), "no text is in all");
});

Deno.test("matchesText() has four types of match, each of which can be negated", () => {
  const table: [MatchType, string, boolean][] = [
    ["equals", "abc", true],
    ["equals", "ab", false],
    ["contains", "b", true],
    ["contains", "x", false],
    ["starts-with", "ab", true],
    ["starts-with", "bc", false],
    ["ends-with", "bc", true],
    ["ends-with", "ab", false],
  ];
  for (const [type, text, expected] of table) {
    const what = `${type} ${text}`;
    assert.equal(
      matchesText("ABC", match(text, "i;ascii-casemap", { type })),
      expected,
      what,
    );
    assert.equal(
      matchesText(
        "ABC",
        match(text, "i;ascii-casemap", { type, negate: true }),
      ),
      !expected,
      `not ${what}`,
    );
  }
});

Deno.test("matchesAnyText() negated wants none of the values", () => {
  const wanted = match("work", "i;ascii-casemap", { type: "equals" });
  assert.ok(matchesAnyText(["HOME", "WORK"], wanted));
  assert.ok(!matchesAnyText(["HOME", "WORK"], { ...wanted, negate: true }));
  assert.ok(matchesAnyText(["HOME"], { ...wanted, negate: true }));
  assert.ok(!matchesAnyText([], wanted));
});
