import assert from "node:assert/strict";
import { createBuildSink } from "../../src/service/import_new.ts";
import { importObjects } from "../../src/service/import.ts";
import type {
  ImportFile,
  ImportHooks,
  ImportPlan,
  ImportReport,
} from "../../src/service/import_types.ts";
import type { OperationDeps } from "../../src/service/operations/operation.ts";
import type { Outcome } from "../../src/service/problems.ts";
import { BODY_BYTES } from "../../src/store/blobs.ts";
import { BUILD_HOLD_MS } from "../../src/store/build.ts";
import { listFindings } from "../../src/store/check.ts";
import type { Engine } from "../../src/store/engine.ts";
import { createJobs } from "../../src/store/jobs.ts";
import { createService } from "../../src/service/service.ts";
import { createStore } from "../../src/store/store.ts";
import { StoreBusy } from "../../src/store/view.ts";
import {
  createHostileEngine,
  createTurns,
  NETWORK_FAULTS,
  NO_FAULTS,
} from "../store/hostile_engine.ts";
import { createRandom } from "../store/random.ts";
import { createWorld, type World } from "../store/world.ts";
import { at, bytes, change, ics, problem, value, vcf } from "./fixture.ts";

function deps(world: World, more: Partial<OperationDeps> = {}): OperationDeps {
  return {
    store: world.store,
    engine: world.engine,
    now: () => world.clock.now,
    newId: () => crypto.randomUUID(),
    kick: () => {},
    maxResourceSize: 1024 * 1024,
    ...more,
  };
}

function file(
  label: string,
  content: Uint8Array | string,
  more: Partial<ImportFile> = {},
): ImportFile {
  const own = typeof content === "string" ? bytes(content) : content;
  return {
    label,
    name: label,
    size: own.length,
    props: [],
    read: () => Promise.resolve(own),
    ...more,
  };
}

function plan(
  path: string,
  files: readonly ImportFile[],
  more: Partial<ImportPlan> = {},
): ImportPlan {
  return { path: at(path), files, source: "one", props: [], ...more };
}

function run(
  world: World,
  wanted: ImportPlan,
  hooks: ImportHooks = {},
  more: Partial<OperationDeps> = {},
): Promise<Outcome<ImportReport>> {
  return importObjects(deps(world, more), world.session, {
    plan: wanted,
    hooks,
  });
}

/** Texts of a collection by name, undefined where there is none. */
async function contents(
  world: World,
  path: string,
): Promise<Record<string, string> | undefined> {
  return await world.service.read(world.session, (reader) => {
    const found = reader.resolve(at(path));
    if (found === undefined) return undefined;
    const objects = reader.children(found).flatMap((each) =>
      "entry" in each ? [each] : []
    );
    reader.needBodies(objects);
    return Object.fromEntries(
      objects.map((object) => [
        object.name,
        new TextDecoder().decode(reader.body(object)),
      ]),
    );
  });
}

/** A file with several events. */
function events(...uids: string[]): string {
  const parts = uids.map((uid) => {
    const text = new TextDecoder().decode(ics(uid));
    return text.slice(
      text.indexOf("BEGIN:VEVENT"),
      text.indexOf("END:VCALENDAR"),
    );
  });
  return `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\n${
    parts.join("")
  }END:VCALENDAR\r\n`;
}

const MANY = Array.from({ length: 150 }, (_, index) => `uid-${index}`);

