import assert from "node:assert/strict";
import fc from "fast-check";
import type { SyncPage } from "../../src/service/types.ts";
import {
  at,
  collectionAt,
  createFixture,
  type Fixture,
  ics,
  value,
} from "./fixture.ts";

/** One thing that somebody does; refusals are fine. */
type Action =
  | { readonly type: "put"; readonly path: number; readonly text: number }
  | { readonly type: "remove" | "patch"; readonly path: number }
  | {
    readonly type: "copy" | "move";
    readonly path: number;
    readonly to: number;
  }
  | { readonly type: "make"; readonly path: number }
  | { readonly type: "trim" }
  | { readonly type: "sync"; readonly limit: number };

const CALENDARS = ["calendars/me", "calendars/me/home", "calendars/me/b"];
const FOLDERS = ["files/me", "files/me/a", "files/me/b"];
const PATHS = [
  ...CALENDARS.slice(1),
  ...FOLDERS.slice(1),
  "calendars/me/home/1",
  "calendars/me/home/2",
  "calendars/me/home/3",
  "calendars/me/b/1",
  "calendars/me/b/2",
  "files/me/1",
  "files/me/a/1",
  "files/me/a/b",
  "files/me/a/b/1",
];

const path = fc.nat(PATHS.length - 1);
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant("put" as const),
      path,
      text: fc.nat(3),
    }),
  },
  fc.record({
    type: fc.constantFrom("remove" as const, "patch" as const),
    path,
  }),
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constantFrom("copy" as const, "move" as const),
      path,
      to: path,
    }),
  },
  fc.record({ type: fc.constant("make" as const), path }),
  fc.constant({ type: "trim" as const }),
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("sync" as const),
      limit: fc.nat(4),
    }),
  },
);

function pathOf(index: number): string {
  return PATHS[index] ?? "";
}

async function act(it: Fixture, action: Action): Promise<void> {
  switch (action.type) {
    case "put": {
      const target = pathOf(action.path);
      const uid = target.split("/").at(-1) ?? "";
      const summary = String(action.text);
      await it.put(
        target,
        target.startsWith("files") ? summary : ics(uid, { summary }),
      );
      return;
    }
    case "remove":
      await it.remove(pathOf(action.path));
      return;
    case "patch":
      await it.patch(pathOf(action.path), { p: String(Math.random()) });
      return;
    case "make":
      await it.make(pathOf(action.path));
      return;
    case "trim":
      it.store.trimLog();
      return;
    case "copy":
    case "move":
      await it[action.type](pathOf(action.path), pathOf(action.to));
      return;
    case "sync":
  }
}

/** A sync client of one collection: it forgets everything when the collection is another one. */
class Replica {
  token: string | null = null;
  id = "";
  readonly members = new Map<string, string>();

  constructor(readonly collection: string) {}

  /** Applies one answer; true when it has all. Undefined where there is no such collection. */
  async step(it: Fixture, limit: number): Promise<boolean | undefined> {
    const page = await it.read((reader) => {
      const resource = reader.resolve(at(this.collection));
      if (resource === undefined || !("ref" in resource)) return undefined;
      if (resource.ref.id !== this.id) {
        this.id = resource.ref.id;
        this.token = null;
        this.members.clear();
      }
      const answer: SyncPage = value(
        reader.sync(resource, this.token, limit === 0 ? null : limit),
      );
      return { ...answer, changes: answer.changed.map(stateOf) };
    });
    if (page === undefined) return undefined;
    for (const [name, state] of page.changes) this.members.set(name, state);
    for (const name of page.removed) this.members.delete(name);
    assert.ok(
      limit === 0 || page.changes.length + page.removed.length <= limit,
    );
    this.token = page.token;
    return !page.truncated;
  }
}

function stateOf(member: SyncPage["changed"][number]): [string, string] {
  if ("entry" in member) return [member.name, member.stamp];
  return "row" in member ? [member.row.name, member.ref.id] : ["", ""];
}

async function listing(
  it: Fixture,
  path: string,
): Promise<Map<string, string> | undefined> {
  return await it.read((reader) =>
    reader.resolve(at(path)) === undefined ? undefined : new Map(
      reader.children(collectionAt(reader, path)).map(stateOf),
    )
  );
}

async function checkTotals(it: Fixture): Promise<void> {
  for (const space of ["calendars", "files"] as const) {
    const total = { bytes: 0, objects: 0 };
    const walk = async (path: string): Promise<void> => {
      const members = await it.read((reader) =>
        reader.children(collectionAt(reader, path))
      );
      for (const member of members) {
        if ("entry" in member) {
          total.bytes += member.entry.size;
          total.objects += 1;
        } else if ("row" in member) await walk(`${path}/${member.row.name}`);
      }
    };
    await walk(`${space}/me`);
    // What waits to be reaped still counts.
    const used = it.used(space);
    const unlinked = it.store.rows(["coll"]).some(({ value }) =>
      (value as { state: string }).state !== "live"
    );
    if (!unlinked) assert.deepEqual(used, total, space);
    assert.ok(used.bytes >= total.bytes && used.objects >= total.objects);
  }
}

Deno.test("sync() leads a client to the full listing, whatever happens and wherever answers are cut", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { minLength: 5, maxLength: 60 }),
      async (actions) => {
        const it = await createFixture();
        const replicas = [...CALENDARS, ...FOLDERS].map((path) =>
          new Replica(path)
        );
        for (const action of actions) {
          await act(it, action);
          if (action.type !== "sync") continue;
          for (const replica of replicas) await replica.step(it, action.limit);
        }
        for (const replica of replicas) {
          let done: boolean | undefined = false;
          for (let pages = 0; done === false; pages++) {
            assert.ok(pages < 200, "a walk never ends");
            done = await replica.step(it, 1 + pages % 3);
          }
          if (done === undefined) continue;
          const full = await listing(it, replica.collection);
          assert.deepEqual(replica.members, full, replica.collection);
        }
        await checkTotals(it);
      },
    ),
    { numRuns: 150, seed: 20_260_101 },
  );
});
