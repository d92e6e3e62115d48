/**
 * A calendar client from its first request on, in the order of sabre's guide
 * "Building a CalDAV client" (https://sabre.io/dav/building-a-caldav-client/).
 * `docs/building-a-client.md` tells the same in words.
 */

import assert from "node:assert/strict";
import {
  assertCondition,
  createTestServer,
  event,
  parseMultistatus,
  propfind,
  propText,
  task,
  type TestServer,
  XMLNS,
} from "../protocol/harness.ts";
import type { DavAnswer, Member } from "../protocol/harness.ts";
import { NS, textOf, type XmlElement } from "../../src/xml/names.ts";
import { childElements, findChild } from "../../src/xml/names.ts";

const ETAG = "{DAV:}getetag";
const CTAG = `{${NS.cs}}getctag`;
const DATA = `{${NS.caldav}}calendar-data`;

/** A client's copy of a calendar: entity tag and data by href. */
type Copy = Map<string, { etag: string; data: string }>;

function only(answer: DavAnswer): Member {
  const [member, ...others] = parseMultistatus(answer).members.values();
  assert.ok(member !== undefined && others.length === 0);
  return member;
}

function hrefIn(member: Member, name: string): string {
  const property = member.props[200]?.[name];
  const href = property && findChild(property, NS.dav, "href");
  assert.ok(href !== undefined, `${name} has no href`);
  return textOf(href);
}

function hasElement(
  property: XmlElement | undefined,
  ns: string,
  name: string,
): boolean {
  return childElements(property ?? { ns: "", name: "", children: [] })
    .some((child) => child.ns === ns && child.name === name);
}

/** From the server's root to the calendars of the account. */
async function discover(server: TestServer): Promise<Map<string, Member>> {
  const root = only(await propfind(server, "/", ["D:current-user-principal"]));
  const principal = hrefIn(root, "{DAV:}current-user-principal");
  const known = only(
    await propfind(server, principal, ["C:calendar-home-set"]),
  );
  const home = hrefIn(known, `{${NS.caldav}}calendar-home-set`);
  const listing = await propfind(server, home, [
    "D:resourcetype",
    "D:displayname",
    "CS:getctag",
    "D:sync-token",
    "C:supported-calendar-component-set",
  ], { depth: "1" });
  return new Map(
    [...parseMultistatus(listing).members].filter(([, member]) =>
      hasElement(
        member.props[200]?.["{DAV:}resourcetype"],
        NS.caldav,
        "calendar",
      )
    ),
  );
}

function componentsOf(member: Member): string[] {
  const set = member.props[200]
    ?.[`{${NS.caldav}}supported-calendar-component-set`];
  return childElements(set ?? { ns: "", name: "", children: [] })
    .map((comp) => comp.attributes?.find(({ name }) => name === "name")?.value)
    .map((name) => name ?? "");
}

async function ctagOf(server: TestServer, calendar: string): Promise<string> {
  return propText(only(await propfind(server, calendar, ["CS:getctag"])), CTAG);
}

function report(server: TestServer, path: string, body: string) {
  return server.dav("REPORT", path, { headers: { depth: "1" }, body });
}

async function etags(
  server: TestServer,
  calendar: string,
): Promise<Map<string, string>> {
  const answer = await report(
    server,
    calendar,
    `<C:calendar-query ${XMLNS}><D:prop><D:getetag/></D:prop><C:filter>
       <C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"/>
       </C:comp-filter></C:filter></C:calendar-query>`,
  );
  return new Map(
    [...parseMultistatus(answer).members].map(([href, member]) => [
      href,
      propText(member, ETAG),
    ]),
  );
}

/** Fetches members into a copy. */
async function fetchInto(
  copy: Copy,
  server: TestServer,
  wanted: { calendar: string; hrefs: readonly string[] },
): Promise<void> {
  if (wanted.hrefs.length === 0) return;
  const answer = await report(
    server,
    wanted.calendar,
    `<C:calendar-multiget ${XMLNS}><D:prop><D:getetag/><C:calendar-data/>
     </D:prop>${wanted.hrefs.map((href) => `<D:href>${href}</D:href>`).join("")}
     </C:calendar-multiget>`,
  );
  for (const [href, member] of parseMultistatus(answer).members) {
    const etag = propText(member, ETAG);
    copy.set(href, { etag, data: propText(member, DATA) });
  }
}

