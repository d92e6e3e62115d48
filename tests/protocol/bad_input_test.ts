import assert from "node:assert/strict";
import type { Method } from "../../src/dav/context.ts";
import { METHODS } from "../../src/dav/methods/mod.ts";
import { StoreBusy } from "../../src/store/view.ts";
import { ics } from "../service/fixture.ts";
import { assertUnchanged, createHttpFixture, TABLES } from "./http_fixture.ts";

const EVENT = "/calendars/me/home/a.ics";
const EVENT_BODY = { body: ics("a") as Uint8Array<ArrayBuffer> };

Deno.test("paths that are no paths are refused, and never normalised", async () => {
  const server = await createHttpFixture();
  await server.data.put("calendars/me/home/a.ics", ics("a"));
  const before = server.snapshot();
  const cases: [path: string, status: number][] = [
    ["/calendars/me/x/../home/a.ics", 400],
    ["/calendars/me/./home/a.ics", 400],
    ["/calendars/me/x/%2e%2e/home/a.ics", 400],
    ["/calendars/me/%2E/home/a.ics", 400],
    ["/calendars/me/home/a%00.ics", 400],
    ["/calendars/me/home/%FF.ics", 400],
    ["/calendars/me/home/%zz.ics", 400],
    ["/calendars/me/home/a#b.ics", 400],
    [`/calendars/me/home/${"a".repeat(256)}`, 400],
    [`/calendars/me/home/${"%C3%BC".repeat(128)}`, 400],
    [`/calendars/me/home/${"a".repeat(8192)}`, 414],
    [`${EVENT}?${"a".repeat(8192)}`, 414],
    ["//calendars/me/home/a.ics", 404],
    ["/calendars//me/home/a.ics", 404],
    ["/calendars/me/home//a.ics", 404],
    ["/calendars/me/home/a.ics//", 404],
    ["/remote.php/dav/", 404],
    ["/caldav/me/home/a.ics", 404],
  ];
  for (const [path, status] of cases) {
    for (const method of ["GET", "PUT", "DELETE", "PROPFIND", "MKCOL"]) {
      const response = await server.send(method, path, {
        ...(method === "PUT" && EVENT_BODY),
      });
      assert.equal(response.status, status, `${method} ${path.slice(0, 60)}`);
      await response.body?.cancel();
    }
  }
  await assertUnchanged(server, before);
});

Deno.test("a path of a thousand segments is answered", async () => {
  const server = await createHttpFixture();
  const before = server.snapshot();
  const path = `/files/me${"/a".repeat(1000)}`;
  const cases = [["GET", 404], ["PUT", 409], ["MKCOL", 409]] as const;
  for (const [method, status] of cases) {
    const response = await server.send(method, path);
    assert.equal(response.status, status, method);
    await response.body?.cancel();
  }
  await assertUnchanged(server, before);
});

Deno.test("headers that cannot be read are refused with 400 and a sentence", async () => {
  const server = await createHttpFixture();
  await server.data.put("calendars/me/home/a.ics", ics("a"));
  const before = server.snapshot();
  const cases: Record<string, string>[] = [
    { depth: "2" },
    { depth: "" },
    { depth: "0, 1" },
    { overwrite: "yes" },
    { "if-match": "" },
    { "if-match": '"open' },
    { "if-match": '*, "a"' },
    { "if-none-match": '"a" "b"' },
    { if: "x" },
    { if: "()" },
    { if: '(["a"]' },
    { if: '</x> (["a"]) junk' },
  ];
  for (const headers of cases) {
    const response = await server.send("PUT", EVENT, {
      headers,
      body: ics("a", { summary: "Tea" }) as Uint8Array<ArrayBuffer>,
    });
    const [name = ""] = Object.keys(headers);
    const text = await response.text();
    assert.equal(response.status, 400, JSON.stringify(headers));
    assert.match(text.toLowerCase(), new RegExp(`^cannot parse ${name}`));
  }
  await assertUnchanged(server, before);
});

Deno.test("put() answers 400 for Content-Range, 415 for Content-Encoding, 417 for an unknown Expect", async () => {
  const server = await createHttpFixture();
  const before = server.snapshot();
  const cases: [headers: Record<string, string>, status: number][] = [
    [{ "content-range": "bytes 0-9/100" }, 400],
    [{ "content-range": "" }, 400],
    [{ "content-encoding": "gzip" }, 415],
    [{ "content-encoding": "identity, br" }, 415],
    [{ expect: "200-ok" }, 417],
  ];
  for (const [headers, status] of cases) {
    const response = await server.send("PUT", EVENT, {
      headers,
      ...EVENT_BODY,
    });
    assert.equal(response.status, status, JSON.stringify(headers));
    await response.body?.cancel();
  }
  await assertUnchanged(server, before);
  const fine = await server.send("PUT", EVENT, {
    headers: { expect: "100-continue", "content-encoding": "Identity" },
    ...EVENT_BODY,
  });
  assert.equal(fine.status, 201);
});

