import assert from "node:assert/strict";
import {
  assertCondition,
  createTestServer,
  event,
  put,
  task,
  XMLNS,
} from "./harness.ts";
import type { DavAnswer, TestServer } from "./harness.ts";

const CALENDAR = "/calendars/me/home/";
const MARCH = 'start="20260301T000000Z" end="20260401T000000Z"';

function query(
  server: TestServer,
  path = CALENDAR,
  { range = `<C:time-range ${MARCH}/>`, depth = "1", user = "me" } = {},
): Promise<DavAnswer> {
  return server.dav("REPORT", path, {
    user,
    headers: depth === "" ? {} : { depth },
    body: `<C:free-busy-query ${XMLNS}>${range}</C:free-busy-query>`,
  });
}

function periods(answer: DavAnswer): string[] {
  assert.equal(answer.status, 200, answer.text);
  assert.equal(
    answer.headers.get("content-type"),
    "text/calendar; charset=utf-8",
  );
  assert.equal(answer.text.match(/^BEGIN:VFREEBUSY\r$/gm)?.length, 1);
  assert.match(answer.text, /^DTSTART:20260301T000000Z\r$/m);
  assert.match(answer.text, /^DTEND:20260401T000000Z\r$/m);
  return [...answer.text.matchAll(/^(FREEBUSY.*)\r$/gm)].map((one) =>
    one[1] ?? ""
  );
}

Deno.test("freeBusyQuery() answers one VFREEBUSY with the busy time of a calendar", async () => {
  await using server = await createTestServer();
  assert.deepEqual(periods(await query(server)), []);
  await put(server, `${CALENDAR}a.ics`, event("a"));
  await put(
    server,
    `${CALENDAR}b.ics`,
    event("b", { start: "20260301T123000Z" }),
  );
  await put(
    server,
    `${CALENDAR}c.ics`,
    event("c", { more: ["STATUS:TENTATIVE"] }),
  );
  await put(
    server,
    `${CALENDAR}d.ics`,
    event("d", {
      start: "20260310T080000Z",
      more: ["RRULE:FREQ=DAILY;COUNT=2"],
    }),
  );
  for (const depth of ["", "0", "1", "infinity"]) {
    assert.deepEqual(periods(await query(server, CALENDAR, { depth })), [
      "FREEBUSY:20260301T120000Z/20260301T133000Z",
      "FREEBUSY:20260310T080000Z/20260310T090000Z",
      "FREEBUSY:20260311T080000Z/20260311T090000Z",
      "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260301T120000Z/20260301T130000Z",
    ]);
  }
});

Deno.test("freeBusyQuery() on a home merges its calendars with Depth infinity", async () => {
  await using server = await createTestServer();
  await server.dav("MKCALENDAR", "/calendars/me/other/");
  await put(server, `${CALENDAR}a.ics`, event("a"));
  await put(
    server,
    "/calendars/me/other/b.ics",
    event("b", { start: "20260301T130000Z" }),
  );
  await put(server, "/calendars/me/tasks/t.ics", task("t"));
  const home = (depth: string) => query(server, "/calendars/me/", { depth });
  assert.deepEqual(periods(await home("infinity")), [
    "FREEBUSY:20260301T120000Z/20260301T140000Z",
  ]);
  assert.deepEqual(periods(await home("1")), []);
});

Deno.test("freeBusyQuery() on a home leaves transparent calendars out; asked themselves, they answer", async () => {
  await using server = await createTestServer();
  const other = "/calendars/me/other/";
  await server.dav("MKCALENDAR", other, {
    body:
      `<C:mkcalendar ${XMLNS}><D:set><D:prop><C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp></D:prop></D:set></C:mkcalendar>`,
  });
  await put(server, `${CALENDAR}a.ics`, event("a"));
  await put(server, `${other}b.ics`, event("b", { start: "20260301T130000Z" }));
  const home = async () =>
    periods(await query(server, "/calendars/me/", { depth: "infinity" }));
  assert.deepEqual(await home(), [
    "FREEBUSY:20260301T120000Z/20260301T130000Z",
  ]);
  assert.deepEqual(periods(await query(server, other)), [
    "FREEBUSY:20260301T130000Z/20260301T140000Z",
  ]);
  const opaque = await server.dav("PROPPATCH", other, {
    body:
      `<D:propertyupdate ${XMLNS}><D:set><D:prop><C:schedule-calendar-transp><C:opaque/></C:schedule-calendar-transp></D:prop></D:set></D:propertyupdate>`,
  });
  assert.equal(opaque.status, 207);
  assert.deepEqual(await home(), [
    "FREEBUSY:20260301T120000Z/20260301T140000Z",
  ]);
});

Deno.test("freeBusyQuery() takes floating time in the calendar's zone", async () => {
  await using server = await createTestServer();
  await put(
    server,
    `${CALENDAR}a.ics`,
    event("a", { start: "20260310T120000" }),
  );
  await server.dav("PROPPATCH", CALENDAR, {
    body:
      `<D:propertyupdate ${XMLNS}><D:set><D:prop><C:calendar-timezone-id>Europe/Moscow</C:calendar-timezone-id></D:prop></D:set></D:propertyupdate>`,
  });
  assert.deepEqual(periods(await query(server)), [
    "FREEBUSY:20260310T090000Z/20260310T100000Z",
  ]);
});

Deno.test("freeBusyQuery() is for collections only", async () => {
  await using server = await createTestServer();
  await put(server, `${CALENDAR}a.ics`, event("a"));
  assertCondition(
    await query(server, `${CALENDAR}a.ics`),
    "dav:supported-report",
  );
});

Deno.test("freeBusyQuery() wants exactly one range with both ends", async () => {
  await using server = await createTestServer();
  for (
    const range of [
      "",
      `<C:time-range ${MARCH}/><C:time-range ${MARCH}/>`,
      "<C:time-range/>",
      '<C:time-range start="20260301T000000Z"/>',
      '<C:time-range end="20260301T000000Z"/>',
      '<C:time-range start="20260301T000000" end="20260401T000000Z"/>',
      '<C:time-range start="20260401T000000Z" end="20260301T000000Z"/>',
    ]
  ) {
    assertCondition(
      await query(server, CALENDAR, { range }),
      "bad-request",
    );
  }
  assertCondition(
    await query(server, CALENDAR, {
      range: '<C:time-range start="00000101T000000Z" end="20260401T000000Z"/>',
    }),
    "caldav:min-date-time",
  );
});

Deno.test("freeBusyQuery() refuses ranges with more events than it can count", async () => {
  await using server = await createTestServer();
  await put(
    server,
    `${CALENDAR}bomb.ics`,
    event("bomb", { more: ["RRULE:FREQ=SECONDLY"] }),
  );
  const range =
    '<C:time-range start="20260301T000000Z" end="99991231T000000Z"/>';
  assertCondition(
    await query(server, CALENDAR, { range }),
    "dav:number-of-matches-within-limits",
  );
});
