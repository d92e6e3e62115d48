import assert from "node:assert/strict";
import { parseCalendarText, property } from "../../src/calendar/parse.ts";
import { clarkName, NS, textOf } from "../../src/xml/names.ts";
import {
  assertCondition,
  createTestServer,
  memberAt,
  parseMultistatus,
  put,
  XMLNS,
} from "./harness.ts";
import type { DavAnswer, TestServer } from "./harness.ts";

const HOME = "/calendars/me/";
const CALENDAR = `${HOME}home/`;
const OBJECT = `${CALENDAR}a.ics`;

/** A zone as clients send it, in their own words. */
function vtimezone(tzid: string, offset = "-0500"): string {
  return [
    "BEGIN:VTIMEZONE",
    `TZID:${tzid}`,
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    `TZOFFSETFROM:${offset}`,
    `TZOFFSETTO:${offset}`,
    "END:STANDARD",
    "END:VTIMEZONE",
    "",
  ].join("\r\n");
}

function calendar(...components: readonly string[]): string {
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//test//EN",
    `${components.join("")}END:VCALENDAR`,
    "",
  ].join("\r\n");
}

function event(tzid: string, uid = "a"): string {
  return [
    "BEGIN:VEVENT",
    `UID:${uid}`,
    "DTSTAMP:20260101T000000Z",
    `DTSTART;TZID=${tzid}:20260310T120000`,
    "SUMMARY:Lunch",
    "END:VEVENT",
    "",
  ].join("\r\n");
}

const NEW_YORK = "America/New_York";
const WITH_ZONE = calendar(vtimezone(NEW_YORK), event(NEW_YORK));
const WITHOUT = calendar(event(NEW_YORK));
const STRANGE = calendar(vtimezone("My zone"), event("My zone"));

/** TZIDs of the VTIMEZONEs in a text. */
function tzids(text: string): (string | undefined)[] {
  const parsed = parseCalendarText(text);
  assert.ok(parsed.ok, text);
  return parsed.calendar.root.components
    .filter(({ name }) => name === "VTIMEZONE")
    .map((zone) => property(zone, "TZID")?.value);
}

function store(
  server: TestServer,
  body: string,
  path = OBJECT,
): Promise<string> {
  return put(server, path, body);
}

function get(
  server: TestServer,
  zones: string | null,
  { path = OBJECT, method = "GET", headers = {} } = {},
): Promise<DavAnswer> {
  return server.dav(method, path, {
    headers: {
      ...headers,
      ...zones !== null && { "CalDAV-Timezones": zones },
    },
  });
}

function report(
  server: TestServer,
  body: string,
  zones?: string,
): Promise<DavAnswer> {
  return server.dav("REPORT", CALENDAR, {
    body,
    headers: {
      depth: "1",
      ...zones !== undefined && { "CalDAV-Timezones": zones },
    },
  });
}

function patch(server: TestServer, inner: string): Promise<DavAnswer> {
  return server.dav("PROPPATCH", CALENDAR, {
    body: `<D:propertyupdate ${XMLNS}>${inner}</D:propertyupdate>`,
  });
}

function set(server: TestServer, props: string): Promise<DavAnswer> {
  return patch(server, `<D:set><D:prop>${props}</D:prop></D:set>`);
}

/** Both properties of a calendar, undefined where they are not there. */
async function zoneProps(server: TestServer, path = CALENDAR) {
  const answer = await server.dav("PROPFIND", path, {
    headers: { depth: "0" },
    body:
      `<D:propfind ${XMLNS}><D:prop><C:calendar-timezone/><C:calendar-timezone-id/></D:prop></D:propfind>`,
  });
  const found = memberAt(answer, path).props[200] ?? {};
  const read = (local: string) => {
    const value = found[clarkName(NS.caldav, local)];
    return value === undefined ? undefined : textOf(value);
  };
  return {
    text: read("calendar-timezone"),
    id: read("calendar-timezone-id"),
  };
}

function id(tzid: string): string {
  return `<C:calendar-timezone-id>${tzid}</C:calendar-timezone-id>`;
}

function text(zone: string): string {
  return `<C:calendar-timezone>${zone}</C:calendar-timezone>`;
}

Deno.test("OPTIONS announces calendar-no-timezone on homes and calendars (RFC 7809 section 3.1.1)", async () => {
  await using server = await createTestServer();
  for (const path of [HOME, CALENDAR]) {
    const answer = await server.dav("OPTIONS", path);
    const tokens = (answer.headers.get("dav") ?? "").split(", ");
    assert.ok(tokens.includes("calendar-no-timezone"), path);
  }
});

