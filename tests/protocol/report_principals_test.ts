import assert from "node:assert/strict";
import { childElements, clarkName, NS, textOf } from "../../src/xml/names.ts";
import type { XmlElement } from "../../src/xml/names.ts";
import { parseXml } from "../../src/xml/parse.ts";
import {
  assertCondition,
  createTestServer,
  event,
  memberAt,
  parseMultistatus,
  propText,
  put,
  setBody,
  XMLNS,
} from "./harness.ts";
import type { DavAnswer, TestServer } from "./harness.ts";

const ME = "/principals/users/me/";
const NAME = "{DAV:}displayname";

function report(
  server: TestServer,
  path: string,
  body: string,
  depth = "0",
): Promise<DavAnswer> {
  return server.dav("REPORT", path, {
    headers: depth === "" ? {} : { depth },
    body: body.replace(/^<([\w:-]+)/, `<$1 ${XMLNS}`),
  });
}

function search(
  criteria: string,
  { attributes = "", rest = "", prop = "<D:displayname/>" } = {},
): string {
  return `<D:principal-property-search ${attributes}>${criteria}<D:prop>${prop}</D:prop>${rest}</D:principal-property-search>`;
}

function by(property: string, text: string, attributes = ""): string {
  return `<D:property-search><D:prop><${property}/></D:prop><D:match ${attributes}>${text}</D:match></D:property-search>`;
}

function hrefs(answer: DavAnswer): string[] {
  return [...parseMultistatus(answer).members.keys()];
}

Deno.test("principalPropertySearch() finds principals by name and addresses, caseless", async () => {
  await using server = await createTestServer();
  const found = async (criteria: string, attributes = "") =>
    hrefs(
      await report(server, "/principals/", search(criteria, { attributes })),
    );
  assert.deepEqual(await found(by("D:displayname", "MYSELF")), [ME]);
  assert.deepEqual(await found(by("D:displayname", "you")), []);
  assert.deepEqual(await found(by("CS:email-address-set", "@EXAMPLE")), [ME]);
  assert.deepEqual(
    await found(by("C:calendar-user-address-set", "mailto:me@")),
    [ME],
  );
  const both = by("D:displayname", "me") + by("D:displayname", "you");
  assert.deepEqual(await found(both), [], "all must match");
  assert.deepEqual(await found(both, 'test="anyof"'), [ME]);
  const name = (type: string, text: string) =>
    found(by("D:displayname", text, `match-type="${type}"`));
  assert.deepEqual(await name("starts-with", "me my"), [ME]);
  assert.deepEqual(await name("starts-with", "myself"), []);
  assert.deepEqual(await name("equals", "ME MYSELF"), [ME]);
  assert.deepEqual(await name("ends-with", "self"), [ME]);
  assert.deepEqual(
    await found(by("D:owner", "me")),
    [],
    "what cannot be searched matches nobody",
  );
});

Deno.test("principalPropertySearch() gives the properties that are asked for, or none", async () => {
  await using server = await createTestServer();
  const answer = await report(
    server,
    "/principals/users/",
    search(by("D:displayname", "me"), { prop: "<D:displayname/><X:y/>" }),
  );
  const member = memberAt(answer, ME);
  assert.equal(propText(member, NAME), "Me Myself");
  assert.deepEqual(member.order, [200, 404]);
  const bare = await report(
    server,
    "/principals/",
    `<D:principal-property-search>${
      by("D:displayname", "me")
    }</D:principal-property-search>`,
  );
  assert.equal(memberAt(bare, ME).status, 200);
});

Deno.test("principalPropertySearch() looks below the target, or in the collections of principals", async () => {
  await using server = await createTestServer();
  const criteria = by("D:displayname", "me");
  const everywhere = search(criteria, {
    rest: "<D:apply-to-principal-collection-set/>",
  });
  for (const path of ["/", "/principals/", "/principals/users/", ME]) {
    assert.deepEqual(hrefs(await report(server, path, search(criteria))), [ME]);
  }
  for (const path of ["/calendars/me/", "/calendars/me/home/"]) {
    assert.deepEqual(hrefs(await report(server, path, search(criteria))), []);
    assert.deepEqual(hrefs(await report(server, path, everywhere)), [ME]);
  }
});

Deno.test("principalPropertySearch() finds other users and groups", async () => {
  await using server = await createTestServer();
  await server.addGroup({ name: "team", displayName: "All the others" });
  const found = async (path: string) =>
    hrefs(await report(server, path, search(by("D:displayname", "other"))));
  const both = ["/principals/users/other/", "/principals/groups/team/"];
  assert.deepEqual(await found("/principals/"), both);
  assert.deepEqual(await found("/principals/users/"), both.slice(0, 1));
  assert.deepEqual(await found("/principals/groups/"), both.slice(1));
  assert.deepEqual(await found("/principals/groups/team/"), both.slice(1));
  const everywhere = search(by("D:displayname", "other"), {
    rest: "<D:apply-to-principal-collection-set/>",
  });
  assert.deepEqual(
    hrefs(await report(server, "/calendars/me/home/", everywhere)),
    both,
  );
});

