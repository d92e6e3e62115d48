import assert from "node:assert/strict";
import { NS } from "../../src/xml/names.ts";
import {
  assertCondition,
  createTestServer,
  event,
  memberAt,
  parseMultistatus,
  propText,
  put,
  task,
  XMLNS,
} from "./harness.ts";
import type { DavAnswer, TestServer } from "./harness.ts";

const CALENDAR = "/calendars/me/home/";
const MIXED = "/calendars/me/mixed/";

function query(
  server: TestServer,
  path: string,
  filter: string,
  options: { rest?: string; headers?: Record<string, string>; props?: string } =
    {},
): Promise<DavAnswer> {
  const { rest = "", headers = { depth: "1" }, props = "<D:getetag/>" } =
    options;
  return server.dav("REPORT", path, {
    headers,
    body:
      `<C:calendar-query ${XMLNS}><D:prop>${props}</D:prop><C:filter>${filter}</C:filter>${rest}</C:calendar-query>`,
  });
}

function comp(name: string, inner = ""): string {
  return `<C:comp-filter name="VCALENDAR"><C:comp-filter name="${name}">${inner}</C:comp-filter></C:comp-filter>`;
}

const ALL = '<C:comp-filter name="VCALENDAR"/>';

function names(answer: DavAnswer): string[] {
  return [...parseMultistatus(answer).members.keys()].map((href) =>
    href.split("/").at(-1) ?? ""
  ).sort();
}

async function mixed(server: TestServer): Promise<void> {
  assert.equal((await server.dav("MKCALENDAR", MIXED)).status, 201);
  await put(server, `${MIXED}march.ics`, event("march"));
  await put(
    server,
    `${MIXED}june.ics`,
    event("june", { start: "20260601T120000Z" }),
  );
  await put(
    server,
    `${MIXED}daily.ics`,
    event("daily", { start: "20260101T080000Z", more: ["RRULE:FREQ=DAILY"] }),
  );
  await put(server, `${MIXED}task.ics`, task("task"));
}

Deno.test("calendarQuery() gives objects of all types where no component is named", async () => {
  await using server = await createTestServer();
  await mixed(server);
  assert.deepEqual(names(await query(server, MIXED, ALL)), [
    "daily.ics",
    "june.ics",
    "march.ics",
    "task.ics",
  ]);
});

Deno.test("calendarQuery() takes a range without a type, and gives objects of all types", async () => {
  await using server = await createTestServer();
  await mixed(server);
  const within = async (range: string) =>
    names(
      await query(
        server,
        MIXED,
        `<C:comp-filter name="VCALENDAR"><C:time-range ${range}/></C:comp-filter>`,
      ),
    );
  assert.deepEqual(
    await within('start="20260601T000000Z" end="20260602T000000Z"'),
    ["daily.ics", "june.ics", "task.ics"],
  );
  assert.deepEqual(await within('end="20260102T000000Z"'), [
    "daily.ics",
    "task.ics",
  ]);
});

Deno.test("calendarQuery() selects by component, in any case", async () => {
  await using server = await createTestServer();
  await mixed(server);
  assert.deepEqual(names(await query(server, MIXED, comp("VTODO"))), [
    "task.ics",
  ]);
  assert.deepEqual(names(await query(server, MIXED, comp("vevent"))), [
    "daily.ics",
    "june.ics",
    "march.ics",
  ]);
  assert.deepEqual(names(await query(server, MIXED, comp("VJOURNAL"))), []);
});

Deno.test("calendarQuery() answers 207 with an empty multistatus where nothing matches", async () => {
  await using server = await createTestServer();
  const answer = await query(server, CALENDAR, comp("VEVENT"));
  assert.equal(parseMultistatus(answer).members.size, 0);
});

Deno.test("calendarQuery() takes Depth 0 and none as 1 on a calendar", async () => {
  await using server = await createTestServer();
  await mixed(server);
  const headers: Record<string, string>[] = [
    {},
    { depth: "0" },
    { depth: "1" },
    { depth: "infinity" },
  ];
  for (const one of headers) {
    assert.equal(
      names(await query(server, MIXED, comp("VTODO"), { headers: one })).length,
      1,
    );
  }
});

