import assert from "node:assert/strict";
import { childElements } from "../../src/xml/names.ts";
import { parseXml } from "../../src/xml/parse.ts";
import { grant, privilegesOf } from "./acl_client.ts";
import {
  assertCondition,
  createTestServer,
  type DavAnswer,
  event,
  memberAt,
  parseMultistatus,
  propfindBody,
  propNames,
  put,
  setBody,
  type TestServer,
  XMLNS,
} from "./harness.ts";

const CALENDAR = "/calendars/me/home/";
const MINE = "/calendars/other/home/";
const OTHER_PRINCIPAL = "/principals/users/other/";
const OTHER = { user: "other" } as const;

/** A calendar with a public and a private event. */
async function openPrivate(): Promise<TestServer> {
  const server = await createTestServer();
  await put(server, `${CALENDAR}a.ics`, event("a"));
  const secret = event("p", { summary: "Secret", more: ["CLASS:PRIVATE"] });
  await put(server, `${CALENDAR}p.ics`, secret);
  return server;
}

function transfer(
  server: TestServer,
  method: string,
  from: string,
  to: string,
) {
  const headers = { destination: to };
  return server.dav(method, from, { ...OTHER, headers });
}

async function readMine(server: TestServer): Promise<string> {
  return (await server.dav("GET", MINE, OTHER)).text;
}

Deno.test("COPY of what is shown as busy only gives no content away", async () => {
  await using server = await openPrivate();
  await server.share("calendars/me/home", "other", "read", "busy");
  const copied = await transfer(
    server,
    "COPY",
    `${CALENDAR}p.ics`,
    `${MINE}p.ics`,
  );
  assertCondition(copied, "dav:need-privileges");
  // RFC 3744 section 7.1.1: what is lacking, and where
  const [needed] = childElements(parseXml(copied.text));
  const [resource] = needed === undefined ? [] : childElements(needed);
  assert.ok(resource !== undefined, copied.text);
  const [href, privilege] = childElements(resource);
  assert.deepEqual(href?.children, [`${CALENDAR}p.ics`]);
  assert.equal(privilege && childElements(privilege)[0]?.name, "read");
  assert.doesNotMatch(await readMine(server), /Secret/);
});

Deno.test("MOVE takes nothing to a place where it can be read by who could not before", async () => {
  for (const mode of ["hide", "busy"] as const) {
    await using server = await openPrivate();
    await server.share("calendars/me/home", "other", "read", mode);
    // readers who may also take things away
    const home = "/calendars/me/";
    await grant(server, home, { who: OTHER_PRINCIPAL, grant: ["unbind"] });
    const moved = await transfer(
      server,
      "MOVE",
      `${CALENDAR}p.ics`,
      `${MINE}p.ics`,
    );
    assertCondition(
      moved,
      mode === "hide" ? "not-found" : "dav:need-privileges",
    );
    assert.doesNotMatch(await readMine(server), /Secret/);
    const plain = await transfer(
      server,
      "MOVE",
      `${CALENDAR}a.ics`,
      `${MINE}a.ics`,
    );
    assert.equal(plain.status, 201, plain.text);
    // nor does it take a whole calendar there
    const whole = await transfer(
      server,
      "MOVE",
      "/calendars/me/tasks/",
      "/calendars/other/stolen/",
    );
    assertCondition(whole, "dav:need-privileges");
  }
});

Deno.test("properties of what is shown as busy only are not shown", async () => {
  await using server = await openPrivate();
  const body = setBody("<X:note>Secret</X:note>");
  const patched = await server.dav("PROPPATCH", `${CALENDAR}p.ics`, { body });
  assert.equal(patched.status, 207);
  const locked = await server.dav("LOCK", `${CALENDAR}p.ics`, {
    body:
      `<D:lockinfo ${XMLNS}><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype><D:owner>Secret</D:owner></D:lockinfo>`,
  });
  assert.equal(locked.status, 200);
  await server.share("calendars/me/home", "other", "read", "busy");
  const found = await server.dav("PROPFIND", `${CALENDAR}p.ics`, {
    ...OTHER,
    headers: { depth: "0" },
    body: propfindBody("X:note", "D:getetag"),
  });
  const member = memberAt(found, `${CALENDAR}p.ics`);
  assert.deepEqual(propNames(member, 200), ["{DAV:}getetag"]);
  const all = await server.dav("PROPFIND", `${CALENDAR}p.ics`, {
    ...OTHER,
    headers: { depth: "0" },
  });
  assert.doesNotMatch(all.text, /Secret/);
});

/** What can be told apart in an answer, but for the name that was asked for. */
function seenIn(answer: DavAnswer, name: string): string {
  const headers = [...answer.headers]
    .filter(([header]) => header !== "x-request-id" && header !== "date");
  return [answer.status, answer.text, ...headers]
    .map((part) => String(part).replaceAll(name, "?")).join("\n");
}

