import assert from "node:assert/strict";
import { parseDate } from "../../../../src/calendar/dates.ts";
import {
  parseCalendarText,
  properties,
  property,
} from "../../../../src/calendar/parse.ts";
import { parseOffset } from "../../../../src/calendar/zones/utc_offset.ts";
import { zoneOfText } from "../../../../src/calendar/zones/vtimezone.ts";
import { zoneNames } from "../../../../src/calendar/zones/zone_names.ts";
import {
  observances,
  zoneComponent,
} from "../../../../src/calendar/zones/zone_text.ts";
import { zoneByName } from "../../../../src/calendar/zones/zones.ts";
import { calendarLines } from "../objects.ts";

const at = Date.UTC;
const HOUR = 3_600_000;

function wrap(component: string): string {
  return calendarLines(component.replace(/\r\n$/, "")).join("\r\n") + "\r\n";
}

function parse(component: string) {
  const parsed = parseCalendarText(wrap(component));
  assert.ok(parsed.ok);
  const [zone] = parsed.calendar.root.components;
  assert.ok(zone?.name === "VTIMEZONE");
  return zone;
}

Deno.test("zoneComponent() writes ongoing rules as RRULE, and history by its dates", () => {
  const text = zoneComponent("Europe/Berlin", {
    from: at(1970, 0, 1),
    until: null,
  });
  assert.ok(text !== undefined && text.endsWith("END:VTIMEZONE\r\n"));
  assert.ok(text.split("\r\n").every((line) => line.length <= 75));
  const zone = parse(text);
  assert.equal(property(zone, "TZID")?.value, "Europe/Berlin");
  assert.equal(property(zone, "TZUNTIL"), undefined);
  const parts = zone.components.map((part) => [
    part.name,
    property(part, "DTSTART")?.value,
    property(part, "RRULE")?.value,
    properties(part, "RDATE").length,
    property(part, "TZNAME")?.value,
  ]);
  const yearly = "FREQ=YEARLY;BYMONTH=";
  assert.deepEqual(parts, [
    ["STANDARD", "19700101T010000", undefined, 0, "CET"],
    ["DAYLIGHT", "19800406T020000", undefined, 0, "CEST"],
    // where there are RDATEs, ical.js does not take DTSTART for one of them
    ["STANDARD", "19800928T030000", undefined, 16, "CET"],
    ["DAYLIGHT", "19810329T020000", `${yearly}3;BYDAY=-1SU`, 0, "CEST"],
    ["STANDARD", "19961027T030000", `${yearly}10;BYDAY=-1SU`, 0, "CET"],
  ]);
});

Deno.test("zoneComponent() truncates as RFC 7808 section 3.9 says, as in its example 5.3.4", () => {
  const zone = parse(
    zoneComponent("America/New_York", {
      from: at(2010, 0, 1),
      until: at(2020, 0, 1),
    }) ?? "",
  );
  assert.equal(property(zone, "TZUNTIL")?.value, "20200101T000000Z");
  const [first, ...rest] = zone.components;
  assert.equal(first?.name, "STANDARD");
  assert.equal(first && property(first, "DTSTART")?.value, "20091231T190000");
  for (const name of ["TZOFFSETFROM", "TZOFFSETTO"]) {
    assert.equal(first && property(first, name)?.value, "-0500");
  }
  assert.equal(rest.length, 2);
  for (const part of rest) {
    const rule = property(part, "RRULE")?.value ?? "";
    const until = parseDate(/UNTIL=(\w+)/.exec(rule)?.[1] ?? "");
    assert.equal(until?.kind, "utc");
    assert.ok(until.civil >= at(2019, 0, 1) && until.civil < at(2020, 0, 1));
  }
});

