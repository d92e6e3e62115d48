/** LOCK, its refresh and UNLOCK as RFC 4918 sections 6, 9.10, 9.11, 14 and 15 want them. */

import assert from "node:assert/strict";
import { textOf } from "../../../src/xml/names.ts";
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
  sendFor,
  set,
} from "./client.ts";
import {
  assertLocked,
  demandAt,
  grantedLock,
  lockBody,
  locksOn,
  makeFile,
  makeFolder,
  submit,
  takeLock,
  tokensOn,
  tryLock,
} from "./lock_client.ts";

const FILE = "/files/me/a.txt";
const FOLDER = "/files/me/folder/";

demand(
  "LOCK answers with the whole lock and the Lock-Token header",
  async (send) => {
    await makeFile(send, FILE);
    const answer = await tryLock(send, FILE, {
      depth: "0",
      timeout: "Second-120",
      owner: `<D:href>mailto:me@example.org</D:href>`,
    });
    assert.equal(answer.status, 200);
    const lock = grantedLock(answer);
    assert.equal(answer.headers.get("lock-token"), `<${lock.token}>`);
    assert.match(lock.token, /^urn:uuid:[0-9a-f-]{36}$/);
    assert.deepEqual(
      [lock.scope, lock.depth, lock.root, lock.seconds],
      ["exclusive", "0", FILE, 120],
    );
    assert.deepEqual(await locksOn(send, FILE), [lock]);
    for (const header of ["cache-control"]) {
      assert.match(answer.headers.get(header) ?? "", /no-store|no-cache/);
    }
  },
);

demand("LOCK keeps the owner as it was sent", async (send) => {
  await makeFile(send, FILE);
  const owner = ` Ada <X:who xmlns:X="urn:x-test" X:at="1">&lt;née&gt;` +
    `<D:href>http://example.org/~ada/</D:href></X:who> `;
  const body = lockBody({ owner }).replace(
    "<D:lockinfo",
    `<D:lockinfo xml:lang="fr"`,
  );
  const granted = grantedLock(
    await sendFor(200, send, "LOCK", FILE, { body }),
  );
  const [seen] = await locksOn(send, FILE);
  for (const kept of [granted.owner, seen?.owner]) {
    assert.ok(kept);
    assert.deepEqual(kept.attributes?.map(({ name, value }) => [name, value]), [
      ["lang", "fr"],
    ]);
    const [before, who, after] = kept.children;
    assert.deepEqual([before, after], [" Ada ", " "]);
    assert.ok(typeof who === "object");
    assert.equal(`{${who.ns}}${who.name}`, own("who"));
    assert.deepEqual(
      who.attributes?.map(({ ns, name, value }) => [
        ns,
        name,
        value,
      ]),
      [["urn:x-test", "at", "1"]],
    );
    assert.equal(who.children[0], "<née>");
  }
});

demand("LOCK never gives a token twice", async (send) => {
  const tokens = new Set<string>();
  for (let round = 0; round < 20; round++) {
    const { token } = await takeLock(send, FILE, { scope: "shared" });
    tokens.add(token);
  }
  assert.equal(tokens.size, 20);
  assert.equal((await tokensOn(send, FILE)).length, 20);
});

demand(
  "LOCK grants what the table of compatibility allows, and nothing else",
  async (send) => {
    const cases = [
      ["shared", "shared", true],
      ["shared", "exclusive", false],
      ["exclusive", "shared", false],
      ["exclusive", "exclusive", false],
    ] as const;
    for (const [held, asked, granted] of cases) {
      const path = `/files/me/${held}-${asked}`;
      const first = await takeLock(send, path, { scope: held });
      const answer = await tryLock(send, path, { scope: asked });
      const tokens = [first.token];
      if (granted) tokens.push(grantedLock(answer).token);
      else assertLocked(answer, path, "no-conflicting-lock");
      assert.deepEqual(await tokensOn(send, path), tokens.sort());
      // Nor does one who holds the lock get another one.
      if (!granted) {
        const again = await tryLock(send, path, {
          scope: asked,
          headers: submit(first.token),
        });
        assertLocked(again, path, "no-conflicting-lock");
      }
    }
  },
);

