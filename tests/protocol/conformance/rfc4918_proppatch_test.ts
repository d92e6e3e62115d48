/** RFC 4918 sections 4, 9.2, 14.26 and 15: changing properties. */

import assert from "node:assert/strict";
import {
  childElements,
  findChild,
  NS,
  textOf,
  XML_NS,
} from "../../../src/xml/names.ts";
import {
  conditionOf,
  dav,
  demand,
  entriesOf,
  entryOf,
  event,
  own,
  propfindBody,
  proppatchBody,
  readProps,
  readText,
  remove,
  rootOf,
  sendFor,
  set,
} from "./client.ts";

const RESOURCES = [
  "/calendars/me/home/",
  "/calendars/me/home/a.ics",
  "/addressbooks/me/contacts/",
  "/files/me/a.txt",
  "/files/me/folder/",
];

demand(
  "PROPPATCH sets and removes dead properties on every kind of resource",
  async (send) => {
    await sendFor(201, send, "MKCOL", "/files/me/folder/");
    await sendFor(201, send, "PUT", "/files/me/a.txt", { body: "1" });
    await sendFor(201, send, "PUT", "/calendars/me/home/a.ics", {
      headers: { "content-type": "text/calendar" },
      body: event("a"),
    });
    for (const path of RESOURCES) {
      const done = entryOf(
        await send("PROPPATCH", path, {
          body: proppatchBody(set("<X:a>one</X:a>", "<X:b>two</X:b>")),
        }),
        path,
      );
      assert.equal(done.props.get(own("a"))?.status, 200, path);
      assert.equal(await readText(send, path, "X:a"), "one", path);
      await sendFor(207, send, "PROPPATCH", path, {
        body: proppatchBody(remove("X:a")),
      });
      assert.equal(await readText(send, path, "X:a"), null, path);
      assert.equal(await readText(send, path, "X:b"), "two", path);
    }
  },
);

demand("PROPPATCH runs its instructions in document order", async (send) => {
  const path = "/files/me/";
  const one = set("<X:a>1</X:a>");
  const two = set("<X:a>2</X:a>");
  const none = remove("X:a");
  for (
    const [instructions, expected] of [
      [[one, two], "2"],
      [[two, one], "1"],
      [[one, none], null],
      [[none, two], "2"],
    ] as const
  ) {
    await sendFor(207, send, "PROPPATCH", path, {
      body: proppatchBody(...instructions),
    });
    assert.equal(await readText(send, path, "X:a"), expected);
  }
});

demand(
  "PROPPATCH with one failure changes nothing and answers 424 for the others",
  async (send) => {
    const path = "/calendars/me/home/";
    await sendFor(207, send, "PROPPATCH", path, {
      body: proppatchBody(set("<X:a>old</X:a>")),
    });
    const { props } = entryOf(
      await send("PROPPATCH", path, {
        body: proppatchBody(
          set("<X:a>new</X:a>"),
          set("<D:getetag>mine</D:getetag>"),
          set("<D:displayname>new</D:displayname>"),
        ),
      }),
      path,
    );
    assert.equal(props.get(dav("getetag"))?.status, 403);
    assert.equal(props.get(own("a"))?.status, 424);
    assert.equal(props.get(dav("displayname"))?.status, 424);
    assert.equal(await readText(send, path, "X:a"), "old");
    assert.notEqual(await readText(send, path, "D:displayname"), "new");
  },
);

demand(
  "PROPPATCH of a protected property is 403 with cannot-modify-protected-property in its propstat",
  async (send) => {
    await sendFor(201, send, "PUT", "/files/me/a.txt", { body: "1" });
    for (
      const name of [
        "getetag",
        "getlastmodified",
        "resourcetype",
        "creationdate",
      ]
    ) {
      for (
        const body of [set(`<D:${name}>x</D:${name}>`), remove(`D:${name}`)]
      ) {
        const answer = await sendFor(
          207,
          send,
          "PROPPATCH",
          "/files/me/a.txt",
          {
            body: proppatchBody(body),
          },
        );
        const response = findChild(rootOf(answer), NS.dav, "response");
        const propstat = response && findChild(response, NS.dav, "propstat");
        const error = propstat && findChild(propstat, NS.dav, "error");
        assert.ok(error, `${name}: an error element in the propstat`);
        assert.ok(findChild(error, NS.dav, "cannot-modify-protected-property"));
        const { props } = entryOf(answer, "/files/me/a.txt");
        assert.equal(props.get(dav(name))?.status, 403, name);
      }
    }
  },
);

demand(
  "PROPPATCH without a propertyupdate element is refused",
  async (send) => {
    for (const body of [propfindBody("D:displayname"), ""]) {
      const answer = await send("PROPPATCH", "/files/me/", { body });
      assert.ok([400, 403, 422].includes(answer.status), String(answer.status));
    }
  },
);

demand(
  "PROPPATCH keeps names, children, text, attributes and prefixes of a dead property",
  async (send) => {
    const value =
      `<X:a y:k="v &amp; w" xmlns:y="urn:y"><y:b>t<c xmlns="">u</c> v</y:b> <X:d/></X:a>`;
    await sendFor(207, send, "PROPPATCH", "/files/me/", {
      body: proppatchBody(set(value)),
    });
    const a = (await readProps(send, "/files/me/", "X:a")).get(own("a"))
      ?.element;
    assert.ok(a);
    assert.deepEqual(
      a.attributes?.filter(({ ns }) => ns === "urn:y").map((
        { ns, name, value },
      ) => [ns, name, value]),
      [["urn:y", "k", "v & w"]],
    );
    const [b, d] = childElements(a);
    assert.ok(b && d);
    assert.deepEqual([b.ns, b.name, d.ns, d.name], [
      "urn:y",
      "b",
      "urn:x-test",
      "d",
    ]);
    assert.equal(textOf(b), "t v");
    const [c] = childElements(b);
    assert.deepEqual([c?.ns, c?.name, c && textOf(c)], ["", "c", "u"]);
    // Prefixes can matter to what is inside (XPath): they come back as sent.
    assert.equal(b.prefix, "y");
    assert.equal(a.prefix, "X");
  },
);

