/** RFC 7529: recurrence in other calendars, as clients see it. */

import assert from "node:assert/strict";
import { supportedRscales } from "../../../src/calendar/recurrence/rscale_calendars.ts";
import {
  childElements,
  clarkName,
  NS,
  textOf,
} from "../../../src/xml/names.ts";
import {
  assertCondition,
  createTestServer,
  type DavAnswer,
  event,
  memberAt,
  parseMultistatus,
  propText,
  put,
  type TestServer,
  XMLNS,
} from "../harness.ts";

const HOME = "/calendars/me/";
const CALENDAR = "/calendars/me/home/";
const RSCALES = clarkName(NS.caldav, "supported-rscale-set");

/** Chinese New Year as an all-day event, an anniversary in Adar I at noon UTC, and a birthday on a leap day. */
async function holidays(): Promise<TestServer> {
  const server = await createTestServer();
  const day = (uid: string, lines: readonly string[]) =>
    [
      "BEGIN:VCALENDAR",
      "VERSION:2.0",
      "PRODID:-//Test//EN",
      "BEGIN:VEVENT",
      `UID:${uid}`,
      "DTSTAMP:20260101T000000Z",
      ...lines,
      "END:VEVENT",
      "END:VCALENDAR",
      "",
    ].join("\r\n");
  await put(
    server,
    `${CALENDAR}chinese.ics`,
    day("chinese", [
      "DTSTART;VALUE=DATE:20130210",
      "RRULE:RSCALE=CHINESE;FREQ=YEARLY",
      "EXDATE;VALUE=DATE:20150219",
    ]),
  );
  await put(
    server,
    `${CALENDAR}hebrew.ics`,
    event("hebrew", {
      start: "20140208T120000Z",
      more: [
        "RRULE:RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L;BYMONTHDAY=8;SKIP=FORWARD",
      ],
    }),
  );
  await put(
    server,
    `${CALENDAR}leap.ics`,
    event("leap", {
      start: "20120229T080000Z",
      more: ["RRULE:RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=FORWARD;COUNT=4"],
    }),
  );
  return server;
}

function query(
  server: TestServer,
  [start, end]: readonly [string, string],
  data = "",
): Promise<DavAnswer> {
  const range = `start="${start}T000000Z" end="${end}T000000Z"`;
  return server.dav("REPORT", CALENDAR, {
    headers: { depth: "1" },
    body:
      `<C:calendar-query ${XMLNS}><D:prop><D:getetag/>${data}</D:prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:time-range ${range}/></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>`,
  });
}

function names(answer: DavAnswer): string[] {
  return [...parseMultistatus(answer).members.keys()]
    .map((href) => href.slice(CALENDAR.length)).sort();
}

/** The starts of what a query expands, by name. */
async function expanded(
  server: TestServer,
  range: readonly [string, string],
): Promise<Record<string, string[]>> {
  const [start, end] = range;
  const answer = await query(
    server,
    range,
    `<C:calendar-data><C:expand start="${start}T000000Z" end="${end}T000000Z"/></C:calendar-data>`,
  );
  return Object.fromEntries(
    names(answer).map((name) => {
      const data = propText(
        memberAt(answer, CALENDAR + name),
        clarkName(NS.caldav, "calendar-data"),
      );
      assert.doesNotMatch(data, /RRULE|EXDATE|RSCALE/);
      const values = (name: string) =>
        [...data.matchAll(new RegExp(`^${name}[^:]*:(.*?)\\r?$`, "gm"))]
          .map((one) => one[1] ?? "");
      const starts = values("DTSTART");
      assert.deepEqual(values("RECURRENCE-ID"), starts);
      return [name, starts];
    }),
  );
}

Deno.test("calendar-query finds the instances of other calendars, however old the series is", async () => {
  await using server = await holidays();
  for (
    const [range, found] of [
      [["20140130", "20140202"], ["chinese.ics"]],
      [["20150218", "20150221"], []],
      [["20170126", "20170130"], ["chinese.ics"]],
      [["20150227", "20150228"], ["hebrew.ics"]],
      [["20160216", "20160219"], ["hebrew.ics"]],
      [["20140301", "20140302"], ["leap.ics"]],
      [["20140228", "20140301"], []],
      // COUNT has ended
      [["20160228", "20160303"], []],
      [["20800121", "20800124"], ["chinese.ics"]],
      [["20800101", "20800115"], []],
    ] as const
  ) assert.deepEqual(names(await query(server, range)), found, range[0]);
});

