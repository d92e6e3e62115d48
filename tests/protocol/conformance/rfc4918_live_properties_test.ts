/** RFC 4918 section 15: values of the live properties. */

import assert from "node:assert/strict";
import {
  childElements,
  clarkName,
  findChild,
  NS,
  textOf,
} from "../../../src/xml/names.ts";
import {
  dav,
  demand,
  entriesOf,
  event,
  propfindBody,
  proppatchBody,
  readProps,
  readText,
  rootOf,
  sendFor,
  set,
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
  "PROPFIND defines resourcetype everywhere, with collection on collections and without text",
  async (send) => {
    await sendFor(201, send, "PUT", "/files/me/a.txt", { body: "1" });
    await sendFor(201, send, "PUT", "/calendars/me/home/a.ics", {
      headers: { "content-type": "text/calendar" },
      body: event("a"),
    });
    for (
      const path of [
        ...RESOURCES,
        "/files/me/a.txt",
        "/calendars/me/home/a.ics",
      ]
    ) {
      const props = await readProps(send, path, "D:resourcetype");
      const type = props.get(dav("resourcetype"));
      assert.equal(type?.status, 200, path);
      assert.ok(type);
      assert.equal(textOf(type.element).trim(), "", path);
      const collection = findChild(type.element, NS.dav, "collection");
      assert.equal(collection !== undefined, path.endsWith("/"), path);
    }
  },
);

demand(
  "PROPFIND defines creationdate as a date, on collections and objects",
  async (send) => {
    await sendFor(201, send, "PUT", "/files/me/a.txt", { body: "1" });
    for (
      const path of ["/files/me/a.txt", "/files/me/", "/calendars/me/home/"]
    ) {
      const text = await readText(send, path, "D:creationdate") ?? "";
      assert.match(text, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/, path);
    }
  },
);

demand(
  "PROPFIND gives the values that GET has in its headers",
  async (send) => {
    await sendFor(201, send, "PUT", "/files/me/a.txt", {
      headers: {
        "content-type": "text/plain;charset=utf-8",
        "content-language": "de",
      },
      body: "Grüße",
    });
    const { headers } = await sendFor(200, send, "GET", "/files/me/a.txt");
    for (
      const [header, name] of [
        ["content-length", "D:getcontentlength"],
        ["content-type", "D:getcontenttype"],
        ["etag", "D:getetag"],
        ["last-modified", "D:getlastmodified"],
      ] as const
    ) {
      const value = await readText(send, "/files/me/a.txt", name);
      assert.ok(headers.get(header), header);
      assert.equal(value, headers.get(header), header);
    }
    // Defined wherever the header is sent.
    const language = headers.get("content-language");
    if (language !== null) {
      assert.equal(
        await readText(send, "/files/me/a.txt", "D:getcontentlanguage"),
        language,
      );
    }
  },
);

demand(
  "PROPFIND strips white space around a content type that came in a header",
  async (send) => {
    await sendFor(201, send, "PUT", "/files/me/a.txt", {
      headers: { "content-type": " \ttext/plain  " },
      body: "1",
    });
    assert.equal(
      await readText(send, "/files/me/a.txt", "D:getcontenttype"),
      "text/plain",
    );
  },
);

demand(
  "PROPFIND gives displayname whatever URL it is asked at",
  async (send) => {
    await sendFor(207, send, "PROPPATCH", "/calendars/me/home/", {
      body: proppatchBody(set("<D:displayname>Zuhause</D:displayname>")),
    });
    for (
      const path of [
        "/calendars/me/home/",
        "/calendars/%6De/home/",
        "/calendars/me/home",
      ]
    ) {
      const entries = entriesOf(
        await send("PROPFIND", path, {
          headers: { depth: "0" },
          body: propfindBody("D:displayname"),
        }),
      );
      const name = entries[0]?.props.get(dav("displayname"));
      assert.equal(name && textOf(name.element), "Zuhause", path);
    }
  },
);

demand(
  "PROPFIND uses no element of our own in the DAV: namespace",
  async (send) => {
    // RFC 4918, 3744, 3253, 5397, 5689, 6578, 4331, 5842, 5995, 6352 and 8144 define these.
    const known = new Set(
      ("multistatus response href propstat prop status error responsedescription location " +
        "creationdate displayname getcontentlanguage getcontentlength getcontenttype getetag " +
        "getlastmodified lockdiscovery resourcetype supportedlock collection principal " +
        "owner group supported-privilege-set current-user-privilege-set acl acl-restrictions " +
        "inherited-acl-set principal-collection-set alternate-URI-set principal-URL " +
        "group-member-set group-membership privilege supported-privilege abstract description " +
        "all read write write-properties write-content unlock read-acl " +
        "read-current-user-privilege-set write-acl bind unbind ace grant deny protected inherited " +
        "supported-report-set supported-report report expand-property principal-match " +
        "principal-property-search principal-search-property-set acl-principal-prop-set " +
        "supported-method-set supported-live-property-set comment creator-displayname " +
        "current-user-principal unauthenticated authenticated self sync-token sync-collection " +
        "lockentry lockscope locktype exclusive shared " +
        "quota-available-bytes quota-used-bytes resource-id parent-set add-member")
        .split(" "),
    );
    for (const path of RESOURCES) {
      const answer = await send("PROPFIND", path, {
        headers: { depth: "1" },
        body: `<D:propfind ${SPACES}><D:allprop/><D:include>` +
          `<D:supported-report-set/><D:current-user-principal/>` +
          `<D:current-user-privilege-set/><D:sync-token/></D:include></D:propfind>`,
      });
      const queue = [rootOf(answer)];
      for (let next = queue.pop(); next; next = queue.pop()) {
        if (next.ns === NS.dav) {
          assert.ok(known.has(next.name), clarkName(next.ns, next.name));
        }
        queue.push(...childElements(next));
      }
    }
  },
);
