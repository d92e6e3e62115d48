/** The examples of RFC 3744, with this server's URLs: "other" asks about what belongs to "me". */

import assert from "node:assert/strict";
import {
  childElements,
  findChild,
  NS,
  textOf,
  XML_NS,
} from "../../../src/xml/names.ts";
import type { XmlElement } from "../../../src/xml/names.ts";
import { parseXml } from "../../../src/xml/parse.ts";
import {
  aclBody,
  aclOf,
  grant,
  privilegesOf,
  propertyOf,
  setAcl,
} from "../acl_client.ts";
import {
  assertCondition,
  createTestServer,
  event,
  memberAt,
  parseMultistatus,
  propText,
  put,
  setBody,
  type TestServer,
} from "../harness.ts";

const PAPERS = "/files/me/papers/";
const ME = "/principals/users/me/";
const OTHER = "/principals/users/other/";
const TEAM = "/principals/groups/maintainers/";
const OWNER = "protected owner grant all";
const SESSION = { user: "other" } as const;

/** A collection that "other" may read, and the group "maintainers", which they belong to. */
async function createPapers(): Promise<TestServer> {
  const server = await createTestServer();
  await server.addGroup(
    { name: "maintainers", displayName: "Site maintainers" },
    "other",
  );
  assert.equal((await server.dav("MKCOL", PAPERS)).status, 201);
  await grant(server, PAPERS, {
    who: OTHER,
    grant: ["read", "read-acl", "read-current-user-privilege-set"],
  });
  return server;
}

async function hrefsOf(
  server: TestServer,
  name: string,
  path = PAPERS,
): Promise<string[]> {
  const value = await propertyOf(server, path, { name, user: "other" });
  return childElements(value).map(textOf);
}

Deno.test("RFC 3744 section 5.1.1: DAV:owner is retrieved", async () => {
  await using server = await createPapers();
  assert.deepEqual(await hrefsOf(server, "owner"), [ME]);
});

Deno.test("RFC 3744 section 5.1.2: DAV:owner cannot be set", async () => {
  await using server = await createPapers();
  const answer = await server.dav("PROPPATCH", PAPERS, {
    body: setBody(`<D:owner><D:href>${OTHER}</D:href></D:owner>`),
  });
  const member = memberAt(answer, PAPERS);
  assert.deepEqual(member.order, [403]);
  assert.ok(member.props[403]?.["{DAV:}owner"]);
  assert.deepEqual(member.conditions, [
    "{DAV:}cannot-modify-protected-property",
  ]);
  assert.deepEqual(await hrefsOf(server, "owner"), [ME]);
});

/** The names in a supported-privilege and all below it, indented; each must be described in a language. */
function treeOf(one: XmlElement, depth = 0): string[] {
  const [privilege, ...more] = ["privilege", "description"].map((name) =>
    findChild(one, NS.dav, name)
  );
  const [description] = more;
  assert.ok(privilege && description && textOf(description) !== "");
  assert.deepEqual(
    description.attributes?.map(({ ns, name, value }) => [ns, name, value]),
    [[XML_NS, "lang", "en"]],
  );
  assert.equal(findChild(one, NS.dav, "abstract"), undefined);
  const [name] = childElements(privilege);
  assert.ok(name);
  const below = childElements(one).filter((child) =>
    child.name === "supported-privilege"
  );
  return [
    `${"  ".repeat(depth)}${name.name}`,
    ...below.flatMap((child) => treeOf(child, depth + 1)),
  ];
}

const TREE = [
  "all",
  "  read",
  "    read-free-busy",
  "  write",
  "    write-properties",
  "    write-content",
  "    bind",
  "    unbind",
  "  unlock",
  "  read-acl",
  "  read-current-user-privilege-set",
  "  write-acl",
];

Deno.test("RFC 3744 section 5.3.1: DAV:supported-privilege-set is a tree of described privileges", async () => {
  await using server = await createPapers();
  const set = await propertyOf(server, PAPERS, {
    name: "supported-privilege-set",
    user: "other",
  });
  const [all, second] = childElements(set);
  assert.ok(all !== undefined && second === undefined);
  assert.deepEqual(treeOf(all), TREE);
});

