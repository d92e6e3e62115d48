import assert from "node:assert/strict";
import type { EntryRecord } from "../../../../src/store/records.ts";
import {
  at,
  bytes,
  createFixture,
  ics,
  problem,
  value,
  vcf,
} from "../../../service/fixture.ts";

const EVENT = "calendars/me/home/a.ics";

Deno.test("put() stores the bytes as sent and answers their entity tag", async () => {
  const it = await createFixture();
  const { created, etag } = value(await it.put(EVENT, ics("1")));
  assert.equal(created, true);
  assert.match(etag, /^"epoch1-[0-9a-f]{20}"$/);
  assert.equal(await it.etag(EVENT), etag);
  assert.equal(await it.text(EVENT), new TextDecoder().decode(ics("1")));
  const object = await it.object(EVENT);
  assert.equal(object?.entry.type, "text/calendar; charset=utf-8");
  assert.equal(object?.entry.facts.uid, "1");
  assert.equal(object?.kind, "calendar-object");
  assert.deepEqual(it.used("calendars"), {
    bytes: ics("1").length,
    objects: 1,
  });
});

Deno.test("put() replaces an object with a new entity tag and counts the difference", async () => {
  const it = await createFixture();
  const first = value(await it.put(EVENT, ics("1")));
  it.clock.now += 5_000;
  const longer = ics("1", { summary: "A much longer lunch" });
  const second = value(await it.put(EVENT, longer));
  assert.equal(second.created, false);
  assert.notEqual(second.etag, first.etag);
  assert.deepEqual(it.used("calendars"), { bytes: longer.length, objects: 1 });
  const object = await it.object(EVENT);
  assert.equal(object?.entry.created, 1_000_000);
  assert.equal(object?.entry.modified, 1_005_000);
});

Deno.test("put() changes nothing for identical bytes, and still evaluates conditions", async () => {
  const it = await createFixture();
  const { etag } = value(await it.put(EVENT, ics("1")));
  const before = await it.ctag("calendars/me/home");
  it.clock.now += 5_000;
  const again = value(await it.put(EVENT, ics("1")));
  assert.deepEqual(again, { created: false, etag });
  assert.equal(await it.ctag("calendars/me/home"), before);
  assert.equal((await it.object(EVENT))?.entry.modified, 1_000_000);
  const refused = await it.put(EVENT, ics("1"), { ifNoneMatch: "*" });
  assert.equal(problem(refused), "precondition-failed");
});

Deno.test("put() answers precondition-failed when a conditional header fails", async () => {
  const it = await createFixture();
  const none = await it.put(EVENT, ics("1"), { ifMatch: ['"x"'] });
  assert.equal(problem(none), "precondition-failed");
  assert.equal(
    problem(await it.put(EVENT, ics("1"), { ifMatch: "*" })),
    "precondition-failed",
  );
  const { etag } = value(await it.put(EVENT, ics("1"), { ifNoneMatch: "*" }));
  const changed = ics("1", { summary: "2" });
  assert.equal(
    problem(await it.put(EVENT, changed, { ifMatch: ['"old"'] })),
    "precondition-failed",
  );
  assert.equal((await it.put(EVENT, changed, { ifMatch: [etag] })).ok, true);
  assert.equal(
    problem(await it.put(EVENT, ics("1"), { ifMatch: [etag] })),
    "precondition-failed",
  );
});

Deno.test("put() answers no-uid-conflict when another name owns the UID", async () => {
  const it = await createFixture();
  value(await it.put(EVENT, ics("1")));
  const refused = await it.put("calendars/me/home/b.ics", ics("1"));
  assert.equal(problem(refused), "caldav:no-uid-conflict");
  assert.deepEqual(!refused.ok && refused.problem.path, at(EVENT));
  value(await it.make("calendars/me/work"));
  value(await it.put("calendars/me/work/b.ics", ics("1")));
});

