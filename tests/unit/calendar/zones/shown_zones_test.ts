import assert from "node:assert/strict";
import { parseCalendarText } from "../../../../src/calendar/parse.ts";
import { withZones } from "../../../../src/calendar/zones/shown_zones.ts";

function zone(tzid: string): string {
  return `BEGIN:VTIMEZONE\nTZID:${tzid}\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE\n`;
}

function event(tzid: string): string {
  return `BEGIN:VEVENT\nUID:a\nDTSTART;TZID=${tzid}:20260101T120000\nEND:VEVENT\n`;
}

function object(...components: readonly string[]): string {
  return `BEGIN:VCALENDAR\nVERSION:2.0\n${components.join("")}END:VCALENDAR\n`;
}

function shown(text: string, zones: boolean): string | undefined {
  const parsed = parseCalendarText(text);
  assert.ok(parsed.ok);
  return withZones(parsed.calendar, zones);
}

Deno.test("withZones() leaves out what the service has, and not a byte more", () => {
  const berlin = zone("Europe/Berlin");
  const text = object(berlin, zone("x"), event("Europe/Berlin"));
  assert.equal(shown(text, false), text.replace(berlin, ""));
  // also where nothing names it
  assert.equal(shown(object(berlin, event("x")), false), object(event("x")));
  // an alias is a name too; another spelling is none
  assert.equal(shown(object(zone("US/Eastern")), false), object());
  assert.equal(shown(object(zone("europe/berlin")), false), undefined);
});

Deno.test("withZones() adds each zone that is named, once", () => {
  const text = object(event("Europe/Berlin"), event("Europe/Berlin"));
  const made = shown(text, true) ?? "";
  assert.equal(made.match(/^BEGIN:VTIMEZONE/gm)?.length, 1);
  assert.equal(
    made.replace(/BEGIN:VTIMEZONE[^]*END:VTIMEZONE\r\n/, ""),
    text,
  );
  assert.equal(shown(object(event("nowhere")), true), undefined);
  assert.equal(shown(object(event("Europe/Berlin")), false), undefined);
});

Deno.test("withZones() finds a zone by the name that its VTIMEZONE escapes", () => {
  const tzid = "(UTC+01:00) Amsterdam\\, Berlin";
  const text = object(
    zone(tzid),
    event(`"${tzid.replace("\\", "")}"`),
  );
  assert.equal(shown(text, true), undefined);
  assert.equal(shown(text, false), undefined);
});

Deno.test("withZones() makes a bounded number of zones", () => {
  const names = Intl.supportedValuesOf("timeZone").slice(0, 80);
  const made = shown(object(...names.map(event)), true) ?? "";
  assert.equal(made.match(/^BEGIN:VTIMEZONE/gm)?.length, 64);
});