Deno.test("zoneComponent() begins with a change that is at the start, and has only one", () => {
  const change = at(2026, 2, 29, 1);
  for (const until of [null, at(2026, 5, 1)]) {
    const zone = parse(
      zoneComponent("Europe/Berlin", { from: change, until }) ?? "",
    );
    const starts = zone.components.map((part) =>
      property(part, "DTSTART")?.value
    );
    assert.equal(starts[0], "20260329T020000");
    assert.equal(zone.components.length, until === null ? 2 : 1);
    const [first] = zone.components;
    assert.equal(first && property(first, "TZOFFSETFROM")?.value, "+0100");
    assert.equal(first && property(first, "TZOFFSETTO")?.value, "+0200");
  }
});

Deno.test("zoneComponent() begins no earlier than a date can be written", () => {
  const from = Date.parse("0000-01-01T00:00:00Z");
  for (const tzid of ["America/New_York", "Asia/Tokyo"]) {
    const text = zoneComponent(tzid, { from, until: null }) ?? "";
    const starts = text.match(/^DTSTART:.*$/gm) ?? [];
    assert.equal(starts[0], "DTSTART:00010101T000000");
    assert.ok(starts.every((one) => /^DTSTART:\d{8}T\d{6}$/.test(one)), text);
  }
});

Deno.test("zoneComponent() takes every name that the server knows, and says whose alias it is", () => {
  const range = { from: at(2026, 0, 1), until: null };
  const alias = (name: string) => {
    const zone = parse(
      zoneComponent(name, { ...range, aliasOf: true }) ?? "",
    );
    return [
      property(zone, "TZID")?.value,
      property(zone, "TZID-ALIAS-OF")?.value,
    ];
  };
  assert.deepEqual(alias("US/Eastern"), ["US/Eastern", "America/New_York"]);
  assert.deepEqual(alias("Europe/Berlin"), ["Europe/Berlin", undefined]);
  assert.deepEqual(alias(" W. Europe Standard Time"), [
    "W. Europe Standard Time",
    "Europe/Berlin",
  ]);
  const plain = parse(zoneComponent("US/Eastern", range) ?? "");
  assert.equal(property(plain, "TZID-ALIAS-OF"), undefined);
  assert.equal(zoneComponent("Europe/Nowhere", range), undefined);
});

Deno.test("zoneComponent() has one observance where nothing ever changes", () => {
  for (const name of ["UTC", "Etc/GMT+5"]) {
    const zone = parse(zoneComponent(name, { from: null, until: null }) ?? "");
    assert.equal(zone.components.length, 1);
    assert.equal(zone.components[0]?.name, "STANDARD");
  }
});

Deno.test("zoneComponent() has all history, to the second", () => {
  for (const name of ["Europe/Amsterdam", "Africa/Monrovia", "Asia/Manila"]) {
    const zone = zoneByName(name);
    const text = zoneComponent(name, { from: null, until: null }) ?? "";
    const read = zoneOfText(wrap(text.replace(`TZID:${name}`, "TZID:Own")));
    assert.ok(zone && read);
    assert.equal(read.id, "Own");
    for (let each = at(1801, 0, 1); each < at(2500, 0, 1); each += 8e8) {
      assert.equal(read.offsetAt(each), zone.offsetAt(each), `${name} ${each}`);
    }
  }
});

Deno.test("zoneComponent() describes distant years too", () => {
  const name = "Australia/Sydney";
  const text = zoneComponent(name, { from: at(3000, 0, 1), until: null }) ?? "";
  assert.ok(!text.includes("RDATE"), text);
  assert.equal(text.match(/BEGIN:DAYLIGHT/g)?.length, 2);
  const short = zoneComponent(name, {
    from: at(3000, 3, 20),
    until: at(3000, 4, 1),
  });
  assert.equal(short?.match(/BEGIN:/g)?.length, 2);
});

Deno.test("every UTC-OFFSET that zoneComponent() writes can be read", () => {
  const text = zoneComponent("Africa/Monrovia", { from: null, until: null });
  const lines = text?.split("\r\n") ?? [];
  const offsets = lines.filter((line) => line.startsWith("TZOFFSET"));
  assert.ok(offsets.includes("TZOFFSETTO:-004430"));
  for (const line of offsets) {
    assert.notEqual(parseOffset(line.replace(/^.*:/, "")), undefined, line);
  }
});

