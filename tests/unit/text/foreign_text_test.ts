import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeAnyText } from "../../../src/text/foreign_text.ts";

function bytes(...parts: (string | number[])[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === "string" ? [...new TextEncoder().encode(part)] : part
    ),
  );
}

Deno.test("decodeAnyText() has nothing to say about UTF-8, with or without a byte order mark", () => {
  for (const text of ["", "a\r\nb", "\ufeffSUMMARY:ä€😀\n"]) {
    assert.deepEqual(decodeAnyText(bytes(text)), { text, notes: [] });
  }
  // a fold through a character, which is none of another encoding
  assert.deepEqual(
    decodeAnyText(bytes("X:", [0xc3], "\r\n ", [0xa4], "\r\n")),
    { text: "X:ä\r\n", notes: [] },
  );
});

Deno.test("decodeAnyText() reads UTF-16 of both orders, with and without a byte order mark", () => {
  for (const little of [true, false]) {
    for (const text of ["\ufeffBEGIN:ä€\r\n", "BEGIN:ä€\r\n"]) {
      const view = new DataView(new ArrayBuffer(text.length * 2));
      for (let at = 0; at < text.length; at++) {
        view.setUint16(at * 2, text.charCodeAt(at), little);
      }
      const read = decodeAnyText(new Uint8Array(view.buffer));
      assert.equal(read.text.replace("\ufeff", ""), "BEGIN:ä€\r\n");
      assert.match(read.notes[0]?.message ?? "", /utf-16[lb]e/);
    }
  }
});

Deno.test("decodeAnyText() reads lines of windows-1252 beside lines of UTF-8", () => {
  const read = decodeAnyText(
    bytes("A:ä\n", "B:", [0xe4, 0x80], "\nC:", [0xfc], "\nD:é"),
  );
  assert.equal(read.text, "A:ä\nB:ä€\nC:ü\nD:é");
  assert.deepEqual(read.notes, [{
    line: 2,
    message: "2 lines are not UTF-8: read as windows-1252",
  }]);
});

Deno.test("decodeAnyText() marks what is lost of damaged UTF-8", () => {
  const read = decodeAnyText(bytes("A\nX:", [0xe5], "?屋", [0xe6], "?\n"));
  assert.equal(read.text, "A\nX:\ufffd?屋\ufffd?\n");
  assert.deepEqual(read.notes, [{
    line: 2,
    message: "A line is damaged: what is not UTF-8 became U+FFFD",
  }]);
});

Deno.test("decodeAnyText() takes any bytes", () => {
  fc.assert(fc.property(fc.uint8Array(), (some) => {
    const { text, notes } = decodeAnyText(some);
    for (const { line } of notes) {
      assert.ok(line >= 1 && line <= text.split("\n").length + 1);
    }
  }));
});
