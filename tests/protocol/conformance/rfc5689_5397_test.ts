/** RFC 5689 (extended MKCOL) and RFC 5397 (current-user-principal). */

import assert from "node:assert/strict";
import {
  childElements,
  findChild,
  NS,
  textOf,
} from "../../../src/xml/names.ts";
import type { XmlElement } from "../../../src/xml/names.ts";
import {
  conditionOf,
  dav,
  demand,
  entryOf,
  propfindBody,
  readProps,
  readText,
  rootOf,
  sendFor,
  SPACES,
} from "./client.ts";
import type { Answer, Send } from "./client.ts";
import { createTestServer, memberAt } from "../harness.ts";

const CALENDAR =
  "<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>";

/** Sends an extended MKCOL with these set instructions. */
async function mkcol(
  send: Send,
  path: string,
  ...props: string[]
): Promise<Answer> {
  const sets = props.map((prop) => `<D:set><D:prop>${prop}</D:prop></D:set>`);
  return await send("MKCOL", path, {
    headers: { "content-type": "application/xml" },
    body: `<D:mkcol ${SPACES}>${sets.join("")}</D:mkcol>`,
  });
}

/** Names inside a resource's resourcetype. */
async function typesOf(send: Send, path: string): Promise<string[]> {
  const props = await readProps(send, path, "D:resourcetype");
  const type = props.get(dav("resourcetype"))?.element;
  assert.ok(type);
  return childElements(type).map(({ name }) => name).sort();
}

async function assertNotThere(send: Send, path: string): Promise<void> {
  await sendFor(404, send, "PROPFIND", path, { headers: { depth: "0" } });
}

demand(
  "extended MKCOL makes collections of the types that resourcetype names",
  async (send) => {
    const book = `<D:resourcetype><D:collection/>` +
      `<A:addressbook xmlns:A="${NS.carddav}"/></D:resourcetype>`;
    for (
      const [path, prop, types] of [
        ["/calendars/me/x/", CALENDAR, ["calendar", "collection"]],
        ["/addressbooks/me/x/", book, ["addressbook", "collection"]],
        [
          "/files/me/x/",
          "<D:resourcetype><D:collection/></D:resourcetype>",
          ["collection"],
        ],
      ] as const
    ) {
      assert.equal((await mkcol(send, path, prop)).status, 201, path);
      assert.deepEqual(await typesOf(send, path), types);
    }
  },
);

demand("extended MKCOL can do what MKCALENDAR does", async (send) => {
  const name = "<D:displayname>Team</D:displayname>";
  const components =
    `<C:supported-calendar-component-set><C:comp name="VTODO"/></C:supported-calendar-component-set>`;
  assert.equal(
    (await mkcol(send, "/calendars/me/a/", CALENDAR, name, components)).status,
    201,
  );
  await sendFor(201, send, "MKCALENDAR", "/calendars/me/b/", {
    headers: { "content-type": "application/xml" },
    body: `<C:mkcalendar ${SPACES}><D:set><D:prop>${name}${components}` +
      `</D:prop></D:set></C:mkcalendar>`,
  });
  for (const path of ["/calendars/me/a/", "/calendars/me/b/"]) {
    assert.deepEqual(await typesOf(send, path), ["calendar", "collection"]);
    assert.equal(await readText(send, path, "D:displayname"), "Team");
    const [set] =
      (await readProps(send, path, "C:supported-calendar-component-set"))
        .values();
    assert.deepEqual(
      set &&
        childElements(set.element).map((comp) => comp.attributes?.[0]?.value),
      ["VTODO"],
    );
  }
});

demand(
  "extended MKCOL runs its set instructions in document order",
  async (send) => {
    const answer = await mkcol(
      send,
      "/calendars/me/x/",
      CALENDAR,
      "<D:displayname>one</D:displayname>",
      "<D:displayname>two</D:displayname>",
    );
    assert.equal(answer.status, 201, answer.text);
    assert.equal(
      await readText(send, "/calendars/me/x/", "D:displayname"),
      "two",
    );
  },
);

