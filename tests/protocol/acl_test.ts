import assert from "node:assert/strict";
import { METHODS } from "../../src/dav/methods/mod.ts";
import type { ConditionKey } from "../../src/dav/conditions.ts";
import {
  aceXml,
  aclBody,
  aclOf,
  grant,
  privilegesOf,
  setAcl,
  type TestAce,
} from "./acl_client.ts";
import {
  assertCondition,
  createTestServer,
  event,
  memberAt,
  parseMultistatus,
  propNames,
  put,
  type TestServer,
} from "./harness.ts";

const CALENDAR = "/calendars/me/home/";
const OBJECT = `${CALENDAR}a.ics`;
const OTHER = "/principals/users/other/";
const TEAM = "/principals/groups/team/";
const OWNER = "protected owner grant all";

async function createFullServer(): Promise<TestServer> {
  const server = await createTestServer();
  await put(server, OBJECT, event("a"));
  await put(server, "/files/me/a.txt", "text");
  assert.equal((await server.dav("MKCOL", "/files/me/folder/")).status, 201);
  await server.addGroup({ name: "team" }, "other");
  return server;
}

Deno.test("ACL replaces the ACEs of a collection, in their order, and acl shows them", async () => {
  await using server = await createFullServer();
  assert.deepEqual(await aclOf(server, CALENDAR), [OWNER]);
  await grant(
    server,
    CALENDAR,
    { who: OTHER, deny: ["unlock"] },
    { who: TEAM, grant: ["read", "write-content", "c:read-free-busy"] },
    { who: "authenticated", grant: ["c:read-free-busy"] },
    { who: "owner", grant: ["read"] },
  );
  assert.deepEqual(await aclOf(server, CALENDAR), [
    OWNER,
    `${OTHER} deny unlock`,
    `${TEAM} grant read write-content read-free-busy`,
    "authenticated grant read-free-busy",
    "owner grant read",
  ]);
  assert.deepEqual(await privilegesOf(server, CALENDAR), [
    "all",
    "read",
    "read-free-busy",
    "write",
    "write-properties",
    "write-content",
    "bind",
    "unbind",
    "unlock",
    "read-acl",
    "read-current-user-privilege-set",
    "write-acl",
  ]);
  await grant(server, CALENDAR, {
    who: OTHER,
    grant: ["read-acl", "read", "read-current-user-privilege-set"],
  });
  assert.deepEqual(await aclOf(server, CALENDAR, "other"), [
    OWNER,
    `${OTHER} grant read-acl read read-current-user-privilege-set`,
  ]);
  assert.deepEqual(await privilegesOf(server, CALENDAR, "other"), [
    "read",
    "read-free-busy",
    "read-acl",
    "read-current-user-privilege-set",
  ]);
  await grant(server, CALENDAR);
  assert.deepEqual(await aclOf(server, CALENDAR), [OWNER]);
  assert.equal(
    (await server.dav("GET", OBJECT, { user: "other" })).status,
    403,
  );
});

Deno.test("ACL can be used on all that is stored, and on nothing else", async () => {
  await using server = await createFullServer();
  for (
    const path of [
      "/calendars/me/",
      "/addressbooks/me/",
      "/files/me/",
      CALENDAR,
      "/addressbooks/me/contacts/",
      "/files/me/folder/",
      "/files/me/folder",
      OBJECT,
      "/files/me/a.txt",
    ]
  ) {
    await grant(server, path, { who: TEAM, grant: ["read"] });
    assert.ok(
      (await aclOf(server, path.replace(/r$/, "r/"))).includes(
        `${TEAM} grant read`,
      ),
      path,
    );
  }
  for (
    const path of [
      "/",
      "/principals/",
      "/principals/users/me/",
      TEAM,
      "/calendars/",
    ]
  ) {
    const answer = await setAcl(server, path, []);
    assert.equal(answer.status, 405, path);
    assert.ok(!answer.headers.get("allow")?.includes("ACL"), path);
  }
  assert.equal((await setAcl(server, `${CALENDAR}none.ics`, [])).status, 404);
  const row = METHODS.find(({ name }) => name === "ACL");
  assert.deepEqual(row?.privilege, { target: "dav:write-acl", parent: null });
});

