import assert from "node:assert/strict";
import {
  formatOffset,
  parseOffset,
} from "../../../../src/calendar/zones/utc_offset.ts";

Deno.test("parseOffset() reads hours, minutes and seconds", () => {
  assert.equal(parseOffset("+0130"), 5_400_000);
  assert.equal(parseOffset("-013015"), -5_415_000);
  assert.equal(parseOffset("+01:30"), 5_400_000);
  for (const bad of ["", "0130", "+1", "+0160", "+010060", "+2500"]) {
    assert.equal(parseOffset(bad), undefined, bad);
  }
});

Deno.test("formatOffset() writes what parseOffset() reads, with seconds where there are some", () => {
  const offsets = ["+0000", "+0130", "-0800", "+1345", "-004430", "+055328"];
  for (const text of offsets) {
    assert.equal(formatOffset(parseOffset(text) ?? NaN), text);
  }
  assert.equal(formatOffset(-0), "+0000");
});