Deno.test("put() answers no-uid-conflict for an overwrite with another UID", async () => {
  const it = await createFixture();
  value(await it.put(EVENT, ics("1")));
  const refused = await it.put(EVENT, ics("2"));
  assert.equal(problem(refused), "caldav:no-uid-conflict");
  assert.deepEqual(!refused.ok && refused.problem.path, at(EVENT));
  assert.equal((await it.object(EVENT))?.entry.facts.uid, "1");
});

Deno.test("put() lets a UID be used again once its owner is deleted", async () => {
  const it = await createFixture();
  value(await it.put(EVENT, ics("1")));
  value(await it.remove(EVENT));
  value(await it.put("calendars/me/home/b.ics", ics("1")));
  assert.deepEqual(await it.members("calendars/me/home"), ["b.ics"]);
});

Deno.test("put() answers missing-parent where there is no collection", async () => {
  const it = await createFixture();
  for (
    const path of [
      "calendars/me/none/a.ics",
      "calendars/me/home/sub/a.ics",
      "files/me/none/a.txt",
    ]
  ) {
    assert.equal(problem(await it.put(path, ics("1"))), "missing-parent", path);
  }
  value(await it.put("files/me/a.txt", "a"));
  assert.equal(
    problem(await it.put("files/me/a.txt/b.txt", "b")),
    "missing-parent",
  );
});

Deno.test("put() answers method-not-allowed on a collection", async () => {
  const it = await createFixture();
  value(await it.make("files/me/folder"));
  for (
    const path of ["calendars/me", "calendars/me/home", "files/me/folder"]
  ) {
    assert.equal(
      problem(await it.put(path, ics("1"))),
      "method-not-allowed",
      path,
    );
  }
});

Deno.test("put() answers forbidden in a home and outside of all trees", async () => {
  const it = await createFixture();
  assert.equal(
    problem(await it.put("calendars/me/a.ics", ics("1"))),
    "forbidden",
  );
  const input = { bytes: ics("1"), type: null, conditions: {} };
  for (
    const path of [
      { type: "root" },
      { type: "principal", set: "users", name: "me" },
    ] as const
  ) {
    assert.equal(
      problem(await it.service.put(it.me, path, input)),
      "forbidden",
    );
  }
});

Deno.test("put() answers the domain's refusals and stores nothing", async () => {
  const it = await createFixture();
  assert.equal(
    problem(await it.put(EVENT, "no calendar")),
    "caldav:valid-calendar-data",
  );
  assert.match(
    problem(await it.put("addressbooks/me/contacts/a.vcf", "no card")),
    /^carddav:/,
  );
  const todo = ics("1", { component: "VTODO" });
  assert.equal(
    problem(await it.put(EVENT, todo)),
    "caldav:supported-calendar-component",
  );
  assert.equal(await it.object(EVENT), undefined);
  value(await it.put("calendars/me/tasks/a.ics", todo));
});

Deno.test("put() answers supported-calendar-data for another media type, and takes unknown ones", async () => {
  const it = await createFixture();
  assert.equal(
    problem(await it.put(EVENT, ics("1"), {}, "text/plain")),
    "caldav:supported-calendar-data",
  );
  assert.equal(
    problem(
      await it.put("addressbooks/me/contacts/a.vcf", vcf("1"), {}, "text/html"),
    ),
    "carddav:supported-address-data",
  );
  value(await it.put(EVENT, ics("1"), {}, "Text/Calendar; charset=utf-8"));
  value(
    await it.put(
      "calendars/me/home/b.ics",
      ics("2"),
      {},
      "application/octet-stream",
    ),
  );
});

Deno.test("put() keeps address objects with their UID", async () => {
  const it = await createFixture();
  const path = "addressbooks/me/contacts/a.vcf";
  value(await it.put(path, vcf("1")));
  assert.equal(
    (await it.object(path))?.entry.type,
    "text/vcard; charset=utf-8",
  );
  assert.equal(
    problem(await it.put("addressbooks/me/contacts/b.vcf", vcf("1"))),
    "carddav:no-uid-conflict",
  );
});

