import { NS } from "../../src/xml/names.ts";
import {
  assertCondition,
  assertUnchanged,
  createHttpFixture,
} from "./http_fixture.ts";

Deno.test("put() names the condition for rules and dates that cannot be", async () => {
  const server = await createHttpFixture();
  const before = server.snapshot();
  const start = "DTSTART:20200101T000000Z";
  const cases: [condition: string, ...lines: string[]][] = [
    ["valid-calendar-data", start, "RRULE:FREQ=DAILY;BYHOUR=25"],
    ["valid-calendar-data", start, "RRULE:FREQ=DAILY;COUNT=0"],
    ["valid-calendar-data", start, "RRULE:FREQ=DAILY;COUNT=99999999999"],
    ["valid-calendar-data", "DTSTART:20200230T000000Z"],
    ["min-date-time", "DTSTART:00000101T000000Z"],
  ];
  for (const [condition, ...lines] of cases) {
    const body = [
      "BEGIN:VCALENDAR",
      "VERSION:2.0",
      "PRODID:-//Kalends//Tests//EN",
      "BEGIN:VEVENT",
      "UID:a",
      "DTSTAMP:20260101T000000Z",
      ...lines,
      "END:VEVENT",
      "END:VCALENDAR",
      "",
    ].join("\r\n");
    const response = await server.send("PUT", "/calendars/me/home/a.ics", {
      headers: { "content-type": "text/calendar; charset=utf-8" },
      body,
    });
    await assertCondition(response, [403, NS.caldav, condition]);
  }
  await assertUnchanged(server, before);
});