demand("LOCK refuses what a lock above or below excludes", async (send) => {
  await makeFolder(send, FOLDER);
  await makeFolder(send, `${FOLDER}in/`);
  await makeFile(send, `${FOLDER}in/a`);
  const above = await takeLock(send, FOLDER);
  assert.equal(above.depth, "infinity");
  for (const path of [`${FOLDER}in/`, `${FOLDER}in/a`, `${FOLDER}new`]) {
    const answer = await tryLock(send, path, {
      headers: path.endsWith("new")
        ? { if: `<${FOLDER}> (<${above.token}>)` }
        : {},
    });
    assertLocked(answer, FOLDER, "no-conflicting-lock");
  }
  await sendFor(204, send, "UNLOCK", FOLDER, {
    headers: { "lock-token": `<${above.token}>` },
  });
  // Depth 0 is about the collection alone.
  await takeLock(send, `${FOLDER}in/a`);
  await takeLock(send, FOLDER, { depth: "0" });
  assert.equal((await locksOn(send, `${FOLDER}in/`)).length, 0);
});

demand(
  "LOCK of Depth infinity above a lock is a multistatus with 423 and 424",
  async (send) => {
    await makeFolder(send, FOLDER);
    await makeFolder(send, `${FOLDER}in/`);
    await makeFile(send, `${FOLDER}in/a b`);
    await takeLock(send, `${FOLDER}in/a b`, { scope: "shared" });
    const answer = await tryLock(send, FOLDER, { depth: "infinity" });
    assert.deepEqual(
      entriesOf(answer).map(({ href, status, condition }) => [
        href,
        status,
        condition,
      ]),
      [
        [`${FOLDER}in/a%20b`, 423, dav("no-conflicting-lock")],
        [FOLDER, 424, null],
      ],
    );
    assert.deepEqual(await locksOn(send, FOLDER), []);
    // The one that does not conflict is granted.
    await takeLock(send, FOLDER, { scope: "shared" });
  },
);

demand(
  "LOCK takes Depth 0 and infinity, and counts none as infinity",
  async (send) => {
    await makeFolder(send, FOLDER);
    await makeFile(send, `${FOLDER}a`);
    const one = await tryLock(send, FOLDER, { depth: "1" });
    assert.equal(one.status, 400);
    for (
      const [depth, expected] of [
        [undefined, "infinity"],
        ["infinity", "infinity"],
        ["0", "0"],
      ] as const
    ) {
      const lock = await takeLock(send, FOLDER, depth ? { depth } : {});
      assert.equal(lock.depth, expected);
      // One lock with one token, however deep.
      const below = expected === "0" ? [] : [lock];
      assert.deepEqual(await locksOn(send, `${FOLDER}a`), below);
      await sendFor(204, send, "UNLOCK", FOLDER, {
        headers: { "lock-token": `<${lock.token}>` },
      });
    }
  },
);

demand(
  "LOCK of a URL where nothing is makes an empty file that is locked",
  async (send) => {
    const answer = await tryLock(send, FILE);
    assert.equal(answer.status, 201);
    const { token } = grantedLock(answer);
    const got = await sendFor(200, send, "GET", FILE);
    assert.equal(got.bytes.length, 0);
    const listed = await send("PROPFIND", "/files/me/", {
      headers: { depth: "1" },
      body: propfindBody(
        "D:lockdiscovery",
        "D:supportedlock",
        "D:resourcetype",
      ),
    });
    const { props } = entryOf(listed, FILE);
    assert.equal(props.get(dav("resourcetype"))?.element.children.length, 0);
    assert.equal(props.get(dav("supportedlock"))?.status, 200);
    assert.equal(props.get(dav("lockdiscovery"))?.status, 200);
    assert.deepEqual(await tokensOn(send, FILE), [token]);

    const mkcol = await send("MKCOL", FILE, { headers: submit(token) });
    assert.equal(mkcol.status, 405);
    assertLocked(await send("PUT", FILE, { body: "b" }), FILE);
    await sendFor(204, send, "PUT", FILE, {
      body: "b",
      headers: submit(token),
    });

    // It outlives its lock.
    await sendFor(204, send, "UNLOCK", FILE, {
      headers: { "lock-token": `<${token}>` },
    });
    assert.equal((await sendFor(200, send, "GET", FILE)).text, "b");

    // And that without ever having had content.
    const empty = "/files/me/empty.txt";
    const lock = await takeLock(send, empty);
    await sendFor(204, send, "UNLOCK", empty, {
      headers: { "lock-token": `<${lock.token}>` },
    });
    assert.equal((await sendFor(200, send, "GET", empty)).text, "");
  },
);

