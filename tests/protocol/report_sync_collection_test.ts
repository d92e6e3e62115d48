import assert from "node:assert/strict";
import { NS } from "../../src/xml/names.ts";
import {
  assertCondition,
  card,
  createTestServer,
  event,
  memberAt,
  parseMultistatus,
  propfind,
  propNames,
  propText,
  put,
  XMLNS,
} from "./harness.ts";
import type { DavAnswer, TestServer } from "./harness.ts";

const HOME = "/calendars/me/";
const CALENDAR = "/calendars/me/home/";

interface SyncOptions {
  readonly level?: string;
  readonly limit?: string;
  readonly props?: string;
  readonly headers?: Record<string, string>;
}

function sync(
  server: TestServer,
  path: string,
  token: string | null,
  options: SyncOptions = {},
): Promise<DavAnswer> {
  const { level = "1", limit, props = "<D:getetag/>", headers = {} } = options;
  return server.dav("REPORT", path, {
    headers,
    body:
      `<D:sync-collection ${XMLNS}>${
        token === null ? "" : `<D:sync-token>${token}</D:sync-token>`
      }` +
      `${level === "" ? "" : `<D:sync-level>${level}</D:sync-level>`}` +
      `${
        limit === undefined
          ? ""
          : `<D:limit><D:nresults>${limit}</D:nresults></D:limit>`
      }` +
      `<D:prop>${props}</D:prop></D:sync-collection>`,
  });
}

function hrefs(answer: DavAnswer): string[] {
  return [...parseMultistatus(answer).members.keys()];
}

function tokenOf(answer: DavAnswer): string {
  return parseMultistatus(answer).token ?? assert.fail("no sync-token");
}

Deno.test("syncCollection() gives everything for an empty, missing or blank token", async () => {
  await using server = await createTestServer();
  await put(server, `${CALENDAR}a.ics`, event("a"));
  await put(server, `${CALENDAR}b.ics`, event("b"));
  await server.dav("DELETE", `${CALENDAR}b.ics`);
  for (const token of ["", null, "  \n "]) {
    const answer = await sync(server, CALENDAR, token);
    assert.deepEqual(hrefs(answer), [`${CALENDAR}a.ics`]);
    assert.ok(propText(memberAt(answer, `${CALENDAR}a.ics`), "{DAV:}getetag"));
  }
});

Deno.test("syncCollection() gives what was added, changed and removed since a token", async () => {
  await using server = await createTestServer();
  await put(server, `${CALENDAR}a.ics`, event("a"));
  await put(server, `${CALENDAR}b.ics`, event("b"));
  const first = await sync(server, CALENDAR, "");
  await put(server, `${CALENDAR}c.ics`, event("c"));
  await put(server, `${CALENDAR}a.ics`, event("a", { summary: "Coffee" }));
  await server.dav("DELETE", `${CALENDAR}b.ics`);
  const second = await sync(server, CALENDAR, tokenOf(first));
  assert.deepEqual(
    hrefs(second).sort(),
    ["a", "b", "c"].map((name) => `${CALENDAR}${name}.ics`),
  );
  const gone = memberAt(second, `${CALENDAR}b.ics`);
  assert.equal(gone.status, 404);
  assert.deepEqual(gone.order, []);
  assert.deepEqual(memberAt(second, `${CALENDAR}a.ics`).order, [200]);
  assert.deepEqual(hrefs(await sync(server, CALENDAR, tokenOf(second))), []);
});

Deno.test("syncCollection() gives the token that the sync-token property has, a URI that only changes with the content", async () => {
  await using server = await createTestServer();
  await put(server, `${CALENDAR}a.ics`, event("a"));
  const token = tokenOf(await sync(server, CALENDAR, ""));
  const property = async () =>
    propText(
      memberAt(await propfind(server, CALENDAR, ["D:sync-token"]), CALENDAR),
      "{DAV:}sync-token",
    );
  assert.match(token, /^urn:[^:]+:.+/);
  assert.equal(await property(), token);
  assert.equal(tokenOf(await sync(server, CALENDAR, token)), token);
  await put(server, `${CALENDAR}a.ics`, event("a"));
  assert.equal(await property(), token, "identical bytes change nothing");
  await put(server, `${CALENDAR}a.ics`, event("a", { summary: "Other" }));
  assert.notEqual(await property(), token);
});

