/** The examples of RFC 7953 sections 3.1 and 5.1 and its appendices. */

import assert from "node:assert/strict";
import { put } from "../harness.ts";
import {
  availability,
  CALENDAR,
  createHours,
  freeBusy,
  hours,
  montreal,
  object,
  SLOT,
  slots,
  SUMMER,
  WEEKDAYS,
  WINTER,
} from "./rfc7953_data.ts";

Deno.test("RFC 7953 section 3.1: always available Monday through Friday", async () => {
  await using server = await createHours();
  await put(
    server,
    `${CALENDAR}a.ics`,
    availability(
      "a",
      [],
      hours("Montreal", "20111002", ["09", "17"], WEEKDAYS),
    ),
  );
  const row = async (day: number) => {
    const start = montreal(10, day, SUMMER) + SLOT / 2;
    return slots(await freeBusy(server, start), start);
  };
  // slots that begin at an odd hour
  assert.equal(await row(3), "UUUUFFFFUUUU", "Monday");
  assert.equal(await row(7), "UUUUFFFFUUUU", "Friday");
  assert.equal(await row(8), "U".repeat(12), "Saturday");
  assert.equal(
    slots(
      await freeBusy(server, montreal(9, 26, SUMMER)),
      montreal(9, 26, SUMMER),
    ),
    "U".repeat(12),
    "before the first one",
  );
});

Deno.test("RFC 7953 section 3.1: two offices between two dates", async () => {
  await using server = await createHours();
  await put(
    server,
    `${CALENDAR}a.ics`,
    availability(
      "a",
      [
        "DTSTART;TZID=America/Montreal:20111002T000000",
        "DTEND;TZID=America/Montreal:20111202T000000",
      ],
      hours(
        "Montreal",
        "20111002",
        ["09", "17"],
        ";BYDAY=MO,TU,WE,TH",
      ),
      // the example's first Friday is a Thursday
      hours("Montreal", "20111007", ["09", "12"], ""),
    ),
  );
  const busy = async (month: number, day: number, offset: number) => {
    const start = montreal(month, day, offset);
    const text = await freeBusy(server, start);
    return [...text.matchAll(/^FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:(.*)\r$/gm)]
      .map((one) => one[1]);
  };
  assert.deepEqual(await busy(10, 6, SUMMER), [
    "20111006T040000Z/20111006T130000Z",
    "20111006T210000Z/20111007T040000Z",
  ], "Thursday");
  assert.deepEqual(await busy(10, 7, SUMMER), [
    "20111007T040000Z/20111007T130000Z",
    "20111007T160000Z/20111008T040000Z",
  ], "Friday");
  assert.deepEqual(await busy(12, 2, WINTER), [], "behind its end");
  assert.deepEqual(await busy(10, 1, SUMMER), [], "before its start");
});

Deno.test("RFC 7953 section 3.1: a traveller's three blocks", async () => {
  await using server = await createHours();
  const work = ["09", "17"] as const;
  const blocks: [string, string[], string][] = [
    ["a", [
      "DTSTART;TZID=America/Montreal:20111002T000000",
      "DTEND;TZID=America/Montreal:20111023T030000",
    ], "20111002"],
    ["b", [
      "DTSTART;TZID=America/Denver:20111023T000000",
      "DTEND;TZID=America/Denver:20111030T000000",
    ], "20111023"],
    ["c", ["DTSTART;TZID=America/Montreal:20111030T030000"], "20111030"],
  ];
  for (const [uid, lines, date] of blocks) {
    const zone = uid === "b" ? "Denver" : "Montreal";
    await put(
      server,
      `${CALENDAR}${uid}.ics`,
      availability(uid, lines, hours(zone, date, work, WEEKDAYS)),
    );
  }
  const row = async (day: number) => {
    const start = montreal(10, day, SUMMER) + SLOT / 2;
    return slots(await freeBusy(server, start), start);
  };
  assert.equal(await row(21), "UUUUFFFFUUUU", "Friday in Montreal");
  assert.equal(await row(24), "UUUUUFFFFUUU", "Monday in Denver");
  assert.equal(await row(31), "UUUUFFFFUUUU", "Monday in Montreal again");
  const later = Date.UTC(2020, 0, 6, 6);
  assert.equal(slots(await freeBusy(server, later), later), "UUUUFFFFUUUU");
});