Deno.test("timezone-service-set leads from the home to the service (RFC 7809 section 5.1)", async () => {
  await using server = await createTestServer({ basePath: "/dav" });
  const ask = (prop: string) =>
    server.dav("PROPFIND", `/dav${HOME}`, {
      headers: { depth: "0" },
      body: `<D:propfind ${XMLNS}>${prop}</D:propfind>`,
    });
  const name = clarkName(NS.caldav, "timezone-service-set");
  const answer = await ask("<D:prop><C:timezone-service-set/></D:prop>");
  const value = memberAt(answer, `/dav${HOME}`).props[200]?.[name];
  const [href, ...rest] = value?.children ?? [];
  assert.ok(typeof href === "object" && rest.length === 0);
  assert.equal(clarkName(href.ns, href.name), "{DAV:}href");
  const service = textOf(href);
  const found = await server.dav("GET", `${service}/capabilities`, {
    user: null,
  });
  assert.equal(found.status, 200);

  await server.dav("PROPPATCH", `/dav${CALENDAR}`, {
    body: `<D:propertyupdate ${XMLNS}><D:set><D:prop>${
      id(NEW_YORK)
    }</D:prop></D:set></D:propertyupdate>`,
  });
  for (const path of [HOME, CALENDAR]) {
    const all = await server.dav("PROPFIND", `/dav${path}`, {
      headers: { depth: "0" },
      body: `<D:propfind ${XMLNS}><D:allprop/></D:propfind>`,
    });
    const names = Object.keys(memberAt(all, `/dav${path}`).props[200] ?? {});
    assert.ok(!names.some((one) => one.includes("timezone")), names.join());
  }
});

Deno.test("calendar-timezone-id sets calendar-timezone, and the other way round (RFC 7809 section 3.1.5)", async () => {
  await using server = await createTestServer();
  assert.deepEqual(await zoneProps(server), { text: undefined, id: undefined });
  assert.equal((await set(server, id(` ${NEW_YORK}\n`))).status, 207);
  const named = await zoneProps(server);
  assert.equal(named.id?.trim(), NEW_YORK);
  assert.deepEqual(tzids(named.text ?? ""), [NEW_YORK]);
  assert.match(named.text ?? "", /BEGIN:DAYLIGHT[^]*RRULE:/);

  const zone = calendar(vtimezone("My zone"));
  assert.equal((await set(server, text(zone))).status, 207);
  const own = await zoneProps(server);
  assert.equal(own.id, "My zone");
  assert.equal(
    own.text?.replaceAll("\r", ""),
    zone.replaceAll("\r", ""),
  );

  // the last one of a request counts
  await set(server, id(NEW_YORK) + text(zone));
  assert.equal((await zoneProps(server)).id, "My zone");
  await set(server, text(zone) + id("Europe/Berlin"));
  const last = await zoneProps(server);
  assert.deepEqual(tzids(last.text ?? ""), ["Europe/Berlin"]);
  assert.equal(last.id, "Europe/Berlin");

  for (const name of ["calendar-timezone", "calendar-timezone-id"]) {
    for (const given of [id(NEW_YORK), text(zone)]) {
      await set(server, given);
      const removed = await patch(
        server,
        `<D:remove><D:prop><C:${name}/></D:prop></D:remove>`,
      );
      assert.equal(removed.status, 207);
      assert.deepEqual(await zoneProps(server), {
        text: undefined,
        id: undefined,
      });
    }
  }
});

Deno.test("calendar-timezone-id refuses names that are not known with valid-timezone (RFC 7809 sections 3.1.5 and 5.2)", async () => {
  await using server = await createTestServer();
  await set(server, id(NEW_YORK));
  const before = await zoneProps(server);
  // the first is the example of the RFC, which IANA does not have
  for (const tzid of ["US-Eastern", "Mars/Base", ""]) {
    const answer = await set(server, id(tzid));
    const member = memberAt(answer, CALENDAR);
    assert.deepEqual(member.order, [403]);
    assert.deepEqual(member.conditions, [
      clarkName(NS.caldav, "valid-timezone"),
    ]);
  }
  assert.deepEqual(await zoneProps(server), before);
  assert.equal((await set(server, id("US/Eastern"))).status, 207);
  const alias = await zoneProps(server);
  assert.equal(alias.id, "US/Eastern");
  assert.deepEqual(tzids(alias.text ?? ""), ["US/Eastern"]);
});