Deno.test("calendarQuery() selects by time-range, closed and open, with recurrences", async () => {
  await using server = await createTestServer();
  await mixed(server);
  const range = (attributes: string) =>
    query(server, MIXED, comp("VEVENT", `<C:time-range ${attributes}/>`));
  assert.deepEqual(
    names(await range('start="20260301T000000Z" end="20260302T000000Z"')),
    ["daily.ics", "march.ics"],
  );
  assert.deepEqual(
    names(await range('start="20260301T090000Z" end="20260301T130000Z"')),
    ["march.ics"],
  );
  assert.deepEqual(names(await range('start="20260401T000000Z"')), [
    "daily.ics",
    "june.ics",
  ]);
  assert.deepEqual(names(await range('end="20260301T000000Z"')), ["daily.ics"]);
  assert.deepEqual(names(await range('start="20991231T000000Z"')), [
    "daily.ics",
  ]);
  assert.deepEqual(names(await range('end="20200101T000000Z"')), []);
});

Deno.test("calendarQuery() finds tasks without dates in every range", async () => {
  await using server = await createTestServer();
  await mixed(server);
  const answer = await query(
    server,
    MIXED,
    comp(
      "VTODO",
      '<C:time-range start="20300101T000000Z" end="20300102T000000Z"/>',
    ),
  );
  assert.deepEqual(names(answer), ["task.ics"]);
});

Deno.test("calendarQuery() takes all-day values in the query's zone, then the calendar's, then UTC", async () => {
  await using server = await createTestServer();
  await put(
    server,
    `${CALENDAR}day.ics`,
    event("day", { start: "20260510" }).replace(
      "DTSTART:",
      "DTSTART;VALUE=DATE:",
    ).replace("DURATION:PT1H", "DURATION:P1D"),
  );
  // Midnight of that day at UTC+3 is nine in the evening of the day before.
  const filter = comp(
    "VEVENT",
    '<C:time-range start="20260509T210000Z" end="20260509T230000Z"/>',
  );
  const zone = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//T//EN",
    "BEGIN:VTIMEZONE",
    "TZID:East",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0300",
    "TZOFFSETTO:+0300",
    "END:STANDARD",
    "END:VTIMEZONE",
    "END:VCALENDAR",
    "",
  ].join("\r\n");
  const found = async (rest = "") =>
    names(await query(server, CALENDAR, filter, { rest })).length;
  assert.equal(await found(), 0);
  assert.equal(await found(`<C:timezone>${zone}</C:timezone>`), 1);
  assert.equal(await found("<C:timezone-id>Europe/Moscow</C:timezone-id>"), 1);
  const set = (prop: string) =>
    server.dav("PROPPATCH", CALENDAR, {
      body:
        `<D:propertyupdate ${XMLNS}><D:set><D:prop>${prop}</D:prop></D:set></D:propertyupdate>`,
    });
  await set("<C:calendar-timezone-id>Europe/Moscow</C:calendar-timezone-id>");
  assert.equal(await found(), 1);
  await set(
    `<C:calendar-timezone-id>Etc/UTC</C:calendar-timezone-id><C:calendar-timezone>${zone}</C:calendar-timezone>`,
  );
  assert.equal(await found(), 1);
  assert.equal(await found("<C:timezone-id>Etc/UTC</C:timezone-id>"), 0);
  assertCondition(
    await query(server, CALENDAR, filter, {
      rest: "<C:timezone>none</C:timezone>",
    }),
    "caldav:valid-calendar-data",
  );
});

Deno.test("calendarQuery() understands is-not-defined on components", async () => {
  await using server = await createTestServer();
  await mixed(server);
  assert.deepEqual(
    names(await query(server, MIXED, comp("VTODO", "<C:is-not-defined/>"))),
    ["daily.ics", "june.ics", "march.ics"],
  );
  await put(
    server,
    `${MIXED}alarm.ics`,
    event("alarm", {
      more: [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:x",
        "TRIGGER:-PT5M",
        "END:VALARM",
      ],
    }),
  );
  assert.deepEqual(
    names(
      await query(
        server,
        MIXED,
        comp("VEVENT", '<C:comp-filter name="VALARM"/>'),
      ),
    ),
    ["alarm.ics"],
  );
  assert.deepEqual(
    names(
      await query(
        server,
        MIXED,
        comp(
          "VEVENT",
          '<C:comp-filter name="VALARM"><C:is-not-defined/></C:comp-filter>',
        ),
      ),
    ),
    ["daily.ics", "june.ics", "march.ics"],
  );
});