Deno.test("objects inherit from their collections and have ACEs of their own before those", async () => {
  await using server = await createFullServer();
  await grant(server, "/calendars/me/", {
    who: TEAM,
    grant: ["c:read-free-busy"],
  });
  await grant(server, CALENDAR, { who: TEAM, grant: ["read", "read-acl"] });
  await grant(server, OBJECT, { who: OTHER, deny: ["read"] });
  assert.deepEqual(await aclOf(server, OBJECT), [
    OWNER,
    `${OTHER} deny read`,
    `inherited from ${CALENDAR} ${TEAM} grant read read-acl`,
    `inherited from /calendars/me/ ${TEAM} grant read-free-busy`,
  ]);
  const get = (path: string) => server.dav("GET", path, { user: "other" });
  assert.equal((await get(OBJECT)).status, 404);
  await put(server, `${CALENDAR}b.ics`, event("b"));
  assert.equal((await get(`${CALENDAR}b.ics`)).status, 200);
  await grant(server, OBJECT);
  assert.equal((await get(OBJECT)).status, 200);
});

/** Bodies and the condition that each of them breaks. */
const REFUSED: readonly (readonly [what: string, ConditionKey, string])[] = [
  [
    "invert",
    "dav:no-invert",
    `<D:ace><D:invert><D:principal><D:all/></D:principal></D:invert><D:grant><D:privilege><D:read/></D:privilege></D:grant></D:ace>`,
  ],
  [
    "an unknown privilege",
    "dav:not-supported-privilege",
    aceXml({ who: OTHER, grant: ["fly"] }),
  ],
  [
    "a privilege of another namespace",
    "dav:not-supported-privilege",
    `<D:ace><D:principal><D:all/></D:principal><D:grant><D:privilege><X:read/></D:privilege></D:grant></D:ace>`,
  ],
  [
    "a calendar as principal",
    "dav:recognized-principal",
    aceXml({ who: CALENDAR, grant: ["read"] }),
  ],
  [
    "a user that is not there",
    "dav:recognized-principal",
    aceXml({ who: "/principals/users/nobody/", grant: ["read"] }),
  ],
  [
    "a group that is not there",
    "dav:recognized-principal",
    aceXml({ who: "/principals/groups/other/", grant: ["read"] }),
  ],
  [
    "a collection of principals",
    "dav:recognized-principal",
    aceXml({ who: "/principals/users/", grant: ["read"] }),
  ],
  [
    "a principal of another server",
    "dav:recognized-principal",
    aceXml({ who: `http://elsewhere.example${OTHER}`, grant: ["read"] }),
  ],
  [
    "a mail address",
    "dav:recognized-principal",
    aceXml({ who: "mailto:other@example.org", grant: ["read"] }),
  ],
  [
    "no URL",
    "dav:recognized-principal",
    aceXml({ who: "%zz", grant: ["read"] }),
  ],
  ["self", "dav:allowed-principal", aceXml({ who: "self", grant: ["read"] })],
  [
    "another property",
    "dav:allowed-principal",
    `<D:ace><D:principal><D:property><D:group/></D:property></D:principal><D:grant><D:privilege><D:read/></D:privilege></D:grant></D:ace>`,
  ],
  [
    "writing by nobody",
    "dav:allowed-principal",
    aceXml({ who: "unauthenticated", grant: ["write-content"] }),
  ],
  [
    "denial of the owner",
    "dav:no-protected-ace-conflict",
    aceXml({ who: "owner", deny: ["read"] }),
  ],
  [
    "denial of the owner by name",
    "dav:no-protected-ace-conflict",
    aceXml({ who: "/principals/users/me/", deny: ["unlock"] }),
  ],
  [
    "denial after a grant",
    "dav:deny-before-grant",
    aceXml({ who: OTHER, grant: ["read"] }) +
    aceXml({ who: TEAM, deny: ["read"] }),
  ],
  [
    "both for the same",
    "dav:no-ace-conflict",
    aceXml({ who: OTHER, deny: ["read"] }) +
    aceXml({ who: OTHER, grant: ["read"] }),
  ],
  [
    "a protected ACE",
    "dav:no-ace-conflict",
    `<D:ace><D:principal><D:property><D:owner/></D:property></D:principal><D:grant><D:privilege><D:all/></D:privilege></D:grant><D:protected/></D:ace>`,
  ],
  [
    "an inherited ACE",
    "dav:no-ace-conflict",
    `<D:ace><D:principal><D:all/></D:principal><D:grant><D:privilege><D:read/></D:privilege></D:grant><D:inherited><D:href>/calendars/me/</D:href></D:inherited></D:ace>`,
  ],
  [
    "601 ACEs",
    "dav:limited-number-of-aces",
    aceXml({ who: "all", grant: ["read"] }).repeat(601),
  ],
  [
    "ACEs that are too long together",
    "dav:limited-number-of-aces",
    aceXml({ who: OTHER, grant: Array.from({ length: 60 }, () => "read") })
      .repeat(600),
  ],
];

