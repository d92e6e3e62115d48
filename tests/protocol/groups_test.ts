import assert from "node:assert/strict";
import { childElements, textOf } from "../../src/xml/names.ts";
import {
  assertCondition,
  createTestServer,
  memberAt,
  parseMultistatus,
  propfind,
  propText,
  setBody,
} from "./harness.ts";
import type { DavAnswer, TestServer } from "./harness.ts";

const TEAM = "/principals/groups/team/";
const STAFF = "/principals/groups/staff/";
const ME = "/principals/users/me/";
const OTHER = "/principals/users/other/";

/** Groups: team, which "me" owns, and staff, which nobody does. */
async function createGroupServer(): Promise<TestServer> {
  const server = await createTestServer();
  await server.addGroup({ name: "team", displayName: "A Team", owner: "me" });
  await server.addGroup({ name: "staff" }, "other", "group:team");
  return server;
}

async function hrefsOf(
  server: TestServer,
  path: string,
  local: string,
): Promise<string[]> {
  const member = memberAt(await propfind(server, path, [`D:${local}`]), path);
  const value = member.props[200]?.[`{DAV:}${local}`];
  assert.ok(value, `${local} is not there`);
  return childElements(value).map(textOf);
}

function setMembers(
  server: TestServer,
  hrefs: readonly string[],
  { path = TEAM, user = "me" } = {},
): Promise<DavAnswer> {
  const content = hrefs.map((href) => `<D:href>${href}</D:href>`).join("");
  return server.dav("PROPPATCH", path, {
    user,
    body: setBody(`<D:group-member-set>${content}</D:group-member-set>`),
  });
}

Deno.test("a group is a principal with members, memberships and a name", async () => {
  await using server = await createGroupServer();
  const list = await server.dav("PROPFIND", "/principals/groups/", {
    headers: { depth: "1" },
  });
  assert.deepEqual([...parseMultistatus(list).members.keys()], [
    "/principals/groups/",
    STAFF,
    TEAM,
  ]);
  const team = memberAt(
    await propfind(server, TEAM, ["D:displayname", "D:resourcetype"]),
    TEAM,
  );
  assert.equal(propText(team, "{DAV:}displayname"), "A Team");
  const types = team.props[200]?.["{DAV:}resourcetype"];
  assert.deepEqual(types && childElements(types).map((one) => one.name), [
    "collection",
    "principal",
  ]);
  assert.deepEqual(
    (await hrefsOf(server, STAFF, "group-member-set")).sort(),
    [TEAM, OTHER],
  );
  assert.deepEqual(await hrefsOf(server, TEAM, "group-member-set"), []);
  assert.deepEqual(await hrefsOf(server, TEAM, "group-membership"), [STAFF]);
  assert.deepEqual(await hrefsOf(server, OTHER, "group-membership"), [STAFF]);
  assert.deepEqual(await hrefsOf(server, ME, "group-membership"), []);
  assert.deepEqual(await hrefsOf(server, TEAM, "principal-URL"), [TEAM]);
  assert.deepEqual(await hrefsOf(server, TEAM, "owner"), [ME]);
  assert.deepEqual(await hrefsOf(server, STAFF, "owner"), []);
  assert.deepEqual(await hrefsOf(server, TEAM, "alternate-URI-set"), []);
  assert.deepEqual(await hrefsOf(server, ME, "alternate-URI-set"), [
    "mailto:me@example.org",
    "mailto:myself@example.org",
  ]);
  // Names are folded like those of accounts.
  assert.equal(
    (await propfind(server, "/principals/groups/TEAM/", [])).status,
    207,
  );
});

Deno.test("the owner of a group sets its members, by any spelling of their URLs", async () => {
  await using server = await createGroupServer();
  const set = await setMembers(server, [
    "http://dav.example.org/principals/users/%6De",
    "/principals/users/OTHER/",
    ME,
  ]);
  assert.deepEqual(memberAt(set, TEAM).order, [200]);
  assert.deepEqual((await hrefsOf(server, TEAM, "group-member-set")).sort(), [
    ME,
    OTHER,
  ]);
  assert.deepEqual(await hrefsOf(server, ME, "group-membership"), [TEAM]);
  assert.deepEqual(memberAt(await setMembers(server, []), TEAM).order, [200]);
  assert.deepEqual(await hrefsOf(server, TEAM, "group-member-set"), []);
});