Deno.test("principalPropertySearch() tells nothing to who has not signed in", async () => {
  await using server = await createTestServer();
  const answer = await server.dav("REPORT", "/principals/", {
    user: null,
    body: search(by("D:displayname", "other"))
      .replace(/^<([\w:-]+)/, `<$1 ${XMLNS}`),
  });
  assert.equal(answer.status, 401);
});

Deno.test("principalPropertySearch() gives all principals without a criterion, and takes properties beside prop", async () => {
  await using server = await createTestServer();
  const answer = await report(
    server,
    "/",
    "<D:principal-property-search><D:prop/><C:calendar-home-set/><D:displayname/></D:principal-property-search>",
    "",
  );
  const member = memberAt(answer, ME);
  assert.equal(propText(member, NAME), "Me Myself");
  assert.ok(member.props[200]?.[`{${NS.caldav}}calendar-home-set`]);
});

Deno.test("principalPropertySearch() refuses searches for nothing", async () => {
  await using server = await createTestServer();
  for (
    const criteria of [
      "<D:property-search/>",
      "<D:property-search><D:match>x</D:match></D:property-search>",
      "<D:property-search><D:prop/><D:match>x</D:match></D:property-search>",
      "<D:property-search><D:prop><D:displayname/></D:prop></D:property-search>",
    ]
  ) {
    assertCondition(
      await report(server, "/principals/", search(criteria)),
      "bad-request",
    );
  }
});

Deno.test("principalPropertySearch() refuses more criteria than it looks at", async () => {
  await using server = await createTestServer();
  const ask = (criterion: string, times: number) =>
    report(
      server,
      "/principals/",
      search(criterion.repeat(times), { attributes: 'test="anyof"' }),
    );
  const one = by("D:displayname", "no such name");
  assert.equal((await ask(one, 50)).status, 207);
  assertCondition(await ask(one, 51), "too-large");
  const two = one.replace("<D:displayname/>", "<D:displayname/>".repeat(2));
  assertCondition(await ask(two, 26), "too-large");
});

Deno.test("principalSearchPropertySet() says what can be searched, in a language", async () => {
  await using server = await createTestServer();
  const answer = await report(
    server,
    "/principals/users/",
    "<D:principal-search-property-set/>",
  );
  assert.equal(answer.status, 200);
  const root = parseXml(answer.text);
  assert.equal(root.name, "principal-search-property-set");
  const names: string[] = [];
  for (const row of childElements(root)) {
    const [prop, description] = childElements(row);
    assert.ok(prop && description);
    assert.deepEqual(description.attributes?.map((one) => one.value), ["en"]);
    assert.notEqual(textOf(description), "");
    names.push(
      ...childElements(prop).map((one) => clarkName(one.ns, one.name)),
    );
  }
  assert.deepEqual(names, [
    NAME,
    `{${NS.cs}}email-address-set`,
    `{${NS.caldav}}calendar-user-address-set`,
  ]);
});

Deno.test("principalMatch() finds oneself, and what one owns", async () => {
  await using server = await createTestServer();
  await put(server, "/calendars/me/home/a.ics", event("a"));
  const self =
    "<D:principal-match><D:self/><D:prop><D:displayname/></D:prop></D:principal-match>";
  for (const path of ["/", "/principals/", "/principals/users/"]) {
    const answer = await report(server, path, self);
    assert.deepEqual(hrefs(answer), [ME]);
    assert.equal(propText(memberAt(answer, ME), NAME), "Me Myself");
  }
  assert.deepEqual(hrefs(await report(server, "/calendars/me/", self)), []);
  const owned =
    "<D:principal-match><D:principal-property><D:owner/></D:principal-property></D:principal-match>";
  const answer = await report(server, "/calendars/me/", owned);
  assert.deepEqual(hrefs(answer).sort(), [
    "/calendars/me/home/",
    "/calendars/me/home/a.ics",
    "/calendars/me/tasks/",
  ]);
  assert.equal(memberAt(answer, "/calendars/me/home/").status, 200);
});

