import assert from "node:assert/strict";
import { childElements, clarkName, textOf } from "../../src/xml/names.ts";
import {
  assertCondition,
  createTestServer,
  event,
  memberAt,
  parseMultistatus,
  propfind,
  propfindBody,
  propNames,
  propText,
  put,
  setBody,
  XMLNS,
} from "./harness.ts";
import type { TestServer } from "./harness.ts";

const HOME = "/calendars/me/";
const CALENDAR = "/calendars/me/home/";
const FOLDER = "/files/me/folder/";

function find(
  server: TestServer,
  path: string,
  depth: string,
  body?: string,
): ReturnType<TestServer["dav"]> {
  return server.dav("PROPFIND", path, { headers: { depth }, body });
}

Deno.test("propfind() answers 403 propfind-finite-depth for Depth infinity", async () => {
  await using server = await createTestServer();
  assertCondition(
    await find(server, HOME, "infinity"),
    "dav:propfind-finite-depth",
  );
});

Deno.test("propfind() treats a missing Depth as infinity", async () => {
  await using server = await createTestServer();
  assertCondition(
    await server.dav("PROPFIND", HOME),
    "dav:propfind-finite-depth",
  );
});

Deno.test("propfind() answers Depth infinity on an object, which has no members", async () => {
  await using server = await createTestServer();
  await put(server, `${CALENDAR}a.ics`, event("a"));
  const answer = await find(server, `${CALENDAR}a.ics`, "infinity");
  assert.deepEqual([...parseMultistatus(answer).members.keys()], [
    `${CALENDAR}a.ics`,
  ]);
});

Deno.test("propfind() treats an empty body as allprop", async () => {
  await using server = await createTestServer();
  await put(server, `${CALENDAR}a.ics`, event("a"));
  const empty = memberAt(
    await find(server, `${CALENDAR}a.ics`, "0"),
    `${CALENDAR}a.ics`,
  );
  const named = memberAt(
    await find(
      server,
      `${CALENDAR}a.ics`,
      "0",
      `<D:propfind ${XMLNS}><D:allprop/></D:propfind>`,
    ),
    `${CALENDAR}a.ics`,
  );
  assert.deepEqual(propNames(empty, 200), propNames(named, 200));
  assert.deepEqual(propNames(empty, 200), [
    "{DAV:}creationdate",
    "{DAV:}getcontentlength",
    "{DAV:}getcontenttype",
    "{DAV:}getetag",
    "{DAV:}getlastmodified",
    "{DAV:}lockdiscovery",
    "{DAV:}resourcetype",
    "{DAV:}supportedlock",
  ]);
  assert.deepEqual(empty.order, [200]);
});

Deno.test("propfind() gives dead properties and those in include with allprop", async () => {
  await using server = await createTestServer();
  await server.dav("PROPPATCH", CALENDAR, {
    body: setBody("<X:mood>fine</X:mood>"),
  });
  const answer = await find(
    server,
    CALENDAR,
    "0",
    `<D:propfind ${XMLNS}><D:allprop/><D:include><D:owner/><X:none/><D:displayname/></D:include></D:propfind>`,
  );
  const member = memberAt(answer, CALENDAR);
  assert.deepEqual(propNames(member, 200), [
    "{DAV:}creationdate",
    "{DAV:}displayname",
    "{DAV:}getetag",
    "{DAV:}lockdiscovery",
    "{DAV:}owner",
    "{DAV:}resourcetype",
    "{DAV:}supportedlock",
    "{urn:x-test}mood",
  ]);
  assert.deepEqual(propNames(member, 404), ["{urn:x-test}none"]);
});

Deno.test("propfind() gives the names of live and dead properties for propname, without values", async () => {
  await using server = await createTestServer();
  await server.dav("PROPPATCH", CALENDAR, {
    body: setBody("<X:mood>fine</X:mood>"),
  });
  const member = memberAt(
    await find(
      server,
      CALENDAR,
      "0",
      `<D:propfind ${XMLNS}><D:propname/></D:propfind>`,
    ),
    CALENDAR,
  );
  const names = propNames(member, 200);
  for (
    const name of [
      "{DAV:}sync-token",
      "{DAV:}acl",
      "{http://calendarserver.org/ns/}getctag",
      "{urn:ietf:params:xml:ns:caldav}supported-calendar-component-set",
      "{urn:x-test}mood",
    ]
  ) assert.ok(names.includes(name), name);
  assert.ok(!names.includes("{urn:ietf:params:xml:ns:caldav}calendar-data"));
  assert.ok(
    !names.includes("{urn:ietf:params:xml:ns:caldav}calendar-description"),
  );
  for (const one of Object.values(member.props[200] ?? {})) {
    assert.deepEqual(one.children, []);
  }
});

