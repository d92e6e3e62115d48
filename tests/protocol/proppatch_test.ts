import assert from "node:assert/strict";
import { attributeOf, childElements, NS, textOf } from "../../src/xml/names.ts";
import {
  assertCondition,
  createTestServer,
  event,
  memberAt,
  propfind,
  propNames,
  propText,
  put,
  setBody,
  XMLNS,
} from "./harness.ts";
import type { DavAnswer, TestServer } from "./harness.ts";

const CALENDAR = "/calendars/me/home/";
const ZONE = [
  "BEGIN:VCALENDAR",
  "VERSION:2.0",
  "PRODID:-//Test//EN",
  "BEGIN:VTIMEZONE",
  "TZID:Somewhere",
  "BEGIN:STANDARD",
  "DTSTART:19700101T000000",
  "TZOFFSETFROM:+0300",
  "TZOFFSETTO:+0300",
  "END:STANDARD",
  "END:VTIMEZONE",
  "END:VCALENDAR",
  "",
].join("\r\n");

function update(
  server: TestServer,
  path: string,
  ...instructions: string[]
): Promise<DavAnswer> {
  return server.dav("PROPPATCH", path, {
    body: `<D:propertyupdate ${XMLNS}>${
      instructions.join("")
    }</D:propertyupdate>`,
  });
}

function set(...props: string[]): string {
  return `<D:set><D:prop>${props.join("")}</D:prop></D:set>`;
}

function remove(...names: string[]): string {
  return `<D:remove><D:prop>${
    names.map((name) => `<${name}/>`).join("")
  }</D:prop></D:remove>`;
}

async function valueOf(
  server: TestServer,
  path: string,
  name: string,
  clark: string,
): Promise<string> {
  return propText(memberAt(await propfind(server, path, [name]), path), clark);
}

Deno.test("proppatch() sets, changes and removes a dead property", async () => {
  await using server = await createTestServer();
  const done = await update(server, CALENDAR, set("<X:mood>fine</X:mood>"));
  assert.deepEqual(propNames(memberAt(done, CALENDAR), 200), [
    "{urn:x-test}mood",
  ]);
  assert.equal(
    await valueOf(server, CALENDAR, "X:mood", "{urn:x-test}mood"),
    "fine",
  );
  await update(server, CALENDAR, set("<X:mood>better</X:mood>"));
  assert.equal(
    await valueOf(server, CALENDAR, "X:mood", "{urn:x-test}mood"),
    "better",
  );
  await update(server, CALENDAR, remove("X:mood"));
  const member = memberAt(
    await propfind(server, CALENDAR, ["X:mood"]),
    CALENDAR,
  );
  assert.deepEqual(propNames(member, 404), ["{urn:x-test}mood"]);
});

Deno.test("proppatch() takes the removal of what is not there", async () => {
  await using server = await createTestServer();
  const done = await update(
    server,
    CALENDAR,
    remove("X:none", "D:displayname", "I:calendar-color"),
  );
  assert.deepEqual(memberAt(done, CALENDAR).order, [200]);
});

Deno.test("proppatch() keeps properties of one name in two namespaces apart", async () => {
  await using server = await createTestServer();
  await update(
    server,
    CALENDAR,
    set(
      '<X:mood>one</X:mood><mood xmlns="urn:y">two</mood><mood xmlns="">three</mood>',
    ),
  );
  await update(server, CALENDAR, remove("X:mood"));
  const member = memberAt(
    await server.dav("PROPFIND", CALENDAR, {
      headers: { depth: "0" },
      body:
        `<D:propfind ${XMLNS}><D:prop><X:mood/><mood xmlns="urn:y"/><mood/></D:prop></D:propfind>`,
    }),
    CALENDAR,
  );
  assert.equal(propText(member, "{urn:y}mood"), "two");
  assert.equal(propText(member, "{}mood"), "three");
  assert.deepEqual(propNames(member, 404), ["{urn:x-test}mood"]);
});

Deno.test("proppatch() does its instructions in document order", async () => {
  await using server = await createTestServer();
  await update(
    server,
    CALENDAR,
    set("<X:a>1</X:a><X:b>1</X:b>"),
    remove("X:a", "X:b"),
    set("<X:b>2</X:b>"),
  );
  const member = memberAt(
    await propfind(server, CALENDAR, ["X:a", "X:b"]),
    CALENDAR,
  );
  assert.equal(propText(member, "{urn:x-test}b"), "2");
  assert.deepEqual(propNames(member, 404), ["{urn:x-test}a"]);
});

