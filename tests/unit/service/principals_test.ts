import assert from "node:assert/strict";
import {
  formatPrincipalName,
  parsePrincipalName,
  principalNameAt,
} from "../../../src/service/principal_names.ts";
import {
  findPrincipals,
  membersOfVirtual,
  principalById,
} from "../../../src/service/principals.ts";
import type { ResourcePath } from "../../../src/service/problems.ts";
import { groupKey, loginKey, userKey } from "../../../src/store/keys.ts";
import type { Session } from "../../../src/service/types.ts";
import { createAclFixture, principal } from "../../service/acl_fixture.ts";
import { at } from "../../service/fixture.ts";

Deno.test("parsePrincipalName() takes group: off, formatPrincipalName() puts it on", () => {
  for (
    const [text, type, name] of [
      ["anna", "user", "anna"],
      ["group:team", "group", "team"],
      ["Group:Team", "group", "Team"],
      ["groups", "user", "groups"],
      ["group:", "group", ""],
      ["", "user", ""],
    ] as const
  ) {
    assert.deepEqual(parsePrincipalName(text), { type, name }, text);
  }
  assert.equal(formatPrincipalName({ type: "group", name: "a" }), "group:a");
  assert.equal(formatPrincipalName({ type: "user", name: "a" }), "a");
});

Deno.test("principalNameAt() is of principals only", () => {
  assert.deepEqual(principalNameAt(principal("group:team")), {
    type: "group",
    name: "team",
  });
  assert.deepEqual(principalNameAt(principal("me")), {
    type: "user",
    name: "me",
  });
  assert.equal(principalNameAt({ type: "root" }), undefined);
  assert.equal(principalNameAt(at("calendars/me")), undefined);
});

Deno.test("findPrincipals() answers at the place of each name", async () => {
  const it = await createAclFixture();
  const names = ["ME", "nobody", "group:Team", "group:me", "you", "ME"];
  const found = await it.store.read((view) =>
    findPrincipals(view, names.map(parsePrincipalName))
  );
  assert.deepEqual(found.map((ref) => ref?.type), [
    "user",
    undefined,
    "group",
    undefined,
    "user",
    "user",
  ]);
  assert.equal(found[0]?.id, it.me.user.id);
  assert.equal(found[4]?.id, it.you.user.id);
});

Deno.test("a name whose account is gone leads to nobody", async () => {
  const it = await createAclFixture();
  await it.store.write({
    trees: [],
    run(tx) {
      tx.set(loginKey("ghost"), { user: "gone" });
      tx.delete(userKey(it.you.user.id));
    },
  });
  const found = await it.store.read((view) =>
    findPrincipals(view, ["ghost", "you"].map(parsePrincipalName))
  );
  assert.deepEqual(found, [undefined, undefined]);
});

Deno.test("principalById() finds users and groups by the kind that is asked for", async () => {
  const it = await createAclFixture();
  const { id } = it.me.user;
  const ask = (type: "user" | "group") =>
    it.store.read((view) => principalById(view, { id, type })?.kind);
  assert.equal(await ask("user"), "principal");
  assert.equal(await ask("group"), undefined);
});

Deno.test("membersOfVirtual() lists users and groups by name to whoever has signed in", async () => {
  const it = await createAclFixture();
  const list = (path: ResourcePath, session: Session | null = it.me) =>
    it.store.read((view) =>
      membersOfVirtual(view, path, session).map(({ path }) =>
        path.type === "principal"
          ? path.name
          : path.type === "principals"
          ? path.set
          : path.type === "tree"
          ? path.user
          : path.type
      )
    );
  const users = { type: "principals", set: "users" } as const;
  const groups = { type: "principals", set: "groups" } as const;
  assert.deepEqual(await list(users), ["me", "you"]);
  assert.deepEqual(await list(groups), ["staff", "team"]);
  assert.deepEqual(await list({ type: "principals", set: "all" }), [
    "users",
    "groups",
  ]);
  assert.deepEqual(await list({ type: "space", space: "files" }), ["me"]);
  assert.deepEqual(await list(principal("me")), []);
  assert.deepEqual(await list(users, null), []);
  assert.deepEqual(await list(groups, null), []);
});

Deno.test("groupMembers() and memberships() are direct ones, and leave out who is gone", async () => {
  const it = await createAclFixture();
  const read = () =>
    it.read((reader) => {
      const [team, staff, you] = ["group:team", "group:staff", "you"].map(
        (name) => reader.resolve(principal(name)),
      );
      assert.ok(team?.kind === "group" && staff?.kind === "group");
      assert.ok(you?.kind === "principal");
      return {
        staff: reader.groupMembers(staff).map(({ kind }) => kind),
        team: reader.memberships(team).map(({ group }) => group.name),
        you: reader.memberships(you).map(({ group }) => group.name),
      };
    });
  assert.deepEqual(await read(), {
    staff: ["group"],
    team: ["staff"],
    you: ["team"],
  });
  const id = await it.read((reader) => {
    const team = reader.resolve(principal("group:team"));
    assert.ok(team?.kind === "group");
    return team.group.id;
  });
  await it.store.write({ trees: [], run: (tx) => tx.delete(groupKey(id)) });
  const left = await it.read((reader) => {
    const staff = reader.resolve(principal("group:staff"));
    const you = reader.resolve(principal("you"));
    assert.ok(staff?.kind === "group" && you?.kind === "principal");
    return [reader.groupMembers(staff), reader.memberships(you)];
  });
  assert.deepEqual(left, [[], []]);
});
