import assert from "node:assert/strict";
import { UTC, zoneByName } from "../../../src/calendar/zones.ts";
import { zoneOfText, zonesOf } from "../../../src/calendar/vtimezone.ts";
import { WINDOWS_ZONES } from "../../../src/calendar/windows_zones.ts";
import { calendarLines, calendarOf } from "./objects.ts";

const at = Date.UTC;

Deno.test("zoneByName() knows IANA names, vendors' prefixes and Windows names", () => {
  const names: [string, string | undefined][] = [
    ["Europe/Berlin", "Europe/Berlin"],
    ["europe/berlin ", "Europe/Berlin"],
    ["/freeassociation.sourceforge.net/Europe/Berlin", "Europe/Berlin"],
    ["/mozilla.org/20050126_1/Europe/Berlin", "Europe/Berlin"],
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
    ["/nowhere/at/all", undefined],
    ["x".repeat(10_000), undefined],
  ];
  for (const [name, id] of names) assert.equal(zoneByName(name)?.id, id, name);
  assert.equal(zoneByName("Europe/Berlin"), zoneByName("EUROPE/BERLIN"));
});

Deno.test("every Windows zone names a zone that the runtime knows", () => {
  assert.ok(WINDOWS_ZONES.size > 120);
  for (const name of WINDOWS_ZONES.keys()) assert.ok(zoneByName(name), name);
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

const CUSTOM = [
  "BEGIN:VTIMEZONE",
  "TZID:Our Zone",
  "BEGIN:STANDARD",
  "DTSTART:16011028T030000",
  "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
  "TZOFFSETFROM:+0200",
  "TZOFFSETTO:+0100",
  "END:STANDARD",
  "BEGIN:DAYLIGHT",
  "DTSTART:16010325T020000",
  "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
  "TZOFFSETFROM:+0100",
  "TZOFFSETTO:+0200",
  "END:DAYLIGHT",
  "END:VTIMEZONE",
];

Deno.test("zonesOf() evaluates the VTIMEZONE of a name that nobody knows", () => {
  const zone = zonesOf(calendarOf(...CUSTOM))("Our Zone ");
  assert.ok(zone);
  assert.equal(zone.id, "Our Zone");
  const berlin = zoneByName("Europe/Berlin");
  assert.ok(berlin);
  for (let month = 0; month < 240; month++) {
    const civil = at(2010, month, 14, 12);
    assert.equal(zone.toEpoch(civil), berlin.toEpoch(civil), `${month}`);
  }
  assert.equal(zonesOf(calendarOf(...CUSTOM))("Another"), undefined);
});

Deno.test("zonesOf() prefers the known zone to a VTIMEZONE of the same name", () => {
  const lying = CUSTOM.map((line) => line.replace("Our Zone", "Asia/Tokyo"));
  const zone = zonesOf(calendarOf(...lying))("Asia/Tokyo");
  assert.equal(zone?.toEpoch(at(2026, 6, 1)), at(2026, 5, 30, 15));
});

Deno.test("a VTIMEZONE is read by RDATE, UNTIL and X-LIC-LOCATION, and bad parts are left out", () => {
  const zone = (...lines: string[]) =>
    zoneOfText(
      calendarLines("BEGIN:VTIMEZONE", "TZID:T", ...lines, "END:VTIMEZONE")
        .join("\n"),
    );
  const part = (...lines: string[]) => [
    "BEGIN:STANDARD",
    "DTSTART:20000101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0130",
    ...lines,
    "END:STANDARD",
  ];
  assert.equal(zone(...part())?.toCivil(at(2000, 0, 1)), at(2000, 0, 1, 1, 30));
  assert.equal(zone(...part())?.toCivil(at(1999, 0, 1)), at(1999, 0, 1));
  const back = [
    "BEGIN:DAYLIGHT",
    "DTSTART:20010101T000000",
    "RDATE:20020101T000000,x",
    "RDATE;VALUE=PERIOD:20020101T000000/PT1H",
    "RRULE:FREQ=YEARLY;UNTIL=20030101T000000Z",
    "RRULE:FREQ=BAD",
    "TZOFFSETFROM:+0130",
    "TZOFFSETTO:-0300",
    "END:DAYLIGHT",
  ];
  const both = zone(...part("RDATE:20010601T000000Z"), ...back);
  assert.equal(both?.toCivil(at(2001, 1, 1)), at(2001, 0, 31, 21));
  assert.equal(both?.toCivil(at(2001, 6, 1)), at(2001, 6, 1, 1, 30));
  assert.equal(both?.toCivil(at(2010, 6, 1)), at(2010, 5, 30, 21));
  assert.equal(zone("X-LIC-LOCATION:Asia/Tokyo")?.id, "Asia/Tokyo");
  assert.equal(zone(), undefined);
  assert.equal(
    zone(...part().map((line) => line.replace("+0130", "x"))),
    undefined,
  );
  assert.equal(zoneOfText("nonsense"), undefined);
  assert.equal(zoneOfText(calendarLines().join("\n")), undefined);
});

Deno.test("a hostile VTIMEZONE is bounded", () => {
  const lines = CUSTOM.map((line) =>
    line.startsWith("RRULE") ? "RRULE:FREQ=SECONDLY" : line
  );
  const many = Array(500).fill(CUSTOM.slice(2, -1)).flat();
  const zones = zonesOf(calendarOf(...lines));
  assert.ok(zones("Our Zone")?.toEpoch(0) !== undefined);
  const crowded = calendarOf(...CUSTOM.slice(0, 2), ...many, "END:VTIMEZONE");
  assert.equal(
    zonesOf(crowded)("Our Zone")?.toEpoch(at(1980, 6, 1)),
    at(1980, 5, 30, 22),
  );
});

Deno.test("the short way for yearly rules of a VTIMEZONE agrees with the engine", () => {
  const zone = (rule: string) =>
    zoneOfText(
      calendarLines(
        "BEGIN:VTIMEZONE",
        "TZID:T",
        "BEGIN:STANDARD",
        "DTSTART:19710101T020000",
        "TZOFFSETFROM:+0000",
        "TZOFFSETTO:+0100",
        `RRULE:${rule}`,
        "END:STANDARD",
        "BEGIN:DAYLIGHT",
        "DTSTART:19710102T020000",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0000",
        "RRULE:FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=1",
        "END:DAYLIGHT",
        "END:VTIMEZONE",
      ).join("\n"),
    );
  for (const nth of [-5, -2, -1, 1, 2, 5]) {
    for (const [day, month] of [["SU", 2], ["TH", 12], ["MO", 3]]) {
      const rule =
        `FREQ=YEARLY;UNTIL=20900101;BYDAY=${nth}${day};BYMONTH=${month}`;
      const short = zone(rule);
      // one more part keeps the short way from taking it
      const long = zone(`${rule};BYHOUR=2`);
      assert.ok(short && long);
      for (
        let each = at(1975, 0, 1);
        each < at(2000, 0, 1);
        each += 43_200_000
      ) {
        assert.equal(
          short.toCivil(each),
          long.toCivil(each),
          `${rule} ${each}`,
        );
      }
    }
  }
});
