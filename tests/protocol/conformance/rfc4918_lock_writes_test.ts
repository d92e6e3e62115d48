/** What locks hold: changes of what is locked, as RFC 4918 section 7 wants them. */

import assert from "node:assert/strict";
import {
  conditionOf,
  dav,
  demand,
  entriesOf,
  event,
  proppatchBody,
  readText,
  type Send,
  sendFor,
  set,
} from "./client.ts";
import {
  assertLocked,
  locksOn,
  makeFile,
  makeFolder,
  submit,
  submitFor,
  takeLock,
  tokensOn,
} from "./lock_client.ts";

const FILE = "/files/me/a.txt";
const FOLDER = "/files/me/folder/";
const PATCH = proppatchBody(set(`<X:p>1</X:p>`));

/** Asserts that a request needs a token, changes nothing without it, and is done with it. */
async function needsToken(
  send: Send,
  request: {
    readonly method: string;
    readonly path: string;
    readonly headers?: Record<string, string>;
    readonly body?: string;
    readonly root: string;
    readonly token: string;
    readonly status: number;
  },
): Promise<void> {
  const { method, path, headers, body, root, token, status } = request;
  assertLocked(
    await send(method, path, { headers: { ...headers }, body }),
    root,
  );
  // Knowing of no lock is not enough, nor is another token.
  const other = { if: "(Not <DAV:no-lock>) (<urn:uuid:other>)" };
  assertLocked(
    await send(method, path, { headers: { ...headers, ...other }, body }),
    root,
  );
  await sendFor(status, send, method, path, {
    headers: { ...headers, ...submitFor([root, token]) },
    body,
  });
}

demand(
  "PUT, PROPPATCH and DELETE of what is locked need its token",
  async (send) => {
    await makeFile(send, FILE);
    const { token } = await takeLock(send, FILE);
    const at = { path: FILE, root: FILE, token };
    await needsToken(send, { ...at, method: "PUT", body: "new", status: 204 });
    assert.equal((await send("GET", FILE)).text, "new");
    await needsToken(send, {
      ...at,
      method: "PROPPATCH",
      body: PATCH,
      status: 207,
    });
    assert.equal(await readText(send, FILE, "X:p"), "1");
    // The bytes that are there already are no way around it.
    assertLocked(await send("PUT", FILE, { body: "new" }), FILE);
    await needsToken(send, { ...at, method: "DELETE", status: 204 });
  },
);

demand("reading what is locked needs no token", async (send) => {
  await makeFile(send, FILE);
  await takeLock(send, FILE);
  assert.equal((await sendFor(200, send, "GET", FILE)).text, "text");
  await sendFor(201, send, "COPY", FILE, {
    headers: { destination: "/files/me/copy" },
  });
  assert.deepEqual(await locksOn(send, "/files/me/copy"), []);
});

for (const depth of ["0", "infinity"]) {
  demand(
    `members come to and leave a collection locked with Depth ${depth} by its token only`,
    async (send) => {
      await makeFolder(send, FOLDER);
      await makeFile(send, `${FOLDER}old`);
      await makeFile(send, `${FOLDER}older`);
      await makeFile(send, FILE);
      const { token } = await takeLock(send, FOLDER, { depth });
      const at = { root: FOLDER, token };
      const into = { destination: `${FOLDER}copy` };
      await needsToken(send, {
        ...at,
        method: "PUT",
        path: `${FOLDER}new`,
        body: "1",
        status: 201,
      });
      await needsToken(send, {
        ...at,
        method: "MKCOL",
        path: `${FOLDER}in/`,
        status: 201,
      });
      await needsToken(send, {
        ...at,
        method: "COPY",
        path: FILE,
        headers: into,
        status: 201,
      });
      await needsToken(send, {
        ...at,
        method: "MOVE",
        path: FILE,
        headers: { destination: `${FOLDER}moved` },
        status: 201,
      });
      await needsToken(send, {
        ...at,
        method: "COPY",
        path: `${FOLDER}in/`,
        headers: { destination: `${FOLDER}in2` },
        status: 201,
      });
      await needsToken(send, {
        ...at,
        method: "DELETE",
        path: `${FOLDER}old`,
        status: 204,
      });
      await needsToken(send, {
        ...at,
        method: "MOVE",
        path: `${FOLDER}older`,
        headers: { destination: "/files/me/out" },
        status: 201,
      });
      const expected = depth === "0" ? [] : [token];
      for (const name of ["new", "in/", "copy", "moved", "in2/"]) {
        assert.deepEqual(await tokensOn(send, FOLDER + name), expected, name);
      }
      // What has left is held no more.
      await sendFor(204, send, "PUT", "/files/me/out", { body: "2" });
      const change = await send("PUT", `${FOLDER}new`, { body: "3" });
      if (depth === "0") assert.equal(change.status, 204);
      else assertLocked(change, FOLDER);
      await needsToken(send, {
        ...at,
        method: "PROPPATCH",
        path: FOLDER,
        body: PATCH,
        status: 207,
      });
    },
  );
}