demand("LOCK makes no intermediate collections", async (send) => {
  const answer = await tryLock(send, "/files/me/none/a");
  assert.equal(answer.status, 409);
  await sendFor(404, send, "GET", "/files/me/none");
  assert.equal((await tryLock(send, "/files/me/none/")).status, 409);
});

demand(
  "LOCK of a name not in use is refused where an empty object would be invalid",
  async (send) => {
    for (
      const path of [
        "/calendars/me/home/new.ics",
        "/addressbooks/me/contacts/new.vcf",
        "/calendars/me/new",
      ]
    ) {
      assert.equal((await tryLock(send, path)).status, 403, path);
      await sendFor(404, send, "GET", path);
    }
  },
);

demand(
  "LOCK and UNLOCK work on calendars, address books and what they hold",
  async (send) => {
    const path = "/calendars/me/home/a.ics";
    await sendFor(201, send, "PUT", path, {
      headers: { "content-type": "text/calendar" },
      body: event("a"),
    });
    for (
      const target of [
        path,
        "/calendars/me/home/",
        "/calendars/me/",
        "/addressbooks/me/contacts/",
      ]
    ) {
      const { token } = await takeLock(send, target);
      assert.deepEqual(await tokensOn(send, target), [token]);
      await sendFor(204, send, "UNLOCK", target, {
        headers: { "lock-token": `<${token}>` },
      });
      assert.deepEqual(await tokensOn(send, target), []);
    }
  },
);

demand("LOCK without a body that asks for a lock is refused", async (send) => {
  await makeFile(send, FILE);
  const scope = "<D:lockscope><D:exclusive/></D:lockscope>";
  const type = "<D:locktype><D:write/></D:locktype>";
  for (
    const [inner, root] of [
      ["", "lockinfo"],
      [type, "lockinfo"],
      [scope, "lockinfo"],
      [`<D:lockscope/>${type}`, "lockinfo"],
      [
        `<D:lockscope><D:exclusive/><D:shared/></D:lockscope>${type}`,
        "lockinfo",
      ],
      [`${scope}<D:locktype><D:read/></D:locktype>`, "lockinfo"],
      [scope + type, "propfind"],
    ]
  ) {
    const body = `<D:${root} xmlns:D="DAV:">${inner}</D:${root}>`;
    await sendFor(400, send, "LOCK", FILE, { body });
  }
  await sendFor(400, send, "LOCK", FILE);
  await sendFor(400, send, "LOCK", FILE, { body: "<lockinfo" });
  assert.deepEqual(await locksOn(send, FILE), []);
});

demandAt(
  "LOCK without a body refreshes the lock that If names",
  async (send, clock) => {
    await makeFolder(send, FOLDER);
    await makeFile(send, `${FOLDER}a`);
    const lock = await takeLock(send, FOLDER, { timeout: "Second-100" });
    clock.now += 60_000;
    assert.equal((await locksOn(send, FOLDER))[0]?.seconds, 40);
    // Any resource that the lock holds will do, and Depth says nothing.
    const answer = await sendFor(200, send, "LOCK", `${FOLDER}a`, {
      headers: { ...submit(lock.token), timeout: "Second-90", depth: "1" },
    });
    assert.equal(answer.headers.get("lock-token"), null);
    assert.deepEqual(grantedLock(answer), { ...lock, seconds: 90 });
    assert.deepEqual(await locksOn(send, FOLDER), [{ ...lock, seconds: 90 }]);
    clock.now += 89_000;
    assert.deepEqual(await tokensOn(send, FOLDER), [lock.token]);
  },
);