const PROBES: readonly {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}[] = [
  { method: "GET" },
  { method: "OPTIONS" },
  { method: "POST" },
  { method: "PROPFIND", headers: { depth: "0" } },
  { method: "PROPFIND", headers: { depth: "0", "if-none-match": "*" } },
  { method: "PROPPATCH", body: setBody("<X:note>x</X:note>") },
  { method: "ACL", body: '<D:acl xmlns:D="DAV:"/>' },
  { method: "DELETE" },
  { method: "DELETE", headers: { "if-match": "*" } },
  {
    method: "PUT",
    headers: { "content-type": "text/calendar" },
    body: event("n"),
  },
  { method: "COPY", headers: { destination: `${MINE}n.ics` } },
  { method: "MOVE", headers: { destination: `${MINE}n.ics` } },
  {
    method: "LOCK",
    body:
      `<D:lockinfo ${XMLNS}><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>`,
  },
  { method: "UNLOCK", headers: { "lock-token": "<urn:uuid:1>" } },
  { method: "UNLOCK" },
  { method: "REPORT" },
  { method: "REPORT", body: `<X:nothing ${XMLNS}/>` },
  {
    method: "REPORT",
    body: `<D:expand-property ${XMLNS}/>`,
  },
  {
    method: "REPORT",
    headers: { "if-none-match": "*" },
    body: `<D:expand-property ${XMLNS}/>`,
  },
  {
    method: "REPORT",
    body:
      `<C:calendar-query ${XMLNS}><D:prop/><C:filter><C:comp-filter name="VCALENDAR"/></C:filter></C:calendar-query>`,
  },
  {
    method: "REPORT",
    body:
      `<C:free-busy-query ${XMLNS}><C:time-range start="20260101T000000Z" end="20260401T000000Z"/></C:free-busy-query>`,
  },
];

/** Fails where somebody can tell an object from nothing. */
async function assertAlike(
  server: TestServer,
  base: string,
  user: string | null,
): Promise<void> {
  const told: string[] = [];
  for (const { method, ...options } of PROBES) {
    const there = await server.dav(method, `${base}p.ics`, {
      ...options,
      user,
    });
    const nothing = await server.dav(method, `${base}z.ics`, {
      ...options,
      user,
    });
    const isAlike = seenIn(there, "p.ics") === seenIn(nothing, "z.ics");
    if (isAlike) continue;
    told.push(
      `${method} ${options.body ?? ""}: ${there.status}, ${nothing.status}`,
    );
  }
  assert.deepEqual(told, [], `by ${user} at ${base}`);
}

async function aliasOf(server: TestServer): Promise<string> {
  const listed = await server.dav("PROPFIND", "/calendars/other/", {
    ...OTHER,
    headers: { depth: "1" },
    body: propfindBody("D:owner"),
  });
  const [href] = [...parseMultistatus(listed).members.keys()]
    .filter((one) => one.includes("~"));
  assert.ok(href !== undefined);
  return href;
}

Deno.test("a hidden object answers every method like a name that is not in use", async () => {
  await using server = await openPrivate();
  await server.share("calendars/me/home", "other", "read");
  await assertAlike(server, CALENDAR, "other");
  await assertAlike(server, await aliasOf(server), "other");
  await grant(server, CALENDAR, { who: "all", grant: ["read"] });
  await assertAlike(server, CALENDAR, null);
  await grant(server, CALENDAR, { who: "all", grant: ["c:read-free-busy"] });
  await assertAlike(server, CALENDAR, null);
});

Deno.test("who has no more than free-busy, or nothing, cannot tell which names are in use", async () => {
  await using server = await openPrivate();
  await assertAlike(server, CALENDAR, "other");
  await server.share("calendars/me/home", "other", "read");
  const alias = await aliasOf(server);
  await server.share("calendars/me/home", "other", "free-busy");
  await assertAlike(server, CALENDAR, "other");
  await assertAlike(server, alias, "other");
  await server.unshare("calendars/me/home", "other");
  await assertAlike(server, alias, "other");
  // a home that can be read, with a calendar that cannot
  await grant(server, "/calendars/me/", {
    who: OTHER_PRINCIPAL,
    grant: ["read"],
  });
  await grant(server, CALENDAR, { who: OTHER_PRINCIPAL, deny: ["read"] });
  await assertAlike(server, CALENDAR, "other");
});

Deno.test("nobody who has not signed in is said to have a privilege to write", async () => {
  await using server = await openPrivate();
  await grant(server, CALENDAR, { who: "all", grant: ["all"] });
  const answer = await server.dav("PROPFIND", CALENDAR, {
    user: null,
    headers: { depth: "0" },
    body: propfindBody("D:current-user-privilege-set"),
  });
  assert.match(answer.text, /read-free-busy/);
  assert.doesNotMatch(answer.text, /write-properties/);
  assert.ok((await privilegesOf(server, CALENDAR, "other")).includes("all"));
});