Deno.test("syncCollection() takes Depth 0, 1 and none", async () => {
  await using server = await createTestServer();
  await put(server, `${CALENDAR}a.ics`, event("a"));
  const headers: Record<string, string>[] = [{}, { depth: "0" }, {
    depth: "1",
  }];
  for (const one of headers) {
    assert.deepEqual(
      hrefs(await sync(server, CALENDAR, "", { headers: one })),
      [`${CALENDAR}a.ics`],
    );
  }
});

Deno.test("syncCollection() takes its elements in any order and a missing level as 1", async () => {
  await using server = await createTestServer();
  await put(server, `${CALENDAR}a.ics`, event("a"));
  const answer = await server.dav("REPORT", CALENDAR, {
    body:
      `<D:sync-collection ${XMLNS}><D:prop><D:getetag/></D:prop><D:sync-level>1</D:sync-level><D:sync-token/></D:sync-collection>`,
  });
  assert.deepEqual(hrefs(answer), [`${CALENDAR}a.ics`]);
  assert.deepEqual(hrefs(await sync(server, CALENDAR, "", { level: "" })), [
    `${CALENDAR}a.ics`,
  ]);
});

Deno.test("syncCollection() refuses tokens that are not this collection's with 403 valid-sync-token", async () => {
  await using server = await createTestServer();
  await put(server, `${CALENDAR}a.ics`, event("a"));
  const token = tokenOf(await sync(server, CALENDAR, ""));
  const other = tokenOf(await sync(server, "/calendars/me/tasks/", ""));
  for (
    const bad of [
      "garbage",
      "123",
      other,
      `${token}0`,
      token.replace(/[0-9a-f]{20}$/, "f".repeat(20)),
      "x".repeat(5000),
    ]
  ) {
    assertCondition(await sync(server, CALENDAR, bad), "dav:valid-sync-token");
  }
});

Deno.test("syncCollection() cuts at a limit with 507 and goes on behind it", async () => {
  await using server = await createTestServer();
  const names = ["a", "b", "c", "d", "e"].map((name) =>
    `${CALENDAR}${name}.ics`
  );
  for (const name of names) await put(server, name, event(name));
  const seen: string[] = [];
  let token = "";
  for (let page = 0; page < 3; page++) {
    const answer = await sync(server, CALENDAR, token, { limit: "2" });
    const { members } = parseMultistatus(answer);
    const cut = members.get(CALENDAR);
    if (page < 2) {
      assert.equal(cut?.status, 507);
      assert.deepEqual(cut?.conditions, [
        "{DAV:}number-of-matches-within-limits",
      ]);
    } else assert.equal(cut, undefined);
    seen.push(...[...members.keys()].filter((href) => href !== CALENDAR));
    token = tokenOf(answer);
  }
  assert.deepEqual(seen.sort(), names);
  assert.deepEqual(hrefs(await sync(server, CALENDAR, token)), []);
});

Deno.test("syncCollection() cuts at the server's own limit", async () => {
  await using server = await createTestServer({ maxSyncMembers: 1 });
  await put(server, `${CALENDAR}a.ics`, event("a"));
  await put(server, `${CALENDAR}b.ics`, event("b"));
  const answer = await sync(server, CALENDAR, "", { limit: "100" });
  assert.equal(memberAt(answer, CALENDAR).status, 507);
  assert.equal(hrefs(answer).length, 2);
});

Deno.test("syncCollection() refuses limits and levels that are none with 400", async () => {
  await using server = await createTestServer();
  for (const limit of ["0", "-1", "x", "", "1.5"]) {
    assertCondition(await sync(server, CALENDAR, "", { limit }), "bad-request");
  }
  assertCondition(
    await sync(server, CALENDAR, "", { level: "2" }),
    "bad-request",
  );
  const noProp =
    `<D:sync-collection ${XMLNS}><D:sync-token/><D:sync-level>1</D:sync-level></D:sync-collection>`;
  assertCondition(
    await server.dav("REPORT", CALENDAR, { body: noProp }),
    "bad-request",
  );
});

Deno.test("syncCollection() gives calendar-data, address-data and content types inline", async () => {
  await using server = await createTestServer();
  await put(server, `${CALENDAR}a.ics`, event("a"));
  await put(server, "/addressbooks/me/contacts/a.vcf", card("a"));
  const calendar = memberAt(
    await sync(server, CALENDAR, "", {
      props: "<C:calendar-data/><D:getcontenttype/><X:none/>",
    }),
    `${CALENDAR}a.ics`,
  );
  assert.equal(propText(calendar, `{${NS.caldav}}calendar-data`), event("a"));
  assert.equal(
    propText(calendar, "{DAV:}getcontenttype"),
    "text/calendar; charset=utf-8",
  );
  assert.deepEqual(propNames(calendar, 404), ["{urn:x-test}none"]);
  const contact = memberAt(
    await sync(server, "/addressbooks/me/contacts/", "", {
      props: "<A:address-data/>",
    }),
    "/addressbooks/me/contacts/a.vcf",
  );
  assert.equal(propText(contact, `{${NS.carddav}}address-data`), card("a"));
  assertCondition(
    await sync(server, CALENDAR, "", {
      props: '<C:calendar-data version="9"/>',
    }),
    "caldav:supported-calendar-data",
  );
});

