import assert from "node:assert/strict";
import {
  canonicalZone,
  platformName,
  zoneAliases,
  zoneNames,
} from "../../../../src/calendar/zones/zone_names.ts";
import { platformZones } from "../../../../src/calendar/zones/zone_platform.ts";

Deno.test("zoneNames() has each zone of the runtime once, by today's name", () => {
  const names = zoneNames();
  assert.deepEqual([...names], [...new Set(names)].sort());
  const known = new Set(names);
  for (const name of platformZones()) {
    const today = canonicalZone(name);
    assert.ok(today !== undefined && known.has(today), name);
  }
  for (const name of ["UTC", "Etc/GMT+12", "Etc/GMT-14", "Europe/Kyiv"]) {
    assert.ok(known.has(name), name);
  }
  for (const name of ["Europe/Kiev", "Etc/GMT+13", "Etc/UTC", "Factory"]) {
    assert.ok(!known.has(name), name);
  }
});

Deno.test("canonicalZone() gives today's name by any name in any case", () => {
  const names: [string, string | undefined][] = [
    ["europe/berlin", "Europe/Berlin"],
    ["US/EASTERN", "America/New_York"],
    ["Asia/Calcutta", "Asia/Kolkata"],
    ["Asia/Kolkata", "Asia/Kolkata"],
    ["Etc/Zulu", "UTC"],
    ["GMT", "UTC"],
    ["EST5EDT", "America/New_York"],
    ["Etc/GMT+5", "Etc/GMT+5"],
    // known to runtimes, and to nobody else
    ["SystemV/EST5", undefined],
    ["AST", undefined],
    ["CST", undefined],
    ["+01:00", undefined],
    ["Factory", undefined],
    ["Etc/Unknown", undefined],
    ["Europe/Nowhere", undefined],
    ["", undefined],
  ];
  for (const [name, today] of names) {
    assert.equal(canonicalZone(name), today, name);
  }
});

Deno.test("every alias is one for the runtime too", () => {
  let aliases = 0;
  for (const id of zoneNames()) {
    const name = platformName(id);
    assert.ok(name, id);
    for (const alias of zoneAliases(id)) {
      aliases++;
      assert.equal(canonicalZone(alias), id, alias);
      const theirs = (zone: string) =>
        new Intl.DateTimeFormat("en-US", { timeZone: zone })
          .resolvedOptions().timeZone;
      assert.equal(theirs(alias), theirs(name), alias);
    }
  }
  assert.ok(aliases > 150, `${aliases}`);
});

Deno.test("zoneAliases() answers for any name of a zone", () => {
  const aliases = ["Europe/Kiev", "Europe/Uzhgorod", "Europe/Zaporozhye"];
  assert.deepEqual(zoneAliases("Europe/Kyiv"), aliases);
  assert.deepEqual(zoneAliases("europe/kiev"), aliases);
  assert.deepEqual(zoneAliases("Asia/Dubai"), []);
  assert.deepEqual(zoneAliases("Nowhere"), []);
  assert.equal(platformName("Nowhere/At_All"), undefined);
});