Deno.test("proppatch() keeps nested content, namespaces, attributes and xml:lang of dead properties", async () => {
  await using server = await createTestServer();
  await server.dav("PROPPATCH", CALENDAR, {
    body: `<D:propertyupdate ${XMLNS} xml:lang="de"><D:set><D:prop>` +
      `<X:tree z:a="1 &quot;&amp;&lt;&#10;" plain="p" xmlns:z="urn:z"> mixed <in xmlns="urn:in"><z:deep/>&lt;&amp;&#13;</in>\n<![CDATA[<c>]]></X:tree>` +
      `</D:prop></D:set></D:propertyupdate>`,
  });
  const member = memberAt(
    await propfind(server, CALENDAR, ["X:tree"]),
    CALENDAR,
  );
  const tree = member.props[200]?.["{urn:x-test}tree"] ?? assert.fail();
  const attributes = new Map(
    (tree.attributes ?? []).map((one) => [`{${one.ns}}${one.name}`, one.value]),
  );
  assert.equal(attributes.get("{urn:z}a"), '1 "&<\n');
  assert.equal(attributes.get("{}plain"), "p");
  assert.equal(
    attributes.get("{http://www.w3.org/XML/1998/namespace}lang"),
    "de",
  );
  assert.equal(tree.prefix, "X");
  assert.equal(textOf(tree), " mixed \n<c>");
  const [inner] = childElements(tree);
  assert.equal(inner?.ns, "urn:in");
  assert.equal(inner && textOf(inner), "<&\r");
  assert.deepEqual(
    inner && childElements(inner).map((one) => `{${one.ns}}${one.name}`),
    ["{urn:z}deep"],
  );
});

Deno.test("proppatch() keeps xml:lang of live properties", async () => {
  await using server = await createTestServer();
  await update(
    server,
    CALENDAR,
    set('<D:displayname xml:lang="fr">Maison</D:displayname>'),
  );
  const name =
    memberAt(await propfind(server, CALENDAR, ["D:displayname"]), CALENDAR)
      .props[200]?.["{DAV:}displayname"] ?? assert.fail();
  assert.equal(textOf(name), "Maison");
  assert.equal(name.attributes?.[0]?.value, "fr");
});

Deno.test("proppatch() refuses protected properties with 403 cannot-modify-protected-property and the rest with 424", async () => {
  await using server = await createTestServer();
  const answer = await update(
    server,
    CALENDAR,
    set(
      "<D:displayname>New</D:displayname><D:getetag>x</D:getetag><X:mood>fine</X:mood>",
    ),
    remove("C:supported-calendar-data"),
  );
  const member = memberAt(answer, CALENDAR);
  assert.deepEqual(propNames(member, 403), [
    "{DAV:}getetag",
    "{urn:ietf:params:xml:ns:caldav}supported-calendar-data",
  ]);
  assert.deepEqual(propNames(member, 424), [
    "{DAV:}displayname",
    "{urn:x-test}mood",
  ]);
  assert.deepEqual(member.conditions, [
    "{DAV:}cannot-modify-protected-property",
  ]);
  const after = memberAt(
    await propfind(server, CALENDAR, ["D:displayname", "X:mood"]),
    CALENDAR,
  );
  assert.notEqual(propText(after, "{DAV:}displayname"), "New");
  assert.deepEqual(propNames(after, 404), ["{urn:x-test}mood"]);
});

