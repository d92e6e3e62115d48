/** RFC 4918 sections 8, 9.1, 13, 14 and 15: what PROPFIND answers. */

import assert from "node:assert/strict";
import { childElements, findChild, NS } from "../../../src/xml/names.ts";
import {
  conditionOf,
  dav,
  demand,
  entriesOf,
  entryOf,
  own,
  propfindBody,
  readProps,
  rootOf,
  sendFor,
  SPACES,
} from "./client.ts";

const RESOURCES = [
  "/",
  "/principals/users/me/",
  "/calendars/me/",
  "/calendars/me/home/",
  "/addressbooks/me/",
  "/addressbooks/me/contacts/",
  "/files/me/",
];

demand(
  "PROPFIND serves prop, propname, allprop and include on every kind of resource",
  async (send) => {
    for (const path of RESOURCES) {
      const headers = { depth: "0" };
      const named = entryOf(
        await send("PROPFIND", path, {
          headers,
          body: `<D:propfind ${SPACES}><D:propname/></D:propfind>`,
        }),
        path,
      );
      const resourcetype = named.props.get(dav("resourcetype"));
      assert.equal(resourcetype?.status, 200, path);
      assert.deepEqual(
        resourcetype?.element.children,
        [],
        "propname has no values",
      );
      const all = entryOf(
        await send("PROPFIND", path, {
          headers,
          body: `<D:propfind ${SPACES}><D:allprop/><D:include>` +
            `<D:supported-report-set/></D:include></D:propfind>`,
        }),
        path,
      );
      assert.equal(all.props.get(dav("resourcetype"))?.status, 200, path);
      assert.ok(all.props.has(dav("supported-report-set")), path);
    }
  },
);

demand(
  "PROPFIND of Depth 0 gives the resource, of Depth 1 its members, too",
  async (send) => {
    await sendFor(201, send, "MKCOL", "/files/me/a/");
    await sendFor(201, send, "PUT", "/files/me/a/one.txt", { body: "1" });
    await sendFor(201, send, "MKCOL", "/files/me/a/b/");
    await sendFor(201, send, "PUT", "/files/me/a/b/deep.txt", { body: "2" });
    const body = propfindBody("D:getetag");
    for (
      const [depth, expected] of [
        ["0", ["/files/me/a/"]],
        ["1", ["/files/me/a/", "/files/me/a/b/", "/files/me/a/one.txt"]],
      ] as const
    ) {
      const answer = await send("PROPFIND", "/files/me/a/", {
        headers: { depth },
        body,
      });
      assert.deepEqual(
        entriesOf(answer).map(({ href }) => href).sort(),
        expected,
      );
    }
  },
);

demand(
  "PROPFIND of Depth infinity on a collection is 403 with propfind-finite-depth",
  async (send) => {
    const answer = await sendFor(403, send, "PROPFIND", "/files/me/", {
      headers: { depth: "infinity" },
      body: propfindBody("D:getetag"),
    });
    assert.equal(conditionOf(answer), dav("propfind-finite-depth"));
  },
);

demand("PROPFIND without Depth counts as infinity", async (send) => {
  const answer = await sendFor(403, send, "PROPFIND", "/files/me/", {
    body: propfindBody("D:getetag"),
  });
  assert.equal(conditionOf(answer), dav("propfind-finite-depth"));
});

demand(
  "PROPFIND ignores Depth where a resource has no members",
  async (send) => {
    await sendFor(201, send, "PUT", "/files/me/a.txt", { body: "1" });
    for (const depth of ["0", "1", "infinity"]) {
      const answer = await send("PROPFIND", "/files/me/a.txt", {
        headers: { depth },
        body: propfindBody("D:getetag"),
      });
      assert.deepEqual(entriesOf(answer).map(({ href }) => href), [
        "/files/me/a.txt",
      ]);
    }
  },
);

demand("PROPFIND with an empty body counts as allprop", async (send) => {
  const path = "/calendars/me/home/";
  const headers = { depth: "0" };
  const empty = entryOf(await send("PROPFIND", path, { headers }), path);
  const all = entryOf(
    await send("PROPFIND", path, {
      headers,
      body: `<D:propfind ${SPACES}><D:allprop/></D:propfind>`,
    }),
    path,
  );
  assert.deepEqual(
    [...empty.props.keys()].sort(),
    [...all.props.keys()].sort(),
  );
  assert.ok(empty.props.size > 2);
});

demand(
  "PROPFIND answers 404 for a property that does not exist, beside those that do",
  async (send) => {
    const props = await readProps(
      send,
      "/files/me/",
      "D:resourcetype",
      "X:none",
    );
    assert.equal(props.get(dav("resourcetype"))?.status, 200);
    assert.equal(props.get(own("none"))?.status, 404);
    assert.equal(props.size, 2);
  },
);

