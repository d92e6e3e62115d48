/** Each row of docs/leniencies.md about calendar objects, tried: whoever adds a row adds its probe here. */

import assert from "node:assert/strict";
import { matchesFilter } from "../../../src/calendar/filter.ts";
import { parseCalendar } from "../../../src/calendar/parse.ts";
import { checkCalendarObject } from "../../../src/calendar/validate.ts";
import { UTC, zoneByName } from "../../../src/calendar/zones.ts";
import { busy, encode, event, happens, rings, task } from "./lenient.ts";
import { bytesOf, calendarLines, eventLines, objectOf } from "./objects.ts";

const START = "DTSTART:20260302T100000Z";
const TEN = "0302T10";

const BERLIN = "DTSTART;TZID=Europe/Berlin:20260302T100000";

type Probes = Readonly<Record<string, () => void>>;

/** By the beginning of the row. */
const TEXT: Probes = {
  "line ends LF, CR or mixed": () => {
    const lines = calendarLines(...eventLines(START));
    for (const end of ["\n", "\r", "\r\n"]) {
      assert.deepEqual(happens(encode(lines, end)), [TEN]);
    }
    const mixed = `${lines.slice(0, 4).join("\n")}\r${
      lines.slice(4).join("\r\n")
    }`;
    assert.deepEqual(happens(encode([mixed], "\n")), [TEN]);
  },
  "byte order mark at the beginning": () => {
    const [first, ...rest] = calendarLines(...eventLines(START));
    const bytes = encode([`\ufeff${first}`, ...rest], "\r\n");
    assert.deepEqual(happens(bytes), [TEN]);
  },
  "blank lines": () => {
    const lines = calendarLines(...eventLines("", START, ""));
    assert.deepEqual(happens(bytesOf(...lines, "", "")), [TEN]);
  },
  "folds in the middle of a UTF-8 character": () => {
    const bytes = event(START, "SUMMARY:Gr\u00fc\u00dfe");
    const at = bytes.indexOf(0xc3) + 1;
    const fold = new TextEncoder().encode("\r\n ");
    const folded = new Uint8Array([
      ...bytes.slice(0, at),
      ...fold,
      ...bytes.slice(at),
    ]);
    const parsed = parseCalendar(folded);
    assert.ok(parsed.ok && checkCalendarObject(folded).ok);
    const [one] = parsed.calendar.root.components;
    assert.equal(one?.properties.at(-1)?.value, "Gr\u00fc\u00dfe");
  },
  "blanks around names of properties": () => {
    const lines = [
      "DTSTART ; TZID =Europe/Berlin :20260302T100000 ",
      "RRULE:FREQ=DAILY;COUNT=2 ",
    ];
    assert.deepEqual(happens(event(...lines)), ["0302T09", "0303T09"]);
  },
  "`_` and `/` in names": () => {
    const bytes = event(START, "X_OWN:1", "X-messaging/xmpp-All:a@b.example");
    assert.deepEqual(happens(bytes), [TEN]);
  },
  "parameters without `=`": () => {
    const bytes = event("DTSTART;:20260302T100000Z", "TEL;HOME:1");
    assert.deepEqual(happens(bytes), [TEN]);
  },
  "a quote in a parameter without its partner": () => {
    assert.deepEqual(happens(event(START, 'ATTENDEE;CN="a:mailto:b')), [TEN]);
  },
  "unknown `\\` escapes": () => {
    const bytes = event(START, "SUMMARY:a\\:b");
    const parsed = parseCalendar(bytes);
    assert.ok(parsed.ok && checkCalendarObject(bytes).ok);
    const text = {
      collation: "i;octet",
      type: "equals",
      negate: false,
    } as const;
    const properties = [{ name: "SUMMARY", text: { ...text, text: "a\\:b" } }];
    const components = [{ name: "VEVENT", properties }];
    const filter = { name: "VCALENDAR", components };
    assert.ok(matchesFilter(parsed.calendar, filter, { zone: UTC }));
  },
};

