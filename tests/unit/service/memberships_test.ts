import assert from "node:assert/strict";
import {
  changeMembers,
  dropLinks,
  MEMBERS_PER_CHANGE,
  principalIds,
} from "../../../src/service/memberships.ts";
import type { PrincipalRef } from "../../../src/service/principal_names.ts";
import type { Outcome } from "../../../src/service/problems.ts";
import {
  grantKey,
  groupMemberKey,
  groupMembersOf,
  membershipKey,
  membershipsOf,
} from "../../../src/store/keys.ts";
import { problem, value } from "../../service/fixture.ts";
import { createMemoryStore } from "../../service/memory_store.ts";
import type { MemoryStore } from "../../service/memory_store.ts";

function user(id: string): PrincipalRef {
  return { type: "user", id };
}

function group(id: string): PrincipalRef {
  return { type: "group", id };
}

async function change(
  store: MemoryStore,
  to: string,
  members: {
    readonly add?: readonly PrincipalRef[];
    readonly remove?: readonly PrincipalRef[];
  },
): Promise<Outcome<boolean>> {
  const { add = [], remove = [] } = members;
  const run = (tx: Parameters<typeof changeMembers>[0]) =>
    changeMembers(tx, to, { add, remove });
  return (await store.write({ trees: [], run })).value;
}

Deno.test("changeMembers() writes both rows of each, and says whether anything changed", async () => {
  const store = createMemoryStore();
  assert.equal(
    value(await change(store, "g", { add: [user("a"), group("h")] })),
    true,
  );
  assert.equal(value(await change(store, "g", { add: [user("a")] })), false);
  assert.equal(value(await change(store, "g", { remove: [user("b")] })), false);
  const rows = (prefix: string) =>
    store.rows([prefix]).map(({ key, value }) => [...key.slice(1), value]);
  assert.deepEqual(rows("group_member"), [
    ["g", "a", { type: "user" }],
    ["g", "h", { type: "group" }],
  ]);
  assert.deepEqual(rows("membership"), [
    ["a", "g", { type: "user" }],
    ["h", "g", { type: "group" }],
  ]);
  assert.equal(value(await change(store, "g", { remove: [user("a")] })), true);
  assert.equal(rows("membership").length, 1);
});

Deno.test("principalIds() are a principal and all groups above it", async () => {
  const store = createMemoryStore();
  value(await change(store, "g", { add: [user("a")] }));
  value(await change(store, "h", { add: [group("g")] }));
  value(await change(store, "i", { add: [group("g"), group("h"), user("b")] }));
  const ids = (id: string) =>
    store.read((view) => [...principalIds(view, id)].sort());
  assert.deepEqual(await ids("a"), ["a", "g", "h", "i"]);
  assert.deepEqual(await ids("b"), ["b", "i"]);
  assert.deepEqual(await ids("i"), ["i"]);
  assert.deepEqual(await ids("nobody"), ["nobody"]);
});

Deno.test("changeMembers() refuses what would make a cycle", async () => {
  const store = createMemoryStore();
  value(await change(store, "h", { add: [group("g")] }));
  value(await change(store, "i", { add: [group("h")] }));
  for (const id of ["g", "h", "i"]) {
    const refused = await change(store, "g", { add: [user("a"), group(id)] });
    assert.equal(problem(refused), "conflict", id);
  }
  assert.equal(store.rows(["group_member", "g"]).length, 0);
});

Deno.test("principalIds() ends where rows of a store that is damaged form a cycle", async () => {
  const store = createMemoryStore();
  await store.write({
    trees: [],
    run(tx) {
      tx.set(membershipKey("a", "b"), { type: "group" });
      tx.set(membershipKey("b", "a"), { type: "group" });
    },
  });
  const ids = await store.read((view) => [...principalIds(view, "a")]);
  assert.deepEqual(ids, ["a", "b"]);
});

Deno.test("changeMembers() bounds a change and a group", async () => {
  const store = createMemoryStore();
  const users = (from: number, count: number) =>
    Array.from({ length: count }, (_, n) => user(`u${from + n}`));
  const size = () => store.read((view) => view.list(groupMembersOf("g")).size);
  assert.equal(
    problem(
      await change(store, "g", { add: users(0, MEMBERS_PER_CHANGE + 1) }),
    ),
    "too-large",
  );
  assert.equal(await size(), 0);
  for (let from = 0; from < 4_800; from += MEMBERS_PER_CHANGE) {
    value(await change(store, "g", { add: users(from, MEMBERS_PER_CHANGE) }));
  }
  assert.equal(await size(), 4_800);
  assert.equal(
    problem(await change(store, "g", { add: users(4_800, 201) })),
    "too-large",
  );
  value(await change(store, "g", { add: users(4_800, 200) }));
  value(
    await change(store, "g", { add: [user("x")], remove: users(0, 1) }),
  );
  assert.equal(await size(), 5_000);
});

Deno.test("dropLinks() takes away all that leads to a principal or from it, piece by piece", async () => {
  const store = createMemoryStore();
  await store.write({
    trees: [],
    run(tx) {
      for (let n = 0; n < 250; n++) {
        tx.set(groupMemberKey("g", `u${n}`), { type: "user" });
        tx.set(membershipKey(`u${n}`, "g"), { type: "user" });
        tx.set(grantKey("g", `c${n}`), { tree: "t", kind: "calendar" });
      }
      tx.set(groupMemberKey("h", "g"), { type: "group" });
      tx.set(membershipKey("g", "h"), { type: "group" });
      tx.set(grantKey("other", "c0"), { tree: "t", kind: "calendar" });
    },
  });
  const drop = async () =>
    (await store.write({ trees: [], run: (tx) => dropLinks(tx, "g") })).value;
  assert.equal(await drop(), false);
  assert.equal(await drop(), true);
  assert.equal(store.rows(["group_member"]).length, 0);
  assert.equal(store.rows(["membership"]).length, 0);
  assert.equal(store.rows(["grant"]).length, 1);
  const left = await store.read((view) => view.list(membershipsOf("u7")).size);
  assert.equal(left, 0);
});
