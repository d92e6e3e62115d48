import assert from "node:assert/strict";
import { NS } from "../../src/xml/names.ts";
import type { Privilege } from "../../src/service/privileges.ts";
import { at, ics } from "../service/fixture.ts";
import {
  assertCondition,
  createHttpFixture,
  type HttpFixture,
} from "./http_fixture.ts";

const EVENT = "/calendars/me/home/a.ics";
const TEXT = "/files/me/a.txt";

async function createServer(): Promise<HttpFixture & { etag: string }> {
  const server = await createHttpFixture();
  await server.data.put("calendars/me/home/a.ics", ics("a"));
  await server.data.put("files/me/a.txt", "0123456789", {}, "text/plain");
  return { ...server, etag: await server.data.etag("files/me/a.txt") };
}

Deno.test("get() answers exactly the bytes, with tag, date, type and length", async () => {
  const server = await createServer();
  const response = await server.send("GET", EVENT);
  assert.equal(response.status, 200);
  const { headers } = response;
  assert.equal(headers.get("etag"), await server.data.etag(EVENT.slice(1)));
  assert.equal(headers.get("content-type"), "text/calendar; charset=utf-8");
  assert.equal(headers.get("last-modified"), "Thu, 01 Jan 1970 00:16:40 GMT");
  assert.equal(headers.get("content-length"), String(ics("a").length));
  assert.equal(headers.get("accept-ranges"), "bytes");
  assert.match(headers.get("cache-control") ?? "", /no-transform/);
  assert.match(headers.get("content-security-policy") ?? "", /sandbox/);
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.deepEqual(await response.bytes(), ics("a"));
});

Deno.test("get() answers HEAD with the same headers and no body", async () => {
  const server = await createServer();
  const full = await server.send("GET", TEXT);
  const head = await server.send("HEAD", TEXT, {
    headers: { range: "bytes=0-1" },
  });
  assert.equal(head.status, 200);
  assert.equal(await head.text(), "");
  for (const name of ["etag", "content-type", "content-length"]) {
    assert.equal(head.headers.get(name), full.headers.get(name), name);
  }
  await full.body?.cancel();
});

Deno.test("get() answers 206 for one range and the whole for what it may ignore", async () => {
  const server = await createServer();
  const cases: [range: string, status: number, text: string, part?: string][] =
    [
      ["bytes=0-3", 206, "0123", "bytes 0-3/10"],
      ["bytes=8-", 206, "89", "bytes 8-9/10"],
      ["bytes=-3", 206, "789", "bytes 7-9/10"],
      ["bytes=5-99", 206, "56789", "bytes 5-9/10"],
      ["bytes=-99", 206, "0123456789", "bytes 0-9/10"],
      ["bytes=0-1,4-5", 200, "0123456789"],
      ["lines=0-1", 200, "0123456789"],
      ["bytes=3-1", 200, "0123456789"],
      ["bytes=-", 200, "0123456789"],
    ];
  for (const [range, status, text, part] of cases) {
    const response = await server.send("GET", TEXT, { headers: { range } });
    assert.equal(response.status, status, range);
    assert.equal(response.headers.get("content-range"), part ?? null, range);
    assert.equal(response.headers.get("content-length"), `${text.length}`);
    assert.equal(await response.text(), text);
  }
});

Deno.test("get() answers 416 for a range behind the end", async () => {
  const server = await createServer();
  for (const range of ["bytes=10-", "bytes=-0", "bytes=99-100"]) {
    const response = await server.send("GET", TEXT, { headers: { range } });
    assert.equal(response.status, 416, range);
    assert.equal(response.headers.get("content-range"), "bytes */10");
    await response.body?.cancel();
  }
});

Deno.test("get() minds a range only beside an If-Range that is the present tag", async () => {
  const server = await createServer();
  const cases: [ifRange: string, status: number][] = [
    [server.etag, 206],
    ['"other"', 200],
    [`W/${server.etag}`, 200],
    ["Thu, 01 Jan 1970 00:16:40 GMT", 200],
  ];
  for (const [ifRange, status] of cases) {
    const response = await server.send("GET", TEXT, {
      headers: { "range": "bytes=0-3", "if-range": ifRange },
    });
    assert.equal(response.status, status, ifRange);
    await response.body?.cancel();
  }
});

