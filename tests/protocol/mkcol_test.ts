import assert from "node:assert/strict";
import {
  attributeOf,
  childElements,
  clarkName,
  findChild,
  NS,
  textOf,
} from "../../src/xml/names.ts";
import { parseXml } from "../../src/xml/parse.ts";
import {
  assertCondition,
  createTestServer,
  event,
  memberAt,
  parseMultistatus,
  propfind,
  propText,
  put,
  task,
  XMLNS,
} from "./harness.ts";
import type { DavAnswer, TestServer } from "./harness.ts";

const HOME = "/calendars/me/";

function mkcalendar(
  server: TestServer,
  path: string,
  ...props: string[]
): Promise<DavAnswer> {
  return server.dav("MKCALENDAR", path, {
    body: props.length === 0
      ? undefined
      : `<C:mkcalendar ${XMLNS}><D:set><D:prop>${
        props.join("")
      }</D:prop></D:set></C:mkcalendar>`,
  });
}

function mkcol(
  server: TestServer,
  path: string,
  ...props: string[]
): Promise<DavAnswer> {
  return server.dav("MKCOL", path, {
    body: `<D:mkcol ${XMLNS}><D:set><D:prop>${
      props.join("")
    }</D:prop></D:set></D:mkcol>`,
  });
}

const CALENDAR_TYPE =
  "<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>";
const BOOK_TYPE =
  "<D:resourcetype><D:collection/><A:addressbook/></D:resourcetype>";

/** Status and condition of each property in a refusal's body. */
function refusals(answer: DavAnswer, root: string): Record<string, string> {
  const body = parseXml(answer.text);
  assert.equal(clarkName(body.ns, body.name), root);
  const found: Record<string, string> = {};
  for (const propstat of childElements(body)) {
    const status = textOf(
      findChild(propstat, NS.dav, "status") ?? assert.fail(),
    );
    const error = findChild(propstat, NS.dav, "error");
    const condition = error === undefined
      ? ""
      : ` ${childElements(error)[0]?.name}`;
    for (
      const prop of childElements(
        findChild(propstat, NS.dav, "prop") ?? assert.fail(),
      )
    ) {
      found[prop.name] = `${status.split(" ")[1]}${condition}`;
    }
  }
  return found;
}

async function components(
  server: TestServer,
  path: string,
): Promise<(string | undefined)[]> {
  const member = memberAt(
    await propfind(server, path, ["C:supported-calendar-component-set"]),
    path,
  );
  const set =
    member.props[200]?.[`{${NS.caldav}}supported-calendar-component-set`] ??
      assert.fail();
  return childElements(set).map((one) => attributeOf(one, "name"));
}

Deno.test("mkcol() makes a collection among files", async () => {
  await using server = await createTestServer();
  const answer = await server.dav("MKCOL", "/files/me/a%20folder/");
  assert.equal(answer.status, 201);
  assert.equal(answer.headers.get("cache-control"), "no-cache");
  assert.equal(
    (await server.dav("MKCOL", "/files/me/a%20folder/inner")).status,
    201,
  );
  const listed = await propfind(server, "/files/me/a%20folder/", [
    "D:resourcetype",
  ], { depth: "1" });
  assert.deepEqual([...parseMultistatus(listed).members.keys()], [
    "/files/me/a%20folder/",
    "/files/me/a%20folder/inner/",
  ]);
});

Deno.test("mkcol() answers 405 with Allow where something is", async () => {
  await using server = await createTestServer();
  await put(server, "/files/me/a.txt", "text");
  for (const path of ["/files/me/a.txt", "/calendars/me/home/"]) {
    const answer = await server.dav("MKCOL", path);
    assertCondition(answer, "already-exists");
    const allow = answer.headers.get("allow")?.split(", ") ?? [];
    assert.ok(
      allow.includes("PROPFIND") && !allow.includes("MKCOL"),
      allow.join(),
    );
  }
  assert.equal((await server.dav("MKCOL", "/files/me/")).status, 405);
  assert.equal((await server.dav("MKCOL", "/")).status, 405);
});