Deno.test("importObjects() makes a calendar with names, properties and types", async () => {
  const world = await createWorld();
  const seen: number[] = [];
  const free = new TextDecoder().decode(
    ics("free", { component: "VFREEBUSY" }),
  );
  const report = value(
    await run(
      world,
      plan("calendars/me/new", [
        file("kept.ics", ics("a"), { props: [change("p", "v")] }),
        file("some.ics", events("b", "with space"), { name: null }),
        file("kept.ics", ics("c")),
        file("free.ics", free),
        file("same.ics", ics("a")),
      ], { props: [{ ns: "DAV:", local: "displayname", value: "New" }] }),
      { progress: ({ bytes, total }) => seen.push(bytes / total) },
    ),
  );
  assert.deepEqual(
    { ...report, refused: [] },
    {
      created: true,
      files: 5,
      taken: 5,
      same: 1,
      refused: [],
      refusedCount: 0,
      notes: [],
      noteCount: 0,
      stopped: false,
    },
  );
  assert.equal(seen.at(-1), 1);
  const texts = await contents(world, "calendars/me/new") ?? {};
  const names = Object.keys(texts);
  const [hashed = ""] = names.splice(1, 1);
  assert.deepEqual(names, ["b.ics", "c.ics", "free.ics", "kept.ics"]);
  assert.match(hashed, /^[0-9a-f]{32}\.ics$/);
  assert.equal(texts["kept.ics"], new TextDecoder().decode(ics("a")));
  await world.service.read(world.session, (reader) => {
    const calendar = reader.resolve(at("calendars/me/new"));
    assert.ok(calendar?.kind === "calendar");
    assert.deepEqual(calendar.row.components, [
      "VEVENT",
      "VTODO",
      "VJOURNAL",
      "VFREEBUSY",
    ]);
    assert.equal(
      reader.props(calendar).get("{DAV:}displayname")?.value,
      "New",
    );
    const object = reader.resolve(at("calendars/me/new/kept.ics"));
    assert.ok(object !== undefined);
    assert.equal(reader.props(object).get("{x:}p")?.value, "v");
  });
  assert.deepEqual(await world.findings(), []);
  assert.equal(await world.count("job"), 0);
});

Deno.test("importObjects() names what it changed, but for what it refuses, and finds it again", async () => {
  const world = await createWorld();
  const old = "BEGIN:VCARD\r\nVERSION:2.1\r\nN:Doe;Jane\r\nEND:VCARD\r\n";
  const broken = "BEGIN:VCARD\r\nX:\r\nEND:VCARD\r\n";
  const wanted = plan("addressbooks/me/contacts", [
    file("all.vcf", old + broken + new TextDecoder().decode(vcf("a"))),
  ]);
  const report = value(await run(world, wanted));
  assert.equal(report.taken, 2);
  assert.deepEqual(
    report.refused.map(({ file, line }) => `${file}:${line}`),
    ["all.vcf:5"],
  );
  assert.deepEqual(
    report.notes.map(({ file, line, message }) =>
      `${file}:${line}: ${message.replace(/[0-9a-f]{32}/, "…")}`
    ),
    [
      "all.vcf:1: VERSION:2.1: made a card of version 3.0",
      "all.vcf:1: no FN: made one",
      "all.vcf:1: no UID: …@import was made",
    ],
  );
  assert.equal(report.noteCount, 3);
  const again = value(await run(world, wanted));
  assert.deepEqual([again.taken, again.same], [0, 2]);

  const published = events("a", "b").replace(
    "VERSION:2.0",
    "METHOD:PUBLISH\r\nVERSION:2.0",
  );
  const { notes } = value(
    await run(world, plan("calendars/me/new", [file("two.ics", published)])),
  );
  assert.deepEqual(notes, [
    { file: "two.ics", line: 2, message: "METHOD:PUBLISH was dropped" },
  ]);
  assert.deepEqual(await world.findings(), []);
});

Deno.test("importObjects() shows nothing of a new collection before all of it is there", async () => {
  const world = await createWorld();
  let looks = 0;
  const looking: Promise<void>[] = [];
  value(
    await run(world, plan("calendars/me/new", [file("a", events(...MANY))]), {
      progress: ({ objects }) => {
        if (objects === MANY.length) return;
        looks++;
        looking.push((async () => {
          assert.equal(await contents(world, "calendars/me/new"), undefined);
        })());
      },
    }),
  );
  await Promise.all(looking);
  assert.ok(looks > 0);
});

