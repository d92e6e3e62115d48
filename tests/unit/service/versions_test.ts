import assert from "node:assert/strict";
import { createReader } from "../../../src/service/reader.ts";
import { grantsOf, membersOf } from "../../../src/store/keys.ts";
import { allow, createAclFixture } from "../../service/acl_fixture.ts";
import { collectionAt, value } from "../../service/fixture.ts";

Deno.test("a home is looked through once for its members, its ctag and its token", async () => {
  const it = await createAclFixture();
  value(await it.setAcl("calendars/me/home", [allow("you", "dav:read")]));
  const looks = await it.store.read((view) => {
    const lists: string[] = [];
    const reader = createReader({
      ...view,
      list(list) {
        lists.push(list.text);
        return view.list(list);
      },
    }, { session: it.you, epoch: "e", quotaBytes: 0 });
    const home = collectionAt(reader, "calendars/you");
    const shown = reader.children(home).flatMap((one) =>
      "shared" in one ? one.kind : []
    );
    assert.equal(shown.length, 1);
    assert.notEqual(reader.ctag(home), "");
    const token = reader.syncToken(home);
    assert.equal(value(reader.sync(home, null, null)).token, token);
    return [membersOf(home.ref), grantsOf(it.you.user.id)]
      .map(({ text }) => lists.filter((list) => list === text).length);
  });
  assert.deepEqual(looks, [1, 1]);
});