Deno.test("put() lets a card without UID be given one, and a UID be taken away", async () => {
  const it = await createFixture();
  const path = "addressbooks/me/contacts/a.vcf";
  const card = new TextDecoder().decode(vcf("1")).replace("UID:1\r\n", "");
  value(await it.put(path, card));
  assert.equal(it.store.rows(["uid"]).length, 0);
  value(await it.put(path, vcf("1")));
  assert.equal(it.store.rows(["uid"]).length, 1);
  assert.equal(
    problem(await it.put(path, vcf("2"))),
    "carddav:no-uid-conflict",
  );
  value(await it.put(path, card));
  assert.equal(it.store.rows(["uid"]).length, 0);
});

Deno.test("put() keeps any UID that a row has room for", async () => {
  const it = await createFixture();
  const long = "ü".repeat(4096);
  value(await it.put(EVENT, ics(long)));
  assert.equal(
    problem(await it.put("calendars/me/home/b.ics", ics(long))),
    "caldav:no-uid-conflict",
  );
  assert.equal(
    problem(await it.put("calendars/me/home/b.ics", ics(`${long}x`))),
    "caldav:valid-calendar-object-resource",
  );
  assert.equal(
    problem(await it.put("addressbooks/me/contacts/b.vcf", vcf(`${long}x`))),
    "carddav:valid-address-data",
  );
});

Deno.test("put() keeps any file with its content type", async () => {
  const it = await createFixture();
  value(await it.put("files/me/a", "x", {}, "text/html; charset=latin1"));
  value(await it.put("files/me/b", "x"));
  value(await it.put("files/me/c", "x", {}, `text/${"x".repeat(300)}`));
  const types = ["a", "b", "c"].map(async (name) =>
    (await it.object(`files/me/${name}`))?.entry.type
  );
  assert.deepEqual(await Promise.all(types), [
    "text/html; charset=latin1",
    "application/octet-stream",
    "application/octet-stream",
  ]);
});

Deno.test("put() of the same bytes with another content type keeps the entity tag", async () => {
  const it = await createFixture();
  const { etag } = value(await it.put("files/me/a", "x", {}, "text/plain"));
  const before = await it.ctag("files/me");
  assert.equal(
    value(await it.put("files/me/a", "x", {}, "text/html")).etag,
    etag,
  );
  assert.equal((await it.object("files/me/a"))?.entry.type, "text/html");
  assert.equal(await it.etag("files/me/a"), etag);
  assert.equal(await it.text("files/me/a"), "x");
  assert.equal(await it.ctag("files/me"), before);
});

Deno.test("put() refuses what is larger than an object may be, by the kind of place", async () => {
  const it = await createFixture({ maxResourceSize: 300 });
  const large = "x".repeat(301);
  assert.equal(problem(await it.put(EVENT, large)), "caldav:max-resource-size");
  assert.equal(
    problem(await it.put("addressbooks/me/contacts/a.vcf", large)),
    "carddav:max-resource-size",
  );
  assert.equal(problem(await it.put("files/me/a", large)), "too-large");
  value(await it.put("files/me/a", "x".repeat(300)));
});

Deno.test("put() refuses names that no member can have", async () => {
  const it = await createFixture();
  for (const name of ["", ".", "..", "a\0b", "x".repeat(256), "\ud800"]) {
    assert.equal(problem(await it.put(`files/me/${name}`, "x")), "bad-request");
  }
  for (const name of ["x".repeat(255), "ü".repeat(127), "a b+@%2F"]) {
    value(await it.put(`files/me/${name}`, "x"));
  }
});

Deno.test("put() answers need-privileges alike whether something is there or not", async () => {
  const it = await createFixture();
  const input = { bytes: ics("1"), type: null, conditions: {} };
  const refusals = [
    await it.put("calendars/you/home/a.ics", ics("1")),
    await it.put("calendars/you/none/a.ics", ics("1")),
    await it.put("calendars/nobody/home/a.ics", ics("1")),
    await it.service.put(null, at(EVENT), input),
  ];
  for (const refused of refusals) {
    assert.equal(problem(refused), "dav:need-privileges");
  }
  const messages = refusals.map((it) => !it.ok && it.problem.message);
  assert.equal(new Set(messages).size, 1);
});

