/** The If header on the server's state: RFC 4918 section 10.4 and RFC 6578 section 5. */

import assert from "node:assert/strict";
import { demand, readText, type Send, sendFor } from "./client.ts";
import { makeFile, makeFolder, takeLock } from "./lock_client.ts";

const FILE = "/files/me/a.txt";
const FOLDER = "/files/me/folder/";

async function etagOf(send: Send, path: string): Promise<string> {
  return (await sendFor(200, send, "GET", path)).headers.get("etag") ?? "";
}

/** Asserts what an If header comes to, on methods that change nothing where it is true. */
async function assertIf(
  send: Send,
  path: string,
  cases: readonly (readonly [value: string, holds: boolean])[],
): Promise<void> {
  for (const [value, holds] of cases) {
    const headers = { if: value };
    for (const method of ["HEAD", "OPTIONS"]) {
      const answer = await send(method, path, { headers });
      assert.equal(answer.status, holds ? 200 : 412, `${method} ${value}`);
    }
    const bodies = { PROPFIND: "", REPORT: '<expand-property xmlns="DAV:"/>' };
    for (const [method, body] of Object.entries(bodies)) {
      const found = await send(method, path, {
        headers: { ...headers, depth: "0" },
        body,
      });
      assert.equal(found.status, holds ? 207 : 412, `${method} ${value}`);
    }
  }
}

demand(
  "an If header is true where all conditions of one list are",
  async (send) => {
    await makeFile(send, FILE);
    const { token } = await takeLock(send, FILE);
    const etag = await etagOf(send, FILE);
    await assertIf(send, FILE, [
      [`(<${token}>)`, true],
      [`(Not <${token}>)`, false],
      [`([${etag}])`, true],
      [`([W/${etag}])`, true],
      [`(Not [${etag}])`, false],
      [`(<${token}> [${etag}])`, true],
      [`(<${token}> ["x"])`, false],
      [`(<${token}> Not ["x"])`, true],
      [`(<${token}> ["x"]) ([${etag}])`, true],
      [`(<urn:x>) (["x"])`, false],
      [`(<urn:x>) (Not <urn:x>)`, true],
      [`(<DAV:no-lock>)`, false],
      [`(<urn:x>) (Not <DAV:no-lock>)`, true],
      [`(Not <${token}> Not <DAV:no-lock>)`, false],
    ]);
  },
);

demand("a tagged list speaks of its own resource", async (send) => {
  await makeFile(send, FILE);
  await makeFile(send, "/files/me/b", "b");
  const { token } = await takeLock(send, FILE);
  const etag = await etagOf(send, "/files/me/b");
  await assertIf(send, "/files/me/b", [
    [`<${FILE}> (<${token}>)`, true],
    [`</files/me/b> (<${token}>)`, false],
    [`<${FILE}> (<${token}>) </files/me/b> (["x"])`, true],
    [`<${FILE}> (["x"]) (Not ["y"])`, true],
    [`<${FILE}> ([${etag}])`, false],
    [`<http://elsewhere.example${FILE}> (<${token}>)`, false],
    // Of what is elsewhere, or somebody else's, nothing is true.
    [`<http://elsewhere.example${FILE}> (Not <urn:x>)`, false],
    [`</files/other/a> (Not <urn:x>)`, false],
    // What is not there has no state.
    [`</files/me/none> (Not <${token}>)`, true],
    [`</files/me/none> (<${token}>)`, false],
    // What only the layout of URLs makes has none either.
    [`</> (Not <${token}>)`, true],
    [`</principals/users/me/> (<${token}>)`, false],
  ]);
});

demand("a lock token is on everything that the lock holds", async (send) => {
  await makeFolder(send, FOLDER);
  await makeFile(send, `${FOLDER}a`);
  const deep = await takeLock(send, FOLDER, { scope: "shared" });
  const flat = await takeLock(send, FOLDER, { scope: "shared", depth: "0" });
  await assertIf(send, `${FOLDER}a`, [
    [`(<${deep.token}>)`, true],
    [`(<${flat.token}>)`, false],
    [`<${FOLDER}> (<${flat.token}> <${deep.token}>)`, true],
  ]);
});

