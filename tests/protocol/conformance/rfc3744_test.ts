/** RFC 3744: what its sentences demand beside its examples. */

import assert from "node:assert/strict";
import { METHODS } from "../../../src/dav/methods/mod.ts";
import { childElements, textOf } from "../../../src/xml/names.ts";
import { aclOf, grant, propertyOf } from "../acl_client.ts";
import {
  assertCondition,
  card,
  createTestServer,
  event,
  memberAt,
  parseMultistatus,
  propNames,
  put,
  type TestServer,
} from "../harness.ts";

const CALENDAR = "/calendars/me/home/";
const OBJECT = `${CALENDAR}a.ics`;
const FOLDER = "/files/me/folder/";
const FILE = `${FOLDER}a.txt`;
const OTHER = "/principals/users/other/";
const SESSION = { user: "other" } as const;
const LOCK =
  '<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>';

/** One resource of each kind. */
const PLACES = [
  "/",
  "/principals/",
  "/principals/users/",
  "/principals/users/me/",
  "/principals/groups/team/",
  "/calendars/",
  "/calendars/me/",
  "/addressbooks/me/",
  "/files/me/",
  CALENDAR,
  "/addressbooks/me/contacts/",
  FOLDER,
  OBJECT,
  "/addressbooks/me/contacts/a.vcf",
  FILE,
];

/** Properties of section 5; `group` is empty, as no resource has one. */
const ACCESS_PROPERTIES = [
  "owner",
  "group",
  "supported-privilege-set",
  "current-user-privilege-set",
  "acl",
  "acl-restrictions",
  "inherited-acl-set",
  "principal-collection-set",
];

/** Properties of section 4. */
const PRINCIPAL_PROPERTIES = [
  "alternate-URI-set",
  "principal-URL",
  "group-member-set",
  "group-membership",
];

async function createFullServer(): Promise<TestServer> {
  const server = await createTestServer();
  await server.addGroup({ name: "team" }, "other");
  await put(server, OBJECT, event("a"));
  await put(server, "/addressbooks/me/contacts/a.vcf", card("a"));
  assert.equal((await server.dav("MKCOL", FOLDER)).status, 201);
  await put(server, FILE, "x");
  return server;
}

async function namesAt(
  server: TestServer,
  path: string,
  body?: string,
): Promise<string[]> {
  const answer = await server.dav("PROPFIND", path, {
    headers: { depth: "0" },
    body,
  });
  return propNames(memberAt(answer, path), 200)
    .map((name) => name.replace("{DAV:}", ""));
}

Deno.test("every resource has the access control properties, and allprop gives none of them", async () => {
  await using server = await createFullServer();
  for (const path of PLACES) {
    const isPrincipal = /^\/principals\/\w+\/./.test(path);
    const expected = isPrincipal
      ? [...ACCESS_PROPERTIES, ...PRINCIPAL_PROPERTIES]
      : ACCESS_PROPERTIES;
    const names = expected.map((name) => `<D:${name}/>`).join("");
    const asked = await namesAt(
      server,
      path,
      `<D:propfind xmlns:D="DAV:"><D:prop>${names}</D:prop></D:propfind>`,
    );
    assert.deepEqual(asked, expected.toSorted(), path);
    const all = await namesAt(server, path);
    for (const name of expected) {
      assert.ok(!all.includes(name), `${name} ${path}`);
    }
  }
});

Deno.test("where nothing is, there are no access control properties", async () => {
  await using server = await createFullServer();
  const answer = await server.dav("PROPFIND", `${CALENDAR}none.ics`, {
    headers: { depth: "0" },
    body: '<D:propfind xmlns:D="DAV:"><D:prop><D:acl/></D:prop></D:propfind>',
  });
  assert.equal(answer.status, 404);
});

Deno.test("without any privilege every method is denied, OPTIONS too", async () => {
  await using server = await createFullServer();
  const bodies: Readonly<Record<string, string>> = {
    PROPPATCH:
      '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><D:displayname/></D:prop></D:set></D:propertyupdate>',
    REPORT:
      '<D:expand-property xmlns:D="DAV:"><D:property name="owner"/></D:expand-property>',
    ACL: '<D:acl xmlns:D="DAV:"/>',
    LOCK,
  };
  for (const { name } of METHODS) {
    for (const path of [FOLDER, FILE, CALENDAR, OBJECT]) {
      const answer = await server.dav(name, path, {
        ...SESSION,
        headers: { destination: "/files/other/x", "lock-token": "<urn:x>" },
        body: bodies[name],
      });
      assert.ok(
        [403, 404].includes(answer.status),
        `${name} ${path} ${answer.status}`,
      );
    }
  }
  assert.deepEqual(await aclOf(server, FOLDER), ["protected owner grant all"]);
  assert.equal((await server.dav("GET", FILE)).text, "x");
});

Deno.test("OPTIONS needs DAV:read", async () => {
  await using server = await createFullServer();
  assertCondition(
    await server.dav("OPTIONS", FILE, SESSION),
    "dav:need-privileges",
  );
  await grant(server, FOLDER, { who: OTHER, grant: ["write"] });
  assertCondition(
    await server.dav("OPTIONS", FILE, SESSION),
    "dav:need-privileges",
  );
  await grant(server, FOLDER, { who: OTHER, grant: ["read"] });
  assert.equal((await server.dav("OPTIONS", FILE, SESSION)).status, 200);
});