Deno.test("put() answers stale-session when the account has changed", async () => {
  const it = await createFixture();
  const stale = { ...it.me, stamp: "0".repeat(20) };
  const refused = await it.service.put(stale, at(EVENT), {
    bytes: ics("1"),
    type: null,
    conditions: {},
  });
  assert.equal(problem(refused), "stale-session");
});

Deno.test("put() never lets the time of modification go back", async () => {
  const it = await createFixture();
  value(await it.put("files/me/a", "1"));
  it.clock.now -= 50_000;
  value(await it.put("files/me/a", "2"));
  assert.equal((await it.object("files/me/a"))?.entry.modified, 1_000_000);
  it.clock.now += 100_000;
  value(await it.remove("files/me/a"));
  it.clock.now -= 70_000;
  value(await it.put("files/me/a", "3"));
  assert.equal((await it.object("files/me/a"))?.entry.modified, 1_050_000);
});

Deno.test("put() keeps large bodies as blobs, whole and owned once", async () => {
  const it = await createFixture();
  const large = bytes("0123456789".repeat(20_000));
  const { etag } = value(await it.put("files/me/a", large));
  assert.equal(await it.text("files/me/a"), new TextDecoder().decode(large));
  assert.equal(await it.etag("files/me/a"), etag);
  assert.deepEqual(it.used("files"), { bytes: 200_000, objects: 1 });
  assert.equal(it.store.rows(["body"]).length, 0);
  assert.equal(it.store.rows(["job"]).length, 0, "the staging job is gone");
  // Identical bytes: the staged copy is thrown away.
  const chunks = it.store.rows(["blob"]).length;
  assert.equal(value(await it.put("files/me/a", large)).etag, etag);
  assert.equal(it.store.rows(["blob"]).length, chunks);
  assert.equal(it.store.rows(["job"]).length, 0);
});

Deno.test("put() moves between inline bodies and blobs, and has old blobs reaped", async () => {
  const it = await createFixture();
  const large = "x".repeat(100_000);
  value(await it.put("files/me/a", "small"));
  value(await it.put("files/me/a", large));
  assert.equal(it.store.rows(["body"]).length, 0);
  const [before] = it.store.rows(["entry"]);
  const { blob } = before?.value as EntryRecord;
  value(await it.put("files/me/a", "small again"));
  assert.equal(await it.text("files/me/a"), "small again");
  assert.deepEqual(it.used("files"), { bytes: 11, objects: 1 });
  const [job] = it.store.rows(["job"]);
  assert.deepEqual((job?.value as { work: unknown }).work, {
    kind: "reap-blob",
    blobs: [blob],
  });
});

Deno.test("put() throws away the staged body of a refused large object", async () => {
  const it = await createFixture();
  const large = "x".repeat(100_000);
  assert.equal(
    problem(await it.put("files/me/none/a", large)),
    "missing-parent",
  );
  assert.equal(it.store.rows(["blob"]).length, 0);
  assert.equal(it.store.rows(["job"]).length, 0);
});

Deno.test("put() keeps the properties of the object that it replaces", async () => {
  const it = await createFixture();
  value(await it.put("files/me/a", "1"));
  value(await it.patch("files/me/a", { colour: "red" }));
  value(await it.put("files/me/a", "2"));
  assert.deepEqual(await it.props("files/me/a"), { colour: "red" });
});

Deno.test("put() decides on the state that it commits on", async () => {
  const it = await createFixture();
  const { etag } = value(await it.put("files/me/a", "1"));
  it.store.beforeWrite = async () => {
    value(await it.put("files/me/a", "theirs"));
  };
  const lost = await it.put("files/me/a", "mine", { ifMatch: [etag] });
  assert.equal(problem(lost), "precondition-failed");
  assert.equal(await it.text("files/me/a"), "theirs");
  value(await it.make("files/me/folder"));
  it.store.beforeWrite = async () => {
    value(await it.remove("files/me/folder"));
  };
  assert.equal(
    problem(await it.put("files/me/folder/b", "1")),
    "missing-parent",
  );
});