/** Bodies that are no ACL. */
const MALFORMED: readonly (readonly [what: string, string])[] = [
  [
    "no principal",
    "<D:ace><D:grant><D:privilege><D:read/></D:privilege></D:grant></D:ace>",
  ],
  [
    "two principals",
    `<D:ace><D:principal><D:all/></D:principal><D:principal><D:all/></D:principal><D:grant><D:privilege><D:read/></D:privilege></D:grant></D:ace>`,
  ],
  [
    "an empty principal",
    "<D:ace><D:principal/><D:grant><D:privilege><D:read/></D:privilege></D:grant></D:ace>",
  ],
  [
    "a principal of two",
    "<D:ace><D:principal><D:all/><D:authenticated/></D:principal><D:grant><D:privilege><D:read/></D:privilege></D:grant></D:ace>",
  ],
  [
    "an unknown principal",
    "<D:ace><D:principal><X:all/></D:principal><D:grant><D:privilege><D:read/></D:privilege></D:grant></D:ace>",
  ],
  [
    "a property of none",
    "<D:ace><D:principal><D:property/></D:principal><D:grant><D:privilege><D:read/></D:privilege></D:grant></D:ace>",
  ],
  [
    "a property of two",
    "<D:ace><D:principal><D:property><D:owner/><D:owner/></D:property></D:principal><D:grant><D:privilege><D:read/></D:privilege></D:grant></D:ace>",
  ],
  [
    "neither grant nor deny",
    "<D:ace><D:principal><D:all/></D:principal></D:ace>",
  ],
  ["grant and deny", aceXml({ who: "all", grant: ["read"], deny: ["write"] })],
  ["a grant of nothing", aceXml({ who: "all", grant: [] })],
  [
    "a bare privilege",
    "<D:ace><D:principal><D:all/></D:principal><D:grant><D:read/></D:grant></D:ace>",
  ],
  [
    "an empty privilege",
    "<D:ace><D:principal><D:all/></D:principal><D:grant><D:privilege/></D:grant></D:ace>",
  ],
  [
    "a privilege of two",
    "<D:ace><D:principal><D:all/></D:principal><D:grant><D:privilege><D:read/><D:write/></D:privilege></D:grant></D:ace>",
  ],
];