Deno.test("put() answers 400 for a body that is cut short", async () => {
  const server = await createHttpFixture();
  const before = server.snapshot();
  function cut(fail: boolean): ReadableStream<Uint8Array> {
    return new ReadableStream({
      start(controller) {
        controller.enqueue(ics("a"));
        if (fail) controller.error(new TypeError("connection closed"));
        else controller.close();
      },
    });
  }
  const broken = await server.send("PUT", EVENT, { body: cut(true) });
  assert.equal(broken.status, 400);
  const short = await server.send("PUT", EVENT, {
    headers: { "content-length": "1000" },
    body: cut(false),
  });
  assert.equal(short.status, 400);
  await broken.body?.cancel();
  await short.body?.cancel();
  await assertUnchanged(server, before);
});

Deno.test("put() answers 408 for a body that stands still, and for one that drips", async () => {
  for (const drip of [false, true]) {
    const server = await createHttpFixture();
    const before = server.snapshot();
    let cancelled = false;
    let step = (): void => {};
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await new Promise<void>((resolve) => step = resolve);
        controller.enqueue(Uint8Array.of(65));
      },
      cancel() {
        cancelled = true;
      },
    }, { highWaterMark: 0 });
    let response: Response | undefined;
    const sent = server.send("PUT", EVENT, { body })
      .then((answer) => response = answer);
    const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
    await settle();
    let rounds = 0;
    while (response === undefined && rounds < 1000) {
      rounds++;
      server.timer.advance(drip ? 20_000 : 30_000);
      if (drip) step();
      await settle();
    }
    await sent;
    assert.equal(response?.status, 408);
    assert.equal(rounds, drip ? 30 : 1);
    assert.ok(cancelled, "the rest is not read");
    assert.equal(server.timer.pending(), 0, "no alarm is left");
    await response?.body?.cancel();
    await assertUnchanged(server, before);
  }
});

Deno.test("methods without a body answer 415 for one", async () => {
  const server = await createHttpFixture();
  await server.data.put("files/me/a", "a");
  const before = server.snapshot();
  for (const method of ["DELETE", "COPY", "MOVE", "OPTIONS"]) {
    const response = await server.send(method, "/files/me/a", {
      headers: { destination: "/files/me/b" },
      body: "x",
    });
    assert.equal(response.status, 415, method);
    await response.body?.cancel();
  }
  await assertUnchanged(server, before);
  const empty = await server.send("DELETE", "/files/me/a", {
    body: new ReadableStream({ start: (controller) => controller.close() }),
  });
  assert.equal(empty.status, 204, "a body without bytes is none");
});

Deno.test("bodies that are not XML are refused where XML is asked for", async () => {
  const server = await createHttpFixture();
  const before = server.snapshot();
  const entities =
    "<!DOCTYPE x [<!ENTITY a 'b'>]><mkcol xmlns='DAV:'>&a;</mkcol>";
  const cases: [body: BodyInit, type: string, status: number][] = [
    ["<mkcol", "application/xml", 400],
    ["x", "text/xml", 400],
    [entities, "application/xml", 400],
    ["<a:b/>", "application/xml", 400],
    [Uint8Array.of(0x3c, 0xff, 0x3e), "application/xml", 400],
    ["<x/>", "application/xml; charset=klingon", 415],
    ["<mkcol xmlns='DAV:'/>", "image/png", 415],
    [`${"<a>".repeat(10_000)}`, "application/xml", 413],
    [`<a>${"<b/>".repeat(1_000_000)}</a>`, "application/xml", 413],
  ];
  for (const method of ["MKCOL", "MKCALENDAR"]) {
    for (const [body, type, status] of cases) {
      const response = await server.send(method, "/calendars/me/new/", {
        headers: { "content-type": type },
        body,
      });
      const text = await response.text();
      assert.equal(response.status, status, `${type} ${text}`);
    }
  }
  await assertUnchanged(server, before);
});

