import assert from "node:assert/strict";
import { multistatus } from "../../../src/dav/multistatus.ts";
import type { ResponseEntry } from "../../../src/dav/multistatus.ts";
import {
  childElements,
  clarkName,
  element,
  findChild,
  NS,
  textOf,
} from "../../../src/xml/names.ts";
import { parseXml } from "../../../src/xml/parse.ts";

Deno.test("multistatus() writes propstats, statuses, errors and what trails", async () => {
  const response = multistatus([
    {
      href: "/a&b",
      propstats: [
        { status: 200, props: [element(NS.dav, "displayname", "A")] },
        { status: 404, props: [] },
      ],
    },
    {
      href: "/c",
      status: 507,
      error: element(NS.dav, "error", element(NS.dav, "x")),
      description: "More",
    },
  ], { headers: { dav: "1" }, trailing: [element(NS.dav, "sync-token", "t")] });
  assert.equal(response.status, 207);
  assert.equal(response.headers.get("dav"), "1");
  assert.equal(
    response.headers.get("content-type"),
    "application/xml; charset=utf-8",
  );
  const root = parseXml(await response.text());
  assert.deepEqual(childElements(root).map((one) => one.name), [
    "response",
    "response",
    "sync-token",
  ]);
  const [first, second] = childElements(root);
  assert.deepEqual(first && childElements(first).map((one) => one.name), [
    "href",
    "propstat",
    "propstat",
  ]);
  assert.deepEqual(second && childElements(second).map((one) => one.name), [
    "href",
    "status",
    "error",
    "responsedescription",
  ]);
  const propstat = first && findChild(first, NS.dav, "propstat");
  const status = propstat && findChild(propstat, NS.dav, "status");
  assert.equal(status && textOf(status), "HTTP/1.1 200 OK");
});

Deno.test("multistatus() writes an empty answer", async () => {
  const root = parseXml(await multistatus([]).text());
  assert.equal(clarkName(root.ns, root.name), "{DAV:}multistatus");
  assert.deepEqual(root.children, []);
});

Deno.test("multistatus() writes large answers in pieces, only as they are read", async () => {
  let made = 0;
  function* entries(): Generator<ResponseEntry> {
    for (; made < 20_000; made++) yield { href: `/${made}`, status: 404 };
  }
  const response = multistatus(entries(), {
    status: 200,
    root: [NS.caldav, "mkcalendar-response"],
  });
  assert.equal(response.status, 200);
  assert.ok(made < 5000, String(made));
  const root = parseXml(await response.text());
  assert.equal(root.name, "mkcalendar-response");
  assert.equal(root.children.length, 20_000);
});

Deno.test("multistatus() stops where the reader does", async () => {
  let made = 0;
  function* entries(): Generator<ResponseEntry> {
    for (; made < 1_000_000; made++) yield { href: `/${made}`, status: 404 };
  }
  await multistatus(entries()).body?.cancel();
  assert.ok(made < 10_000, String(made));
});