Deno.test("MKCALENDAR takes a zone by name (RFC 7809 section 3.1.5)", async () => {
  await using server = await createTestServer();
  const make = (name: string, props: string) =>
    server.dav("MKCALENDAR", `${HOME}${name}/`, {
      body:
        `<C:mkcalendar ${XMLNS}><D:set><D:prop>${props}</D:prop></D:set></C:mkcalendar>`,
    });
  assert.equal((await make("one", id("Europe/Berlin"))).status, 201);
  const one = await zoneProps(server, `${HOME}one/`);
  assert.equal(one.id, "Europe/Berlin");
  assert.deepEqual(tzids(one.text ?? ""), ["Europe/Berlin"]);
  // as DAVx5 sends both
  const both = id(NEW_YORK) + text(calendar(vtimezone(NEW_YORK)));
  assert.equal((await make("two", both)).status, 201);
  assert.equal((await zoneProps(server, `${HOME}two/`)).id, NEW_YORK);
  const wrong = await make("three", id("Mars/Base"));
  assert.equal(wrong.status, 403);
  assert.match(wrong.text, /valid-timezone/);
  assert.equal((await server.dav("GET", `${HOME}three/`)).status, 404);
});

Deno.test("reports take a zone by name, and refuse others with valid-timezone (RFC 7809 section 3.1.6)", async () => {
  await using server = await createTestServer();
  const floating = event(NEW_YORK).replace(`;TZID=${NEW_YORK}`, "");
  await store(server, calendar(floating));
  // twelve o'clock of New York is 16:00 UTC in March 2026
  const range =
    '<C:time-range start="20260310T155000Z" end="20260310T161000Z"/>';
  const query = (zone: string) =>
    report(
      server,
      `<C:calendar-query ${XMLNS}><D:prop><D:getetag/></D:prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">${range}</C:comp-filter></C:comp-filter></C:filter>${zone}</C:calendar-query>`,
    );
  const found = async (zone: string) =>
    parseMultistatus(await query(zone)).members.size;
  const named = `<C:timezone-id>${NEW_YORK}</C:timezone-id>`;
  assert.equal(await found(""), 0);
  assert.equal(await found(named), 1);
  const unknown = "<C:timezone-id>US-Eastern</C:timezone-id>";
  assertCondition(await query(unknown), "caldav:valid-timezone");
  assertCondition(
    await query("<C:timezone-id/>"),
    "caldav:valid-timezone",
  );

  // the same for busy time: twelve o'clock is when the event is, for a day in no zone too
  const busy = (zone: string) =>
    report(
      server,
      `<C:free-busy-query ${XMLNS}><C:time-range start="20260310T000000Z" end="20260312T000000Z"/>${zone}</C:free-busy-query>`,
    );
  await store(
    server,
    calendar(floating.replace("SUMMARY", "DURATION:PT1H\r\nSUMMARY")),
  );
  assert.match((await busy("")).text, /20260310T120000Z/);
  assert.match((await busy(named)).text, /20260310T160000Z/);
  assertCondition(await busy(unknown), "caldav:valid-timezone");
});

Deno.test("times without a zone are in that of the request, then of the calendar, then of the server", async () => {
  await using server = await createTestServer({ timezone: "Asia/Tokyo" });
  const floating = event(NEW_YORK).replace(
    `;TZID=${NEW_YORK}:20260310T120000`,
    ":20260310T120000\r\nDURATION:PT1H",
  );
  await store(server, calendar(floating));
  const busy = async (zone = "") => {
    const answer = await report(
      server,
      `<C:free-busy-query ${XMLNS}><C:time-range start="20260310T000000Z" end="20260312T000000Z"/>${zone}</C:free-busy-query>`,
    );
    return /\nFREEBUSY[^:]*:(\w+)/.exec(answer.text)?.[1];
  };
  assert.equal(await busy(), "20260310T030000Z");
  const expand = async () => {
    const answer = await report(
      server,
      `<C:calendar-query ${XMLNS}><D:prop><C:calendar-data><C:expand start="20260310T000000Z" end="20260311T000000Z"/></C:calendar-data></D:prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:time-range start="20260310T025000Z" end="20260310T031000Z"/></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>`,
    );
    return parseMultistatus(answer).members.size;
  };
  assert.equal(await expand(), 1);
  await set(server, id("Europe/Berlin"));
  assert.equal(await busy(), "20260310T110000Z");
  assert.equal(await expand(), 0);
  await set(server, text(calendar(vtimezone("My zone"))));
  assert.equal(await busy(), "20260310T170000Z");
  assert.equal(
    await busy("<C:timezone-id>UTC</C:timezone-id>"),
    "20260310T120000Z",
  );
});

