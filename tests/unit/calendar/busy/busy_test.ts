import assert from "node:assert/strict";
import { createBusyTime } from "../../../../src/calendar/busy/busy.ts";
import {
  UTC,
  type Zone,
  zoneByName,
} from "../../../../src/calendar/zones/zones.ts";
import { addBusy, calendarOf, eventLines } from "../objects.ts";

const RANGE = { start: Date.UTC(2026, 2, 1), end: Date.UTC(2026, 2, 8) };

/** Periods as "day hour - day hour type". */
function busy(lines: string[], zone: Zone = UTC): string[] {
  const time = createBusyTime(RANGE);
  assert.ok(
    addBusy(time, calendarOf(...lines), { zone, budget: { steps: 10_000 } }),
  );
  const short = (epoch: number) =>
    new Date(epoch).toISOString().slice(8, 13).replace("T", " ");
  return time.periods().map(({ start, end, type }) =>
    `${short(start)} - ${short(end)} ${type}`
  );
}

const TEN = ["DTSTART:20260302T100000Z", "DURATION:PT1H"];

Deno.test("createBusyTime() follows the table of TRANSP and STATUS", () => {
  const cases: [string[], string[]][] = [
    [[], ["02 10 - 02 11 BUSY"]],
    [["STATUS:CONFIRMED", "TRANSP:OPAQUE"], ["02 10 - 02 11 BUSY"]],
    [["STATUS:TENTATIVE"], ["02 10 - 02 11 BUSY-TENTATIVE"]],
    [["STATUS:CANCELLED"], []],
    [["STATUS:X-OTHER"], ["02 10 - 02 11 BUSY"]],
    [["TRANSP:TRANSPARENT"], []],
    [["TRANSP:TRANSPARENT", "STATUS:TENTATIVE"], []],
  ];
  for (const [more, expected] of cases) {
    assert.deepEqual(busy(eventLines(...TEN, ...more)), expected, more.join());
  }
});

Deno.test("createBusyTime() knows instances, with the overrides' own state", () => {
  const lines = [
    ...eventLines(...TEN, "RRULE:FREQ=DAILY;COUNT=4"),
    ...eventLines(
      "RECURRENCE-ID:20260303T100000Z",
      "DTSTART:20260303T150000Z",
      "DURATION:PT1H",
      "STATUS:TENTATIVE",
    ),
    ...eventLines(
      "RECURRENCE-ID:20260304T100000Z",
      "DTSTART:20260304T100000Z",
      "STATUS:CANCELLED",
    ),
  ];
  assert.deepEqual(busy(lines), [
    "02 10 - 02 11 BUSY",
    "05 10 - 05 11 BUSY",
    "03 15 - 03 16 BUSY-TENTATIVE",
  ]);
});

Deno.test("createBusyTime() cuts to the range, and knows days and floating time in the zone", () => {
  const tokyo = zoneByName("Asia/Tokyo");
  assert.ok(tokyo);
  const day = eventLines("DTSTART;VALUE=DATE:20260302");
  assert.deepEqual(busy(day), ["02 00 - 03 00 BUSY"]);
  assert.deepEqual(busy(day, tokyo), ["01 15 - 02 15 BUSY"]);
  const long = eventLines("DTSTART:20260220T000000Z", "DTEND:20260401T000000Z");
  assert.deepEqual(busy(long), ["01 00 - 08 00 BUSY"]);
  assert.deepEqual(busy(eventLines("DTSTART:20260302T100000Z")), []);
  assert.deepEqual(busy(eventLines("DTSTART:20260401T100000Z")), []);
});

Deno.test("createBusyTime() takes published busy time, and no tasks", () => {
  const lines = [
    "BEGIN:VFREEBUSY",
    "FREEBUSY:20260302T100000Z/PT1H,20260302T110000Z/20260302T120000Z",
    "FREEBUSY;FBTYPE=FREE:20260303T100000Z/PT1H",
    "FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260304T100000Z/PT1H",
    "FREEBUSY;FBTYPE=X-OWN:20260305T100000Z/PT1H,nonsense",
    "END:VFREEBUSY",
    "BEGIN:VTODO",
    ...TEN,
    "END:VTODO",
  ];
  assert.deepEqual(busy(lines), [
    "02 10 - 02 12 BUSY",
    "05 10 - 05 11 BUSY",
    "04 10 - 04 11 BUSY-UNAVAILABLE",
  ]);
});

Deno.test("createBusyTime() says where it is too much work", () => {
  const rule = ["DTSTART:20260301T000000Z", "RRULE:FREQ=SECONDLY"];
  const available = [
    "BEGIN:VAVAILABILITY",
    "BEGIN:AVAILABLE",
    ...rule,
    "END:AVAILABLE",
    "END:VAVAILABILITY",
  ];
  const many = [
    "BEGIN:VAVAILABILITY",
    ...Array(101).fill(["BEGIN:AVAILABLE", ...TEN, "END:AVAILABLE"]).flat(),
    "END:VAVAILABILITY",
  ];
  for (const lines of [eventLines(...rule), available, many]) {
    const time = createBusyTime(RANGE);
    const budget = { steps: 100 };
    assert.ok(!addBusy(time, calendarOf(...lines), { zone: UTC, budget }));
  }
});

Deno.test("createBusyTime() lays what happens over what is not available, of all objects together", () => {
  const time = createBusyTime(RANGE);
  const objects = [
    eventLines(...TEN),
    eventLines("DTSTART:20260302T103000Z", "DURATION:PT1H"),
    [
      "BEGIN:VAVAILABILITY",
      "DTSTART:20260302T000000Z",
      "DTEND:20260303T000000Z",
      "BEGIN:AVAILABLE",
      "DTSTART:20260302T090000Z",
      "DTEND:20260302T170000Z",
      "END:AVAILABLE",
      "END:VAVAILABILITY",
    ],
  ];
  for (const lines of objects) {
    const context = { zone: UTC, budget: { steps: 1000 } };
    assert.ok(addBusy(time, calendarOf(...lines), context));
  }
  const at = (hour: number, minute = 0) => Date.UTC(2026, 2, 2, hour, minute);
  assert.deepEqual(time.periods(), [
    { start: at(10), end: at(11, 30), type: "BUSY" },
    { start: at(0), end: at(9), type: "BUSY-UNAVAILABLE" },
    { start: at(17), end: at(24), type: "BUSY-UNAVAILABLE" },
  ]);
});