Deno.test("importObjects() takes large bodies, and address books", async () => {
  const world = await createWorld();
  const note = `NOTE:${"x".repeat(3 * BODY_BYTES)}\r\nEND`;
  const large = new TextDecoder().decode(vcf("l")).replace("END", note);
  const report = value(
    await run(
      world,
      plan("addressbooks/me/new", [
        file("l.vcf", large),
        file("a.vcf", vcf("a")),
        file("anonymous.vcf", "BEGIN:VCARD\nVERSION:3.0\nFN:X\nEND:VCARD\n"),
        file("again.vcf", "BEGIN:VCARD\nVERSION:3.0\nFN:X\nEND:VCARD\n"),
      ]),
    ),
  );
  assert.equal(report.taken, 4);
  const texts = await contents(world, "addressbooks/me/new") ?? {};
  assert.equal(texts["l.vcf"], large);
  assert.deepEqual(await world.findings(), []);
});

Deno.test("importObjects() says what it refuses and why, and takes the rest", async () => {
  const world = await createWorld();
  const other = new TextDecoder().decode(ics("a", { summary: "Other" }));
  const report = value(
    await run(
      world,
      plan("calendars/me/new", [
        file("a.ics", ics("a")),
        file("other.ics", other),
        file("broken.ics", "hello"),
        file("date.ics", events("x").replace("20260102T120000Z", "soon")),
        file("task.ics", ics("t", { component: "VTODO" })),
        file("large.ics", events("l").replace("Lunch", "L".repeat(3000))),
      ], { components: ["VEVENT"] }),
      {},
      { maxResourceSize: 2000 },
    ),
  );
  assert.equal(report.taken, 1);
  assert.deepEqual(
    report.refused.map(({ file, line, condition }) => [file, line, condition]),
    [
      ["other.ics", 1, "caldav:no-uid-conflict"],
      ["broken.ics", 1, "caldav:valid-calendar-data"],
      ["date.ics", 4, "caldav:valid-calendar-data"],
      ["task.ics", 1, "caldav:supported-calendar-component"],
      ["large.ics", 1, "caldav:max-resource-size"],
    ],
  );
  assert.equal(report.refusedCount, 5);
  for (const { message } of report.refused) {
    assert.ok(!/ on line /.test(message), message);
  }
});

Deno.test("importObjects() makes no collection where all is refused, and leaves nothing", async () => {
  const world = await createWorld();
  const before = await world.count("coll");
  const report = value(
    await run(world, plan("calendars/me/new", [file("x.ics", "hello")])),
  );
  assert.equal(report.created, false);
  assert.equal(await contents(world, "calendars/me/new"), undefined);
  await world.runJobs();
  assert.equal(await world.count("coll"), before);
  assert.equal(await world.count("job"), 0);
  assert.deepEqual(await world.findings(), []);
});

Deno.test("importObjects() makes an empty collection from an empty folder", async () => {
  const world = await createWorld();
  const report = value(await run(world, plan("calendars/me/new", [])));
  assert.equal(report.created, true);
  assert.deepEqual(await contents(world, "calendars/me/new"), {});
});

Deno.test("importObjects() brings what is missing into a collection that is there", async () => {
  const world = await createWorld();
  const files = [
    file("a.ics", ics("a"), { props: [change("p", "v")] }),
    file("more.ics", events(...MANY), { name: null }),
    file("same.ics", ics("a")),
  ];
  value(await run(world, plan("calendars/me/new", [file("a.ics", ics("a"))])));
  const first = value(await run(world, plan("calendars/me/new", files)));
  assert.deepEqual(
    [first.created, first.taken, first.same, first.refusedCount],
    [false, MANY.length, 2, 0],
  );
  const second = value(
    await run(
      world,
      plan("calendars/me/new", [
        ...files,
        file("a.ics", ics("z"), { props: [change("p", "v")] }),
        file("other.ics", ics("uid-3", { summary: "Other" })),
      ]),
    ),
  );
  assert.deepEqual([second.taken, second.same], [1, MANY.length + 2]);
  assert.deepEqual(second.refused.map(({ condition }) => condition), [
    "caldav:no-uid-conflict",
  ]);
  const texts = await contents(world, "calendars/me/new") ?? {};
  assert.equal(texts["a.ics"], new TextDecoder().decode(ics("a")));
  assert.equal(texts["z.ics"], new TextDecoder().decode(ics("z")));
  assert.ok(texts["uid-3.ics"]?.includes("Lunch"));
  await world.service.read(world.session, (reader) => {
    const object = reader.resolve(at("calendars/me/new/z.ics"));
    assert.ok(object !== undefined);
    assert.equal(reader.props(object).get("{x:}p")?.value, "v");
  });
  assert.deepEqual(await world.findings(), []);
});

