import assert from "node:assert/strict";
import {
  assertLocked,
  lockBody,
  locksOn,
  makeFile,
  submit,
  takeLock,
  tokensOn,
  tryLock,
} from "./conformance/lock_client.ts";
import { demand, sendFor } from "./conformance/client.ts";

const FILE = "/files/me/a.txt";

demand(
  "more locks than the server keeps are refused, and those that end make room",
  async (send) => {
    const first = await takeLock(send, FILE, { scope: "shared" });
    let granted = 1;
    let answer = await tryLock(send, FILE, { scope: "shared" });
    while (answer.status === 200) {
      granted++;
      assert.ok(granted <= 500, "there is no bound");
      answer = await tryLock(send, FILE, { scope: "shared" });
    }
    assert.equal(answer.status, 507);
    assert.equal((await locksOn(send, FILE)).length, granted);
    await sendFor(507, send, "LOCK", "/files/me/new", { body: lockBody({}) });
    await sendFor(404, send, "GET", "/files/me/new");
    // Other work goes on.
    await sendFor(201, send, "PUT", "/files/me/b", { body: "1" });
    await sendFor(204, send, "UNLOCK", FILE, {
      headers: { "lock-token": `<${first.token}>` },
    });
    await takeLock(send, FILE, { scope: "shared" });
  },
);

demand("an If header of 60 KiB is read, whatever it holds", async (send) => {
  await makeFile(send, FILE);
  const { token } = await takeLock(send, FILE);
  const put = (value: string) =>
    send("PUT", FILE, { body: "new", headers: { if: value } });
  const many = "(<a:b>)".repeat(8_500);
  assert.equal((await put(many)).status, 412);
  assert.equal((await put(`(${"<a:b>".repeat(10_000)})`)).status, 412);
  assert.equal((await put("(".repeat(60_000))).status, 400);
  assert.equal((await put(`${many}(`)).status, 400);
  assert.equal((await put('(["a"])'.repeat(8_500))).status, 412);
  const tags = Array.from({ length: 3_000 }, (_, n) => `</files/${n}>(<a:b>)`);
  assert.equal((await put(tags.join(""))).status, 400);
  // A deep path is one resource.
  const deep = `</files/me${"/x".repeat(25_000)}> (Not <a:b>)`;
  assert.ok([204, 400, 412, 423].includes((await put(deep)).status));
  assert.equal((await send("GET", FILE)).text, "text");
  assert.equal((await put(`${many}(<${token}>)`)).status, 204);
});

demand(
  "an owner that is too long is refused, and one of a megabyte, too",
  async (send) => {
    await makeFile(send, FILE);
    for (const length of [5_000, 2 ** 20]) {
      const answer = await tryLock(send, FILE, { owner: "x".repeat(length) });
      assert.equal(answer.status, 413, String(length));
    }
    const nested = "<D:href>".repeat(20_000) + "</D:href>".repeat(20_000);
    const answer = await tryLock(send, FILE, { owner: nested });
    assert.ok([400, 413].includes(answer.status));
    assert.deepEqual(await locksOn(send, FILE), []);
  },
);

demand("tokens of other locks open nothing", async (send) => {
  await makeFile(send, FILE);
  await takeLock(send, FILE);
  const other = await takeLock(send, "/files/me/b");
  const lists = `(<${other.token}>) (Not <DAV:no-lock>)`;
  assertLocked(
    await send("PUT", FILE, { body: "new", headers: { if: lists } }),
    FILE,
  );
  await sendFor(412, send, "PUT", FILE, {
    body: "new",
    headers: submit(other.token),
  });
  await sendFor(409, send, "UNLOCK", FILE, {
    headers: { "lock-token": `<${other.token}>` },
  });
  assert.equal((await send("GET", FILE)).text, "text");
  assert.equal((await tokensOn(send, FILE)).length, 1);
});

demand(
  "LOCK and UNLOCK in places that hold no locks are refused",
  async (send) => {
    for (const path of ["/", "/principals/users/me/", "/files/"]) {
      assert.equal((await tryLock(send, path)).status, 405, path);
      await sendFor(405, send, "UNLOCK", path, {
        headers: { "lock-token": "<urn:x>" },
      });
    }
    for (const path of ["/files/other/a", "/calendars/other/"]) {
      assert.equal((await tryLock(send, path)).status, 403, path);
    }
    await sendFor(401, send, "LOCK", FILE, { user: null, body: lockBody({}) });
  },
);
