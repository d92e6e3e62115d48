import assert from "node:assert/strict";
import { openAdminSession } from "../../src/service/admin_session.ts";
import { exportObjects, listExportable } from "../../src/service/export.ts";
import type { ExportSink } from "../../src/service/export.ts";
import { createWorld, type World } from "../store/world.ts";
import { at, change, ics, problem, value } from "./fixture.ts";

const HOME = "calendars/me/out";

async function fill(world: World, count: number): Promise<void> {
  value(
    await world.service.make(world.session, at(HOME), {
      kind: "calendar",
      components: ["VEVENT"],
      props: [change("p", "v")],
    }),
  );
  for (let index = 0; index < count; index++) {
    await put(world, `${index}.ics`, ics(`${index}`));
  }
}

async function put(
  world: World,
  name: string,
  bytes: Uint8Array,
): Promise<void> {
  value(
    await world.service.put(world.session, at(`${HOME}/${name}`), {
      ...{ bytes, type: null, conditions: {} },
    }),
  );
}

/** A sink into a map. */
function collect(hooks: Partial<ExportSink> = {}) {
  const out = new Map<string, string>();
  const sink: ExportSink = {
    write({ name, bytes }) {
      out.set(name, new TextDecoder().decode(bytes));
      return hooks.write?.({ name, bytes, props: [] }) ?? Promise.resolve();
    },
    remove: (name) => Promise.resolve(void out.delete(name)),
    ...(hooks.progress === undefined ? {} : { progress: hooks.progress }),
  };
  return { out, sink };
}

Deno.test("exportObjects() gives all objects, and what the collection is", async () => {
  const world = await createWorld();
  await fill(world, 230);
  const { service, session } = world;
  value(
    await service.patch(session, at(`${HOME}/1.ics`), [change("o", "w")], {}),
  );
  const steps: [number, number][] = [];
  const { out, sink } = collect({
    progress: (part, total) => steps.push([part, total]),
  });
  const exported = value(
    await exportObjects(service, session, { path: at(HOME), sink }),
  );
  assert.equal(out.size, 230);
  assert.equal(out.get("7.ics"), new TextDecoder().decode(ics("7")));
  assert.deepEqual(exported, {
    kind: "calendar",
    components: ["VEVENT"],
    props: [change("p", "v")],
  });
  assert.deepEqual(steps, [[100, 230], [200, 230], [230, 230]]);
});

Deno.test("exportObjects() ends with the last state of what changes meanwhile", async () => {
  const world = await createWorld();
  await fill(world, 150);
  const { service, session } = world;
  let changed = false;
  const { out, sink } = collect({
    async write() {
      if (changed) return;
      changed = true;
      await put(world, "3.ics", ics("3", { summary: "Dinner" }));
      await put(world, "new.ics", ics("new"));
      value(await service.remove(session, at(`${HOME}/5.ics`), {}));
      value(await service.remove(session, at(`${HOME}/149.ics`), {}));
    },
  });
  value(await exportObjects(service, session, { path: at(HOME), sink }));
  assert.equal(out.size, 149);
  assert.ok(out.get("3.ics")?.includes("Dinner"));
  assert.ok(out.has("new.ics"));
  assert.equal(out.has("5.ics"), false);
  assert.equal(out.has("149.ics"), false);
});

Deno.test("exportObjects() refuses what is none, is gone, or is stopped", async () => {
  const world = await createWorld();
  await fill(world, 120);
  const { service, session } = world;
  const { sink } = collect();
  const refusal = async (path: string) =>
    problem(await exportObjects(service, session, { path: at(path), sink }));
  assert.equal(await refusal("calendars/me"), "forbidden");
  assert.equal(await refusal("calendars/me/missing"), "not-found");
  assert.equal(await refusal("calendars/other/x"), "dav:need-privileges");
  const gone = collect({
    async write({ name }) {
      if (name === "0.ics") {
        value(await service.remove(session, at(HOME), {}));
      }
    },
  });
  assert.equal(
    problem(
      await exportObjects(service, session, {
        path: at(HOME),
        sink: gone.sink,
      }),
    ),
    "not-found",
  );
  assert.equal(
    problem(
      await exportObjects(service, session, {
        ...{ path: at(HOME), sink },
        signal: AbortSignal.abort(),
      }),
    ),
    "conflict",
  );
});

Deno.test("listExportable() names calendars and address books, and nothing else", async () => {
  const world = await createWorld();
  await fill(world, 0);
  await world.make("files/me/folder");
  const paths = await listExportable(world.service, world.session);
  const names = paths.map(({ space, names }) => `${space}/${names.join("/")}`);
  assert.ok(names.includes("calendars/out"));
  assert.equal(names.some((name) => name.startsWith("files")), false);
});

Deno.test("openAdminSession() acts for an account, in any case, and for nobody else", async () => {
  const world = await createWorld();
  const session = await openAdminSession(world.store, "ME");
  assert.equal(session?.user.login, "me");
  assert.equal(session.stamp, world.session.stamp);
  assert.equal(await openAdminSession(world.store, "nobody"), undefined);
});