Deno.test("importObjects() adds properties that are missing, replaces none, and says which it cannot set", async () => {
  const world = await createWorld();
  const props = [change("p", "v"), change("q", "v")];
  const files = [file("a.ics", ics("a"), { props })];
  const object = at("calendars/me/new/a.ics");
  const patch = (...changes: ReturnType<typeof change>[]) =>
    world.service.patch(world.session, object, changes, {});
  value(await run(world, plan("calendars/me/new", files)));
  value(await patch(change("p", "mine"), change("q", null)));
  value(await run(world, plan("calendars/me/new", files)));
  await world.service.read(world.session, (reader) => {
    const found = reader.resolve(object);
    assert.ok(found !== undefined);
    const now = reader.props(found);
    assert.equal(now.get("{x:}p")?.value, "mine");
    assert.equal(now.get("{x:}q")?.value, "v");
  });
  const large = [change("r", "x".repeat(70_000))];
  const report = value(
    await run(
      world,
      plan("calendars/me/new", [file("a.ics", ics("a"), { props: large })]),
    ),
  );
  assert.equal(report.refusedCount, 1);
});

Deno.test("importObjects() makes nothing in a home that is locked", async () => {
  const world = await createWorld();
  const home = at("calendars/me");
  value(
    await world.service.lock(world.session, home, {
      ...{ exclusive: true, depth: "infinity", owner: "", seconds: 60 },
      conditions: {},
    }),
  );
  const wanted = plan("calendars/me/new", [file("a.ics", ics("a"))]);
  assert.equal(
    problem(await run(world, wanted)),
    "dav:lock-token-submitted",
  );
  assert.equal(await contents(world, "calendars/me/new"), undefined);
  world.clock.now += 61_000;
  value(await run(world, wanted));
  assert.deepEqual(await world.findings(), []);
});

Deno.test("importObjects() settles what two objects of one batch both want", async () => {
  const world = await createWorld();
  value(await run(world, plan("calendars/me/new", [])));
  const report = value(
    await run(
      world,
      plan("calendars/me/new", [
        file("x.ics", ics("a")),
        file("x.ics", ics("b")),
        file("y.ics", ics("a")),
        file("z.ics", ics("a", { summary: "Other" })),
      ]),
    ),
  );
  assert.deepEqual(
    [report.taken, report.same, report.refusedCount],
    [2, 1, 1],
  );
  const texts = await contents(world, "calendars/me/new") ?? {};
  assert.deepEqual(Object.keys(texts), ["b.ics", "x.ics"]);
});

Deno.test("importObjects() leaves to a collection what it does not take", async () => {
  const world = await createWorld();
  const tasks = [file("t.ics", ics("t", { component: "VTODO" }))];
  const events = [file("e.ics", ics("e"))];
  value(
    await run(
      world,
      plan("calendars/me/new", tasks, { components: ["VTODO"] }),
    ),
  );
  const report = value(await run(world, plan("calendars/me/new", events)));
  assert.deepEqual(report.refused.map(({ condition }) => condition), [
    "caldav:supported-calendar-component",
  ]);
});

Deno.test("importObjects() refuses places that are none", async () => {
  const world = await createWorld();
  const refusal = async (path: string, source = world) =>
    problem(await run(source, plan(path, [])));
  assert.equal(await refusal("files/me/new"), "forbidden");
  assert.equal(await refusal("calendars/me"), "forbidden");
  assert.equal(await refusal("calendars/me/a/b"), "forbidden");
  assert.equal(await refusal("calendars/nobody/new"), "missing-parent");
});

