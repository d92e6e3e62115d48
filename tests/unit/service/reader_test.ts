import assert from "node:assert/strict";
import type { ResourcePath } from "../../../src/service/problems.ts";
import type { Resource, Session } from "../../../src/service/types.ts";
import type { CollRecord } from "../../../src/store/records.ts";
import {
  at,
  bytes,
  collectionAt,
  createFixture,
  type Fixture,
  ics,
  value,
} from "../../service/fixture.ts";

function resolve(
  it: Fixture,
  path: ResourcePath,
): Promise<Resource | undefined> {
  return it.read((reader) => reader.resolve(path));
}

Deno.test("resolve() finds virtual resources, principals, collections and objects", async () => {
  const it = await createFixture();
  value(await it.make("files/me/a"));
  value(await it.put("files/me/a/b", "x"));
  value(await it.put("calendars/me/home/a.ics", ics("1")));
  const rows: [ResourcePath, string | undefined][] = [
    [{ type: "root" }, "root"],
    [{ type: "principals", set: "groups" }, "principals"],
    [{ type: "space", space: "files" }, "space"],
    [{ type: "principal", set: "users", name: "me" }, "principal"],
    [{ type: "principal", set: "users", name: "nobody" }, undefined],
    [{ type: "principal", set: "groups", name: "me" }, undefined],
    [at("calendars/me"), "calendar-home"],
    [at("addressbooks/me"), "addressbook-home"],
    [at("files/me"), "files-root"],
    [at("files/nobody"), undefined],
    [at("calendars/me/home"), "calendar"],
    [at("addressbooks/me/contacts"), "addressbook"],
    [at("files/me/a"), "folder"],
    [at("files/me/a/b"), "file"],
    [at("files/me/a/b/c"), undefined],
    [at("files/me/a/c"), undefined],
    [at("files/me/c/c"), undefined],
    [at("calendars/me/home/a.ics"), "calendar-object"],
    [at("calendars/me/home/b.ics"), undefined],
    [at("calendars/me/home/a.ics/c"), undefined],
    [at("calendars/me/none"), undefined],
  ];
  for (const [path, kind] of rows) {
    const resource = await resolve(it, path);
    assert.equal(resource?.kind, kind, JSON.stringify(path));
  }
});

Deno.test("resolve() finds nothing in a tree that was given up", async () => {
  const it = await createFixture();
  const [root] = it.store.rows(["coll"]).filter(({ key }) =>
    key[1] === it.me.user.trees.files
  );
  assert.ok(root !== undefined);
  const row = { ...root.value as CollRecord, state: "unlinked" };
  await it.store.engine.commit([], [{
    type: "set",
    key: root.key,
    value: row,
  }]);
  assert.equal(await resolve(it, at("files/me")), undefined);
});

Deno.test("resolve() takes sign-in names in any case and answers the canonical path", async () => {
  const it = await createFixture();
  assert.deepEqual(
    (await resolve(it, at("calendars/ME/home")))?.path,
    at("calendars/me/home"),
  );
  const principal = { type: "principal", set: "users", name: "Me" } as const;
  assert.deepEqual((await resolve(it, principal))?.path, {
    ...principal,
    name: "me",
  });
});

Deno.test("resolveAll() gives what resolve() gives, in the order of the paths", async () => {
  const it = await createFixture();
  value(await it.put("files/me/a", "x"));
  const paths: ResourcePath[] = [
    at("files/me/a"),
    at("files/me/none"),
    { type: "root" },
    at("files/me"),
    at("files/me/none/x"),
    at("files/me/a"),
  ];
  const kinds = await it.read((reader) =>
    reader.resolveAll(paths, { bodies: true }).map((it) => it?.kind)
  );
  assert.deepEqual(kinds, [
    "file",
    undefined,
    "root",
    "files-root",
    undefined,
    "file",
  ]);
});

Deno.test("children() lists collections first, then objects, each by name", async () => {
  const it = await createFixture();
  for (const name of ["z", "b"]) value(await it.make(`files/me/${name}`));
  for (const name of ["y", "a"]) value(await it.put(`files/me/${name}`, "x"));
  assert.deepEqual(await it.members("files/me"), ["b", "z", "a", "y"]);
  assert.deepEqual(await it.members("calendars/me"), ["home", "tasks"]);
  assert.deepEqual(await it.members("calendars/me/home"), []);
});

