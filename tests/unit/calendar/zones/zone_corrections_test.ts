import assert from "node:assert/strict";
import {
  correctedAbbreviations,
  correctedOffsets,
  CORRECTIONS,
  ZONE_DATA_VERSION,
} from "../../../../src/calendar/zones/zone_corrections.ts";
import { canonicalZone } from "../../../../src/calendar/zones/zone_names.ts";
import { platformOffsets } from "../../../../src/calendar/zones/zone_platform.ts";

const HOUR = 3_600_000;

Deno.test("corrections name zones by today's names, and instants at which they matter", () => {
  for (const { zones, from, until, as, unaware } of CORRECTIONS) {
    for (const name of [...zones, as]) assert.equal(canonicalZone(name), name);
    assert.ok(unaware.at >= from && unaware.at < (until ?? Infinity), as);
    assert.notEqual(platformOffsets(as)?.(unaware.at), unaware.offset, as);
  }
});

Deno.test("correctedOffsets() says what is known by now, whatever the runtime says", () => {
  const winter = Date.UTC(2026, 11, 15);
  const offsets: [string, number][] = [
    ["America/Vancouver", -7],
    ["America/Edmonton", -6],
    ["America/Inuvik", -6],
    ["America/Winnipeg", -5],
    ["America/Havana", -4],
    ["Africa/Casablanca", 0],
    ["Africa/El_Aaiun", 0],
    ["America/Los_Angeles", -8],
  ];
  for (const [id, hours] of offsets) {
    assert.equal(correctedOffsets(id)?.(winter), hours * HOUR, id);
  }
  const havana = correctedOffsets("America/Havana");
  assert.equal(havana?.(Date.UTC(2027, 11, 15)), -5 * HOUR);
  assert.equal(havana?.(Date.UTC(2025, 11, 15)), -5 * HOUR);
  assert.equal(correctedOffsets("Nowhere/At_All"), undefined);
});

Deno.test("correctedAbbreviations() names the time that the zone really has", () => {
  const vancouver = correctedAbbreviations("America/Vancouver");
  assert.equal(vancouver?.(Date.UTC(2025, 11, 15)), "PST");
  assert.equal(vancouver?.(Date.UTC(2026, 11, 15)), "MST");
  assert.equal(correctedAbbreviations("Nowhere/At_All"), undefined);
});

Deno.test("the version of the data tells the newest correction", () => {
  const newest = CORRECTIONS.map(({ version }) => version).sort().at(-1);
  assert.ok(newest !== undefined && ZONE_DATA_VERSION.endsWith(`+${newest}`));
});