Deno.test("importObjects() refuses where the account changed, or the name was taken, meanwhile", async () => {
  const world = await createWorld();
  const stale = { ...world.session, stamp: "0" };
  const outcome = await importObjects(deps(world), stale, {
    plan: plan("calendars/me/new", [file("a.ics", ics("a"))]),
  });
  assert.equal(problem(outcome), "stale-session");
  const taken = await run(
    world,
    plan("calendars/me/new", [
      file("a.ics", ics("a"), {
        async read() {
          value(
            await world.service.make(world.session, at("calendars/me/new"), {
              kind: "calendar",
              props: [],
            }),
          );
          return ics("a");
        },
      }),
    ]),
  );
  assert.equal(problem(taken), "already-exists");
});

Deno.test("a new collection is held against its name when it is linked, as MKCALENDAR holds it", async () => {
  const world = await createWorld();
  const end = async (name: string) => {
    const wanted = plan(`calendars/me/${name}`, []);
    const sink = await createBuildSink(deps(world), world.session, wanted);
    return problem(await sink.end(0));
  };
  assert.equal(
    await end("~kept-for-a-share"),
    "caldav:calendar-collection-location-ok",
  );
  assert.equal(await end("n".repeat(256)), "bad-request");
});

Deno.test("importObjects() stops when it is told to, and goes on later", async () => {
  const world = await createWorld();
  const files = [file("m.ics", events(...MANY), { name: null })];
  const stop = new AbortController();
  const stopped = value(
    await run(world, plan("calendars/me/new", files), {
      signal: stop.signal,
      progress: () => stop.abort(),
    }),
  );
  assert.equal(stopped.stopped, true);
  assert.equal(await contents(world, "calendars/me/new"), undefined);
  // nobody takes it away meanwhile
  world.clock.now += BUILD_HOLD_MS / 2;
  await world.runJobs();
  const report = value(await run(world, plan("calendars/me/new", files)));
  assert.deepEqual([report.created, report.taken], [true, MANY.length]);
  assert.deepEqual(await world.findings(), []);
  assert.equal(await world.count("job"), 0);
});

Deno.test("importObjects() is overtaken by the same import begun again", async () => {
  const world = await createWorld();
  const inner = plan("calendars/me/new", [
    file("m.ics", events(...MANY), { name: null }),
  ]);
  const outer = plan("calendars/me/new", [
    file("m.ics", events(...MANY), {
      name: null,
      async read() {
        value(await run(world, inner));
        return bytes(events(...MANY));
      },
    }),
  ]);
  await assert.rejects(run(world, outer), StoreBusy);
  const texts = await contents(world, "calendars/me/new") ?? {};
  assert.equal(Object.keys(texts).length, MANY.length);
  assert.deepEqual(await world.findings(), []);
});

Deno.test("what was interrupted and never begun again is reaped", async () => {
  const world = await createWorld();
  const before = await world.count("coll");
  const stop = new AbortController();
  stop.abort();
  const note = `NOTE:${"x".repeat(2 * BODY_BYTES)}\r\nEND`;
  const large = new TextDecoder().decode(vcf("l")).replace("END", note);
  const files = [file("l.vcf", large), file("a.vcf", vcf("a"))];
  value(
    await run(world, plan("addressbooks/me/new", files), {
      signal: stop.signal,
    }),
  );
  assert.ok(await world.count("blob") > 0);
  assert.deepEqual(await world.findings(), []);
  world.clock.now += BUILD_HOLD_MS + 1;
  await world.runJobs();
  assert.equal(await world.count("coll"), before);
  assert.equal(await world.count("blob"), 0);
  assert.equal(await world.count("job"), 0);
  assert.deepEqual(await world.findings(), []);
});

/** Short enough to be shown where it differs. */
function digest(text: string): string {
  return `${text.slice(30, 60)} ${text.length}`;
}

/** An engine that dies at a commit: before it is written or after, and answers nothing any more. */
interface Life {
  commits: number;
  readonly after: boolean;
  /** What the next process finds. */
  left: Engine | undefined;
}