demand(
  "If is evaluated before locks, and tokens in it count wherever they stand",
  async (send) => {
    await makeFile(send, FILE);
    const { token } = await takeLock(send, FILE);
    const etag = await etagOf(send, FILE);
    const put = (value: string) =>
      send("PUT", FILE, { body: "text", headers: { if: value } });
    assert.equal((await put(`(<${token}> ["x"])`)).status, 412);
    assert.equal((await put(`([${etag}])`)).status, 423);
    assert.equal((await put(`(<${token}> [${etag}])`)).status, 204);
    assert.equal((await put(`(["x"] <${token}>) ([${etag}])`)).status, 204);
    assert.equal((await put(`<${FILE}> (<${token}>)`)).status, 204);
  },
);

demand(
  "every changing method evaluates If, and changes nothing where it is false",
  async (send) => {
    await makeFile(send, FILE);
    await makeFolder(send, FOLDER);
    const headers = { if: `<${FILE}> (<urn:x>) (["x"])` };
    const to = { destination: "/files/me/other" };
    const requests: [string, string, Record<string, string>][] = [
      ["PUT", FILE, {}],
      ["PUT", "/files/me/new", {}],
      ["DELETE", FILE, {}],
      ["DELETE", FOLDER, {}],
      ["PROPPATCH", FILE, {}],
      ["MKCOL", "/files/me/new/", {}],
      ["MKCALENDAR", "/calendars/me/new/", {}],
      ["COPY", FILE, to],
      ["COPY", FOLDER, to],
      ["MOVE", FILE, to],
      ["MOVE", FOLDER, to],
      ["LOCK", FILE, {}],
      ["LOCK", "/files/me/new", {}],
      ["UNLOCK", FILE, { "lock-token": "<urn:x>" }],
    ];
    const bodies: Record<string, string> = {
      PUT: "new",
      PROPPATCH: `<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop>` +
        `<D:displayname>x</D:displayname></D:prop></D:set></D:propertyupdate>`,
      LOCK:
        `<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:shared/></D:lockscope>` +
        `<D:locktype><D:write/></D:locktype></D:lockinfo>`,
    };
    for (const [method, path, more] of requests) {
      await sendFor(412, send, method, path, {
        headers: { ...headers, ...more },
        body: bodies[method],
      });
    }
    const etag = await etagOf(send, FILE);
    const held = { if: `<${FILE}> ([${etag}])` };
    for (const [method, path, more] of requests.slice(1, 2)) {
      await sendFor(201, send, method, path, {
        headers: { ...held, ...more },
        body: bodies[method],
      });
    }
  },
);

demand(
  "a sync-token in If holds while nothing in the collection has changed",
  async (send) => {
    for (const home of ["/files/me/", "/calendars/me/"]) {
      const calendar = home.startsWith("/calendars");
      const token = await readText(send, home, "D:sync-token");
      const make = (name: string) =>
        send(calendar ? "MKCALENDAR" : "MKCOL", `${home}${name}/`, {
          headers: { if: `<${home}> (<${token}>)` },
        });
      assert.equal((await make("first")).status, 201, home);
      assert.equal((await make("second")).status, 412, home);
    }
    const folder = "/files/me/first/";
    const token = await readText(send, folder, "D:sync-token");
    const put = (name: string, value = `<${folder}> (<${token}>)`) =>
      send("PUT", `${folder}${name}`, { body: "1", headers: { if: value } });
    // An untagged list speaks of the member, which has no sync-token.
    assert.equal((await put("a", `(<${token}>)`)).status, 412);
    assert.equal((await put("a", `<${folder}> (Not <${token}>)`)).status, 412);
    assert.equal((await put("a")).status, 201);
    assert.equal((await put("b")).status, 412);
  },
);

demand(
  "If headers about other trees of the same account are evaluated",
  async (send) => {
    await makeFile(send, FILE);
    const calendar = "/calendars/me/home/";
    const token = await readText(send, calendar, "D:sync-token");
    for (
      const [value, status] of [
        [`<${calendar}> (<${token}>)`, 204],
        [`<${calendar}> (Not <${token}>)`, 412],
      ] as const
    ) {
      await sendFor(status, send, "PUT", FILE, {
        body: value,
        headers: { if: value },
      });
    }
  },
);
