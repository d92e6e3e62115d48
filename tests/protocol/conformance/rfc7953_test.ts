/** RFC 7953: what a server does with VAVAILABILITY. */

import assert from "node:assert/strict";
import { attributeOf, childElements, NS } from "../../../src/xml/names.ts";
import {
  assertCondition,
  type DavOptions,
  event,
  memberAt,
  parseMultistatus,
  propfind,
  put,
  XMLNS,
} from "../harness.ts";
import {
  availability,
  CALENDAR,
  createHours,
  freeBusy,
  hours,
  montreal,
  slots,
  SUMMER,
  WEEKDAYS,
} from "./rfc7953_data.ts";

Deno.test("free-busy of a home takes the availability of all its calendars together, but for transparent ones", async () => {
  await using server = await createHours();
  await put(
    server,
    `${CALENDAR}base.ics`,
    availability(
      "base",
      [],
      hours("Montreal", "20111002", ["08", "18"], WEEKDAYS),
    ),
  );
  const other = "/calendars/me/other/";
  const made = await server.dav("MKCALENDAR", other, {
    body:
      `<C:mkcalendar ${XMLNS}><D:set><D:prop><C:supported-calendar-component-set><C:comp name="VAVAILABILITY"/></C:supported-calendar-component-set></D:prop></D:set></C:mkcalendar>`,
  });
  assert.equal(made.status, 201);
  await put(
    server,
    `${other}away.ics`,
    availability("away", [
      "PRIORITY:5",
      "BUSYTYPE:BUSY",
      "DTSTART:20111003T140000Z",
      "DURATION:PT2H",
    ]),
  );
  const start = montreal(10, 3, SUMMER);
  const row = async () =>
    slots(await freeBusy(server, start, { path: "/calendars/me/" }), start);
  assert.equal(await row(), "UUUUFBFFFUUU");
  await server.dav("PROPPATCH", other, {
    body:
      `<D:propertyupdate ${XMLNS}><D:set><D:prop><C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp></D:prop></D:set></D:propertyupdate>`,
  });
  assert.equal(await row(), "UUUUFFFFFUUU");
});

Deno.test("free-busy tells nothing of a VAVAILABILITY but when somebody is not available", async () => {
  await using server = await createHours();
  await put(
    server,
    `${CALENDAR}a.ics`,
    availability(
      "secret-uid",
      ["SUMMARY:Secret", "LOCATION:Secret", "DESCRIPTION:Secret"],
      hours("Montreal", "20111002", ["08", "18"], WEEKDAYS),
    ),
  );
  const text = await freeBusy(server, montreal(10, 3, SUMMER));
  assert.doesNotMatch(text, /secret|Montreal|Office|bernard/i);
  const names = [...text.matchAll(/^([A-Z-]+)[;:]/gm)].map((one) => one[1]);
  assert.deepEqual([...new Set(names)], [
    "BEGIN",
    "VERSION",
    "PRODID",
    "UID",
    "DTSTAMP",
    "DTSTART",
    "DTEND",
    "FREEBUSY",
    "END",
  ]);
});

Deno.test("availability that is shared as busy times alone loses what says more", async () => {
  await using server = await createHours();
  const more = ["SUMMARY:Secret", "LOCATION:Secret", "DESCRIPTION:Secret"];
  await put(
    server,
    `${CALENDAR}a.ics`,
    availability(
      "a",
      ["CLASS:PRIVATE", ...more],
      hours("Montreal", "20111002", ["08", "18"], WEEKDAYS),
    ),
  );
  await server.share("calendars/me/hours", "other", "read", "busy");
  const user = { user: "other" } as const;
  const shown = await server.dav("GET", `${CALENDAR}a.ics`, user);
  assert.equal(shown.status, 200, shown.text);
  assert.match(shown.text, /^BEGIN:VAVAILABILITY\r$/m);
  assert.match(shown.text, /^BEGIN:AVAILABLE\r$/m);
  assert.doesNotMatch(shown.text, /Secret|Office/);
  // which of two counts, and how busy its time is, are no secrets
  await put(
    server,
    `${CALENDAR}away.ics`,
    availability("away", [
      "CLASS:PRIVATE",
      "PRIORITY:5",
      "BUSYTYPE:BUSY",
      "DTSTART:20111003T140000Z",
      "DURATION:PT2H",
    ]),
  );
  const start = montreal(10, 3, SUMMER);
  const row = async (as: Pick<DavOptions, "user"> = {}) =>
    slots(await freeBusy(server, start, as), start);
  assert.equal(await row(), "UUUUFBFFFUUU");
  assert.equal(await row(user), "UUUUFBFFFUUU");
  await server.share("calendars/me/hours", "other", "free-busy");
  assert.equal(
    (await server.dav("GET", `${CALENDAR}a.ics`, user)).status,
    403,
  );
});