Deno.test("methods that nobody knows answer 501, known ones that are not for us 405", async () => {
  const server = await createHttpFixture();
  for (const method of ["FOO", "propfind", "get2", "X-Y"]) {
    const response = await server.send(method, "/calendars/me/");
    assert.equal(response.status, 501, method);
    await response.body?.cancel();
  }
  for (const method of ["POST", "PATCH", "SEARCH"]) {
    const response = await server.send(method, "/calendars/me/");
    assert.equal(response.status, 405, method);
    assert.match(response.headers.get("allow") ?? "", /PROPFIND/);
    await response.body?.cancel();
    const missing = await server.send(method, "/calendars/me/none/");
    assert.equal(missing.status, 404, method);
    await missing.body?.cancel();
  }
});

Deno.test("conditional headers hold for methods that do not pass them on", async () => {
  const server = await createHttpFixture();
  await server.data.put("files/me/a", "a");
  const before = server.snapshot();
  const etag = await server.data.etag("files/me/a");
  const cases: [
    method: string,
    path: string,
    headers: Record<string, string>,
  ][] = [
    ["OPTIONS", "/files/me/a", { "if-match": '"x"' }],
    ["OPTIONS", "/files/me/a", { "if-none-match": etag }],
    ["OPTIONS", "/files/me/", { "if": "(<opaquelocktoken:x>)" }],
    ["MKCOL", "/files/me/new", { "if-match": "*" }],
    ["MKCOL", "/files/me/new", { "if": '(["x"])' }],
  ];
  for (const [method, path, headers] of cases) {
    const response = await server.send(method, path, { headers });
    assert.equal(response.status, 412, `${method} ${JSON.stringify(headers)}`);
    await response.body?.cancel();
  }
  await assertUnchanged(server, before);
  const fine = await server.send("MKCOL", "/files/me/new", {
    headers: { "if-none-match": "*", "if": "(Not <DAV:no-lock>)" },
  });
  assert.equal(fine.status, 201);
});

function failing(error: unknown): Method[] {
  return METHODS.map((row) =>
    row.name === "PROPFIND"
      ? { ...row, handler: () => Promise.reject(error) }
      : row
  );
}

Deno.test("a bug is answered 500 without detail and logged with the request's id", async () => {
  for (const error of [new Error("secret detail"), "secret text"]) {
    const server = await createHttpFixture({
      deps: { tables: { ...TABLES, methods: failing(error) } },
    });
    const response = await server.send("PROPFIND", "/");
    assert.equal(response.status, 500);
    const text = await response.text();
    assert.doesNotMatch(text, /secret/);
    assert.match(text, /id-1/);
    assert.equal(response.headers.get("x-request-id"), "id-1");
    const bug = server.lines.find((line) => line["message"] === "bug");
    assert.equal(bug?.["id"], "id-1");
    assert.equal(bug?.["level"], "error");
    const next = await server.send("OPTIONS", "/");
    assert.equal(next.status, 200);
  }
});

Deno.test("a busy store is answered 503 with Retry-After", async () => {
  const methods = failing(new StoreBusy("full"));
  const server = await createHttpFixture({
    deps: { tables: { ...TABLES, methods } },
  });
  const response = await server.send("PROPFIND", "/");
  assert.equal(response.status, 503);
  assert.equal(response.headers.get("retry-after"), "2");
  await response.body?.cancel();
});

Deno.test("too many requests at a time are answered 503, and health is still told", async () => {
  let release = (): void => {};
  const waiting = new Promise<Response>((resolve) => {
    release = () => resolve(new Response(null, { status: 207 }));
  });
  const methods = METHODS.map((row) =>
    row.name === "PROPFIND"
      ? { ...row, handler: () => waiting.then((answer) => answer.clone()) }
      : row
  );
  const server = await createHttpFixture({
    http: { maxRequests: 3, maxRequestsPerAddress: 2 },
    deps: { tables: { ...TABLES, methods } },
  });
  const slow = [1, 2].map(() => server.send("PROPFIND", "/"));
  const third = await server.send("OPTIONS", "/");
  assert.equal(third.status, 503);
  assert.equal(third.headers.get("retry-after"), "2");
  const other = { address: "192.0.2.2" };
  assert.equal((await server.send("OPTIONS", "/", other)).status, 200);
  slow.push(server.send("PROPFIND", "/", other));
  assert.equal((await server.send("OPTIONS", "/", other)).status, 503);
  assert.equal((await server.send("GET", "/healthz")).status, 200);
  release();
  for (const answer of slow) {
    const { status, headers } = await answer;
    assert.equal(status, 207);
    assert.match(headers.get("dav") ?? "", /^1, 3/, "C7");
  }
  assert.equal((await server.send("OPTIONS", "/")).status, 200);
});
