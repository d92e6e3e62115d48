import assert from "node:assert/strict";
import {
  type AclFixture,
  allow,
  createAclFixture,
  deny,
} from "../../service/acl_fixture.ts";
import { collectionAt, ics, value } from "../../service/fixture.ts";

/** The present token of a guest, and what their next sync with it says. */
function tokenOf(it: AclFixture, path: string): Promise<string> {
  return it.service.read(
    it.you,
    (reader) => reader.syncToken(collectionAt(reader, path)),
  );
}

async function isRefused(
  it: AclFixture,
  path: string,
  token: string,
): Promise<boolean> {
  const synced = await it.service.read(
    it.you,
    (reader) => reader.sync(collectionAt(reader, path), token, null),
  );
  return !synced.ok && synced.problem.name === "dav:valid-sync-token";
}

/** What may change who may read what is at a name without any ACL being set there. */
const CHANGES: readonly {
  readonly what: string;
  readonly before: (it: AclFixture) => Promise<void>;
  readonly change: (it: AclFixture) => Promise<void>;
}[] = [
  {
    what: "an object is made anew at the name of one that had ACEs",
    async before(it) {
      value(await it.put("files/me/x", "1"));
      value(await it.setAcl("files/me/x", [allow("you", "dav:read")]));
    },
    async change(it) {
      value(await it.remove("files/me/x"));
      value(await it.put("files/me/x", "2"));
    },
  },
  {
    what: "a folder is made anew at the name of one that had ACEs",
    async before(it) {
      value(await it.make("files/me/x"));
      value(await it.setAcl("files/me/x", [allow("you", "dav:read")]));
    },
    async change(it) {
      value(await it.remove("files/me/x"));
      value(await it.make("files/me/x"));
    },
  },
  {
    what: "a folder with ACEs is moved to a name",
    async before(it) {
      value(await it.setAcl("files/me", [allow("you", "dav:read")]));
      value(await it.make("files/me/y"));
      value(await it.make("files/me/z"));
      value(await it.setAcl("files/me/z", [deny("you", "dav:read")]));
      value(await it.remove("files/me/y"));
      value(await it.make("files/me/y"));
    },
    async change(it) {
      value(await it.move("files/me/z", "files/me/y"));
    },
  },
  {
    what: "an object with ACEs is moved over another one",
    async before(it) {
      value(await it.setAcl("files/me", [allow("you", "dav:read")]));
      value(await it.put("files/me/x", "1"));
      value(await it.put("files/me/y", "2"));
      value(await it.setAcl("files/me/y", [deny("you", "dav:read")]));
    },
    async change(it) {
      value(await it.move("files/me/y", "files/me/x"));
    },
  },
  {
    what: "an ACE of a folder in it is set",
    async before(it) {
      value(await it.make("files/me/x"));
    },
    async change(it) {
      value(await it.setAcl("files/me/x", [allow("you", "dav:read")]));
    },
  },
];

for (const { what, before, change } of CHANGES) {
  Deno.test(`a guest's token ends when ${what}`, async () => {
    const it = await createAclFixture();
    await before(it);
    const token = await tokenOf(it, "files/me");
    assert.equal(await isRefused(it, "files/me", token), false);
    await change(it);
    assert.equal(await isRefused(it, "files/me", token), true);
  });
}

Deno.test("a guest's token goes on while nobody's access changes", async () => {
  const it = await createAclFixture();
  value(await it.put("calendars/me/home/a.ics", ics("a")));
  value(await it.setAcl("calendars/me/home", [allow("you", "dav:read")]));
  const token = await tokenOf(it, "calendars/me/home");
  value(await it.put("calendars/me/home/a.ics", ics("a", { summary: "2" })));
  value(await it.remove("calendars/me/home/a.ics"));
  value(await it.put("calendars/me/home/a.ics", ics("b")));
  assert.equal(await isRefused(it, "calendars/me/home", token), false);
});