/** Compares entity tags, fetches what is new or changed, drops what is gone. */
async function compare(copy: Copy, server: TestServer, calendar: string) {
  const present = await etags(server, calendar);
  for (const href of copy.keys()) if (!present.has(href)) copy.delete(href);
  const hrefs = [...present].filter(([href, etag]) =>
    copy.get(href)?.etag !== etag
  ).map(([href]) => href);
  await fetchInto(copy, server, { calendar, hrefs });
}

/** The same by sync-collection; gives the next token. */
async function follow(
  copy: Copy,
  server: TestServer,
  since: { calendar: string; token: string },
): Promise<string> {
  const answer = await report(
    server,
    since.calendar,
    `<D:sync-collection ${XMLNS}><D:sync-token>${since.token}</D:sync-token>
     <D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop>
     </D:sync-collection>`,
  );
  const { members, token } = parseMultistatus(answer);
  const hrefs: string[] = [];
  for (const [href, member] of members) {
    if (member.status === 404) copy.delete(href);
    else hrefs.push(href);
  }
  await fetchInto(copy, server, { calendar: since.calendar, hrefs });
  assert.ok(token !== null);
  return token;
}

function write(
  server: TestServer,
  href: string,
  { body, headers }: { body: string; headers: Record<string, string> },
): Promise<DavAnswer> {
  return server.dav("PUT", href, {
    body,
    headers: { "content-type": "text/calendar; charset=utf-8", ...headers },
  });
}

/** What the account's other device does, and what this client does about it. */
async function workThrough(
  server: TestServer,
  calendar: string,
  sync: (copy: Copy) => Promise<void>,
): Promise<void> {
  const copy: Copy = new Map();
  await sync(copy);
  assert.equal(copy.size, 0);

  const href = `${calendar}tea.ics`;
  const made = await write(server, href, {
    body: event("tea"),
    headers: { "if-none-match": "*" },
  });
  assert.equal(made.status, 201);
  const before = await ctagOf(server, calendar);
  await sync(copy);
  assert.deepEqual(copy.get(href), {
    etag: made.headers.get("etag"),
    data: event("tea"),
  });
  assert.equal(await ctagOf(server, calendar), before);

  const etag = made.headers.get("etag") ?? "";
  const changed = await write(server, href, {
    body: event("tea", { summary: "Coffee" }),
    headers: { "if-match": etag },
  });
  assert.equal(changed.status, 204);
  assert.notEqual(await ctagOf(server, calendar), before);
  const late = await write(server, href, {
    body: event("tea", { summary: "Milk" }),
    headers: { "if-match": etag },
  });
  assertCondition(late, "precondition-failed");
  const again = await write(server, href, {
    body: event("tea"),
    headers: { "if-none-match": "*" },
  });
  assertCondition(again, "precondition-failed");
  await sync(copy);
  assert.equal(copy.get(href)?.data, event("tea", { summary: "Coffee" }));

  const stale = await server.dav("DELETE", href, {
    headers: { "if-match": etag },
  });
  assertCondition(stale, "precondition-failed");
  const gone = await server.dav("DELETE", href, {
    headers: { "if-match": copy.get(href)?.etag ?? "" },
  });
  assert.equal(gone.status, 204);
  await sync(copy);
  assert.equal(copy.size, 0);
}

Deno.test("a client finds its calendars, their names, ctags and components", async () => {
  await using server = await createTestServer();
  const calendars = await discover(server);
  assert.deepEqual([...calendars.keys()], [
    "/calendars/me/home/",
    "/calendars/me/tasks/",
  ]);
  const [home, tasks] = [...calendars.values()];
  assert.ok(home !== undefined && tasks !== undefined);
  assert.equal(propText(home, "{DAV:}displayname"), "Home");
  assert.notEqual(propText(home, CTAG), "");
  assert.deepEqual(componentsOf(home), ["VEVENT"]);
  assert.deepEqual(componentsOf(tasks), ["VTODO"]);
  const misplaced = await write(server, "/calendars/me/home/t.ics", {
    body: task("t"),
    headers: {},
  });
  assertCondition(misplaced, "caldav:supported-calendar-component");
});

Deno.test("a client keeps a calendar in step by ctag, entity tags and multiget", async () => {
  await using server = await createTestServer();
  const [calendar] = (await discover(server)).keys();
  assert.ok(calendar !== undefined);
  await workThrough(
    server,
    calendar,
    (copy) => compare(copy, server, calendar),
  );
});

Deno.test("a client keeps a calendar in step by sync-collection", async () => {
  await using server = await createTestServer();
  const [calendar] = (await discover(server)).keys();
  assert.ok(calendar !== undefined);
  let token = "";
  await workThrough(server, calendar, async (copy) => {
    token = await follow(copy, server, { calendar, token });
  });
});