Deno.test("propfind() answers 200 propstats before 404 propstats", async () => {
  await using server = await createTestServer();
  const answer = await propfind(server, CALENDAR, [
    "X:none",
    "D:displayname",
    "D:getcontentlength",
  ]);
  const member = memberAt(answer, CALENDAR);
  assert.deepEqual(member.order, [200, 404]);
  assert.deepEqual(propNames(member, 404), [
    "{DAV:}getcontentlength",
    "{urn:x-test}none",
  ]);
});

Deno.test("propfind() answers a property named twice once", async () => {
  await using server = await createTestServer();
  const answer = await propfind(server, CALENDAR, [
    "D:displayname",
    "D:displayname",
    "X:a",
    "X:a",
  ]);
  assert.equal(answer.text.split("displayname").length - 1, 2);
  assert.deepEqual(propNames(memberAt(answer, CALENDAR), 404), [
    "{urn:x-test}a",
  ]);
});

Deno.test("propfind() refuses bodies that are not one question with 400", async () => {
  await using server = await createTestServer();
  for (
    const body of [
      `<D:propfind ${XMLNS}><D:allprop/><D:propname/></D:propfind>`,
      `<D:propfind ${XMLNS}/>`,
      `<D:propfind ${XMLNS}><D:prop/><D:prop/></D:propfind>`,
      `<D:prop ${XMLNS}/>`,
      `<propfind/>`,
      `<D:propfind ${XMLNS}>`,
      `<!DOCTYPE x><D:propfind ${XMLNS}><D:allprop/></D:propfind>`,
    ]
  ) assertCondition(await find(server, CALENDAR, "0", body), "bad-request");
});

Deno.test("propfind() ignores elements that it does not know", async () => {
  await using server = await createTestServer();
  const body =
    `<D:propfind ${XMLNS}><X:extra><D:allprop/></X:extra><D:prop><D:displayname/></D:prop></D:propfind>`;
  const member = memberAt(await find(server, CALENDAR, "0", body), CALENDAR);
  assert.deepEqual(propNames(member, 200), ["{DAV:}displayname"]);
});

Deno.test("propfind() refuses external entities with 403 no-external-entities", async () => {
  await using server = await createTestServer();
  const body =
    `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><D:propfind ${XMLNS}><D:prop>&e;</D:prop></D:propfind>`;
  assertCondition(
    await find(server, CALENDAR, "0", body),
    "dav:no-external-entities",
  );
});

Deno.test("propfind() lists the members of a collection with Depth 1", async () => {
  await using server = await createTestServer();
  const answer = await propfind(server, HOME, ["D:resourcetype"], {
    depth: "1",
  });
  assert.deepEqual([...parseMultistatus(answer).members.keys()], [
    HOME,
    CALENDAR,
    "/calendars/me/tasks/",
  ]);
});

Deno.test("propfind() walks from the root to the calendars", async () => {
  await using server = await createTestServer();
  const root = await propfind(server, "/", ["D:current-user-principal"], {
    depth: "1",
  });
  assert.deepEqual([...parseMultistatus(root).members.keys()], [
    "/",
    "/principals/",
    "/calendars/",
    "/addressbooks/",
    "/files/",
  ]);
  const users = await propfind(
    server,
    "/principals/users/",
    ["D:displayname"],
    { depth: "1" },
  );
  assert.equal(
    propText(memberAt(users, "/principals/users/me/"), "{DAV:}displayname"),
    "Me Myself",
  );
  const homes = await propfind(server, "/calendars/", ["D:displayname"], {
    depth: "1",
  });
  assert.ok(parseMultistatus(homes).members.has(HOME));
});

Deno.test("propfind() answers current-user-principal on every kind of resource", async () => {
  await using server = await createTestServer();
  await put(server, `${CALENDAR}a.ics`, event("a"));
  await put(server, "/files/me/note.txt", "hello");
  for (
    const path of [
      "/",
      "/principals/",
      "/principals/users/",
      "/principals/users/me/",
      "/calendars/",
      HOME,
      CALENDAR,
      `${CALENDAR}a.ics`,
      "/addressbooks/me/",
      "/addressbooks/me/contacts/",
      "/files/me/",
      "/files/me/note.txt",
    ]
  ) {
    const member = memberAt(
      await propfind(server, path, ["D:current-user-principal"]),
      path,
    );
    const [href] = childElements(
      member.props[200]?.["{DAV:}current-user-principal"] ?? assert.fail(path),
    );
    assert.equal(href && textOf(href), "/principals/users/me/");
  }
});

