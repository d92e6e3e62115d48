import assert from "node:assert/strict";
import { writeFreeBusy } from "../../../../src/calendar/busy/free_busy.ts";

const RANGE = { start: Date.UTC(2026, 2, 1), end: Date.UTC(2026, 2, 8) };

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
  assert.deepEqual(lines([hour("BUSY", 3), hour("BUSY-TENTATIVE", 1)]), [
    ...head,
    "FREEBUSY:20260302T030000Z/20260302T040000Z",
    "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260302T010000Z/20260302T020000Z",
  ]);
});
