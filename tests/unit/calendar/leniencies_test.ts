/** Each row of docs/leniencies.md about calendar objects, tried: whoever adds a row adds its probe here. */

import assert from "node:assert/strict";
import { checkCalendarObject } from "../../../src/calendar/validate.ts";
import { zoneByName } from "../../../src/calendar/zones/zones.ts";
import {
  busy,
  event,
  happens,
  type Probes,
  rings,
  task,
  testLeniencies,
} from "./lenient.ts";
import { bytesOf, eventLines, objectOf } from "./objects.ts";

const START = "DTSTART:20260302T100000Z";
const TEN = "0302T10";

const BERLIN = "DTSTART;TZID=Europe/Berlin:20260302T100000";

/** A VTIMEZONE with one offset for ever. */
function fixedZone(tzid: string, offset: string): string[] {
  return [
    ...["BEGIN:VTIMEZONE", `TZID:${tzid}`, "BEGIN:STANDARD"],
    ...["DTSTART:19700101T000000", `TZOFFSETFROM:${offset}`],
    ...[`TZOFFSETTO:${offset}`, "END:STANDARD", "END:VTIMEZONE"],
  ];
}

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
    const [begin = "", ...zone] = fixedZone("mine", "+0900");
    const located = objectOf(
      ...[begin, "X-LIC-LOCATION:Europe/Berlin", ...zone],
      ...eventLines(BERLIN.replace("Europe/Berlin", "mine")),
    );
    assert.deepEqual(happens(located), ["0302T09"]);
  },
  "a VTIMEZONE that contradicts the IANA zone of its TZID": () => {
    const bytes = objectOf(
      ...fixedZone("Europe/Berlin", "+0900"),
      ...eventLines(BERLIN),
    );
    assert.deepEqual(happens(bytes), ["0302T09"]);
  },
  "a TZID with commas that are escaped in its VTIMEZONE": () => {
    const [plain, escaped] = ["(GMT+9) A, B", "(GMT+9) A\\, B"] as const;
    for (const used of [plain, escaped]) {
      const bytes = objectOf(
        ...fixedZone(escaped, "+0900"),
        ...eventLines(`DTSTART;TZID="${used}":20260302T100000`),
      );
      assert.deepEqual(happens(bytes), ["0302T01"], used);
    }
  },
  "Windows names of former years": () => {
    const names = ["Central Standard Time (Mexico)", "Mexico Standard Time"];
    const [now, former] = names.map((name) =>
      happens(event(BERLIN.replace("Europe/Berlin", name)))
    );
    assert.deepEqual(now, ["0302T16"]);
    assert.deepEqual(former, now);
    const stockholm = BERLIN.replace("Europe/Berlin", "/Europe/Stockholm");
    assert.deepEqual(happens(event(stockholm)), ["0302T09"]);
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
    const lengths: [string, number][] = [["P1W2D", 9], ["PT1W", 7]];
    for (const [length, days] of lengths) {
      assert.deepEqual(happens(event(START, `DURATION:${length}`)), [
        `${TEN}+${days * 24}`,
      ]);
    }
  },
  "a date with a `Z`": () => {
    const day = "DTSTART;VALUE=DATE:20260302";
    assert.deepEqual(happens(event(day, "RDATE;VALUE=DATE:20260304Z")), [
      "0302T00+24",
      "0304T00+24",
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
    const bytes = event(START, "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2");
    assert.deepEqual(happens(bytes), [TEN, "0303T10"]);
  },
  "EXRULE, which RFC 5545 has dropped": () => {
    const daily = [START, "RRULE:FREQ=DAILY;COUNT=3"];
    assert.deepEqual(
      happens(event(...daily, "EXRULE:FREQ=DAILY;INTERVAL=2")),
      ["0303T10"],
    );
    assert.equal(happens(event(...daily, "EXRULE:never")).length, 3);
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

testLeniencies("Calendar objects", OBJECTS);
