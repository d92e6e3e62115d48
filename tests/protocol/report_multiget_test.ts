import assert from "node:assert/strict";
import { NS } from "../../src/xml/names.ts";
import {
  assertCondition,
  card,
  createTestServer,
  event,
  memberAt,
  parseMultistatus,
  propNames,
  propText,
  put,
  XMLNS,
} from "./harness.ts";
import type { DavAnswer, TestServer } from "./harness.ts";

const CALENDAR = "/calendars/me/home/";
const BOOK = "/addressbooks/me/contacts/";
const DATA = `{${NS.caldav}}calendar-data`;
const ADDRESS = `{${NS.carddav}}address-data`;

function multiget(
  server: TestServer,
  path: string,
  hrefs: readonly string[],
  options: {
    report?: string;
    prop?: string;
    headers?: Record<string, string>;
  } = {},
): Promise<DavAnswer> {
  const {
    report = "C:calendar-multiget",
    prop = "<D:getetag/><C:calendar-data/>",
    headers = {},
  } = options;
  return server.dav("REPORT", path, {
    headers,
    body: `<${report} ${XMLNS}><D:prop>${prop}</D:prop>${
      hrefs.map((href) => `<D:href>${href}</D:href>`).join("")
    }</${report}>`,
  });
}

Deno.test("multiget() gives calendar data and the entity tags of GET", async () => {
  await using server = await createTestServer();
  const body = event("a", { summary: 'a < b & c > d "e"' });
  await put(server, `${CALENDAR}a.ics`, body);
  const member = memberAt(
    await multiget(server, CALENDAR, [`${CALENDAR}a.ics`]),
    `${CALENDAR}a.ics`,
  );
  const got = await server.dav("GET", `${CALENDAR}a.ics`);
  assert.equal(propText(member, DATA), got.text);
  assert.equal(got.text, body);
  assert.equal(propText(member, "{DAV:}getetag"), got.headers.get("etag"));
});

Deno.test("multiget() closes a fold inside a character, which GET gives as it was sent", async () => {
  await using server = await createTestServer();
  const bytes = new TextEncoder().encode(
    event("a", { summary: "Früh" }),
  );
  const at = bytes.indexOf(0xc3) + 1;
  const folded = new Uint8Array([
    ...bytes.slice(0, at),
    ...new TextEncoder().encode("\r\n "),
    ...bytes.slice(at),
  ]);
  const stored = await server.dav("PUT", `${CALENDAR}a.ics`, {
    headers: { "content-type": "text/calendar" },
    body: folded,
  });
  assert.equal(stored.status, 201);
  const answer = await multiget(server, CALENDAR, [`${CALENDAR}a.ics`]);
  const member = memberAt(answer, `${CALENDAR}a.ics`);
  assert.equal(propText(member, DATA), event("a", { summary: "Früh" }));
});

Deno.test("multiget() ignores Depth", async () => {
  await using server = await createTestServer();
  await put(server, `${CALENDAR}a.ics`, event("a"));
  const headers: Record<string, string>[] = [
    {},
    { depth: "0" },
    { depth: "1" },
    { depth: "infinity" },
  ];
  for (const one of headers) {
    const answer = await multiget(server, CALENDAR, [`${CALENDAR}a.ics`], {
      headers: one,
    });
    assert.deepEqual(memberAt(answer, `${CALENDAR}a.ics`).order, [200]);
  }
});

Deno.test("multiget() takes paths, absolute URLs and any spelling, and answers each resource once", async () => {
  await using server = await createTestServer();
  await put(server, `${CALENDAR}a%40b.ics`, event("a"));
  const answer = await multiget(server, CALENDAR, [
    `${CALENDAR}a@b.ics`,
    `\n  ${CALENDAR}a%40b.ics\n`,
    `http://dav.example.org${CALENDAR}a%40b.ics`,
    `https://elsewhere.example:8443${CALENDAR}%61@b.ics?x#y`,
  ]);
  assert.deepEqual([...parseMultistatus(answer).members.keys()], [
    `${CALENDAR}a%40b.ics`,
  ]);
});

Deno.test("multiget() spells members as the request spells their collection", async () => {
  await using server = await createTestServer();
  await put(server, `${CALENDAR}a.ics`, event("a"));
  const answer = await multiget(server, "/calendars/%6De/home", [
    `${CALENDAR}a.ics`,
  ]);
  assert.deepEqual([...parseMultistatus(answer).members.keys()], [
    "/calendars/%6De/home/a.ics",
  ]);
});

