import assert from "node:assert/strict";
import { StoreBusy } from "../../../../src/store/view.ts";
import {
  at,
  createFixture,
  type Fixture,
  ics,
  problem,
  value,
  vcf,
} from "../../../service/fixture.ts";

const A = "calendars/me/home/a.ics";
const B = "calendars/me/home/b.ics";

async function withWork(): Promise<Fixture> {
  const it = await createFixture();
  value(await it.make("calendars/me/work"));
  return it;
}

Deno.test("copy() of an object to another calendar takes bytes and properties along", async () => {
  const it = await withWork();
  const { etag } = value(await it.put(A, ics("1")));
  value(await it.patch(A, { colour: "red" }));
  it.clock.now += 1_000;
  const to = "calendars/me/work/x.ics";
  assert.deepEqual(value(await it.copy(A, to)), { created: true });
  assert.equal(await it.text(to), await it.text(A));
  assert.deepEqual(await it.props(to), { colour: "red" });
  assert.deepEqual(await it.props(A), { colour: "red" });
  assert.notEqual(await it.etag(to), etag);
  assert.equal(await it.etag(A), etag);
  assert.equal((await it.object(to))?.entry.created, 1_001_000);
  assert.deepEqual(it.used("calendars"), {
    bytes: 2 * ics("1").length,
    objects: 2,
  });
  assert.equal(
    problem(await it.put("calendars/me/work/y.ics", ics("1"))),
    "caldav:no-uid-conflict",
    "the copy owns the UID there",
  );
});

Deno.test("copy() inside a calendar answers no-uid-conflict", async () => {
  const it = await createFixture();
  value(await it.put(A, ics("1")));
  const refused = await it.copy(A, B);
  assert.equal(problem(refused), "caldav:no-uid-conflict");
  assert.deepEqual(!refused.ok && refused.problem.path, at(A));
});

Deno.test("move() inside a calendar gives the UID to the new name", async () => {
  const it = await createFixture();
  value(await it.put(A, ics("1")));
  value(await it.patch(A, { colour: "red" }));
  const token = await it.token("calendars/me/home");
  assert.deepEqual(value(await it.move(A, B)), { created: true });
  assert.equal(await it.text(A), undefined);
  assert.deepEqual(await it.props(B), { colour: "red" });
  const [uid] = it.store.rows(["uid"]);
  assert.deepEqual(uid?.value, { name: "b.ics" });
  assert.equal(it.store.rows(["uid"]).length, 1);
  assert.deepEqual(it.used("calendars"), {
    bytes: ics("1").length,
    objects: 1,
  });
  const page = value(await it.sync("calendars/me/home", token));
  assert.deepEqual(page.removed, ["a.ics"]);
  assert.deepEqual(page.changed.map(({ path }) => path), [at(B)]);
  const moved = ics("1", { summary: "later" });
  assert.equal(problem(await it.put(A, moved)), "caldav:no-uid-conflict");
  value(await it.put(B, moved));
});

Deno.test("move() to another calendar frees the UID at the source", async () => {
  const it = await withWork();
  value(await it.put(A, ics("1")));
  const to = "calendars/me/work/a.ics";
  value(await it.move(A, to));
  assert.equal(await it.text(A), undefined);
  assert.deepEqual(it.store.rows(["uid"]).map(({ value }) => value), [
    { name: "a.ics" },
  ]);
  value(await it.put(A, ics("1")));
  value(await it.move(to, A));
  assert.equal(await it.text(to), undefined);
  assert.deepEqual(it.used("calendars"), {
    bytes: ics("1").length,
    objects: 1,
  });
  assert.equal(it.store.rows(["uid"]).length, 1);
});

