import assert from "node:assert/strict";
import {
  at,
  createFixture,
  ics,
  problem,
  value,
} from "../../../service/fixture.ts";

const EVENT = "calendars/me/home/a.ics";

Deno.test("remove() takes every row of an object and leaves a tombstone", async () => {
  const it = await createFixture();
  value(await it.put(EVENT, ics("1")));
  value(await it.patch(EVENT, { colour: "red" }));
  const before = await it.ctag("calendars/me/home");
  value(await it.remove(EVENT));
  for (const kind of ["entry", "body", "uid"]) {
    assert.equal(it.store.rows([kind]).length, 0, kind);
  }
  const own = it.store.rows(["prop"]).filter(({ key }) => key[2] === "a.ics");
  assert.equal(own.length, 0);
  const [tombstone] = it.store.rows(["tombstone"]);
  assert.deepEqual(tombstone?.value, { deleted: 1_000_000 });
  assert.deepEqual(it.used("calendars"), { bytes: 0, objects: 0 });
  assert.notEqual(await it.ctag("calendars/me/home"), before);
});

Deno.test("remove() answers not-found where nothing is", async () => {
  const it = await createFixture();
  for (const path of [EVENT, "calendars/me/none", "calendars/me/none/a.ics"]) {
    assert.equal(problem(await it.remove(path)), "not-found", path);
  }
  assert.equal(
    problem(await it.remove(EVENT, { ifMatch: ['"x"'] })),
    "not-found",
  );
});

Deno.test("remove() evaluates conditions on objects and collections", async () => {
  const it = await createFixture();
  const { etag } = value(await it.put(EVENT, ics("1")));
  assert.equal(
    problem(await it.remove(EVENT, { ifMatch: ['"x"'] })),
    "precondition-failed",
  );
  value(await it.remove(EVENT, { ifMatch: [etag] }));
  assert.equal(
    problem(await it.remove("calendars/me/home", { ifMatch: [etag] })),
    "precondition-failed",
  );
  value(await it.remove("calendars/me/home", { ifMatch: "*" }));
});

Deno.test("remove() unlinks a collection in one operation and leaves the rest to a job", async () => {
  const it = await createFixture();
  value(await it.make("files/me/a"));
  value(await it.make("files/me/a/b"));
  value(await it.put("files/me/a/b/c", "text"));
  const kicks = it.kicks();
  value(await it.remove("files/me/a"));
  assert.equal(it.kicks(), kicks + 1);
  assert.equal(await it.text("files/me/a/b/c"), undefined);
  assert.deepEqual(await it.members("files/me"), []);
  const [job] = it.store.rows(["job"]);
  const { work } = job?.value as { work: { kind: string; root: string } };
  assert.equal(work.kind, "reap");
  const coll = it.store.rows(["coll"]).find(({ key }) => key[1] === work.root);
  assert.equal((coll?.value as { state: string }).state, "unlinked");
  const [tombstone] = it.store.rows(["tombstone"]);
  assert.deepEqual(tombstone?.value, { deleted: 1_000_000, collection: true });
});

Deno.test("remove() frees the name of a collection at once", async () => {
  const it = await createFixture();
  value(await it.put(EVENT, ics("1")));
  value(await it.remove("calendars/me/home"));
  assert.deepEqual(await it.members("calendars/me"), ["tasks"]);
  value(await it.make("calendars/me/home"));
  assert.deepEqual(await it.members("calendars/me/home"), []);
  value(await it.put(EVENT, ics("1")));
});

Deno.test("remove() answers forbidden for roots and outside of all trees", async () => {
  const it = await createFixture();
  for (const path of ["calendars/me", "addressbooks/me", "files/me"]) {
    assert.equal(problem(await it.remove(path)), "forbidden", path);
  }
  const space = { type: "space", space: "files" } as const;
  assert.equal(problem(await it.service.remove(it.me, space, {})), "forbidden");
});

Deno.test("remove() answers need-privileges below another user's name", async () => {
  const it = await createFixture();
  for (
    const path of ["calendars/you/home", "calendars/you/none", "files/x/y"]
  ) {
    assert.equal(problem(await it.remove(path)), "dav:need-privileges", path);
  }
  assert.equal(
    problem(await it.service.remove(null, at(EVENT), {})),
    "dav:need-privileges",
  );
});

Deno.test("remove() has the blob of a large object reaped", async () => {
  const it = await createFixture();
  value(await it.put("files/me/a", "x".repeat(100_000)));
  value(await it.remove("files/me/a"));
  const [job] = it.store.rows(["job"]);
  assert.equal(
    (job?.value as { work: { kind: string } }).work.kind,
    "reap-blob",
  );
  assert.deepEqual(it.used("files"), { bytes: 0, objects: 0 });
});