/** By the beginning of the row. */
const OBJECTS: Probes = {
  "PRODID or VERSION missing": () => {
    const bare = ["BEGIN:VCALENDAR", ...eventLines(START), "END:VCALENDAR"];
    assert.deepEqual(happens(bytesOf(...bare)), [TEN]);
    const [first = "", ...rest] = bare;
    const other = bytesOf(first, "VERSION:1.0", ...rest);
    assert.ok(!checkCalendarObject(other).ok);
  },
  "no VTIMEZONE for a TZID with a known name": () => {
    assert.deepEqual(happens(event(BERLIN)), ["0302T09"]);
  },
  "TZIDs with a vendor's prefix, Windows names": () => {
    const names = [
      "/freeassociation.sourceforge.net/Europe/Berlin",
      "/mozilla.org/20050126_1/Europe/Berlin",
      "W. Europe Standard Time",
    ];
    for (const name of names) {
      const line = BERLIN.replace("Europe/Berlin", name);
      assert.deepEqual(happens(event(line)), ["0302T09"], name);
    }
    const located = objectOf(
      ...["BEGIN:VTIMEZONE", "TZID:mine", "X-LIC-LOCATION:Europe/Berlin"],
      ...["BEGIN:STANDARD", "DTSTART:19700101T000000"],
      ...["TZOFFSETFROM:+0900", "TZOFFSETTO:+0900", "END:STANDARD"],
      "END:VTIMEZONE",
      ...eventLines(BERLIN.replace("Europe/Berlin", "mine")),
    );
    assert.deepEqual(happens(located), ["0302T09"]);
  },
  "TZID that nobody knows, without VTIMEZONE": () => {
    const bytes = event("DTSTART;TZID=Nowhere:20260302T100000");
    assert.deepEqual(happens(bytes), [TEN]);
    assert.deepEqual(happens(bytes, zoneByName("Asia/Tokyo")), ["0302T01"]);
  },
  "DATE value without `VALUE=DATE`": () => {
    assert.deepEqual(happens(event("DTSTART:20260302")), ["0302T00+24"]);
  },
  "UNTIL as local time or date": () => {
    const until = (value: string) =>
      happens(event(BERLIN, `RRULE:FREQ=DAILY;UNTIL=${value}`));
    assert.deepEqual(until("20260303T100000"), ["0302T09", "0303T09"]);
    assert.deepEqual(until("20260303T095959"), ["0302T09"]);
    assert.deepEqual(until("20260303"), ["0302T09", "0303T09"]);
  },
  "`;` at the end of a rule, lower case": () => {
    const rules = [
      "FREQ=DAILY;COUNT=2;",
      "freq=daily;count=2",
      "FREQ=DAILY;COUNT=2;X-OWN=1",
      "FREQ=DAILY;COUNT=2;COUNT=2",
      "FREQ=DAILY;COUNT=5;UNTIL=20260303T100000Z",
      "FREQ=DAILY;COUNT=2;UNTIL=20260401T000000Z",
    ];
    for (const rule of rules) {
      assert.deepEqual(
        happens(event(START, `RRULE:${rule}`)),
        [TEN, "0303T10"],
        rule,
      );
    }
  },
  "DATE-valued EXDATE or RECURRENCE-ID for an event with times": () => {
    const rule = "RRULE:FREQ=DAILY;COUNT=2";
    const exceptions = [
      "EXDATE;VALUE=DATE:20260303",
      "EXDATE:20260303T100000",
    ];
    for (const line of exceptions) {
      assert.deepEqual(happens(event(BERLIN, rule, line)), ["0302T09"], line);
    }
    for (const id of [";VALUE=DATE:20260303", ":20260303T100000"]) {
      const bytes = objectOf(
        ...eventLines(BERLIN, rule),
        ...eventLines(`RECURRENCE-ID${id}`, "DTSTART:20260303T200000Z"),
      );
      assert.deepEqual(happens(bytes), ["0302T09", "0303T20"], id);
    }
  },
  "EXDATE or RECURRENCE-ID with a time for an all-day event": () => {
    const day = ["DTSTART;VALUE=DATE:20260302", "RRULE:FREQ=DAILY;COUNT=2"];
    for (const value of ["20260303T000000Z", "20260303T000000"]) {
      const bytes = event(...day, `EXDATE:${value}`);
      assert.deepEqual(happens(bytes), ["0302T00+24"], value);
    }
  },
  "two components with one RECURRENCE-ID, or two masters": () => {
    const override = (sequence: number, hour: number) =>
      eventLines(
        "RECURRENCE-ID:20260303T100000Z",
        `SEQUENCE:${sequence}`,
        `DTSTART:20260303T${hour}0000Z`,
      );
    const bytes = objectOf(
      ...eventLines(START, "RRULE:FREQ=DAILY;COUNT=2"),
      ...override(2, 15),
      ...override(1, 12),
    );
    assert.deepEqual(happens(bytes), [TEN, "0303T15"]);
  },
  "empty EXDATE or RDATE": () => {
    assert.deepEqual(happens(event(START, "EXDATE:", "RDATE:")), [TEN]);
  },
  "overrides without their master": () => {
    const one = (day: string) =>
      eventLines(
        `RECURRENCE-ID:${day}T080000Z`,
        `DTSTART:${day}T100000Z`,
      );
    assert.deepEqual(happens(objectOf(...one("20260302"))), [TEN]);
    const two = objectOf(...one("20260302"), ...one("20260303"));
    assert.deepEqual(happens(two), [TEN, "0303T10"]);
  },
  "RRULE in a component that has a RECURRENCE-ID": () => {
    const bytes = event(
      "RECURRENCE-ID:20260302T100000Z",
      START,
      "RRULE:FREQ=DAILY;COUNT=2",
    );
    assert.deepEqual(happens(bytes), [TEN, "0303T10"]);
  },
  "several RRULEs": () => {
    const rules = ["FREQ=DAILY;COUNT=2", "FREQ=WEEKLY;COUNT=2"];
    assert.deepEqual(
      happens(event(START, ...rules.map((rule) => `RRULE:${rule}`))),
      [TEN, "0303T10", "0309T10"],
    );
  },
  "a task that recurs without DTSTART": () => {
    const rule = "RRULE:FREQ=DAILY;COUNT=2";
    assert.deepEqual(happens(task("DUE:20260302T100000Z", rule)), [
      TEN,
      "0303T10",
    ]);
    assert.deepEqual(happens(task(rule)), []);
  },
  "DTEND before DTSTART": () => {
    const bytes = event(START, "DTEND:20260302T090000Z");
    assert.deepEqual(happens(bytes), [TEN]);
  },
  "DTEND beside DURATION": () => {
    const bytes = event(START, "DTEND:20260302T120000Z", "DURATION:PT5H");
    assert.deepEqual(happens(bytes), [`${TEN}+2`]);
  },
  "an all-day event that ends on its own first day": () => {
    for (const end of ["20260302", "20260301"]) {
      const bytes = event(
        "DTSTART;VALUE=DATE:20260302",
        `DTEND;VALUE=DATE:${end}`,
      );
      assert.deepEqual(happens(bytes), ["0302T00+24"], end);
    }
  },
  "DTSTAMP, CREATED, LAST-MODIFIED missing or no date": () => {
    const lines = ["DTSTAMP:soon", "CREATED:00001231T000000Z"];
    assert.deepEqual(happens(event(START, ...lines)), [TEN]);
    assert.deepEqual(happens(event(START, "LAST-MODIFIED:")), [TEN]);
    const bytes = task("CREATED:00001231T000000Z");
    assert.equal(
      (checkCalendarObject(bytes) as { facts?: { span?: unknown } }).facts
        ?.span,
      undefined,
      "found in every range",
    );
  },
  "weeks beside days in a DURATION": () => {
    assert.deepEqual(happens(event(START, "DURATION:P1W2D")), [
      `${TEN}+${9 * 24}`,
    ]);
  },
  "experimental components": () => {
    const bytes = objectOf(
      ...["BEGIN:X-OWN", "X-A:1", "END:X-OWN"],
      ...eventLines(START),
    );
    assert.deepEqual(happens(bytes), [TEN]);
  },
  "several masters with one UID": () => {
    const bytes = objectOf(
      ...eventLines(START),
      ...eventLines("DTSTART:20260310T100000Z"),
    );
    assert.deepEqual(happens(bytes), [TEN, "0310T10"]);
  },
  "DTSTART that its own rule does not match": () => {
    // a Monday
    const bytes = event(START, "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=1");
    assert.deepEqual(happens(bytes), [TEN, "0303T10"]);
  },
  "BYHOUR, BYMINUTE or BYSECOND beside an all-day DTSTART": () => {
    const day = "DTSTART;VALUE=DATE:20260302";
    const rules = ["FREQ=DAILY;BYHOUR=9,10;COUNT=2", "FREQ=HOURLY;COUNT=48"];
    for (const rule of rules) {
      assert.deepEqual(
        happens(event(day, `RRULE:${rule}`)),
        ["0302T00+24", "0303T00+24"],
        rule,
      );
    }
  },
  "BYxxx parts where RFC 5545 forbids them": () => {
    assert.deepEqual(
      happens(event(START, "RRULE:FREQ=WEEKLY;BYDAY=MO;BYMONTHDAY=2;COUNT=2")),
      [TEN, "1102T10"],
    );
  },
  "numbers in BYDAY where they mean nothing": () => {
    assert.deepEqual(
      happens(event(START, "RRULE:FREQ=WEEKLY;BYDAY=2MO;COUNT=2")),
      [TEN, "0309T10"],
    );
  },
  "the 60th second": () => {
    assert.deepEqual(happens(event("DTSTART:20260302T095960Z")), [
      "0302T09:59",
    ]);
  },
  "a rule that never matches, or never ends": () => {
    const never = "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30";
    assert.deepEqual(happens(event(START, never)), [TEN]);
    const endless = event(START, "RRULE:FREQ=MONTHLY");
    assert.equal(happens(endless).length, 10);
  },
  "TRIGGER with a time but without `VALUE=DATE-TIME`": () => {
    const alarm = (...lines: string[]) =>
      event(START, "BEGIN:VALARM", ...lines, "END:VALARM");
    assert.ok(rings(alarm("TRIGGER:20260302T090000Z"), "03-02T09:00"));
    const local = alarm("TRIGGER;VALUE=DATE-TIME:20260302T090000");
    assert.ok(rings(local, "03-02T09:00"));
    const zoned = "TRIGGER;TZID=Europe/Berlin:20260302T090000";
    assert.ok(rings(alarm(zoned), "03-02T08:00"));
  },
  "an alarm without TRIGGER": () => {
    const bytes = event(START, "BEGIN:VALARM", "ACTION:AUDIO", "END:VALARM");
    assert.ok(!rings(bytes, "03-02T10:00"));
  },
  "an alarm that counts from the start of a task without DTSTART": () => {
    const alarm = ["BEGIN:VALARM", "TRIGGER:-PT1H", "END:VALARM"];
    const bytes = task("DUE:20260302T100000Z", ...alarm);
    assert.ok(rings(bytes, "03-02T09:00"));
  },
  "FREEBUSY that is no period in UTC": () => {
    const bytes = objectOf(
      ...["BEGIN:VFREEBUSY", "UID:1"],
      "FREEBUSY:20260302T090000/PT1H,nonsense,20260302T120000Z",
      "FREEBUSY;VALUE=DATE:20260302/20260303",
      "END:VFREEBUSY",
    );
    assert.deepEqual(busy(bytes), [[0, 24]]);
    const floating = objectOf(
      ...["BEGIN:VFREEBUSY", "UID:1", "FREEBUSY:20260302T100000/PT1H,x"],
      "END:VFREEBUSY",
    );
    const tokyo = zoneByName("Asia/Tokyo");
    assert.deepEqual(busy(floating, tokyo), [[1, 2]]);
  },
  "dates or floating times in VAVAILABILITY": () => {
    const bytes = objectOf(
      ...["BEGIN:VAVAILABILITY", "UID:1", "DTSTART:20260302T100000"],
      ...["DTEND:20260302T120000", "END:VAVAILABILITY"],
    );
    const tokyo = zoneByName("Asia/Tokyo");
    assert.deepEqual(busy(bytes, tokyo), [[1, 3]]);
  },
};

