import assert from "node:assert/strict";
import {
  type AclFixture,
  allow,
  createAclFixture,
  deny,
} from "../../service/acl_fixture.ts";
import { at, ics, problem, value } from "../../service/fixture.ts";

const OPTIONS = { overwrite: true, depth: "infinity", conditions: {} } as const;

function copy(it: AclFixture, from: string, to: string) {
  return it.service.copy(it.you, at(from), at(to), OPTIONS);
}

function move(it: AclFixture, from: string, to: string) {
  return it.service.move(it.you, at(from), at(to), OPTIONS);
}

Deno.test("a whole calendar is copied by those who can be sure to read all of it", async () => {
  const it = await createAclFixture();
  value(await it.put("calendars/me/home/a.ics", ics("a")));
  const home = "calendars/me/home";
  value(await it.setAcl(home, [allow("you", "dav:read")]));
  // There may be something private in it, which readers are not told of.
  assert.equal(
    problem(await copy(it, home, "calendars/you/mine")),
    "dav:need-privileges",
  );
  value(
    await it.setAcl(home, [{ ...allow("you", "dav:read"), private: "show" }]),
  );
  value(await copy(it, home, "calendars/you/mine"));
  value(await it.setAcl(home, [allow("you", "dav:read", "dav:write")]));
  value(await copy(it, home, "calendars/you/mine"));
  value(
    await it.setAcl(`${home}/a.ics`, [deny("group:team", "dav:read")]),
  );
  assert.equal(
    problem(await copy(it, home, "calendars/you/mine")),
    "dav:need-privileges",
  );
});

Deno.test("a folder is copied by those who may read each folder in it", async () => {
  const it = await createAclFixture();
  for (const path of ["files/me/a", "files/me/a/b", "files/me/a/b/c"]) {
    value(await it.make(path));
  }
  value(await it.put("files/me/a/b/c/x", "1"));
  value(await it.setAcl("files/me/a", [allow("you", "dav:read")]));
  value(await copy(it, "files/me/a", "files/you/a"));
  value(await it.setAcl("files/me/a/b/c", [deny("you", "dav:read")]));
  assert.equal(
    problem(await copy(it, "files/me/a", "files/you/b")),
    "dav:need-privileges",
  );
  // Depth 0 takes no more of it than the collection, and is refused alike.
  assert.equal(
    problem(
      await it.service.copy(it.you, at("files/me/a"), at("files/you/b"), {
        ...OPTIONS,
        depth: 0,
      }),
    ),
    "dav:need-privileges",
  );
});

Deno.test("what has ACEs, or has them below it, stays in its tree", async () => {
  const it = await createAclFixture();
  value(await it.make("files/me/a"));
  value(await it.make("files/me/a/b"));
  value(await it.put("files/me/a/b/x", "1"));
  value(
    await it.setAcl("files/me", [allow("you", "dav:read", "dav:write")]),
  );
  const aces = [allow("group:staff", "dav:read")];
  value(await it.setAcl("files/me/a/b/x", aces));
  const whole = await move(it, "files/me/a", "files/you/a");
  assert.equal(problem(whole), "forbidden");
  // An object alone is refused in the same words.
  assert.deepEqual(await move(it, "files/me/a/b/x", "files/you/x"), whole);
  value(await it.setAcl("files/me/a/b/x", []));
  value(await move(it, "files/me/a", "files/you/a"));
  assert.equal(await it.text("files/me/a/b/x"), undefined);
});

Deno.test("what a home shows of somebody else is copied or hidden, not moved", async () => {
  const it = await createAclFixture();
  value(await it.put("calendars/me/home/a.ics", ics("a")));
  value(
    await it.setAcl("calendars/me/home", [
      allow("you", "dav:read", "dav:write"),
    ]),
  );
  const shown = await it.service.read(it.you, (reader) => {
    const home = reader.resolve(at("calendars/you"));
    assert.ok(home !== undefined);
    const shared = reader.children(home).find((child) => "shared" in child);
    assert.ok(shared !== undefined && shared.path.type === "tree");
    return shared.path.names[0] ?? "";
  });
  const path = `calendars/you/${shown}`;
  assert.equal(problem(await move(it, path, "calendars/you/x")), "forbidden");
  value(await copy(it, path, "calendars/you/x"));
  // Nothing can be made at such a name, and nothing be put in its place.
  const made = await it.service.make(it.you, at("calendars/you/~x"), {
    kind: "calendar",
    props: [],
  });
  assert.equal(problem(made), "caldav:calendar-collection-location-ok");
  assert.equal(
    problem(await copy(it, "calendars/you/x", path)),
    "caldav:calendar-collection-location-ok",
  );
});

Deno.test("ACEs go with what is moved, and stay where something is copied over", async () => {
  const it = await createAclFixture();
  value(await it.put("files/me/a", "1"));
  value(await it.put("files/me/b", "2"));
  value(await it.setAcl("files/me/a", [allow("you", "dav:read")]));
  const reads = async (path: string) =>
    (await it.privileges(path, it.you)).includes("dav:read");
  value(await it.copy("files/me/b", "files/me/a"));
  assert.deepEqual(
    [await reads("files/me/a"), await reads("files/me/b")],
    [true, false],
  );
  value(await it.move("files/me/a", "files/me/b"));
  assert.equal(await reads("files/me/b"), true);
  value(await it.put("files/me/b", "3"));
  assert.equal(await reads("files/me/b"), true);
  value(await it.copy("files/me/b", "files/me/c"));
  assert.equal(await reads("files/me/c"), false);
  // A new object at an old name has nothing of what was there.
  value(await it.remove("files/me/b"));
  value(await it.put("files/me/b", "4"));
  assert.equal(await reads("files/me/b"), false);
});
