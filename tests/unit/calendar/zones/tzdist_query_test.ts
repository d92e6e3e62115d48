import assert from "node:assert/strict";
import {
  formatUtcTime,
  parsePattern,
  parseUtcTime,
} from "../../../../src/calendar/zones/tzdist_query.ts";

/** Which of some names a pattern matches; null where it is none. */
function matched(pattern: string, ...names: string[]): string[] | null {
  const test = parsePattern(pattern);
  return test === undefined ? null : names.filter(test);
}

Deno.test("parsePattern() reads stars at the ends (RFC 7808 section 5.5)", () => {
  const names = ["xyz", "axyz", "xyza", "axyza", "xy"];
  assert.deepEqual(matched("xyz", ...names), ["xyz"]);
  assert.deepEqual(matched("*xyz", ...names), ["xyz", "axyz"]);
  assert.deepEqual(matched("xyz*", ...names), ["xyz", "xyza"]);
  assert.deepEqual(matched("*xyz*", ...names), names.slice(0, 4));
  assert.deepEqual(matched("*", ...names), names);
  assert.deepEqual(matched("**", ...names), names);
});

Deno.test("parsePattern() reads escaped characters (RFC 7808 section 5.5)", () => {
  const name = "*Test\\Time*Zone*";
  assert.deepEqual(matched("\\*Test\\\\Time\\*Zone\\*", name, "x"), [name]);
  assert.deepEqual(matched("*\\*Zone*", name, "Zone"), [name]);
  assert.deepEqual(matched("\\**", name, "Test"), [name]);
});

Deno.test("parsePattern() refuses stars and backslashes elsewhere (RFC 7808 section 5.5)", () => {
  for (
    const pattern of ["", "a*b", "*a*b*", "***", "a\\", "\\a", "\\", "\\\\\\"]
  ) {
    assert.equal(matched(pattern), null, pattern);
  }
});

Deno.test("parsePattern() takes underscores for spaces and capitals for small letters (RFC 7808 section 5.5)", () => {
  const name = "America/New_York";
  for (const pattern of ["*New York*", "*new_york", "AMERICA/NEW YORK"]) {
    assert.deepEqual(matched(pattern, name), [name], pattern);
  }
  // ASCII only
  assert.deepEqual(matched("É", "é", "É"), ["É"]);
});

Deno.test("parseUtcTime() takes UTC times of RFC 3339 that exist", () => {
  for (const text of ["2008-01-01T00:00:00Z", "0001-12-31T23:59:59Z"]) {
    const at = parseUtcTime(text);
    assert.ok(at !== undefined);
    assert.equal(formatUtcTime(at), text);
  }
  assert.equal(parseUtcTime("2008-01-01t00:00:00.999z"), Date.UTC(2008, 0, 1));
  for (
    const text of [
      "",
      "2008-01-01",
      "2008-01-01T00:00:00",
      "2008-01-01T00:00:00+00:00",
      "2008-02-30T00:00:00Z",
      "2008-13-01T00:00:00Z",
      "2008-01-01T24:00:00Z",
      "2008-01-01T00:00:60Z",
      "20080101T000000Z",
    ]
  ) {
    assert.equal(parseUtcTime(text), undefined, text);
  }
});