Deno.test("ACL refuses what breaks a condition of RFC 3744 section 8.1.1, and changes nothing", async () => {
  await using server = await createFullServer();
  await grant(server, CALENDAR, { who: TEAM, grant: ["read"] });
  const before = await aclOf(server, CALENDAR);
  const keep = aceXml({ who: TEAM, deny: ["unlock"] });
  for (const [what, condition, content] of REFUSED) {
    const answer = await server.dav("ACL", CALENDAR, {
      body: aclBody(keep + content),
    });
    assert.ok(answer.status === 403 || answer.status === 409, what);
    assertCondition(answer, condition);
    assert.deepEqual(await aclOf(server, CALENDAR), before, what);
  }
});

Deno.test("ACL answers 400 to what is no ACL, and changes nothing", async () => {
  await using server = await createFullServer();
  await grant(server, CALENDAR, { who: TEAM, grant: ["read"] });
  const before = await aclOf(server, CALENDAR);
  for (const [what, content] of MALFORMED) {
    const answer = await server.dav("ACL", CALENDAR, {
      body: aclBody(content),
    });
    assert.equal(answer.status, 400, `${what}: ${answer.text}`);
  }
  for (const body of [undefined, "", "<D:acl", '<D:x xmlns:D="DAV:"/>']) {
    const answer = await server.dav("ACL", CALENDAR, { body });
    assert.equal(answer.status, 400, body);
  }
  assert.deepEqual(await aclOf(server, CALENDAR), before);
});

Deno.test("ACL passes over elements that it does not know (RFC 3744 section 10)", async () => {
  await using server = await createFullServer();
  const body = aclBody(
    `<X:note>hello</X:note><D:ace><X:note/><D:principal><X:note/><D:href> ${OTHER} </D:href></D:principal><D:grant><X:note/><D:privilege><D:read/></D:privilege></D:grant></D:ace>`,
  );
  assert.equal((await server.dav("ACL", CALENDAR, { body })).status, 200);
  assert.deepEqual(await aclOf(server, CALENDAR), [
    OWNER,
    `${OTHER} grant read`,
  ]);
});

Deno.test("ACL with 10,000 ACEs is refused without looking at them", async () => {
  await using server = await createFullServer();
  const aces = Array.from({ length: 10_000 }, (_, n): TestAce => ({
    who: `/principals/users/user${n}/`,
    grant: ["read"],
  }));
  assertCondition(
    await setAcl(server, CALENDAR, aces),
    "dav:limited-number-of-aces",
  );
  assert.deepEqual(await aclOf(server, CALENDAR), [OWNER]);
});

Deno.test("ACL needs write-acl, which reading and writing do not give", async () => {
  await using server = await createFullServer();
  const mine = [{ who: OTHER, grant: ["all"] }];
  const asOther = { user: "other" };
  assertCondition(
    await setAcl(server, CALENDAR, mine, asOther),
    "dav:need-privileges",
  );
  await grant(server, CALENDAR, {
    who: OTHER,
    grant: ["read", "write", "unlock", "read-acl"],
  });
  for (const path of [CALENDAR, OBJECT]) {
    assertCondition(
      await setAcl(server, path, mine, asOther),
      "dav:need-privileges",
    );
  }
  await grant(server, CALENDAR, { who: OTHER, grant: ["write-acl"] });
  assert.equal((await setAcl(server, CALENDAR, mine, asOther)).status, 200);
  assert.deepEqual(await aclOf(server, CALENDAR), [
    OWNER,
    `${OTHER} grant all`,
  ]);
  const answer = await server.dav("ACL", CALENDAR, {
    user: null,
    body: aclBody(""),
  });
  assert.equal(answer.status, 401);
});

Deno.test("an owner keeps all whatever an ACL says", async () => {
  await using server = await createFullServer();
  await grant(server, CALENDAR, { who: OTHER, grant: ["all"] });
  const locked = await setAcl(server, CALENDAR, [{
    who: "all",
    deny: ["all"],
  }, { who: TEAM, deny: ["all"] }], { user: "other" });
  assert.equal(locked.status, 200);
  assert.equal((await server.dav("GET", OBJECT)).status, 200);
  await grant(server, CALENDAR);
  assert.deepEqual(await aclOf(server, CALENDAR), [OWNER]);
});

