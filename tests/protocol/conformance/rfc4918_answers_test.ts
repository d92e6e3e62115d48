/** RFC 4918 sections 8, 10, 12, 16 and 20: who may, what is refused and how. */

import assert from "node:assert/strict";
import { childElements, NS } from "../../../src/xml/names.ts";
import {
  conditionOf,
  demand,
  event,
  propfindBody,
  proppatchBody,
  readText,
  rootOf,
  sendFor,
  set,
} from "./client.ts";

demand(
  "credentials that are missing or wrong are 401 with a challenge",
  async (send) => {
    const wrong = { authorization: `Basic ${btoa("me:wrong")}` };
    for (const headers of [{}, wrong]) {
      const answer = await sendFor(401, send, "PROPFIND", "/calendars/me/", {
        user: null,
        headers: { depth: "0", ...headers },
      });
      assert.match(
        answer.headers.get("www-authenticate") ?? "",
        /^Basic realm=/,
      );
    }
  },
);

demand(
  "errors of authorisation come before those of the body, the headers and the URL",
  async (send) => {
    for (
      const [method, path, body] of [
        ["PROPFIND", "/calendars/me/", "<not xml"],
        ["PROPPATCH", "/calendars/me/home/", "<not xml"],
        ["MKCOL", "/files/me/a/b/c/", ""],
        ["PUT", "/calendars/me/home/a.ics", "not a calendar"],
        ["DELETE", "/calendars/me/none/", ""],
      ] as const
    ) {
      await sendFor(401, send, method, path, { user: null, body });
    }
  },
);

demand("another user's rights are checked before the body", async (send) => {
  for (
    const [method, body] of [["PROPPATCH", "<not xml"], [
      "REPORT",
      "<not xml",
    ]] as const
  ) {
    const answer = await send(method, "/calendars/me/home/", {
      user: "other",
      headers: { depth: "0" },
      body,
    });
    assert.ok([403, 404].includes(answer.status), `${method} ${answer.status}`);
  }
});

demand("rights are checked before conditional headers", async (send) => {
  await sendFor(201, send, "PUT", "/files/me/a.txt", { body: "1" });
  for (const headers of [{ "if-match": '"x"' }, { "if-none-match": "*" }]) {
    await sendFor(401, send, "PUT", "/files/me/a.txt", {
      user: null,
      headers,
      body: "2",
    });
    const answer = await send("PUT", "/files/me/a.txt", {
      user: "other",
      headers,
      body: "2",
    });
    assert.ok([403, 404, 409].includes(answer.status), String(answer.status));
  }
});

demand(
  "a conditional header that fails is 412 and changes nothing",
  async (send) => {
    await sendFor(201, send, "PUT", "/files/me/a.txt", { body: "1" });
    for (const headers of [{ "if-match": '"x"' }, { "if-none-match": "*" }]) {
      await sendFor(412, send, "PUT", "/files/me/a.txt", {
        headers,
        body: "2",
      });
      await sendFor(412, send, "DELETE", "/files/me/a.txt", { headers });
    }
    const { text } = await sendFor(200, send, "GET", "/files/me/a.txt");
    assert.equal(text, "1");
  },
);

demand("412 is never sent without a conditional header", async (send) => {
  await sendFor(201, send, "PUT", "/calendars/me/home/a.ics", {
    headers: { "content-type": "text/calendar" },
    body: event("a"),
  });
  for (
    const [method, path, body] of [
      ["PUT", "/calendars/me/home/b.ics", event("a")],
      ["PUT", "/calendars/me/home/a.ics", event("other")],
      ["PUT", "/calendars/me/home/c.ics", "nonsense"],
      ["MKCALENDAR", "/calendars/me/home/", ""],
      ["MKCOL", "/calendars/me/home/", ""],
    ] as const
  ) {
    const answer = await send(method, path, {
      headers: method === "PUT" ? { "content-type": "text/calendar" } : {},
      body,
    });
    assert.ok(
      answer.status >= 400 && answer.status !== 412,
      String(answer.status),
    );
  }
});

