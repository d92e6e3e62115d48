import assert from "node:assert/strict";
import { listShares } from "../../src/service/shares.ts";
import { childElements } from "../../src/xml/names.ts";
import { setAcl } from "./acl_client.ts";
import {
  assertCondition,
  createTestServer,
  event,
  memberAt,
  parseMultistatus,
  propfindBody,
  propText,
  put,
  setBody,
  type TestServer,
} from "./harness.ts";

const HOME = "/calendars/other/";
const CALENDAR = "/calendars/me/home/";
const OTHER = { user: "other" } as const;
const ICS = { "content-type": "text/calendar" } as const;

function propfind(
  server: TestServer,
  path: string,
  names: readonly string[],
  options: { readonly depth: string; readonly user: string | null },
) {
  const { depth, user } = options;
  const body = propfindBody(...names);
  return server.dav("PROPFIND", path, { user, headers: { depth }, body });
}

async function children(
  server: TestServer,
  path = HOME,
  user: string | null = "other",
): Promise<string[]> {
  const answer = await propfind(server, path, ["D:displayname"], {
    depth: "1",
    user,
  });
  assert.equal(answer.status, 207, answer.text);
  return [...parseMultistatus(answer).members.keys()];
}

/** The href of the one shared calendar in the other user's home. */
async function sharedHref(server: TestServer): Promise<string> {
  const [href, ...more] = (await children(server))
    .filter((one) => one.startsWith(`${HOME}~`));
  assert.ok(href !== undefined && more.length === 0);
  return href;
}

function sync(
  server: TestServer,
  path: string,
  token = "",
  user: string | null = "other",
) {
  return server.dav("REPORT", path, {
    user,
    body:
      `<D:sync-collection xmlns:D="DAV:"><D:sync-token>${token}</D:sync-token><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>`,
  });
}

Deno.test("a shared calendar appears in the sharee's home, with the owner's name beside its own", async () => {
  await using server = await createTestServer();
  await put(server, `${CALENDAR}a.ics`, event("a"));
  assert.deepEqual((await children(server)).length, 3);
  await server.share("calendars/me/home", "other", "read");
  const href = await sharedHref(server);
  const answer = await propfind(server, href, [
    "D:displayname",
    "D:owner",
    "D:current-user-privilege-set",
    "D:quota-used-bytes",
  ], { user: "other", depth: "0" });
  const member = memberAt(answer, href);
  assert.equal(propText(member, "{DAV:}displayname"), "Home (Me Myself)");
  const [owner] = childElements(
    member.props[200]?.["{DAV:}owner"] ?? assert.fail("no owner"),
  );
  assert.deepEqual(owner?.children, ["/principals/users/me/"]);
  assert.ok(member.props[404]?.["{DAV:}quota-used-bytes"]);
  const got = await server.dav("GET", `${href}a.ics`, OTHER);
  assert.equal(got.text, event("a"));
  assertCondition(
    await server.dav("PUT", `${href}b.ics`, {
      ...OTHER,
      headers: ICS,
      body: event("b"),
    }),
    "dav:need-privileges",
  );
  // by the owner's URL likewise, and the owner's home stays closed
  assert.equal(
    (await server.dav("GET", `${CALENDAR}a.ics`, OTHER)).status,
    200,
  );
  assertCondition(
    await propfind(server, "/calendars/me/", ["D:owner"], {
      ...OTHER,
      depth: "0",
    }),
    "dav:need-privileges",
  );
});

Deno.test("a writer writes at their own URL, and the owner sees it", async () => {
  await using server = await createTestServer();
  await server.share("calendars/me/home", "other", "write");
  const href = await sharedHref(server);
  const sent = { ...OTHER, headers: ICS, body: event("b") };
  assert.equal((await server.dav("PUT", `${href}b.ics`, sent)).status, 201);
  assert.equal(
    (await server.dav("GET", `${CALENDAR}b.ics`)).text,
    event("b"),
  );
  assert.equal(
    (await server.dav("DELETE", `${href}b.ics`, OTHER)).status,
    204,
  );
  assert.equal((await server.dav("GET", `${CALENDAR}b.ics`)).status, 404);
});

Deno.test("name and colour in the sharee's home are the sharee's own", async () => {
  await using server = await createTestServer();
  await server.share("calendars/me/home", "other", "read");
  const href = await sharedHref(server);
  const before = await ctags(server);
  const body = setBody("<D:displayname>Ours</D:displayname>");
  const patched = await server.dav("PROPPATCH", href, { ...OTHER, body });
  assert.equal(patched.status, 207);
  const name = async (path: string, user: string) =>
    propText(
      memberAt(
        await propfind(server, path, ["D:displayname"], {
          user,
          depth: "0",
        }),
        path,
      ),
      "{DAV:}displayname",
    );
  assert.equal(await name(href, "other"), "Ours");
  assert.equal(await name(CALENDAR, "me"), "Home");
  assert.notEqual(await ctags(server), before);
});

