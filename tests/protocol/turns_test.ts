import assert from "node:assert/strict";
import { createTestServer, event, put, type TestServer } from "./harness.ts";

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