demand(
  "LOCK of a new name in a locked collection needs its token",
  async (send) => {
    await makeFolder(send, FOLDER);
    const { token } = await takeLock(send, FOLDER, { depth: "0" });
    assertLocked(
      await send("LOCK", `${FOLDER}a`, {
        body:
          `<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:shared/></D:lockscope>` +
          `<D:locktype><D:write/></D:locktype></D:lockinfo>`,
      }),
      FOLDER,
    );
    await takeLock(send, `${FOLDER}a`, { headers: submitFor([FOLDER, token]) });
  },
);

demand("events and contacts are held by locks, too", async (send) => {
  const path = "/calendars/me/home/a.ics";
  const headers = { "content-type": "text/calendar" };
  await sendFor(201, send, "PUT", path, { headers, body: event("a") });
  const { token } = await takeLock(send, "/calendars/me/home/");
  assertLocked(
    await send("PUT", path, { headers, body: event("a", "Cake") }),
    "/calendars/me/home/",
  );
  assertLocked(
    await send("DELETE", "/calendars/me/home/"),
    "/calendars/me/home/",
  );
  await sendFor(204, send, "PUT", path, {
    headers: { ...headers, ...submit(token) },
    body: event("a", "Cake"),
  });
});

demand(
  "DELETE of a collection with a locked member is a multistatus and changes nothing",
  async (send) => {
    await makeFolder(send, FOLDER);
    await makeFolder(send, `${FOLDER}in/`);
    await makeFile(send, `${FOLDER}in/a`);
    await makeFile(send, `${FOLDER}b`);
    const { token } = await takeLock(send, `${FOLDER}in/`);
    const answer = await send("DELETE", FOLDER);
    assert.deepEqual(
      entriesOf(answer).map(({ href, status, condition }) => [
        href,
        status,
        condition,
      ]),
      [[`${FOLDER}in/`, 423, dav("lock-token-submitted")]],
    );
    await sendFor(200, send, "GET", `${FOLDER}b`);
    await sendFor(204, send, "DELETE", FOLDER, {
      headers: submitFor([`${FOLDER}in/`, token]),
    });
  },
);

demand(
  "a change of several locked resources needs the tokens of all",
  async (send) => {
    await makeFolder(send, FOLDER);
    const one = await takeLock(send, `${FOLDER}1`);
    const two = await takeLock(send, `${FOLDER}2`);
    for (
      const [held, missing] of [[one, `${FOLDER}2`], [
        two,
        `${FOLDER}1`,
      ]] as const
    ) {
      const headers = submitFor([held.root, held.token]);
      const answer = await send("DELETE", FOLDER, { headers });
      assert.deepEqual(entriesOf(answer).map(({ href }) => href), [missing]);
      const moved = await send("MOVE", FOLDER, {
        headers: { ...headers, destination: "/files/me/moved" },
      });
      assertLocked(moved, missing);
    }
    await sendFor(204, send, "DELETE", FOLDER, {
      headers: submitFor([one.root, one.token], [two.root, two.token]),
    });
  },
);

demand("of several shared locks one token is enough", async (send) => {
  await makeFile(send, FILE);
  const one = await takeLock(send, FILE, { scope: "shared" });
  const two = await takeLock(send, FILE, { scope: "shared" });
  assert.notEqual(one.token, two.token);
  assertLocked(await send("PUT", FILE, { body: "1" }), FILE);
  for (const { token } of [one, two]) {
    await sendFor(204, send, "PUT", FILE, {
      body: token,
      headers: submit(token),
    });
  }
});

