/**
 * Office hours for tests of RFC 7953, and its way of drawing a day.
 *
 * @module
 */

import assert from "node:assert/strict";
import { createTestServer, XMLNS } from "../harness.ts";
import type { DavOptions, TestServer } from "../harness.ts";

/** The calendar of createHours(). */
export const CALENDAR = "/calendars/me/hours/";
const DAY = 86_400_000;
/** Milliseconds of a slot. */
export const SLOT = 7_200_000;

/** A calendar that takes events and availability. */
export async function createHours(): Promise<TestServer> {
  const server = await createTestServer();
  const comps = ["VEVENT", "VAVAILABILITY"].map((name) =>
    `<C:comp name="${name}"/>`
  ).join("");
  const made = await server.dav("MKCALENDAR", CALENDAR, {
    body:
      `<C:mkcalendar ${XMLNS}><D:set><D:prop><C:supported-calendar-component-set>${comps}</C:supported-calendar-component-set></D:prop></D:set></C:mkcalendar>`,
  });
  assert.equal(made.status, 201, made.text);
  return server;
}

/** An iCalendar object. */
export function object(...lines: string[]): string {
  return [
    "BEGIN:VCALENDAR",
    "CALSCALE:GREGORIAN",
    "PRODID:-//example.com//iCalendar 2.0//EN",
    "VERSION:2.0",
    ...lines,
    "END:VCALENDAR",
    "",
  ].join("\r\n");
}

/** A VAVAILABILITY with its own lines and its AVAILABLE components. */
export function availability(
  uid: string,
  lines: readonly string[],
  ...available: (readonly string[])[]
): string {
  return object(
    "BEGIN:VAVAILABILITY",
    "ORGANIZER:mailto:bernard@example.com",
    `UID:${uid}`,
    "DTSTAMP:20111005T133225Z",
    ...lines,
    ...available.flatMap((inner, n) => [
      "BEGIN:AVAILABLE",
      `UID:${uid}-${n}`,
      ...inner,
      "END:AVAILABLE",
    ]),
    "END:VAVAILABILITY",
  );
}

/** Office hours that recur, in a zone, with a place. */
export function hours(
  zone: string,
  date: string,
  [from, to]: readonly [string, string],
  days: string,
): string[] {
  return [
    `SUMMARY:Office hours of ${zone}`,
    `DTSTART;TZID=America/${zone}:${date}T${from}0000`,
    `DTEND;TZID=America/${zone}:${date}T${to}0000`,
    `RRULE:FREQ=WEEKLY${days}`,
    `LOCATION:${zone}`,
  ];
}

/** A rule's days of work. */
export const WEEKDAYS = ";BYDAY=MO,TU,WE,TH,FR";

function utc(epoch: number): string {
  return new Date(epoch).toISOString().replace(/\.000|[-:]/g, "");
}

/** The day's answer of free-busy-query, on the calendar or on a home, to its owner or to somebody else. */
export async function freeBusy(
  server: TestServer,
  start: number,
  { path = CALENDAR, ...as }: { path?: string } & Pick<DavOptions, "user"> = {},
): Promise<string> {
  const answer = await server.dav("REPORT", path, {
    ...as,
    headers: { depth: path === CALENDAR ? "1" : "infinity" },
    body: `<C:free-busy-query ${XMLNS}><C:time-range start="${
      utc(start)
    }" end="${utc(start + DAY)}"/></C:free-busy-query>`,
  });
  assert.equal(answer.status, 200, answer.text);
  return answer.text;
}

const LETTERS: Readonly<Record<string, string>> = {
  "BUSY-TENTATIVE": "T",
  "BUSY-UNAVAILABLE": "U",
  BUSY: "B",
};

/** Twelve slots of two hours as the tables of section 5.1 have them. */
export function slots(text: string, start: number): string {
  const row = Array(12).fill("F");
  const lines = [...text.matchAll(/^FREEBUSY(?:;FBTYPE=([A-Z-]+))?:(.*)\r$/gm)];
  const at = (value = "") =>
    Date.parse(value.replace(
      /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/,
      "$1-$2-$3T$4:$5:$6Z",
    ));
  // what happens lies on top of what is not available
  for (const type of ["BUSY-UNAVAILABLE", "BUSY-TENTATIVE", "BUSY"]) {
    for (const [, sent = "BUSY", value = ""] of lines) {
      const [from, to] = value.split("/").map((each) =>
        (at(each) - start) / SLOT
      );
      if (sent === type) row.fill(LETTERS[type], from, to);
    }
  }
  return row.join("");
}

/** Hours that Montreal is behind UTC in summer. */
export const SUMMER = 4;
/** And in winter. */
export const WINTER = 5;

/** Midnight of a day of 2011 in Montreal. */
export function montreal(month: number, day: number, offset: number): number {
  return Date.UTC(2011, month - 1, day, offset);
}
