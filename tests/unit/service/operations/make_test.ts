import assert from "node:assert/strict";
import {
  at,
  change,
  createFixture,
  problem,
  value,
} from "../../../service/fixture.ts";

Deno.test("make() makes a collection with its properties, visible in the home at once", async () => {
  const it = await createFixture();
  const before = await it.ctag("calendars/me");
  value(
    await it.make(
      "calendars/me/Work place",
      [change("colour", "red"), change("gone", null)],
      ["VEVENT", "VTODO", "VEVENT"],
    ),
  );
  assert.deepEqual(await it.members("calendars/me"), [
    "Work place",
    "home",
    "tasks",
  ]);
  assert.deepEqual(await it.props("calendars/me/Work place"), {
    colour: "red",
  });
  const resource = await it.read((reader) =>
    reader.resolve(at("calendars/me/Work place"))
  );
  assert.ok(resource !== undefined && "ref" in resource);
  assert.deepEqual(resource.row.components, ["VEVENT", "VTODO"]);
  assert.equal(resource.kind, "calendar");
  assert.notEqual(await it.ctag("calendars/me"), before);
});

Deno.test("make() gives a calendar the default component types", async () => {
  const it = await createFixture();
  value(await it.make("calendars/me/work"));
  const resource = await it.read((reader) =>
    reader.resolve(at("calendars/me/work"))
  );
  assert.ok(resource !== undefined && "ref" in resource);
  assert.deepEqual(resource.row.components, ["VEVENT", "VTODO", "VJOURNAL"]);
});

Deno.test("make() answers supported-calendar-component for types that no calendar takes", async () => {
  const it = await createFixture();
  for (const components of [["VEVENT", "VALARM"], []]) {
    assert.equal(
      problem(await it.make("calendars/me/work", [], components)),
      "caldav:supported-calendar-component",
    );
  }
});

Deno.test("make() answers already-exists for collections, objects and roots", async () => {
  const it = await createFixture();
  value(await it.put("files/me/a", "x"));
  for (const path of ["calendars/me/home", "files/me/a", "files/me"]) {
    assert.equal(problem(await it.make(path)), "already-exists", path);
  }
});

Deno.test("make() answers missing-parent", async () => {
  const it = await createFixture();
  value(await it.put("files/me/a", "x"));
  for (
    const path of ["calendars/me/a/b", "files/me/none/b", "files/me/a/b"]
  ) {
    assert.equal(problem(await it.make(path)), "missing-parent", path);
  }
});

Deno.test("make() answers the location's condition in a wrong place", async () => {
  const it = await createFixture();
  assert.equal(
    problem(await it.make("calendars/me/home/sub")),
    "caldav:calendar-collection-location-ok",
  );
  assert.equal(
    problem(await it.make("addressbooks/me/contacts/sub")),
    "carddav:addressbook-collection-location-ok",
  );
  const wrong = [
    ["folder", "calendars/me/x", "forbidden"],
    ["folder", "addressbooks/me/x", "forbidden"],
    ["calendar", "files/me/x", "caldav:calendar-collection-location-ok"],
    [
      "addressbook",
      "calendars/me/x",
      "carddav:addressbook-collection-location-ok",
    ],
  ] as const;
  for (const [kind, path, expected] of wrong) {
    const refused = await it.service.make(it.me, at(path), { kind, props: [] });
    assert.equal(problem(refused), expected, `${kind} at ${path}`);
  }
  value(await it.make("files/me/x"));
  value(await it.make("files/me/x/y"));
});

Deno.test("make() takes over the name of something deleted", async () => {
  const it = await createFixture();
  value(await it.put("files/me/a", "x"));
  value(await it.remove("files/me/a"));
  value(await it.make("files/me/a"));
  assert.equal(it.store.rows(["tombstone"]).length, 0);
});

Deno.test("make() refuses properties beyond the limits, and makes nothing", async () => {
  const it = await createFixture();
  const many = Array.from({ length: 101 }, (_, n) => change(`p${n}`, "x"));
  assert.equal(problem(await it.make("files/me/a", many)), "too-large");
  const large = [change("p", "x".repeat(61_441))];
  assert.equal(problem(await it.make("files/me/a", large)), "too-large");
  assert.deepEqual(await it.members("files/me"), []);
});

Deno.test("make() refuses strangers, bad names, and places outside of trees", async () => {
  const it = await createFixture();
  assert.equal(problem(await it.make("files/you/a")), "dav:need-privileges");
  assert.equal(problem(await it.make("files/me/..")), "bad-request");
  const refused = await it.service.make(it.me, { type: "root" }, {
    kind: "folder",
    props: [],
  });
  assert.equal(problem(refused), "forbidden");
});