demand(
  "a refresh is refused unless it names one lock of the resource",
  async (send) => {
    await makeFile(send, FILE);
    const one = await takeLock(send, FILE, { scope: "shared" });
    const two = await takeLock(send, FILE, { scope: "shared" });
    const other = await takeLock(send, "/files/me/other");
    await sendFor(400, send, "LOCK", FILE);
    await sendFor(400, send, "LOCK", FILE, {
      headers: submit(one.token, two.token),
    });
    await sendFor(412, send, "LOCK", FILE, { headers: submit(other.token) });
    await sendFor(412, send, "LOCK", FILE, {
      headers: { if: `(<urn:uuid:x>) (Not <DAV:no-lock>)` },
    });
    assert.equal((await locksOn(send, FILE)).length, 2);
  },
);

demandAt(
  "nothing but a refresh lets a lock live longer",
  async (send, clock) => {
    const { token } = await takeLock(send, FILE, { timeout: "Second-100" });
    clock.now += 50_000;
    const headers = submit(token);
    await sendFor(204, send, "PUT", FILE, { body: "1", headers });
    await sendFor(200, send, "GET", FILE, { headers });
    assert.equal((await locksOn(send, FILE))[0]?.seconds, 50);
  },
);

demandAt(
  "a lock that timed out is gone as after an UNLOCK",
  async (send, clock) => {
    const { token } = await takeLock(send, FILE, { timeout: "Second-100" });
    clock.now += 100_000;
    assert.deepEqual(await locksOn(send, FILE), []);
    await sendFor(412, send, "PUT", FILE, {
      body: "1",
      headers: submit(token),
    });
    await sendFor(412, send, "LOCK", FILE, { headers: submit(token) });
    await sendFor(409, send, "UNLOCK", FILE, {
      headers: { "lock-token": `<${token}>` },
    });
    await sendFor(204, send, "PUT", FILE, { body: "1" });
    const next = await takeLock(send, FILE);
    assert.deepEqual(await tokensOn(send, FILE), [next.token]);
  },
);

demand(
  "a lock lasts as long as asked, within the server's limits",
  async (send) => {
    const cases: [timeout: string | undefined, seconds: number][] = [
      [undefined, 600],
      ["Second-30", 30],
      ["Infinite, Second-4100000000", 3600],
      ["Second-4294967295", 3600],
      ["Second-18446744073709551616", 3600],
      [`Second-${"9".repeat(400)}`, 3600],
      ["Second-0", 1],
      ["Extend, Second-45", 45],
      ["Second--1", 600],
      ["soon", 600],
    ];
    for (const [timeout, seconds] of cases) {
      const lock = await takeLock(send, FILE, {
        scope: "shared",
        ...(timeout !== undefined && { timeout }),
      });
      assert.equal(lock.seconds, seconds, timeout);
    }
  },
);

demand(
  "UNLOCK removes the whole lock, asked at any resource that it holds",
  async (send) => {
    await makeFolder(send, FOLDER);
    await makeFile(send, `${FOLDER}a`);
    const one = await takeLock(send, FOLDER, { scope: "shared" });
    const two = await takeLock(send, FOLDER, { scope: "shared" });
    const answer = await sendFor(204, send, "UNLOCK", `${FOLDER}a`, {
      headers: { "lock-token": `<${one.token}>` },
    });
    assert.match(
      answer.headers.get("cache-control") ?? "",
      /no-store|no-cache/,
    );
    assert.deepEqual(await tokensOn(send, FOLDER), [two.token]);
    assert.deepEqual(await tokensOn(send, `${FOLDER}a`), [two.token]);
  },
);

demand(
  "UNLOCK outside of the lock's scope is 409 with lock-token-matches-request-uri",
  async (send) => {
    await makeFile(send, FILE);
    const { token } = await takeLock(send, FILE);
    await makeFile(send, "/files/me/b");
    for (
      const [path, named] of [["/files/me/b", token], [FILE, "urn:uuid:x"]]
    ) {
      const answer = await sendFor(409, send, "UNLOCK", path ?? "", {
        headers: { "lock-token": `<${named}>` },
      });
      assert.equal(conditionOf(answer), dav("lock-token-matches-request-uri"));
    }
    await sendFor(400, send, "UNLOCK", FILE);
    await sendFor(400, send, "UNLOCK", FILE, {
      headers: { "lock-token": "< >" },
    });
    await sendFor(404, send, "UNLOCK", "/files/me/none", {
      headers: { "lock-token": `<${token}>` },
    });
    assert.deepEqual(await tokensOn(send, FILE), [token]);
    // Windows leaves the brackets out now and then.
    await sendFor(204, send, "UNLOCK", FILE, {
      headers: { "lock-token": token },
    });
  },
);

