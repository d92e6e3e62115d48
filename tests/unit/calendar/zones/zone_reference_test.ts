import assert from "node:assert/strict";
import { joinCalendars } from "../../../../src/calendar/files/join.ts";
import { zoneNames } from "../../../../src/calendar/zones/zone_names.ts";
import {
  missingZones,
  noteZones,
  type ZoneUse,
} from "../../../../src/calendar/zones/zone_reference.ts";
import { eventLines, objectOf } from "../objects.ts";

function used(...lines: string[]): ZoneUse {
  const use: ZoneUse = new Map();
  noteZones(lines.join("\r\n"), use);
  return use;
}

Deno.test("noteZones() finds TZID parameters and nothing that looks like one", () => {
  assert.deepEqual(
    [
      ...used(
        "DTSTART;TZID=Europe/Berlin:20260101T000000",
        "DTEND;VALUE=DATE-TIME;tzid=Europe/Berlin:20260101T000000",
        'RDATE;X-A="a:b;c";TZID="America/New',
        ' _York";X-B=c:20260101T000000',
        "EXDATE;TZID= Asia/Tokyo :20260101T000000",
        "DESCRIPTION:not;TZID=One/Two:20260101T000000",
        'ATTENDEE;CN="x;TZID=Three/Four:20260101":mailto:a@example.com',
        "DTSTART;TZID=No/Value",
      ).keys(),
    ],
    ["Europe/Berlin", "America/New_York", "Asia/Tokyo", "No/Value"],
  );
});

Deno.test("noteZones() finds a TZID behind a parameter that quotes one", () => {
  assert.deepEqual(
    [...used(
      'DTSTART;X-A=";TZID=One/Two";TZID=Europe/Berlin:19650101T000000',
      'DTEND;X-A="a";X-B=";TZID=One/Two:",";tzid=x";TZID="Asia/Tokyo":2026',
      'DTEND;X-A=";TZID=One/Two":20260101T000000;TZID=Three/Four:2026',
    )],
    [["Europe/Berlin", 1965], ["Asia/Tokyo", 1970]],
  );
});

Deno.test("noteZones() reads a line of any length", () => {
  const many = ';X=""'.repeat(2_000_000);
  assert.deepEqual(
    [...used(`DTSTART${many};TZID=Europe/Berlin:20260101T000000`).keys()],
    ["Europe/Berlin"],
  );
});

Deno.test("noteZones() keeps the first year of each zone before 1970", () => {
  assert.deepEqual(
    [...used(
      "DTSTART;TZID=A:19650101T000000",
      "DTSTART;TZID=A:19500101T000000",
      "DTSTART;TZID=A:20260101T000000",
      "DTSTART;TZID=B:20260101T000000",
    )],
    [["A", 1950], ["B", 1970]],
  );
});

Deno.test("missingZones() describes known zones as far back as they are used", () => {
  const [recent = "", old = "", ...more] = missingZones(
    new Map([
      ["Europe/Berlin", 1970],
      ["W. Europe Standard Time", 1950],
      ["Own Zone", 1970],
      ["Asia/Tokyo", 1970],
    ]),
    new Map([["Asia/Tokyo", ""]]),
  );
  assert.deepEqual(more, []);
  assert.match(recent, /^BEGIN:VTIMEZONE\r\nTZID:Europe\/Berlin\r\n/);
  assert.match(recent, /DTSTART:19700101T010000\r\n/);
  assert.match(old, /^BEGIN:VTIMEZONE\r\nTZID:W. Europe Standard Time\r\n/);
  assert.match(old, /RDATE:19450402T020000\r\n/);
});

Deno.test("missingZones() makes a bounded number of components", () => {
  const all = new Map(zoneNames().map((name) => [name.toLowerCase(), 1970]));
  assert.equal(missingZones(all, new Map()).length, 64);
});

Deno.test("missingZones() looks for a bounded number of names", () => {
  const made = (unknown: number) => {
    const names = Array.from({ length: unknown }, (_, n) => `Aa/Bb/C${n}`);
    const use = [...names, "Asia/Tokyo"].map((name) => [name, 1970] as const);
    return missingZones(new Map(use), new Map()).length;
  };
  assert.equal(made(999), 1);
  assert.equal(made(1_000), 0);
});

Deno.test("joinCalendars() describes zones that objects only name, once", () => {
  const event = (uid: string, tzid: string) =>
    objectOf(
      ...eventLines(`DTSTART;TZID=${tzid}:20260101T000000`)
        .map((line) => line.replace("UID:one", `UID:${uid}`)),
    );
  const described = objectOf(
    "BEGIN:VTIMEZONE",
    "TZID:Asia/Tokyo",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0900",
    "TZOFFSETTO:+0900",
    "END:STANDARD",
    "END:VTIMEZONE",
    ...eventLines("DTSTART;TZID=Asia/Tokyo:20260101T000000"),
  );
  const text = joinCalendars([
    event("a", "Europe/Berlin"),
    event("b", "Europe/Berlin"),
    event("c", "Nobody's zone"),
    event("d", "Asia/Tokyo"),
    described,
  ]);
  assert.deepEqual(text.match(/^TZID:.*$/gm), [
    "TZID:Asia/Tokyo",
    "TZID:Europe/Berlin",
  ]);
  assert.ok(text.indexOf("TZID:Europe") < text.indexOf("BEGIN:VEVENT"));
});