Deno.test("copy() and move() overwrite only where they may, and keep UIDs apart", async () => {
  const it = await withWork();
  const to = "calendars/me/work/a.ics";
  value(await it.put(A, ics("1")));
  value(await it.put(B, ics("2")));
  value(await it.put(to, ics("1", { summary: "old" })));
  value(await it.patch(to, { old: "yes" }));
  for (const transfer of [it.copy, it.move]) {
    assert.equal(
      problem(await transfer(A, to, { overwrite: false })),
      "precondition-failed",
    );
    assert.equal(problem(await transfer(B, to)), "caldav:no-uid-conflict");
    assert.equal(problem(await transfer(A, B)), "caldav:no-uid-conflict");
  }
  assert.deepEqual(value(await it.copy(A, to)), { created: false });
  assert.equal(await it.text(to), await it.text(A));
  assert.deepEqual(await it.props(to), {});
  const left = it.store.rows(["prop"]).filter(({ key }) => key[2] !== "");
  assert.deepEqual(left, []);
});

Deno.test("copy() and move() evaluate conditions on the source", async () => {
  const it = await withWork();
  const { etag } = value(await it.put(A, ics("1")));
  const to = "calendars/me/work/a.ics";
  for (const transfer of [it.copy, it.move]) {
    assert.equal(
      problem(await transfer(A, to, { conditions: { ifMatch: ['"x"'] } })),
      "precondition-failed",
    );
  }
  value(await it.copy(A, to, { conditions: { ifMatch: [etag] } }));
});

Deno.test("copy() and move() answer forbidden for one place, roots, and one inside the other", async () => {
  const it = await createFixture();
  value(await it.put(A, ics("1")));
  value(await it.make("files/me/a"));
  value(await it.make("files/me/a/b"));
  value(await it.put("files/me/a/b/c", "x"));
  const pairs = [
    [A, A],
    ["files/me/a", "files/me/a"],
    ["files/me/a", "files/me/a/b/d"],
    ["files/me/a/b", "files/me/a"],
    ["files/me/a/b/c", "files/me/a"],
    ["files/me", "files/me/a/x"],
    ["files/me/a", "files/me"],
  ] as const;
  for (const transfer of [it.copy, it.move]) {
    for (const [from, to] of pairs) {
      assert.equal(
        problem(await transfer(from, to)),
        "forbidden",
        `${from} ${to}`,
      );
    }
  }
  assert.equal(await it.text("files/me/a/b/c"), "x");
});

Deno.test("copy() and move() answer not-found, missing-parent and bad-request", async () => {
  const it = await createFixture();
  value(await it.put("files/me/a", "x"));
  for (const transfer of [it.copy, it.move]) {
    assert.equal(
      problem(await transfer("files/me/x", "files/me/b")),
      "not-found",
    );
    assert.equal(
      problem(await transfer("files/me/a", "files/me/x/b")),
      "missing-parent",
    );
    assert.equal(
      problem(await transfer("files/me/a", "files/me/a/b")),
      "missing-parent",
    );
    assert.equal(
      problem(await transfer("files/me/a", "files/me/")),
      "bad-request",
    );
  }
});

Deno.test("copy() and move() answer need-privileges at both ends", async () => {
  const it = await createFixture();
  value(await it.put(A, ics("1")));
  for (const transfer of [it.copy, it.move]) {
    for (
      const [from, to] of [
        [A, "calendars/you/home/a.ics"],
        ["calendars/you/home/a.ics", A],
      ] as const
    ) {
      assert.equal(problem(await transfer(from, to)), "dav:need-privileges");
    }
  }
  const root = { type: "root" } as const;
  const options = { overwrite: true, depth: 0, conditions: {} } as const;
  assert.equal(
    problem(await it.service.copy(it.me, at(A), root, options)),
    "forbidden",
  );
  const stale = { ...it.me, stamp: "0".repeat(20) };
  assert.equal(
    problem(await it.service.move(stale, at(A), at(B), options)),
    "stale-session",
  );
});