Deno.test("mkcol() answers 409 for a missing parent", async () => {
  await using server = await createTestServer();
  assertCondition(
    await server.dav("MKCOL", "/files/me/none/a/"),
    "missing-parent",
  );
  assertCondition(
    await mkcalendar(server, "/calendars/me/none/a/"),
    "missing-parent",
  );
});

Deno.test("mkcol() answers 415 for a body that it does not understand", async () => {
  await using server = await createTestServer();
  const strange = await server.dav("MKCOL", "/files/me/a/", {
    headers: { "content-type": "xzy-foo/bar-512" },
    body: "afafafaf",
  });
  assertCondition(strange, "unsupported-media-type");
  const other = await server.dav("MKCOL", "/files/me/a/", {
    body: `<X:other ${XMLNS}/>`,
  });
  assertCondition(other, "unsupported-media-type");
  const calendar = await server.dav("MKCALENDAR", "/calendars/me/a/", {
    body: `<D:mkcol ${XMLNS}/>`,
  });
  assertCondition(calendar, "unsupported-media-type");
  assert.equal(
    (await propfind(server, "/files/me/a/", ["D:displayname"])).status,
    404,
  );
});

Deno.test("mkcol() refuses plain collections in homes, calendars and address books with valid-resourcetype", async () => {
  await using server = await createTestServer();
  for (
    const path of [
      "/calendars/me/plain/",
      "/calendars/me/home/inner/",
      "/addressbooks/me/plain/",
      "/addressbooks/me/contacts/inner/",
    ]
  ) {
    assertCondition(await server.dav("MKCOL", path), "dav:valid-resourcetype");
    assert.equal((await propfind(server, path, ["D:displayname"])).status, 404);
  }
});

Deno.test("mkcol() makes a calendar and an address book with properties", async () => {
  await using server = await createTestServer();
  const calendar = `${HOME}work/`;
  const made = await mkcol(
    server,
    calendar,
    CALENDAR_TYPE,
    "<D:displayname>Work</D:displayname>",
    '<C:supported-calendar-component-set><C:comp name="VTODO"/></C:supported-calendar-component-set>',
    "<I:calendar-color>#112233</I:calendar-color>",
    "<X:icon>star</X:icon>",
  );
  assert.equal(made.status, 201, made.text);
  const member = memberAt(
    await propfind(server, calendar, [
      "D:displayname",
      "I:calendar-color",
      "X:icon",
      "D:resourcetype",
    ]),
    calendar,
  );
  assert.equal(propText(member, "{DAV:}displayname"), "Work");
  assert.equal(propText(member, `{${NS.ical}}calendar-color`), "#112233");
  assert.equal(propText(member, "{urn:x-test}icon"), "star");
  assert.deepEqual(
    childElements(member.props[200]?.["{DAV:}resourcetype"] ?? assert.fail())
      .map((one) => one.name),
    ["collection", "calendar"],
  );
  assert.deepEqual(await components(server, calendar), ["VTODO"]);

  const book = "/addressbooks/me/friends/";
  assert.equal(
    (await mkcol(
      server,
      book,
      BOOK_TYPE,
      "<D:displayname>Friends</D:displayname>",
    )).status,
    201,
  );
  const kinds = memberAt(
    await propfind(server, book, ["D:resourcetype"]),
    book,
  );
  assert.deepEqual(
    childElements(kinds.props[200]?.["{DAV:}resourcetype"] ?? assert.fail())
      .map((one) => clarkName(one.ns, one.name)),
    ["{DAV:}collection", `{${NS.carddav}}addressbook`],
  );
});

Deno.test("mkcol() makes a folder with properties", async () => {
  await using server = await createTestServer();
  const path = "/files/me/papers/";
  assert.equal(
    (await mkcol(
      server,
      path,
      "<D:resourcetype><D:collection/></D:resourcetype><D:displayname>Papers</D:displayname>",
    )).status,
    201,
  );
  assert.equal(
    propText(
      memberAt(await propfind(server, path, ["D:displayname"]), path),
      "{DAV:}displayname",
    ),
    "Papers",
  );
});

