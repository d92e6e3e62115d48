import assert from "node:assert/strict";
import { BODY_BYTES } from "../../../src/store/blobs.ts";
import { createGroups } from "../../../src/service/groups.ts";
import type { Ace } from "../../../src/service/ace.ts";
import { checkStore } from "../../../src/store/check.ts";
import type { Engine, Key, Mutation } from "../../../src/store/engine.ts";
import type {
  BodyRecord,
  CollRecord,
  EntryRecord,
  TreeRecord,
  UserRecord,
} from "../../../src/store/records.ts";
import { createWorld, type World } from "../../store/world.ts";
import { at, ics } from "../../service/fixture.ts";

/** A store with one of everything. */
async function createFull(): Promise<World> {
  const world = await createWorld();
  const { service, session } = world;
  await world.make("files/me/f");
  await world.make("files/me/f/deep");
  await world.put("files/me/f/a", "one");
  await world.put("files/me/f/l", "x".repeat(2 * BODY_BYTES));
  await world.put("files/me/f/gone", "x");
  await world.remove("files/me/f/gone");
  await world.patch("files/me/f/a", "value");
  const put = await service.put(session, at("calendars/me/home/1.ics"), {
    bytes: ics("1"),
    type: null,
    conditions: {},
  });
  assert(put.ok);
  const groups = createGroups({ store: world.store, clock: () => 0 });
  for (const name of ["team", "staff"]) {
    assert((await groups.addGroup({ name })).ok);
  }
  const members = [
    { type: "user", name: "me" },
    { type: "group", name: "staff" },
  ] as const;
  assert((await groups.setMembers("team", members)).ok);
  await world.put("files/me/f/o", "two");
  for (const path of ["files/me/f", "files/me/f/o"]) {
    const aces: Ace[] = [{
      principal: {
        type: "principal",
        path: { type: "principal", set: "groups", name: "team" },
      },
      deny: false,
      privileges: ["dav:read"],
    }];
    const input = { aces, conditions: {} };
    assert((await service.setAcl(session, at(path), input)).ok);
  }
  await world.make("files/me/dying");
  await world.put("files/me/dying/a", "one");
  await world.remove("files/me/dying");
  return world;
}

interface Damaged {
  /** Rows of a kind, with their ids where that is easier. */
  readonly keys: (prefix: string) => Promise<Key[]>;
  readonly value: <T>(key: Key) => Promise<T>;
  readonly folder: string;
  readonly tree: string;
  readonly epoch: string;
}

type Damage = (damaged: Damaged) => Promise<Mutation[]>;

function set(key: Key, value: unknown): Mutation {
  return { type: "set", key, value };
}

function remove(key: Key): Mutation {
  return { type: "delete", key };
}

/** Id of the calendar home. */
async function homeOf({ keys, value }: Damaged): Promise<string> {
  for (const key of await keys("coll")) {
    const { kind } = await value<CollRecord>(key);
    if (kind === "calendar-home") return String(key[1]);
  }
  return assert.fail("no calendar home");
}