Deno.test("ACL evaluates conditional headers and locks", async () => {
  await using server = await createFullServer();
  const failed = await setAcl(server, OBJECT, [], {
    headers: { "if-match": '"x"' },
  });
  assertCondition(failed, "precondition-failed");
  const lock = await server.dav("LOCK", CALENDAR, {
    body:
      '<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>',
  });
  assert.equal(lock.status, 200);
  const token = lock.headers.get("lock-token") ?? "";
  for (const path of [CALENDAR, OBJECT]) {
    assertCondition(await setAcl(server, path, []), "dav:lock-token-submitted");
    const held = await setAcl(server, path, [], {
      headers: { if: `<http://dav.example.org${CALENDAR}> (${token})` },
    });
    assert.equal(held.status, 200, held.text);
  }
});

Deno.test("a principal that is deleted vanishes from ACLs, and who gets its name inherits nothing", async () => {
  await using server = await createFullServer();
  await grant(server, CALENDAR, { who: TEAM, grant: ["read"] });
  assert.equal(
    (await server.dav("GET", OBJECT, { user: "other" })).status,
    200,
  );
  assert.ok((await server.groups.deleteGroup("team")).ok);
  assert.deepEqual(await aclOf(server, CALENDAR), [OWNER]);
  await server.addGroup({ name: "team" }, "other");
  assert.deepEqual(await aclOf(server, CALENDAR), [OWNER]);
  assert.equal(
    (await server.dav("GET", OBJECT, { user: "other" })).status,
    403,
  );
});

Deno.test("what somebody may not read of an ACL is 403 in the propstat", async () => {
  await using server = await createFullServer();
  await grant(server, CALENDAR, { who: OTHER, grant: ["read"] });
  for (const name of ["acl", "current-user-privilege-set"]) {
    const answer = await server.dav("PROPFIND", CALENDAR, {
      user: "other",
      headers: { depth: "0" },
      body:
        `<D:propfind xmlns:D="DAV:"><D:prop><D:${name}/><D:owner/></D:prop></D:propfind>`,
    });
    const member = memberAt(answer, CALENDAR);
    assert.deepEqual(member.order, [200, 403]);
    assert.deepEqual(propNames(member, 200), ["{DAV:}owner"]);
    assert.deepEqual(propNames(member, 403), [`{DAV:}${name}`]);
    assert.deepEqual(member.conditions, ["{DAV:}need-privileges"]);
    assert.deepEqual(member.props[403]?.[`{DAV:}${name}`]?.children, []);
  }
});

Deno.test("who manages a shared calendar sets its ACL at their own URL, too", async () => {
  await using server = await createFullServer();
  await server.share("calendars/me/home", "other", "manage");
  const home = await server.dav("PROPFIND", "/calendars/other/", {
    user: "other",
    headers: { depth: "1" },
  });
  const [shared = ""] = [...parseMultistatus(home).members.keys()]
    .filter((href) => href.startsWith("/calendars/other/~"));
  const mine = (await aclOf(server, shared, "other")).slice(1);
  assert.equal(mine.length, 1);
  const aces = [
    { who: "/principals/users/me/", grant: ["read"] },
    { who: TEAM, grant: ["read", "read-acl", "write-acl"] },
  ];
  const user = { user: "other" };
  assert.equal((await setAcl(server, shared, aces, user)).status, 200);
  assert.deepEqual(await aclOf(server, CALENDAR), [
    OWNER,
    "/principals/users/me/ grant read",
    `${TEAM} grant read read-acl write-acl`,
  ]);
  assertCondition(
    await setAcl(server, shared, [{ who: "owner", deny: ["read"] }], user),
    "dav:no-protected-ace-conflict",
  );
  // Whoever takes away their own access has none.
  assert.equal((await setAcl(server, shared, [], user)).status, 200);
  assert.equal((await setAcl(server, shared, aces, user)).status, 404);
});
