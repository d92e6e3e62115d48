import assert from "node:assert/strict";
import { createAccounts } from "../../src/service/accounts.ts";
import { openAdminSession } from "../../src/service/admin_session.ts";
import { createGroups } from "../../src/service/groups.ts";
import { principalIds } from "../../src/service/memberships.ts";
import { createReader } from "../../src/service/reader.ts";
import { createService } from "../../src/service/service.ts";
import { share, unshare } from "../../src/service/shares.ts";
import type { CollectionResource } from "../../src/service/types.ts";
import { openKvEngine } from "../../src/store/kv_engine.ts";
import { createStore } from "../../src/store/store.ts";
import type { ReadView, Store } from "../../src/store/view.ts";
import { at } from "./fixture.ts";

const PASSWORDS = {
  hash: (password: string) => Promise.resolve(password),
  verify: () => Promise.resolve(true),
};

/** How often a reader was begun anew, as something that it needs was not in memory yet. */
async function runsOf(
  store: Store,
  reader: (view: ReadView) => void,
): Promise<number> {
  let runs = 0;
  await store.read((view) => {
    runs++;
    reader(view);
  });
  return runs;
}

interface Runs {
  readonly home: number;
  readonly groups: number;
  readonly guest: number;
}

/** Runs of answers by a store that has nothing in memory, where somebody has shared much and taken half of it back. */
async function coldRuns(many: number): Promise<Runs> {
  const engine = await openKvEngine(":memory:");
  const parts = {
    engine,
    now: Date.now,
    newId: () => crypto.randomUUID(),
    kick: () => {},
    maxResourceSize: 1_000_000,
  };
  const warm = await createStore({ engine });
  const accounts = createAccounts({
    store: warm,
    clock: Date.now,
    passwords: PASSWORDS,
  });
  for (const login of ["me", "you"]) {
    const added = await accounts.addUser({ login, password: "enough of it" });
    assert.ok(added.ok, JSON.stringify(added));
  }
  const groups = createGroups({ store: warm, clock: Date.now });
  const service = createService({ ...parts, store: warm });
  const me = await openAdminSession(warm, "me");
  assert.ok(me !== undefined);
  const deps = { ...parts, store: warm };
  for (let n = 0; n < many; n++) {
    const path = at(`calendars/me/c${n}`);
    const made = await service.make(me, path, { kind: "calendar", props: [] });
    assert.ok(made.ok, JSON.stringify(made));
    const input = { path, who: "you", level: "read" } as const;
    assert.ok((await share(deps, me, input)).ok);
    if (n % 2 === 1) assert.ok((await unshare(deps, me, input)).ok);
    const name = `g${n}`;
    assert.ok((await groups.addGroup({ name })).ok);
    const add = [{ type: "user", name: "you" }] as const;
    assert.ok((await groups.changeMembers(name, { add })).ok);
  }
  const home = { path: at("calendars/me"), who: "you", level: "read" } as const;
  await warm.close();

  async function cold(
    login: string,
    reader: (view: ReadView, home: CollectionResource) => void,
  ): Promise<number> {
    const store = await createStore({ engine });
    const you = await openAdminSession(store, "you");
    assert.ok(you !== undefined);
    const runs = await runsOf(store, (view) => {
      const options = { session: you, epoch: store.epoch, quotaBytes: 1 };
      const shown = createReader(view, options);
      const found = shown.resolve(at(`calendars/${login}`));
      assert.ok(found !== undefined && "ref" in found);
      for (const one of shown.children(found)) shown.props(one);
      shown.ctag(found);
      reader(view, found);
    });
    await store.close();
    return runs;
  }
  const own = await cold("you", () => {});
  const last = await createStore({ engine });
  const you = await openAdminSession(last, "you");
  assert.ok(you !== undefined);
  const ids = await runsOf(last, (view) => {
    assert.equal(principalIds(view, you.user.id).size, many + 1);
  });
  assert.ok((await share({ ...parts, store: last }, me, home)).ok);
  await last.close();
  const guest = await cold("me", () => {});
  engine.close();
  return { home: own, groups: ids, guest };
}

Deno.test("what a home shows is gathered in as many steps for few shares and groups as for many", async () => {
  const few = await coldRuns(4);
  const many = await coldRuns(40);
  assert.deepEqual(many, few);
});