Deno.test("mkcol() answers 403 valid-resourcetype in mkcol-response for types that are none", async () => {
  await using server = await createTestServer();
  for (
    const type of [
      "<D:resourcetype/>",
      "<D:resourcetype><C:calendar/></D:resourcetype>",
      "<D:resourcetype><D:collection/><X:special/></D:resourcetype>",
      "<D:resourcetype><D:collection/><C:calendar/><A:addressbook/></D:resourcetype>",
      "<D:resourcetype><D:collection/><C:calendar/><CS:subscribed/></D:resourcetype>",
    ]
  ) {
    const answer = await mkcol(
      server,
      `${HOME}x/`,
      type,
      "<D:displayname>X</D:displayname>",
    );
    assert.equal(answer.status, 403, type);
    assert.equal(answer.headers.get("cache-control"), "no-cache");
    assert.deepEqual(refusals(answer, "{DAV:}mkcol-response"), {
      resourcetype: "403 valid-resourcetype",
      displayname: "424",
    });
  }
  assert.equal(
    (await propfind(server, `${HOME}x/`, ["D:displayname"])).status,
    404,
  );
});

Deno.test("mkcol() makes nothing when one property is refused", async () => {
  await using server = await createTestServer();
  const answer = await mkcol(
    server,
    `${HOME}x/`,
    CALENDAR_TYPE,
    "<D:getetag>1</D:getetag><X:a/>",
  );
  assert.equal(answer.status, 403);
  assert.deepEqual(refusals(answer, "{DAV:}mkcol-response"), {
    getetag: "403 cannot-modify-protected-property",
    resourcetype: "424",
    a: "424",
  });
  assert.equal(
    (await propfind(server, `${HOME}x/`, ["D:displayname"])).status,
    404,
  );
});

Deno.test("mkcol() answers 403 resource-must-be-null for an extended MKCOL on what exists", async () => {
  await using server = await createTestServer();
  assertCondition(
    await mkcol(server, `${HOME}home/`, CALENDAR_TYPE),
    "dav:resource-must-be-null",
  );
});

Deno.test("mkcol() refuses places for calendars and address books with the location conditions", async () => {
  await using server = await createTestServer();
  for (
    const path of [
      `${HOME}home/inner/`,
      "/addressbooks/me/cal/",
      "/files/me/cal/",
    ]
  ) {
    assertCondition(
      await mkcol(server, path, CALENDAR_TYPE),
      "caldav:calendar-collection-location-ok",
    );
    assertCondition(
      await mkcalendar(server, path),
      "caldav:calendar-collection-location-ok",
    );
  }
  for (
    const path of [
      `${HOME}book/`,
      "/addressbooks/me/contacts/inner/",
      "/files/me/book/",
    ]
  ) {
    assertCondition(
      await mkcol(server, path, BOOK_TYPE),
      "carddav:addressbook-collection-location-ok",
    );
  }
});

Deno.test("mkcalendar() makes a calendar that the home shows at once", async () => {
  await using server = await createTestServer();
  const path = `${HOME}3F2504E0-4F89-11D3-9A0C-0305E82C3301/`;
  const before = propText(
    memberAt(await propfind(server, HOME, ["CS:getctag"]), HOME),
    `{${NS.cs}}getctag`,
  );
  const made = await mkcalendar(
    server,
    path,
    "<D:displayname>Ümläut &amp; more</D:displayname>",
    "<I:calendar-order>3</I:calendar-order>",
    "<C:calendar-description xml:lang='en'>All</C:calendar-description>",
    "<C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp>",
    CALENDAR_TYPE,
    '<C:supported-calendar-component-set><C:comp name="VEVENT"/></C:supported-calendar-component-set>',
  );
  assert.equal(made.status, 201, made.text);
  assert.equal(made.headers.get("cache-control"), "no-cache");
  const home = await propfind(server, HOME, ["D:displayname", "CS:getctag"], {
    depth: "1",
  });
  assert.equal(
    propText(memberAt(home, path), "{DAV:}displayname"),
    "Ümläut & more",
  );
  assert.notEqual(propText(memberAt(home, HOME), `{${NS.cs}}getctag`), before);
  assert.deepEqual(await components(server, path), ["VEVENT"]);
  const refused = await server.dav("PUT", `${path}t.ics`, {
    body: task("t"),
    headers: { "content-type": "text/calendar" },
  });
  assertCondition(refused, "caldav:supported-calendar-component");
  await put(server, `${path}e.ics`, event("e"));
});

