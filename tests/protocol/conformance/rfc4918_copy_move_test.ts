/** RFC 4918 sections 9.8, 9.9, 10.3, 10.6 and 15: COPY and MOVE. */

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
import type { Send, SendOptions } from "./client.ts";

/** Headers of a COPY or MOVE. */
function to(
  destination: string,
  headers: Record<string, string> = {},
): SendOptions {
  return { headers: { destination, ...headers } };
}

/** URLs below a collection, itself left out. */
async function members(send: Send, path: string): Promise<string[]> {
  const answer = await send("PROPFIND", path, {
    headers: { depth: "1" },
    body: propfindBody("D:resourcetype"),
  });
  return entriesOf(answer).map(({ href }) => href)
    .filter((href) => href !== path).sort();
}

/** `/files/me/a/` with a file that has properties, and a folder with a file. */
async function makeTree(send: Send): Promise<void> {
  await sendFor(201, send, "MKCOL", "/files/me/a/");
  await sendFor(201, send, "PUT", "/files/me/a/one.txt", {
    headers: { "content-type": "text/x-one" },
    body: "1",
  });
  await sendFor(207, send, "PROPPATCH", "/files/me/a/one.txt", {
    body: proppatchBody(set(
      "<X:dead>kept</X:dead>",
      "<D:displayname>One</D:displayname>",
      "<D:getcontentlanguage>de</D:getcontentlanguage>",
    )),
  });
  await sendFor(207, send, "PROPPATCH", "/files/me/a/", {
    body: proppatchBody(set("<X:dead>folder</X:dead>")),
  });
  await sendFor(201, send, "MKCOL", "/files/me/a/b/");
  await sendFor(201, send, "PUT", "/files/me/a/b/two.txt", { body: "2" });
}

for (const method of ["COPY", "MOVE"]) {
  const gone = method === "COPY" ? 200 : 404;

  demand(`${method} without Destination is 400`, async (send) => {
    await makeTree(send);
    await sendFor(400, send, method, "/files/me/a/one.txt");
    await sendFor(200, send, "GET", "/files/me/a/one.txt");
  });

  demand(
    `${method} takes files, events, contacts and collections along`,
    async (send) => {
      await makeTree(send);
      await sendFor(201, send, "PUT", "/calendars/me/home/e.ics", {
        headers: { "content-type": "text/calendar" },
        body: event("e"),
      });
      await sendFor(201, send, "MKCALENDAR", "/calendars/me/work/");
      for (
        const [from, target] of [
          ["/files/me/a/one.txt", "/files/me/x.txt"],
          ["/calendars/me/home/e.ics", "/calendars/me/work/f.ics"],
        ] as const
      ) {
        const before = await sendFor(200, send, "GET", from);
        await sendFor(201, send, method, from, to(target));
        await sendFor(gone, send, "GET", from);
        const after = await sendFor(200, send, "GET", target);
        assert.equal(after.text, before.text);
      }
      await sendFor(201, send, method, "/files/me/a/", to("/files/me/c/"));
      await sendFor(
        201,
        send,
        method,
        "/calendars/me/work/",
        to("/calendars/me/w2/"),
      );
      await sendFor(200, send, "GET", "/calendars/me/w2/f.ics");
    },
  );

  demand(
    `${method} of a collection without Depth takes all below it`,
    async (send) => {
      await makeTree(send);
      await sendFor(201, send, method, "/files/me/a/", to("/files/me/c/"));
      assert.deepEqual(await members(send, "/files/me/c/"), [
        "/files/me/c/b/",
        "/files/me/c/one.txt",
      ]);
      assert.deepEqual(await members(send, "/files/me/c/b/"), [
        "/files/me/c/b/two.txt",
      ]);
      await sendFor(gone, send, "GET", "/files/me/a/b/two.txt");
      const above = await members(send, "/files/me/");
      assert.equal(above.includes("/files/me/a/"), method === "COPY");
    },
  );

  demand(
    `${method} keeps dead properties, of members and collections`,
    async (send) => {
      await makeTree(send);
      await sendFor(201, send, method, "/files/me/a/", to("/files/me/c/"));
      assert.equal(
        await readText(send, "/files/me/c/one.txt", "X:dead"),
        "kept",
      );
      assert.equal(await readText(send, "/files/me/c/", "X:dead"), "folder");
    },
  );

  demand(
    `${method} keeps displayname, getcontentlanguage and getcontenttype, as live properties`,
    async (send) => {
      await makeTree(send);
      await sendFor(
        201,
        send,
        method,
        "/files/me/a/one.txt",
        to("/files/me/x.txt"),
      );
      for (
        const [name, expected] of [
          ["D:displayname", "One"],
          ["D:getcontentlanguage", "de"],
          ["D:getcontenttype", "text/x-one"],
          ["D:getcontentlength", "1"],
        ] as const
      ) {
        assert.equal(
          await readText(send, "/files/me/x.txt", name),
          expected,
          name,
        );
      }
      // Live ones follow the new content: they were not frozen into dead ones.
      await sendFor(204, send, "PUT", "/files/me/x.txt", {
        headers: { "content-type": "text/plain" },
        body: "three",
      });
      assert.equal(
        await readText(send, "/files/me/x.txt", "D:getcontentlength"),
        "5",
      );
      assert.equal(
        await readText(send, "/files/me/x.txt", "D:getcontenttype"),
        "text/plain",
      );
    },
  );

  demand(
    `${method} with Overwrite F onto something is 412 and changes nothing`,
    async (send) => {
      await makeTree(send);
      await sendFor(201, send, "PUT", "/files/me/x.txt", { body: "x" });
      for (
        const [from, target] of [
          ["/files/me/a/one.txt", "/files/me/x.txt"],
          ["/files/me/a/b/", "/files/me/x.txt"],
          ["/files/me/a/one.txt", "/files/me/a/b/"],
        ] as const
      ) {
        await sendFor(412, send, method, from, to(target, { overwrite: "F" }));
      }
      const { text } = await sendFor(200, send, "GET", "/files/me/x.txt");
      assert.equal(text, "x");
      await sendFor(200, send, "GET", "/files/me/a/one.txt");
    },
  );

  demand(
    `${method} without Overwrite replaces what is there, and answers 204`,
    async (send) => {
      await makeTree(send);
      await sendFor(201, send, "PUT", "/files/me/x.txt", { body: "x" });
      await sendFor(
        204,
        send,
        method,
        "/files/me/a/one.txt",
        to("/files/me/x.txt"),
      );
      const { text } = await sendFor(200, send, "GET", "/files/me/x.txt");
      assert.equal(text, "1");
    },
  );

  demand(
    `${method} onto a collection leaves the source's members there and no others`,
    async (send) => {
      await makeTree(send);
      await sendFor(201, send, "MKCOL", "/files/me/c/");
      await sendFor(201, send, "PUT", "/files/me/c/old.txt", { body: "old" });
      await sendFor(
        204,
        send,
        method,
        "/files/me/a/",
        to("/files/me/c/", { overwrite: "T" }),
      );
      assert.deepEqual(await members(send, "/files/me/c/"), [
        "/files/me/c/b/",
        "/files/me/c/one.txt",
      ]);
    },
  );

  demand(
    `${method} to where no parent is, is 409 and makes no intermediate collection`,
    async (send) => {
      await makeTree(send);
      await sendFor(
        409,
        send,
        method,
        "/files/me/a/one.txt",
        to("/files/me/no/x.txt"),
      );
      await sendFor(404, send, "GET", "/files/me/no/");
      await sendFor(200, send, "GET", "/files/me/a/one.txt");
    },
  );

  demand(
    `${method} to another server fails and changes nothing`,
    async (send) => {
      await makeTree(send);
      const answer = await send(
        method,
        "/files/me/a/one.txt",
        to("http://elsewhere.example/x.txt"),
      );
      assert.equal(answer.status, 502);
      await sendFor(200, send, "GET", "/files/me/a/one.txt");
    },
  );

  demand(`${method} with a Destination that is no URL is 400`, async (send) => {
    await makeTree(send);
    for (
      const destination of ["/files/me/%zz", "/files/me/%00", "/files/me/a b"]
    ) {
      await sendFor(400, send, method, "/files/me/a/one.txt", to(destination));
    }
  });

  demand(
    `${method} is refused for want of rights before Overwrite is looked at`,
    async (send) => {
      await makeTree(send);
      await sendFor(201, send, "PUT", "/files/other/x.txt", {
        body: "x",
        user: "other",
      });
      const answer = await send(
        method,
        "/files/me/a/one.txt",
        to("/files/other/x.txt", { overwrite: "F" }),
      );
      assert.ok([403, 404, 409].includes(answer.status), String(answer.status));
      await sendFor(200, send, "GET", "/files/me/a/one.txt");
    },
  );
}