/** Each way to damage a store, and what `check` has to say about it. */
const DAMAGES: Record<string, [Damage, RegExp]> = {
  "a name that leads to another group": [
    () => Promise.resolve([set(["group_name", "team"], { group: "x" })]),
    /^group_name team: It does not lead to the group [^]*leads to the group x/,
  ],
  "a group without its name": [
    () => Promise.resolve([remove(["group_name", "team"])]),
    /^group_name team: It does not lead to the group/,
  ],
  "a member of no group": [
    () =>
      Promise.resolve([
        set(["group_member", "x", "user-me"], { type: "user" }),
        set(["membership", "user-me", "x"], { type: "user" }),
      ]),
    /^(\w+ .*: Its group does not exist\n?){2}$/,
  ],
  "a member that is gone": [
    async ({ keys }) => {
      const [key = []] = await keys("group");
      const group = String(key[1]);
      return [
        set(["group_member", group, "x"], { type: "user" }),
        set(["membership", "x", group], { type: "user" }),
      ];
    },
    /^(\w+ .*: There is no user x\n?){2}$/,
  ],
  "a member of another kind": [
    async ({ keys }) =>
      (await keys("group_member")).map((key) => set(key, { type: "group" })),
    /There is no group user-me|says the same the other way/,
  ],
  "a member whose own row is missing": [
    async ({ keys }) => (await keys("membership")).map(remove),
    /^(group_member .*: The row that says the same the other way is not\n?){2}$/,
  ],
  "a membership that the group does not know": [
    async ({ keys }) => (await keys("group_member")).map(remove),
    /^(membership .*: The row that says the same the other way is not\n?){2}$/,
  ],
  "a grant of another kind of collection": [
    async ({ keys }) => {
      const [key = []] = await keys("grant");
      return [set(key, { tree: "x", kind: "calendar" })];
    },
    /^grant .*: The collection is another than it says/,
  ],
  "an ACL that nothing leads to": [
    async ({ keys }) => (await keys("grant")).map(remove),
    /^grant .*: An ACL names the principal, and the row is missing/,
  ],
  "an ACL that its object does not know": [
    ({ folder }) => Promise.resolve([set(["acl", folder, "a"], { aces: [] })]),
    /^acl .* a: Its object says that it has no ACL/,
  ],
  "an ACL of nothing": [
    ({ folder }) => Promise.resolve([set(["acl", folder, "z"], { aces: [] })]),
    /^acl .* z: What it belongs to does not exist/,
  ],
  "an ACL that is gone": [
    ({ folder }) => Promise.resolve([remove(["acl", folder, "o"])]),
    /^entry .* o: It says that it has an ACL, and has none/,
  ],
  "a view outside of homes": [
    ({ folder }) =>
      Promise.resolve([set(["view", folder, "x"], { hidden: true })]),
    /^view .* x: It does not belong to a home/,
  ],
  "a missing epoch": [
    () => Promise.resolve([remove(["meta", "epoch"])]),
    /^meta epoch: The row is missing/,
  ],
  "a kind of row that nobody knows": [
    () => Promise.resolve([set(["blub", "x"], 1)]),
    /^blub x: Its kind is unknown/,
  ],
  "a key of another program": [
    () => Promise.resolve([set([7, "x"], 1)]),
    /none of this program's/,
  ],
  "a wrong total": [
    async ({ tree, value }) => {
      const record = await value<TreeRecord>(["tree", tree]);
      return [set(["tree", tree], { ...record, bytes: record.bytes + 1 })];
    },
    /tree .*: It says \d+ bytes in \d objects, and has \d+ in \d/,
  ],
  "a negative total": [
    async ({ tree, value }) => {
      const record = await value<TreeRecord>(["tree", tree]);
      return [set(["tree", tree], { ...record, objects: -1 })];
    },
    /A total is negative/,
  ],
  "a tree without its root": [
    ({ tree }) => Promise.resolve([remove(["coll", tree])]),
    /tree .*: Its root is missing/,
  ],
  "a collection of no tree": [
    async ({ folder, value }) => {
      const record = await value<CollRecord>(["coll", folder]);
      return [set(["coll", folder], { ...record, tree: "nothing" })];
    },
    /Its tree nothing does not exist[^]*belongs to another tree/,
  ],
  "a collection that is not linked": [
    ({ tree }) => Promise.resolve([remove(["member", tree, "f"])]),
    /not linked where it says[^]*No path and no job leads to it/,
  ],
  "a link to nothing": [
    ({ tree }) => Promise.resolve([set(["member", tree, "g"], { coll: "x" })]),
    /The collection x that it links is missing/,
  ],
  "a link in nothing": [
    ({ folder }) =>
      Promise.resolve([set(["member", "nowhere", "g"], { coll: folder })]),
    /^member nowhere g: Its collection does not exist/,
  ],
  "two links to one collection": [
    ({ folder, tree }) =>
      Promise.resolve([set(["member", tree, "g"], { coll: folder })]),
    /is linked elsewhere[^]*More than one path or job/,
  ],
  "a missing head": [
    ({ folder }) => Promise.resolve([remove(["head", folder])]),
    /^head .*: The row is missing/,
  ],
  "heads and access of nothing": [
    () =>
      Promise.resolve([
        set(["head", "nowhere"], true),
        set(["access", "nowhere"], true),
      ]),
    /^head nowhere: Its coll[^]*access nowhere: Its coll/,
  ],
  "an unlinked collection without a job": [
    async ({ keys }) => (await keys("job")).map(remove),
    /It is unlinked, and no job knows of it/,
  ],
  "an account without its tree": [
    async ({ keys, value }) => {
      const [key = []] = await keys("user");
      const user = await value<UserRecord>(key);
      return [
        set(key, { ...user, trees: { ...user.trees, files: "nothing" } }),
      ];
    },
    /The tree nothing does not exist/,
  ],
  "a tree of somebody else": [
    async ({ tree, value }) => {
      const record = await value<TreeRecord>(["tree", tree]);
      return [set(["tree", tree], { ...record, owner: "you" })];
    },
    /is somebody else's/,
  ],
  "a sign-in name that leads elsewhere": [
    () => Promise.resolve([set(["login", "me"], { user: "you" })]),
    /does not lead to the account user-me[^]*leads to the account you/,
  ],
  "an object without body": [
    ({ folder }) => Promise.resolve([remove(["body", folder, "a"])]),
    /^entry .* a: Its body is missing/,
  ],
  "a body of another version": [
    async ({ folder, value }) => {
      const key = ["body", folder, "a"];
      return [set(key, await value<BodyRecord>(key))];
    },
    /Its body is of another version/,
  ],
  "a body of another size": [
    async ({ folder, value }) => {
      const entry = await value<EntryRecord>(["entry", folder, "a"]);
      return [
        set(["body", folder, "a"], {
          bytes: new Uint8Array(9),
          stamp: entry.stamp,
        }),
      ];
    },
    /Its body has another size/,
  ],
  "a body of other bytes": [
    async ({ folder, value }) => {
      const entry = await value<EntryRecord>(["entry", folder, "a"]);
      return [
        set(["body", folder, "a"], {
          bytes: new Uint8Array(3),
          stamp: entry.stamp,
        }),
      ];
    },
    /Its body has another digest/,
  ],
  "a body without object": [
    ({ folder }) =>
      Promise.resolve([
        set(["body", folder, "z"], { bytes: new Uint8Array(1) }),
      ]),
    /^body .* z: Its object does not exist/,
  ],
  "rows of objects in nothing": [
    () =>
      Promise.resolve(
        ["entry", "body", "uid", "tombstone", "prop", "acl", "version", "view"]
          .map((prefix) => set([prefix, "nowhere", "x"], {})),
      ),
    /^(\w+ nowhere x: Its collection does not exist\n?){8}$/,
  ],
  "a large body and a small one": [
    ({ folder }) =>
      Promise.resolve([
        set(["body", folder, "l"], { bytes: new Uint8Array(1) }),
      ]),
    /a large body and a small one/,
  ],
  "an object that is newer than the head": [
    async ({ folder, value }) => {
      const key = ["entry", folder, "l"];
      return [set(key, await value<EntryRecord>(key))];
    },
    /It is newer than the head/,
  ],
  "a tombstone that is newer than the head": [
    ({ folder }) =>
      Promise.resolve([set(["tombstone", folder, "z"], { deleted: 1 })]),
    /^tombstone .* z: It is newer than the head/,
  ],
  "a tombstone beside an object": [
    ({ folder }) =>
      Promise.resolve([
        set(["tombstone", folder, "a"], { deleted: 1 }),
        set(["head", folder], true),
      ]),
    /^entry .* a: It has a tombstone beside it/,
  ],
  "a tombstone and an object at the name of a collection": [
    async ({ folder, value }) => [
      set(["tombstone", folder, "deep"], { deleted: 1 }),
      set(
        ["entry", folder, "deep"],
        await value(["entry", folder, "a"]),
      ),
      set(["head", folder], true),
    ],
    /entry .* deep: A coll[^]*tombstone .* deep: A collection is linked/,
  ],
  "a UID that an object does not have": [
    async ({ keys }) => {
      const [key = []] = await keys("uid");
      return [set([...key.slice(0, -1), "other"], { name: "1.ics" })];
    },
    /^uid .* other: The object 1.ics does not have this UID/,
  ],
  "an object that does not own its UID": [
    async ({ keys }) => (await keys("uid")).map(remove),
    /^entry .*: Its UID is not its own/,
  ],
  "properties of nothing": [
    ({ folder }) =>
      Promise.resolve([set(["prop", folder, "z", "=p"], { value: "" })]),
    /^prop .* z =p: What it belongs to does not exist/,
  ],
  "properties of a share that the home does not know": [
    async (damaged) => [
      set(["prop", await homeOf(damaged), "~x", "=p"], { value: "" }),
    ],
    /^prop .* ~x =p: What it belongs to does not exist/,
  ],
  "properties that nobody expects": [
    ({ folder }) =>
      Promise.resolve([set(["prop", folder, "l", "=p"], { value: "" })]),
    /Its object says that it has no properties/,
  ],
  "properties that are gone": [
    async ({ keys, folder }) =>
      (await keys("prop")).filter((key) => key[1] === folder).map(remove),
    /^entry .* a: It says that it has properties, and has none/,
  ],
  "a large body that nobody owns": [
    () => Promise.resolve([set(["blob", "x", 0], new Uint8Array(1))]),
    /^blob x: Nothing owns this large body/,
  ],
  "a chunk that is missing": [
    async ({ keys }) => (await keys("blob")).slice(0, 1).map(remove),
    /A chunk before it is missing[^]*It has 1 of 2 chunks/,
  ],
  "a large body that is missing": [
    async ({ keys }) => (await keys("blob")).map(remove),
    /^entry .* l: All of the large body .* is missing/,
  ],
  "a chunk of other bytes": [
    async ({ keys }) => [
      set((await keys("blob"))[0] ?? [], new Uint8Array(BODY_BYTES)),
    ],
    /another size or digest than its object says/,
  ],
  "a chunk that is no bytes": [
    async ({ keys }) => [set((await keys("blob"))[0] ?? [], "text")],
    /It is no bytes/,
  ],
  "two owners of one large body": [
    async ({ folder, value, keys }) => {
      const entry = await value<EntryRecord>(["entry", folder, "l"]);
      const job = {
        work: { kind: "reap-blob", blobs: [entry.blob] },
        holder: "",
        lease: 0,
        notBefore: 0,
      };
      return [set([...(await keys("job"))[0] ?? []].with(1, "two"), job)];
    },
    /The large body .* belongs to job two too/,
  ],
  "a log row that names another commit": [
    ({ tree, epoch }) =>
      Promise.resolve([set(["log", tree, epoch], { changes: [] })]),
    /It is not of the commit that it names/,
  ],
  "a log that ends too early": [
    async ({ tree, value }) => [
      set(["tree", tree], await value(["tree", tree])),
    ],
    /^tree .*: Its last commit is not in its log/,
  ],
  "a log that knows of the future": [
    ({ tree }) =>
      Promise.resolve([{
        type: "append",
        prefix: ["log", tree],
        value: { changes: [] },
      }]),
    /^tree .*: Its log knows of a later commit/,
  ],
  "a log below its floor": [
    ({ tree }) =>
      Promise.resolve([
        set(["log_floor", tree], "ffffffffffffffffffff"),
      ]),
    /It is not above the floor of its log/,
  ],
  "a log of nothing": [
    () => Promise.resolve([set(["log", "nowhere", "x"], { changes: [] })]),
    /^log nowhere: Its tree does not exist|log nowhere x: It is not of/,
  ],
};

