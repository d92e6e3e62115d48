import assert from "node:assert/strict";
import { createHttpFixture } from "./http_fixture.ts";

const PATHS = [
  "/.well-known/caldav",
  "/.well-known/caldav/",
  "/.well-known/carddav",
  "/.well-known/carddav/",
];

Deno.test("well-known answers 301 with a path for every method and anybody (C1)", async () => {
  const server = await createHttpFixture();
  for (const path of [...PATHS, "/.well-known/caldav?x=y"]) {
    for (const method of ["GET", "HEAD", "OPTIONS", "PROPFIND", "FOO", "PUT"]) {
      for (const user of [null, "me"] as const) {
        const response = await server.send(method, path, { user });
        assert.equal(response.status, 301, `${method} ${path}`);
        assert.equal(response.headers.get("location"), "/");
        assert.equal(await response.text(), "");
      }
    }
  }
});

Deno.test("well-known minds no wrong password", async () => {
  const server = await createHttpFixture();
  const response = await server.send("PROPFIND", "/.well-known/caldav", {
    headers: { authorization: "Basic bm9ib2R5Og==" },
  });
  assert.equal(response.status, 301);
});

Deno.test("well-known is at the host's root and leads to the base path", async () => {
  const server = await createHttpFixture({ dav: { basePath: "/webdav" } });
  for (const path of PATHS) {
    const response = await server.send("PROPFIND", path, { user: null });
    assert.equal(response.status, 301);
    assert.equal(response.headers.get("location"), "/webdav/");
    const below = await server.send("PROPFIND", `/webdav${path}`);
    assert.equal(below.status, 404);
    await below.body?.cancel();
  }
});

Deno.test("other well-known places do not exist", async () => {
  const server = await createHttpFixture();
  for (
    const path of [
      "/.well-known/",
      "/.well-known/caldavx",
      "/x/.well-known/caldav",
    ]
  ) {
    const response = await server.send("GET", path);
    assert.equal(response.status, 404, path);
    await response.body?.cancel();
  }
});

Deno.test("healthz answers anybody at the host's root", async () => {
  const server = await createHttpFixture({ dav: { basePath: "/webdav" } });
  const response = await server.send("GET", "/healthz", { user: null });
  assert.equal(response.status, 200);
  assert.equal(await response.text(), "ok\n");
  const head = await server.send("HEAD", "/healthz", { user: null });
  assert.equal(head.status, 200);
  assert.equal(await head.text(), "");
  const put = await server.send("PUT", "/healthz", { user: null });
  assert.equal(put.status, 405);
  assert.equal(put.headers.get("allow"), "GET, HEAD");
});

Deno.test("below a base path everything has the same answers, and hrefs begin with it", async () => {
  const server = await createHttpFixture({ dav: { basePath: "/webdav" } });
  await server.data.make("files/me/dir");
  const root = await server.send("GET", "/", { user: null });
  assert.equal(root.status, 302);
  assert.equal(root.headers.get("location"), "/webdav/");
  for (const path of ["/webdav/", "/webdav"]) {
    const response = await server.send("OPTIONS", path, { user: null });
    assert.equal(response.status, 200, path);
  }
  const listing = await server.send("GET", "/webdav/files/me/");
  assert.match(await listing.text(), /href="\/webdav\/files\/me\/dir\/"/);
  const moved = await server.send("MOVE", "/webdav/files/me/dir/", {
    headers: { destination: "http://dav.example/webdav/files/me/moved/" },
  });
  assert.equal(moved.status, 201);
  const outside = await server.send("MOVE", "/webdav/files/me/moved/", {
    headers: { destination: "/files/me/x/" },
  });
  assert.equal(outside.status, 403);
  await outside.body?.cancel();
  for (const path of ["/files/me/", "/webdavx/files/me/", "/"]) {
    const response = await server.send("PROPFIND", path);
    assert.equal(response.status, 404, path);
    await response.body?.cancel();
  }
});