demand("COPY and MOVE onto something locked need its token", async (send) => {
  await makeFile(send, FILE);
  await makeFolder(send, FOLDER);
  for (const method of ["COPY", "MOVE"]) {
    await makeFolder(send, "/files/me/target/");
    await makeFile(send, "/files/me/target/a");
    const { token } = await takeLock(send, "/files/me/target/a");
    const headers = { destination: "/files/me/target/a" };
    const over = { destination: "/files/me/target/" };
    const root = "/files/me/target/a";
    assertLocked(await send(method, FILE, { headers }), root);
    // RFC 4918 sections 9.8.5 and 9.9.4: 423 also for a resource within the destination.
    assertLocked(await send(method, FOLDER, { headers: over }), root);
    await sendFor(204, send, method, FILE, {
      headers: { ...headers, ...submitFor([root, token]) },
    });
    // The content of a lock's root was replaced, or something else has moved there.
    const left = method === "COPY" ? [token] : [];
    assert.deepEqual(await tokensOn(send, root), left);
    await sendFor(204, send, "COPY", FOLDER, {
      headers: {
        ...over,
        ...(left.length > 0 && submitFor([root, token])),
      },
    });
    await sendFor(404, send, "GET", root);
    await sendFor(204, send, "DELETE", "/files/me/target/");
  }
});

demand("COPY copies no lock, whatever is copied", async (send) => {
  await makeFolder(send, FOLDER);
  await makeFile(send, `${FOLDER}a`);
  await takeLock(send, `${FOLDER}a`, { scope: "shared" });
  await takeLock(send, FOLDER, { scope: "shared" });
  await sendFor(201, send, "COPY", FOLDER, {
    headers: { destination: "/files/me/copy" },
  });
  assert.deepEqual(await locksOn(send, "/files/me/copy/"), []);
  assert.deepEqual(await locksOn(send, "/files/me/copy/a"), []);
  await sendFor(204, send, "PUT", "/files/me/copy/a", { body: "1" });
});

demand(
  "MOVE needs the tokens of what moves, and moves no lock",
  async (send) => {
    await makeFile(send, FILE);
    await makeFolder(send, FOLDER);
    await makeFile(send, `${FOLDER}a`);
    const file = await takeLock(send, FILE);
    const inner = await takeLock(send, `${FOLDER}a`);
    const to = (destination: string) => ({ destination });
    assertLocked(
      await send("MOVE", FILE, { headers: to("/files/me/b") }),
      FILE,
    );
    assertLocked(
      await send("MOVE", FOLDER, { headers: to("/files/me/other") }),
      `${FOLDER}a`,
    );
    await sendFor(201, send, "MOVE", FILE, {
      headers: { ...to("/files/me/b"), ...submit(file.token) },
    });
    await sendFor(201, send, "MOVE", FOLDER, {
      headers: {
        ...to("/files/me/other"),
        ...submitFor([inner.root, inner.token]),
      },
    });
    for (
      const path of ["/files/me/b", "/files/me/other/", "/files/me/other/a"]
    ) {
      assert.deepEqual(await locksOn(send, path), [], path);
    }
    // Nor does one stay behind at the old name.
    await makeFile(send, FILE);
    assert.deepEqual(await locksOn(send, FILE), []);
    for (const { token } of [file, inner]) {
      const answer = await send("UNLOCK", "/files/me/b", {
        headers: { "lock-token": `<${token}>` },
      });
      assert.equal(conditionOf(answer), dav("lock-token-matches-request-uri"));
    }
  },
);

demand(
  "what moves into a locked collection comes under its lock",
  async (send) => {
    await makeFolder(send, FOLDER);
    await makeFile(send, FILE);
    const { token } = await takeLock(send, FOLDER);
    await sendFor(201, send, "MOVE", FILE, {
      headers: {
        destination: `${FOLDER}a`,
        ...submitFor([FOLDER, token]),
      },
    });
    assert.deepEqual(await tokensOn(send, `${FOLDER}a`), [token]);
    assertLocked(await send("DELETE", `${FOLDER}a`), FOLDER);
  },
);

demand("DELETE ends the locks on what it unmaps", async (send) => {
  await makeFolder(send, FOLDER);
  const inner = await takeLock(send, `${FOLDER}a`);
  const outer = await takeLock(send, FILE);
  await sendFor(204, send, "DELETE", FILE, { headers: submit(outer.token) });
  await sendFor(204, send, "DELETE", FOLDER, {
    headers: submitFor([inner.root, inner.token]),
  });
  await makeFolder(send, FOLDER);
  await makeFile(send, `${FOLDER}a`);
  await makeFile(send, FILE);
  for (const path of [FILE, FOLDER, `${FOLDER}a`]) {
    assert.deepEqual(await locksOn(send, path), [], path);
  }
});