Deno.test("observances() lists what RFC 7808 section 5.4.1 has as its example", () => {
  const list = observances("America/New_York", {
    start: at(2008, 0, 1),
    end: at(2009, 0, 1),
  });
  const standard = { name: "EST", daylight: false };
  assert.deepEqual(list, [
    {
      ...standard,
      onset: at(2008, 0, 1),
      utcOffsetFrom: -5 * HOUR,
      utcOffsetTo: -5 * HOUR,
    },
    {
      onset: at(2008, 2, 9, 7),
      name: "EDT",
      daylight: true,
      utcOffsetFrom: -5 * HOUR,
      utcOffsetTo: -4 * HOUR,
    },
    {
      ...standard,
      onset: at(2008, 10, 2, 6),
      utcOffsetFrom: -4 * HOUR,
      utcOffsetTo: -5 * HOUR,
    },
  ]);
});

Deno.test("observances() begins with a change at the start, and knows the time before all changes", () => {
  const change = at(2026, 2, 29, 1);
  const two = observances("Europe/Berlin", { start: change, end: change + 1 });
  assert.deepEqual(
    two?.map(({ onset, utcOffsetFrom }) => [
      onset,
      utcOffsetFrom / HOUR,
    ]),
    [[change, 1]],
  );
  const [first] = observances("Europe/Berlin", {
    start: at(1850, 0, 1),
    end: at(1851, 0, 1),
  }) ?? [];
  assert.equal(first?.name, "LMT");
  assert.equal(first?.utcOffsetTo, 3_208_000);
  assert.equal(observances("Nowhere", { start: 0, end: 1 }), undefined);
});

Deno.test("daylight saving time is what is put forward and back again, but not over the date line", () => {
  const kinds = (name: string, year: number) =>
    observances(name, { start: at(year, 0, 1), end: at(year + 1, 0, 1) })
      ?.map(({ daylight, utcOffsetTo }) =>
        `${daylight ? "D" : "S"}${utcOffsetTo / HOUR}`
      ).join(" ");
  assert.equal(kinds("Europe/Berlin", 2026), "S1 D2 S1");
  assert.equal(kinds("Australia/Sydney", 2026), "D11 S10 D11");
  assert.equal(kinds("Africa/Casablanca", 2025), "D1 S0 D1");
  // put forward for good
  assert.equal(kinds("Europe/Istanbul", 2016), "S2 S3");
  assert.equal(kinds("Pacific/Apia", 2011), "D-10 S-11 S-10 S14");
});

Deno.test("what observances() says of one does not depend on where the list ends", () => {
  // the next change came in 2012
  const listed = (until: number) =>
    observances("Africa/Tripoli", {
      start: Date.UTC(1998, 0, 1),
      end: Date.UTC(until, 0, 1),
    })?.[0];
  assert.ok(listed(2000));
  assert.deepEqual(listed(2000), listed(2020));
});

Deno.test("truncated zones are made without asking the runtime for its names again", () => {
  const { DateTimeFormat } = Intl;
  let made = 0;
  Intl.DateTimeFormat = new Proxy(DateTimeFormat, {
    construct(target, args) {
      made++;
      return Reflect.construct(target, args);
    },
  });
  try {
    const year = (from: number) =>
      zoneComponent("Pacific/Chatham", {
        from: Date.UTC(from, 0, 1),
        until: Date.UTC(from + 1, 0, 1),
      });
    assert.match(year(2001) ?? "", /DAYLIGHT/);
    assert.ok(made > 0);
    made = 0;
    assert.match(year(2002) ?? "", /DAYLIGHT/);
    assert.equal(made, 0);
    // one zone after the other: no more are kept than are much used
    for (const name of zoneNames().slice(0, 40)) {
      zoneComponent(name, { from: 0, until: 1 });
    }
    made = 0;
    year(2003);
    assert.ok(made > 0);
  } finally {
    Intl.DateTimeFormat = DateTimeFormat;
  }
});