/** What calendar-data with some content gives of an object. */
async function calendarData(
  server: TestServer,
  content: string,
  { name = "a.ics", rest = "" } = {},
): Promise<string> {
  const answer = await query(server, CALENDAR, ALL, {
    props: `<C:calendar-data>${content}</C:calendar-data>`,
    rest,
  });
  return propText(
    memberAt(answer, `${CALENDAR}${name}`),
    `{${NS.caldav}}calendar-data`,
  );
}

Deno.test("calendarQuery() gives calendar-data, whole or the parts that are named", async () => {
  await using server = await createTestServer();
  const body = event("a", { more: ["X-OWN:1"] });
  await put(server, `${CALENDAR}a.ics`, body);
  assert.equal(await calendarData(server, ""), body);
  const whole = [
    '<C:comp name="VCALENDAR"/>',
    '<C:comp name="vcalendar"><C:allprop/><C:allcomp/></C:comp>',
    // not understood: everything
    '<C:comp name="VEVENT"><C:prop name="UID"/></C:comp>',
    "<C:comp/>",
    '<X:comp name="VCALENDAR"><C:prop name="UID"/></X:comp>',
  ];
  for (const content of whole) {
    assert.equal(await calendarData(server, content), body, content);
  }
  const inEvent = (props: string) =>
    `<C:comp name="VCALENDAR"><C:comp name="VEVENT">${props}</C:comp></C:comp>`;
  const lines = async (props: string) =>
    (await calendarData(server, inEvent(props))).split("\r\n");
  const around = (...inner: string[]) => [
    "BEGIN:VCALENDAR",
    "BEGIN:VEVENT",
    ...inner,
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ];
  assert.deepEqual(
    await lines('<C:prop name="UID"/><C:prop name="x-own"/>'),
    around("UID:a", "X-OWN:1"),
  );
  assert.deepEqual(
    await lines('<C:prop name="SUMMARY" novalue="yes"/>'),
    around("SUMMARY:"),
  );
  assert.deepEqual(
    await lines('<C:prop name="SUMMARY" novalue="no"/>'),
    around("SUMMARY:Tea"),
  );
  assert.deepEqual(await lines('<C:comp name="VALARM"/>'), around());
  assertCondition(
    await query(server, CALENDAR, ALL, {
      props: '<C:calendar-data version="7"/>',
    }),
    "caldav:supported-calendar-data",
  );
});

Deno.test("calendarQuery() expands in the query's zone, then the calendar's", async () => {
  await using server = await createTestServer();
  await put(
    server,
    `${CALENDAR}a.ics`,
    event("a", { start: "20260302T003000", more: ["RRULE:FREQ=DAILY"] }),
  );
  const hour = '<C:expand start="20260301T213000Z" end="20260301T223000Z"/>';
  const starts = async (rest = "") =>
    (await calendarData(server, hour, { rest })).match(/^DTSTART.*$/gm);
  assert.equal(await starts(), null);
  assert.deepEqual(
    await starts("<C:timezone-id>Europe/Moscow</C:timezone-id>"),
    ["DTSTART:20260302T003000"],
  );
  await server.dav("PROPPATCH", CALENDAR, {
    body:
      `<D:propertyupdate ${XMLNS}><D:set><D:prop><C:calendar-timezone-id>Europe/Moscow</C:calendar-timezone-id></D:prop></D:set></D:propertyupdate>`,
  });
  assert.deepEqual(await starts(), ["DTSTART:20260302T003000"]);
});

Deno.test("calendarQuery() refuses ranges in calendar-data that are none", async () => {
  await using server = await createTestServer();
  for (
    const content of [
      "<C:expand/>",
      '<C:expand start="20260101T000000Z"/>',
      '<C:limit-recurrence-set end="20260101T000000Z"/>',
      '<C:limit-freebusy-set start="20260101T000000" end="20260102T000000Z"/>',
      '<C:expand start="20260102T000000Z" end="20260101T000000Z"/>',
      '<C:expand start="20260101T000000Z" end="20260102T000000Z"/><C:limit-recurrence-set start="20260101T000000Z" end="20260102T000000Z"/>',
    ]
  ) {
    const answer = await query(server, CALENDAR, ALL, {
      props: `<C:calendar-data>${content}</C:calendar-data>`,
    });
    assert.equal(answer.status, 400, content);
  }
});

