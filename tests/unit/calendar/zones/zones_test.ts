import assert from "node:assert/strict";
import { UTC, zoneByName } from "../../../../src/calendar/zones/zones.ts";
import { zoneNames } from "../../../../src/calendar/zones/zone_names.ts";
import { WINDOWS_ZONES } from "../../../../src/calendar/zones/windows_zones.ts";

const at = Date.UTC;

Deno.test("zoneByName() knows IANA names, vendors' prefixes and Windows names", () => {
  const names: [string, string | undefined][] = [
    ["Europe/Berlin", "Europe/Berlin"],
    ["europe/berlin ", "Europe/Berlin"],
    ["/freeassociation.sourceforge.net/Europe/Berlin", "Europe/Berlin"],
    ["/mozilla.org/20050126_1/Europe/Berlin", "Europe/Berlin"],
    ["/citadel.org/20210210_1/Europe/Berlin", "Europe/Berlin"],
    [
      "/softwarestudio.org/Olson_20011030_5/America/New_York",
      "America/New_York",
    ],
    ["/Europe/Stockholm", "Europe/Stockholm"],
    ["posix/Europe/Vaduz", "Europe/Vaduz"],
    ["US/Eastern", "America/New_York"],
    ["Asia/Calcutta", "Asia/Kolkata"],
    [
      "/freeassociation.sourceforge.net/Tzfile/America/Argentina/Ushuaia",
      "America/Argentina/Ushuaia",
    ],
    ["W. Europe Standard Time", "Europe/Berlin"],
    ["UTC", "UTC"],
    ["Z", "UTC"],
    ["", undefined],
    ["+01:00", undefined],
    ["Customized Time Zone", undefined],
    ["CST", undefined],
    ["/nowhere/at/all", undefined],
    ["x".repeat(10_000), undefined],
  ];
  for (const [name, id] of names) assert.equal(zoneByName(name)?.id, id, name);
  assert.equal(zoneByName("Europe/Berlin"), zoneByName("EUROPE/BERLIN"));
  assert.equal(zoneByName("US/Eastern"), zoneByName("America/New_York"));
});

Deno.test("every Windows zone names a zone that the runtime knows", () => {
  assert.ok(WINDOWS_ZONES.size > 120);
  for (const [name, id] of WINDOWS_ZONES) {
    assert.ok(zoneNames().includes(id), id);
    assert.equal(zoneByName(name)?.id, id);
  }
});

Deno.test("a zone moves a time in a gap forward and takes the first of two", () => {
  const berlin = zoneByName("Europe/Berlin");
  assert.ok(berlin);
  assert.equal(berlin.toEpoch(at(2026, 2, 29, 2, 30)), at(2026, 2, 29, 1, 30));
  assert.equal(berlin.toEpoch(at(2026, 9, 25, 2, 30)), at(2026, 9, 25, 0, 30));
  assert.equal(berlin.toCivil(at(2026, 9, 25, 1, 30)), at(2026, 9, 25, 2, 30));
  assert.equal(berlin.toEpoch(at(2150, 6, 1)), at(2150, 5, 30, 22));
  assert.equal(berlin.toEpoch(at(1850, 0, 1)), at(1850, 0, 1) - 3_208_000);
  assert.equal(UTC.toEpoch(UTC.toCivil(5)), 5);
});

Deno.test("zones need no Temporal, which Deno Deploy lacks", () => {
  const kept = Object.getOwnPropertyDescriptor(globalThis, "Temporal");
  assert.ok(kept);
  delete (globalThis as { Temporal?: unknown }).Temporal;
  try {
    assert.equal("Temporal" in globalThis, false);
    // a zone that no other test of this file has asked for
    const troll = zoneByName("Antarctica/Troll");
    assert.equal(troll?.toCivil(at(2026, 6, 1)), at(2026, 6, 1, 2));
    assert.equal(troll?.toCivil(at(2026, 0, 1)), at(2026, 0, 1));
  } finally {
    Object.defineProperty(globalThis, "Temporal", kept);
  }
});