Deno.test("syncCollection() reports the calendars of a home at level 1", async () => {
  await using server = await createTestServer();
  const first = await sync(server, HOME, "", { props: "<D:displayname/>" });
  assert.deepEqual(hrefs(first).sort(), [CALENDAR, "/calendars/me/tasks/"]);
  await server.dav("MKCALENDAR", `${HOME}new/`);
  await put(server, `${CALENDAR}a.ics`, event("a"));
  await server.dav("DELETE", "/calendars/me/tasks/");
  const second = await sync(server, HOME, tokenOf(first));
  assert.deepEqual(
    hrefs(second).sort(),
    [CALENDAR, `${HOME}new/`, "/calendars/me/tasks/"].sort(),
  );
  assert.equal(memberAt(second, "/calendars/me/tasks/").status, 404);
});

Deno.test("syncCollection() answers 403 sync-traversal-supported for each calendar at level infinite", async () => {
  await using server = await createTestServer();
  const answer = await sync(server, HOME, "", { level: "infinite" });
  for (const href of [CALENDAR, "/calendars/me/tasks/"]) {
    const member = memberAt(answer, href);
    assert.equal(member.status, 403);
    assert.deepEqual(member.conditions, ["{DAV:}sync-traversal-supported"]);
    assert.deepEqual(member.order, []);
  }
  await put(server, `${CALENDAR}a.ics`, event("a"));
  assert.deepEqual(
    hrefs(await sync(server, CALENDAR, "", { level: "infinite" })),
    [`${CALENDAR}a.ics`],
  );
});

Deno.test("syncCollection() spells members as the request spells their collection", async () => {
  await using server = await createTestServer();
  await put(server, `${CALENDAR}a.ics`, event("a"));
  assert.deepEqual(hrefs(await sync(server, "/calendars/%6De/home", "")), [
    "/calendars/%6De/home/a.ics",
  ]);
});

Deno.test("syncCollection() follows files and folders", async () => {
  await using server = await createTestServer();
  await put(server, "/files/me/a.txt", "text");
  await server.dav("MKCOL", "/files/me/folder/");
  assert.deepEqual(hrefs(await sync(server, "/files/me/", "")).sort(), [
    "/files/me/a.txt",
    "/files/me/folder/",
  ]);
});

Deno.test("syncCollection() is advertised on calendars, address books and homes", async () => {
  await using server = await createTestServer();
  for (
    const path of [
      CALENDAR,
      HOME,
      "/addressbooks/me/",
      "/addressbooks/me/contacts/",
    ]
  ) {
    const answer = await propfind(server, path, ["D:supported-report-set"]);
    assert.match(answer.text, /<d:sync-collection\/>/, path);
  }
  assert.doesNotMatch(
    (await propfind(server, "/principals/users/me/", [
      "D:supported-report-set",
    ])).text,
    /sync-collection/,
  );
});

Deno.test("syncCollection() cuts an answer that would hold too much data, and leaves nothing out", async () => {
  const body = event("a");
  await using server = await createTestServer({
    maxAnswerBytes: body.length * 2,
  });
  const names = ["a", "b", "c", "d", "e"].map((name) =>
    `${CALENDAR}${name}.ics`
  );
  for (const [n, name] of names.entries()) {
    await put(server, name, event(`${n}`));
  }
  await server.dav("DELETE", names[1] ?? "");
  const seen: string[] = [];
  let token = "";
  for (let page = 0; page < 2; page++) {
    const answer = await sync(server, CALENDAR, token, {
      props: "<C:calendar-data/>",
    });
    const listed = hrefs(answer).filter((href) => href !== CALENDAR);
    assert.equal(listed.length, 2);
    assert.equal(hrefs(answer).includes(CALENDAR), page === 0);
    seen.push(...listed);
    token = tokenOf(answer);
  }
  assert.deepEqual(seen.sort(), names.filter((_, n) => n !== 1));
  const plain = await sync(server, CALENDAR, "");
  assert.equal(hrefs(plain).length, 4, "without data nothing is cut");
});