Deno.test("propfind() answers a collection asked for without its slash with a slash", async () => {
  await using server = await createTestServer();
  const answer = await propfind(server, CALENDAR.slice(0, -1), [
    "D:displayname",
  ], { depth: "1" });
  assert.ok(parseMultistatus(answer).members.has(CALENDAR));
});

Deno.test("propfind() spells members as the request spells their collection", async () => {
  await using server = await createTestServer();
  await server.addUser({ login: "a@b.example" });
  for (
    const spelt of [
      "/calendars/a@b.example/",
      "/calendars/a%40b.example/",
      "/%63alendars/a%40b.example/",
    ]
  ) {
    const answer = await server.dav("PROPFIND", spelt, {
      user: "a@b.example",
      headers: { depth: "1" },
      body: propfindBody("D:displayname", "D:owner"),
    });
    const { members } = parseMultistatus(answer);
    assert.deepEqual([...members.keys()], [
      spelt,
      `${spelt}home/`,
      `${spelt}tasks/`,
    ]);
    const owner = members.get(`${spelt}home/`)?.props[200]?.["{DAV:}owner"];
    assert.equal(
      owner && childElements(owner).map(textOf).join(),
      "/principals/users/a%40b.example/",
    );
  }
});

Deno.test("propfind() encodes names once and takes any spelling of them", async () => {
  await using server = await createTestServer();
  const name = "a b+ü%2F@1.ics";
  const canonical = `${CALENDAR}${encodeURIComponent(name)}`;
  await put(server, canonical, event("u"));
  const listed = parseMultistatus(
    await propfind(server, CALENDAR, ["D:getetag"], { depth: "1" }),
  );
  assert.deepEqual([...listed.members.keys()], [CALENDAR, canonical]);
  const other = `${CALENDAR}a%20b+%c3%bc%252F@1.ics`;
  assert.ok(
    memberAt(await propfind(server, other, ["D:getetag"]), other).props[200],
  );
});

Deno.test("propfind() leaves 404 propstats out with return=minimal, return-minimal and Brief", async () => {
  await using server = await createTestServer();
  for (
    const headers of [
      { prefer: "return=minimal" },
      { prefer: "return-minimal" },
      { brief: "t" },
    ]
  ) {
    const answer = await propfind(
      server,
      CALENDAR,
      ["D:displayname", "X:none"],
      headers,
    );
    const member = memberAt(answer, CALENDAR);
    assert.deepEqual(member.order, [200]);
    assert.equal(answer.headers.get("preference-applied"), "return=minimal");
    assert.match(answer.headers.get("vary") ?? "", /\bPrefer\b/);
    assert.match(answer.headers.get("vary") ?? "", /\bBrief\b/);
  }
});

Deno.test("propfind() answers an empty 200 propstat with return=minimal where nothing is found", async () => {
  await using server = await createTestServer();
  const member = memberAt(
    await propfind(server, CALENDAR, ["X:none"], { prefer: "return=minimal" }),
    CALENDAR,
  );
  assert.deepEqual(member.order, [200]);
  assert.deepEqual(propNames(member, 200), []);
});

Deno.test("propfind() leaves the collection itself out with depth-noroot", async () => {
  await using server = await createTestServer();
  const answer = await propfind(server, HOME, ["D:displayname"], {
    depth: "1",
    prefer: "depth-noroot, return=minimal",
  });
  assert.deepEqual([...parseMultistatus(answer).members.keys()], [
    CALENDAR,
    "/calendars/me/tasks/",
  ]);
  assert.equal(
    answer.headers.get("preference-applied"),
    "return=minimal, depth-noroot",
  );
  const alone = await propfind(server, HOME, ["D:displayname"], {
    prefer: "depth-noroot",
  });
  assert.equal(parseMultistatus(alone).members.size, 1);
  assert.equal(alone.headers.get("preference-applied"), null);
});

Deno.test("propfind() sends the DAV header with its answers", async () => {
  await using server = await createTestServer();
  const answer = await propfind(server, "/principals/users/me/", [
    "D:displayname",
  ]);
  assert.equal(
    answer.headers.get("dav"),
    "1, 3, access-control, extended-mkcol, calendar-access, calendar-no-timezone, addressbook",
  );
  assert.equal(
    answer.headers.get("content-type"),
    "application/xml; charset=utf-8",
  );
});

