import assert from "node:assert/strict";
import { zoneNames } from "../../../../src/calendar/zones/zone_names.ts";
import {
  createOffsets,
  LAST_INSTANT,
} from "../../../../src/calendar/zones/zone_offsets.ts";
import {
  changesOf,
  onsetsAround,
  onsetsBetween,
} from "../../../../src/calendar/zones/zone_rules.ts";
import {
  createZone,
  zoneByName,
} from "../../../../src/calendar/zones/zones.ts";

const at = Date.UTC;
const HOUR = 3_600_000;

function changesOfName(name: string) {
  const zone = zoneByName(name);
  assert.ok(zone, name);
  return changesOf(zone);
}

Deno.test("changesOf() finds the yearly rules of a zone and since when they hold", () => {
  const rules = (name: string) =>
    changesOfName(name).yearly.map(({ parts, since }) => `${parts} ${since}`);
  assert.deepEqual(rules("Europe/Berlin"), [
    "BYMONTH=3;BYDAY=-1SU 1981",
    "BYMONTH=10;BYDAY=-1SU 1996",
  ]);
  assert.deepEqual(rules("America/New_York"), [
    "BYMONTH=3;BYDAY=2SU 2007",
    "BYMONTH=11;BYDAY=1SU 2007",
  ]);
  // the Saturday before the last Sunday, which may be the last one or not
  assert.deepEqual(rules("America/Nuuk"), [
    "BYMONTH=3;BYMONTHDAY=24,25,26,27,28,29,30;BYDAY=SA 2024",
    "BYMONTH=10;BYDAY=-1SU 2024",
  ]);
  assert.deepEqual(rules("Asia/Tokyo"), []);
  assert.deepEqual(rules("Africa/Casablanca"), []);
});

Deno.test("onsetsBetween() gives for every zone what its table has", () => {
  for (const name of zoneNames().filter((_, n) => n % 9 === 0)) {
    const zone = zoneByName(name);
    assert.ok(zone);
    const range = { from: at(1960, 0, 1), until: at(2110, 0, 1) };
    const found = onsetsBetween(changesOf(zone), range);
    const known = zone.transitions(range.from, range.until);
    assert.deepEqual(
      found.map((one) => ({ at: one.at, offset: one.to })),
      known,
      name,
    );
    for (const { at, from } of found) assert.equal(zone.offsetAt(at - 1), from);
  }
});

Deno.test("onsetsAround() gives the changes beside an instant, however far they are", () => {
  for (
    const name of [
      "Europe/Berlin",
      "America/Nuuk",
      "Australia/Lord_Howe",
      "Africa/Casablanca",
      "Africa/Tripoli",
      "Asia/Tokyo",
      "UTC",
    ]
  ) {
    const changes = changesOfName(name);
    const all = onsetsBetween(changes, { from: -Infinity, until: Infinity });
    const noted = [...all.slice(0, 400), ...all.slice(400).slice(-20)];
    const times = noted.flatMap((one) => [one.at - 1, one.at, one.at + 1]);
    for (
      const time of [-Infinity, at(1700, 0, 1), ...times, at(9999, 11, 31)]
    ) {
      assert.deepEqual(
        onsetsAround(changes, time),
        [
          all.findLast((one) => one.at <= time),
          all.find((one) => one.at > time),
        ],
        `${name} ${time}`,
      );
    }
  }
});

Deno.test("onsetsBetween() follows rules to the year 9999 and not further", () => {
  const changes = changesOfName("Europe/Berlin");
  const far = { from: at(9998, 0, 1), until: Infinity };
  assert.deepEqual(
    onsetsBetween(changes, far).map((one) => new Date(one.at).toISOString()),
    [
      "9998-03-29T01:00:00.000Z",
      "9998-10-25T01:00:00.000Z",
      "9999-03-28T01:00:00.000Z",
      "9999-10-31T01:00:00.000Z",
    ],
  );
});

Deno.test("a zone whose last changes follow no rule has single changes only", () => {
  const odd = Array.from({ length: 60 }, (_, n) => ({
    at: at(2070 + n, n % 12, 1),
    offset: (n % 2) * HOUR,
  }));
  const changes = changesOf(createZone("Odd", createOffsets(odd, 0)));
  assert.deepEqual(changes.yearly, []);
  assert.equal(
    changes.single.length,
    odd.filter((one) => one.at < LAST_INSTANT).length,
  );
});
