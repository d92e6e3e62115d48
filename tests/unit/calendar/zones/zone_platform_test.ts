import assert from "node:assert/strict";
import {
  PLATFORM_ZONE_VERSION,
  platformAbbreviations,
  platformOffsets,
  platformZone,
} from "../../../../src/calendar/zones/zone_platform.ts";

const at = Date.UTC;

Deno.test("platformOffsets() is right to the second", () => {
  const offset = (name: string, epoch: number) =>
    platformOffsets(name)?.(epoch);
  assert.equal(offset("Africa/Monrovia", 0), -2_670_000);
  assert.equal(offset("Asia/Kathmandu", at(2026, 0, 1)), 20_700_000);
  assert.equal(offset("America/New_York", at(2026, 0, 1)), -18_000_000);
  assert.equal(offset("UTC", 0), 0);
  assert.equal(offset("Europe/London", at(2026, 0, 1)), 0);
  assert.equal(offset("Nowhere/At_All", 0), undefined);
});

Deno.test("platformAbbreviations() has names in English, and offsets elsewhere", () => {
  const name = (zone: string, epoch: number) =>
    platformAbbreviations(zone)?.(epoch);
  assert.equal(name("Europe/Berlin", at(2026, 6, 1)), "CEST");
  assert.equal(name("America/New_York", at(2026, 0, 1)), "EST");
  assert.equal(name("Australia/Sydney", at(2026, 0, 1)), "AEDT");
  assert.equal(name("Asia/Kolkata", at(2026, 0, 1)), "IST");
  assert.equal(name("Asia/Kathmandu", at(2026, 0, 1)), "+0545");
  assert.equal(name("America/Sao_Paulo", at(2026, 0, 1)), "-03");
  assert.equal(name("Africa/Monrovia", 0), "-004430");
  assert.equal(name("UTC", 0), "UTC");
  assert.equal(name("Nowhere/At_All", 0), undefined);
});

Deno.test("platformZone() knows the runtime's names only", () => {
  assert.equal(platformZone("europe/berlin"), "Europe/Berlin");
  assert.equal(platformZone("Nowhere/At_All"), undefined);
  assert.match(PLATFORM_ZONE_VERSION, /^(\d{4}[a-z]|unknown)\+deno\.\d/);
});