Deno.test("principalMatch() finds the groups that one belongs to, also through others", async () => {
  await using server = await createTestServer();
  await server.addGroup({ name: "team" }, "me");
  await server.addGroup({ name: "staff" }, "other", "group:team");
  await server.addGroup({ name: "others", owner: "me" }, "other");
  const self = "<D:principal-match><D:self/></D:principal-match>";
  const found = async (path: string) =>
    hrefs(await report(server, path, self)).sort();
  const groups = ["/principals/groups/staff/", "/principals/groups/team/"];
  assert.deepEqual(await found("/principals/"), [...groups, ME]);
  assert.deepEqual(await found("/principals/groups/"), groups);
  for (const one of groups) assert.deepEqual(await found(one), [one]);
  assert.deepEqual(await found("/principals/groups/others/"), []);
  assert.deepEqual(await found("/principals/users/other/"), []);
  const inSet = (name: string) =>
    report(
      server,
      "/principals/",
      `<D:principal-match><D:principal-property><D:${name}/></D:principal-property></D:principal-match>`,
    ).then(hrefs);
  assert.deepEqual(await inSet("group-member-set"), groups.toReversed());
  assert.deepEqual((await inSet("owner")).sort(), [
    "/principals/groups/others/",
    ME,
  ]);
});

Deno.test("principalMatch() takes any property that names a principal, dead ones too", async () => {
  await using server = await createTestServer();
  for (const [name, who] of [["a", "me"], ["b", "other"]] as const) {
    const path = `/files/me/${name}.txt`;
    await put(server, path, "x");
    const body = setBody(
      `<X:author><D:href>/principals/users/${who}/</D:href></X:author>`,
    );
    const set = await server.dav("PROPPATCH", path, { body });
    assert.equal(set.status, 207);
  }
  const ask = () =>
    report(
      server,
      "/files/me/",
      "<D:principal-match><D:principal-property><X:author/></D:principal-property></D:principal-match>",
    );
  assert.deepEqual(hrefs(await ask()), ["/files/me/a.txt"]);
  // as much of them as is no list of principals any more
  const long = setBody(`<X:author>${"x".repeat(55_000)}</X:author>`);
  await server.dav("MKCOL", "/files/me/in/");
  for (let n = 0; n < 80; n++) {
    const path = `/files/me/in/${n}.txt`;
    await put(server, path, "x");
    await server.dav("PROPPATCH", path, { body: long });
  }
  assertCondition(await ask(), "dav:number-of-matches-within-limits");
});

Deno.test("expandProperty() goes from a group to its members and back", async () => {
  await using server = await createTestServer();
  await server.addGroup({ name: "team", displayName: "The Team" }, "other");
  await server.addGroup({ name: "staff" }, "group:team");
  const answer = await report(
    server,
    "/principals/groups/staff/",
    `<D:expand-property><D:property name="group-member-set">
      <D:property name="displayname"/>
      <D:property name="group-membership"><D:property name="displayname"/></D:property>
      <D:property name="group-member-set"><D:property name="displayname"/></D:property>
    </D:property></D:expand-property>`,
  );
  const member = memberAt(answer, "/principals/groups/staff/");
  const set = member.props[200]?.["{DAV:}group-member-set"];
  const namesIn = (one: XmlElement): string[] =>
    one.name === "displayname"
      ? [textOf(one)]
      : childElements(one).flatMap(namesIn);
  assert.ok(set);
  const names = namesIn(set);
  assert.deepEqual(names, ["The Team", "staff", "other"]);
});

Deno.test("principalMatch() refuses bodies that ask for nothing or for two things", async () => {
  await using server = await createTestServer();
  for (
    const content of [
      "",
      "<D:principal-property/>",
      "<D:principal-property><D:owner/><D:owner/></D:principal-property>",
      "<D:self/><D:principal-property><D:owner/></D:principal-property>",
    ]
  ) {
    assertCondition(
      await report(
        server,
        "/principals/",
        `<D:principal-match>${content}</D:principal-match>`,
      ),
      "bad-request",
    );
  }
});

Deno.test("aclPrincipalPropSet() names the principals of an ACL, each once", async () => {
  await using server = await createTestServer();
  await put(server, "/calendars/me/home/a.ics", event("a"));
  const body =
    "<D:acl-principal-prop-set><D:prop><D:displayname/></D:prop></D:acl-principal-prop-set>";
  for (const path of ["/calendars/me/home/", "/calendars/me/home/a.ics", ME]) {
    const answer = await report(server, path, body);
    assert.deepEqual(hrefs(answer), [ME]);
    assert.equal(propText(memberAt(answer, ME), NAME), "Me Myself");
  }
  assert.deepEqual(
    hrefs(await report(server, "/principals/", body)),
    [],
    "DAV:authenticated is nobody's URL",
  );
});

