/** The examples of RFC 4791 sections 7.8 to 7.10 over the calendar of its Appendix B. */

import assert from "node:assert/strict";
import { NS } from "../../../src/xml/names.ts";
import {
  createTestServer,
  memberAt,
  parseMultistatus,
  propText,
  put,
  XMLNS,
} from "../harness.ts";
import type { DavAnswer, TestServer } from "../harness.ts";
import {
  APPENDIX_B,
  EASTERN,
  TASK_WITH_TIME,
  textOfLines,
} from "./rfc4791_data.ts";

const WORK = "/calendars/me/work/";
const DATA = `{${NS.caldav}}calendar-data`;
const ETAG = "{DAV:}getetag";

async function createWork(): Promise<TestServer> {
  const server = await createTestServer();
  const made = await server.dav("MKCALENDAR", WORK, {
    body:
      `<C:mkcalendar ${XMLNS}><D:set><D:prop><C:supported-calendar-component-set><C:comp name="VEVENT"/><C:comp name="VTODO"/><C:comp name="VFREEBUSY"/></C:supported-calendar-component-set></D:prop></D:set></C:mkcalendar>`,
  });
  assert.equal(made.status, 201, made.text);
  for (const [name, lines] of Object.entries(APPENDIX_B)) {
    await put(server, WORK + name, textOfLines(lines));
  }
  return server;
}

function report(server: TestServer, body: string): Promise<DavAnswer> {
  return server.dav("REPORT", WORK, {
    headers: { depth: "1" },
    body: `<?xml version="1.0" encoding="utf-8" ?>\n${body}`,
  });
}

function query(
  server: TestServer,
  filter: string,
  data = "<C:calendar-data/>",
): Promise<DavAnswer> {
  return report(
    server,
    `<C:calendar-query ${XMLNS}><D:prop><D:getetag/>${data}</D:prop><C:filter><C:comp-filter name="VCALENDAR">${filter}</C:comp-filter></C:filter></C:calendar-query>`,
  );
}

/** Checks which objects were answered, each with its entity tag; gives the lines of their data. */
function dataOf(answer: DavAnswer, ...names: string[]): string[][] {
  assert.deepEqual(
    [...parseMultistatus(answer).members.keys()].sort(),
    names.map((name) => WORK + name),
  );
  return names.map((name) => {
    const member = memberAt(answer, WORK + name);
    assert.match(propText(member, ETAG), /^"[^"]+"$/);
    return propText(member, DATA).trimEnd().split("\r\n");
  });
}

/** Checks that objects were answered whole. */
function answersWhole(answer: DavAnswer, ...names: string[]): void {
  assert.deepEqual(
    dataOf(answer, ...names),
    names.map((name) => APPENDIX_B[name]),
  );
}

Deno.test("RFC 4791 Appendix B: a query for everything gives all objects", async () => {
  await using server = await createWork();
  answersWhole(await query(server, ""), ...Object.keys(APPENDIX_B));
});

Deno.test("RFC 4791 section 7.8.1: partial retrieval of events by time range", async () => {
  await using server = await createWork();
  const props = [
    "SUMMARY",
    "UID",
    "DTSTART",
    "DTEND",
    "DURATION",
    "RRULE",
    "RDATE",
    "EXRULE",
    "EXDATE",
    "RECURRENCE-ID",
  ].map((name) => `<C:prop name="${name}"/>`).join("");
  const answer = await query(
    server,
    '<C:comp-filter name="VEVENT"><C:time-range start="20060104T000000Z" end="20060105T000000Z"/></C:comp-filter>',
    `<C:calendar-data><C:comp name="VCALENDAR"><C:prop name="VERSION"/><C:comp name="VEVENT">${props}</C:comp><C:comp name="VTIMEZONE"/></C:comp></C:calendar-data>`,
  );
  const uid = "UID:00959BC664CA650E933C892C@example.com";
  assert.deepEqual(dataOf(answer, "abcd2.ics", "abcd3.ics"), [
    [
      "BEGIN:VCALENDAR",
      "VERSION:2.0",
      ...EASTERN,
      "BEGIN:VEVENT",
      "DTSTART;TZID=US/Eastern:20060102T120000",
      "DURATION:PT1H",
      "RRULE:FREQ=DAILY;COUNT=5",
      "SUMMARY:Event #2",
      uid,
      "END:VEVENT",
      "BEGIN:VEVENT",
      "DTSTART;TZID=US/Eastern:20060104T140000",
      "DURATION:PT1H",
      "RECURRENCE-ID;TZID=US/Eastern:20060104T120000",
      "SUMMARY:Event #2 bis",
      uid,
      "END:VEVENT",
      "BEGIN:VEVENT",
      "DTSTART;TZID=US/Eastern:20060106T140000",
      "DURATION:PT1H",
      "RECURRENCE-ID;TZID=US/Eastern:20060106T120000",
      "SUMMARY:Event #2 bis bis",
      uid,
      "END:VEVENT",
      "END:VCALENDAR",
    ],
    [
      // the RFC's own answer has PRODID here, which was not asked for
      "BEGIN:VCALENDAR",
      "VERSION:2.0",
      ...EASTERN,
      "BEGIN:VEVENT",
      "DTSTART;TZID=US/Eastern:20060104T100000",
      "DURATION:PT1H",
      "SUMMARY:Event #3",
      "UID:DC6C50A017428C5216A2F1CD@example.com",
      "END:VEVENT",
      "END:VCALENDAR",
    ],
  ]);
});