Deno.test("VAVAILABILITY is stored where the calendar says so, and found by time as in section 7.2.2", async () => {
  await using server = await createHours();
  const member = memberAt(
    await propfind(server, CALENDAR, ["C:supported-calendar-component-set"]),
    CALENDAR,
  );
  const set = member.props[200]
    ?.[`{${NS.caldav}}supported-calendar-component-set`] ?? assert.fail();
  assert.deepEqual(childElements(set).map((one) => attributeOf(one, "name")), [
    "VEVENT",
    "VAVAILABILITY",
  ]);
  const body = availability("a", [
    "DTSTART:20111002T000000Z",
    "DTEND:20111003T000000Z",
  ], hours("Montreal", "20111002", ["08", "18"], WEEKDAYS));
  await put(server, `${CALENDAR}a.ics`, body);
  await put(
    server,
    `${CALENDAR}endless.ics`,
    availability("b", ["DTSTART:20111010T000000Z"]),
  );
  await put(server, `${CALENDAR}always.ics`, availability("c", []));
  await put(
    server,
    `${CALENDAR}before.ics`,
    availability("d", ["DTEND:20111001T000000Z"]),
  );
  await put(server, `${CALENDAR}event.ics`, event("e"));
  const found = async (attributes: string) => {
    const answer = await server.dav("REPORT", CALENDAR, {
      headers: { depth: "1" },
      body:
        `<C:calendar-query ${XMLNS}><D:prop><D:getetag/></D:prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VAVAILABILITY"><C:time-range ${attributes}/></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>`,
    });
    return [...parseMultistatus(answer).members.keys()].map((href) =>
      href.slice(CALENDAR.length).replace(".ics", "")
    ).sort();
  };
  assert.deepEqual(
    await found('start="20111002T120000Z" end="20111002T130000Z"'),
    ["a", "always"],
  );
  assert.deepEqual(
    await found('start="20300101T000000Z" end="20300102T000000Z"'),
    ["always", "endless"],
  );
  assert.deepEqual(
    await found('start="19800101T000000Z" end="19800102T000000Z"'),
    ["always", "before"],
  );
  const refused = await server.dav("PUT", "/calendars/me/home/a.ics", {
    body,
    headers: { "content-type": "text/calendar" },
  });
  assertCondition(refused, "caldav:supported-calendar-component");
  const two = await server.dav("PUT", `${CALENDAR}two.ics`, {
    body: body.replace(
      "END:VCALENDAR",
      "BEGIN:VAVAILABILITY\r\nUID:other\r\nEND:VAVAILABILITY\r\nEND:VCALENDAR",
    ),
    headers: { "content-type": "text/calendar" },
  });
  assertCondition(two, "caldav:valid-calendar-object-resource");
});

Deno.test("VAVAILABILITY is answered within bounds, however dense its rules are", async () => {
  await using server = await createHours();
  await put(
    server,
    `${CALENDAR}bomb.ics`,
    availability(
      "bomb",
      [],
      ["DTSTART:20111002T000000Z", "DURATION:PT1S", "RRULE:FREQ=SECONDLY"],
    ),
  );
  const answer = await server.dav("REPORT", CALENDAR, {
    headers: { depth: "1" },
    body:
      `<C:free-busy-query ${XMLNS}><C:time-range start="20111002T000000Z" end="20211002T000000Z"/></C:free-busy-query>`,
  });
  assertCondition(answer, "dav:number-of-matches-within-limits");
});

Deno.test("availability is neither changed nor seen by who may not", async () => {
  await using server = await createHours();
  const body = availability("a", ["BUSYTYPE:BUSY"]);
  await put(server, `${CALENDAR}a.ics`, body);
  const write = await server.dav("PUT", `${CALENDAR}a.ics`, {
    user: "other",
    body: body.replace("BUSYTYPE:BUSY", "BUSYTYPE:BUSY-TENTATIVE"),
    headers: { "content-type": "text/calendar" },
  });
  assert.equal(write.status, 403);
  const ask = await server.dav("REPORT", CALENDAR, {
    user: "other",
    headers: { depth: "1" },
    body:
      `<C:free-busy-query ${XMLNS}><C:time-range start="20111002T000000Z" end="20111003T000000Z"/></C:free-busy-query>`,
  });
  // RFC 4791 section 7.10: 404, so that nobody finds out what is there
  assert.ok(ask.status === 403 || ask.status === 404, ask.text);
  assert.doesNotMatch(ask.text, /FREEBUSY/);
  assert.equal((await server.dav("GET", `${CALENDAR}a.ics`)).text, body);
});