Deno.test("calendarQuery() answers 507 for the data of an object with too many instances, and gives the others", async () => {
  await using server = await createTestServer();
  await put(
    server,
    `${CALENDAR}bomb.ics`,
    event("bomb", { start: "19700101T000000Z", more: ["RRULE:FREQ=SECONDLY"] }),
  );
  await put(server, `${CALENDAR}a.ics`, event("a"));
  const answer = await query(server, CALENDAR, ALL, {
    props:
      '<D:getetag/><C:calendar-data><C:expand start="20260101T000000Z" end="99991231T235959Z"/></C:calendar-data>',
  });
  const bomb = memberAt(answer, `${CALENDAR}bomb.ics`);
  assert.deepEqual(bomb.order, [200, 507]);
  assert.deepEqual(bomb.conditions, [
    "{DAV:}number-of-matches-within-limits",
  ]);
  assert.deepEqual(memberAt(answer, `${CALENDAR}a.ics`).order, [200]);
});

Deno.test("calendarQuery() answers on an object itself", async () => {
  await using server = await createTestServer();
  await mixed(server);
  assert.deepEqual(
    names(await query(server, `${MIXED}task.ics`, comp("VTODO"))),
    ["task.ics"],
  );
  assert.deepEqual(
    names(await query(server, `${MIXED}task.ics`, comp("VEVENT"))),
    [],
  );
});

Deno.test("calendarQuery() refuses filters that the RFC does not allow with 403 valid-filter", async () => {
  await using server = await createTestServer();
  for (
    const filter of [
      "",
      '<C:comp-filter name="VEVENT"/>',
      `${ALL}${ALL}`,
      "<C:comp-filter/>",
      "<X:other/>",
      comp(""),
      comp("VEVENT", "<C:time-range/>"),
      comp("VEVENT", '<C:time-range start="20260101"/>'),
      comp("VEVENT", '<C:time-range start="20260101T000000"/>'),
      comp("VEVENT", '<C:time-range start="20261301T000000Z"/>'),
      comp("VEVENT", '<C:time-range start="20260230T000000Z"/>'),
      comp("VEVENT", '<C:time-range start="20260101T250000Z"/>'),
      comp(
        "VEVENT",
        '<C:time-range start="20260102T000000Z" end="20260101T000000Z"/>',
      ),
      comp(
        "VEVENT",
        '<C:time-range start="20260102T000000Z"/><C:time-range start="20260102T000000Z"/>',
      ),
      comp(
        "VEVENT",
        '<C:is-not-defined/><C:time-range start="20260102T000000Z"/>',
      ),
    ]
  ) {
    assertCondition(
      await query(server, CALENDAR, filter),
      "caldav:valid-filter",
    );
  }
  const none = await server.dav("REPORT", CALENDAR, {
    body: `<C:calendar-query ${XMLNS}><D:prop/></C:calendar-query>`,
  });
  assertCondition(none, "caldav:valid-filter");
});

Deno.test("calendarQuery() selects by properties, all filters together", async () => {
  await using server = await createTestServer();
  await mixed(server);
  const uid = (text: string, attributes = "") =>
    `<C:prop-filter name="UID"><C:text-match ${attributes}>${text}</C:text-match></C:prop-filter>`;
  const found = async (inner: string) =>
    names(await query(server, MIXED, comp("VEVENT", inner)));
  assert.deepEqual(await found(uid("MARCH")), ["march.ics"]);
  assert.deepEqual(await found(uid("MARCH", 'collation="i;octet"')), []);
  assert.deepEqual(await found(uid("march", 'negate-condition="yes"')), [
    "daily.ics",
    "june.ics",
  ]);
  assert.deepEqual(
    await found(
      uid("a") +
        '<C:prop-filter name="RRULE"><C:is-not-defined/></C:prop-filter>',
    ),
    ["march.ics"],
  );
  const range = '<C:time-range start="20260601T000000Z"/>';
  assert.deepEqual(await found(range + uid("june")), ["june.ics"]);
  assert.deepEqual(
    await found(`<C:prop-filter name="DTSTART">${range}</C:prop-filter>`),
    ["daily.ics", "june.ics"],
  );
});

Deno.test("calendarQuery() finds nothing where two types of components are wanted at once", async () => {
  await using server = await createTestServer();
  await mixed(server);
  const both =
    '<C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"/><C:comp-filter name="VTODO"/></C:comp-filter>';
  assert.deepEqual(names(await query(server, MIXED, both)), []);
});