Deno.test("who does not own a group cannot set its members", async () => {
  await using server = await createGroupServer();
  for (
    const [path, user] of [[TEAM, "other"], [STAFF, "me"], [
      "/principals/groups/none/",
      "me",
    ]] as const
  ) {
    const answer = await setMembers(server, [ME], { path, user });
    assert.ok([403, 404].includes(answer.status), `${path} ${answer.status}`);
  }
  assertCondition(
    await setMembers(server, [ME], { path: STAFF }),
    "dav:need-privileges",
  );
  assert.deepEqual(await hrefsOf(server, TEAM, "group-member-set"), []);
});

Deno.test("members that are no principals, and cycles, change nothing", async () => {
  await using server = await createGroupServer();
  await setMembers(server, [OTHER]);
  for (
    const href of [
      "/calendars/me/",
      "/principals/users/",
      "mailto:me@example.org",
      "%zz",
      "",
    ]
  ) {
    const answer = await setMembers(server, [ME, href]);
    const member = memberAt(answer, TEAM);
    assert.deepEqual(member.order, [403], href);
    assert.deepEqual(member.conditions, ["{DAV:}recognized-principal"]);
  }
  for (
    const href of ["/principals/users/nobody/", "/principals/groups/none/"]
  ) {
    assertCondition(
      await setMembers(server, [ME, href]),
      "dav:recognized-principal",
    );
  }
  for (const href of [TEAM, STAFF]) {
    assertCondition(await setMembers(server, [ME, href]), "conflict");
  }
  const odd = await server.dav("PROPPATCH", TEAM, {
    body: setBody("<D:group-member-set><D:all/></D:group-member-set>"),
  });
  assert.deepEqual(memberAt(odd, TEAM).order, [409]);
  assert.deepEqual(await hrefsOf(server, TEAM, "group-member-set"), [OTHER]);
});

Deno.test("more members than a group can have are refused without looking them up", async () => {
  await using server = await createGroupServer();
  const hrefs = Array.from(
    { length: 40_000 },
    (_, n) => `/principals/users/user${n}/`,
  );
  assertCondition(await setMembers(server, hrefs), "too-large");
  assertCondition(
    await setMembers(server, hrefs.slice(0, 400)),
    "dav:recognized-principal",
  );
  assert.deepEqual(await hrefsOf(server, TEAM, "group-member-set"), []);
});

Deno.test("a group's owner can set nothing else of it, and a user has no members", async () => {
  await using server = await createGroupServer();
  const body = setBody("<D:group-member-set/>", "<X:colour>red</X:colour>");
  assertCondition(await server.dav("PROPPATCH", TEAM, { body }), "forbidden");
  const named = await server.dav("PROPPATCH", TEAM, {
    body: setBody("<D:displayname>x</D:displayname>"),
  });
  assert.deepEqual(memberAt(named, TEAM).conditions, [
    "{DAV:}cannot-modify-protected-property",
  ]);
  const user = await server.dav("PROPPATCH", ME, {
    body: setBody("<D:group-member-set/>"),
  });
  assert.deepEqual(memberAt(user, ME).conditions, [
    "{DAV:}cannot-modify-protected-property",
  ]);
  const removed = await server.dav("PROPPATCH", TEAM, {
    body:
      '<D:propertyupdate xmlns:D="DAV:"><D:remove><D:prop><D:group-member-set/></D:prop></D:remove></D:propertyupdate>',
  });
  assert.deepEqual(memberAt(removed, TEAM).order, [403]);
});

Deno.test("conditional headers hold for the members of a group, too", async () => {
  await using server = await createGroupServer();
  const answer = await server.dav("PROPPATCH", TEAM, {
    headers: { "if-match": '"x"' },
    body: setBody(
      `<D:group-member-set><D:href>${ME}</D:href></D:group-member-set>`,
    ),
  });
  assertCondition(answer, "precondition-failed");
  assert.deepEqual(await hrefsOf(server, TEAM, "group-member-set"), []);
});