Deno.test("reports on principals are defined for Depth 0 and none only", async () => {
  await using server = await createTestServer();
  for (
    const body of [
      search(by("D:displayname", "me")),
      "<D:principal-search-property-set/>",
      "<D:principal-match><D:self/></D:principal-match>",
      "<D:acl-principal-prop-set><D:prop/></D:acl-principal-prop-set>",
    ]
  ) {
    for (const depth of ["1", "infinity"]) {
      assertCondition(
        await report(server, "/principals/", body, depth),
        "bad-request",
      );
    }
    const none = await report(server, "/principals/", body, "");
    assert.ok(none.status < 300, none.text);
  }
});

function expanded(value: XmlElement | undefined): XmlElement[] {
  return value === undefined ? [] : childElements(value);
}

Deno.test("expandProperty() puts the properties of resources in place of their hrefs", async () => {
  await using server = await createTestServer();
  const answer = await report(
    server,
    "/calendars/me/home/",
    `<D:expand-property>
      <D:property name="displayname"/>
      <D:property name="nothing" namespace="urn:x-test"/>
      <D:property name="owner">
        <D:property name="displayname"/>
        <D:property name="calendar-home-set" namespace="${NS.caldav}">
          <D:property name="resourcetype"/>
        </D:property>
        <D:property name="calendar-user-address-set" namespace="${NS.caldav}">
          <D:property name="principal-URL"/>
        </D:property>
      </D:property>
    </D:expand-property>`,
  );
  const member = memberAt(answer, "/calendars/me/home/");
  assert.deepEqual(member.order, [200, 404]);
  const [owner] = expanded(member.props[200]?.["{DAV:}owner"]);
  assert.equal(owner?.name, "response");
  const [href, propstat] = expanded(owner);
  assert.equal(href && textOf(href), ME);
  const [prop] = expanded(propstat);
  const [name, home, addresses] = expanded(prop);
  assert.equal(name && textOf(name), "Me Myself");
  assert.equal(expanded(home)[0]?.name, "response");
  assert.deepEqual(expanded(addresses).map((one) => one.name), [
    "href",
    "href",
    "response",
  ], "mail addresses stay what they are");
});

Deno.test("expandProperty() leaves URLs that name no resource as they are", async () => {
  await using server = await createTestServer();
  const path = "/calendars/me/";
  const answer = await report(
    server,
    path,
    `<D:expand-property><D:property name="timezone-service-set" namespace="${NS.caldav}"><D:property name="displayname"/></D:property></D:expand-property>`,
  );
  const set = memberAt(answer, path).props[200]
    ?.[`{${NS.caldav}}timezone-service-set`];
  assert.deepEqual(expanded(set).map((one) => [one.name, textOf(one)]), [
    ["href", "/timezones"],
  ]);
});

Deno.test("expandProperty() says what it could not read", async () => {
  await using server = await createTestServer();
  const path = "/files/me/";
  await server.dav("PROPPATCH", path, {
    body:
      `<D:propertyupdate ${XMLNS}><D:set><D:prop><D:displayname>x</D:displayname></D:prop></D:set></D:propertyupdate>`,
  });
  const answer = await report(
    server,
    path,
    '<D:expand-property><D:property name="owner"/><D:property name="displayname"><D:property name="x"/></D:property></D:expand-property>',
  );
  assert.equal(propText(memberAt(answer, path), NAME), "x");
  assertCondition(
    await report(
      server,
      path,
      "<D:expand-property><D:property/></D:expand-property>",
    ),
    "bad-request",
  );
});

Deno.test("expandProperty() bounds what each level multiplies", async () => {
  await using server = await createTestServer();
  const double = (depth: number): string =>
    depth === 0
      ? ""
      : ["current-user-principal", "owner"].map((name) =>
        `<D:property name="${name}">${double(depth - 1)}</D:property>`
      ).join("");
  assertCondition(
    await report(
      server,
      ME,
      `<D:expand-property>${double(12)}</D:expand-property>`,
    ),
    "dav:number-of-matches-within-limits",
  );
  const chain = '<D:property name="current-user-principal">'.repeat(100) +
    "</D:property>".repeat(100);
  const deep = await report(
    server,
    ME,
    `<D:expand-property>${chain}</D:expand-property>`,
  );
  assert.equal(deep.status, 207);
  // what is listed twice adds up on the next level
  const many = (start: number, inner: number) =>
    `<D:property name="owner">${
      Array.from(
        { length: inner },
        (_, n) => `<D:property name="x${start + n}"/>`,
      ).join("")
    }</D:property>`;
  const twice = (inner: number) =>
    report(
      server,
      ME,
      `<D:expand-property>${many(0, inner)}${
        many(inner, inner)
      }</D:expand-property>`,
    );
  assert.equal((await twice(150)).status, 207);
  assertCondition(await twice(151), "too-large");
});
