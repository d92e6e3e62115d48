import {
  decodePrivileges,
  encodePrivileges,
} from "../../../src/service/privileges.ts";
import assert from "node:assert/strict";
import {
  ALL_PRIVILEGES,
  atomsIn,
  closePrivileges,
  evaluateAces,
  flattenPrivileges,
  isPrivilege,
  PRIVILEGES,
} from "../../../src/service/privileges.ts";
import type { Privilege } from "../../../src/service/privileges.ts";

function allow(...privileges: Privilege[]) {
  return { deny: false, privileges };
}

function deny(...privileges: Privilege[]) {
  return { deny: true, privileges };
}

function held(...aces: ReturnType<typeof allow>[]): string[] {
  return [...evaluateAces(aces)].sort();
}

Deno.test("flattenPrivileges() lists each privilege once, aggregates first", () => {
  const names = flattenPrivileges(PRIVILEGES);
  assert.equal(names[0], "dav:all");
  assert.deepEqual(new Set(names), ALL_PRIVILEGES);
  assert.equal(names.length, ALL_PRIVILEGES.size);
  assert.ok(names.indexOf("dav:write") < names.indexOf("dav:bind"));
});

Deno.test("isPrivilege() knows the names of privileges only", () => {
  for (const name of ALL_PRIVILEGES) assert.ok(isPrivilege(name));
  for (const name of ["dav:fly", "read", "caldav:read", "", "toString"]) {
    assert.ok(!isPrivilege(name), name);
  }
});

Deno.test("atomsIn() gives the parts of a sum, and a privilege that is more than its parts beside them", () => {
  assert.deepEqual(atomsIn("dav:bind"), ["dav:bind"]);
  assert.deepEqual(atomsIn("dav:read"), ["dav:read", "caldav:read-free-busy"]);
  assert.deepEqual([...atomsIn("dav:write")].sort(), [
    "dav:bind",
    "dav:unbind",
    "dav:write-content",
    "dav:write-properties",
  ]);
  assert.ok(!atomsIn("dav:all").includes("dav:all"));
});

Deno.test("closePrivileges() adds the aggregates of which every part is there", () => {
  const parts = ["write-properties", "write-content", "bind"] as const;
  const three = new Set(parts.map((name): Privilege => `dav:${name}`));
  assert.ok(!closePrivileges(three).has("dav:write"));
  assert.ok(closePrivileges(three.add("dav:unbind")).has("dav:write"));
  assert.deepEqual(
    [...closePrivileges(new Set<Privilege>(["caldav:read-free-busy"]))],
    ["caldav:read-free-busy"],
    "free-busy alone is not reading",
  );
});

Deno.test("evaluateAces() goes by the first ACE for each privilege", () => {
  assert.deepEqual(held(), []);
  assert.deepEqual(held(allow("dav:read")), [
    "caldav:read-free-busy",
    "dav:read",
  ]);
  assert.deepEqual(
    held(deny("dav:read"), allow("dav:all")).includes("dav:read"),
    false,
  );
  assert.deepEqual(held(allow("dav:read"), deny("dav:all")), [
    "caldav:read-free-busy",
    "dav:read",
  ]);
  // One part denied: the others are granted, the aggregate is not.
  assert.deepEqual(held(deny("dav:bind"), allow("dav:write")), [
    "dav:unbind",
    "dav:write-content",
    "dav:write-properties",
  ]);
  assert.deepEqual(held(deny("dav:write"), allow("dav:bind")), []);
  // Reading may be denied where free-busy is granted, and the other way round.
  assert.deepEqual(
    held(allow("caldav:read-free-busy"), deny("dav:read"), allow("dav:read")),
    ["caldav:read-free-busy"],
  );
  assert.deepEqual(held(deny("caldav:read-free-busy"), allow("dav:read")), []);
});

Deno.test("encodePrivileges() gives each privilege a letter of its own, which is never another one's", () => {
  const all = flattenPrivileges(PRIVILEGES);
  assert.equal(encodePrivileges(all), "arfwpcbulsog");
  assert.deepEqual(decodePrivileges("arfwpcbulsog"), all);
  assert.deepEqual(decodePrivileges("z"), []);
});
