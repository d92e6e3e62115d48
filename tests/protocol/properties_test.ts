import assert from "node:assert/strict";
import type { ConditionKey } from "../../src/dav/conditions.ts";
import { PROPERTIES } from "../../src/dav/properties/mod.ts";
import { EVERYWHERE } from "../../src/dav/properties/values.ts";
import type { ResourceKind } from "../../src/service/types.ts";
import {
  attributeOf,
  childElements,
  clarkName,
  findChild,
  NS,
  textOf,
} from "../../src/xml/names.ts";
import type { XmlElement } from "../../src/xml/names.ts";
import {
  assertCondition,
  card,
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
import type { DavAnswer, Member, TestServer } from "./harness.ts";

const PRINCIPAL = "/principals/users/me/";
const CALENDAR = "/calendars/me/home/";

/** One resource of each kind. */
const PLACES: Readonly<Record<ResourceKind, string>> = {
  root: "/",
  principals: "/principals/users/",
  principal: PRINCIPAL,
  group: "/principals/groups/team/",
  space: "/calendars/",
  "calendar-home": "/calendars/me/",
  "addressbook-home": "/addressbooks/me/",
  "files-root": "/files/me/",
  calendar: CALENDAR,
  addressbook: "/addressbooks/me/contacts/",
  folder: "/files/me/folder/",
  "calendar-object": `${CALENDAR}a.ics`,
  "addressbook-object": "/addressbooks/me/contacts/a.vcf",
  file: "/files/me/a.txt",
};

/** Settable ones whose value is not any text: they have tests of their own. */
const OTHER_FORMS = new Set([
  "calendar-timezone",
  "calendar-timezone-id",
  "schedule-calendar-transp",
  "supported-calendar-component-set",
]);

async function createFullServer(): Promise<TestServer> {
  const server = await createTestServer();
  await put(server, PLACES["calendar-object"], event("a"));
  await put(server, PLACES["addressbook-object"], card("a"));
  await put(server, PLACES.file, "text");
  assert.equal((await server.dav("MKCOL", PLACES.folder)).status, 201);
  await server.addGroup({ name: "team", owner: "me" });
  return server;
}

function ask(
  server: TestServer,
  path: string,
  names: readonly (readonly [string, string])[],
  depth = "0",
): Promise<DavAnswer> {
  const props = names.map(([ns, local]) => `<p:${local} xmlns:p="${ns}"/>`)
    .join("");
  return server.dav("PROPFIND", path, {
    headers: { depth },
    body: `<D:propfind ${XMLNS}><D:prop>${props}</D:prop></D:propfind>`,
  });
}

function value(member: Member, ns: string, local: string): XmlElement {
  return member.props[200]?.[clarkName(ns, local)] ??
    assert.fail(`${local} is not there`);
}

function hrefsIn(one: XmlElement): string[] {
  return childElements(one).map(textOf);
}

/** Rows that have no value where nobody set one, or only in reports. */
const UNSET = new Set([
  "calendar-description",
  "calendar-timezone",
  "calendar-timezone-id",
  "addressbook-description",
  "calendar-color",
  "calendar-order",
  "getcontentlanguage",
  "calendar-data",
  "address-data",
  "displayname",
]);

Deno.test("PROPERTIES names each property once", () => {
  const names = PROPERTIES.map((row) => clarkName(...row.name));
  assert.equal(new Set(names).size, names.length);
});

Deno.test("PROPERTIES answer 200 on the kinds they are on and 404 elsewhere", async () => {
  await using server = await createFullServer();
  for (const kind of EVERYWHERE) {
    const path = PLACES[kind];
    const member = memberAt(
      await ask(server, path, PROPERTIES.map((row) => row.name)),
      path,
    );
    for (const row of PROPERTIES) {
      const name = clarkName(...row.name);
      const there = name in (member.props[200] ?? {});
      if (!row.on.includes(kind)) assert.ok(!there, `${name} on ${kind}`);
      else if (!UNSET.has(row.name[1])) assert.ok(there, `${name} on ${kind}`);
    }
    assert.deepEqual(member.order, [200, 404]);
  }
});

/** All that clients may set: whatever else there is, its RFC calls protected. */
const SETTABLE = [
  "displayname",
  "getcontentlanguage",
  "group-member-set",
  "calendar-description",
  "calendar-timezone",
  "calendar-timezone-id",
  "supported-calendar-component-set",
  "schedule-calendar-transp",
  "addressbook-description",
  "calendar-color",
  "calendar-order",
];

Deno.test("PROPERTIES without set refuse PROPPATCH on every kind they are on", async () => {
  assert.deepEqual(
    PROPERTIES.filter(({ set }) => set !== undefined).map(({ name }) => name[1])
      .sort(),
    SETTABLE.toSorted(),
  );
  await using server = await createFullServer();
  for (const kind of EVERYWHERE) {
    if (["root", "principals", "space"].includes(kind)) continue;
    const rows = PROPERTIES.filter((row) => row.set === undefined);
    const props = rows.map(({ name: [ns, local] }) =>
      `<p:${local} xmlns:p="${ns}">x</p:${local}>`
    ).join("");
    const answer = await server.dav("PROPPATCH", PLACES[kind], {
      body:
        `<D:propertyupdate ${XMLNS}><D:set><D:prop>${props}</D:prop></D:set></D:propertyupdate>`,
    });
    const member = memberAt(answer, PLACES[kind]);
    assert.deepEqual(member.order, [403]);
    assert.deepEqual(member.conditions, [
      "{DAV:}cannot-modify-protected-property",
    ]);
    assert.equal(propNames(member, 403).length, rows.length);
  }
});

Deno.test("PROPERTIES with set survive set, get, remove, get", async () => {
  await using server = await createFullServer();
  for (const row of PROPERTIES) {
    const [ns, local] = row.name;
    if (row.set === undefined || OTHER_FORMS.has(local)) continue;
    for (const kind of row.on) {
      if (
        ["root", "principals", "space", "principal", "group"].includes(kind)
      ) continue;
      const path = PLACES[kind];
      const change = (action: string, content: string) =>
        server.dav("PROPPATCH", path, {
          body:
            `<D:propertyupdate ${XMLNS}><D:${action}><D:prop><p:${local} xmlns:p="${ns}">${content}</p:${local}></D:prop></D:${action}></D:propertyupdate>`,
        });
      assert.deepEqual(
        memberAt(await change("set", "en"), path).order,
        [200],
        `${local} on ${kind}`,
      );
      assert.equal(
        propText(
          memberAt(await ask(server, path, [row.name]), path),
          clarkName(ns, local),
        ),
        "en",
      );
      assert.deepEqual(memberAt(await change("remove", ""), path).order, [200]);
      const after = memberAt(await ask(server, path, [row.name]), path)
        .props[200]?.[clarkName(ns, local)];
      assert.notEqual(after && textOf(after), "en", `${local} on ${kind}`);
    }
  }
});

/** RFC 4918 section 15. */
const IN_ALLPROP = [
  "creationdate",
  "displayname",
  "getcontentlanguage",
  "getcontentlength",
  "getcontenttype",
  "getetag",
  "getlastmodified",
  "lockdiscovery",
  "resourcetype",
  "supportedlock",
];

Deno.test("allprop gives the live properties of RFC 4918 section 15, and no others", async () => {
  await using server = await createFullServer();
  const language = "<D:getcontentlanguage>en</D:getcontentlanguage>";
  const set = await server.dav("PROPPATCH", PLACES.file, {
    body: setBody(language),
  });
  assert.equal(set.status, 207);
  const given = new Set<string>();
  for (const kind of EVERYWHERE) {
    const path = PLACES[kind];
    const member = memberAt(
      await server.dav("PROPFIND", path, { headers: { depth: "0" } }),
      path,
    );
    const names = propNames(member, 200);
    assert.ok(names.includes("{DAV:}resourcetype"), kind);
    for (const name of names) given.add(name);
  }
  assert.deepEqual(
    [...given].sort(),
    IN_ALLPROP.map((name) => clarkName(NS.dav, name)),
  );
});

Deno.test("displayname is never 404 on a collection", async () => {
  await using server = await createFullServer();
  for (const kind of EVERYWHERE) {
    if (kind.endsWith("object") || kind === "file") continue;
    const member = memberAt(
      await ask(server, PLACES[kind], [[NS.dav, "displayname"]]),
      PLACES[kind],
    );
    assert.notEqual(propText(member, "{DAV:}displayname"), "", kind);
  }
});

Deno.test("resourcetype of a calendar is exactly collection and calendar", async () => {
  await using server = await createFullServer();
  const types = async (kind: ResourceKind) =>
    childElements(
      value(
        memberAt(
          await ask(server, PLACES[kind], [[NS.dav, "resourcetype"]]),
          PLACES[kind],
        ),
        NS.dav,
        "resourcetype",
      ),
    )
      .map((one) => clarkName(one.ns, one.name));
  assert.deepEqual(await types("calendar"), [
    "{DAV:}collection",
    `{${NS.caldav}}calendar`,
  ]);
  assert.deepEqual(await types("addressbook"), [
    "{DAV:}collection",
    `{${NS.carddav}}addressbook`,
  ]);
  assert.deepEqual(await types("calendar-home"), ["{DAV:}collection"]);
  assert.deepEqual(await types("principal"), [
    "{DAV:}collection",
    "{DAV:}principal",
  ]);
  assert.deepEqual(await types("calendar-object"), []);
});

Deno.test("a principal has one home of each kind, its addresses and its URL", async () => {
  await using server = await createFullServer();
  const member = memberAt(
    await ask(server, PRINCIPAL, [
      [NS.caldav, "calendar-home-set"],
      [NS.carddav, "addressbook-home-set"],
      [NS.caldav, "calendar-user-address-set"],
      [NS.cs, "email-address-set"],
      [NS.dav, "principal-URL"],
      [NS.dav, "displayname"],
      [NS.caldav, "schedule-inbox-URL"],
      [NS.caldav, "schedule-outbox-URL"],
    ]),
    PRINCIPAL,
  );
  assert.deepEqual(hrefsIn(value(member, NS.caldav, "calendar-home-set")), [
    "/calendars/me/",
  ]);
  assert.deepEqual(hrefsIn(value(member, NS.carddav, "addressbook-home-set")), [
    "/addressbooks/me/",
  ]);
  assert.deepEqual(
    hrefsIn(value(member, NS.caldav, "calendar-user-address-set")),
    ["mailto:me@example.org", "mailto:myself@example.org", PRINCIPAL],
  );
  assert.deepEqual(hrefsIn(value(member, NS.cs, "email-address-set")), [
    "me@example.org",
    "myself@example.org",
  ]);
  assert.deepEqual(hrefsIn(value(member, NS.dav, "principal-URL")), [
    PRINCIPAL,
  ]);
  assert.deepEqual(propNames(member, 404), [
    clarkName(NS.caldav, "schedule-inbox-URL"),
    clarkName(NS.caldav, "schedule-outbox-URL"),
  ], "nothing of scheduling");
});

Deno.test("current-user-privilege-set lists aggregates and all that they hold", async () => {
  await using server = await createFullServer();
  const names = async (path: string) =>
    childElements(
      value(
        memberAt(
          await ask(server, path, [[NS.dav, "current-user-privilege-set"]]),
          path,
        ),
        NS.dav,
        "current-user-privilege-set",
      ),
    )
      .flatMap(childElements).map((one) => one.name);
  for (const path of [CALENDAR, "/calendars/me/", `${CALENDAR}a.ics`]) {
    const held = await names(path);
    for (
      const name of [
        "all",
        "read",
        "write",
        "write-properties",
        "write-content",
        "bind",
        "unbind",
        "read-free-busy",
      ]
    ) {
      assert.ok(held.includes(name), `${name} on ${path}`);
    }
  }
  assert.ok(!(await names("/")).includes("write"));
});

Deno.test("acl and supported-privilege-set describe what the owner has", async () => {
  await using server = await createFullServer();
  const member = memberAt(
    await ask(server, CALENDAR, [
      [NS.dav, "acl"],
      [NS.dav, "supported-privilege-set"],
      [NS.dav, "principal-collection-set"],
      [NS.dav, "acl-restrictions"],
    ]),
    CALENDAR,
  );
  const [ace] = childElements(value(member, NS.dav, "acl"));
  assert.deepEqual(ace && childElements(ace).map((one) => one.name), [
    "principal",
    "grant",
    "protected",
  ]);
  const grant = ace && findChild(ace, NS.dav, "grant");
  assert.deepEqual(
    grant && childElements(grant).flatMap(childElements).map((one) => one.name),
    ["all"],
  );
  const [all] = childElements(value(member, NS.dav, "supported-privilege-set"));
  assert.equal(all?.name, "supported-privilege");
  assert.deepEqual(hrefsIn(value(member, NS.dav, "principal-collection-set")), [
    "/principals/users/",
    "/principals/groups/",
  ]);
  const root = memberAt(await ask(server, "/", [[NS.dav, "acl"]]), "/");
  assert.match(JSON.stringify(value(root, NS.dav, "acl")), /"authenticated"/);
});

Deno.test("getctag and sync-token of a home change when a member's content changes", async () => {
  await using server = await createFullServer();
  const read = async (path: string) => {
    const member = memberAt(
      await ask(server, path, [[NS.cs, "getctag"], [NS.dav, "sync-token"]]),
      path,
    );
    return [
      propText(member, clarkName(NS.cs, "getctag")),
      propText(member, "{DAV:}sync-token"),
    ];
  };
  const before = [await read(CALENDAR), await read("/calendars/me/")];
  assert.deepEqual(
    [await read(CALENDAR), await read("/calendars/me/")],
    before,
  );
  await put(server, `${CALENDAR}b.ics`, event("b"));
  const after = [await read(CALENDAR), await read("/calendars/me/")];
  assert.notDeepEqual(after[0], before[0]);
  assert.notEqual(after[1]?.[0], before[1]?.[0]);
  assert.notEqual(after[1]?.[1], before[1]?.[1]);
  assert.match(after[0]?.[1] ?? "", /:/);
  assert.doesNotMatch(after[0]?.[0] ?? "", /^\d*$/);
});

Deno.test("quota is given on collections", async () => {
  await using server = await createFullServer();
  const path = "/files/me/";
  const member = memberAt(
    await ask(server, path, [[NS.dav, "quota-used-bytes"], [
      NS.dav,
      "quota-available-bytes",
    ]]),
    path,
  );
  assert.equal(propText(member, "{DAV:}quota-used-bytes"), "4");
  assert.match(propText(member, "{DAV:}quota-available-bytes"), /^[1-9]\d*$/);
});

Deno.test("supported-report-set and supported-method-set are what the tables say", async () => {
  await using server = await createFullServer();
  const reports = async (path: string) =>
    childElements(
      value(
        memberAt(
          await ask(server, path, [[NS.dav, "supported-report-set"]]),
          path,
        ),
        NS.dav,
        "supported-report-set",
      ),
    )
      .flatMap(childElements).flatMap(childElements).map((one) => one.name)
      .sort();
  const everywhere = [
    "acl-principal-prop-set",
    "expand-property",
    "principal-property-search",
  ];
  const collection = [...everywhere, "principal-match", "sync-collection"];
  const expected: [string, string[]][] = [
    [CALENDAR, [
      ...collection,
      "calendar-multiget",
      "calendar-query",
      "free-busy-query",
    ]],
    ["/addressbooks/me/contacts/", [
      ...collection,
      "addressbook-multiget",
      "addressbook-query",
    ]],
    [PLACES["calendar-object"], [
      ...everywhere,
      "calendar-multiget",
      "calendar-query",
    ]],
    [PLACES["addressbook-object"], [
      ...everywhere,
      "addressbook-multiget",
      "addressbook-query",
    ]],
    ["/calendars/me/", [
      ...collection,
      "calendar-multiget",
      "calendar-query",
      "free-busy-query",
    ]],
    ...[PRINCIPAL, PLACES.group, "/principals/users/"].map((
      path,
    ): [string, string[]] => [path, [
      ...everywhere,
      "principal-match",
      "principal-search-property-set",
    ]]),
  ];
  for (const [path, names] of expected) {
    assert.deepEqual(await reports(path), names.sort(), path);
  }
  const methods = value(
    memberAt(
      await ask(server, CALENDAR, [[NS.dav, "supported-method-set"]]),
      CALENDAR,
    ),
    NS.dav,
    "supported-method-set",
  );
  const names = childElements(methods).map((one) => attributeOf(one, "name"));
  assert.ok(
    names.includes("PROPFIND") && !names.includes("MKCOL"),
    names.join(),
  );
});

Deno.test("object properties agree with GET", async () => {
  await using server = await createFullServer();
  const path = `${CALENDAR}a.ics`;
  const member = memberAt(
    await ask(server, path, [
      [NS.dav, "getetag"],
      [NS.dav, "getcontentlength"],
      [NS.dav, "getcontenttype"],
      [NS.dav, "getlastmodified"],
      [NS.dav, "creationdate"],
    ]),
    path,
  );
  const got = await server.dav("GET", path);
  assert.equal(propText(member, "{DAV:}getetag"), got.headers.get("etag"));
  assert.equal(
    propText(member, "{DAV:}getcontentlength"),
    String(got.bytes.length),
  );
  assert.equal(
    propText(member, "{DAV:}getcontenttype"),
    got.headers.get("content-type"),
  );
  assert.equal(
    propText(member, "{DAV:}getlastmodified"),
    got.headers.get("last-modified"),
  );
  assert.match(
    propText(member, "{DAV:}creationdate"),
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
  );
});

Deno.test("limits and types of data are advertised on calendars and address books", async () => {
  await using server = await createTestServer({ maxResourceSize: 12345 });
  await put(server, PLACES["calendar-object"], event("a"));
  await put(server, PLACES["addressbook-object"], card("a"));
  const calendar = memberAt(
    await ask(server, CALENDAR, [[NS.caldav, "max-resource-size"], [
      NS.caldav,
      "supported-calendar-data",
    ]]),
    CALENDAR,
  );
  assert.equal(
    propText(calendar, clarkName(NS.caldav, "max-resource-size")),
    "12345",
  );
  const [data] = childElements(
    value(calendar, NS.caldav, "supported-calendar-data"),
  );
  assert.deepEqual(
    data && [attributeOf(data, "content-type"), attributeOf(data, "version")],
    ["text/calendar", "2.0"],
  );
  for (
    const [ns, kinds] of [
      [NS.caldav, ["calendar-home", "calendar", "calendar-object"]],
      [NS.carddav, ["addressbook-home", "addressbook", "addressbook-object"]],
    ] as const
  ) {
    for (const kind of kinds) {
      const answer = await ask(server, PLACES[kind], [
        [ns, "supported-collation-set"],
      ]);
      assert.deepEqual(
        hrefsIn(
          value(memberAt(answer, PLACES[kind]), ns, "supported-collation-set"),
        ),
        ["i;ascii-casemap", "i;octet", "i;unicode-casemap"],
        kind,
      );
    }
  }
  const path = "/addressbooks/me/contacts/";
  const book = memberAt(
    await ask(server, path, [[NS.carddav, "max-resource-size"], [
      NS.carddav,
      "supported-address-data",
    ]]),
    path,
  );
  assert.equal(
    propText(book, clarkName(NS.carddav, "max-resource-size")),
    "12345",
  );
  assert.deepEqual(
    childElements(value(book, NS.carddav, "supported-address-data")).map((
      one,
    ) => attributeOf(one, "version")),
    ["3.0", "4.0"],
  );
});

Deno.test("limits of dates and attendees are advertised, and what is beyond them is refused", async () => {
  await using server = await createTestServer();
  const names = [
    "min-date-time",
    "max-date-time",
    "max-attendees-per-instance",
  ];
  const member = memberAt(
    await ask(server, CALENDAR, [
      ...names.map((name) => [NS.caldav, name] as const),
      [NS.caldav, "max-instances"],
    ]),
    CALENDAR,
  );
  const text = (name: string) => propText(member, clarkName(NS.caldav, name));
  assert.deepEqual(names.map(text), [
    "00010101T000000Z",
    "99991231T235959Z",
    "20000",
  ]);
  assert.deepEqual(propNames(member, 404), [
    clarkName(NS.caldav, "max-instances"),
  ]);
  const attendees = Array(20_001).fill("ATTENDEE:mailto:a@example.com");
  const cases: [string, ConditionKey][] = [
    [event("a", { start: "00001231T235959Z" }), "caldav:min-date-time"],
    [
      event("a", { more: ["RDATE;TZID=America/Lima:99991231T235959"] }),
      "caldav:max-date-time",
    ],
    [event("a", { more: attendees }), "caldav:max-attendees-per-instance"],
  ];
  for (const [body, condition] of cases) {
    const answer = await server.dav("PUT", `${CALENDAR}beyond.ics`, {
      body,
      headers: { "content-type": "text/calendar" },
    });
    assertCondition(answer, condition);
  }
  await put(
    server,
    `${CALENDAR}within.ics`,
    event("b", { start: "99991231T100000Z", more: attendees.slice(1) }),
  );
});

Deno.test("schedule-calendar-transp is opaque or transparent, opaque where nobody set it", async () => {
  await using server = await createTestServer();
  const valueNow = async () => {
    const answer = await ask(server, CALENDAR, [
      [NS.caldav, "schedule-calendar-transp"],
    ]);
    const found = value(
      memberAt(answer, CALENDAR),
      NS.caldav,
      "schedule-calendar-transp",
    );
    return childElements(found).map(({ name }) => name);
  };
  const change = async (update: string) => {
    const answer = await server.dav("PROPPATCH", CALENDAR, {
      body: `<D:propertyupdate ${XMLNS}>${update}</D:propertyupdate>`,
    });
    return memberAt(answer, CALENDAR).order;
  };
  const set = (inner: string) =>
    `<D:set><D:prop><C:schedule-calendar-transp>${inner}</C:schedule-calendar-transp></D:prop></D:set>`;
  const remove =
    "<D:remove><D:prop><C:schedule-calendar-transp/></D:prop></D:remove>";
  assert.deepEqual(await valueNow(), ["opaque"]);
  assert.deepEqual(await change(set("<C:transparent/>")), [200]);
  assert.deepEqual(await valueNow(), ["transparent"]);
  const bad = ["", "transparent", "<D:opaque/>", "<C:opaque/><C:transparent/>"];
  for (const inner of bad) {
    assert.deepEqual(await change(set(inner)), [409], inner);
    assert.deepEqual(await valueNow(), ["transparent"]);
  }
  assert.deepEqual(await change(set("<C:opaque/>")), [200]);
  assert.deepEqual(await valueNow(), ["opaque"]);
  assert.deepEqual(await change(set("<C:transparent/>")), [200]);
  assert.deepEqual(await change(remove), [200]);
  assert.deepEqual(await valueNow(), ["opaque"]);
});

Deno.test("propfind() asks for forty properties of Apple without harm", async () => {
  await using server = await createFullServer();
  const names = [
    "D:add-member",
    "CS:allowed-sharing-modes",
    "I:autoprovisioned",
    "I:calendar-color",
    "C:calendar-description",
    "C:calendar-free-busy-set",
    "I:calendar-order",
    "C:calendar-timezone",
    "D:current-user-privilege-set",
    "C:default-alarm-vevent-date",
    "D:displayname",
    "CS:getctag",
    "D:owner",
    "CS:pre-publish-url",
    "CS:publish-url",
    "CS:push-transports",
    "CS:pushkey",
    "D:quota-available-bytes",
    "D:quota-used-bytes",
    "I:refreshrate",
    "D:resource-id",
    "D:resourcetype",
    "C:schedule-calendar-transp",
    "C:schedule-default-calendar-URL",
    "CS:source",
    "CS:subscribed-strip-alarms",
    "C:supported-calendar-component-set",
    "C:supported-calendar-component-sets",
    "D:supported-report-set",
    "D:sync-token",
  ];
  const answer = await propfind(server, "/calendars/me/", names, {
    depth: "1",
    brief: "t",
  });
  const member = memberAt(answer, CALENDAR);
  assert.deepEqual(member.order, [200]);
  assert.equal(propNames(member, 200).length, 11);
});
