import assert from "node:assert/strict";
import { serialize } from "node:v8";
import { MAX_ACES } from "../../../../src/service/operations/set_acl.ts";
import type { Ace } from "../../../../src/service/ace.ts";
import { type Privilege, READING } from "../../../../src/service/privileges.ts";
import { loginKey, userKey } from "../../../../src/store/keys.ts";
import {
  allow,
  createAclFixture,
  deny,
  principal,
} from "../../../service/acl_fixture.ts";
import { at, ics, problem, value } from "../../../service/fixture.ts";

const CALENDAR = "calendars/me/home";
const OBJECT = `${CALENDAR}/a.ics`;

Deno.test("setAcl() takes effect at once, and without ACEs leaves no row behind", async () => {
  const it = await createAclFixture();
  value(await it.put(OBJECT, ics("a")));
  for (const path of [CALENDAR, OBJECT]) {
    value(await it.setAcl(path, [allow("you", "dav:read")]));
    assert.ok((await it.privileges(path, it.you)).includes("dav:read"));
    value(await it.setAcl(path, []));
    assert.deepEqual(await it.privileges(path, it.you), []);
    assert.deepEqual(it.store.rows(["acl"]), []);
  }
  assert.equal((await it.object(OBJECT))?.entry.acl, undefined);
});

Deno.test("setAcl() leaves entity tags, bytes and heads alone", async () => {
  const it = await createAclFixture();
  const { etag } = value(await it.put(OBJECT, ics("a")));
  const [ctag, token] = [await it.ctag(CALENDAR), await it.token(CALENDAR)];
  for (const path of [CALENDAR, OBJECT]) {
    value(await it.setAcl(path, [allow("you", "dav:read")]));
  }
  assert.equal((await it.object(OBJECT))?.entry.acl, true);
  assert.equal(await it.etag(OBJECT), etag);
  assert.equal(await it.ctag(CALENDAR), ctag);
  assert.equal(await it.token(CALENDAR), token);
  value(await it.patch(OBJECT, { a: "1" }));
  assert.equal((await it.object(OBJECT))?.entry.acl, true);
});

Deno.test("setAcl() leads principals to collections, and to nothing else", async () => {
  const it = await createAclFixture();
  value(await it.put(OBJECT, ics("a")));
  const grants = () => it.store.rows(["grant"]).length;
  value(await it.setAcl(OBJECT, [allow("you", "dav:read")]));
  assert.equal(grants(), 0);
  value(
    await it.setAcl(CALENDAR, [
      deny("you", "dav:unlock"),
      allow("group:team", "dav:read"),
      allow("*all", "dav:read"),
    ]),
  );
  assert.equal(grants(), 1);
  value(await it.setAcl(CALENDAR, [allow("you", "dav:read")]));
  assert.equal(grants(), 2, "those that lead nowhere any more stay");
});

Deno.test("setAcl() is for who has write-acl: the owner, and whom they gave it to", async () => {
  const it = await createAclFixture();
  const aces = [allow("group:team", "dav:all")];
  assert.equal(
    problem(await it.setAcl(CALENDAR, aces, it.you)),
    "dav:need-privileges",
  );
  assert.equal(
    problem(await it.setAcl(CALENDAR, aces, null)),
    "dav:need-privileges",
  );
  value(await it.setAcl(CALENDAR, [allow("group:staff", "dav:write-acl")]));
  value(await it.setAcl(CALENDAR, aces, it.you));
  assert.ok((await it.privileges(CALENDAR, it.you)).includes("dav:all"));
  // They cannot take it from the owner.
  for (const who of ["me", "*owner"]) {
    assert.equal(
      problem(await it.setAcl(CALENDAR, [deny(who, "dav:read")], it.you)),
      "dav:no-protected-ace-conflict",
    );
  }
  value(await it.setAcl(CALENDAR, [deny("*all", "dav:all")], it.you));
  assert.ok((await it.privileges(CALENDAR, it.me)).includes("dav:all"));
});

Deno.test("setAcl() refuses paths where no ACL can be set", async () => {
  const it = await createAclFixture();
  const set = (path: Parameters<typeof it.service.setAcl>[1]) =>
    it.service.setAcl(it.me, path, { aces: [], conditions: {} });
  assert.equal(problem(await set(at("files/me/none"))), "not-found");
  assert.equal(problem(await set(principal("me"))), "forbidden");
  assert.equal(problem(await set({ type: "root" })), "forbidden");
});

