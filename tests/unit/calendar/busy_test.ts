import assert from "node:assert/strict";
import {
  busyPeriods,
  mergeBusy,
  writeFreeBusy,
} from "../../../src/calendar/busy.ts";
import { UTC, type Zone, zoneByName } from "../../../src/calendar/zones.ts";
import { calendarOf, eventLines } from "./objects.ts";

const RANGE = { start: Date.UTC(2026, 2, 1), end: Date.UTC(2026, 2, 8) };

/** Periods as "day hour - day hour type". */
function busy(lines: string[], zone: Zone = UTC): string[] {
  const periods = busyPeriods(calendarOf(...lines), {
    range: RANGE,
    zone,
    budget: { steps: 10_000 },
  });
  assert.ok(periods);
  const short = (epoch: number) =>
    new Date(epoch).toISOString().slice(8, 13).replace("T", " ");
  return mergeBusy(periods).map(({ start, end, type }) =>
    `${short(start)} - ${short(end)} ${type}`
  );
}

const TEN = ["DTSTART:20260302T100000Z", "DURATION:PT1H"];

Deno.test("busyPeriods() follows the table of TRANSP and STATUS", () => {
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

Deno.test("busyPeriods() knows instances, with the overrides' own state", () => {
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

Deno.test("busyPeriods() cuts to the range, and knows days and floating time in the zone", () => {
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

Deno.test("busyPeriods() takes published busy time, and no tasks", () => {
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

Deno.test("busyPeriods() says where it is too much work", () => {
  const calendar = calendarOf(
    ...eventLines("DTSTART:20260301T000000Z", "RRULE:FREQ=SECONDLY"),
  );
  const budget = { steps: 100 };
  assert.equal(
    busyPeriods(calendar, { range: RANGE, zone: UTC, budget }),
    undefined,
  );
});

Deno.test("mergeBusy() joins what touches or overlaps, each type by itself", () => {
  const period = (start: number, end: number, type = "BUSY" as const) => ({
    start,
    end,
    type,
  });
  assert.deepEqual(
    mergeBusy([
      period(5, 6),
      period(1, 3),
      { start: 2, end: 9, type: "BUSY-TENTATIVE" },
      period(3, 4),
      period(1, 2),
      period(5, 6),
    ]),
    [
      period(1, 4),
      period(5, 6),
      { start: 2, end: 9, type: "BUSY-TENTATIVE" },
    ],
  );
});

Deno.test("writeFreeBusy() writes one VFREEBUSY, without FREEBUSY where nobody is busy", () => {
  const about = { range: RANGE, now: Date.UTC(2026, 0, 1), uid: "u" };
  const lines = (periods: Parameters<typeof writeFreeBusy>[0]) =>
    writeFreeBusy(periods, about).split("\r\n").slice(3, -3);
  const head = [
    "BEGIN:VFREEBUSY",
    "UID:u",
    "DTSTAMP:20260101T000000Z",
    "DTSTART:20260301T000000Z",
    "DTEND:20260308T000000Z",
  ];
  assert.deepEqual(lines([]), head);
  const hour = (type: "BUSY" | "BUSY-TENTATIVE", at: number) => ({
    start: Date.UTC(2026, 2, 2, at),
    end: Date.UTC(2026, 2, 2, at + 1),
    type,
  });
  assert.deepEqual(lines([hour("BUSY-TENTATIVE", 1), hour("BUSY", 3)]), [
    ...head,
    "FREEBUSY:20260302T030000Z/20260302T040000Z",
    "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260302T010000Z/20260302T020000Z",
  ]);
});