async function ctags(server: TestServer): Promise<string> {
  const answer = await propfind(server, HOME, ["D:sync-token"], {
    user: "other",
    depth: "0",
  });
  return propText(memberAt(answer, HOME), "{DAV:}sync-token");
}

Deno.test("DELETE at the sharee's URL hides, and sharing anew shows again", async () => {
  await using server = await createTestServer();
  await put(server, `${CALENDAR}a.ics`, event("a"));
  await server.share("calendars/me/home", "other", "manage");
  const href = await sharedHref(server);
  assert.equal((await server.dav("DELETE", href, OTHER)).status, 204);
  assert.equal((await children(server)).length, 3);
  assert.equal((await server.dav("GET", `${href}a.ics`, OTHER)).status, 404);
  assert.equal((await server.dav("GET", `${CALENDAR}a.ics`)).status, 200);
  await server.share("calendars/me/home", "other", "read");
  assert.equal(await sharedHref(server), href);
});

Deno.test("what a share ends with is nothing: the home's token is refused, and so is the calendar's", async () => {
  await using server = await createTestServer();
  await put(server, `${CALENDAR}a.ics`, event("a"));
  await server.share("calendars/me/home", "other", "read");
  const href = await sharedHref(server);
  const first = parseMultistatus(await sync(server, href));
  assert.deepEqual([...first.members.keys()], [`${href}a.ics`]);
  const home = parseMultistatus(await sync(server, HOME));
  assert.ok(home.members.has(href));
  await put(server, `${CALENDAR}b.ics`, event("b"));
  const next = parseMultistatus(await sync(server, href, first.token ?? ""));
  assert.deepEqual([...next.members.keys()], [`${href}b.ics`]);
  const told = parseMultistatus(await sync(server, HOME, home.token ?? ""));
  assert.deepEqual([...told.members.keys()], [href]);
  await server.unshare("calendars/me/home", "other");
  assertCondition(
    await sync(server, HOME, told.token ?? ""),
    "dav:valid-sync-token",
  );
  assert.ok(!parseMultistatus(await sync(server, HOME)).members.has(href));
  assert.equal((await sync(server, href, next.token ?? "")).status, 404);
  assert.equal((await sync(server, CALENDAR)).status, 404);
});

Deno.test("free-busy alone gives free-busy and nothing else", async () => {
  await using server = await createTestServer();
  await put(server, `${CALENDAR}a.ics`, event("a"));
  const query = () =>
    server.dav("REPORT", CALENDAR, {
      ...OTHER,
      body:
        '<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav"><C:time-range start="20200101T000000Z" end="20300101T000000Z"/></C:free-busy-query>',
    });
  assert.equal((await query()).status, 404);
  await server.share("calendars/me/home", "other", "free-busy");
  const answer = await query();
  assert.equal(answer.status, 200);
  assert.match(answer.text, /FREEBUSY/);
  assert.doesNotMatch(answer.text, /SUMMARY|a@/);
  assert.equal((await children(server)).length, 3);
  assertCondition(
    await server.dav("GET", `${CALENDAR}a.ics`, OTHER),
    "dav:need-privileges",
  );
  assertCondition(await sync(server, CALENDAR), "dav:need-privileges");
});

Deno.test("everybody reads what is public, and writes nothing", async () => {
  await using server = await createTestServer();
  await put(server, `${CALENDAR}a.ics`, event("a"));
  const nobody = { user: null } as const;
  const statuses = async () => [
    (await server.dav("GET", `${CALENDAR}a.ics`, nobody)).status,
    (await server.dav("GET", CALENDAR, nobody)).status,
    (await sync(server, CALENDAR, "", null)).status,
    (await server.dav("PUT", `${CALENDAR}b.ics`, {
      ...nobody,
      headers: ICS,
      body: event("b"),
    })).status,
    (await server.dav("GET", "/calendars/me/tasks/", nobody)).status,
    (await server.dav("GET", "/calendars/you/none/", nobody)).status,
  ];
  assert.deepEqual(await statuses(), [401, 401, 401, 401, 401, 401]);
  await server.share("calendars/me/home", "public", "read");
  assert.deepEqual(await statuses(), [200, 200, 207, 401, 401, 401]);
});

/** An event of a class, with something in it that is nobody's business. */
function classified(uid: string, kind: string): string {
  return event(uid).replace(
    "END:VEVENT",
    `CLASS:${kind}\r\nLOCATION:Secret place\r\nEND:VEVENT`,
  );
}

async function putAll(server: TestServer): Promise<void> {
  await put(server, `${CALENDAR}a.ics`, event("a"));
  await put(server, `${CALENDAR}p.ics`, classified("p", "PRIVATE"));
  await put(server, `${CALENDAR}c.ics`, classified("c", "CONFIDENTIAL"));
}

