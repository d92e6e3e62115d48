import assert from "node:assert/strict";
import { createAccounts } from "../../../src/service/accounts.ts";
import type { Accounts } from "../../../src/service/accounts.ts";
import { openAdminSession } from "../../../src/service/admin_session.ts";
import { createGroups } from "../../../src/service/groups.ts";
import type { Groups } from "../../../src/service/groups.ts";
import { principalIds } from "../../../src/service/memberships.ts";
import { parsePrincipalName } from "../../../src/service/principal_names.ts";
import type { Outcome } from "../../../src/service/problems.ts";
import { findGroup, findUser } from "../../../src/service/resolve.ts";
import { createService } from "../../../src/service/service.ts";
import { listFindings } from "../../../src/store/check.ts";
import type { Engine } from "../../../src/store/engine.ts";
import {
  grantKey,
  grantsOf,
  MEMBERSHIPS,
  membershipsOf,
} from "../../../src/store/keys.ts";
import { openKvEngine } from "../../../src/store/kv_engine.ts";
import { allow } from "../../service/acl_fixture.ts";
import { at } from "../../service/fixture.ts";
import { createMemoryEngine } from "../../store/memory_engine.ts";
import { createStore } from "../../../src/store/store.ts";
import type { Store } from "../../../src/store/view.ts";

interface Setup {
  readonly engine: Engine;
  readonly store: Store;
  readonly accounts: Accounts;
  readonly groups: Groups;
}

function value<T>(outcome: Outcome<T>): T {
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.value;
}

function refusal(outcome: Outcome<unknown>): string {
  assert.ok(!outcome.ok, "It was not refused");
  return outcome.problem.name;
}

function names(...texts: string[]) {
  return texts.map(parsePrincipalName);
}

/** Runs a test where one process owns the store, and where it is one of many. */
async function on(test: (setup: Setup) => Promise<void>): Promise<void> {
  await onEngine(await openKvEngine(":memory:"), test);
  await onEngine(createMemoryEngine({ shared: true }), test);
}

/** A store with accounts anna and bert, checked at the end. */
async function onEngine(
  engine: Engine,
  test: (setup: Setup) => Promise<void>,
): Promise<void> {
  const store = await createStore({ engine });
  const passwords = {
    hash: (password: string) => Promise.resolve(password),
    verify: () => Promise.resolve(false),
  };
  const accounts = createAccounts({ store, clock: () => 5, passwords });
  const groups = createGroups({ store, clock: () => 7 });
  try {
    for (const login of ["anna", "bert"]) {
      value(await accounts.addUser({ login, password: "secret-1" }));
    }
    await test({ engine, store, accounts, groups });
    assert.deepEqual(await listFindings(engine), []);
  } finally {
    await store.close();
    engine.close();
  }
}

async function members(groups: Groups, name: string): Promise<string[]> {
  return value(await groups.listMembers(name)).map(({ type, name }) =>
    `${type} ${name}`
  );
}

/** Names of the groups that an account belongs to, directly or not. */
function groupsOf(store: Store, login: string): Promise<string[]> {
  return store.read((view) => {
    const user = findUser(view, login);
    const ids = user && principalIds(view, user.id);
    return ["team", "staff", "all"].filter((name) =>
      ids?.has(findGroup(view, name)?.id ?? "") === true
    );
  });
}

function membershipStamp(store: Store): Promise<string | null | undefined> {
  return store.read((view) => view.get(MEMBERSHIPS)?.stamp);
}

Deno.test("addGroup() folds names like those of accounts, and refuses doubles", () =>
  on(async ({ groups }) => {
    const group = value(
      await groups.addGroup({ name: "TEAM", owner: "Anna" }),
    );
    assert.equal(group.name, "team");
    assert.equal(group.displayName, "TEAM");
    assert.equal(group.created, 7);
    assert.equal(
      refusal(await groups.addGroup({ name: "Team" })),
      "already-exists",
    );
    for (const name of ["", "a/b", ".", "..", "a:b", "x".repeat(256)]) {
      const refused = await groups.addGroup({ name });
      assert.equal(refusal(refused), "bad-request", name);
      assert.ok(!refused.ok && /group name/.test(refused.problem.message));
    }
    assert.equal(
      refusal(await groups.addGroup({ name: "x", owner: "nobody" })),
      "not-found",
    );
    // An account may have the name of a group: their URLs differ.
    value(await groups.addGroup({ name: "anna", displayName: " Annas " }));
    assert.deepEqual(
      (await groups.listGroups()).map(({ group, owner, members }) => [
        group.name,
        group.displayName,
        owner,
        members,
      ]),
      [["anna", "Annas", null, 0], ["team", "TEAM", "anna", 0]],
    );
  }));

