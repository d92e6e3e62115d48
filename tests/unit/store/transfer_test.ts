import assert from "node:assert/strict";
import { BODY_BYTES } from "../../../src/store/blobs.ts";
import {
  collKey,
  headKey,
  JOBS,
  memberKey,
  treeKey,
} from "../../../src/store/keys.ts";
import { LEASE_MS } from "../../../src/store/leases.ts";
import type { CollRef, JobRecord } from "../../../src/store/records.ts";
import {
  type Transfer,
  transferCollection,
  type Transferred,
} from "../../../src/store/transfer.ts";
import { StoreBusy } from "../../../src/store/view.ts";
import { createWorld, type World } from "../../store/world.ts";

const LARGE = "x".repeat(2 * BODY_BYTES);
const OTHER: CollRef = { id: "other-root", tree: "other-root" };

/** Called before each reading or commit of the engine, with what it is about. */
type Tap = (kind: "read" | "commit") => Promise<void>;

/** A world with a folder to copy, and a second tree of the same owner to move to. */
async function createScene(
  options: { shared?: boolean } = {},
): Promise<World & { tap: { now: Tap | undefined } }> {
  const tap: { now: Tap | undefined } = { now: undefined };
  const world = await createWorld({
    ...options,
    engine: (engine) => ({
      ...engine,
      async getMany(keys) {
        await tap.now?.("read");
        return await engine.getMany(keys);
      },
      async commit(checks, mutations) {
        await tap.now?.("commit");
        return await engine.commit(checks, mutations);
      },
    }),
  });
  await world.make("files/me/f");
  await world.make("files/me/f/deep");
  await world.make("files/me/f/deep/deeper");
  await world.put("files/me/f/a", "one");
  await world.put("files/me/f/l", LARGE);
  await world.put("files/me/f/deep/deeper/b", "two");
  await world.put("files/me/f/gone", "x");
  await world.remove("files/me/f/gone");
  await world.patch("files/me/f", "on the folder");
  await world.patch("files/me/f/a", "on an object");
  await world.store.write({
    trees: [OTHER.tree],
    run(tx) {
      tx.set(treeKey(OTHER.tree), { owner: "user-me", bytes: 0, objects: 0 });
      tx.set(collKey(OTHER), {
        tree: OTHER.tree,
        kind: "files-root",
        parent: null,
        name: "",
        state: "live",
        created: 0,
      });
      tx.set(headKey(OTHER), true);
      tx.change(OTHER, "", "structure");
    },
  });
  return { ...world, tap };
}

const FOLDER = {
  "?": { p: "on the folder" },
  a: { "": "one", "?": { p: "on an object" } },
  l: LARGE,
  deep: { deeper: { b: "two" } },
};

/** A transfer of `files/me/f`, to `name` in a collection. */
async function transferOf(
  world: World,
  to: { parent: CollRef; name: string },
  more: Partial<Transfer<string>> = {},
): Promise<Transferred<string>> {
  const source = more.source ?? await world.ref("files/me/f");
  return await transferCollection(
    { engine: world.engine, store: world.store, now: () => world.clock.now },
    {
      source,
      depth: "infinity",
      move: false,
      trees: [to.parent.tree],
      admit(view) {
        const row = view.get(collKey(source));
        return row?.value.state === "live"
          ? { ok: true, place: to }
          : { ok: false, refusal: "gone" };
      },
      ...more,
    },
  );
}

async function rootOf(world: World): Promise<CollRef> {
  return await world.ref("files/me");
}

for (const shared of [false, true]) {
  const mode = shared ? "many processes" : "one owner";

  Deno.test(`a copy holds what its source holds (${mode})`, async () => {
    const world = await createScene({ shared });
    const parent = await rootOf(world);
    assert.deepEqual(await transferOf(world, { parent, name: "g" }), {
      ok: true,
      created: true,
    });
    assert.deepEqual(await world.tree("files/me"), { f: FOLDER, g: FOLDER });
    assert.deepEqual(await world.findings(), []);
    assert.equal(await world.count("job"), 0);
    assert.notEqual(
      (await world.ref("files/me/f/deep/deeper")).id,
      (await world.ref("files/me/g/deep/deeper")).id,
    );
    // The copy has large bodies of its own.
    await world.remove("files/me/f/l");
    world.clock.now += 10 * LEASE_MS;
    await world.runJobs();
    assert.deepEqual(await world.findings(), []);
  });

  Deno.test(`a move to another tree takes everything along (${mode})`, async () => {
    const world = await createScene({ shared });
    await transferOf(world, { parent: OTHER, name: "g" }, { move: true });
    assert.deepEqual(await world.findings(), []);
    assert.deepEqual(await world.tree("files/me"), {});
    await world.runJobs();
    assert.deepEqual(await world.findings(), []);
    const used = async (tree: string) =>
      (await world.store.read((view) => view.get(treeKey(tree))))?.value
        .objects;
    assert.equal(await used(OTHER.tree), 3);
    assert.equal(await used((await rootOf(world)).tree), 0);
  });
}