function mortal(life: Life) {
  return (engine: Engine): Engine => {
    life.left = engine;
    const alive = () => {
      if (life.commits <= 0) throw new Error("dead");
    };
    return {
      ...engine,
      async getMany(keys) {
        alive();
        return await engine.getMany(keys);
      },
      async list(selector, options) {
        alive();
        return await engine.list(selector, options);
      },
      async commit(checks, mutations) {
        alive();
        const last = --life.commits === 0;
        if (last && !life.after) throw new Error("dead");
        const result = await engine.commit(checks, mutations);
        if (last) throw new Error("dead");
        return result;
      },
    };
  };
}

for (const existing of [false, true]) {
  const where = existing ? "a collection that is there" : "a new collection";
  Deno.test(`an import into ${where} goes on after an end at any commit, without double and without gap`, async () => {
    const uids = MANY.slice(0, 20);
    const note = `NOTE:${"x".repeat(2 * BODY_BYTES)}\r\nEND`;
    const large = new TextDecoder().decode(vcf("l")).replace("END", note);
    const card = (uid: string) => new TextDecoder().decode(vcf(uid));
    const files = [
      file("one.vcf", vcf("one"), { props: [change("p", "v")] }),
      file("l.vcf", large),
      file("m.vcf", uids.map(card).join(""), { name: null }),
    ];
    const wanted = plan("addressbooks/me/new", files);
    let completed = false;
    for (let commits = 1; !completed; commits++) {
      assert.ok(commits < 200, "it never completes");
      for (const after of [false, true]) {
        const life: Life = { commits: Infinity, after, left: undefined };
        const world = await createWorld({ engine: mortal(life) });
        if (existing) {
          value(await run(world, plan("addressbooks/me/new", [])));
        }
        life.commits = commits;
        try {
          value(await run(world, wanted));
          completed = true;
        } catch {
          // It died.
        }
        life.commits = 0;
        const { clock, session } = world;
        const engine = life.left;
        assert.ok(engine !== undefined);
        const now = () => clock.now;
        // a process of its own: the one that died knows nothing of it
        const store = await createStore({ engine, now });
        const service = createService({ store, engine, now });
        const again: World = { ...world, engine, store, service };
        const report = value(await run(again, wanted));
        assert.equal(report.refusedCount, 0);
        const texts = await contents(again, "addressbooks/me/new") ?? {};
        assert.deepEqual(
          Object.values(texts).map(digest).sort(),
          [card("one"), large, ...uids.map(card)].map(digest).sort(),
        );
        await service.read(session, (reader) => {
          const one = reader.resolve(at("addressbooks/me/new/one.vcf"));
          assert.ok(one !== undefined);
          assert.equal(reader.props(one).get("{x:}p")?.value, "v");
        });
        clock.now += BUILD_HOLD_MS + 1;
        const jobs = createJobs({ engine, store, now, timer: () => () => {} });
        await jobs.idle();
        await jobs.stop();
        assert.deepEqual(await listFindings(engine), []);
        assert.equal((await engine.list({ prefix: ["job"] })).length, 0);
        await store.close();
      }
    }
  });
}

Deno.test("an import over a network that fails ends right or says that it failed", async () => {
  for (let seed = 1; seed <= 10; seed++) {
    const random = createRandom(seed);
    const turns = createTurns(random);
    const faults = { ...NO_FAULTS };
    const world = await createWorld({
      shared: true,
      engine: (inner) => {
        const hostile = createHostileEngine(inner, { random, turns, faults });
        return { ...hostile, limits: inner.limits };
      },
    });
    Object.assign(faults, NETWORK_FAULTS);
    const files = [file("m.ics", events(...MANY.slice(0, 60)), { name: null })];
    let report: ImportReport | undefined;
    for (let tries = 0; report === undefined && tries < 30; tries++) {
      try {
        report = value(await run(world, plan("calendars/me/new", files)));
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
      }
    }
    assert.ok(report !== undefined, "it never came to its end");
    await turns.idle();
    Object.assign(faults, NO_FAULTS);
    const texts = await contents(world, "calendars/me/new") ?? {};
    assert.equal(Object.keys(texts).length, 60);
    world.clock.now += BUILD_HOLD_MS + 1;
    await world.runJobs();
    assert.deepEqual(await world.findings(), []);
    await world.store.close();
  }
});
