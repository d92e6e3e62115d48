/** RFC 6578 sections 3.2, 3.3 and 3.6: limits, tokens and levels. */

import assert from "node:assert/strict";
import {
  conditionOf,
  dav,
  demand,
  proppatchBody,
  sendFor,
  set,
} from "./client.ts";
import { drop, HOME, put, report, sync } from "./sync_client.ts";

demand(
  "a limit cuts the answer with 507 for the collection, and the walk goes on to the full truth",
  async (send) => {
    const names = ["a.ics", "b.ics", "c.ics", "d.ics", "e.ics"];
    for (const name of names) await put(send, name);
    for (const limit of [1, 2, 4]) {
      const seen: string[] = [];
      let token = "";
      for (let round = 0; round < 10; round++) {
        const part = await sync(send, { token, limit });
        assert.ok(part.changed.length <= limit);
        seen.push(...part.changed);
        token = part.token;
        if (!part.truncated) break;
        const own = part.entries.find(({ href }) => href === HOME);
        assert.equal(own?.condition, dav("number-of-matches-within-limits"));
      }
      assert.deepEqual(seen.sort(), names, `limit ${limit}`);
      assert.deepEqual((await sync(send, { token })).entries, []);
    }
    assert.equal((await sync(send, { limit: 5 })).truncated, false);
  },
);

demand(
  "the token of a cut answer misses nothing that changes in between",
  async (send) => {
    for (const name of ["a.ics", "b.ics", "c.ics"]) await put(send, name);
    const first = await sync(send, { limit: 1 });
    assert.ok(first.truncated);
    await put(send, "a.ics", "changed");
    await put(send, "b.ics", "changed");
    await drop(send, "c.ics");
    await put(send, "d.ics");
    const known = new Set(first.changed);
    let token = first.token;
    for (let round = 0; round < 10; round++) {
      const part = await sync(send, { token, limit: 1 });
      for (const name of part.changed) known.add(name);
      for (const name of part.removed) known.delete(name);
      token = part.token;
      if (!part.truncated) break;
    }
    assert.deepEqual([...known].sort(), ["a.ics", "b.ics", "d.ics"]);
  },
);

demand(
  "a token that was not given for this collection is refused with valid-sync-token",
  async (send) => {
    const { token } = await sync(send);
    const other = await sync(send, { path: "/calendars/me/tasks/" });
    for (
      const bad of [
        other.token,
        "nonsense",
        "urn:x:1",
        `${token}0`,
        token.slice(0, -1),
      ]
    ) {
      const answer = await report(send, { token: bad });
      assert.equal(answer.status, 403, bad);
      assert.equal(conditionOf(answer), dav("valid-sync-token"), bad);
    }
  },
);

demand(
  "an old token stays good however much has changed since",
  async (send) => {
    const { token } = await sync(send);
    for (let round = 0; round < 30; round++) {
      await put(send, "a.ics", String(round));
      await put(send, `${round}.ics`);
    }
    await sendFor(207, send, "PROPPATCH", HOME, {
      body: proppatchBody(set("<D:displayname>new</D:displayname>")),
    });
    assert.equal((await sync(send, { token })).changed.length, 31);
  },
);

demand(
  "level infinite answers 403 with sync-traversal-supported for each child",
  async (send) => {
    const path = "/calendars/me/";
    const first = await sync(send, { path, level: "infinite" });
    for (const entry of first.entries) {
      assert.equal(entry.status, 403, entry.href);
      assert.equal(entry.condition, dav("sync-traversal-supported"));
      assert.equal(entry.props.size, 0);
    }
    assert.equal(first.entries.length, 2);
  },
);

demand(
  "level infinite refuses to walk into a child once: a changed one is a changed member",
  async (send) => {
    const path = "/calendars/me/";
    const { token } = await sync(send, { path, level: "infinite" });
    await put(send, "a.ics");
    const later = await sync(send, { path, level: "infinite", token });
    assert.deepEqual(later.entries.map(({ href, status }) => [href, status]), [[
      HOME,
      null,
    ]]);
  },
);

demand(
  "level infinite reports a removed child alone, without its members",
  async (send) => {
    const path = "/calendars/me/";
    await put(send, "a.ics");
    const { token } = await sync(send, { path, level: "infinite" });
    await sendFor(204, send, "DELETE", HOME);
    const { entries } = await sync(send, { path, level: "infinite", token });
    assert.deepEqual(entries.map(({ href, status }) => [href, status]), [[
      HOME,
      404,
    ]]);
  },
);
