/** RFC 6578: the sync-collection report and the sync-token property. */

import assert from "node:assert/strict";
import {
  childElements,
  findChild,
  NS,
  textOf,
} from "../../../src/xml/names.ts";
import {
  conditionOf,
  dav,
  demand,
  entriesOf,
  propfindBody,
  proppatchBody,
  readProps,
  readText,
  rootOf,
  sendFor,
  set,
  SPACES,
} from "./client.ts";
import { drop, HOME, put, report, sync } from "./sync_client.ts";

demand(
  "sync-collection is in supported-report-set, and sync-token defined, on what can be synchronised",
  async (send) => {
    for (
      const path of [
        HOME,
        "/addressbooks/me/contacts/",
        "/calendars/me/",
        "/addressbooks/me/",
      ]
    ) {
      const props = await readProps(
        send,
        path,
        "D:supported-report-set",
        "D:sync-token",
      );
      const reports = props.get(dav("supported-report-set"))?.element;
      assert.ok(reports, path);
      const names = childElements(reports).flatMap((supported) => {
        const inner = findChild(supported, NS.dav, "report");
        return inner ? childElements(inner).map(({ name }) => name) : [];
      });
      assert.ok(names.includes("sync-collection"), path);
      assert.equal(props.get(dav("sync-token"))?.status, 200, path);
    }
  },
);

demand(
  "the sync-token property is a URI, the report's own, and protected",
  async (send) => {
    const token = await readText(send, HOME, "D:sync-token") ?? "";
    assert.ok(URL.canParse(token), token);
    assert.match(token, /^[\x21-\x7e]+$/);
    assert.equal((await sync(send)).token, token);
    const answer = await send("PROPPATCH", HOME, {
      body: proppatchBody(set("<D:sync-token>urn:x</D:sync-token>")),
    });
    const [entry] = entriesOf(answer);
    assert.equal(entry?.props.get(dav("sync-token"))?.status, 403);
  },
);

demand("allprop does not give sync-token", async (send) => {
  const answer = await send("PROPFIND", HOME, {
    headers: { depth: "0" },
    body: `<D:propfind ${SPACES}><D:allprop/></D:propfind>`,
  });
  assert.equal(entriesOf(answer)[0]?.props.has(dav("sync-token")), false);
});

demand(
  "a report on what is no collection is refused with supported-report",
  async (send) => {
    await put(send, "a.ics");
    const answer = await report(send, { path: `${HOME}a.ics` });
    assert.equal(answer.status, 403);
    assert.equal(conditionOf(answer), dav("supported-report"));
  },
);

demand("a report of another level than 1 or infinite is 400", async (send) => {
  for (const level of ["2", "", "one"]) {
    const answer = await report(send, { level });
    assert.equal(answer.status, 400, level);
  }
});

demand("a report covers one collection, whatever Depth says", async (send) => {
  await put(send, "a.ics");
  const expected = entriesOf(await report(send));
  assert.equal(expected.length, 1);
  for (const depth of ["1", "infinity"]) {
    assert.deepEqual(entriesOf(await report(send, { depth })), expected, depth);
  }
});

demand("an empty token gives all members, none removed", async (send) => {
  await put(send, "a.ics");
  await put(send, "b.ics");
  await put(send, "c.ics");
  await drop(send, "b.ics");
  const { changed, removed, truncated } = await sync(send);
  assert.deepEqual([changed, removed, truncated], [
    ["a.ics", "c.ics"],
    [],
    false,
  ]);
});

demand(
  "a token gives what was added, changed or removed since, each once",
  async (send) => {
    for (const name of ["stay.ics", "edit.ics", "drop.ics"]) {
      await put(
        send,
        name,
      );
    }
    const { token } = await sync(send);
    assert.deepEqual((await sync(send, { token })).entries, []);
    await put(send, "edit.ics", "Coffee");
    await put(send, "edit.ics", "Cocoa");
    await drop(send, "drop.ics");
    await put(send, "new.ics");
    const next = await sync(send, { token });
    assert.deepEqual(next.changed, ["edit.ics", "new.ics"]);
    assert.deepEqual(next.removed, ["drop.ics"]);
    assert.equal(new Set(next.entries.map(({ href }) => href)).size, 3);
    assert.deepEqual((await sync(send, { token: next.token })).entries, []);
  },
);

demand(
  "a changed member has propstats and no status, a removed one status 404 and no propstat",
  async (send) => {
    await put(send, "gone.ics");
    const { token } = await sync(send);
    await put(send, "new.ics");
    await drop(send, "gone.ics");
    const answer = await report(send, { token });
    const responses = childElements(rootOf(answer))
      .filter(({ name }) => name === "response");
    assert.equal(responses.length, 2);
    for (const response of responses) {
      const href = findChild(response, NS.dav, "href");
      const removed = href !== undefined && textOf(href).endsWith("gone.ics");
      assert.equal(
        findChild(response, NS.dav, "status") !== undefined,
        removed,
      );
      assert.equal(
        findChild(response, NS.dav, "propstat") !== undefined,
        !removed,
      );
    }
    const gone = entriesOf(answer).find(({ href }) =>
      href.endsWith("gone.ics")
    );
    assert.equal(gone?.status, 404);
  },
);

demand(
  "a name that was removed and mapped again is changed, not removed",
  async (send) => {
    await put(send, "a.ics", "one");
    const { token } = await sync(send);
    await drop(send, "a.ics");
    await put(send, "a.ics", "two");
    const { changed, removed } = await sync(send, { token });
    assert.deepEqual([changed, removed], [["a.ics"], []]);
  },
);

demand(
  "a member added and removed since the token is reported as removed",
  async (send) => {
    const { token } = await sync(send);
    await put(send, "a.ics");
    await drop(send, "a.ics");
    const { changed, removed } = await sync(send, { token });
    assert.deepEqual([changed, removed], [[], ["a.ics"]]);
  },
);

demand(
  "members of all types are reported: objects of a calendar, collections of a home",
  async (send) => {
    const path = "/calendars/me/";
    const first = await sync(send, { path });
    assert.deepEqual(first.changed, ["home/", "tasks/"]);
    await sendFor(201, send, "MKCALENDAR", "/calendars/me/work/");
    const second = await sync(send, { path, token: first.token });
    assert.deepEqual(second.changed, ["work/"]);
    await sendFor(204, send, "DELETE", "/calendars/me/work/");
    const third = await sync(send, { path, token: second.token });
    assert.deepEqual([third.changed, third.removed], [[], ["work/"]]);
  },
);

demand(
  "the report is a multistatus of the collection's members",
  async (send) => {
    await put(send, "a.ics");
    const answer = await send("PROPFIND", HOME, {
      headers: { depth: "1" },
      body: propfindBody("D:getetag"),
    });
    const listed = entriesOf(answer).filter(({ href }) => href !== HOME);
    const synced = (await sync(send)).entries;
    assert.deepEqual(
      synced.map(({ href, props }) => [href, props.get(dav("getetag"))]),
      listed.map(({ href, props }) => [href, props.get(dav("getetag"))]),
    );
  },
);