Deno.test("proppatch() refuses a calendar-timezone without exactly one VTIMEZONE with valid-calendar-data", async () => {
  await using server = await createTestServer();
  for (
    const bad of [
      "no calendar",
      event("x"),
      ZONE.replace(/BEGIN:VTIMEZONE[^]*END:VTIMEZONE\r\n/, "$&$&"),
      ZONE.replace(/BEGIN:STANDARD[^]*END:STANDARD\r\n/, ""),
    ]
  ) {
    const answer = await update(
      server,
      CALENDAR,
      set(`<C:calendar-timezone>${bad}</C:calendar-timezone>`),
    );
    const member = memberAt(answer, CALENDAR);
    assert.deepEqual(member.conditions, [
      "{urn:ietf:params:xml:ns:caldav}valid-calendar-data",
    ], bad);
    assert.deepEqual(member.order, [403]);
  }
  const answer = await update(
    server,
    CALENDAR,
    set(`<C:calendar-timezone><![CDATA[${ZONE}]]></C:calendar-timezone>`),
  );
  assert.deepEqual(memberAt(answer, CALENDAR).order, [200]);
  assert.equal(
    await valueOf(
      server,
      CALENDAR,
      "C:calendar-timezone",
      "{urn:ietf:params:xml:ns:caldav}calendar-timezone",
    ),
    ZONE.replaceAll("\r\n", "\n"),
  );
});

Deno.test("proppatch() refuses elements where a live property is text", async () => {
  await using server = await createTestServer();
  const answer = await update(
    server,
    CALENDAR,
    set("<D:displayname><X:a/></D:displayname>"),
  );
  assert.deepEqual(propNames(memberAt(answer, CALENDAR), 409), [
    "{DAV:}displayname",
  ]);
});

Deno.test("proppatch() replaces a calendar-color as a whole, with or without symbolic-color", async () => {
  await using server = await createTestServer();
  for (
    const [sent, text, symbolic] of [
      [
        '<I:calendar-color symbolic-color="custom">#FF2968FF</I:calendar-color>',
        "#FF2968FF",
        "custom",
      ],
      [
        '<I:calendar-color symbolic-color="blue">#1BADF8</I:calendar-color>',
        "#1BADF8",
        "blue",
      ],
      ["<I:calendar-color>FF2968</I:calendar-color>", "FF2968", undefined],
    ] as const
  ) {
    await update(server, CALENDAR, set(sent));
    const color =
      memberAt(await propfind(server, CALENDAR, ["I:calendar-color"]), CALENDAR)
        .props[200]?.[`{${NS.ical}}calendar-color`] ?? assert.fail();
    assert.equal(textOf(color), text);
    assert.equal(attributeOf(color, "symbolic-color"), symbolic);
  }
});

Deno.test("proppatch() stores text that looks like markup as text", async () => {
  await using server = await createTestServer();
  await update(
    server,
    CALENDAR,
    set("<D:displayname>&lt;b&gt;&amp;amp;</D:displayname>"),
  );
  assert.equal(
    await valueOf(server, CALENDAR, "D:displayname", "{DAV:}displayname"),
    "<b>&amp;",
  );
});

Deno.test("proppatch() gives a collection its own name back when displayname is removed", async () => {
  await using server = await createTestServer();
  await update(server, CALENDAR, set("<D:displayname>Mine</D:displayname>"));
  await update(server, CALENDAR, remove("D:displayname"));
  assert.equal(
    await valueOf(server, CALENDAR, "D:displayname", "{DAV:}displayname"),
    "home",
  );
});

for (
  const [path, made] of [
    ["/principals/users/me/", false],
    ["/calendars/me/", false],
    ["/addressbooks/me/contacts/", false],
    ["/files/me/", false],
    [`${CALENDAR}a.ics`, true],
  ] as const
) {
  Deno.test(`proppatch() keeps dead properties on ${path}`, async () => {
    await using server = await createTestServer();
    if (made) await put(server, path, event("a"));
    const etag = made
      ? await valueOf(server, path, "D:getetag", "{DAV:}getetag")
      : "";
    const json = JSON.stringify({ text: "x".repeat(4000) });
    await update(
      server,
      path,
      set(
        `<X:data>${json}</X:data><C:schedule-calendar-transp><C:opaque/></C:schedule-calendar-transp><CS:source><D:href>http://example.org/</D:href></CS:source>`,
      ),
    );
    const member = memberAt(
      await propfind(server, path, [
        "X:data",
        "C:schedule-calendar-transp",
        "CS:source",
      ]),
      path,
    );
    assert.deepEqual(member.order, [200]);
    assert.equal(propText(member, "{urn:x-test}data"), json);
    if (made) {
      assert.equal(
        await valueOf(server, path, "D:getetag", "{DAV:}getetag"),
        etag,
      );
    }
  });
}