Deno.test("mkcalendar() takes names with spaces and no body", async () => {
  await using server = await createTestServer();
  const path = `${HOME}my%20calendar/`;
  assert.equal((await mkcalendar(server, path)).status, 201);
  assert.equal(
    propText(
      memberAt(await propfind(server, path, ["D:displayname"]), path),
      "{DAV:}displayname",
    ),
    "my calendar",
  );
  assert.deepEqual(await components(server, path), [
    "VEVENT",
    "VTODO",
    "VJOURNAL",
  ]);
});

Deno.test("mkcalendar() answers 403 resource-must-be-null on what exists", async () => {
  await using server = await createTestServer();
  assertCondition(
    await mkcalendar(server, `${HOME}home/`),
    "dav:resource-must-be-null",
  );
  assertCondition(
    await mkcalendar(
      server,
      `${HOME}home/`,
      "<D:displayname>x</D:displayname>",
    ),
    "dav:resource-must-be-null",
  );
});

Deno.test("mkcalendar() names each refused property in mkcalendar-response", async () => {
  await using server = await createTestServer();
  const answer = await mkcalendar(
    server,
    `${HOME}x/`,
    '<C:supported-calendar-component-set><C:comp name="VPOEM"/></C:supported-calendar-component-set>',
    "<C:calendar-timezone>none</C:calendar-timezone>",
    "<D:displayname>X</D:displayname>",
  );
  assert.equal(answer.status, 403);
  assert.deepEqual(refusals(answer, `{${NS.caldav}}mkcalendar-response`), {
    "supported-calendar-component-set": "403 supported-calendar-component",
    "calendar-timezone": "403 valid-calendar-data",
    displayname: "424",
  });
});

Deno.test("mkcalendar() refuses component sets that are none", async () => {
  await using server = await createTestServer();
  for (
    const set of [
      "",
      "<C:comp/>",
      "<X:comp name='VEVENT'/>",
      "<C:comp name='A,B'/>",
    ]
  ) {
    const answer = await mkcalendar(
      server,
      `${HOME}x/`,
      `<C:supported-calendar-component-set>${set}</C:supported-calendar-component-set>`,
    );
    assert.deepEqual(refusals(answer, `{${NS.caldav}}mkcalendar-response`), {
      "supported-calendar-component-set": "403 supported-calendar-component",
    });
  }
});

Deno.test("mkcalendar() refuses to make anything but a calendar, a subscription too", async () => {
  await using server = await createTestServer();
  for (
    const type of [
      BOOK_TYPE,
      "<D:resourcetype><D:collection/><CS:subscribed/></D:resourcetype>",
    ]
  ) {
    const answer = await mkcalendar(server, `${HOME}x/`, type);
    assert.deepEqual(refusals(answer, `{${NS.caldav}}mkcalendar-response`), {
      resourcetype: "403 valid-resourcetype",
    });
  }
});

Deno.test("mkcalendar() lets supported-calendar-component-set be set at creation only", async () => {
  await using server = await createTestServer();
  const answer = await server.dav("PROPPATCH", `${HOME}home/`, {
    body:
      `<D:propertyupdate ${XMLNS}><D:set><D:prop><C:supported-calendar-component-set><C:comp name="VTODO"/></C:supported-calendar-component-set></D:prop></D:set></D:propertyupdate>`,
  });
  assert.deepEqual(memberAt(answer, `${HOME}home/`).conditions, [
    "{DAV:}cannot-modify-protected-property",
  ]);
});

Deno.test("mkcalendar() frees the name of a deleted calendar at once", async () => {
  await using server = await createTestServer();
  assert.equal((await mkcalendar(server, `${HOME}x/`)).status, 201);
  assert.equal((await server.dav("DELETE", `${HOME}x/`)).status, 204);
  assert.equal((await mkcalendar(server, `${HOME}x/`)).status, 201);
});

Deno.test("mkcalendar() answers 403 need-privileges in the home of others", async () => {
  await using server = await createTestServer();
  assertCondition(
    await mkcalendar(server, "/calendars/other/x/"),
    "dav:need-privileges",
  );
});
