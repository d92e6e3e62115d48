import assert from "node:assert/strict";
import type { PropChange, Session } from "../../../../src/service/types.ts";
import { createAclFixture, principal } from "../../../service/acl_fixture.ts";
import {
  at,
  change,
  createFixture,
  ics,
  problem,
  value,
} from "../../../service/fixture.ts";

const PRINCIPAL = { type: "principal", set: "users", name: "me" } as const;

Deno.test("patch() sets, changes and removes properties of collections", async () => {
  const it = await createFixture();
  value(await it.patch("calendars/me/home", { a: "1", b: "2" }));
  value(await it.patch("calendars/me/home", { a: "3", b: null, c: null }));
  assert.deepEqual(await it.props("calendars/me/home"), { a: "3" });
  value(await it.patch("calendars/me", { a: "home" }));
  assert.deepEqual(await it.props("calendars/me"), { a: "home" });
});

Deno.test("patch() of an object leaves entity tag, ctag and bytes alone", async () => {
  const it = await createFixture();
  const path = "calendars/me/home/a.ics";
  const { etag } = value(await it.put(path, ics("1")));
  const before = await it.ctag("calendars/me/home");
  for (const props of [{ a: "1" }, { a: "2", b: "1" }, { a: null, b: null }]) {
    value(await it.patch(path, props));
    assert.equal(await it.etag(path), etag);
    assert.equal(await it.ctag("calendars/me/home"), before);
    assert.equal(await it.text(path), new TextDecoder().decode(ics("1")));
  }
  assert.equal((await it.object(path))?.entry.props, undefined);
  assert.deepEqual(await it.props(path), {});
  value(await it.patch(path, { a: "1" }));
  assert.equal((await it.object(path))?.entry.props, true);
  assert.equal(
    value(await it.sync("calendars/me/home", null)).changed.length,
    1,
  );
});

Deno.test("patch() of a collection shows in the ctag of its home, not in its own", async () => {
  const it = await createFixture();
  const own = await it.ctag("calendars/me/home");
  const home = await it.ctag("calendars/me");
  value(await it.patch("calendars/me/home", { colour: "red" }));
  assert.equal(await it.ctag("calendars/me/home"), own);
  assert.notEqual(await it.ctag("calendars/me"), home);
});

Deno.test("patch() that changes nothing writes nothing", async () => {
  const it = await createFixture();
  value(await it.patch("calendars/me/home", { a: "1" }));
  const home = await it.ctag("calendars/me");
  value(await it.patch("calendars/me/home", { a: "1", b: null }));
  assert.equal(await it.ctag("calendars/me"), home);
});

Deno.test("patch() keeps the properties of the user's principal apart from the home's", async () => {
  const it = await createFixture();
  const changes = [change("a", "principal")];
  value(await it.service.patch(it.me, PRINCIPAL, changes, {}));
  value(await it.patch("calendars/me", { a: "home" }));
  const props = await it.read((reader) => {
    const principal = reader.resolve(PRINCIPAL);
    assert.ok(principal !== undefined);
    return [...reader.props(principal).values()].map(({ value }) => value);
  });
  assert.deepEqual(props, ["principal"]);
  assert.deepEqual(await it.props("calendars/me"), { a: "home" });
});

Deno.test("patch() takes the last of several changes of one property", async () => {
  const it = await createFixture();
  const changes: PropChange[] = [
    change("a", "1"),
    change("a", null),
    change("a", "2"),
    change("b", "1"),
    change("b", null),
  ];
  value(await it.service.patch(it.me, at("files/me"), changes, {}));
  assert.deepEqual(await it.props("files/me"), { a: "2" });
});

Deno.test("patch() answers too-large for the limits, and changes nothing", async () => {
  const it = await createFixture();
  const many = (count: number, text = "x") =>
    Object.fromEntries(
      Array.from({ length: count }, (_, n) => [`p${n}`, text]),
    );
  value(await it.patch("files/me", many(100)));
  assert.equal(problem(await it.patch("files/me", { q: "x" })), "too-large");
  value(await it.patch("files/me", { p0: null, q: "x" }));
  value(await it.put("files/me/a", "x"));
  value(await it.patch("files/me/a", { a: "x".repeat(61_440) }));
  for (
    const props of [
      { a: "x".repeat(61_441) },
      // Beyond Latin-1 every character takes two bytes.
      { a: `${"x".repeat(40_000)}€` },
      { ["n".repeat(3_000)]: "x" },
      many(5, "x".repeat(61_000)),
    ]
  ) {
    assert.equal(problem(await it.patch("files/me/a", props)), "too-large");
  }
  assert.deepEqual(Object.keys(await it.props("files/me/a")), ["a"]);
});

Deno.test("patch() evaluates conditions", async () => {
  const it = await createFixture();
  const { etag } = value(await it.put("files/me/a", "x"));
  const set = [change("a", "1")];
  const bad = { ifMatch: ['"x"'] };
  const path = at("files/me/a");
  assert.equal(
    problem(await it.service.patch(it.me, path, set, bad)),
    "precondition-failed",
  );
  value(await it.service.patch(it.me, path, set, { ifMatch: [etag] }));
});

Deno.test("patch() refuses what is not there, not one's own, or not stored", async () => {
  const it = await createFixture();
  const set = [change("a", "1")];
  assert.equal(problem(await it.patch("files/me/a", { a: "1" })), "not-found");
  assert.equal(
    problem(await it.patch("files/you/a", { a: "1" })),
    "dav:need-privileges",
  );
  for (
    const path of [
      { type: "root" },
      { type: "space", space: "files" },
      { type: "principal", set: "users", name: "you" },
    ] as const
  ) {
    assert.equal(
      problem(await it.service.patch(it.me, path, set, {})),
      "dav:need-privileges",
      JSON.stringify(path),
    );
  }
  assert.equal(
    problem(await it.service.patch(null, at("files/me"), set, {})),
    "dav:need-privileges",
  );
});

Deno.test("patch() of a group sets its members, for its owner, and nothing else", async () => {
  const it = await createAclFixture();
  const team = principal("group:team");
  const members = (...names: string[]): PropChange => ({
    ns: "DAV:",
    local: "group-member-set",
    value: "",
    principals: names.map(principal),
  });
  const patch = (session: Session | null, ...changes: PropChange[]) =>
    it.service.patch(session, team, changes, {});
  for (const session of [it.me, null]) {
    assert.equal(
      problem(await patch(session, members("me"))),
      "dav:need-privileges",
    );
  }
  value(await it.groups.setOwner("team", "me"));
  // The last of several counts.
  value(await patch(it.me, members("you"), members("me", "me")));
  const names = async () =>
    value(await it.groups.listMembers("team")).map(({ name }) => name);
  assert.deepEqual(await names(), ["me"]);
  assert.equal(
    problem(await patch(it.me, members("you"), change("a", "1"))),
    "forbidden",
  );
  assert.equal(
    problem(await patch(it.me, change("a", "1"), members("you"))),
    "forbidden",
  );
  for (const name of ["nobody", "group:nobody"]) {
    assert.equal(
      problem(await patch(it.me, members("you", name))),
      "dav:recognized-principal",
    );
  }
  const home: PropChange = {
    ...members(),
    principals: [at("calendars/me")],
  };
  assert.equal(
    problem(await patch(it.me, home)),
    "dav:recognized-principal",
  );
  assert.equal(problem(await patch(it.me, members("group:staff"))), "conflict");
  assert.deepEqual(await names(), ["me"]);
  assert.equal(
    problem(
      await it.service.patch(it.me, principal("group:none"), [members()], {}),
    ),
    "not-found",
  );
});