demand(
  "PROPFIND puts a property into one propstat, with one prop and one status",
  async (send) => {
    const answer = await send("PROPFIND", "/files/me/", {
      headers: { depth: "0" },
      body: propfindBody("D:resourcetype", "X:a", "D:displayname", "X:b"),
    });
    const response = findChild(rootOf(answer), NS.dav, "response");
    assert.ok(response);
    const propstats = childElements(response).filter((child) =>
      child.name === "propstat"
    );
    assert.ok(propstats.length >= 2);
    for (const propstat of propstats) {
      const names = childElements(propstat).map(({ name }) => name);
      assert.equal(names.filter((name) => name === "prop").length, 1);
      assert.equal(names.filter((name) => name === "status").length, 1);
      const prop = findChild(propstat, NS.dav, "prop");
      assert.ok(prop?.children.every((child) => typeof child !== "string"));
    }
    // entriesOf() fails where a name is in two propstats.
    assert.equal(entriesOf(answer)[0]?.props.size, 4);
  },
);

demand(
  "PROPFIND names each URL once and all in the same form",
  async (send) => {
    for (const name of ["a b.txt", "ä.txt", "plain"]) {
      await sendFor(201, send, "PUT", `/files/me/${encodeURIComponent(name)}`, {
        body: name,
      });
    }
    await sendFor(201, send, "MKCOL", "/files/me/folder/");
    const hrefs = entriesOf(
      await send("PROPFIND", "/files/me/", {
        headers: { depth: "1" },
        body: propfindBody("D:resourcetype"),
      }),
    ).map(({ href }) => href);
    assert.equal(new Set(hrefs).size, hrefs.length);
    assert.equal(hrefs.length, 5);
    for (const href of hrefs) {
      assert.match(href, /^\/files\/me\/[\x21-\x7e]*$/);
      assert.ok(
        !href.split("/").includes("..") && !href.split("/").includes("."),
      );
      assert.equal(
        new URL(href, "http://h").pathname,
        href,
        "a valid reference",
      );
    }
  },
);

demand(
  "PROPFIND writes URLs of collections with a slash at their end, asked for with or without",
  async (send) => {
    await sendFor(201, send, "MKCOL", "/files/me/folder/");
    for (const path of ["/files/me/", "/files/me"]) {
      const answer = await send("PROPFIND", path, {
        headers: { depth: "1" },
        body: propfindBody("D:resourcetype"),
      });
      const entries = entriesOf(answer);
      assert.equal(entries.length, 2);
      for (const { href, props } of entries) {
        const type = props.get(dav("resourcetype"))?.element;
        assert.ok(type && findChild(type, NS.dav, "collection"));
        assert.ok(href.endsWith("/"), href);
      }
    }
  },
);

demand(
  "PROPFIND of a collection without its slash has Content-Location with it",
  async (send) => {
    const answer = await sendFor(207, send, "PROPFIND", "/files/me", {
      headers: { depth: "0" },
      body: propfindBody("D:resourcetype"),
    });
    const location = answer.headers.get("content-location") ?? "";
    assert.equal(new URL(location, "http://h").pathname, "/files/me/");
  },
);

demand("PROPFIND prefers one spelling of a segment", async (send) => {
  await sendFor(201, send, "PUT", "/files/me/%7Ea%62.txt", { body: "1" });
  const hrefs = entriesOf(
    await send("PROPFIND", "/files/me/", {
      headers: { depth: "1" },
      body: propfindBody("D:getetag"),
    }),
  ).map(({ href }) => href);
  assert.equal(hrefs.length, 2);
  assert.ok(hrefs.includes("/files/me/~ab.txt"), hrefs.join());
  await sendFor(200, send, "GET", "/files/me/~ab.txt");
});

demand(
  "PROPFIND is answered as application/xml, for text/xml and application/xml alike",
  async (send) => {
    for (
      const type of ["text/xml", "application/xml", 'text/xml; charset="utf-8"']
    ) {
      const answer = await sendFor(207, send, "PROPFIND", "/files/me/", {
        headers: { depth: "0", "content-type": type },
        body: propfindBody("D:resourcetype"),
      });
      assert.match(
        answer.headers.get("content-type") ?? "",
        /^application\/xml\b/,
      );
      assert.equal(entriesOf(answer).length, 1);
    }
  },
);

demand(
  "PROPFIND bodies may be in UTF-16 and have a declaration of their encoding",
  async (send) => {
    const text = `<?xml version="1.0" encoding="utf-16"?>` +
      propfindBody("D:resourcetype");
    const bytes = new Uint8Array(2 + 2 * text.length);
    const view = new DataView(bytes.buffer);
    view.setUint16(0, 0xfeff);
    for (let i = 0; i < text.length; i++) {
      view.setUint16(2 + 2 * i, text.charCodeAt(i));
    }
    for (
      const body of [
        bytes,
        `<?xml version="1.0" encoding="UTF-8"?>\n${
          propfindBody("D:resourcetype")
        }`,
      ]
    ) {
      const answer = await send("PROPFIND", "/files/me/", {
        headers: { depth: "0", "content-type": "application/xml" },
        body,
      });
      assert.equal(entriesOf(answer).length, 1);
    }
  },
);

demand("PROPFIND has no status of the 100s", async (send) => {
  const answer = await send("PROPFIND", "/", {
    headers: { depth: "1" },
    body: propfindBody("D:resourcetype", "X:none"),
  });
  for (const { status, props } of entriesOf(answer)) {
    assert.ok((status ?? 200) >= 200);
    for (const prop of props.values()) assert.ok(prop.status >= 200);
  }
});