demand(
  "COPY of Depth 0 makes the collection with its properties and no members",
  async (send) => {
    await makeTree(send);
    await sendFor(
      201,
      send,
      "COPY",
      "/files/me/a/",
      to("/files/me/c/", { depth: "0" }),
    );
    assert.deepEqual(await members(send, "/files/me/c/"), []);
    assert.equal(await readText(send, "/files/me/c/", "X:dead"), "folder");
  },
);

demand("MOVE keeps creationdate, COPY begins a new one", async (send) => {
  await makeTree(send);
  const created = await readText(send, "/files/me/a/one.txt", "D:creationdate");
  assert.ok(created);
  await sendFor(
    201,
    send,
    "COPY",
    "/files/me/a/one.txt",
    to("/files/me/y.txt"),
  );
  const copied = await readText(send, "/files/me/y.txt", "D:creationdate");
  assert.ok(Date.parse(copied ?? "") >= Date.parse(created));
  await sendFor(
    201,
    send,
    "MOVE",
    "/files/me/a/one.txt",
    to("/files/me/x.txt"),
  );
  assert.equal(
    await readText(send, "/files/me/x.txt", "D:creationdate"),
    created,
  );
});

demand(
  "MOVE onto other content makes Last-Modified no older than what was there",
  async (send) => {
    await makeTree(send);
    await sendFor(201, send, "PUT", "/files/me/x.txt", { body: "x" });
    const before = await sendFor(200, send, "GET", "/files/me/x.txt");
    await sendFor(
      204,
      send,
      "MOVE",
      "/files/me/a/one.txt",
      to("/files/me/x.txt"),
    );
    const after = await sendFor(200, send, "GET", "/files/me/x.txt");
    assert.ok(
      Date.parse(after.headers.get("last-modified") ?? "") >=
        Date.parse(before.headers.get("last-modified") ?? ""),
    );
    assert.notEqual(after.headers.get("etag"), before.headers.get("etag"));
  },
);