Deno.test("proppatch() stores a settable property where it means nothing as a dead one", async () => {
  await using server = await createTestServer();
  await put(server, "/files/me/a.txt", "text");
  await update(
    server,
    "/files/me/a.txt",
    set("<I:calendar-color><X:any/></I:calendar-color>"),
  );
  const member = memberAt(
    await propfind(server, "/files/me/a.txt", ["I:calendar-color"]),
    "/files/me/a.txt",
  );
  const color = member.props[200]?.[`{${NS.ical}}calendar-color`] ??
    assert.fail();
  assert.equal(childElements(color).length, 1);
});

Deno.test("proppatch() answers an empty 200 with return=minimal where all went well", async () => {
  await using server = await createTestServer();
  const good = await server.dav("PROPPATCH", CALENDAR, {
    headers: { prefer: "return=minimal" },
    body: setBody("<D:displayname>New</D:displayname>"),
  });
  assert.equal(good.status, 200);
  assert.equal(good.text, "");
  assert.equal(good.headers.get("preference-applied"), "return=minimal");
  const bad = await server.dav("PROPPATCH", CALENDAR, {
    headers: { prefer: "return=minimal" },
    body: setBody("<D:getetag>New</D:getetag>"),
  });
  assert.deepEqual(propNames(memberAt(bad, CALENDAR), 403), ["{DAV:}getetag"]);
});

Deno.test("proppatch() refuses bodies that are no propertyupdate with 400", async () => {
  await using server = await createTestServer();
  for (
    const body of [
      undefined,
      `<D:propfind ${XMLNS}><D:allprop/></D:propfind>`,
      `<D:propertyupdate ${XMLNS}/>`,
      `<D:propertyupdate ${XMLNS}><D:set/></D:propertyupdate>`,
      `<D:propertyupdate ${XMLNS}><D:set><D:prop/></D:set></D:propertyupdate>`,
      `<D:propertyupdate ${XMLNS}><D:set><D:prop><X:a></D:prop></D:set></D:propertyupdate>`,
    ]
  ) {
    const headers: Record<string, string> = {};
    assertCondition(
      await server.dav("PROPPATCH", CALENDAR, { body, headers }),
      "bad-request",
    );
  }
});

Deno.test("proppatch() refuses a property that is too large and changes nothing", async () => {
  await using server = await createTestServer();
  const answer = await update(
    server,
    CALENDAR,
    set(`<X:a>1</X:a><X:big>${"x".repeat(70_000)}</X:big>`),
  );
  assertCondition(answer, "too-large");
  const member = memberAt(await propfind(server, CALENDAR, ["X:a"]), CALENDAR);
  assert.deepEqual(propNames(member, 404), ["{urn:x-test}a"]);
});

Deno.test("proppatch() answers 404 where nothing is and 403 need-privileges where only the server writes", async () => {
  await using server = await createTestServer();
  const body = setBody("<X:a>1</X:a>");
  assertCondition(
    await server.dav("PROPPATCH", "/calendars/me/none/", { body }),
    "not-found",
  );
  for (
    const path of ["/", "/principals/", "/calendars/", "/calendars/other/home/"]
  ) {
    assertCondition(
      await server.dav("PROPPATCH", path, { body }),
      "dav:need-privileges",
    );
  }
});

Deno.test("proppatch() evaluates If-Match on an object", async () => {
  await using server = await createTestServer();
  const path = `${CALENDAR}a.ics`;
  const etag = await put(server, path, event("a"));
  const body = setBody("<X:a>1</X:a>");
  const lost = await server.dav("PROPPATCH", path, {
    body,
    headers: { "if-match": '"other"' },
  });
  assertCondition(lost, "precondition-failed");
  const good = await server.dav("PROPPATCH", path, {
    body,
    headers: { "if-match": etag },
  });
  assert.equal(good.status, 207);
});

Deno.test("proppatch() refuses the name of a user, which belongs to the account", async () => {
  await using server = await createTestServer();
  const path = "/principals/users/me/";
  const answer = await update(
    server,
    path,
    set("<D:displayname>King</D:displayname>"),
  );
  assert.deepEqual(memberAt(answer, path).conditions, [
    "{DAV:}cannot-modify-protected-property",
  ]);
});