Deno.test("children() of virtual resources shows a session its own places only", async () => {
  const it = await createFixture();
  const below = async (path: ResourcePath, session: Session | null = it.me) =>
    await it.service.read(session, (reader) => {
      const resource = reader.resolve(path);
      assert.ok(resource !== undefined);
      return reader.children(resource).map(({ path }) => path);
    });
  assert.deepEqual(await below({ type: "root" }), [
    { type: "principals", set: "all" },
    { type: "space", space: "calendars" },
    { type: "space", space: "addressbooks" },
    { type: "space", space: "files" },
  ]);
  assert.deepEqual(await below({ type: "principals", set: "all" }), [
    { type: "principals", set: "users" },
    { type: "principals", set: "groups" },
  ]);
  const me = { type: "principal", set: "users", name: "me" } as const;
  assert.deepEqual(await below({ type: "principals", set: "users" }), [
    me,
    { ...me, name: "you" },
  ]);
  assert.deepEqual(await below({ type: "principals", set: "groups" }), []);
  assert.deepEqual(await below(me), []);
  assert.deepEqual(await below({ type: "space", space: "files" }), [
    at("files/me"),
  ]);
  assert.deepEqual(await below({ type: "root" }, null), []);
});

Deno.test("children() shows nothing of another user's collection", async () => {
  const it = await createFixture();
  const names = await it.read((reader) =>
    reader.children(collectionAt(reader, "calendars/you"))
  );
  assert.deepEqual(names, []);
});

Deno.test("props() is empty for virtual resources and for objects without any", async () => {
  const it = await createFixture();
  value(await it.put("files/me/a", "x"));
  const sizes = await it.read((reader) =>
    [{ type: "root" } as const, at("files/me/a")].map((path) => {
      const resource = reader.resolve(path);
      assert.ok(resource !== undefined);
      return reader.props(resource).size;
    })
  );
  assert.deepEqual(sizes, [0, 0]);
});

Deno.test("body() gives inline and large bodies, and breaks rather than giving others", async () => {
  const it = await createFixture();
  const large = bytes("x".repeat(70_000));
  value(await it.put("files/me/a", "small"));
  value(await it.put("files/me/b", large));
  const [small, big] = await it.read((reader) => {
    const objects = reader.resolveAll([at("files/me/a"), at("files/me/b")])
      .flatMap((it) => it !== undefined && "entry" in it ? [it] : []);
    reader.needBodies(objects);
    return objects.map((object) => reader.body(object));
  });
  assert.deepEqual(small, bytes("small"));
  assert.deepEqual(big, large);
  const [body] = it.store.rows(["body"]);
  assert.ok(body !== undefined);
  await it.store.engine.commit([], [
    { type: "set", key: body.key, value: body.value },
  ]);
  await assert.rejects(it.text("files/me/a"), /not that of its entry/);
});

Deno.test("candidates() answers the objects that may happen in a range", async () => {
  const it = await createFixture();
  value(await it.put("calendars/me/home/a.ics", ics("1")));
  const found = (start: number | null, end: number | null) =>
    it.read((reader) =>
      reader.candidates(collectionAt(reader, "calendars/me/home"), start, end)
        .map(({ path }) => path)
    );
  const day = Date.UTC(2026, 0, 2);
  assert.deepEqual(await found(day, day + 86_400_000), [
    at("calendars/me/home/a.ics"),
  ]);
  assert.deepEqual(await found(day + 10 * 86_400_000, null), []);
  assert.equal((await found(null, null)).length, 1);
});

Deno.test("quota() answers what the tree uses, and what is left", async () => {
  const it = await createFixture({ quotaBytes: 10 });
  value(await it.put("files/me/a", "1234"));
  const quota = () =>
    it.read((reader) => reader.quota(collectionAt(reader, "files/me")));
  assert.deepEqual(await quota(), { used: 4, available: 6 });
  value(await it.put("files/me/b", "1234567890"));
  assert.deepEqual(await quota(), { used: 14, available: 0 });
});

Deno.test("ctag() and etag() change with the epoch", async () => {
  const it = await createFixture();
  value(await it.put("files/me/a", "x"));
  const etag = await it.etag("files/me/a");
  const ctag = await it.ctag("files/me");
  it.store.epoch = "epoch2";
  assert.equal(await it.etag("files/me/a"), etag.replace("epoch1", "epoch2"));
  assert.equal(await it.ctag("files/me"), ctag.replace("epoch1", "epoch2"));
});
