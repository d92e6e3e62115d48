import assert from "node:assert/strict";
import { NS } from "../../src/xml/names.ts";
import { bytes, ics, vcf } from "../service/fixture.ts";
import {
  assertCondition,
  assertUnchanged,
  createHttpFixture,
} from "./http_fixture.ts";

const EVENT = "/calendars/me/home/a.ics";
const ICS = { "content-type": "text/calendar; charset=utf-8" };

function body(content: Uint8Array): { body: Uint8Array<ArrayBuffer> } {
  return { body: content as Uint8Array<ArrayBuffer> };
}

Deno.test("put() answers 201 with a tag for a new object and 204 for another content", async () => {
  const server = await createHttpFixture();
  const made = await server.send("PUT", EVENT, {
    headers: { ...ICS, "if-none-match": "*" },
    ...body(ics("a")),
  });
  assert.equal(made.status, 201);
  assert.equal(await made.text(), "");
  const etag = made.headers.get("etag");
  assert.equal(etag, await server.data.etag(EVENT.slice(1)));
  const changed = await server.send("PUT", EVENT, {
    headers: { ...ICS, "if-match": etag ?? "" },
    ...body(ics("a", { summary: "Tea" })),
  });
  assert.equal(changed.status, 204);
  assert.notEqual(changed.headers.get("etag"), etag);
  const got = await server.send("GET", EVENT);
  assert.equal(got.headers.get("etag"), changed.headers.get("etag"));
  assert.deepEqual(await got.bytes(), ics("a", { summary: "Tea" }));
});

Deno.test("put() answers 412 for a lost race and for If-None-Match on what exists", async () => {
  const server = await createHttpFixture();
  await server.data.put("calendars/me/home/a.ics", ics("a"));
  const before = server.snapshot();
  const refused: Record<string, string>[] = [
    { "if-match": '"lost"' },
    { "if-none-match": "*" },
    { "if": '(["lost"])' },
    { "if": "(<opaquelocktoken:x>)" },
    { "if-unmodified-since": "Thu, 01 Jan 1970 00:00:01 GMT" },
  ];
  for (const headers of refused) {
    const response = await server.send("PUT", EVENT, {
      headers: { ...ICS, ...headers },
      ...body(ics("a", { summary: "Tea" })),
    });
    assert.equal(response.status, 412, JSON.stringify(headers));
    await response.body?.cancel();
  }
  await assertUnchanged(server, before);
});

Deno.test("put() answers 412 for If-Match where nothing is", async () => {
  const server = await createHttpFixture();
  const before = server.snapshot();
  for (const match of ["*", '"x"']) {
    const response = await server.send("PUT", EVENT, {
      headers: { ...ICS, "if-match": match },
      ...body(ics("a")),
    });
    assert.equal(response.status, 412);
    await response.body?.cancel();
  }
  await assertUnchanged(server, before);
});

