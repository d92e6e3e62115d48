import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { listedZone } from "../../../../src/calendar/zones/listed_zones.ts";
import {
  getZone,
  LAST_MODIFIED_VERSION,
  zoneTag,
} from "../../../../src/calendar/zones/tzdist.ts";
import { CORRECTIONS } from "../../../../src/calendar/zones/zone_corrections.ts";
import { zoneNames } from "../../../../src/calendar/zones/zone_names.ts";

Deno.test("listedZone() knows names in their own spelling only", () => {
  assert.equal(listedZone("Europe/Berlin"), "Europe/Berlin");
  assert.equal(listedZone("US/Eastern"), "America/New_York");
  assert.equal(listedZone("UTC"), "UTC");
  for (
    const name of [
      "europe/berlin",
      " Europe/Berlin",
      "W. Europe Standard Time",
      "/x/Europe/Berlin",
      "Mars/Base",
      "",
    ]
  ) {
    assert.equal(listedZone(name), undefined, name);
  }
});

Deno.test("last-modified is that of the newest correction", () => {
  const newest = CORRECTIONS.map(({ version }) => version).sort().at(-1);
  assert.equal(LAST_MODIFIED_VERSION, newest);
});

Deno.test("every zone has a tag of its own", () => {
  assert.equal(new Set(zoneNames().map(zoneTag)).size, zoneNames().length);
});

Deno.test("getZone() writes what WRITER_VERSION in listed_zones.ts stands for", () => {
  // Where this fails, zones are written in another way: raise the version.
  const query = new URLSearchParams(
    "start=1970-01-01T00:00:00Z&end=2020-01-01T00:00:00Z",
  );
  const found = getZone("Europe/London", query);
  assert.ok(found.ok);
  assert.equal(
    createHash("sha256").update(found.value).digest("hex").slice(0, 16),
    "03296eb771dddd30",
  );
});