Deno.test("changeMembers() adds and removes users and groups, all or none", () =>
  on(async ({ groups, store }) => {
    for (const name of ["team", "staff"]) {
      value(await groups.addGroup({ name }));
    }
    const before = await membershipStamp(store);
    value(
      await groups.changeMembers("TEAM", {
        add: names("Bert", "anna", "group:Staff", "anna"),
      }),
    );
    assert.deepEqual(await members(groups, "team"), [
      "user anna",
      "user bert",
      "group staff",
    ]);
    const after = await membershipStamp(store);
    assert.notEqual(after, before);
    for (const member of ["nobody", "group:anna", "staff"]) {
      const refused = await groups.changeMembers("team", {
        add: names(member),
        remove: names("anna"),
      });
      assert.equal(refusal(refused), "not-found", member);
    }
    assert.equal((await members(groups, "team")).length, 3);
    // What is so already is no change.
    value(
      await groups.changeMembers("team", {
        add: names("anna"),
        remove: names("group:team"),
      }),
    );
    assert.equal(await membershipStamp(store), after);
    value(
      await groups.changeMembers("team", {
        remove: names("anna", "group:staff"),
      }),
    );
    assert.deepEqual(await members(groups, "team"), ["user bert"]);
    assert.deepEqual(await groupsOf(store, "anna"), []);
    assert.equal(
      refusal(await groups.changeMembers("none", { add: names("anna") })),
      "not-found",
    );
    assert.equal(refusal(await groups.listMembers("none")), "not-found");
  }));

Deno.test("a member of a member of a group belongs to it", () =>
  on(async ({ groups, store }) => {
    for (const name of ["team", "staff", "all"]) {
      value(await groups.addGroup({ name }));
    }
    value(await groups.setMembers("team", names("anna")));
    value(await groups.setMembers("staff", names("group:team")));
    value(await groups.setMembers("all", names("group:staff", "bert")));
    assert.deepEqual(await groupsOf(store, "anna"), ["team", "staff", "all"]);
    assert.deepEqual(await groupsOf(store, "bert"), ["all"]);
    value(await groups.setMembers("staff", []));
    assert.deepEqual(await groupsOf(store, "anna"), ["team"]);
  }));

Deno.test("changeMembers() refuses every cycle and changes nothing", () =>
  on(async ({ groups }) => {
    for (const name of ["team", "staff", "all"]) {
      value(await groups.addGroup({ name }));
    }
    value(await groups.setMembers("all", names("group:staff")));
    value(await groups.setMembers("staff", names("group:team")));
    for (const member of ["group:team", "group:staff", "group:all"]) {
      const refused = await groups.changeMembers("team", {
        add: names("anna", member),
      });
      assert.equal(refusal(refused), "conflict", member);
    }
    assert.deepEqual(await members(groups, "team"), []);
    // A way that is taken twice is no cycle.
    value(await groups.changeMembers("all", { add: names("group:team") }));
  }));

Deno.test("setMembers() makes the members exactly these", () =>
  on(async ({ groups }) => {
    value(await groups.addGroup({ name: "team" }));
    value(await groups.setMembers("team", names("anna")));
    value(await groups.setMembers("team", names("bert")));
    assert.deepEqual(await members(groups, "team"), ["user bert"]);
    value(await groups.setMembers("team", []));
    assert.deepEqual(await members(groups, "team"), []);
  }));

Deno.test("setOwner() says who may change the members", () =>
  on(async ({ groups }) => {
    value(await groups.addGroup({ name: "team" }));
    const owner = async () => (await groups.listGroups())[0]?.owner;
    value(await groups.setOwner("Team", "BERT"));
    assert.equal(await owner(), "bert");
    assert.equal(refusal(await groups.setOwner("team", "x")), "not-found");
    assert.equal(refusal(await groups.setOwner("x", "bert")), "not-found");
    assert.equal(await owner(), "bert");
    value(await groups.setOwner("team", null));
    assert.equal(await owner(), null);
  }));