Deno.test("calendarQuery() finds experimental components beside the main one", async () => {
  await using server = await createTestServer();
  await put(
    server,
    `${CALENDAR}x.ics`,
    event("x").replace(
      "END:VCALENDAR",
      "BEGIN:X-EXTRA\r\nX-A:1\r\nEND:X-EXTRA\r\nEND:VCALENDAR",
    ),
  );
  await put(server, `${CALENDAR}y.ics`, event("y"));
  const extra = '<C:comp-filter name="X-EXTRA"/>';
  const filter =
    `<C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"/>${extra}</C:comp-filter>`;
  assert.deepEqual(names(await query(server, CALENDAR, filter)), ["x.ics"]);
});

Deno.test("calendarQuery() on a home looks into its calendars with Depth infinity, in each one's zone", async () => {
  await using server = await createTestServer();
  await mixed(server);
  await put(server, `${CALENDAR}h.ics`, event("h"));
  const hrefs = async (depth: string, filter = comp("VEVENT")) =>
    [
      ...parseMultistatus(
        await query(server, "/calendars/me/", filter, { headers: { depth } }),
      ).members.keys(),
    ].sort();
  assert.deepEqual(await hrefs("0"), []);
  assert.deepEqual(await hrefs("1"), [], "its members are calendars");
  assert.deepEqual(await hrefs("infinity"), [
    `${CALENDAR}h.ics`,
    `${MIXED}daily.ics`,
    `${MIXED}june.ics`,
    `${MIXED}march.ics`,
  ]);
  const day = event("day", { start: "20260510" })
    .replace("DTSTART:", "DTSTART;VALUE=DATE:")
    .replace("DURATION:PT1H", "DURATION:P1D");
  await put(server, `${CALENDAR}day.ics`, day);
  await put(server, `${MIXED}day.ics`, day);
  const zone = await server.dav("PROPPATCH", MIXED, {
    body:
      `<D:propertyupdate ${XMLNS}><D:set><D:prop><C:calendar-timezone-id>Europe/Moscow</C:calendar-timezone-id></D:prop></D:set></D:propertyupdate>`,
  });
  assert.equal(zone.status, 207);
  const evening = comp(
    "VEVENT",
    '<C:time-range start="20260509T210000Z" end="20260509T230000Z"/>',
  );
  assert.deepEqual(await hrefs("infinity", evening), [`${MIXED}day.ics`]);
});

Deno.test("calendarQuery() takes ranges in year 9999", async () => {
  await using server = await createTestServer();
  await mixed(server);
  const range =
    '<C:time-range start="99991231T000000Z" end="99991231T235959Z"/>';
  assert.deepEqual(names(await query(server, MIXED, comp("VEVENT", range))), [
    "daily.ics",
  ]);
});

Deno.test("calendarQuery() answers 403 supported-report on what is no calendar", async () => {
  await using server = await createTestServer();
  for (
    const path of ["/principals/users/me/", "/addressbooks/me/contacts/", "/"]
  ) {
    assertCondition(await query(server, path, ALL), "dav:supported-report");
  }
});

Deno.test("calendarQuery() refuses ranges before min-date-time with that condition, wherever they stand", async () => {
  await using server = await createTestServer();
  const early = 'start="00000101T000000Z" end="20260101T000000Z"';
  const filters = [
    comp("VEVENT", `<C:time-range ${early}/>`),
    comp("VEVENT", '<C:time-range end="00001231T235959Z"/>'),
    comp(
      "VEVENT",
      `<C:prop-filter name="DTSTART"><C:time-range ${early}/></C:prop-filter>`,
    ),
  ];
  for (const filter of filters) {
    assertCondition(
      await query(server, CALENDAR, filter),
      "caldav:min-date-time",
    );
  }
  for (const name of ["expand", "limit-recurrence-set", "limit-freebusy-set"]) {
    const props = `<C:calendar-data><C:${name} ${early}/></C:calendar-data>`;
    assertCondition(
      await query(server, CALENDAR, ALL, { props }),
      "caldav:min-date-time",
    );
  }
  const first =
    '<C:time-range start="00010101T000000Z" end="99991231T235959Z"/>';
  const answer = await query(server, CALENDAR, comp("VEVENT", first));
  assert.deepEqual(names(answer), []);
});