Deno.test("RFC 3744 section 5.4.1: DAV:current-user-privilege-set is what one was granted", async () => {
  await using server = await createPapers();
  const held = await privilegesOf(server, PAPERS, "other");
  assert.deepEqual(held, [
    "read",
    "read-free-busy",
    "read-acl",
    "read-current-user-privilege-set",
  ]);
  const names = TREE.map((name) => name.trim());
  for (const user of ["me", "other"]) {
    for (const name of await privilegesOf(server, PAPERS, user)) {
      assert.ok(names.includes(name), name);
    }
  }
});

Deno.test("RFC 3744 section 5.5.5: an ACL for a group and for all", async () => {
  await using server = await createPapers();
  await grant(
    server,
    PAPERS,
    { who: TEAM, grant: ["write"] },
    { who: "all", grant: ["read", "read-acl"] },
  );
  assert.deepEqual(await aclOf(server, PAPERS, "other"), [
    OWNER,
    `${TEAM} grant write`,
    "all grant read read-acl",
  ]);
  // A member of the group writes.
  const sent = { ...SESSION, headers: { "content-type": "text/plain" } };
  assert.equal(
    (await server.dav("PUT", `${PAPERS}a.txt`, { ...sent, body: "x" })).status,
    201,
  );
});

Deno.test("RFC 3744 section 5.6.5: DAV:acl-restrictions names what the server wants", async () => {
  await using server = await createPapers();
  const value = await propertyOf(server, PAPERS, {
    name: "acl-restrictions",
    user: "other",
  });
  assert.deepEqual(childElements(value).map(({ name }) => name), [
    "no-invert",
    "deny-before-grant",
  ]);
});

Deno.test("RFC 3744 section 5.8.1: DAV:principal-collection-set leads to users and groups", async () => {
  await using server = await createPapers();
  const roots = await hrefsOf(server, "principal-collection-set");
  assert.deepEqual(roots, ["/principals/users/", "/principals/groups/"]);
  const names: string[] = [];
  for (const root of roots) {
    const answer = await server.dav("PROPFIND", root, {
      ...SESSION,
      headers: { depth: "1" },
      body:
        '<D:propfind xmlns:D="DAV:"><D:prop><D:displayname/></D:prop></D:propfind>',
    });
    for (const [href, member] of parseMultistatus(answer).members) {
      if (href !== root) names.push(propText(member, "{DAV:}displayname"));
    }
  }
  assert.deepEqual(names, ["Me Myself", "other", "Site maintainers"]);
});

Deno.test("RFC 3744 section 5.9: owner, privileges and ACL in one PROPFIND", async () => {
  await using server = await createPapers();
  await put(server, `${PAPERS}a.txt`, "x");
  const path = `${PAPERS}a.txt`;
  await grant(
    server,
    path,
    { who: TEAM, deny: ["write-content"] },
    { who: "owner", grant: ["read-acl", "write-acl"] },
  );
  const answer = await server.dav("PROPFIND", path, {
    ...SESSION,
    headers: { depth: "0" },
    body:
      '<D:propfind xmlns:D="DAV:"><D:prop><D:owner/><D:supported-privilege-set/><D:current-user-privilege-set/><D:acl/></D:prop></D:propfind>',
  });
  assert.deepEqual(memberAt(answer, path).order, [200]);
  assert.equal(
    Object.keys(memberAt(answer, path).props[200] ?? {}).length,
    4,
  );
  assert.deepEqual(await aclOf(server, path, "other"), [
    OWNER,
    `${TEAM} deny write-content`,
    "owner grant read-acl write-acl",
    `inherited from ${PAPERS} ${OTHER} grant read read-acl read-current-user-privilege-set`,
  ]);
});

Deno.test("RFC 3744 section 7.1.1: what fails for lack of a privilege names the resource and the privilege", async () => {
  await using server = await createPapers();
  await put(server, `${PAPERS}a.txt`, "x");
  const answer = await server.dav("MOVE", `${PAPERS}a.txt`, {
    ...SESSION,
    headers: { destination: "/files/other/a.txt" },
  });
  assertCondition(answer, "dav:need-privileges");
  const need = findChild(parseXml(answer.text), NS.dav, "need-privileges");
  const [resource] = need === undefined ? [] : childElements(need);
  assert.equal(resource?.name, "resource");
  const [href, privilege] = resource === undefined
    ? []
    : childElements(resource);
  assert.ok(href && textOf(href).startsWith(PAPERS));
  assert.deepEqual(
    privilege && childElements(privilege).map(({ name }) => name),
    ["unbind"],
  );
});