Deno.test("who does not hold a lock needs DAV:unlock to end it", async () => {
  await using server = await createFullServer();
  const locked = await server.dav("LOCK", FILE, { body: LOCK });
  const token = locked.headers.get("lock-token") ?? "";
  const unlock = () =>
    server.dav("UNLOCK", FILE, {
      ...SESSION,
      headers: { "lock-token": token },
    });
  await grant(server, "/files/me/", { who: OTHER, grant: ["read", "write"] });
  assertCondition(await unlock(), "dav:need-privileges");
  await grant(server, "/files/me/", { who: OTHER, grant: ["read", "unlock"] });
  assert.equal((await unlock()).status, 204);
});

Deno.test("MOVE keeps the ACEs of what is moved, or fails", async () => {
  await using server = await createFullServer();
  assert.equal((await server.dav("MKCOL", "/files/me/second/")).status, 201);
  const ace = { who: OTHER, grant: ["read"] };
  await grant(server, FILE, ace);
  await grant(server, FOLDER, { who: OTHER, deny: ["unlock"] });
  const move = (from: string, to: string) =>
    server.dav("MOVE", from, { headers: { destination: to } });
  assert.equal((await move(FILE, "/files/me/second/b.txt")).status, 201);
  assert.deepEqual(await aclOf(server, "/files/me/second/b.txt"), [
    "protected owner grant all",
    `${OTHER} grant read`,
  ]);
  assert.equal((await move(FOLDER, "/files/me/second/moved/")).status, 201);
  assert.deepEqual(await aclOf(server, "/files/me/second/moved/"), [
    "protected owner grant all",
    `${OTHER} deny unlock`,
  ]);
  // Into the tree of somebody else nothing with ACEs goes.
  assert.equal(
    (await server.dav("MKCOL", "/files/other/in/", SESSION)).status,
    201,
  );
  await server.dav("ACL", "/files/other/in/", {
    ...SESSION,
    body:
      '<D:acl xmlns:D="DAV:"><D:ace><D:principal><D:href>/principals/users/me/</D:href></D:principal><D:grant><D:privilege><D:all/></D:privilege></D:grant></D:ace></D:acl>',
  });
  const away = await move("/files/me/second/moved/", "/files/other/in/moved/");
  assert.equal(away.status, 403);
  const one = await move("/files/me/second/b.txt", "/files/other/in/b.txt");
  assert.equal(one.status, 403);
  assert.equal((await server.dav("GET", "/files/me/second/b.txt")).status, 200);
  assert.equal(
    (await server.dav("PROPFIND", "/files/me/second/moved/", {
      headers: { depth: "0" },
    })).status,
    207,
  );
});

Deno.test("a copy has the ACEs of something new", async () => {
  await using server = await createFullServer();
  const ace = { who: OTHER, grant: ["read"] };
  await grant(server, FILE, ace);
  await grant(server, FOLDER, ace);
  const copy = (from: string, to: string) =>
    server.dav("COPY", from, { headers: { destination: to } });
  assert.equal((await copy(FILE, "/files/me/b.txt")).status, 201);
  assert.equal((await copy(FOLDER, "/files/me/copy/")).status, 201);
  for (
    const path of ["/files/me/b.txt", "/files/me/copy/", "/files/me/copy/a.txt"]
  ) {
    assert.deepEqual(await aclOf(server, path), ["protected owner grant all"]);
  }
  assertCondition(
    await server.dav("GET", "/files/me/copy/a.txt", SESSION),
    "dav:need-privileges",
  );
});

Deno.test("privileges of one's own are in no DAV namespace, and none contains itself", async () => {
  await using server = await createFullServer();
  const defined = new Set([
    "all",
    "read",
    "write",
    "write-properties",
    "write-content",
    "unlock",
    "read-acl",
    "read-current-user-privilege-set",
    "write-acl",
    "bind",
    "unbind",
  ]);
  const set = await propertyOf(server, CALENDAR, {
    name: "supported-privilege-set",
  });
  const seen: string[] = [];
  const walk = (nodes: readonly ReturnType<typeof childElements>[number][]) => {
    for (const one of nodes) {
      if (one.name === "privilege") {
        for (const { ns, name } of childElements(one)) {
          seen.push(name);
          assert.equal(ns === "DAV:", defined.has(name), name);
        }
      } else if (one.name === "supported-privilege") walk(childElements(one));
    }
  };
  walk(childElements(set));
  assert.equal(new Set(seen).size, seen.length, "each stands at one place");
});

Deno.test("principal-property-search, principal-match and acl-principal-prop-set answer with a multistatus, empty where nobody is found", async () => {
  await using server = await createFullServer();
  const bodies = [
    '<D:principal-property-search xmlns:D="DAV:"><D:property-search><D:prop><D:displayname/></D:prop><D:match>nobody at all</D:match></D:property-search></D:principal-property-search>',
    '<D:principal-match xmlns:D="DAV:"><D:self/></D:principal-match>',
    '<D:acl-principal-prop-set xmlns:D="DAV:"><D:prop><D:displayname/></D:prop></D:acl-principal-prop-set>',
  ];
  for (const body of bodies) {
    const answer = await server.dav("REPORT", "/calendars/", { body });
    assert.equal(parseMultistatus(answer).members.size, 0, body);
  }
});

Deno.test("the members of groups are named by their principal-URLs", async () => {
  await using server = await createFullServer();
  const set = await propertyOf(server, "/principals/groups/team/", {
    name: "group-member-set",
  });
  const hrefs = childElements(set).map(textOf);
  assert.deepEqual(hrefs, [OTHER]);
  const url = await propertyOf(server, OTHER, { name: "principal-URL" });
  assert.deepEqual(childElements(url).map(textOf), hrefs);
});
