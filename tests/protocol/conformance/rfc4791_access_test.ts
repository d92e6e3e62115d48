/** RFC 4791 section 6: the privilege of free-busy, and what is asked without it. */

import assert from "node:assert/strict";
import {
  grant,
  privilegesOf,
  propertyOf,
  setAcl,
  type TestAce,
} from "../acl_client.ts";
import { childElements, findChild, NS } from "../../../src/xml/names.ts";
import type { XmlElement } from "../../../src/xml/names.ts";
import {
  createTestServer,
  event,
  put,
  type TestServer,
  XMLNS,
} from "../harness.ts";

const HOME = "/calendars/me/";
const CALENDAR = "/calendars/me/home/";
const FOLDER = "/files/me/";
const OBJECT = `${CALENDAR}a.ics`;
const WHO = "/principals/users/other/";

function freeBusy(
  server: TestServer,
  path = CALENDAR,
  user: string | null = "other",
) {
  return server.dav("REPORT", path, {
    user,
    headers: { depth: "infinity" },
    body:
      `<C:free-busy-query ${XMLNS}><C:time-range start="20200101T000000Z" end="20300101T000000Z"/></C:free-busy-query>`,
  });
}

/** Names of the privileges below one, in its tree. */
function parts(node: XmlElement): string[] {
  return childElements(node)
    .filter(({ name }) => name === "supported-privilege")
    .flatMap((one) => {
      const privilege = findChild(one, NS.dav, "privilege");
      const [name] = privilege === undefined ? [] : childElements(privilege);
      return [`${name?.ns} ${name?.name}`, ...parts(one)];
    });
}

/** The `supported-privilege` of DAV:read, wherever it is. */
function findRead(node: XmlElement): XmlElement | undefined {
  const privilege = findChild(node, NS.dav, "privilege");
  const isRead = privilege !== undefined &&
    findChild(privilege, NS.dav, "read") !== undefined;
  if (isRead) return node;
  for (const child of childElements(node)) {
    const found = child.name === "supported-privilege"
      ? findRead(child)
      : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

Deno.test("read-free-busy is a part of read on collections of every kind and on objects", async () => {
  await using server = await createTestServer();
  await put(server, OBJECT, event("a"));
  for (const path of [HOME, CALENDAR, FOLDER, OBJECT]) {
    const tree = await propertyOf(server, path, {
      name: "supported-privilege-set",
    });
    const read = findRead(tree) ?? assert.fail(`no DAV:read on ${path}`);
    assert.deepEqual(parts(read), [`${NS.caldav} read-free-busy`], path);
  }
  await grant(server, CALENDAR, {
    who: WHO,
    grant: ["read", "read-current-user-privilege-set"],
  });
  const held = await privilegesOf(server, CALENDAR, "other");
  assert.ok(held.includes("read-free-busy"), `${held}`);
  assert.equal((await freeBusy(server)).status, 200);
});

Deno.test("read-free-busy can be granted without read, on collections of every kind and on objects", async () => {
  const ace: TestAce = { who: WHO, grant: ["c:read-free-busy"] };
  for (const path of [HOME, CALENDAR, FOLDER, OBJECT]) {
    await using server = await createTestServer();
    await put(server, OBJECT, event("a"));
    const set = await setAcl(server, path, [ace]);
    assert.equal(set.status, 200, `${path}: ${set.text}`);
    for (const method of ["GET", "HEAD", "OPTIONS", "PROPFIND"]) {
      const answer = await server.dav(method, path, { user: "other" });
      assert.equal(answer.status, 403, `${method} ${path}`);
    }
    const isAround = path === HOME || path === CALENDAR;
    const { status, text } = await freeBusy(server);
    assert.equal(status, isAround ? 200 : 404, path);
    assert.equal(/^FREEBUSY/m.test(text), isAround, path);
  }
});

Deno.test("free-busy-query counts the objects on which one has read-free-busy, and no others", async () => {
  await using server = await createTestServer();
  await put(server, OBJECT, event("a"));
  const count = async () =>
    (await freeBusy(server)).text.match(/^FREEBUSY/gm)?.length ?? 0;
  await grant(server, CALENDAR, {
    who: WHO,
    grant: ["c:read-free-busy"],
  });
  assert.equal(await count(), 1);
  const denied = await setAcl(server, OBJECT, [
    { who: WHO, deny: ["c:read-free-busy"] },
  ]);
  assert.equal(denied.status, 200, denied.text);
  assert.equal(await count(), 0);
});

Deno.test("without read-free-busy free-busy-query is answered with 404, as where nothing is", async () => {
  await using server = await createTestServer();
  await put(server, OBJECT, event("a"));
  assert.equal((await freeBusy(server)).status, 404);
  assert.equal((await freeBusy(server, "/calendars/me/none/")).status, 404);
  const aces: TestAce[] = [
    { who: WHO, deny: ["c:read-free-busy"] },
    { who: WHO, grant: ["read"] },
  ];
  const set = await setAcl(server, CALENDAR, aces);
  assert.equal(set.status, 200, set.text);
  assert.equal((await freeBusy(server)).status, 404);
  assert.equal((await freeBusy(server, CALENDAR, null)).status, 401);
});
