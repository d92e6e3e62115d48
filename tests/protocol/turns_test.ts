import assert from "node:assert/strict";
import type { Service } from "../../src/service/types.ts";
import { Paused } from "../../src/store/signals.ts";
import {
  createTestServer,
  event,
  put,
  type TestServer,
  XMLNS,
} from "./harness.ts";

const CALENDAR = "/calendars/me/home/";

/** Objects whose expansion is much work, but not too much. */
async function fill(server: TestServer): Promise<void> {
  for (let n = 0; n < 80; n++) {
    const body = event(`a${n}`).replace(
      "END:VEVENT",
      "RRULE:FREQ=HOURLY;INTERVAL=1\r\nEND:VEVENT",
    );
    await put(server, `${CALENDAR}a${n}.ics`, body);
  }
}

const QUERY =
  '<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><C:calendar-data><C:expand start="20300101T000000Z" end="20300301T000000Z"/></C:calendar-data></D:prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:time-range start="20300101T000000Z" end="20300301T000000Z"/></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>';

const BUSY =
  '<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav"><C:time-range start="20300101T000000Z" end="20300601T000000Z"/></C:free-busy-query>';

for (
  const [name, body] of [["calendar-query", QUERY], ["free-busy-query", BUSY]]
) {
  Deno.test(`others are answered while a ${name} is much work`, async () => {
    await using server = await createTestServer();
    await fill(server);
    let isDone = false;
    const long = server.dav("REPORT", CALENDAR, {
      headers: { depth: "1" },
      body: body ?? "",
    }).finally(() => {
      isDone = true;
    });
    let others = 0;
    while (!isDone) {
      const answer = await server.dav("GET", `${CALENDAR}a1.ics`);
      assert.equal(answer.status, 200);
      if (!isDone) others++;
      // All that waits gets a turn, as on a socket.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    const answer = await long;
    assert.ok([200, 207].includes(answer.status), answer.text.slice(0, 300));
    // One or two slip through before the work has begun.
    assert.ok(others > 4, `${others} others were answered meanwhile`);
  });
}

/** Holds the next answer where it has left others a turn for the second time, until it may go on. */
function stopInside(
  { service }: TestServer,
): { readonly reached: Promise<void>; readonly goOn: () => void } {
  const { read } = service;
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  let isHeld = true;
  let pauses = 0;
  const held: Service["read"] = (session, look) =>
    read(session, (reader) => {
      if (isHeld && pauses === 2) {
        // Only this one: what is read from now on is read as ever.
        Object.assign(service, { read });
        reach();
        return reader.view.pause();
      }
      try {
        return look(reader);
      } catch (error) {
        if (error instanceof Paused) pauses++;
        throw error;
      }
    });
  Object.assign(service, { read: held });
  return { reached, goOn: () => isHeld = false };
}

/** A zone without a history, some minutes before UTC. */
function zoneText(minutes: string): string {
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Example//EN",
    "BEGIN:VTIMEZONE",
    "TZID:Own Zone",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    `TZOFFSETFROM:+00${minutes}`,
    `TZOFFSETTO:+00${minutes}`,
    "END:STANDARD",
    "END:VTIMEZONE",
    "END:VCALENDAR",
    "",
  ].join("\r\n");
}

Deno.test("an answer holds one zone of a calendar, though another of its name is set meanwhile", async () => {
  await using server = await createTestServer();
  const setZone = async (minutes: string) => {
    const value = zoneText(minutes);
    const answer = await server.dav("PROPPATCH", CALENDAR, {
      body:
        `<D:propertyupdate ${XMLNS}><D:set><D:prop><C:calendar-timezone>${value}</C:calendar-timezone></D:prop></D:set></D:propertyupdate>`,
    });
    assert.ok(answer.text.includes("200 OK"), answer.text);
  };
  await setZone("02");
  const padding = `DESCRIPTION:${"x".repeat(20_000)}`;
  for (let n = 0; n < 60; n++) {
    const hour = String(8 + Math.floor(n / 6)).padStart(2, "0");
    const body = [
      "BEGIN:VCALENDAR",
      "VERSION:2.0",
      "PRODID:-//Example//EN",
      "BEGIN:VEVENT",
      `UID:z${n}`,
      "DTSTAMP:20300101T000000Z",
      `DTSTART:20300101T${hour}${n % 6}000`,
      "DURATION:PT1M",
      padding,
      "END:VEVENT",
      "END:VCALENDAR",
      "",
    ].join("\r\n");
    await put(server, `${CALENDAR}z${n}.ics`, body);
  }
  const long = stopInside(server);
  const report = server.dav("REPORT", CALENDAR, {
    headers: { depth: "1" },
    body: BUSY,
  });
  await long.reached;
  await setZone("07");
  long.goOn();
  const { text } = await report;
  const starts = [...text.matchAll(/(\d)00Z\/(?:PT|\d{8}T)/g)];
  assert.equal(starts.length, 60, text.slice(0, 500));
  assert.equal(new Set(starts.map(([, digit]) => digit)).size, 1, text);
});
