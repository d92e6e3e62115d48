/** RFC 4918 sections 5, 8.8, 9.3, 9.6, 9.7 and 12: URLs that come and go. */

import assert from "node:assert/strict";
import {
  demand,
  entriesOf,
  event,
  propfindBody,
  proppatchBody,
  readText,
  sendFor,
  set,
} from "./client.ts";
import type { Answer, Send } from "./client.ts";

/** URLs of the members of a collection. */
async function members(send: Send, path: string): Promise<string[]> {
  const answer = await send("PROPFIND", path, {
    headers: { depth: "1" },
    body: propfindBody("D:resourcetype"),
  });
  return entriesOf(answer).map(({ href }) => href)
    .filter((href) => href !== path).sort();
}

function assertNotCacheable(answer: Answer): void {
  assert.equal(answer.headers.get("expires"), null);
  assert.doesNotMatch(
    answer.headers.get("cache-control") ?? "",
    /max-age|public|immutable/,
  );
}

demand(
  "MKCOL makes an empty collection that its parent lists",
  async (send) => {
    await sendFor(201, send, "MKCOL", "/files/me/a/");
    assert.deepEqual(await members(send, "/files/me/"), ["/files/me/a/"]);
    assert.deepEqual(await members(send, "/files/me/a/"), []);
  },
);

demand(
  "MKCOL on something that is there is 405 and leaves it alone",
  async (send) => {
    await sendFor(201, send, "MKCOL", "/files/me/a/");
    await sendFor(201, send, "PUT", "/files/me/a/one.txt", { body: "1" });
    await sendFor(405, send, "MKCOL", "/files/me/a/");
    await sendFor(405, send, "MKCOL", "/files/me/a/one.txt");
    assert.deepEqual(await members(send, "/files/me/a/"), [
      "/files/me/a/one.txt",
    ]);
  },
);

demand(
  "MKCOL without its parent is 409 and makes no intermediate collection",
  async (send) => {
    await sendFor(409, send, "MKCOL", "/files/me/a/b/");
    await sendFor(404, send, "PROPFIND", "/files/me/a/", {
      headers: { depth: "0" },
    });
  },
);

demand("MKCOL with a body that it does not understand is 415", async (send) => {
  for (const type of ["text/plain", "application/json"]) {
    await sendFor(415, send, "MKCOL", "/files/me/a/", {
      headers: { "content-type": type },
      body: "something",
    });
  }
  assert.deepEqual(await members(send, "/files/me/"), []);
});

demand(
  "PUT without its parent is 409 and makes no intermediate collection",
  async (send) => {
    await sendFor(409, send, "PUT", "/files/me/a/b.txt", { body: "1" });
    await sendFor(409, send, "PUT", "/calendars/me/none/b.ics", {
      headers: { "content-type": "text/calendar" },
      body: event("b"),
    });
    assert.deepEqual(await members(send, "/files/me/"), []);
  },
);

demand(
  "what is mapped is listed by the collection above it, once",
  async (send) => {
    await sendFor(201, send, "MKCOL", "/files/me/a/");
    for (const body of ["1", "2"]) {
      await send("PUT", "/files/me/a/one.txt", { body });
    }
    for (
      const path of [
        "/files/me/a/one.txt",
        "/calendars/me/home/",
        "/addressbooks/me/contacts/",
        "/principals/users/me/",
      ]
    ) {
      const parent = path.replace(/[^/]+\/?$/, "");
      const found = (await members(send, parent)).filter((href) =>
        href === path
      );
      assert.deepEqual(found, [path]);
    }
  },
);

demand(
  "DELETE unmaps the resource: GET, HEAD and PROPFIND are 404",
  async (send) => {
    await sendFor(201, send, "PUT", "/files/me/a.txt", { body: "1" });
    await sendFor(204, send, "DELETE", "/files/me/a.txt");
    for (const method of ["GET", "HEAD", "PROPFIND"]) {
      await sendFor(404, send, method, "/files/me/a.txt", {
        headers: { depth: "0" },
      });
    }
    assert.deepEqual(await members(send, "/files/me/"), []);
  },
);