Deno.test("multiget() answers 404 for hrefs that name no object here", async () => {
  await using server = await createTestServer();
  await put(server, `${CALENDAR}a.ics`, event("a"));
  await put(
    server,
    "/calendars/me/tasks/b.ics",
    event("b").replaceAll("VEVENT", "VTODO").replace("DURATION:PT1H\r\n", ""),
  );
  const hrefs = [
    `${CALENDAR}none.ics`,
    "/calendars/me/tasks/b.ics",
    "/calendars/other/home/a.ics",
    `${CALENDAR}..%2fx`,
    `${CALENDAR}../home/a.ics`,
    "a.ics",
    "",
    "mailto:me@example.org",
    `${CALENDAR}%ff.ics`,
    CALENDAR,
    "/elsewhere",
  ];
  const answer = await multiget(server, CALENDAR, [
    ...hrefs,
    ...hrefs,
    `${CALENDAR}a.ics`,
  ]);
  const { members } = parseMultistatus(answer);
  assert.deepEqual([...members.keys()], [...hrefs, `${CALENDAR}a.ics`]);
  for (const href of hrefs) assert.equal(members.get(href)?.status, 404, href);
});

Deno.test("multiget() answers below a home and on an object itself", async () => {
  await using server = await createTestServer();
  await put(server, `${CALENDAR}a.ics`, event("a"));
  for (const path of ["/calendars/me/", `${CALENDAR}a.ics`]) {
    const answer = await multiget(server, path, [`${CALENDAR}a.ics`]);
    assert.deepEqual(memberAt(answer, `${CALENDAR}a.ics`).order, [200], path);
  }
});

Deno.test("multiget() gives only what was asked for, unknown properties with 404", async () => {
  await using server = await createTestServer();
  await put(server, `${CALENDAR}a.ics`, event("a"));
  const answer = await multiget(server, CALENDAR, [`${CALENDAR}a.ics`], {
    prop: "<D:getcontenttype/><C:schedule-tag/>",
  });
  const member = memberAt(answer, `${CALENDAR}a.ics`);
  assert.equal(
    propText(member, "{DAV:}getcontenttype"),
    "text/calendar; charset=utf-8",
  );
  assert.deepEqual(propNames(member, 404), [`{${NS.caldav}}schedule-tag`]);
  const minimal = await multiget(server, CALENDAR, [`${CALENDAR}a.ics`], {
    prop: "<D:getcontenttype/><C:schedule-tag/>",
    headers: { prefer: "return=minimal" },
  });
  assert.deepEqual(memberAt(minimal, `${CALENDAR}a.ics`).order, [200]);
  assert.equal(minimal.headers.get("preference-applied"), "return=minimal");
  assert.match(minimal.headers.get("dav") ?? "", /^1, .*calendar-access/);
});

Deno.test("multiget() gives address data, and ignores attributes that are spelt otherwise", async () => {
  await using server = await createTestServer();
  const body = card("a", "Zoë");
  await put(server, `${BOOK}a.vcf`, body);
  for (
    const prop of [
      "<A:address-data/>",
      '<A:address-data content-type="text/vcard" version="3.0"/>',
      '<A:address-data Content-Type="text/vcard" version="4.0"/>',
      "<A:address-data><A:allprop/></A:address-data>",
    ]
  ) assert.equal(await addressData(server, prop), body, prop);
});

async function addressData(server: TestServer, prop: string): Promise<string> {
  const answer = await multiget(server, BOOK, [`${BOOK}a.vcf`], {
    report: "A:addressbook-multiget",
    prop: `<D:getetag/>${prop}`,
  });
  return propText(memberAt(answer, `${BOOK}a.vcf`), ADDRESS);
}

Deno.test("multiget() gives the properties of a card that are named, in any group or in one", async () => {
  await using server = await createTestServer();
  const body = [
    "BEGIN:VCARD",
    "VERSION:4.0",
    "UID:a",
    "item1.TEL;TYPE=home:1",
    "TEL:2",
    "X-OWN:3",
    "END:VCARD",
    "",
  ].join("\r\n");
  await put(server, `${BOOK}a.vcf`, body);
  const cases: [string, string[]][] = [
    ['<A:prop name="tel"/>', ["item1.TEL;TYPE=home:1", "TEL:2"]],
    ['<A:prop name="Item1.TEL"/>', ["item1.TEL;TYPE=home:1"]],
    ['<A:prop name="TEL" novalue="yes"/>', ["item1.TEL;TYPE=home:", "TEL:"]],
    ['<A:prop name="X-OWN" novalue="no"/><A:prop name="UID"/>', [
      "UID:a",
      "X-OWN:3",
    ]],
    ['<A:prop name="NOTE"/>', []],
    ["<A:prop/>", []],
  ];
  for (const [props, lines] of cases) {
    assert.equal(
      await addressData(server, `<A:address-data>${props}</A:address-data>`),
      ["BEGIN:VCARD", ...lines, "END:VCARD", ""].join("\r\n"),
      props,
    );
  }
});

Deno.test("multiget() refuses types and versions of data that are not stored", async () => {
  await using server = await createTestServer();
  for (
    const attribute of [
      'content-type="application/calendar+json"',
      'version="1.0"',
      'content-type="text/calendar" version="3.0"',
    ]
  ) {
    const answer = await multiget(server, CALENDAR, [`${CALENDAR}a.ics`], {
      prop: `<C:calendar-data ${attribute}/>`,
    });
    assertCondition(answer, "caldav:supported-calendar-data");
  }
  const vcard = await multiget(server, BOOK, [`${BOOK}a.vcf`], {
    report: "A:addressbook-multiget",
    prop: '<A:address-data version="2.1"/>',
  });
  assertCondition(vcard, "carddav:supported-address-data");
  const fine = await multiget(server, CALENDAR, [`${CALENDAR}a.ics`], {
    prop: '<C:calendar-data content-type="text/calendar" version="2.0"/>',
  });
  assert.equal(fine.status, 207);
});

