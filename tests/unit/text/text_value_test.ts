import assert from "node:assert/strict";
import {
  decodeText,
  decodeUtf8,
  encodeText,
  splitValue,
} from "../../../src/text/text_value.ts";

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

Deno.test("decodeUtf8() decodes, keeps the byte order mark and names the bad line", () => {
  assert.deepEqual(decodeUtf8(encode("\ufeffgr\u00fcn")), {
    ok: true,
    text: "\ufeffgr\u00fcn",
  });
  const bad = encode("a\r\nb\nc\rd*");
  bad[bad.length - 1] = 0xe4;
  assert.deepEqual(decodeUtf8(bad), { ok: false, line: 4 });
});

Deno.test("decodeUtf8() closes folds that cut through a character", () => {
  for (const fold of ["\r\n ", "\n\t"]) {
    const whole = encode("A:\u20acuro");
    const bytes = new Uint8Array([
      ...whole.slice(0, 3),
      ...encode(fold),
      ...whole.slice(3),
    ]);
    assert.deepEqual(decodeUtf8(bytes), { ok: true, text: "A:\u20acuro" });
  }
});

Deno.test("decodeText() resolves the escapes and leaves others alone", () => {
  assert.equal(decodeText("a\\nb\\Nc\\,d\\;e\\\\n\\:"), "a\nb\nc,d;e\\n\\:");
  assert.equal(decodeText("plain"), "plain");
});

Deno.test("encodeText() writes what decodeText() reads", () => {
  assert.equal(encodeText("a\nb\r\nc,d;e\\n"), "a\\nb\\nc\\,d\\;e\\\\n");
  assert.equal(decodeText(encodeText("a\nb,c;d\\")), "a\nb,c;d\\");
});

Deno.test("splitValue() splits at separators that nothing escapes", () => {
  assert.deepEqual(splitValue("a,b", ","), ["a", "b"]);
  assert.deepEqual(splitValue("a\\,b,c\\\\,d;e", ","), [
    "a\\,b",
    "c\\\\",
    "d;e",
  ]);
  assert.deepEqual(splitValue("\\;;", ";"), ["\\;", ""]);
});