async function names(server: TestServer, path: string): Promise<string[]> {
  return (await children(server, path)).map((href) => href.slice(path.length));
}

Deno.test("readers are not told of private objects, writers are", async () => {
  await using server = await createTestServer();
  await putAll(server);
  await server.share("calendars/me/home", "other", "read");
  const href = await sharedHref(server);
  assert.deepEqual(await names(server, href), ["", "a.ics"]);
  assert.equal((await server.dav("GET", `${href}p.ics`, OTHER)).status, 404);
  assert.equal((await server.dav("GET", `${href}q.ics`, OTHER)).status, 404);
  const whole = await server.dav("GET", href, OTHER);
  assert.doesNotMatch(whole.text, /Secret/);
  await server.share("calendars/me/home", "other", "write");
  assert.deepEqual(await names(server, href), [
    "",
    "a.ics",
    "c.ics",
    "p.ics",
  ]);
});

Deno.test("readers see when private objects are where the share says so, and no more", async () => {
  await using server = await createTestServer();
  await putAll(server);
  await server.share("calendars/me/home", "other", "read", "busy");
  const href = await sharedHref(server);
  const got = await server.dav("GET", `${href}p.ics`, OTHER);
  assert.match(got.text, /DTSTART/);
  assert.match(got.text, /SUMMARY:Busy/);
  assert.doesNotMatch(got.text, /Secret|LOCATION/);
  const head = await server.dav("HEAD", `${href}p.ics`, OTHER);
  assert.equal(
    head.headers.get("content-length"),
    String(got.bytes.length),
  );
  const own = await server.dav("GET", `${CALENDAR}p.ics`);
  assert.notEqual(got.headers.get("etag"), own.headers.get("etag"));
  await server.share("calendars/me/home", "other", "read", "show");
  const all = await server.dav("GET", `${href}p.ics`, OTHER);
  assert.equal(all.text, own.text);
});

Deno.test("an object that becomes private is gone for a reader's sync client without being named", async () => {
  await using server = await createTestServer();
  await put(server, `${CALENDAR}a.ics`, event("a"));
  await server.share("calendars/me/home", "other", "read");
  const href = await sharedHref(server);
  const first = parseMultistatus(await sync(server, href));
  await put(server, `${CALENDAR}a.ics`, classified("a", "PRIVATE"));
  assertCondition(
    await sync(server, href, first.token ?? ""),
    "dav:valid-sync-token",
  );
  const anew = parseMultistatus(await sync(server, href));
  assert.deepEqual([...anew.members.keys()], []);
  // what goes away now was never seen, and is not named either
  assert.equal((await server.dav("DELETE", `${CALENDAR}a.ics`)).status, 204);
  const after = parseMultistatus(await sync(server, href, anew.token ?? ""));
  assert.deepEqual([...after.members.keys()], []);
  const owner = parseMultistatus(
    await sync(server, CALENDAR, (await ownToken(server)) ?? "", "me"),
  );
  assert.deepEqual([...owner.members.keys()], []);
});

async function ownToken(server: TestServer): Promise<string | null> {
  return parseMultistatus(await sync(server, CALENDAR, "", "me")).token;
}

Deno.test("nothing is made at the name of a share, whether it is shown, hidden or over", async () => {
  await using server = await createTestServer();
  await server.share("calendars/me/home", "other", "manage");
  const href = await sharedHref(server);
  const make = (method: string) => server.dav(method, href, OTHER);
  assert.equal((await make("MKCOL")).status, 405);
  assertCondition(await make("MKCALENDAR"), "dav:resource-must-be-null");
  const refused = async () => {
    assertCondition(
      await make("MKCALENDAR"),
      "caldav:calendar-collection-location-ok",
    );
    assert.equal((await make("MKCOL")).status, 403);
    assert.equal((await children(server)).length, 3);
  };
  assert.equal((await server.dav("DELETE", href, OTHER)).status, 204);
  await refused();
  await server.unshare("calendars/me/home", "other");
  await refused();
});

Deno.test("shares are listed at the level that they amount to, however they were granted", async () => {
  await using server = await createTestServer();
  const grants = [
    [["read"], "read"],
    [["read", "write"], "write"],
    [["read", "write", "write-acl"], "manage"],
    [["all"], "manage"],
    [["read", "write-content"], null],
    [["write"], null],
    [["c:read-free-busy"], "free-busy"],
  ] as const;
  for (const [grant, level] of grants) {
    const who = "/principals/users/other/";
    const done = await setAcl(server, CALENDAR, [{ who, grant }]);
    assert.equal(done.status, 200, done.text);
    const shares = await server.store.read((view) => listShares(view, "me"));
    assert.deepEqual(shares.map((share) => share.level), [level], `${grant}`);
  }
});