Deno.test("propfind() answers 404 where nothing is, and 400 for names that are none", async () => {
  await using server = await createTestServer();
  for (
    const path of [
      "/calendars/me/none/",
      "/remote.php/dav/",
      "//",
      "/calendars//home/",
    ]
  ) {
    assertCondition(await find(server, path, "0"), "not-found");
  }
  for (
    const path of [
      "/calendars/me/../me/",
      "/calendars/me/%2e%2E/",
      "/files/me/a%00b",
      "/files/me/%ff",
    ]
  ) {
    assertCondition(await find(server, path, "0"), "bad-request");
  }
});

Deno.test("propfind() answers 403 need-privileges on what belongs to others, whether it is there or not", async () => {
  await using server = await createTestServer();
  for (
    const path of [
      "/calendars/other/",
      "/calendars/other/home/",
      "/calendars/other/none/",
      "/calendars/nobody/",
    ]
  ) {
    assertCondition(await find(server, path, "0"), "dav:need-privileges");
  }
});

Deno.test("propfind() answers 401 for nobody", async () => {
  await using server = await createTestServer();
  const answer = await server.dav("PROPFIND", "/", {
    user: null,
    headers: { depth: "0" },
  });
  assert.equal(answer.status, 401);
  assert.match(answer.headers.get("www-authenticate") ?? "", /^Basic realm=/);
});

Deno.test("propfind() mounts everything below the base path", async () => {
  await using server = await createTestServer({ basePath: "/dav" });
  const answer = await propfind(server, "/dav/principals/users/me/", [
    "C:calendar-home-set",
    "D:principal-URL",
  ]);
  const member = memberAt(answer, "/dav/principals/users/me/");
  const hrefs = Object.values(member.props[200] ?? {}).flatMap(childElements)
    .map(textOf);
  assert.deepEqual(hrefs, ["/dav/calendars/me/", "/dav/principals/users/me/"]);
  const outside = await find(server, "/principals/users/me/", "0");
  assert.equal(outside.status, 404);
});

Deno.test("propfind() gives no calendar-data: it is no property", async () => {
  await using server = await createTestServer();
  await put(server, `${CALENDAR}a.ics`, event("a"));
  const member = memberAt(
    await propfind(server, `${CALENDAR}a.ics`, [
      "C:calendar-data",
      "D:getetag",
    ]),
    `${CALENDAR}a.ics`,
  );
  assert.deepEqual(propNames(member, 404), [
    clarkName("urn:ietf:params:xml:ns:caldav", "calendar-data"),
  ]);
});

Deno.test("propfind() refuses a body of too many or too deep elements at once", async () => {
  await using server = await createTestServer();
  const many = `<D:propfind ${XMLNS}><D:prop>${
    "<a/>".repeat(1_000_000)
  }</D:prop></D:propfind>`;
  const deep = "<a>".repeat(10_000) + "</a>".repeat(10_000);
  for (const body of [many, deep]) {
    assertCondition(await find(server, CALENDAR, "0", body), "too-large");
  }
  assert.equal((await find(server, CALENDAR, "0")).status, 207);
});

Deno.test("propfind() takes the names of 300 properties at most, in prop and in include", async () => {
  await using server = await createTestServer();
  const names = (length: number) =>
    Array.from({ length }, (_, n) => `<X:p${n}/>`).join("");
  const ask = (content: string) =>
    find(server, HOME, "0", `<D:propfind ${XMLNS}>${content}</D:propfind>`);
  for (
    const [before, after] of [["<D:prop>", "</D:prop>"], [
      "<D:allprop/><D:include>",
      "</D:include>",
    ]]
  ) {
    const most = await ask(`${before}${names(300)}${names(300)}${after}`);
    assert.equal(most.status, 207, "each counts once");
    assertCondition(await ask(`${before}${names(301)}${after}`), "too-large");
  }
});

Deno.test("propfind() refuses an answer that would be too long, whatever makes it so", async () => {
  await using server = await createTestServer({ maxAnswerLength: 200_000 });
  await server.dav("MKCOL", FOLDER);
  for (let n = 0; n < 20; n++) await put(server, `${FOLDER}${n}.txt`, "x");
  const locks =
    `<D:lockinfo ${XMLNS}><D:lockscope><D:shared/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>`;
  for (let n = 0; n < 20; n++) {
    assert.equal(
      (await server.dav("LOCK", FOLDER, { body: locks })).status,
      200,
    );
  }
  const ask = (name: string, depth: string) =>
    find(server, FOLDER, depth, propfindBody(name));
  assert.equal((await ask("D:lockdiscovery", "0")).status, 207);
  assert.equal((await ask("D:getetag", "1")).status, 207);
  assertCondition(
    await ask("D:lockdiscovery", "1"),
    "dav:number-of-matches-within-limits",
  );
});