Deno.test("deleteGroup() ends what led through it, and a new group of the name inherits nothing", () =>
  on(async ({ groups, store }) => {
    for (const name of ["team", "all"]) value(await groups.addGroup({ name }));
    value(await groups.setMembers("team", names("anna")));
    value(await groups.setMembers("all", names("group:team")));
    const before = value(await groups.deleteGroup("TEAM"));
    assert.deepEqual(await members(groups, "all"), []);
    assert.deepEqual(await groupsOf(store, "anna"), []);
    assert.equal(refusal(await groups.deleteGroup("team")), "not-found");
    const after = value(await groups.addGroup({ name: "team" }));
    assert.notEqual(after.id, before.id);
    assert.deepEqual(await members(groups, "team"), []);
    assert.deepEqual(await members(groups, "all"), []);
  }));

Deno.test("deleteUser() leaves all groups, and a new account of the name is in none", () =>
  on(async ({ accounts, groups, store }) => {
    value(await groups.addGroup({ name: "team", owner: "anna" }));
    value(await groups.setMembers("team", names("anna", "bert")));
    const { id } = value(await accounts.deleteUser("anna"));
    assert.deepEqual(await members(groups, "team"), ["user bert"]);
    value(await accounts.addUser({ login: "anna", password: "secret-1" }));
    assert.deepEqual(await groupsOf(store, "anna"), []);
    assert.deepEqual(
      (await groups.listGroups()).map(({ owner, members }) => [owner, members]),
      [[null, 1]],
    );
    const left = await store.read((view) => view.list(membershipsOf(id)).size);
    assert.equal(left, 0);
  }));

Deno.test("large groups take several changes, and are deleted all the same", () =>
  on(async ({ engine, groups, store }) => {
    value(await groups.addGroup({ name: "team" }));
    value(await groups.addGroup({ name: "all" }));
    const added: string[] = [];
    for (let n = 0; n < 401; n++) added.push(`group:g${n}`);
    for (const name of added) {
      value(await groups.addGroup({ name: name.slice("group:".length) }));
    }
    const tooMany = await groups.setMembers("all", names(...added));
    assert.equal(refusal(tooMany), "too-large");
    assert.deepEqual(await members(groups, "all"), []);
    value(await groups.changeMembers("all", { add: names(...added.slice(1)) }));
    value(
      await groups.changeMembers("all", { add: names("group:g0", "anna") }),
    );
    assert.equal((await members(groups, "all")).length, 402);
    value(await groups.deleteGroup("all"));
    assert.equal(
      (await engine.list({ prefix: ["membership"] }, { limit: 10 })).length,
      0,
    );
    assert.deepEqual(await groupsOf(store, "anna"), []);
  }));

Deno.test("deleteUser() takes what leads from the account to shared collections along", () =>
  on(async ({ accounts, store }) => {
    const user = await store.read((view) => findUser(view, "anna"));
    const id = user?.id ?? assert.fail("There is no such account");
    for (const part of [0, 1]) {
      await store.write({
        trees: [],
        run(tx) {
          for (let n = 0; n < 300; n++) {
            tx.set(grantKey(id, `coll-${part}-${n}`), {
              tree: "gone",
              kind: "calendar",
            });
          }
        },
      });
    }
    value(await accounts.deleteUser("anna"));
    assert.equal(
      await store.read((view) => view.list(grantsOf(id)).size),
      0,
    );
  }));

Deno.test("what was granted to an account is not granted to a new one of its name", () =>
  on(async ({ accounts, engine, store }) => {
    const service = createService({ store, engine });
    const session = async (login: string) =>
      await openAdminSession(store, login) ?? assert.fail(`No ${login}`);
    const path = at("calendars/bert/home");
    const input = { aces: [allow("anna", "dav:read")], conditions: {} };
    value(await service.setAcl(await session("bert"), path, input));
    const mayRead = async () =>
      await service.read(
        await session("anna"),
        (reader) => reader.authorise(path, "dav:read").ok,
      );
    assert.equal(await mayRead(), true);
    value(await accounts.deleteUser("anna"));
    value(await accounts.addUser({ login: "anna", password: "secret-1" }));
    assert.equal(await mayRead(), false);
    const shown = await service.read(await session("anna"), (reader) => {
      const home = reader.resolve(at("calendars/anna"));
      return home === undefined ? [] : reader.children(home);
    });
    assert.deepEqual(
      shown.map(({ path }) => path.type === "tree" && path.names[0]),
      ["home", "tasks"],
    );
  }));
