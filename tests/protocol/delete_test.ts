import assert from "node:assert/strict";
import { NS } from "../../src/xml/names.ts";
import { ics } from "../service/fixture.ts";
import {
  assertCondition,
  assertUnchanged,
  createHttpFixture,
} from "./http_fixture.ts";

const EVENT = "/calendars/me/home/a.ics";

Deno.test("deleteResource() answers 204 for an object, then 404", async () => {
  const server = await createHttpFixture();
  await server.data.put("calendars/me/home/a.ics", ics("a"));
  const etag = await server.data.etag("calendars/me/home/a.ics");
  const response = await server.send("DELETE", EVENT, {
    headers: { "if-match": etag },
  });
  assert.equal(response.status, 204);
  const again = await server.send("DELETE", EVENT);
  assert.equal(again.status, 404);
  const got = await server.send("GET", EVENT);
  assert.equal(got.status, 404);
});

Deno.test("deleteResource() answers 412 where the object has changed", async () => {
  const server = await createHttpFixture();
  await server.data.put("calendars/me/home/a.ics", ics("a"));
  const before = server.snapshot();
  for (const headers of [{ "if-match": '"old"' }, { "if": '(["old"])' }]) {
    const response = await server.send("DELETE", EVENT, { headers });
    assert.equal(response.status, 412);
  }
  await assertUnchanged(server, before);
});

Deno.test("deleteResource() takes a collection with all that it holds, and frees its name", async () => {
  const server = await createHttpFixture();
  await server.data.make("files/me/a");
  await server.data.make("files/me/a/b");
  await server.data.put("files/me/a/b/c.txt", "c");
  const response = await server.send("DELETE", "/files/me/a/", {
    headers: { depth: "infinity" },
  });
  assert.equal(response.status, 204);
  for (const path of ["/files/me/a/", "/files/me/a/b/c.txt"]) {
    assert.equal((await server.send("GET", path)).status, 404, path);
  }
  const made = await server.data.make("files/me/a");
  assert.ok(made.ok);
  assert.deepEqual(await server.data.members("files/me/a"), []);
});

Deno.test("deleteResource() answers 400 for a collection with a Depth other than infinity", async () => {
  const server = await createHttpFixture();
  await server.data.make("files/me/a");
  const before = server.snapshot();
  for (const depth of ["0", "1"]) {
    const response = await server.send("DELETE", "/files/me/a/", {
      headers: { depth },
    });
    assert.equal(response.status, 400);
  }
  await assertUnchanged(server, before);
});

Deno.test("deleteResource() ignores Depth for an object", async () => {
  const server = await createHttpFixture();
  await server.data.put("files/me/a", "a");
  const response = await server.send("DELETE", "/files/me/a", {
    headers: { depth: "0" },
  });
  assert.equal(response.status, 204);
});

Deno.test("deleteResource() answers 405 for the roots of trees and above", async () => {
  const server = await createHttpFixture();
  const before = server.snapshot();
  for (const path of ["/", "/calendars/", "/calendars/me/", "/files/me"]) {
    const response = await server.send("DELETE", path);
    assert.equal(response.status, 405, path);
    assert.doesNotMatch(response.headers.get("allow") ?? "", /DELETE/);
  }
  await assertUnchanged(server, before);
});

Deno.test("deleteResource() answers 403 below another user", async () => {
  const server = await createHttpFixture();
  const before = server.snapshot();
  for (const path of ["/calendars/you/home/", "/calendars/you/x/y.ics"]) {
    await assertCondition(
      await server.send("DELETE", path),
      [403, NS.dav, "need-privileges"],
    );
  }
  await assertUnchanged(server, before);
});
