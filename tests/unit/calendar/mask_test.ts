import assert from "node:assert/strict";
import { maskCalendar } from "../../../src/calendar/mask.ts";
import { checkCalendarObject } from "../../../src/calendar/validate.ts";
import { SUPPORTED_COMPONENTS } from "../../../src/calendar/component_names.ts";

const SECRET = [
  "BEGIN:VCALENDAR",
  "VERSION:2.0",
  "PRODID:-//Example//EN",
  "X-WR-CALNAME:secret calendar",
  "BEGIN:VTIMEZONE",
  "TZID:Custom",
  "BEGIN:STANDARD",
  "DTSTART:19700101T000000",
  "TZOFFSETFROM:+0100",
  "TZOFFSETTO:+0100",
  "END:STANDARD",
  "END:VTIMEZONE",
  "BEGIN:VEVENT",
  "UID:one",
  "DTSTAMP:20260101T000000Z",
  "DTSTART;TZID=Custom:20260102T120000",
  "DURATION:PT1H",
  "RRULE:FREQ=DAILY;COUNT=3",
  "EXDATE;TZID=Custom:20260103T120000",
  "CLASS:PRIVATE",
  "TRANSP:OPAQUE",
  "SUMMARY:secret",
  "DESCRIPTION:secret",
  "LOCATION:secret",
  "ATTENDEE;CN=secret:mailto:secret@example.org",
  "ORGANIZER:mailto:secret@example.org",
  "X-NOTE:secret",
  "BEGIN:VALARM",
  "ACTION:DISPLAY",
  "DESCRIPTION:secret",
  "TRIGGER:-PT15M",
  "END:VALARM",
  "END:VEVENT",
  "END:VCALENDAR",
  "",
].join("\r\n");

function mask(text: string): string {
  return new TextDecoder().decode(maskCalendar(new TextEncoder().encode(text)));
}

Deno.test("maskCalendar() leaves when something happens, and nothing else", () => {
  const masked = mask(SECRET);
  assert.doesNotMatch(masked, /secret|VALARM|ATTENDEE|ORGANIZER|X-/);
  for (
    const line of [
      "UID:one",
      "DTSTART;TZID=Custom:20260102T120000",
      "DURATION:PT1H",
      "RRULE:FREQ=DAILY;COUNT=3",
      "EXDATE;TZID=Custom:20260103T120000",
      "CLASS:PRIVATE",
      "TRANSP:OPAQUE",
      "SUMMARY:Busy",
      "TZID:Custom",
    ]
  ) assert.ok(masked.split("\r\n").includes(line), line);
  // the zone has no title
  assert.equal(masked.match(/SUMMARY:Busy/g)?.length, 1);
});

Deno.test("maskCalendar() leaves how busy the time of a VAVAILABILITY is, and its AVAILABLE components", () => {
  const lines = (...inner: readonly string[]) =>
    ["BEGIN:VCALENDAR", ...inner, "END:VCALENDAR", ""].join("\r\n");
  const masked = mask(lines(
    "BEGIN:VAVAILABILITY",
    "UID:one",
    "PRIORITY:1",
    "BUSYTYPE:BUSY",
    "SUMMARY:secret",
    "BEGIN:AVAILABLE",
    "UID:two",
    "DTSTART:20260102T120000Z",
    "PRIORITY:1",
    "SUMMARY:secret",
    "BEGIN:AVAILABLE",
    "END:AVAILABLE",
    "END:AVAILABLE",
    "BEGIN:X-SECRET",
    "END:X-SECRET",
    "END:VAVAILABILITY",
    "BEGIN:X-SECRET",
    "END:X-SECRET",
  ));
  assert.equal(
    masked,
    lines(
      "BEGIN:VAVAILABILITY",
      "SUMMARY:Busy",
      "UID:one",
      "PRIORITY:1",
      "BUSYTYPE:BUSY",
      "BEGIN:AVAILABLE",
      "UID:two",
      "DTSTART:20260102T120000Z",
      "END:AVAILABLE",
      "END:VAVAILABILITY",
    ),
  );
});

Deno.test("maskCalendar() leaves only parameters that a time depends on", () => {
  const masked = mask(
    SECRET.replace(
      "EXDATE;TZID=Custom:",
      'EXDATE;X-WHY="secret: a";TZID=Custom;VALUE=DATE-TIME:',
    ).replace(
      "UID:one",
      "UID;X-A=secret:one",
    ),
  );
  assert.doesNotMatch(masked, /secret/);
  assert.ok(masked.includes("\r\nUID:one\r\n"));
  assert.ok(
    masked.includes(
      "\r\nEXDATE;TZID=Custom;VALUE=DATE-TIME:20260103T120000\r\n",
    ),
  );
});

Deno.test("maskCalendar() gives an object that could be stored", () => {
  const bytes = maskCalendar(new TextEncoder().encode(SECRET));
  const checked = checkCalendarObject(bytes, {
    components: SUPPORTED_COMPONENTS,
  });
  assert.ok(checked.ok);
  assert.equal(checked.facts.uid, "one");
  assert.equal(checked.facts.access, "PRIVATE");
});

Deno.test("maskCalendar() gives nothing of what it cannot read", () => {
  assert.equal(mask("secret"), "");
});
