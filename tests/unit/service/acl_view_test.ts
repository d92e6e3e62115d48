import assert from "node:assert/strict";
import type { ResourcePath } from "../../../src/service/problems.ts";
import type { Ace } from "../../../src/service/ace.ts";
import {
  allow,
  createAclFixture,
  deny,
  principal,
  who,
} from "../../service/acl_fixture.ts";
import type { AclFixture } from "../../service/acl_fixture.ts";
import { at, ics, value } from "../../service/fixture.ts";

function aclAt(it: AclFixture, path: ResourcePath): Promise<readonly Ace[]> {
  return it.read((reader) => {
    const resource = reader.resolve(path);
    assert.ok(resource !== undefined, "Nothing is there");
    return reader.acl(resource);
  });
}

const OWNER: Ace = {
  principal: { type: "owner" },
  deny: false,
  privileges: ["dav:all"],
  protected: true,
};

Deno.test("readAcl() shows the protected ACE, the own ones, then the inherited ones", async () => {
  const it = await createAclFixture();
  value(await it.put("calendars/me/home/a.ics", ics("a")));
  const own = [deny("you", "dav:write"), allow("*owner", "dav:read")];
  const around = [allow("group:team", "dav:read", "dav:write")];
  value(await it.setAcl("calendars/me/home/a.ics", own));
  value(await it.setAcl("calendars/me", around));
  assert.deepEqual(await aclAt(it, at("calendars/me/home/a.ics")), [
    OWNER,
    ...own,
    ...around.map((ace) => ({ ...ace, inherited: at("calendars/me") })),
  ]);
  assert.deepEqual(await aclAt(it, at("calendars/me")), [OWNER, ...around]);
});

Deno.test("readAcl() keeps what is shown of private objects", async () => {
  const it = await createAclFixture();
  const ace: Ace = { ...allow("you", "dav:read"), private: "busy" };
  value(await it.setAcl("calendars/me/home", [ace]));
  assert.deepEqual(await aclAt(it, at("calendars/me/home")), [OWNER, ace]);
  // Where it is not said, it stays.
  value(
    await it.setAcl("calendars/me/home", [
      allow("you", "dav:read", "dav:bind"),
      allow("group:team", "dav:read"),
    ]),
  );
  assert.deepEqual(
    (await aclAt(it, at("calendars/me/home"))).map((one) => one.private),
    [undefined, "busy", undefined],
  );
});

Deno.test("readAcl() leaves out who is gone", async () => {
  const it = await createAclFixture();
  const rest = allow("you", "dav:read");
  value(
    await it.setAcl("files/me", [allow("group:team", "dav:read"), rest]),
  );
  value(await it.groups.deleteGroup("team"));
  assert.deepEqual(await aclAt(it, at("files/me")), [OWNER, rest]);
});

Deno.test("readAcl() names whoever may change a principal", async () => {
  const it = await createAclFixture();
  const names = async (path: ResourcePath) =>
    (await aclAt(it, path)).map((ace) => {
      assert.equal(ace.protected, true);
      return [ace.principal, ace.privileges.includes("dav:write-properties")];
    });
  const common = [{ type: "authenticated" }, false];
  for (
    const path of [
      { type: "root" },
      { type: "principals", set: "all" },
      { type: "space", space: "files" },
    ] as const
  ) {
    assert.deepEqual(await names(path), [common]);
  }
  assert.deepEqual(await names(principal("me")), [[who("me"), true], common]);
  assert.deepEqual(await names(principal("group:team")), [common]);
  value(await it.groups.setOwner("team", "you"));
  assert.deepEqual(await names(principal("group:team")), [
    [who("you"), true],
    common,
  ]);
});
