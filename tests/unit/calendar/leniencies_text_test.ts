/** Each row of docs/leniencies.md about iCalendar text, tried. */

import assert from "node:assert/strict";
import { matchesFilter } from "../../../src/calendar/filter.ts";
import { parseCalendar } from "../../../src/calendar/parse.ts";
import { checkCalendarObject } from "../../../src/calendar/validate.ts";
import { UTC } from "../../../src/calendar/zones/zones.ts";
import {
  encode,
  event,
  happens,
  type Probes,
  testLeniencies,
} from "./lenient.ts";
import { bytesOf, calendarLines, eventLines } from "./objects.ts";

const START = "DTSTART:20260302T100000Z";
const TEN = "0302T10";

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

testLeniencies("iCalendar and vCard text", TEXT);