demand("a body that would be ignored is 415", async (send) => {
  await sendFor(201, send, "PUT", "/files/me/a.txt", { body: "1" });
  for (const method of ["GET", "DELETE", "COPY", "MOVE", "OPTIONS"]) {
    // A GET with a body never reaches the server as one: the platform drops it.
    if (method === "GET") continue;
    await sendFor(415, send, method, "/files/me/a.txt", {
      headers: {
        "content-type": "application/xml",
        destination: "/files/me/b.txt",
      },
      body: "<a/>",
    });
  }
  await sendFor(200, send, "GET", "/files/me/a.txt");
  await sendFor(404, send, "GET", "/files/me/b.txt");
});

demand(
  "a body that is not well-formed is 400 and changes nothing",
  async (send) => {
    const good = proppatchBody(set("<X:a>1</X:a>"));
    for (
      const body of [
        good.slice(0, -3),
        good.replace("</X:a>", "</X:b>"),
        good.replace("xmlns:X", "xmlns:Y"),
        good.replace("<X:a>", '<X:a b="1" b="2">'),
        good + good,
        good.replace("1", "a & b"),
        "no xml at all",
      ]
    ) {
      await sendFor(400, send, "PROPPATCH", "/files/me/", { body });
    }
    assert.equal(await readText(send, "/files/me/", "X:a"), null);
    for (const method of ["PROPFIND", "REPORT", "MKCALENDAR"]) {
      const path = method === "MKCALENDAR"
        ? "/calendars/me/x/"
        : "/calendars/me/home/";
      await sendFor(400, send, method, path, {
        headers: { depth: "0", "content-type": "application/xml" },
        body: "<a><b></a>",
      });
    }
  },
);

demand(
  "XML that is sent is well-formed whatever characters are in it",
  async (send) => {
    const value = `a<b & "c" 'd' ]]> ü 😀`;
    const escaped = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;");
    await sendFor(207, send, "PROPPATCH", "/files/me/", {
      body: proppatchBody(set(`<X:a>${escaped}</X:a>`)),
    });
    assert.equal(await readText(send, "/files/me/", "X:a"), value);
    const name = encodeURIComponent("&<'\">");
    await sendFor(201, send, "PUT", `/files/me/${name}`, { body: "1" });
    const answer = await sendFor(207, send, "PROPFIND", "/files/me/", {
      headers: { depth: "1" },
      body: propfindBody("D:displayname"),
    });
    assert.equal(childElements(rootOf(answer)).length, 2);
  },
);

demand(
  "an error body is an error element with its condition and without text",
  async (send) => {
    for (
      const [method, path, headers, body] of [
        [
          "PROPFIND",
          "/files/me/",
          { depth: "infinity" },
          propfindBody("D:getetag"),
        ],
        [
          "PUT",
          "/calendars/me/home/a.ics",
          { "content-type": "text/calendar" },
          "x",
        ],
        ["MKCALENDAR", "/calendars/me/home/", {}, ""],
        [
          "REPORT",
          "/files/me/",
          { depth: "0" },
          `<X:unknown xmlns:X="urn:x-test"/>`,
        ],
      ] as const
    ) {
      const answer = await sendFor(403, send, method, path, { headers, body });
      assert.match(
        answer.headers.get("content-type") ?? "",
        /^application\/xml\b/,
      );
      const root = rootOf(answer);
      assert.deepEqual([root.ns, root.name], [NS.dav, "error"]);
      const text = root.children.filter((child) => typeof child === "string");
      assert.equal(text.join("").trim(), "");
      assert.ok(conditionOf(answer), `${method}: a condition`);
    }
  },
);

demand(
  "OPTIONS has a DAV header with 1 and 3 on everything, and 2 where LOCK is allowed",
  async (send) => {
    await sendFor(201, send, "PUT", "/files/me/a.txt", { body: "1" });
    for (
      const path of [
        "/",
        "/principals/users/me/",
        "/calendars/me/",
        "/calendars/me/home/",
        "/files/me/",
        "/files/me/a.txt",
      ]
    ) {
      const answer = await sendFor(200, send, "OPTIONS", path);
      const tokens = (answer.headers.get("dav") ?? "").split(/\s*,\s*/);
      assert.ok(
        tokens.includes("1") && tokens.includes("3"),
        `${path}: ${tokens}`,
      );
      const allow = (answer.headers.get("allow") ?? "").split(/\s*,\s*/);
      assert.equal(tokens.includes("2"), allow.includes("LOCK"), path);
    }
  },
);

