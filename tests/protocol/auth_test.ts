import assert from "node:assert/strict";
import type { Authenticate } from "../../src/http/config.ts";
import { ics } from "../service/fixture.ts";
import { basic, createHttpFixture } from "./http_fixture.ts";

Deno.test("anonymous requests are answered 401 with a Basic challenge (C4)", async () => {
  const server = await createHttpFixture();
  const before = server.snapshot();
  const cases: [method: string, path: string][] = [
    ["PROPFIND", "/"],
    ["PUT", "/"],
    ["POST", "/"],
    ["GET", "/calendars/"],
    ["GET", "/calendars/me/home/a.ics"],
    ["OPTIONS", "/principals/users/me/"],
    ["PROPFIND", "/calendars/me/"],
    ["GET", "/nowhere"],
    ["PUT", "/calendars/me/home/../x"],
    ["FOO", "/calendars/me/"],
    ["DELETE", "/calendars/you/home/"],
  ];
  for (const [method, path] of cases) {
    const response = await server.send(method, path, { user: null });
    assert.equal(response.status, 401, `${method} ${path}`);
    assert.equal(
      response.headers.get("www-authenticate"),
      'Basic realm="Kalends", charset="UTF-8"',
    );
    await response.body?.cancel();
  }
  assert.equal(server.snapshot(), before);
});

Deno.test("a wrong password is answered 401 everywhere it is looked at, also at the root", async () => {
  const server = await createHttpFixture();
  const headers = [
    basic("me", "wrong"),
    basic("nobody", ""),
    "Basic !!!",
    "Basic",
    "Bearer x",
    "Digest username=me",
    `Basic ${btoa("no colon")}`,
    `Basic ${btoa("me:a\0b")}`,
  ];
  for (const authorization of headers) {
    for (const [method, path] of [["GET", "/"], ["PUT", "/files/me/a"]]) {
      const response = await server.send(method ?? "", path ?? "", {
        headers: { authorization },
      });
      assert.equal(response.status, 401, authorization);
      await response.body?.cancel();
    }
  }
});

Deno.test("names and passwords are UTF-8, and everything behind the first colon is password", async () => {
  const seen: string[][] = [];
  const authenticate: Authenticate = (login, password, address) => {
    seen.push([login, password, address]);
    return Promise.resolve(undefined);
  };
  const server = await createHttpFixture({ deps: { authenticate } });
  for (
    const authorization of [
      basic("jürgen", "pä:ß📅"),
      `basic   ${btoa("j\xfcrgen:p\xe4")}`,
      basic("", ""),
    ]
  ) {
    const response = await server.send("GET", "/", {
      headers: { authorization },
      address: "198.51.100.7",
    });
    assert.equal(response.status, 401);
    await response.body?.cancel();
  }
  assert.deepEqual(seen, [
    ["jürgen", "pä:ß📅", "198.51.100.7"],
    ["jürgen", "pä", "198.51.100.7"],
    ["", "", "198.51.100.7"],
  ]);
});

Deno.test("somebody who must wait is told how long, and not by a 4xx (C15)", async () => {
  const server = await createHttpFixture({
    deps: { authenticate: () => Promise.resolve({ retryAfter: 2.2 }) },
  });
  const response = await server.send("PROPFIND", "/");
  assert.equal(response.status, 503);
  assert.equal(response.headers.get("retry-after"), "3");
});

Deno.test("somebody who has signed in never gets 401 for what is not theirs (C5)", async () => {
  const server = await createHttpFixture();
  for (const method of ["GET", "PROPFIND", "PUT", "DELETE", "MKCOL", "LOCK"]) {
    for (const path of ["/calendars/me/", "/x"]) {
      const response = await server.send(method, path, { user: "you" });
      assert.ok([403, 404].includes(response.status), `${method} ${path}`);
      await response.body?.cancel();
    }
  }
});

Deno.test("a session that has become stale is asked to sign in anew", async () => {
  const base = await createHttpFixture();
  const stale = { ...base.data.me, stamp: "0".repeat(20) };
  const server = await createHttpFixture({
    deps: { authenticate: () => Promise.resolve(stale) },
  });
  const response = await server.send("PUT", "/calendars/me/home/a.ics", {
    body: ics("a") as Uint8Array<ArrayBuffer>,
  });
  assert.equal(response.status, 401);
  assert.match(response.headers.get("www-authenticate") ?? "", /^Basic /);
});