Deno.test("copy() of an object keeps to the rules of the destination's kind", async () => {
  const it = await createFixture();
  value(await it.put(A, ics("1")));
  value(await it.put("files/me/text", "no calendar"));
  value(await it.put("files/me/x.ics", ics("2")));
  value(await it.put("files/me/todo.ics", ics("3", { component: "VTODO" })));
  value(await it.put("addressbooks/me/contacts/a.vcf", vcf("1")));
  const refused = [
    ["files/me/text", B, "caldav:valid-calendar-data"],
    ["files/me/todo.ics", B, "caldav:supported-calendar-component"],
    ["files/me/x.ics", A, "caldav:no-uid-conflict"],
    [A, "calendars/me/b.ics", "forbidden"],
    ["addressbooks/me/contacts/a.vcf", B, "caldav:valid-calendar-data"],
  ] as const;
  for (const [from, to, expected] of refused) {
    assert.equal(problem(await it.copy(from, to)), expected, `${from} ${to}`);
  }
  value(await it.copy("files/me/x.ics", B));
  const event = await it.object(B);
  assert.equal(event?.entry.facts.uid, "2");
  assert.equal(event?.entry.type, "text/calendar; charset=utf-8");
  value(await it.move(A, "files/me/a.ics"));
  const file = await it.object("files/me/a.ics");
  assert.equal(file?.entry.facts.uid, undefined);
  assert.equal(file?.entry.type, "text/calendar; charset=utf-8");
  assert.equal(file?.kind, "file");
  assert.equal(it.used("calendars").objects, 1);
  assert.equal(it.used("files").objects, 4);
});

Deno.test("copy() copies the chunks of a large body, move() hands them over", async () => {
  const it = await createFixture();
  const large = "0123456789".repeat(10_000);
  value(await it.put("files/me/a", large));
  value(await it.copy("files/me/a", "files/me/b"));
  const blobs = async () =>
    await Promise.all(
      ["a", "b"].map(async (name) =>
        (await it.object(`files/me/${name}`))?.entry.blob?.id
      ),
    );
  const [a, b] = await blobs();
  assert.ok(a !== undefined && b !== undefined && a !== b);
  assert.equal(it.store.rows(["job"]).length, 0);
  value(await it.move("files/me/a", "files/me/c"));
  assert.equal((await it.object("files/me/c"))?.entry.blob?.id, a);
  assert.equal(await it.text("files/me/c"), large);
  assert.equal(it.store.rows(["job"]).length, 0, "nothing is reaped");
  value(await it.move("files/me/c", "files/me/b"));
  const [job] = it.store.rows(["job"]);
  const { work } = job?.value as { work: { blobs: { id: string }[] } };
  assert.deepEqual(work.blobs.map(({ id }) => id), [b]);
  assert.deepEqual(it.used("files"), { bytes: 100_000, objects: 1 });
});

Deno.test("copy() of a large calendar file checks its bytes for the calendar", async () => {
  const it = await createFixture();
  value(
    await it.put("files/me/x.ics", ics("1", { summary: "x".repeat(70_000) })),
  );
  value(await it.move("files/me/x.ics", A));
  assert.equal((await it.object(A))?.entry.facts.uid, "1");
});

Deno.test("copy() of a file to a calendar that is not there answers missing-parent", async () => {
  const it = await createFixture();
  value(await it.put("files/me/a", "x"));
  value(await it.put("files/me/b", "x".repeat(70_000)));
  for (const name of ["a", "b"]) {
    assert.equal(
      problem(await it.copy(`files/me/${name}`, "calendars/me/none/a.ics")),
      "missing-parent",
    );
  }
});

Deno.test("copy() looks again when the source changes meanwhile", async () => {
  const it = await createFixture();
  value(await it.put("files/me/a", "x".repeat(100_000)));
  it.store.beforeWrite = async () => {
    value(await it.put("files/me/a", "y".repeat(100_000)));
  };
  value(await it.copy("files/me/a", "files/me/b"));
  assert.equal(await it.text("files/me/b"), "y".repeat(100_000));
  it.store.beforeWrite = async () => {
    value(await it.remove("files/me/a"));
    value(await it.make("files/me/a"));
  };
  value(await it.move("files/me/a", "files/me/c"));
  assert.deepEqual(await it.members("files/me"), ["c", "b"]);
});