Deno.test("a copy of depth 0 has the properties and nothing else", async () => {
  const world = await createScene();
  const parent = await rootOf(world);
  await transferOf(world, { parent, name: "g" }, { depth: 0 });
  assert.deepEqual(await world.tree("files/me"), {
    f: FOLDER,
    g: { "?": { p: "on the folder" } },
  });
  assert.deepEqual(await world.findings(), []);
});

Deno.test("a copy takes the place of a folder, or of an object", async () => {
  const world = await createScene();
  const parent = await rootOf(world);
  await world.make("files/me/g");
  await world.put("files/me/g/old", "old");
  await world.put("files/me/h", LARGE);
  await world.patch("files/me/h", "old");
  for (const name of ["g", "h"]) {
    assert.deepEqual(await transferOf(world, { parent, name }), {
      ok: true,
      created: false,
    });
  }
  assert.deepEqual(await world.tree("files/me"), {
    f: FOLDER,
    g: FOLDER,
    h: FOLDER,
  });
  assert.deepEqual(await world.findings(), []);
});

Deno.test("a sync client may begin in a copy before it knows all of it, and gets all", async () => {
  const world = await createScene();
  const parent = await rootOf(world);
  await transferOf(world, { parent, name: "g" });
  const names: string[] = [];
  let token: string | null = null;
  for (let truncated = true; truncated;) {
    const page = await world.service.read(world.session, (reader) => {
      const path = { type: "tree", space: "files", user: "me" } as const;
      const coll = reader.resolve({ ...path, names: ["g"] });
      assert(coll !== undefined && "ref" in coll);
      const answer = reader.sync(coll, token, 1);
      assert(answer.ok);
      return answer.value;
    });
    for (const member of page.changed) {
      names.push("entry" in member ? member.name : "deep");
    }
    token = page.token;
    truncated = page.truncated;
  }
  assert.deepEqual(names.sort(), ["a", "deep", "l"]);
});

/** Does something once, when the copy has been read and not linked yet. */
function whileBuilding(
  scene: { tap: { now: Tap | undefined }; engine: World["engine"] },
  change: () => Promise<void>,
  times = 1,
): void {
  let left = times;
  scene.tap.now = async (kind) => {
    if (kind !== "commit" || left === 0) return;
    const tap = scene.tap.now;
    // What happens now is not looked at.
    scene.tap.now = undefined;
    const jobs = await scene.engine.list({ prefix: JOBS });
    const building = jobs.filter((row) =>
      (row.value as JobRecord).work.kind === "copy"
    );
    const colls = await scene.engine.list({ prefix: ["coll"] });
    const begun = colls.some((row) =>
      (row.value as { state: string }).state === "building"
    );
    if (building.length > 0 && begun) {
      left--;
      await change();
    }
    scene.tap.now = tap;
  };
}

const CHANGES: Record<string, (world: World) => Promise<void>> = {
  "an object was written": (world) => world.put("files/me/f/a", "newer"),
  "an object was made": (world) =>
    world.put("files/me/f/deep/deeper/c", "three"),
  "an object was deleted": (world) => world.remove("files/me/f/a"),
  "a large body was replaced": (world) =>
    world.put("files/me/f/l", "y".repeat(BODY_BYTES + 1)),
  "a large body became small": (world) => world.put("files/me/f/l", "small"),
  "a property of the folder was set": (world) =>
    world.patch("files/me/f", "newer"),
  "a property of an object was set": (world) =>
    world.patch("files/me/f/a", "newer"),
  "a folder was made": (world) => world.make("files/me/f/deep/another"),
  "a folder was deleted": (world) => world.remove("files/me/f/deep/deeper"),
};

for (const [what, change] of Object.entries(CHANGES)) {
  for (const move of [false, true]) {
    Deno.test(`${move ? "a move" : "a copy"} holds it too when meanwhile ${what}`, async () => {
      const world = await createScene();
      whileBuilding(world, () => change(world));
      const parent = move ? OTHER : await rootOf(world);
      const answer = await transferOf(world, { parent, name: "g" }, { move });
      world.tap.now = undefined;
      assert(answer.ok);
      assert.deepEqual(await world.findings(), []);
      if (!move) {
        const { f, g } = await world.tree("files/me") as Record<
          string,
          unknown
        >;
        assert.deepEqual(g, f);
        assert.notDeepEqual(g, FOLDER);
      } else {
        const texts = (await world.engine.list({ prefix: ["body"] })).length;
        assert(texts > 0);
      }
      for (let round = 0; round < 2; round++) {
        world.clock.now += 20 * LEASE_MS;
        await world.runJobs();
      }
      assert.deepEqual(world.failures, []);
      assert.deepEqual(await world.findings(), []);
      assert.equal(await world.count("job"), 0);
    });
  }
}