demand(
  "PROPFIND defines lockdiscovery and supportedlock wherever LOCK is allowed",
  async (send) => {
    await makeFolder(send, FOLDER);
    await makeFile(send, FILE);
    for (
      const path of [
        FOLDER,
        FILE,
        "/files/me/",
        "/calendars/me/",
        "/calendars/me/home/",
        "/addressbooks/me/contacts/",
        "/principals/users/me/",
        "/",
      ]
    ) {
      const options = await sendFor(200, send, "OPTIONS", path);
      const methods = (options.headers.get("allow") ?? "").split(", ");
      const lockable = methods.includes("LOCK");
      assert.equal(methods.includes("UNLOCK"), lockable, path);
      const classes = (options.headers.get("dav") ?? "").split(", ");
      assert.deepEqual(
        ["1", "2", "3"].map((one) => classes.includes(one)),
        [true, lockable, true],
        path,
      );
      const props = await readProps(
        send,
        path,
        "D:lockdiscovery",
        "D:supportedlock",
      );
      const status = lockable ? 200 : 404;
      assert.equal(props.get(dav("lockdiscovery"))?.status, status, path);
      const supported = props.get(dav("supportedlock"));
      assert.equal(supported?.status, status, path);
      if (!lockable) continue;
      const entries = supported?.element.children.map((entry) => {
        assert.ok(typeof entry === "object" && entry.name === "lockentry");
        return entry.children.map((part) =>
          typeof part === "object" && typeof part.children[0] === "object"
            ? [part.name, part.children[0].name]
            : []
        );
      });
      assert.deepEqual(entries, [
        [["lockscope", "exclusive"], ["locktype", "write"]],
        [["lockscope", "shared"], ["locktype", "write"]],
      ]);
    }
  },
);

demand(
  "PROPPATCH of lockdiscovery and supportedlock is refused",
  async (send) => {
    await makeFile(send, FILE);
    for (const name of ["lockdiscovery", "supportedlock"]) {
      const answer = await send("PROPPATCH", FILE, {
        body: proppatchBody(set(`<D:${name}/>`)),
      });
      assert.equal(entryOf(answer, FILE).props.get(dav(name))?.status, 403);
    }
  },
);

demand(
  "lockdiscovery is read by those only who may read the resource",
  async (send) => {
    const { token } = await takeLock(send, FILE);
    for (const user of ["other", null]) {
      const answer = await send("PROPFIND", FILE, {
        user,
        headers: { depth: "0" },
        body: propfindBody("D:lockdiscovery"),
      });
      assert.equal(answer.status, user === null ? 401 : 403);
      assert.ok(!answer.text.includes(token));
    }
  },
);

demand("a token is of no use to those who may not write", async (send) => {
  const { token } = await takeLock(send, FILE);
  const headers = submit(token);
  const refused = [
    await send("PUT", FILE, { user: "other", headers, body: "1" }),
    await send("LOCK", FILE, { user: "other", headers }),
    await send("UNLOCK", FILE, {
      user: "other",
      headers: { "lock-token": `<${token}>` },
    }),
  ];
  for (const answer of refused) {
    assert.equal(answer.status, 403);
    assert.equal(conditionOf(answer), dav("need-privileges"));
  }
  assert.deepEqual(await tokensOn(send, FILE), [token]);
});

demand(
  "lockroot is in every lockdiscovery, by the path that it has now",
  async (send) => {
    await makeFolder(send, FOLDER);
    await makeFile(send, `${FOLDER}a`);
    const lock = await takeLock(send, "/files/me/folder");
    assert.equal(lock.root, FOLDER);
    assert.equal((await locksOn(send, `${FOLDER}a`))[0]?.root, FOLDER);
    const { children } = (await readProps(send, FOLDER, "D:displayname"))
      .get(dav("displayname"))?.element ?? { children: [] };
    assert.equal(textOf({ ns: "", name: "", children }), "folder");
  },
);
