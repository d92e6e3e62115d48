import assert from "node:assert/strict";
import { withLineEnd, withoutLineEnd } from "../../../src/text/line_end.ts";

Deno.test("withLineEnd() and withoutLineEnd() know CRLF, LF and CR, and take one line end only", () => {
  for (
    const [text, ended, bare] of [
      ["a", "a\r\n", "a"],
      ["a\r\n", "a\r\n", "a"],
      ["a\n", "a\n", "a"],
      ["a\r", "a\r", "a"],
      ["a\n\r\n", "a\n\r\n", "a\n"],
      ["a\r\r", "a\r\r", "a\r"],
      ["a\r\nb", "a\r\nb\r\n", "a\r\nb"],
      ["", "\r\n", ""],
    ] as const
  ) {
    assert.equal(withLineEnd(text), ended, JSON.stringify(text));
    assert.equal(withoutLineEnd(text), bare, JSON.stringify(text));
  }
});
