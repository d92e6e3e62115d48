import assert from "node:assert/strict";
import {
  accessStamp,
  objectAces,
  readChain,
  storedAces,
} from "../../../src/service/acl.ts";
import type { View } from "../../../src/store/view.ts";
import { allow, createAclFixture, deny } from "../../service/acl_fixture.ts";
import type { AclFixture } from "../../service/acl_fixture.ts";
import { at, collectionAt, ics, value } from "../../service/fixture.ts";

function on<T>(
  it: AclFixture,
  path: string,
  ask: (view: View, ref: { id: string; tree: string }) => T,
): Promise<T> {
  return it.read((reader) => ask(reader.view, collectionAt(reader, path).ref));
}

Deno.test("storedAces() leaves out letters that no privilege has", () => {
  const aces = [{
    who: { type: "all" as const },
    privileges: "rz",
  }];
  assert.deepEqual(storedAces({ aces }, "c"), [{
    who: { type: "all" },
    deny: false,
    privileges: ["dav:read"],
    coll: "c",
  }]);
  assert.deepEqual(storedAces(undefined, "c"), []);
});

Deno.test("readChain() goes from a collection upwards", async () => {
  const it = await createAclFixture();
  value(await it.make("files/me/a"));
  value(await it.make("files/me/a/b"));
  value(await it.setAcl("files/me", [allow("*all", "dav:read")]));
  value(await it.setAcl("files/me/a/b", [deny("you", "dav:read")]));
  const chain = await on(
    it,
    "files/me/a/b",
    (view, ref) =>
      readChain(view, ref).map(({ who, deny, coll }) => [
        who.type,
        deny,
        coll === ref.id,
      ]),
  );
  assert.deepEqual(chain, [["user", true, true], ["all", false, false]]);
});

Deno.test("objectAces() are those of the object alone", async () => {
  const it = await createAclFixture();
  value(await it.put("calendars/me/home/a.ics", ics("a")));
  value(await it.setAcl("calendars/me/home", [allow("you", "dav:read")]));
  const own = () =>
    it.read((reader) => {
      const object = reader.resolve(at("calendars/me/home/a.ics"));
      assert.ok(object !== undefined && "entry" in object);
      return objectAces(reader.view, object).map(({ deny }) => deny);
    });
  assert.deepEqual(await own(), []);
  value(await it.setAcl("calendars/me/home/a.ics", [deny("you", "dav:read")]));
  assert.deepEqual(await own(), [true]);
});

Deno.test("accessStamp() moves with the ACLs of a collection, of those above it and of its objects", async () => {
  const it = await createAclFixture();
  value(await it.put("calendars/me/home/a.ics", ics("a")));
  const stamp = () => on(it, "calendars/me/home", accessStamp);
  assert.equal(await stamp(), undefined);
  const seen: unknown[] = [];
  for (
    const path of [
      "calendars/me",
      "calendars/me/home",
      "calendars/me/home/a.ics",
    ]
  ) {
    value(await it.setAcl(path, [allow("you", "dav:read")]));
    seen.push(await stamp());
  }
  assert.deepEqual(seen.toSorted(), seen);
  assert.equal(new Set(seen).size, seen.length);
  // What else happens leaves it alone.
  value(await it.put("calendars/me/home/b.ics", ics("b")));
  value(await it.setAcl("addressbooks/me", [allow("you", "dav:read")]));
  assert.equal(await stamp(), seen.at(-1));
});

Deno.test("accessStamp() moves with memberships where an ACL names a group, and only there", async () => {
  const it = await createAclFixture();
  value(await it.put("calendars/me/home/a.ics", ics("a")));
  const stamp = () => on(it, "calendars/me/home", accessStamp);
  const shuffle = async () => {
    value(await it.groups.setMembers("team", []));
    value(await it.groups.setMembers("team", [{ type: "user", name: "you" }]));
  };
  value(await it.setAcl("calendars/me/home", [allow("you", "dav:read")]));
  const alone = await stamp();
  await shuffle();
  assert.equal(await stamp(), alone);
  for (const path of ["calendars/me/home", "calendars/me/home/a.ics"]) {
    value(await it.setAcl("calendars/me/home", []));
    value(await it.setAcl(path, [allow("group:staff", "dav:read")]));
    const before = await stamp();
    await shuffle();
    assert.notEqual(await stamp(), before, path);
  }
});