Deno.test("RFC 3744 section 7.2.1: OPTIONS announces access-control everywhere, and ACL where it can be used", async () => {
  await using server = await createPapers();
  await put(server, "/calendars/me/home/a.ics", event("a"));
  for (
    const path of [
      "/",
      "/principals/",
      ME,
      TEAM,
      "/calendars/",
      "/calendars/me/",
      "/calendars/me/home/",
      "/calendars/me/home/a.ics",
      "/addressbooks/me/contacts/",
      PAPERS,
    ]
  ) {
    const answer = await server.dav("OPTIONS", path);
    assert.equal(answer.status, 200, path);
    const features = answer.headers.get("dav")?.split(/,\s*/) ?? [];
    assert.ok(features.includes("access-control"), path);
    const allow = answer.headers.get("allow")?.split(/,\s*/) ?? [];
    const stored = /^\/(calendars|addressbooks|files)\/./.test(path);
    assert.equal(allow.includes("ACL"), stored, path);
  }
});

Deno.test("RFC 3744 section 8.1.2: ACL sets three ACEs", async () => {
  await using server = await createPapers();
  const answer = await server.dav("ACL", PAPERS, {
    body: aclBody(
      `<D:ace>
        <D:principal><D:href>http://dav.example.org${OTHER}</D:href></D:principal>
        <D:grant><D:privilege><D:read/></D:privilege><D:privilege><D:write/></D:privilege></D:grant>
      </D:ace>
      <D:ace>
        <D:principal><D:property><D:owner/></D:property></D:principal>
        <D:grant><D:privilege><D:read-acl/></D:privilege><D:privilege><D:write-acl/></D:privilege></D:grant>
      </D:ace>
      <D:ace>
        <D:principal><D:all/></D:principal>
        <D:grant><D:privilege><D:read/></D:privilege></D:grant>
      </D:ace>`,
    ),
  });
  assert.equal(answer.status, 200);
  assert.equal(answer.bytes.length, 0);
  assert.deepEqual(await aclOf(server, PAPERS), [
    OWNER,
    `${OTHER} grant read write`,
    "owner grant read-acl write-acl",
    "all grant read",
  ]);
});

Deno.test("RFC 3744 section 8.1.3: an ACE that denies the owner something conflicts with the protected one", async () => {
  await using server = await createPapers();
  const before = await aclOf(server, PAPERS);
  const answer = await setAcl(server, PAPERS, [{ who: ME, deny: ["write"] }]);
  assertCondition(answer, "dav:no-protected-ace-conflict");
  assert.deepEqual(await aclOf(server, PAPERS), before);
});

Deno.test("RFC 3744 section 8.1.4: an ACE may go against an inherited one, and comes before it", async () => {
  await using server = await createPapers();
  await put(server, `${PAPERS}a.txt`, "x");
  await put(server, `${PAPERS}b.txt`, "x");
  await grant(server, PAPERS, { who: OTHER, grant: ["read", "write"] });
  await grant(server, `${PAPERS}a.txt`, { who: OTHER, deny: ["write"] });
  const write = (name: string) =>
    server.dav("PUT", `${PAPERS}${name}`, { ...SESSION, body: "y" });
  assertCondition(await write("a.txt"), "dav:need-privileges");
  assert.equal((await write("b.txt")).status, 204);
});

Deno.test("RFC 3744 section 8.1.5: an ACE that both grants and denies is no ACE", async () => {
  await using server = await createPapers();
  const before = await aclOf(server, PAPERS);
  const answer = await server.dav("ACL", PAPERS, {
    body: aclBody(
      `<D:ace>
        <D:principal><D:href>${TEAM}</D:href></D:principal>
        <D:grant><D:read/></D:grant>
        <D:principal><D:href>${OTHER}</D:href></D:principal>
        <D:deny><D:read/></D:deny>
      </D:ace>`,
    ),
  });
  assert.equal(answer.status, 400);
  assert.deepEqual(await aclOf(server, PAPERS), before);
});