Deno.test("setAcl() keeps to the conditions, and changes nothing where one is broken", async () => {
  const it = await createAclFixture();
  const before = [allow("you", "dav:read")];
  value(await it.setAcl(CALENDAR, before));
  const row = it.store.rows(["acl"]);
  for (
    const [aces, condition] of [
      [[allow("nobody", "dav:read")], "dav:recognized-principal"],
      [[allow("group:you", "dav:read")], "dav:recognized-principal"],
      [
        [{
          ...before[0],
          principal: { type: "principal", path: at(CALENDAR) },
        }],
        "dav:recognized-principal",
      ],
      [[allow("*unauthenticated", "dav:bind")], "dav:allowed-principal"],
      [
        [allow("you", "dav:read"), deny("group:team", "dav:read")],
        "dav:deny-before-grant",
      ],
      [
        [deny("you", "dav:read"), allow("you", "dav:read")],
        "dav:no-ace-conflict",
      ],
      [
        Array<Ace>(MAX_ACES + 1).fill(allow("you", "dav:read")),
        "dav:limited-number-of-aces",
      ],
    ] as const
  ) {
    assert.equal(problem(await it.setAcl(CALENDAR, aces as Ace[])), condition);
    assert.deepEqual(it.store.rows(["acl"]), row);
  }
  // Who has not signed in may be granted all of reading, and holds no more of everything.
  value(await it.setAcl(CALENDAR, [allow("*unauthenticated", ...READING)]));
  value(await it.setAcl("files/me", [allow("*all", "dav:all")]));
  for (const path of [CALENDAR, "files/me"]) {
    assert.deepEqual(
      await it.privileges(path, null),
      ["caldav:read-free-busy", ...READING].sort(),
    );
  }
});

Deno.test("setAcl() takes as many ACEs as a value of the store has room for", async () => {
  const it = await createAclFixture();
  const names = Array.from({ length: MAX_ACES }, (_, n) => `user${n}`);
  await it.store.write({
    trees: [],
    run(tx) {
      for (const login of names) {
        const id = crypto.randomUUID();
        tx.set(userKey(id), { ...it.you.user, id, login });
        tx.set(loginKey(login), { user: id });
      }
    },
  });
  const most: Privilege[] = [
    "dav:read",
    "dav:write-properties",
    "dav:write-content",
    "dav:bind",
    "dav:unbind",
    "dav:unlock",
    "dav:read-acl",
    "dav:read-current-user-privilege-set",
  ];
  for (
    const [privileges, mode, least] of [
      [["dav:read"], undefined, 600],
      [["dav:read", "dav:write"], undefined, 500],
      [["dav:read"], "busy", 500],
      [most, "show", 100],
    ] as const
  ) {
    const aces = (count: number) =>
      names.slice(0, count).map((name): Ace => ({
        ...allow(name, ...privileges),
        ...(mode === undefined ? {} : { private: mode }),
      }));
    value(await it.setAcl(CALENDAR, aces(least)));
    // Whatever is taken fits.
    for (let count = least; count <= MAX_ACES; count += 20) {
      const set = await it.setAcl(CALENDAR, aces(count));
      if (set.ok) continue;
      assert.equal(set.problem.name, "dav:limited-number-of-aces");
      break;
    }
    const [row] = it.store.rows(["acl"]);
    assert.ok(serialize(row?.value).length <= 60 * 1024);
  }
});

Deno.test("setAcl() holds for who is asked about, not for their name", async () => {
  const it = await createAclFixture();
  value(await it.setAcl(CALENDAR, [allow("group:team", "dav:read")]));
  value(await it.groups.deleteGroup("team"));
  value(await it.groups.addGroup({ name: "team" }));
  value(await it.groups.setMembers("team", [{ type: "user", name: "you" }]));
  assert.deepEqual(await it.privileges(CALENDAR, it.you), []);
});

Deno.test("what is denied by name to a member is theirs no more through their group", async () => {
  const it = await createAclFixture();
  value(
    await it.setAcl(CALENDAR, [
      deny("you", "dav:bind"),
      allow("group:staff", "dav:read", "dav:write"),
    ]),
  );
  assert.deepEqual(await it.privileges(CALENDAR, it.you), [
    "caldav:read-free-busy",
    "dav:read",
    "dav:unbind",
    "dav:write-content",
    "dav:write-properties",
  ]);
});