Deno.test("what is refused at the end leaves nothing", async () => {
  const world = await createScene();
  const parent = await rootOf(world);
  const answer = await transferOf(world, { parent, name: "g" }, {
    admit: (_view, size) =>
      size.bytes === 0
        ? { ok: true, place: { parent, name: "g" } }
        : { ok: false, refusal: `${size.objects} objects are too many` },
  });
  assert.deepEqual(answer, {
    ok: false,
    refusal: "3 objects are too many",
  });
  assert.deepEqual(await world.tree("files/me"), { f: FOLDER });
  assert.deepEqual(await world.findings(), []);
  await world.runJobs();
  assert.equal(await world.count("job"), 0);
  assert.deepEqual(await world.findings(), []);
});

Deno.test("what is refused at the beginning writes nothing", async () => {
  const world = await createScene();
  const parent = await rootOf(world);
  let commits = 0;
  world.tap.now = (kind) => {
    if (kind === "commit") commits++;
    return Promise.resolve();
  };
  const answer = await transferOf(world, { parent, name: "g" }, {
    admit: () => ({ ok: false, refusal: "no" }),
  });
  assert.deepEqual(answer, { ok: false, refusal: "no" });
  assert.equal(commits, 0);
});

Deno.test("a source that was deleted meanwhile is for the rules to refuse", async () => {
  const world = await createScene();
  const parent = await rootOf(world);
  whileBuilding(world, () => world.remove("files/me/f"));
  const answer = await transferOf(world, { parent, name: "g" });
  assert.deepEqual(answer, { ok: false, refusal: "gone" });
  world.tap.now = undefined;
  await world.runJobs();
  assert.deepEqual(await world.findings(), []);
  assert.deepEqual(await world.tree("files/me"), {});
});

Deno.test("a source that changes all the time makes the store busy, and leaves nothing", async () => {
  const world = await createScene();
  const parent = await rootOf(world);
  let n = 0;
  const source = await world.ref("files/me/f");
  await assert.rejects(
    transferOf(world, { parent, name: "g" }, {
      source,
      admit(_view, size) {
        return size.objects > 0 && n++ >= 0
          ? {
            ok: true,
            place: { parent: { ...parent, tree: `t${n}` }, name: "g" },
          }
          : { ok: true, place: { parent, name: "g" } };
      },
    }),
    StoreBusy,
  );
  assert.equal(n, 8);
  await world.runJobs();
  assert.equal(await world.count("job"), 0);
  assert.deepEqual(await world.findings(), []);
  assert.deepEqual(await world.tree("files/me"), { f: FOLDER });
});

Deno.test("a copy whose job was taken makes the store busy, and shows nothing", async () => {
  const world = await createScene();
  const parent = await rootOf(world);
  whileBuilding(world, async () => {
    world.clock.now += 2 * LEASE_MS;
    await world.runJobs();
  });
  await assert.rejects(
    transferOf(world, { parent, name: "g" }),
    StoreBusy,
  );
  world.tap.now = undefined;
  await world.runJobs();
  assert.deepEqual(await world.findings(), []);
  assert.deepEqual(await world.tree("files/me"), { f: FOLDER });
});

Deno.test("many objects are copied in commits within the limits", async () => {
  const world = await createScene({ shared: true });
  const parent = await rootOf(world);
  const long = "n".repeat(200);
  for (let n = 0; n < 130; n++) {
    await world.put(
      `files/me/f/${long}${n}`,
      `${n}`.repeat(n < 30 ? 20_000 : 1),
    );
  }
  await transferOf(world, { parent, name: "g" });
  const { f, g } = await world.tree("files/me") as Record<string, unknown>;
  assert.deepEqual(g, f);
  assert.deepEqual(await world.findings(), []);
});

Deno.test("a member row that leads to nothing ends a copy", async () => {
  const world = await createScene();
  const parent = await rootOf(world);
  const source = await world.ref("files/me/f");
  await world.store.write({
    trees: [source.tree],
    run(tx) {
      tx.set(memberKey(source, "broken"), { coll: "nothing" });
      tx.change(source, "broken", "structure");
    },
  });
  await assert.rejects(transferOf(world, { parent, name: "g" }), StoreBusy);
});