Deno.test("RFC 7953 section 5.1.1 and Appendix A: availability and a meeting", async () => {
  await using server = await createHours();
  await put(
    server,
    `${CALENDAR}hours.ics`,
    availability(
      "452DFCA7-3203-4A3D-9A9A-99753A383B41",
      ["DTSTART;TZID=America/Montreal:20111002T000000"],
      hours("Montreal", "20111002", ["08", "18"], WEEKDAYS),
    ),
  );
  const sunday = montreal(11, 6, SUMMER);
  const monday = montreal(11, 7, WINTER);
  const row = async (start: number) =>
    slots(await freeBusy(server, start), start);
  assert.equal(await row(monday), "UUUUFFFFFUUU", "step 3");
  const meeting = (date: string) =>
    object(
      "BEGIN:VEVENT",
      "DTSTAMP:20111113T044111Z",
      `DTSTART;TZID=America/Montreal:${date}T120000`,
      "DURATION:PT2H",
      "SUMMARY:Meeting",
      "UID:768CB0C2-8642-43F7-A6C4-F8BB04B829B4",
      "END:VEVENT",
    );
  // the example calls 6 November a Monday: its table holds for the next day
  await put(server, `${CALENDAR}meeting.ics`, meeting("20111107"));
  assert.equal(await row(monday), "UUUUFFBFFUUU", "step 4");
  await put(server, `${CALENDAR}meeting.ics`, meeting("20111106"));
  const text = await freeBusy(server, sunday);
  assert.match(text, /^FREEBUSY:20111106T170000Z\/20111106T190000Z\r$/m);
  assert.match(
    text,
    /^FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20111106T040000Z\/20111107T040000Z\r$/m,
  );
});

Deno.test("RFC 7953 section 5.1.2 and Appendix B: a week elsewhere has a higher priority", async () => {
  await using server = await createHours();
  await put(
    server,
    `${CALENDAR}base.ics`,
    availability(
      "627A87FA-E5F1-43C0-B3B1-567DA10F2A83",
      ["DTSTART;TZID=America/Montreal:20111002T000000"],
      hours("Montreal", "20111002", ["08", "18"], WEEKDAYS),
    ),
  );
  const monday = montreal(10, 24, SUMMER);
  const row = async (start = monday) =>
    slots(await freeBusy(server, start), start);
  assert.equal(await row(), "UUUUFFFFFUUU", "the base alone");
  await put(
    server,
    `${CALENDAR}week.ics`,
    availability(
      "F01411E3-38B8-4490-8A1F-0CCEC57A0943",
      [
        "DTSTART;TZID=America/Denver:20111023T000000",
        "DTEND;TZID=America/Denver:20111030T000000",
        "PRIORITY:1",
      ],
      hours("Denver", "20111023", ["08", "18"], WEEKDAYS),
    ),
  );
  assert.equal(await row(), "UUUUUFFFFFUU", "step 3.P1");
  await put(
    server,
    `${CALENDAR}lunch.ics`,
    object(
      "BEGIN:VEVENT",
      "DTSTAMP:20111113T044111Z",
      // the example's data has it two weeks later than its table
      "DTSTART;TZID=America/Denver:20111024T120000",
      "DURATION:PT2H",
      "SUMMARY:Lunch meeting in Denver",
      "UID:2346C09A-42BF-439E-916C-FC83AF869171",
      "END:VEVENT",
    ),
  );
  assert.equal(await row(), "UUUUUFFBFFUU", "step 4");
  assert.equal(await row(montreal(10, 31, SUMMER)), "UUUUFFFFFUUU");
});
