import assert from "node:assert/strict";
import type { MethodTarget } from "../../src/dav/context.ts";
import { METHODS } from "../../src/dav/methods/mod.ts";
import { EVERYWHERE } from "../../src/dav/properties/values.ts";
import { ics } from "../service/fixture.ts";
import { assertCondition, createHttpFixture } from "./http_fixture.ts";
import { NS } from "../../src/xml/names.ts";

const PLACES: readonly (readonly [path: string, kind: MethodTarget])[] = [
  ["/", "root"],
  ["/principals/", "principals"],
  ["/principals/users/me/", "principal"],
  ["/calendars/", "space"],
  ["/calendars/me/", "calendar-home"],
  ["/addressbooks/me/", "addressbook-home"],
  ["/files/me/", "files-root"],
  ["/calendars/me/home/", "calendar"],
  ["/addressbooks/me/contacts/", "addressbook"],
  ["/files/me/folder/", "folder"],
  ["/calendars/me/home/a.ics", "calendar-object"],
  ["/files/me/a.txt", "file"],
];

async function createServer() {
  const server = await createHttpFixture();
  await server.data.put("calendars/me/home/a.ics", ics("a"));
  await server.data.put("files/me/a.txt", "text");
  await server.data.make("files/me/folder");
  return server;
}

Deno.test("options() answers 200 with length 0, Allow from the table and DAV at every kind of place", async () => {
  const server = await createServer();
  for (const [path, kind] of PLACES) {
    const response = await server.send("OPTIONS", path);
    assert.equal(response.status, 200, path);
    assert.equal(response.headers.get("content-length"), "0");
    assert.equal(response.headers.get("ms-author-via"), "DAV");
    const allow = response.headers.get("allow")?.split(", ") ?? [];
    assert.equal(new Set(allow).size, allow.length, "no duplicates");
    assert.deepEqual(
      allow,
      METHODS.filter((row) => row.on.includes(kind)).map((row) => row.name),
      path,
    );
    assert.equal(
      response.headers.get("dav"),
      allow.includes("LOCK")
        ? "1, 2, 3, access-control, extended-mkcol, calendar-access, calendar-no-timezone, addressbook"
        : "1, 3, access-control, extended-mkcol, calendar-access, calendar-no-timezone, addressbook",
    );
  }
});

Deno.test("options() answers anybody at the root and asks everybody else to sign in", async () => {
  const server = await createServer();
  const root = await server.send("OPTIONS", "/", { user: null });
  assert.equal(root.status, 200);
  assert.match(root.headers.get("dav") ?? "", /^1, /);
  assert.match(root.headers.get("allow") ?? "", /PROPFIND/);
  for (const path of ["/principals/users/me/", "/calendars/me/", "/nowhere"]) {
    const response = await server.send("OPTIONS", path, { user: null });
    assert.equal(response.status, 401, path);
  }
});

Deno.test("options() answers 404 where nothing is, and 403 below another user", async () => {
  const server = await createServer();
  const missing = await server.send("OPTIONS", "/calendars/me/none/");
  assert.equal(missing.status, 404);
  for (const path of ["/calendars/you/", "/calendars/you/none/x.ics"]) {
    await assertCondition(
      await server.send("OPTIONS", path),
      [403, NS.dav, "need-privileges"],
    );
  }
});

Deno.test("options() answers for the whole server at *", async () => {
  const server = await createServer();
  const response = await server.send("OPTIONS", "/*", { user: null });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-length"), "0");
  const allow = METHODS.map((row) => row.name).join(", ");
  assert.equal(response.headers.get("allow"), allow);
});

Deno.test("Allow of a 405 equals the table for each method that is not there", async () => {
  const server = await createServer();
  const names = METHODS.map((row) => row.name);
  for (const [path, kind] of PLACES) {
    const allowed = METHODS.filter((row) => row.on.includes(kind));
    const allow = allowed.map((row) => row.name).join(", ");
    for (const name of [...names, "POST", "LOCK"]) {
      const row = METHODS.find((method) => method.name === name);
      if (row?.on.includes(kind) || row?.on.includes("unmapped")) continue;
      const response = await server.send(name, path);
      assert.equal(response.status, 405, `${name} ${path}`);
      assert.equal(response.headers.get("allow"), allow);
    }
  }
});

Deno.test("every method has the privileges of RFC 3744 Appendix B", () => {
  const expected = {
    OPTIONS: ["dav:read", null],
    GET: ["dav:read", null],
    HEAD: ["dav:read", null],
    PUT: ["dav:write-content", "dav:bind"],
    LOCK: ["dav:write-content", "dav:bind"],
    // The service asks others than the lock's owner for dav:unlock.
    UNLOCK: "lock",
    DELETE: [null, "dav:unbind"],
    PROPFIND: ["dav:read", null],
    PROPPATCH: ["dav:write-properties", null],
    ACL: ["dav:write-acl", null],
    MKCOL: [null, "dav:bind"],
    MKCALENDAR: [null, "dav:bind"],
    COPY: ["dav:read", null],
    MOVE: [null, "dav:unbind"],
    // Each report's row names its own.
    REPORT: "report",
  };
  const names = METHODS.map((row) => row.name);
  assert.equal(new Set(names).size, names.length, "each name once");
  for (const { name, privilege, on } of METHODS) {
    assert.deepEqual(
      typeof privilege === "string"
        ? privilege
        : [privilege.target, privilege.parent],
      expected[name as keyof typeof expected],
      name,
    );
    assert.equal(new Set(on).size, on.length, `${name}: each kind once`);
    for (const kind of on) {
      assert.ok(kind === "unmapped" || EVERYWHERE.includes(kind));
    }
  }
});