const SECTIONS: Readonly<Record<string, Probes>> = {
  "iCalendar and vCard text": TEXT,
  "Calendar objects": OBJECTS,
};

/** First columns of a section's table. */
function rowsOf(document: string, section: string): string[] {
  const [, rest = ""] = document.split(`\n## ${section}\n`);
  const [table = ""] = rest.split("\n## ");
  return table.split("\n").filter((line) => line.startsWith("| "))
    .map((line) => line.split("|")[1]?.trim() ?? "").slice(2);
}

const DOCUMENT = await Deno.readTextFile(
  new URL("../../../docs/leniencies.md", import.meta.url),
);

for (const [section, probes] of Object.entries(SECTIONS)) {
  Deno.test(`docs/leniencies.md and the probes name the same: ${section}`, () => {
    const rows = rowsOf(DOCUMENT, section);
    assert.ok(rows.length > 5);
    const keys = Object.keys(probes);
    const untried = rows.filter((row) =>
      !keys.some((key) => row.startsWith(key))
    );
    assert.deepEqual(untried, [], "rows without a probe in this file");
    const unlisted = keys.filter((key) =>
      !rows.some((row) => row.startsWith(key))
    );
    assert.deepEqual(unlisted, [], "probes without a row");
  });
  for (const [key, probe] of Object.entries(probes)) {
    Deno.test(`leniency: ${key}`, probe);
  }
}