demand(
  "PROPPATCH keeps white space of a dead property, whatever xml:space says",
  async (send) => {
    await sendFor(207, send, "PROPPATCH", "/files/me/", {
      body: proppatchBody(set(
        `<X:a>  one \n two </X:a>`,
        `<X:b xml:space="default">  one \n two </X:b>`,
        `<X:c xml:space="preserve">  one \n two </X:c>`,
      )),
    });
    for (const name of ["X:a", "X:b", "X:c"]) {
      assert.equal(
        await readText(send, "/files/me/", name),
        "  one \n two ",
        name,
      );
    }
  },
);

demand(
  "PROPPATCH stores the xml:lang in scope, and PROPFIND gives it back",
  async (send) => {
    await sendFor(207, send, "PROPPATCH", "/files/me/", {
      body: proppatchBody(
        `<D:set xml:lang="de"><D:prop><X:a>Käse</X:a><X:b xml:lang="fr">fromage</X:b></D:prop></D:set>`,
      ),
    });
    const props = await readProps(send, "/files/me/", "X:a", "X:b");
    for (const [name, expected] of [["a", "de"], ["b", "fr"]] as const) {
      const lang = props.get(own(name))?.element.attributes
        ?.find((one) => one.ns === XML_NS && one.name === "lang")?.value;
      assert.equal(lang, expected);
    }
  },
);

demand("PROPPATCH lets clients set and remove displayname", async (send) => {
  const path = "/calendars/me/home/";
  await sendFor(207, send, "PROPPATCH", path, {
    body: proppatchBody(set("<D:displayname>Büro</D:displayname>")),
  });
  assert.equal(await readText(send, path, "D:displayname"), "Büro");
  const { props } = entryOf(
    await send("PROPPATCH", path, {
      body: proppatchBody(remove("D:displayname")),
    }),
    path,
  );
  assert.equal(props.get(dav("displayname"))?.status, 200);
  assert.notEqual(await readText(send, path, "D:displayname"), "Büro");
});

demand(
  "PROPPATCH lets clients set getcontentlanguage, and GET then has it, too",
  async (send) => {
    const path = "/files/me/a.txt";
    await sendFor(201, send, "PUT", path, { body: "1" });
    const { props } = entryOf(
      await send("PROPPATCH", path, {
        body: proppatchBody(
          set("<D:getcontentlanguage>de</D:getcontentlanguage>"),
        ),
      }),
      path,
    );
    assert.equal(props.get(dav("getcontentlanguage"))?.status, 200);
    assert.equal(await readText(send, path, "D:getcontentlanguage"), "de");
    const { headers } = await sendFor(200, send, "GET", path);
    // Defined wherever GET has the header; whether GET has it is free.
    assert.ok([null, "de"].includes(headers.get("content-language")));
  },
);

demand(
  "PROPPATCH changes neither the ETag nor Last-Modified, nor does a PUT of the same bytes",
  async (send) => {
    for (
      const [path, type, body] of [
        ["/files/me/a.txt", "text/plain", "1"],
        ["/calendars/me/home/a.ics", "text/calendar", event("a")],
      ] as const
    ) {
      const headers = { "content-type": type };
      await sendFor(201, send, "PUT", path, { headers, body });
      const before = await sendFor(200, send, "GET", path);
      await sendFor(207, send, "PROPPATCH", path, {
        body: proppatchBody(set("<X:a>1</X:a>")),
      });
      await sendFor(204, send, "PUT", path, { headers, body });
      const after = await sendFor(200, send, "GET", path);
      for (const header of ["etag", "last-modified"]) {
        assert.ok(before.headers.get(header), header);
        assert.equal(
          after.headers.get(header),
          before.headers.get(header),
          header,
        );
      }
    }
  },
);

demand(
  "PROPPATCH ignores elements, attributes and processing instructions that it does not know",
  async (send) => {
    const answer = await send("PROPPATCH", "/files/me/", {
      body: `<?go now?>` + proppatchBody(
        `<X:unknown><D:set><D:prop><X:bad/></D:prop></D:set></X:unknown>`,
        `<D:set X:flag="1"><X:more/><D:prop><X:a>1</X:a></D:prop><?stop?></D:set>`,
      ),
    });
    assert.deepEqual([...entryOf(answer, "/files/me/").props.keys()], [
      own("a"),
    ]);
    assert.equal(await readText(send, "/files/me/", "X:a"), "1");
    const found = await send("PROPFIND", "/files/me/", {
      headers: { depth: "0" },
      body:
        `<D:propfind xmlns:D="DAV:" xmlns:X="urn:x-test" X:flag="1"><X:why/>` +
        `<D:prop><X:a/></D:prop></D:propfind>`,
    });
    assert.equal(entriesOf(found)[0]?.props.get(own("a"))?.status, 200);
  },
);

demand(
  "PROPPATCH of an external entity is refused with no-external-entities",
  async (send) => {
    const answer = await sendFor(403, send, "PROPPATCH", "/files/me/", {
      body: `<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]>` +
        proppatchBody(set("<X:a>&e;</X:a>")),
    });
    assert.equal(conditionOf(answer), dav("no-external-entities"));
    assert.equal(await readText(send, "/files/me/", "X:a"), null);
  },
);