const JANUARY_3_AND_4 = 'start="20060103T000000Z" end="20060105T000000Z"';
const EVENTS_OF_JANUARY_3_AND_4 =
  `<C:comp-filter name="VEVENT"><C:time-range ${JANUARY_3_AND_4}/></C:comp-filter>`;

Deno.test("RFC 4791 section 7.8.2: partial retrieval of recurring events", async () => {
  await using server = await createWork();
  const answer = await query(
    server,
    EVENTS_OF_JANUARY_3_AND_4,
    `<C:calendar-data><C:limit-recurrence-set ${JANUARY_3_AND_4}/></C:calendar-data>`,
  );
  const [second, third] = dataOf(answer, "abcd2.ics", "abcd3.ics");
  const lines = APPENDIX_B["abcd2.ics"] ?? [];
  const last = lines.lastIndexOf("BEGIN:VEVENT");
  assert.deepEqual(second, [...lines.slice(0, last), "END:VCALENDAR"]);
  assert.deepEqual(third, APPENDIX_B["abcd3.ics"]);
});

Deno.test("RFC 4791 section 7.8.3: expanded retrieval of recurring events", async () => {
  await using server = await createWork();
  const answer = await query(
    server,
    EVENTS_OF_JANUARY_3_AND_4,
    `<C:calendar-data><C:expand ${JANUARY_3_AND_4}/></C:calendar-data>`,
  );
  const [second, third] = dataOf(answer, "abcd2.ics", "abcd3.ics");
  const head = (APPENDIX_B["abcd2.ics"] ?? []).slice(0, 3);
  // the RFC's own answer forgets the Z of UTC; the order of properties is free
  const instances = (lines: readonly string[]) =>
    lines.join("\n").split(/(?=BEGIN:VEVENT)/)
      .filter((one) => one.startsWith("BEGIN:VEVENT"))
      .map((one) => one.trim().split("\n").sort());
  assert.deepEqual(second?.slice(0, 3), head);
  assert.deepEqual(
    instances(second ?? []),
    instances([
      "BEGIN:VEVENT",
      "DTSTAMP:20060206T001121Z",
      "DTSTART:20060103T170000Z",
      "DURATION:PT1H",
      "RECURRENCE-ID:20060103T170000Z",
      "SUMMARY:Event #2",
      "UID:00959BC664CA650E933C892C@example.com",
      "END:VEVENT",
      "BEGIN:VEVENT",
      "DTSTAMP:20060206T001121Z",
      "DTSTART:20060104T190000Z",
      "DURATION:PT1H",
      "RECURRENCE-ID:20060104T170000Z",
      "SUMMARY:Event #2 bis",
      "UID:00959BC664CA650E933C892C@example.com",
      "END:VEVENT",
      "END:VCALENDAR",
    ]),
  );
  const whole = APPENDIX_B["abcd3.ics"] ?? [];
  assert.deepEqual(third, [
    ...whole.slice(0, 3),
    ...whole.slice(3 + EASTERN.length).map((line) =>
      line.startsWith("DTSTART") ? "DTSTART:20060104T150000Z" : line
    ),
  ]);
});

Deno.test("RFC 4791 section 7.8.4: partial retrieval of stored free busy components", async () => {
  await using server = await createWork();
  const range = 'start="20060102T000000Z" end="20060103T000000Z"';
  const answer = await query(
    server,
    `<C:comp-filter name="VFREEBUSY"><C:time-range ${range}/></C:comp-filter>`,
    `<C:calendar-data><C:limit-freebusy-set ${range}/></C:calendar-data>`,
  );
  const [busy] = dataOf(answer, "abcd8.ics");
  assert.deepEqual(
    busy,
    APPENDIX_B["abcd8.ics"]?.filter((line) =>
      !line.startsWith("FREEBUSY") || line.includes("BUSY-TENTATIVE")
    ),
  );
});