demand("DELETE of a collection takes all below it", async (send) => {
  await sendFor(201, send, "MKCOL", "/files/me/a/");
  await sendFor(201, send, "MKCOL", "/files/me/a/b/");
  await sendFor(201, send, "PUT", "/files/me/a/b/c.txt", { body: "1" });
  await sendFor(204, send, "DELETE", "/files/me/a/");
  for (
    const path of ["/files/me/a/", "/files/me/a/b/", "/files/me/a/b/c.txt"]
  ) {
    await sendFor(404, send, "PROPFIND", path, { headers: { depth: "0" } });
  }
  // Made again, it is empty: nothing hung below a URL that was gone.
  await sendFor(201, send, "MKCOL", "/files/me/a/");
  assert.deepEqual(await members(send, "/files/me/a/"), []);
});

demand("DELETE that fails leaves everything where it was", async (send) => {
  await sendFor(201, send, "MKCOL", "/files/me/a/");
  await sendFor(201, send, "PUT", "/files/me/a/b.txt", { body: "1" });
  await sendFor(412, send, "DELETE", "/files/me/a/b.txt", {
    headers: { "if-match": '"other"' },
  });
  assert.deepEqual(await members(send, "/files/me/a/"), ["/files/me/a/b.txt"]);
});

demand("an ETag never comes back for other bytes at a URL", async (send) => {
  const seen = new Map<string, string>();
  for (const body of ["1", "2", null, "3", "1", null, "4"]) {
    if (body === null) {
      await sendFor(204, send, "DELETE", "/files/me/a.txt");
      continue;
    }
    await send("PUT", "/files/me/a.txt", { body });
    const { headers, text } = await sendFor(
      200,
      send,
      "GET",
      "/files/me/a.txt",
    );
    const etag = headers.get("etag") ?? "";
    assert.match(etag, /^"[^"]+"$/);
    assert.equal(seen.get(etag) ?? text, text, etag);
    seen.set(etag, text);
  }
});

demand("Last-Modified never goes back when the bytes change", async (send) => {
  let last = 0;
  for (const body of ["1", "2", "3"]) {
    await send("PUT", "/files/me/a.txt", { body });
    const { headers } = await sendFor(200, send, "GET", "/files/me/a.txt");
    const time = Date.parse(headers.get("last-modified") ?? "");
    assert.ok(time >= last);
    last = time;
  }
});

demand(
  "GET of an empty resource is 200 with length zero, or 204",
  async (send) => {
    await sendFor(201, send, "PUT", "/files/me/empty", { body: "" });
    const answer = await send("GET", "/files/me/empty");
    assert.ok([200, 204].includes(answer.status));
    assert.equal(answer.text, "");
    assert.equal(
      await readText(send, "/files/me/empty", "D:getcontentlength"),
      "0",
    );
  },
);

demand(
  "a request that makes a resource is answered by 201, not by a redirect",
  async (send) => {
    await sendFor(201, send, "PUT", "/files/me/a.txt", { body: "1" });
    await sendFor(201, send, "MKCOL", "/files/me/without-slash");
    await sendFor(201, send, "MKCALENDAR", "/calendars/me/new");
    await sendFor(201, send, "COPY", "/files/me/a.txt", {
      headers: { destination: "/files/me/b.txt" },
    });
  },
);

demand(
  "answers to PROPPATCH, MKCOL, COPY and MOVE cannot be cached",
  async (send) => {
    await sendFor(201, send, "PUT", "/files/me/a.txt", { body: "1" });
    assertNotCacheable(await sendFor(201, send, "MKCOL", "/files/me/x/"));
    assertNotCacheable(
      await sendFor(207, send, "PROPPATCH", "/files/me/x/", {
        body: proppatchBody(set("<X:a/>")),
      }),
    );
    for (const [method, to] of [["COPY", "b"], ["MOVE", "c"]] as const) {
      assertNotCacheable(
        await sendFor(201, send, method, "/files/me/a.txt", {
          headers: { destination: `/files/me/${to}` },
        }),
      );
    }
  },
);

demand(
  "a conditional header counts for the resource of the request, not for its members",
  async (send) => {
    await sendFor(201, send, "MKCOL", "/files/me/a/");
    const put = await sendFor(201, send, "PUT", "/files/me/a/b.txt", {
      body: "1",
    });
    assert.ok(put.headers.get("etag"));
    await sendFor(204, send, "DELETE", "/files/me/a/", {
      headers: { "if-match": "*" },
    });
  },
);
