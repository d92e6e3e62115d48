import assert from "node:assert/strict";
import { decodeQuotedPrintable } from "../../../src/text/quoted_printable.ts";

Deno.test("decodeQuotedPrintable() decodes octets of the charset that is named", () => {
  assert.equal(
    decodeQuotedPrintable("M=C3=BCller=0D=0Aä", "UTF-8"),
    "Müller\r\nä",
  );
  assert.equal(decodeQuotedPrintable("M=FCller", "iso-8859-1"), "Müller");
  assert.equal(decodeQuotedPrintable("=82=A0", "Shift_JIS"), "あ");
  assert.equal(decodeQuotedPrintable("=C3=91=C3", "utf-8"), "Ñ\ufffd");
});

Deno.test("decodeQuotedPrintable() finds out where no charset is named, or an unknown one", () => {
  for (const charset of [undefined, "what"]) {
    assert.equal(decodeQuotedPrintable("=E2=82=AC", charset), "€");
    assert.equal(decodeQuotedPrintable("Krak=F3w", charset), "Kraków");
  }
});

Deno.test("decodeQuotedPrintable() leaves what is no escape", () => {
  assert.equal(decodeQuotedPrintable("a=b=GG=4", undefined), "a=b=GG=4");
});