Deno.test("what a home shows of others is shown to its user alone", async () => {
  await using server = await openPrivate();
  await server.addUser({ login: "third" });
  await server.share("calendars/me/home", "other", "read");
  await server.share("calendars/me/home", "third", "read");
  const alias = await aliasOf(server);
  const named = await server.dav("PROPPATCH", alias, {
    ...OTHER,
    body: setBody("<D:displayname>That bore</D:displayname>"),
  });
  assert.equal(named.status, 207);
  for (const user of ["third", "me"]) {
    const answer = await server.dav("PROPFIND", alias, {
      user,
      headers: { depth: "0" },
      body: propfindBody("D:displayname"),
    });
    assertCondition(answer, "dav:need-privileges");
    assertCondition(
      await server.dav("GET", `${alias}a.ics`, { user }),
      "dav:need-privileges",
    );
  }
});

Deno.test("who has not signed in is told nothing of principals, not even of those in an ACL", async () => {
  await using server = await openPrivate();
  await grant(
    server,
    CALENDAR,
    { who: "all", grant: ["read", "read-acl"] },
    { who: OTHER_PRINCIPAL, grant: ["read"] },
  );
  const body =
    `<D:acl-principal-prop-set ${XMLNS}><D:prop><D:displayname/><C:calendar-home-set/></D:prop></D:acl-principal-prop-set>`;
  const headers = { depth: "0" };
  const nobody = await server.dav("REPORT", CALENDAR, {
    user: null,
    headers,
    body,
  });
  assert.equal(parseMultistatus(nobody).members.size, 0);
  const somebody = await server.dav("REPORT", CALENDAR, { headers, body });
  assert.deepEqual([...parseMultistatus(somebody).members.keys()].sort(), [
    "/principals/users/me/",
    OTHER_PRINCIPAL,
  ]);
});

async function lockBy(
  server: TestServer,
  path: string,
  user: string,
): Promise<string> {
  const body =
    `<D:lockinfo ${XMLNS}><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>`;
  const locked = await server.dav("LOCK", path, { user, body });
  assert.equal(locked.status, 200, locked.text);
  return locked.headers.get("lock-token") ?? "";
}

Deno.test("who may write but not read can use the locks that they hold", async () => {
  await using server = await openPrivate();
  await grant(server, CALENDAR, {
    who: OTHER_PRINCIPAL,
    grant: ["write-content"],
  });
  const token = await lockBy(server, `${CALENDAR}a.ics`, "other");
  const written = await server.dav("PUT", `${CALENDAR}a.ics`, {
    ...OTHER,
    headers: { "content-type": "text/calendar", if: `(${token})` },
    body: event("a", { summary: "Written" }),
  });
  assert.equal(written.status, 204, written.text);
  // a token of somebody else tells them nothing
  const mine = await lockBy(server, `${CALENDAR}p.ics`, "me");
  const guessed = await server.dav("PUT", `${CALENDAR}a.ics`, {
    ...OTHER,
    headers: {
      "content-type": "text/calendar",
      if: `<${CALENDAR}p.ics> (${mine}) <${CALENDAR}a.ics> (Not ${token})`,
    },
    body: event("a", { summary: "Again" }),
  });
  assert.equal(guessed.status, 412, guessed.text);
});

Deno.test("conditions are held against the tag that somebody was shown", async () => {
  await using server = await openPrivate();
  await server.share("calendars/me/home", "other", "read", "busy");
  await grant(server, "/calendars/me/", {
    who: OTHER_PRINCIPAL,
    grant: ["unbind"],
  });
  const path = `${CALENDAR}p.ics`;
  const shown = (await server.dav("GET", path, OTHER)).headers.get("etag") ??
    "";
  const real = (await server.dav("GET", path)).headers.get("etag") ?? "";
  const got = async (tag: string) =>
    (await server.dav("GET", path, { ...OTHER, headers: { if: `([${tag}])` } }))
      .status;
  assert.equal(await got(shown), 200);
  assert.equal(await got(real), 412);
  const removed = async (tag: string) =>
    (await server.dav("DELETE", path, {
      ...OTHER,
      headers: { "if-match": tag },
    })).status;
  assert.equal(await removed(real), 412);
  assert.equal(await removed(shown), 204);
});

Deno.test("a lock on what somebody may not read is in the way without being named", async () => {
  await using server = await createTestServer();
  await server.dav("MKCOL", "/files/me/box/");
  await server.dav("PUT", "/files/me/box/secret.txt", { body: "x" });
  await grant(server, "/files/me/", {
    who: OTHER_PRINCIPAL,
    grant: ["read", "unbind"],
  });
  await grant(server, "/files/me/box/secret.txt", {
    who: OTHER_PRINCIPAL,
    deny: ["read"],
  });
  await lockBy(server, "/files/me/box/secret.txt", "me");
  const refused = await server.dav("DELETE", "/files/me/box/", OTHER);
  assert.equal(refused.status, 423, refused.text);
  assert.doesNotMatch(refused.text, /secret/);
  const own = await server.dav("DELETE", "/files/me/box/");
  assert.equal(own.status, 207);
  assert.match(own.text, /secret/);
});
