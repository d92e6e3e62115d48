import assert from "node:assert/strict";
import { splitCalendar } from "../../src/calendar/files/split.ts";
import { splitVcards } from "../../src/contacts/split.ts";
import { childElements, findChild, NS, textOf } from "../../src/xml/names.ts";
import { parseXml } from "../../src/xml/parse.ts";
import { ics, vcf } from "../service/fixture.ts";
import { createTestServer, type TestServer } from "./harness.ts";

const HOME = "/calendars/me/home/";
const CONTACTS = "/addressbooks/me/contacts/";

async function fill(server: TestServer): Promise<void> {
  for (const uid of ["a", "b"]) {
    const event = await server.dav("PUT", `${HOME}${uid}.ics`, {
      headers: { "content-type": "text/calendar" },
      body: new Uint8Array(ics(uid)),
    });
    assert.equal(event.status, 201);
    const card = await server.dav("PUT", `${CONTACTS}${uid}.vcf`, {
      headers: { "content-type": "text/vcard" },
      body: new Uint8Array(vcf(uid)),
    });
    assert.equal(card.status, 201);
  }
}

Deno.test("GET on a calendar gives all of it as one file", async () => {
  await using server = await createTestServer();
  await fill(server);
  const { status, headers, bytes, text } = await server.dav("GET", HOME);
  assert.equal(status, 200);
  assert.equal(headers.get("content-type"), "text/calendar; charset=utf-8");
  assert.equal(headers.get("content-length"), String(bytes.length));
  assert.match(headers.get("content-security-policy") ?? "", /sandbox/);
  assert.equal(text.match(/^BEGIN:VCALENDAR\r$/gm)?.length, 1);
  const parts = [...splitCalendar(bytes)].map((step) =>
    step.type === "object" ? new TextDecoder().decode(step.bytes) : step.type
  );
  assert.equal(parts.length, 2);
  for (const [at, uid] of ["a", "b"].entries()) {
    const own = new TextDecoder().decode(ics(uid));
    const event = own.slice(
      own.indexOf("BEGIN:VEVENT"),
      own.indexOf("END:VCALENDAR"),
    );
    assert.ok(parts[at]?.includes(event), uid);
  }
});

Deno.test("GET on an address book gives all cards", async () => {
  await using server = await createTestServer();
  await fill(server);
  const { headers, bytes } = await server.dav("GET", CONTACTS);
  assert.equal(headers.get("content-type"), "text/vcard; charset=utf-8");
  const steps = [...splitVcards(bytes)];
  assert.deepEqual(
    steps.map((step) => step.type === "object" && step.bytes),
    [vcf("a"), vcf("b")],
  );
});

Deno.test("the tag of the file changes with any object and with the name, and with nothing else", async () => {
  await using server = await createTestServer();
  await fill(server);
  const tag = async () =>
    (await server.dav("HEAD", HOME)).headers.get("etag") ?? "";
  const first = await tag();
  assert.match(first, /^"[^"]+"$/);
  assert.equal(await tag(), first);
  await server.dav("PUT", `${HOME}b.ics`, {
    headers: { "content-type": "text/calendar" },
    body: new Uint8Array(ics("b", { summary: "Dinner" })),
  });
  const second = await tag();
  assert.notEqual(second, first);
  await server.dav("PROPPATCH", HOME, {
    body:
      '<d:propertyupdate xmlns:d="DAV:"><d:set><d:prop><d:displayname>Mine, all</d:displayname></d:prop></d:set></d:propertyupdate>',
  });
  const third = await tag();
  assert.notEqual(third, second);
  const { text, headers } = await server.dav("GET", HOME);
  assert.match(text, /^X-WR-CALNAME:Mine\\, all\r$/m);
  assert.equal(headers.get("etag"), third);
});

Deno.test("the file shows a name that says its language, too", async () => {
  await using server = await createTestServer();
  await server.dav("PROPPATCH", HOME, {
    body:
      '<d:propertyupdate xmlns:d="DAV:"><d:set><d:prop xml:lang="de"><d:displayname>Grüße</d:displayname></d:prop></d:set></d:propertyupdate>',
  });
  const { text } = await server.dav("GET", HOME);
  assert.match(text, /^X-WR-CALNAME:Grüße\r$/m);
});

Deno.test("getetag of a calendar or address book is the tag of its file", async () => {
  await using server = await createTestServer();
  for (const path of [HOME, CONTACTS]) {
    const head = await server.dav("HEAD", path);
    const { text } = await server.dav("PROPFIND", path, {
      headers: { depth: "0" },
      body:
        '<d:propfind xmlns:d="DAV:"><d:prop><d:getetag/></d:prop></d:propfind>',
    });
    const [member] = childElements(parseXml(text));
    const [stat] = childElements(member ?? assert.fail()).slice(1);
    const [prop] = childElements(stat ?? assert.fail());
    const etag = findChild(prop ?? assert.fail(), NS.dav, "getetag");
    assert.equal(textOf(etag ?? assert.fail()), head.headers.get("etag"));
  }
});

Deno.test("HEAD, If-None-Match and If-Match look at the tag of the file", async () => {
  await using server = await createTestServer();
  await fill(server);
  const head = await server.dav("HEAD", HOME);
  assert.equal(head.status, 200);
  assert.equal(head.bytes.length, 0);
  assert.equal(
    head.headers.get("content-type"),
    "text/calendar; charset=utf-8",
  );
  const etag = head.headers.get("etag") ?? "";
  const same = await server.dav("GET", HOME, {
    headers: { "if-none-match": etag },
  });
  assert.equal(same.status, 304);
  assert.equal(same.headers.get("etag"), etag);
  const good = await server.dav("GET", HOME, { headers: { "if-match": etag } });
  assert.equal(good.status, 200);
  const other = await server.dav("GET", HOME, {
    headers: { "if-match": '"other"' },
  });
  assert.equal(other.status, 412);
});

Deno.test("an empty calendar is a file without components", async () => {
  await using server = await createTestServer();
  const { status, text } = await server.dav("GET", HOME);
  assert.equal(status, 200);
  assert.match(text, /^BEGIN:VCALENDAR\r\n/);
  assert.equal(text.includes("BEGIN:VEVENT"), false);
});

Deno.test("a file of more bytes than are given at once is refused before it is read", async () => {
  await using server = await createTestServer({ maxAnswerBytes: 300 });
  await fill(server);
  const { status } = await server.dav("GET", HOME);
  assert.equal(status, 507);
  const head = await server.dav("HEAD", HOME);
  assert.equal(head.status, 200);
});

Deno.test("nobody else gets the file", async () => {
  await using server = await createTestServer();
  const { status } = await server.dav("GET", HOME, { user: "other" });
  assert.equal(status, 403);
});