Deno.test("multiget() refuses a range before min-date-time with that condition", async () => {
  await using server = await createTestServer();
  await put(server, `${CALENDAR}a.ics`, event("a"));
  const range = 'start="00000101T000000Z" end="20260101T000000Z"';
  const prop = `<C:calendar-data><C:expand ${range}/></C:calendar-data>`;
  const answer = await multiget(server, CALENDAR, [`${CALENDAR}a.ics`], {
    prop,
  });
  assertCondition(answer, "caldav:min-date-time");
});

Deno.test("multiget() gives all data where a part was asked for", async () => {
  await using server = await createTestServer();
  await put(server, `${CALENDAR}a.ics`, event("a"));
  const prop =
    '<C:calendar-data><C:comp name="VCALENDAR"><C:comp name="VEVENT"><C:prop name="UID"/></C:comp></C:comp></C:calendar-data>';
  const answer = await multiget(server, CALENDAR, [`${CALENDAR}a.ics`], {
    prop,
  });
  assert.match(
    propText(memberAt(answer, `${CALENDAR}a.ics`), DATA),
    /^UID:a\r$/m,
  );
});

Deno.test("multiget() answers large bodies, which are kept in chunks", async () => {
  await using server = await createTestServer();
  const body = event("a", {
    summary: "long",
    more: [`X-LONG:${"x".repeat(300_000)}`],
  });
  await put(server, `${CALENDAR}a.ics`, body);
  const answer = await multiget(server, CALENDAR, [`${CALENDAR}a.ics`]);
  assert.equal(propText(memberAt(answer, `${CALENDAR}a.ics`), DATA), body);
});

Deno.test("multiget() leaves out characters that XML cannot carry and keeps the rest", async () => {
  await using server = await createTestServer();
  const path = "/calendars/me/home/a.ics";
  const body = event("a", { summary: "tab\there \u{1f600} ]]&gt; ]]>" });
  await put(server, path, body);
  assert.equal(
    propText(memberAt(await multiget(server, CALENDAR, [path]), path), DATA),
    body,
  );
});

Deno.test("multiget() refuses bodies without href or with two questions with 400", async () => {
  await using server = await createTestServer();
  assertCondition(await multiget(server, CALENDAR, []), "bad-request");
  const body =
    `<C:calendar-multiget ${XMLNS}><D:prop/><D:allprop/><D:href>/</D:href></C:calendar-multiget>`;
  assertCondition(
    await server.dav("REPORT", CALENDAR, { body }),
    "bad-request",
  );
});

Deno.test("multiget() refuses 100,000 hrefs and answers 10,000", async () => {
  await using server = await createTestServer();
  const hrefs = (count: number) =>
    Array.from({ length: count }, (_, n) => `${CALENDAR}${n}.ics`);
  assertCondition(
    await multiget(server, CALENDAR, hrefs(100_000)),
    "too-large",
  );
  const answer = await multiget(server, CALENDAR, hrefs(10_000));
  assert.equal(parseMultistatus(answer).members.size, 10_000);
});

Deno.test("report() answers 403 supported-report for reports that a resource does not have", async () => {
  await using server = await createTestServer();
  const unknown = `<D:no-such-report ${XMLNS}/>`;
  assertCondition(
    await server.dav("REPORT", CALENDAR, { body: unknown }),
    "dav:supported-report",
  );
  assertCondition(
    await multiget(server, CALENDAR, ["/x"], {
      report: "A:addressbook-multiget",
    }),
    "dav:supported-report",
  );
  assertCondition(
    await multiget(server, "/files/me/", ["/x"]),
    "dav:supported-report",
  );
});

Deno.test("report() refuses an empty body with 400, and what is not there or not ours", async () => {
  await using server = await createTestServer();
  assertCondition(await server.dav("REPORT", CALENDAR), "bad-request");
  assertCondition(
    await multiget(server, "/calendars/me/none/", ["/x"]),
    "not-found",
  );
  assertCondition(
    await multiget(server, "/calendars/other/home/", ["/x"]),
    "not-found",
  );
});

Deno.test("multiget() refuses an answer that would hold too much data with 507", async () => {
  const body = event("a");
  await using server = await createTestServer({
    maxAnswerBytes: body.length,
  });
  const paths = [`${CALENDAR}a.ics`, `${CALENDAR}b.ics`];
  for (const path of paths) await put(server, path, event(path.slice(-5, -4)));
  assertCondition(
    await multiget(server, CALENDAR, paths),
    "dav:number-of-matches-within-limits",
  );
  const one = await multiget(server, CALENDAR, paths.slice(0, 1));
  assert.equal(parseMultistatus(one).members.size, 1);
});