Deno.test("expand gives what Chinese, Hebrew and SKIP rules make, with RECURRENCE-ID in Gregorian dates", async () => {
  await using server = await holidays();
  assert.deepEqual(await expanded(server, ["20130101", "20171231"]), {
    "chinese.ics": ["20130210", "20140131", "20160208", "20170128"],
    "hebrew.ics": [
      "20140208T120000Z",
      "20150227T120000Z",
      "20160217T120000Z",
      "20170306T120000Z",
    ],
    "leap.ics": ["20130301T080000Z", "20140301T080000Z", "20150301T080000Z"],
  });
});

Deno.test("free-busy-query reports the instances of other calendars", async () => {
  await using server = await holidays();
  const answer = await server.dav("REPORT", CALENDAR, {
    headers: { depth: "1" },
    body:
      `<C:free-busy-query ${XMLNS}><C:time-range start="20150101T000000Z" end="20160301T000000Z"/></C:free-busy-query>`,
  });
  assert.equal(answer.status, 200);
  const busy = [...answer.text.matchAll(/^FREEBUSY.*:(.*?)\r?$/gm)]
    .map((one) => one[1]);
  assert.deepEqual(busy, [
    "20150227T120000Z/20150227T130000Z",
    "20150301T080000Z/20150301T090000Z",
    "20160208T000000Z/20160209T000000Z",
    "20160217T120000Z/20160217T130000Z",
  ]);
});

Deno.test("PUT answers 403 supported-rscale for a calendar that nobody knows, and stores nothing (section 10)", async () => {
  await using server = await createTestServer();
  const path = `${CALENDAR}a.ics`;
  const sent = (rule: string) =>
    server.dav("PUT", path, {
      headers: { "content-type": "text/calendar" },
      body: event("a", { more: [`RRULE:${rule}`] }),
    });
  assertCondition(
    await sent("RSCALE=X-MARTIAN;FREQ=YEARLY"),
    "caldav:supported-rscale",
  );
  assertCondition(
    await sent("FREQ=YEARLY;SKIP=FORWARD"),
    "caldav:valid-calendar-data",
  );
  assert.equal((await server.dav("GET", path)).status, 404);
  for (const rscale of [...supportedRscales(), "gregory", "islamicc"]) {
    const { status } = await sent(`RSCALE=${rscale};FREQ=YEARLY`);
    assert.ok(status === 201 || status === 204, rscale);
  }
});

Deno.test("supported-rscale-set lists the calendars, is protected and not in allprop (section 10.1)", async () => {
  await using server = await createTestServer();
  for (const path of [HOME, CALENDAR]) {
    const ask = async (body: string) =>
      memberAt(
        await server.dav("PROPFIND", path, { headers: { depth: "0" }, body }),
        path,
      );
    const named = await ask(
      `<D:propfind ${XMLNS}><D:prop><C:supported-rscale-set/></D:prop></D:propfind>`,
    );
    const set = named.props[200]?.[RSCALES];
    assert.ok(set, path);
    const children = childElements(set);
    assert.deepEqual(children.map(textOf), supportedRscales());
    assert.ok(
      children.every((one) =>
        clarkName(one.ns, one.name) === clarkName(NS.caldav, "supported-rscale")
      ),
    );
    const all = await ask(`<D:propfind ${XMLNS}><D:allprop/></D:propfind>`);
    assert.equal(all.props[200]?.[RSCALES], undefined);
    const answer = await server.dav("PROPPATCH", path, {
      body:
        `<D:propertyupdate ${XMLNS}><D:set><D:prop><C:supported-rscale-set/></D:prop></D:set></D:propertyupdate>`,
    });
    const patched = memberAt(answer, path);
    assert.ok(patched.props[403]?.[RSCALES], path);
    assert.ok(
      patched.conditions.includes(
        clarkName(NS.dav, "cannot-modify-protected-property"),
      ),
    );
  }
});