Deno.test("copy() throws StoreBusy when the source never rests", async () => {
  const it = await createFixture();
  value(await it.put("files/me/a", "0"));
  let round = 0;
  const { write } = it.store;
  const disturbed: typeof write = async (operation) => {
    it.store.write = write;
    value(await it.put("files/me/a", `${++round}`));
    const written = await write(operation);
    it.store.write = disturbed;
    return written;
  };
  it.store.write = disturbed;
  await assert.rejects(it.copy("files/me/a", "files/me/b"), StoreBusy);
  assert.equal(round, 8);
});

Deno.test("copy() of an object over a collection takes its place", async () => {
  const it = await createFixture();
  value(await it.put("files/me/a", "x"));
  value(await it.make("files/me/b"));
  value(await it.put("files/me/b/c", "y"));
  const token = await it.token("files/me");
  assert.deepEqual(value(await it.copy("files/me/a", "files/me/b")), {
    created: false,
  });
  assert.equal(await it.text("files/me/b"), "x");
  assert.deepEqual(await it.members("files/me"), ["a", "b"]);
  assert.equal(it.store.rows(["tombstone"]).length, 0);
  const page = value(await it.sync("files/me", token));
  assert.deepEqual(page.changed.map(({ path }) => path), [at("files/me/b")]);
  assert.deepEqual(page.removed, []);
});

Deno.test("move() of a collection inside a tree hangs it into another place", async () => {
  const it = await createFixture();
  value(await it.make("files/me/a"));
  value(await it.make("files/me/b"));
  const { etag } = value(await it.put("files/me/a/x", "x"));
  const token = await it.token("files/me/a");
  const parent = await it.token("files/me");
  assert.deepEqual(value(await it.move("files/me/a", "files/me/b/c")), {
    created: true,
  });
  assert.equal(await it.etag("files/me/b/c/x"), etag);
  assert.equal(await it.text("files/me/a/x"), undefined);
  assert.equal(await it.token("files/me/b/c"), token, "its tokens stay valid");
  const page = value(await it.sync("files/me", parent));
  assert.deepEqual(page.removed, ["a"]);
  assert.equal(it.store.rows(["access"]).length, 1);
});

Deno.test("move() renames a calendar and shows it in the home", async () => {
  const it = await createFixture();
  value(await it.put(A, ics("1")));
  const before = await it.token("calendars/me");
  value(await it.move("calendars/me/home", "calendars/me/house"));
  const page = value(await it.sync("calendars/me", before));
  assert.deepEqual(page.removed, ["home"]);
  assert.deepEqual(page.changed.map(({ path }) => path), [
    at("calendars/me/house"),
  ]);
  assert.ok(await it.text("calendars/me/house/a.ics") !== undefined);
});

Deno.test("move() of a collection overwrites collections and objects", async () => {
  const it = await createFixture();
  value(await it.make("files/me/a"));
  value(await it.put("files/me/a/x", "x"));
  value(await it.make("files/me/b"));
  value(await it.put("files/me/b/y", "y"));
  assert.equal(
    problem(await it.move("files/me/a", "files/me/b", { overwrite: false })),
    "precondition-failed",
  );
  assert.deepEqual(value(await it.move("files/me/a", "files/me/b")), {
    created: false,
  });
  assert.deepEqual(await it.members("files/me/b"), ["x"]);
  value(await it.put("files/me/c", "c"));
  assert.deepEqual(value(await it.move("files/me/b", "files/me/c")), {
    created: false,
  });
  assert.deepEqual(await it.members("files/me"), ["c"]);
  assert.deepEqual(await it.members("files/me/c"), ["x"]);
  assert.equal(it.store.rows(["job"]).length, 1, "b's old contents");
});