Deno.test("PUT takes objects without VTIMEZONE, and GET gives them back as they came (RFC 7809 sections 3.1.3 and 3.1.4)", async () => {
  await using server = await createTestServer();
  for (const body of [WITHOUT, WITH_ZONE, STRANGE]) {
    const etag = await store(server, body);
    const answer = await get(server, null);
    assert.equal(answer.text, body);
    assert.equal(answer.headers.get("etag"), etag);
    assert.equal(answer.headers.get("vary"), "CalDAV-Timezones");
  }
});

Deno.test("GET with CalDAV-Timezones gives VTIMEZONEs or leaves them out (RFC 7809 sections 3.1.3 and 7.1)", async () => {
  await using server = await createTestServer();
  for (
    const [body, zones, expected] of [
      [WITH_ZONE, "F", WITHOUT],
      [WITHOUT, "F", WITHOUT],
      [WITH_ZONE, "T", WITH_ZONE],
      // not known to the service
      [STRANGE, "F", STRANGE],
      [STRANGE, "T", STRANGE],
    ] as const
  ) {
    const etag = await store(server, body);
    const answer = await get(server, zones);
    assert.equal(answer.text, expected, zones);
    // other bytes have another tag
    assert.equal(answer.headers.get("etag") === etag, body === expected);
    assert.equal(
      answer.headers.get("last-modified") !== null,
      body === expected,
    );
    assert.equal(answer.headers.get("vary"), "CalDAV-Timezones");
    assert.equal(
      answer.headers.get("content-length"),
      String(answer.bytes.length),
    );
  }
  await store(server, WITHOUT);
  const given = await get(server, "T");
  assert.deepEqual(tzids(given.text), [NEW_YORK]);
  const zone = /BEGIN:VTIMEZONE[^]*END:VTIMEZONE\r\n/.exec(given.text)?.[0] ??
    "";
  assert.match(zone, /RRULE/);
  assert.equal(given.text.replace(zone, ""), WITHOUT);
  // a name that Windows has, and the service does not
  const windows = calendar(event("Eastern Standard Time"));
  await store(server, windows);
  for (const zones of ["T", "F"]) {
    const answer = await get(server, zones);
    assert.deepEqual(tzids(answer.text), ["Eastern Standard Time"]);
  }
  assert.equal((await get(server, "maybe")).status, 400);
});

Deno.test("GET, HEAD and If-None-Match tell the forms of an object apart", async () => {
  await using server = await createTestServer();
  const stored = await store(server, WITH_ZONE);
  const answer = await get(server, "F");
  const etag = answer.headers.get("etag") ?? "";
  assert.match(etag, /^"[^"]+"$/);
  const same = await get(server, "F", { headers: { "if-none-match": etag } });
  assert.equal(same.status, 304);
  assert.equal(same.headers.get("vary"), "CalDAV-Timezones");
  for (
    const [zones, tag] of [["F", stored], [null, etag], ["T", etag]] as const
  ) {
    const other = await get(server, zones, {
      headers: { "if-none-match": tag },
    });
    assert.equal(other.status, 200, `${zones} ${tag}`);
  }
  const head = await get(server, "F", { method: "HEAD" });
  assert.equal(head.text, "");
  for (const name of ["etag", "content-length", "content-type"]) {
    assert.equal(head.headers.get(name), answer.headers.get(name), name);
  }
  const part = await get(server, "F", { headers: { range: "bytes=0-14" } });
  assert.deepEqual([part.status, part.text], [206, "BEGIN:VCALENDAR"]);
  const never = await get(server, "F", { headers: { "if-match": '"x"' } });
  assert.equal(never.status, 412);
});