demand(
  "extended MKCOL that cannot set one property makes nothing and answers mkcol-response",
  async (send) => {
    const answer = await mkcol(
      send,
      "/calendars/me/x/",
      CALENDAR,
      "<D:displayname>one</D:displayname>",
      "<D:getetag>mine</D:getetag>",
    );
    assert.ok(
      answer.status >= 400 && answer.status < 500,
      String(answer.status),
    );
    const root = rootOf(answer);
    assert.deepEqual([root.ns, root.name], [NS.dav, "mkcol-response"]);
    const statuses = new Map<string, string>();
    for (const propstat of childElements(root)) {
      if (propstat.name !== "propstat") continue;
      const status = textOf(
        findChild(propstat, NS.dav, "status") as XmlElement,
      );
      const prop = findChild(propstat, NS.dav, "prop");
      for (const { name } of prop ? childElements(prop) : []) {
        statuses.set(name, status.split(" ")[1] ?? "");
      }
    }
    assert.equal(statuses.get("getetag"), "403");
    assert.equal(statuses.get("displayname"), "424");
    assert.ok(statuses.has("resourcetype"));
    await assertNotThere(send, "/calendars/me/x/");
  },
);

demand(
  "extended MKCOL of an unknown type is refused with valid-resourcetype",
  async (send) => {
    for (
      const type of [
        "<D:collection/><X:strange/>",
        "<C:calendar/>",
        `<D:collection/><C:calendar/><A:addressbook xmlns:A="${NS.carddav}"/>`,
      ]
    ) {
      const answer = await mkcol(
        send,
        "/calendars/me/x/",
        `<D:resourcetype>${type}</D:resourcetype>`,
      );
      assert.equal(answer.status, 403, answer.text);
      // Either as the whole error or inside the propstat of resourcetype.
      const root = rootOf(answer);
      const condition = root.name === "error"
        ? conditionOf(answer)
        : childElements(root).flatMap((propstat) =>
          childElements(findChild(propstat, NS.dav, "error") ?? propstat)
        ).map(({ ns, name }) => `{${ns}}${name}`).find((name) =>
          name === dav("valid-resourcetype")
        );
      assert.equal(condition, dav("valid-resourcetype"), answer.text);
      await assertNotThere(send, "/calendars/me/x/");
    }
  },
);

demand(
  "OPTIONS announces extended-mkcol wherever MKCOL can be used",
  async (send) => {
    for (
      const path of ["/calendars/me/", "/addressbooks/me/", "/files/me/"]
    ) {
      const answer = await sendFor(200, send, "OPTIONS", path);
      const tokens = (answer.headers.get("dav") ?? "").split(/\s*,\s*/);
      assert.ok(tokens.includes("extended-mkcol"), path);
    }
  },
);

/** What current-user-principal holds. */
async function principalOf(
  send: Send,
  path: string,
  user: "me" | "other" = "me",
): Promise<string> {
  const answer = await send("PROPFIND", path, {
    user,
    headers: { depth: "0" },
    body: propfindBody("D:current-user-principal"),
  });
  const value = entryOf(answer, path).props.get(dav("current-user-principal"));
  assert.equal(value?.status, 200, path);
  const href = value && findChild(value.element, NS.dav, "href");
  assert.ok(href, path);
  return textOf(href);
}

demand(
  "current-user-principal is the principal's own URL, the same on every resource",
  async (send) => {
    const paths = [
      "/",
      "/principals/users/me/",
      "/calendars/me/",
      "/calendars/me/home/",
      "/addressbooks/me/contacts/",
      "/files/me/",
    ];
    const found = new Set<string>();
    for (const path of paths) found.add(await principalOf(send, path));
    assert.deepEqual([...found], ["/principals/users/me/"]);
    const [url] =
      (await readProps(send, "/principals/users/me/", "D:principal-URL"))
        .values();
    const href = url && findChild(url.element, NS.dav, "href");
    assert.equal(href && textOf(href), "/principals/users/me/");
    assert.equal(
      await principalOf(send, "/", "other"),
      "/principals/users/other/",
    );
  },
);

Deno.test("without credentials current-user-principal is unauthenticated on what everybody may read", async () => {
  await using server = await createTestServer();
  await server.share("calendars/me/home", "public", "read");
  for (const path of ["/calendars/me/home/", "/calendars/me/home"]) {
    const answer = await server.dav("PROPFIND", path, {
      user: null,
      headers: { depth: "0" },
      body: propfindBody("D:current-user-principal"),
    });
    assert.equal(answer.status, 207, answer.text);
    const property = memberAt(answer, "/calendars/me/home/").props[200]
      ?.["{DAV:}current-user-principal"] ?? assert.fail(answer.text);
    assert.deepEqual(childElements(property).map(({ name }) => name), [
      "unauthenticated",
    ]);
  }
});

demand(
  "nobody is told a principal without credentials: PROPFIND is 401 on what is not public",
  async (send) => {
    for (const path of ["/", "/principals/users/me/", "/calendars/me/"]) {
      await sendFor(401, send, "PROPFIND", path, {
        user: null,
        headers: { depth: "0" },
        body: propfindBody("D:current-user-principal"),
      });
    }
  },
);