Deno.test("get() answers 304 and 412 as the conditional headers say", async () => {
  const server = await createServer();
  const { etag } = server;
  const cases: [headers: Record<string, string>, status: number][] = [
    [{ "if-none-match": etag }, 304],
    [{ "if-none-match": `W/${etag}` }, 304],
    [{ "if-none-match": "*" }, 304],
    [{ "if-none-match": '"other"' }, 200],
    [{ "if-match": '"other"' }, 412],
    [{ "if-match": `"other", ${etag}` }, 200],
    [{ "if-modified-since": "Thu, 01 Jan 1970 00:16:40 GMT" }, 304],
    [{ "if-modified-since": "Thu, 01 Jan 1970 00:16:39 GMT" }, 200],
    [{ "if-modified-since": "yesterday" }, 200],
    [{ "if-unmodified-since": "Thu, 01 Jan 1970 00:16:39 GMT" }, 412],
    [{ "if": `(["other"])` }, 412],
    [{ "if": `(Not [${etag}])` }, 412],
    [{ "if": `([${etag}])` }, 200],
  ];
  for (const [headers, status] of cases) {
    const response = await server.send("GET", TEXT, { headers });
    assert.equal(response.status, status, JSON.stringify(headers));
    if (status === 304) {
      assert.equal(response.headers.get("etag"), etag);
      assert.equal(await response.text(), "");
    } else await response.body?.cancel();
  }
});

Deno.test("get() answers a body larger than one row whole and in parts", async () => {
  const server = await createHttpFixture();
  const large = new Uint8Array(700_000).map((_, at) => at % 251);
  await server.data.put("files/me/large", large);
  const whole = await server.send("GET", "/files/me/large");
  assert.equal(whole.headers.get("content-length"), "700000");
  assert.deepEqual(await whole.bytes(), large);
  const part = await server.send("GET", "/files/me/large", {
    headers: { range: "bytes=65530-131080" },
  });
  assert.deepEqual(await part.bytes(), large.slice(65530, 131081));
  assert.equal(server.timer.pending(), 0, "no alarm is left");
});

Deno.test("get() answers a page at collections: a greeting for anybody at the root", async () => {
  const server = await createServer();
  const root = await server.send("GET", "/", { user: null });
  assert.equal(root.status, 200);
  assert.equal(root.headers.get("content-type"), "text/html; charset=utf-8");
  assert.match(await root.text(), /calendar and address-book server/);
  for (
    const path of [
      "/",
      "/calendars/",
      "/calendars/me/",
      "/principals/users/me/",
      "/addressbooks/me/",
    ]
  ) {
    const response = await server.send("GET", path);
    assert.equal(response.status, 200, path);
    assert.match(await response.text(), /<h1>Kalends<\/h1>/);
    const head = await server.send("HEAD", path);
    assert.equal(head.status, 200, path);
  }
});

Deno.test("get() lists the members of a folder as links", async () => {
  const server = await createServer();
  await server.data.make("files/me/a<b");
  await server.data.put("files/me/ü&.txt", "x");
  const response = await server.send("GET", "/files/me");
  const html = await response.text();
  assert.equal(response.headers.get("content-location"), "/files/me/");
  const links = [...html.matchAll(/<a href="([^"]*)">([^<]*)</g)]
    .map(([, href, name]) => [href, name]);
  assert.deepEqual(links, [
    ["/files/me/a%3Cb/", "a&#60;b/"],
    ["/files/me/a.txt", "a.txt"],
    ["/files/me/%C3%BC%26.txt", "ü&#38;.txt"],
  ]);
});

Deno.test("get() answers 404 where nothing is and 403 alike below another user", async () => {
  const server = await createServer();
  for (const path of ["/files/me/none", "/calendars/me/home/none.ics", "/x"]) {
    const response = await server.send("GET", path);
    assert.equal(response.status, 404, path);
    await response.body?.cancel();
  }
  const answers = [];
  for (const path of ["/files/you/", "/files/you/a", "/files/nobody/a"]) {
    const response = await server.send("GET", path);
    const text = await response.clone().text();
    answers.push(text.replace(path, "PATH"));
    await assertCondition(response, [403, NS.dav, "need-privileges"]);
  }
  assert.equal(new Set(answers).size, 1, "nothing tells them apart");
});

Deno.test("get() gives nothing to who may no longer read it when it is read", async () => {
  const server = await createServer();
  const { me, service } = server.data;
  const you = { type: "principal", set: "users", name: "you" } as const;
  const setAces = async (privileges: readonly Privilege[]) => {
    const aces = privileges.map((one) => ({
      principal: { type: "principal", path: you } as const,
      deny: false,
      privileges: [one],
    }));
    const input = { aces, conditions: {} };
    assert.ok((await service.setAcl(me, at("files/me/a.txt"), input)).ok);
  };
  const { read } = service;
  const endsAfterRead: typeof read = async (session, reader) => {
    const answer = await read(session, reader);
    await setAces([]);
    return answer;
  };
  await setAces(["dav:read"]);
  const shared = await server.send("GET", TEXT, { user: "you" });
  assert.equal(await shared.text(), "0123456789");
  // the first look says whether they may, a later one is at the bytes
  Object.assign(service, { read: endsAfterRead });
  const late = await server.send("GET", TEXT, { user: "you" });
  assert.equal(late.status, 403);
  assert.doesNotMatch(await late.text(), /0123456789/);
});