Deno.test("put() understands the ways in which clients and proxies spell a tag", async () => {
  const server = await createHttpFixture();
  await server.data.put("calendars/me/home/a.ics", ics("a"));
  let count = 0;
  const spellings: ((etag: string) => Record<string, string>)[] = [
    (etag) => ({ "if-match": etag }),
    (etag) => ({ "if-match": "*", "x": etag }),
    (etag) => ({ "if-match": `"other", ${etag}` }),
    (etag) => ({ "if-match": `W/${etag}` }),
    (etag) => ({ "if-match": etag.replace(/"$/, '-gzip"') }),
    (etag) => ({ "if-match": etag.replaceAll('"', '\\"') }),
    (etag) => ({ "if-match": etag.replaceAll('"', "") }),
    (etag) => ({ "if": `([${etag}])` }),
    (etag) => ({ "if": `(["other"]) ([${etag}])` }),
    (etag) => ({ "if": `<http://dav.example${EVENT}> ([${etag}])` }),
    (etag) => ({ "if": `(Not <DAV:no-lock> [${etag}])` }),
  ];
  for (const spell of spellings) {
    const headers = spell(await server.data.etag(EVENT.slice(1)));
    const response = await server.send("PUT", EVENT, {
      headers: { ...ICS, ...headers },
      ...body(ics("a", { summary: `Change ${++count}` })),
    });
    assert.equal(response.status, 204, JSON.stringify(headers));
  }
});

Deno.test("put() never replaces a collection (C65)", async () => {
  const server = await createHttpFixture();
  await server.data.put("calendars/me/home/a.ics", ics("a"));
  const before = server.snapshot();
  const places = [
    "/",
    "/calendars/",
    "/calendars/me/",
    "/calendars/me/home/",
    "/calendars/me/home",
    "/addressbooks/me/contacts/",
    "/files/me/",
    "/principals/users/me/",
  ];
  for (const path of places) {
    for (const headers of [{}, { "if": '(["x"])' }, { "if-match": "*" }]) {
      const response = await server.send("PUT", path, {
        headers: { ...ICS, ...headers },
        ...body(ics("b")),
      });
      assert.equal(response.status, 405, path);
      assert.doesNotMatch(response.headers.get("allow") ?? "", /PUT/);
      await response.body?.cancel();
    }
  }
  await assertUnchanged(server, before);
});

Deno.test("put() answers 409 below what is missing, and for a URL with a slash at its end", async () => {
  const server = await createHttpFixture();
  const before = server.snapshot();
  for (
    const path of [
      "/calendars/me/none/a.ics",
      "/files/me/none/a.txt",
      "/files/me/new/",
    ]
  ) {
    const response = await server.send("PUT", path, body(ics("a")));
    assert.equal(response.status, 409, path);
    await response.body?.cancel();
  }
  await assertUnchanged(server, before);
});

Deno.test("put() answers 403 with the condition for bytes that do not belong there", async () => {
  const server = await createHttpFixture();
  await server.data.put("calendars/me/home/a.ics", ics("a"));
  const before = server.snapshot();
  const text = (value: string) => bytes(value);
  const event = new TextDecoder().decode(ics("x"));
  const cases: [
    path: string,
    type: string,
    content: Uint8Array,
    condition: [ns: string, local: string],
  ][] = [
    [EVENT, "text/calendar", text(""), [NS.caldav, "valid-calendar-data"]],
    [EVENT, "text/calendar", text("x"), [NS.caldav, "valid-calendar-data"]],
    [
      EVENT,
      "text/calendar",
      text(event.replace("END:VCALENDAR\r\n", "")),
      [NS.caldav, "valid-calendar-data"],
    ],
    [
      EVENT,
      "text/calendar",
      Uint8Array.of(0xff, 0xfe, 0x80),
      [NS.caldav, "valid-calendar-data"],
    ],
    [
      EVENT,
      "text/calendar",
      text(event.replace("VERSION:2.0", "VERSION:2.0\r\nMETHOD:REQUEST")),
      [NS.caldav, "valid-calendar-object-resource"],
    ],
    [EVENT, "image/png", ics("a"), [NS.caldav, "supported-calendar-data"]],
    [
      "/calendars/me/home/t.ics",
      "text/calendar",
      ics("t", { component: "VTODO" }),
      [NS.caldav, "supported-calendar-component"],
    ],
    [
      "/calendars/me/home/b.ics",
      "text/calendar",
      ics("a"),
      [NS.caldav, "no-uid-conflict"],
    ],
    [
      "/addressbooks/me/contacts/a.vcf",
      "text/vcard",
      text("BEGIN:VCARD"),
      [NS.carddav, "valid-address-data"],
    ],
    [
      "/addressbooks/me/contacts/a.vcf",
      "text/plain",
      vcf("a"),
      [NS.carddav, "supported-address-data"],
    ],
  ];
  for (const [path, type, content, [ns, local]] of cases) {
    const response = await server.send("PUT", path, {
      headers: { "content-type": type },
      ...body(content),
    });
    await assertCondition(response, [403, ns, local]);
  }
  await assertUnchanged(server, before);
});

Deno.test("put() names the object that has the UID already", async () => {
  const server = await createHttpFixture();
  await server.data.put("calendars/me/home/a b.ics", ics("a"));
  const response = await server.send("PUT", "/calendars/me/home/b.ics", {
    headers: ICS,
    ...body(ics("a")),
  });
  assert.match(
    await response.text(),
    />\/calendars\/me\/home\/a%20b\.ics<\//,
  );
});

Deno.test("put() answers 403 max-resource-size by the announced and by the real length", async () => {
  const server = await createHttpFixture({ dav: { maxResourceSize: 500 } });
  const before = server.snapshot();
  const cases: [
    path: string,
    expected: number,
    condition?: [string, string],
  ][] = [
    [EVENT, 403, [NS.caldav, "max-resource-size"]],
    ["/addressbooks/me/contacts/a.vcf", 403, [
      NS.carddav,
      "max-resource-size",
    ]],
  ];
  for (const [path, status, condition] of cases) {
    let pulled = 0;
    const endless = () =>
      new ReadableStream<Uint8Array>({
        pull(controller) {
          // Endless for the server; ended so that a broken one fails, not hangs.
          if (pulled++ > 1000) controller.close();
          else controller.enqueue(new Uint8Array(100).fill(65));
        },
      });
    for (const headers of [{ "content-length": "501" }, {}]) {
      const response = await server.send("PUT", path, {
        headers,
        body: endless(),
      });
      assert.ok(condition);
      await assertCondition(response, [status, ...condition]);
    }
    assert.ok(pulled < 20, `${pulled} pieces were read`);
  }
  const file = await server.send("PUT", "/files/me/large", {
    body: "x".repeat(501),
  });
  assert.ok([403, 413].includes(file.status), `${file.status}`);
  await file.body?.cancel();
  await assertUnchanged(server, before);
});

Deno.test("put() keeps odd names as they are", async () => {
  const server = await createHttpFixture();
  const names = [
    "a@b.ics",
    "a%40b c.ics",
    "a+b.ics",
    "a%2Fb.ics",
    "%C3%BC.ics",
    "%F0%9F%93%85.ics",
    "noext",
    "X.EML",
    "%25.ics",
    ";,!'().ics",
  ];
  for (const [at, name] of names.entries()) {
    const response = await server.send("PUT", `/calendars/me/home/${name}`, {
      headers: ICS,
      ...body(ics(`uid-${at}`)),
    });
    assert.equal(response.status, 201, name);
  }
  assert.deepEqual(
    (await server.data.members("calendars/me/home")).sort(),
    names.map(decodeURIComponent).sort(),
  );
  for (const same of ["a%40b.ics", "%61@b.ics"]) {
    const response = await server.send("GET", `/calendars/me/home/${same}`);
    assert.deepEqual(await response.bytes(), ics("uid-0"), same);
  }
});

Deno.test("put() answers 403 alike below another user, whether something is there or not", async () => {
  const server = await createHttpFixture();
  await server.data.service.put(
    server.data.you,
    {
      type: "tree",
      space: "calendars",
      user: "you",
      names: ["home", "there.ics"],
    },
    { bytes: ics("y"), type: null, conditions: {} },
  );
  const before = server.snapshot();
  const answers = new Set<string>();
  for (
    const path of [
      "/calendars/you/home/there.ics",
      "/calendars/you/home/none.ics",
      "/calendars/you/none/none.ics",
      "/calendars/nobody/home/none.ics",
    ]
  ) {
    for (const headers of [{}, { "if-match": '"x"' }]) {
      const response = await server.send("PUT", path, {
        headers: { ...ICS, ...headers },
        ...body(ics("z")),
      });
      const text = await response.text();
      assert.equal(response.status, 403, text);
      answers.add(text.replaceAll(path, "PATH"));
    }
  }
  assert.equal(answers.size, 1, "nothing tells them apart");
  assert.match([...answers].join(), /need-privileges/);
  await assertUnchanged(server, before);
});