Deno.test("PUT and DELETE know the tag of every form of an object", async () => {
  await using server = await createTestServer();
  await store(server, WITH_ZONE);
  const put = async (tag: string) => {
    const answer = await server.dav("PUT", OBJECT, {
      body: WITHOUT,
      headers: { "content-type": "text/calendar", "if-match": tag },
    });
    return answer.status;
  };
  const etag = (await get(server, "F")).headers.get("etag") ?? "";
  assert.equal(await put(etag), 204);
  // what it stood for is gone
  assert.equal(await put(etag), 412);
  const given = (await get(server, "T")).headers.get("etag") ?? "";
  const removed = await server.dav("DELETE", OBJECT, {
    headers: { "if-match": given.replace(/"$/, '-gzip"') },
  });
  assert.equal(removed.status, 204);
});

Deno.test("reports and PROPFIND give calendar-data with the VTIMEZONEs that are asked for (RFC 7809 section 3.1.3)", async () => {
  await using server = await createTestServer();
  await store(server, WITH_ZONE);
  await store(server, calendar(event(NEW_YORK, "b")), `${CALENDAR}b.ics`);
  const strange = calendar(vtimezone("My zone"), event("My zone", "c"));
  await store(server, strange, `${CALENDAR}c.ics`);
  const token = "<D:sync-token/><D:sync-level>1</D:sync-level>";
  const props = (data: string) =>
    `<D:prop><D:getetag/><C:calendar-data>${data}</C:calendar-data></D:prop>`;
  const filter = '<C:filter><C:comp-filter name="VCALENDAR"/></C:filter>';
  const hrefs = ["a", "b", "c"].map((name) =>
    `<D:href>${CALENDAR}${name}.ics</D:href>`
  ).join("");
  const bodies = (data = "") => [
    `<C:calendar-query ${XMLNS}>${props(data)}${filter}</C:calendar-query>`,
    `<C:calendar-multiget ${XMLNS}>${
      props(data)
    }${hrefs}</C:calendar-multiget>`,
    `<D:sync-collection ${XMLNS}>${token}${props(data)}</D:sync-collection>`,
  ];
  const read = async (body: string, zones?: string) => {
    const { members } = parseMultistatus(await report(server, body, zones));
    return [...members].map(([href, { props }]) => {
      const found = props[200]?.[clarkName(NS.caldav, "calendar-data")];
      assert.ok(found !== undefined, href);
      return tzids(textOf(found)).join();
    });
  };
  for (const body of bodies()) {
    assert.deepEqual(await read(body), [NEW_YORK, "", "My zone"]);
    assert.deepEqual(await read(body, "F"), ["", "", "My zone"]);
    assert.deepEqual(await read(body, "T"), [NEW_YORK, NEW_YORK, "My zone"]);
  }
  // parts that name the zone, and parts that do not
  const parts = (name: string) =>
    `<C:comp name="VCALENDAR"><C:prop name="VERSION"/><C:comp name="VEVENT"><C:prop name="${name}"/></C:comp></C:comp>`;
  for (const body of bodies(parts("DTSTART"))) {
    assert.deepEqual(await read(body), ["", "", ""]);
    assert.deepEqual(await read(body, "F"), ["", "", "My zone"]);
    assert.deepEqual(await read(body, "T"), [NEW_YORK, NEW_YORK, "My zone"]);
  }
  for (const body of bodies(parts("SUMMARY"))) {
    assert.deepEqual(await read(body, "T"), ["", "", ""]);
  }
  // expanded times are in UTC
  const expand = '<C:expand start="20260301T000000Z" end="20260401T000000Z"/>';
  for (const body of bodies(expand)) {
    assert.deepEqual(await read(body, "T"), ["", "", ""]);
  }
});

Deno.test("a calendar as one file has all VTIMEZONEs, and with CalDAV-Timezones: F only those that are not known (RFC 7809 section 3.1.3)", async () => {
  await using server = await createTestServer();
  await store(server, WITH_ZONE);
  await store(
    server,
    calendar(event("Europe/Berlin", "b")),
    `${CALENDAR}b.ics`,
  );
  const strange = calendar(vtimezone("My zone"), event("My zone", "c"));
  await store(server, strange, `${CALENDAR}c.ics`);
  const file = async (zones: string | null) => {
    const answer = await get(server, zones, { path: CALENDAR });
    assert.equal(answer.headers.get("vary"), "CalDAV-Timezones");
    return {
      zones: tzids(answer.text),
      etag: answer.headers.get("etag") ?? "",
    };
  };
  const plain = await file(null);
  const all = [NEW_YORK, "My zone", "Europe/Berlin"];
  assert.deepEqual(plain.zones, all);
  assert.deepEqual(await file("T"), plain);
  const few = await file("F");
  assert.deepEqual(few.zones, ["My zone"]);
  assert.notEqual(few.etag, plain.etag);
});