demand(
  "OPTIONS names compliance classes that an RFC defines only",
  async (send) => {
    const answer = await sendFor(200, send, "OPTIONS", "/calendars/me/home/");
    for (const token of (answer.headers.get("dav") ?? "").split(/\s*,\s*/)) {
      assert.ok(
        /^<[^>]+>$/.test(token) ||
          [
            "1",
            "2",
            "3",
            "access-control",
            "calendar-access",
            "addressbook",
            "extended-mkcol",
            "calendar-no-timezone",
          ].includes(token),
        token,
      );
    }
  },
);

demand("OPTIONS on what is not WebDAV does not claim WebDAV", async (send) => {
  const answer = await send("OPTIONS", "/healthz");
  assert.equal(answer.headers.get("dav"), null);
});

demand(
  "HTTP is kept to: 405 has Allow, HEAD has GET's headers and no body, an unknown method is 501 or 405",
  async (send) => {
    await sendFor(201, send, "PUT", "/files/me/a.txt", { body: "12345" });
    const refused = await sendFor(405, send, "PUT", "/files/me/", {
      body: "1",
    });
    const allow = (refused.headers.get("allow") ?? "").split(/\s*,\s*/);
    assert.ok(
      allow.includes("PROPFIND") && !allow.includes("PUT"),
      allow.join(),
    );
    const get = await sendFor(200, send, "GET", "/files/me/a.txt");
    const head = await sendFor(200, send, "HEAD", "/files/me/a.txt");
    assert.equal(head.text, "");
    for (const header of ["etag", "content-type", "last-modified"]) {
      assert.equal(head.headers.get(header), get.headers.get(header), header);
    }
    const unknown = await send("FOOBAR", "/files/me/a.txt");
    assert.ok([405, 501].includes(unknown.status), String(unknown.status));
  },
);

demand(
  "an If header that is false is 412 and changes nothing",
  async (send) => {
    await sendFor(201, send, "PUT", "/files/me/a.txt", { body: "1" });
    const token = "<urn:uuid:00000000-0000-4000-8000-000000000000>";
    for (
      const header of [`(${token})`, `(["other"])`, `(["other"]) (${token})`]
    ) {
      await sendFor(412, send, "PUT", "/files/me/a.txt", {
        headers: { if: header },
        body: "2",
      });
      await sendFor(412, send, "DELETE", "/files/me/a.txt", {
        headers: { if: header },
      });
    }
    const { text } = await sendFor(200, send, "GET", "/files/me/a.txt");
    assert.equal(text, "1");
  },
);

demand("an If header compares entity tags", async (send) => {
  const put = await sendFor(201, send, "PUT", "/files/me/a.txt", { body: "1" });
  const etag = put.headers.get("etag") ?? "";
  assert.ok(etag);
  await sendFor(412, send, "PUT", "/files/me/a.txt", {
    headers: { if: `(Not [${etag}])` },
    body: "2",
  });
  await sendFor(204, send, "PUT", "/files/me/a.txt", {
    headers: { if: `([${etag}])` },
    body: "2",
  });
  await sendFor(412, send, "PUT", "/files/me/a.txt", {
    headers: { if: `([${etag}])` },
    body: "3",
  });
});

demand(
  "an If header about a resource without the lock it names is 412",
  async (send) => {
    await sendFor(201, send, "PUT", "/files/me/a.txt", { body: "1" });
    await sendFor(201, send, "MKCOL", "/files/me/specs/");
    await sendFor(412, send, "DELETE", "/files/me/a.txt", {
      headers: {
        if:
          "</files/me/specs/> (<urn:uuid:00000000-0000-4000-8000-000000000000>)",
      },
    });
    await sendFor(200, send, "GET", "/files/me/a.txt");
  },
);