Deno.test("copy() and move() of a calendar go only where calendars may be", async () => {
  const it = await createFixture();
  for (
    const to of ["files/me/x", "addressbooks/me/x", "calendars/me/tasks/x"]
  ) {
    for (const transfer of [it.copy, it.move]) {
      assert.equal(
        problem(await transfer("calendars/me/home", to)),
        "caldav:calendar-collection-location-ok",
        to,
      );
    }
  }
  value(await it.make("files/me/a"));
  assert.equal(
    problem(await it.move("files/me/a", "calendars/me/a")),
    "forbidden",
  );
});

Deno.test("copy() of a collection copies all that is in it", async () => {
  const it = await createFixture();
  value(await it.make("files/me/a"));
  value(await it.make("files/me/a/b"));
  value(await it.put("files/me/a/b/x", "x"));
  value(await it.put("files/me/a/y", "y".repeat(100_000)));
  value(await it.patch("files/me/a", { colour: "red" }));
  const before = it.used("files");
  assert.deepEqual(value(await it.copy("files/me/a", "files/me/c")), {
    created: true,
  });
  assert.equal(await it.text("files/me/c/b/x"), "x");
  assert.equal(await it.text("files/me/c/y"), "y".repeat(100_000));
  assert.deepEqual(await it.props("files/me/c"), { colour: "red" });
  assert.deepEqual(it.used("files"), {
    bytes: 2 * before.bytes,
    objects: 2 * before.objects,
  });
  assert.deepEqual(await it.members("files/me"), ["a", "c"]);
});

Deno.test("copy() of a collection with depth 0 copies its properties only", async () => {
  const it = await createFixture();
  value(await it.put(A, ics("1")));
  value(await it.patch("calendars/me/home", { colour: "red" }));
  value(
    await it.copy("calendars/me/home", "calendars/me/work", { depth: 0 }),
  );
  assert.deepEqual(await it.members("calendars/me/work"), []);
  assert.deepEqual(await it.props("calendars/me/work"), { colour: "red" });
  assert.equal(
    problem(
      await it.put("calendars/me/work/a", ics("1", { component: "VTODO" })),
    ),
    "caldav:supported-calendar-component",
  );
});

Deno.test("copy() of a collection overwrites, or refuses to", async () => {
  const it = await createFixture();
  value(await it.make("files/me/a"));
  value(await it.put("files/me/a/x", "x"));
  value(await it.make("files/me/b"));
  value(await it.put("files/me/b/y", "y"));
  assert.equal(
    problem(await it.copy("files/me/a", "files/me/b", { overwrite: false })),
    "precondition-failed",
  );
  assert.deepEqual(value(await it.copy("files/me/a", "files/me/b")), {
    created: false,
  });
  assert.deepEqual(await it.members("files/me/b"), ["x"]);
  value(await it.put("files/me/c", "c"));
  assert.deepEqual(value(await it.copy("files/me/a", "files/me/c")), {
    created: false,
  });
  assert.deepEqual(await it.members("files/me"), ["a", "b", "c"]);
});

Deno.test("copy() of a collection looks again when another one takes its name meanwhile", async () => {
  const it = await createFixture();
  value(await it.make("files/me/a"));
  value(await it.put("files/me/a/old", "x"));
  it.store.beforeWrite = async () => {
    value(await it.remove("files/me/a"));
    value(await it.make("files/me/a"));
    value(await it.put("files/me/a/new", "x"));
  };
  value(await it.copy("files/me/a", "files/me/b"));
  assert.deepEqual(await it.members("files/me/b"), ["new"]);
});

Deno.test("copy() and move() follow a source that changes its nature meanwhile", async () => {
  for (const transfer of ["copy", "move"] as const) {
    const it = await createFixture();
    value(await it.make("files/me/a"));
    it.store.beforeWrite = async () => {
      value(await it.remove("files/me/a"));
      value(await it.put("files/me/a", "file"));
    };
    value(await it[transfer]("files/me/a", "files/me/b"));
    assert.equal(await it.text("files/me/b"), "file");
  }
});