Deno.test("X-Forwarded-For counts only where a proxy is trusted, and only its last address", async () => {
  const seen: string[] = [];
  const authenticate: Authenticate = (_login, _password, address) => {
    seen.push(address);
    return Promise.resolve(undefined);
  };
  for (const trustProxy of [false, true]) {
    const server = await createHttpFixture({
      http: { trustProxy },
      deps: { authenticate },
    });
    await server.send("GET", "/", {
      headers: { "x-forwarded-for": "203.0.113.9, 198.51.100.4" },
    });
  }
  assert.deepEqual(seen, ["192.0.2.1", "198.51.100.4"]);
});

Deno.test("the log has one line for each request and no secrets", async () => {
  const server = await createHttpFixture();
  await server.data.put("files/me/a", "abc");
  await server.send("GET", "/files/me/a?token=secret1", {
    headers: { cookie: "secret2" },
  });
  await server.send("PUT", "/files/me/b", { body: "secret3" });
  await server.send("PROPFIND", "/", {
    headers: { authorization: basic("me", "secret4") },
  });
  assert.deepEqual(server.lines, [
    {
      time: "2026-01-01T00:00:00.000Z",
      level: "info",
      message: "request",
      id: "id-1",
      method: "GET",
      path: "/files/me/a",
      status: 200,
      duration: 0,
      user: "me",
      address: "192.0.2.1",
      received: 0,
      sent: 3,
    },
    {
      time: "2026-01-01T00:00:00.000Z",
      level: "info",
      message: "request",
      id: "id-2",
      method: "PUT",
      path: "/files/me/b",
      status: 201,
      duration: 0,
      user: "me",
      address: "192.0.2.1",
      received: 7,
      sent: null,
    },
    {
      time: "2026-01-01T00:00:00.000Z",
      level: "info",
      message: "request",
      id: "id-3",
      method: "PROPFIND",
      path: "/",
      status: 401,
      duration: 0,
      user: null,
      address: "192.0.2.1",
      received: 0,
      sent: null,
    },
  ]);
  const text = JSON.stringify(server.lines);
  assert.doesNotMatch(text, /secret|Basic/);
});

Deno.test("a preflight is answered for configured origins only (C17)", async () => {
  const origin = "https://app.example";
  const headers = {
    origin,
    "access-control-request-method": "PROPFIND",
    "access-control-request-headers": "authorization, depth",
  };
  const closed = await createHttpFixture();
  const refused = await closed.send("OPTIONS", "/calendars/me/", {
    user: null,
    headers,
  });
  assert.equal(refused.status, 401);
  assert.equal(refused.headers.get("access-control-allow-origin"), null);
  const open = await createHttpFixture({ http: { corsOrigins: [origin] } });
  const allowed = await open.send("OPTIONS", "/calendars/me/", {
    user: null,
    headers,
  });
  assert.equal(allowed.status, 200);
  assert.equal(allowed.headers.get("access-control-allow-origin"), origin);
  assert.match(
    allowed.headers.get("access-control-allow-methods") ?? "",
    /PROPFIND/,
  );
  assert.match(
    allowed.headers.get("access-control-allow-headers") ?? "",
    /Authorization.*Depth.*If-Match/,
  );
  const other = await open.send("OPTIONS", "/calendars/me/", {
    user: null,
    headers: { ...headers, origin: "https://other.example" },
  });
  assert.equal(other.status, 401);
  assert.equal(other.headers.get("access-control-allow-origin"), null);
  assert.equal(other.headers.get("vary"), "Origin");
});

Deno.test("answers to configured origins can be read, refusals too", async () => {
  const origin = "https://app.example";
  const server = await createHttpFixture({ http: { corsOrigins: ["*"] } });
  for (const user of ["me", null] as const) {
    const response = await server.send("GET", "/files/me/", {
      user,
      headers: { origin },
    });
    assert.equal(response.headers.get("access-control-allow-origin"), origin);
    assert.match(
      response.headers.get("access-control-expose-headers") ?? "",
      /ETag/,
    );
    await response.body?.cancel();
  }
});
