import assert from "node:assert/strict";
import {
  zoneOfText,
  zonesOf,
} from "../../../../src/calendar/zones/vtimezone.ts";
import { zoneByName } from "../../../../src/calendar/zones/zones.ts";
import { calendarLines, calendarOf } from "../objects.ts";

const at = Date.UTC;

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

Deno.test("UNTIL and RDATE in UTC are the instants at which an observance of a VTIMEZONE begins", () => {
  const zone = zonesOf(calendarOf(
    "BEGIN:VTIMEZONE",
    "TZID:T",
    "BEGIN:STANDARD",
    "DTSTART:19961027T030000",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=19991031T010000Z",
    "RDATE:20001029T010000Z",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "END:STANDARD",
    "BEGIN:DAYLIGHT",
    "DTSTART:19970330T020000",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "END:DAYLIGHT",
    "END:VTIMEZONE",
  ))("T");
  const hours = (epoch: number) =>
    ((zone?.toCivil(epoch) ?? NaN) - epoch) / 36e5;
  for (const [year, day] of [[1999, 31], [2000, 29]] as const) {
    const onset = at(year, 9, day, 1);
    assert.deepEqual([onset - 1000, onset].map(hours), [2, 1], `${year}`);
  }
  // nothing ends the summer of 2001
  assert.equal(hours(at(2001, 11, 1)), 2);
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

Deno.test("rules of a VTIMEZONE that never match are paid for", () => {
  const never = [
    "BEGIN:STANDARD",
    "DTSTART:15010101T000000",
    "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0100",
    "END:STANDARD",
  ];
  const summer = (count: number) => {
    const many = Array(count).fill(never).flat();
    const [begin = "", tzid = "", ...rest] = CUSTOM;
    const zone = zonesOf(calendarOf(begin, tzid, ...many, ...rest))("Our Zone");
    return zone?.offsetAt(at(2026, 6, 1));
  };
  assert.equal(summer(200), 7_200_000);
  // no work is left for the rules behind them
  assert.equal(summer(1_500), 3_600_000);
});

Deno.test("zonesOf() looks for a bounded number of names", () => {
  const zones = zonesOf(calendarOf(...CUSTOM));
  assert.equal(zones("Asia/Tokyo")?.id, "Asia/Tokyo");
  for (let n = 0; n < 998; n++) assert.equal(zones(`Aa/Bb/C${n}`), undefined);
  assert.equal(zones("Our Zone")?.id, "Our Zone");
  assert.equal(zones("Europe/Berlin"), undefined);
  assert.equal(zones("Asia/Tokyo")?.id, "Asia/Tokyo");
});

Deno.test("zonesOf() finds a TZID whose text is escaped in its VTIMEZONE", () => {
  const name = "(UTC+01:00) Here, There; Elsewhere";
  const escaped = name.replace(",", "\\,").replace(";", "\\;");
  const lines = CUSTOM.map((line) => line.replace("Our Zone", escaped));
  for (const each of [name, escaped]) {
    const zone = zonesOf(calendarOf(...lines))(each);
    assert.equal(zone?.toCivil(at(2026, 6, 1)), at(2026, 6, 1, 2), each);
  }
});

Deno.test("a VTIMEZONE that refers to itself is read as if it did not", () => {
  const lines = CUSTOM.flatMap((line) => {
    if (line.startsWith("TZID")) return [line, "X-LIC-LOCATION:Our Zone"];
    return [line.replace("DTSTART:", "DTSTART;TZID=Our Zone:")];
  });
  const zone = zonesOf(calendarOf(...lines))("Our Zone");
  assert.equal(zone?.toCivil(at(2026, 6, 1)), at(2026, 6, 1, 2));
  assert.equal(zone?.toCivil(at(2026, 0, 1)), at(2026, 0, 1, 1));
});

Deno.test("objects with the same VTIMEZONE share one zone", () => {
  const one = zonesOf(calendarOf(...CUSTOM))("Our Zone");
  assert.equal(zonesOf(calendarOf("X-A:b", ...CUSTOM))("Our Zone"), one);
  const other = CUSTOM.map((line) => line.replace("+0200", "+0230"));
  assert.notEqual(zonesOf(calendarOf(...other))("Our Zone"), one);
});

Deno.test("more different VTIMEZONEs than are kept are all read right", () => {
  for (let n = 0; n < 250; n++) {
    const offset = `+01${String(n % 60).padStart(2, "0")}`;
    const lines = CUSTOM.map((line) =>
      line.replace("Our Zone", `Zone ${n}`).replace("+0100", offset)
    );
    const zone = zonesOf(calendarOf(...lines))(`Zone ${n}`);
    const minutes = 60 + n % 60;
    assert.equal(zone?.offsetAt(at(2026, 0, 1)), minutes * 60_000);
  }
});

Deno.test("a VTIMEZONE whose rules go on holds in distant years", () => {
  const zone = zonesOf(calendarOf(...CUSTOM))("Our Zone");
  const berlin = zoneByName("Europe/Berlin");
  assert.ok(zone && berlin);
  for (let day = 0; day < 800; day++) {
    const each = at(3456, 0, day, 1);
    assert.equal(zone.offsetAt(each), berlin.offsetAt(each), `${day}`);
  }
});

Deno.test("zones for which no work is left are not kept for other objects", () => {
  const busy = CUSTOM.map((line) =>
    line.replace("Our Zone", "Busy").replace(/^RRULE.*/, "RRULE:FREQ=SECONDLY")
  );
  const late = CUSTOM.map((line) => line.replace("Our Zone", "Late"));
  const crowded = zonesOf(calendarOf(...busy, ...late));
  assert.ok(crowded("Busy"));
  // without its rules: what began last in 1601 holds for ever
  assert.equal(crowded("Late")?.offsetAt(at(2026, 6, 1)), 3_600_000);
  const alone = zonesOf(calendarOf(...late))("Late");
  assert.equal(alone?.offsetAt(at(2026, 6, 1)), 7_200_000);
});