Deno.test("RFC 4791 section 7.8.5: retrieval of to-dos by alarm time range", async () => {
  await using server = await createWork();
  await put(server, `${WORK}abcd5.ics`, textOfLines(TASK_WITH_TIME));
  const answer = await query(
    server,
    '<C:comp-filter name="VTODO"><C:comp-filter name="VALARM"><C:time-range start="20060106T100000Z" end="20060107T100000Z"/></C:comp-filter></C:comp-filter>',
  );
  assert.deepEqual(dataOf(answer, "abcd5.ics"), [TASK_WITH_TIME]);
});

Deno.test("RFC 4791 section 7.8.6: retrieval of an event by UID", async () => {
  await using server = await createWork();
  const answer = await query(
    server,
    '<C:comp-filter name="VEVENT"><C:prop-filter name="UID"><C:text-match collation="i;octet">DC6C50A017428C5216A2F1CD@example.com</C:text-match></C:prop-filter></C:comp-filter>',
  );
  answersWhole(answer, "abcd3.ics");
});

Deno.test("RFC 4791 section 7.8.7: retrieval of events by PARTSTAT", async () => {
  await using server = await createWork();
  const answer = await query(
    server,
    '<C:comp-filter name="VEVENT"><C:prop-filter name="ATTENDEE"><C:text-match collation="i;ascii-casemap">mailto:lisa@example.com</C:text-match><C:param-filter name="PARTSTAT"><C:text-match collation="i;ascii-casemap">NEEDS-ACTION</C:text-match></C:param-filter></C:prop-filter></C:comp-filter>',
  );
  answersWhole(answer, "abcd3.ics");
});

Deno.test("RFC 4791 section 7.8.8: retrieval of events only", async () => {
  await using server = await createWork();
  const answer = await query(server, '<C:comp-filter name="VEVENT"/>');
  answersWhole(answer, "abcd1.ics", "abcd2.ics", "abcd3.ics");
});

Deno.test("RFC 4791 section 7.8.9: retrieval of all pending to-dos", async () => {
  await using server = await createWork();
  const answer = await query(
    server,
    '<C:comp-filter name="VTODO"><C:prop-filter name="COMPLETED"><C:is-not-defined/></C:prop-filter><C:prop-filter name="STATUS"><C:text-match negate-condition="yes">CANCELLED</C:text-match></C:prop-filter></C:comp-filter>',
  );
  answersWhole(answer, "abcd4.ics", "abcd5.ics");
});

Deno.test("RFC 4791 section 7.8.10: a property of one's own can be searched here", async () => {
  await using server = await createWork();
  const guid = (text: string) =>
    query(
      server,
      `<C:comp-filter name="VEVENT"><C:prop-filter name="X-ABC-GUID"><C:text-match>${text}</C:text-match></C:prop-filter></C:comp-filter>`,
    );
  answersWhole(await guid("ABC"));
  answersWhole(await guid("e1cx"), "abcd3.ics");
});

Deno.test("RFC 4791 section 7.9.1: calendar-multiget", async () => {
  await using server = await createWork();
  const answer = await report(
    server,
    `<C:calendar-multiget ${XMLNS}><D:prop><D:getetag/><C:calendar-data/></D:prop><D:href>${WORK}abcd1.ics</D:href><D:href>${WORK}mtg1.ics</D:href></C:calendar-multiget>`,
  );
  assert.equal(parseMultistatus(answer).members.size, 2);
  assert.equal(
    propText(memberAt(answer, `${WORK}abcd1.ics`), DATA),
    textOfLines(APPENDIX_B["abcd1.ics"] ?? []),
  );
  assert.equal(memberAt(answer, `${WORK}mtg1.ics`).status, 404);
});

Deno.test("RFC 4791 section 7.10.1: free-busy-query", async () => {
  await using server = await createWork();
  const ask = async (end: string) => {
    const answer = await report(
      server,
      `<C:free-busy-query ${XMLNS}><C:time-range start="20060104T140000Z" end="${end}"/></C:free-busy-query>`,
    );
    assert.equal(answer.status, 200);
    return [...answer.text.matchAll(/^(FREEBUSY.*|DT(?:START|END).*)\r$/gm)]
      .map((one) => one[1]);
  };
  // the hours that the example's text speaks of, and its answer
  assert.deepEqual(await ask("20060104T220000Z"), [
    "DTSTART:20060104T140000Z",
    "DTEND:20060104T220000Z",
    "FREEBUSY:20060104T190000Z/20060104T200000Z",
    "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20060104T150000Z/20060104T160000Z",
  ]);
  // its request goes on for a day: there is more in the calendar
  assert.deepEqual(await ask("20060105T220000Z"), [
    "DTSTART:20060104T140000Z",
    "DTEND:20060105T220000Z",
    "FREEBUSY:20060104T190000Z/20060104T200000Z",
    "FREEBUSY:20060105T170000Z/20060105T180000Z",
    "FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20060105T100000Z/20060105T120000Z",
    "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20060104T150000Z/20060104T160000Z",
  ]);
});