async function damagedOf(world: World): Promise<Damaged> {
  const { engine } = world;
  const { id } = await world.ref("files/me/f");
  return {
    keys: async (prefix) =>
      (await engine.list({ prefix: [prefix] })).map(({ key }) => key),
    value: async <T>(key: Key) => (await engine.getMany([key]))[0]?.value as T,
    folder: id,
    tree: world.session.user.trees.files,
    epoch: "00000000000000000000",
  };
}

Deno.test("checkStore() finds nothing wrong with a store that is right", async () => {
  const world = await createFull();
  assert.deepEqual(await world.findings(), []);
});

Deno.test("checkStore() knows what users set for what is shared with them", async () => {
  const world = await createFull();
  const home = await homeOf(await damagedOf(world));
  const done = await world.engine.commit([], [
    set(["view", home, "x"], { hidden: false }),
    set(["prop", home, "~x", "=p"], { value: "" }),
  ]);
  assert(done.ok);
  assert.deepEqual(await world.findings(), []);
});

for (const [what, [damage, says]] of Object.entries(DAMAGES)) {
  Deno.test(`checkStore() finds ${what}`, async () => {
    const world = await createFull();
    const mutations = await damage(await damagedOf(world));
    assert((await world.engine.commit([], mutations)).ok);
    const findings = await world.findings();
    assert.match(findings.join("\n"), says);
    // One fault may show in two or three places, not everywhere.
    assert(findings.length <= 9, findings.join("\n"));
  });
}

Deno.test("checkStore() walks over more rows than one page holds", async () => {
  const world = await createFull();
  const small: Engine = {
    ...world.engine,
    limits: { ...world.engine.limits, list: 3, getMany: 2 },
    list: (selector, options) =>
      world.engine.list(selector, {
        ...options,
        limit: Math.min(3, options?.limit ?? 3),
      }),
  };
  assert.deepEqual(await Array.fromAsync(checkStore(small)), []);
});