Deno.test("RFC 3744 section 9.2.1: acl-principal-prop-set names user and group, and not all", async () => {
  await using server = await createPapers();
  await grant(
    server,
    PAPERS,
    { who: "all", grant: ["read", "read-acl"] },
    { who: OTHER, grant: ["write", "write-acl", "read-acl"] },
    { who: TEAM, grant: ["write", "read-acl"] },
    { who: OTHER, grant: ["unlock"] },
  );
  const answer = await server.dav("REPORT", PAPERS, {
    ...SESSION,
    headers: { depth: "0" },
    body:
      '<D:acl-principal-prop-set xmlns:D="DAV:"><D:prop><D:displayname/></D:prop></D:acl-principal-prop-set>',
  });
  const names = [...parseMultistatus(answer).members].map(([href, member]) => [
    href,
    propText(member, "{DAV:}displayname"),
  ]);
  assert.deepEqual(names, [
    [ME, "Me Myself"],
    [OTHER, "other"],
    [TEAM, "Site maintainers"],
  ]);
});

Deno.test("RFC 3744 section 9.3.1: principal-match gives what one owns, at any depth", async () => {
  await using server = await createPapers();
  assert.equal((await server.dav("MKCOL", `${PAPERS}img/`)).status, 201);
  await put(server, `${PAPERS}foo.html`, "x");
  await put(server, `${PAPERS}img/bar.gif`, "x");
  const body =
    '<D:principal-match xmlns:D="DAV:"><D:principal-property><D:owner/></D:principal-property></D:principal-match>';
  const match = async (user: string) =>
    parseMultistatus(await server.dav("REPORT", PAPERS, { user, body }));
  const mine = (await match("me")).members;
  assert.deepEqual([...mine.keys()].sort(), [
    `${PAPERS}foo.html`,
    `${PAPERS}img/`,
    `${PAPERS}img/bar.gif`,
  ]);
  assert.ok([...mine.values()].every(({ status }) => status === 200));
  assert.deepEqual([...(await match("other")).members.keys()], []);
});

Deno.test("RFC 3744 section 9.4.2: principal-property-search finds by parts of values, caseless", async () => {
  await using server = await createPapers();
  await server.addUser({
    login: "jdoe",
    displayName: "John Doe",
    emails: ["jdoe@sales.example.com"],
  });
  await server.addUser({
    login: "zsmith",
    displayName: "Zygdoebert Smith",
    emails: ["zsmith@SALES.example.com"],
  });
  await server.addUser({ login: "doe", displayName: "Jane Doe" });
  const search = (text: string, rest: string) =>
    server.dav("REPORT", "/principals/users/", {
      ...SESSION,
      headers: { depth: "0" },
      body: `<D:principal-property-search xmlns:D="DAV:" xmlns:CS="${NS.cs}">
        <D:property-search><D:prop><D:displayname/></D:prop><D:match>${text}</D:match></D:property-search>
        ${rest}
        <D:prop xmlns:B="http://www.example.com/ns/"><D:displayname/><B:department/></D:prop>
      </D:principal-property-search>`,
    }).then(parseMultistatus);
  const sales =
    "<D:property-search><D:prop><CS:email-address-set/></D:prop><D:match>Sales</D:match></D:property-search>";
  const { members } = await search("doE", sales);
  assert.deepEqual(
    [...members].map(([href, member]) => [
      href,
      propText(member, "{DAV:}displayname"),
      member.order,
    ]),
    [
      ["/principals/users/jdoe/", "John Doe", [200, 404]],
      ["/principals/users/zsmith/", "Zygdoebert Smith", [200, 404]],
    ],
  );
  // What cannot be searched matches nobody.
  const title =
    '<D:property-search><D:prop><B:title xmlns:B="http://BigCorp.com/ns/"/></D:prop><D:match>Sales</D:match></D:property-search>';
  assert.equal((await search("doE", title)).members.size, 0);
});

Deno.test("RFC 3744 section 9.5.1: principal-search-property-set names properties with descriptions", async () => {
  await using server = await createPapers();
  for (const path of await hrefsOf(server, "principal-collection-set")) {
    const answer = await server.dav("REPORT", path, {
      ...SESSION,
      headers: { depth: "0", "accept-language": "en, de" },
      body: '<D:principal-search-property-set xmlns:D="DAV:"/>',
    });
    assert.equal(answer.status, 200);
    const root = parseXml(answer.text);
    assert.equal(root.name, "principal-search-property-set");
    const rows = childElements(root);
    assert.ok(rows.length > 0);
    for (const row of rows) {
      const [prop, description, more] = childElements(row);
      assert.ok(prop && description && more === undefined);
      assert.equal(childElements(prop).length, 1);
      assert.notEqual(textOf(description), "");
      assert.deepEqual(description.attributes?.map(({ value }) => value), [
        "en",
      ]);
    }
  }
});
