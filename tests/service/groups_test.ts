/**
 * The service over the real store: what operations do to each other when they
 * share a commit.
 */

import assert from "node:assert/strict";
import {
  makeTrees,
  planTrees,
  treeIds,
} from "../../src/service/account_trees.ts";
import type { Outcome } from "../../src/service/problems.ts";
import { createService } from "../../src/service/service.ts";
import type { Conditions } from "../../src/service/conditions.ts";
import type { Service, Session } from "../../src/service/types.ts";
import { loginKey, userKey } from "../../src/store/keys.ts";
import type { UserRecord } from "../../src/store/records.ts";
import { createStore } from "../../src/store/store.ts";
import { at, bytes, change, value } from "./fixture.ts";
import { createMemoryStore } from "./memory_store.ts";

interface Stage {
  readonly service: Service;
  readonly me: Session;
  readonly commits: () => number;
  readonly close: () => Promise<void>;
}

async function createStage(): Promise<Stage> {
  const { engine } = createMemoryStore();
  let commits = 0;
  const counting: typeof engine = {
    ...engine,
    commit(checks, mutations) {
      commits++;
      return engine.commit(checks, mutations);
    },
  };
  const store = await createStore({ engine: counting });
  const plan = planTrees();
  const user: UserRecord = {
    id: "u",
    login: "me",
    displayName: "me",
    emails: [],
    password: "",
    trees: plan.trees,
    created: 0,
  };
  const { stamp } = await store.write({
    trees: treeIds(plan.trees),
    run(tx) {
      tx.set(userKey(user.id), user);
      tx.set(loginKey(user.login), { user: user.id });
      makeTrees(tx, plan, { user: user.id, now: 0 });
    },
  });
  assert.ok(stamp !== null);
  return {
    service: createService({ store, engine: counting }),
    me: { user, stamp },
    commits: () => commits,
    close: () => store.close(),
  };
}

function put(
  stage: Stage,
  path: string,
  text: string,
  conditions: Conditions = {},
) {
  return stage.service.put(stage.me, at(path), {
    bytes: bytes(text),
    type: null,
    conditions,
  });
}

function etagAt(stage: Stage, path: string): Promise<string> {
  return stage.service.read(stage.me, (reader) => {
    const resource = reader.resolve(at(path));
    assert.ok(resource !== undefined && "entry" in resource);
    return reader.etag(resource);
  });
}

function refused(outcomes: Outcome<unknown>[]): number {
  return outcomes.filter((outcome) =>
    !outcome.ok && outcome.problem.name === "precondition-failed"
  ).length;
}

Deno.test("put() of many names at once shares commits and answers each its own tag", async () => {
  const stage = await createStage();
  const before = stage.commits();
  const names = Array.from({ length: 40 }, (_, n) => `files/me/${n}`);
  const results = await Promise.all(
    names.map((name) => put(stage, name, name)),
  );
  assert.ok(stage.commits() - before < 10, "they were committed in groups");
  for (const [index, name] of names.entries()) {
    const result = results[index];
    assert.ok(result !== undefined);
    assert.equal(value(result).etag, await etagAt(stage, name));
  }
  await stage.close();
});

Deno.test("put() of one name by many at once makes it once", async () => {
  const stage = await createStage();
  const results = await Promise.all(
    Array.from(
      { length: 10 },
      (_, n) => put(stage, "files/me/a", `text ${n}`, { ifNoneMatch: "*" }),
    ),
  );
  assert.equal(refused(results), 9);
  await stage.close();
});

Deno.test("put() by many with one entity tag lets one of them win", async () => {
  const stage = await createStage();
  const { etag } = value(await put(stage, "files/me/a", "0"));
  const results = await Promise.all(
    Array.from(
      { length: 10 },
      (_, n) => put(stage, "files/me/a", `text ${n}`, { ifMatch: [etag] }),
    ),
  );
  assert.equal(refused(results), 9);
  const [won] = results.filter(({ ok }) => ok);
  assert.ok(won !== undefined);
  assert.equal(value(won).etag, await etagAt(stage, "files/me/a"));
  await stage.close();
});

Deno.test("put() of the same bytes twice at once answers both the same tag", async () => {
  const stage = await createStage();
  value(await put(stage, "files/me/a", "other"));
  const before = stage.commits();
  const [first, second] = await Promise.all([
    put(stage, "files/me/a", "same"),
    put(stage, "files/me/a", "same"),
  ]);
  assert.equal(stage.commits(), before + 1, "the second one changed nothing");
  assert.equal(value(second).etag, value(first).etag);
  assert.equal(await etagAt(stage, "files/me/a"), value(first).etag);
  await stage.close();
});

Deno.test("patch() beside a put() of the same object keeps its tag and its properties", async () => {
  const stage = await createStage();
  const { service, me } = stage;
  const path = at("files/me/a");
  value(await put(stage, "files/me/a", "0"));
  const [stored] = await Promise.all([
    put(stage, "files/me/a", "1"),
    service.patch(me, path, [change("p", "1")], {}).then(value),
  ]);
  assert.equal(value(stored).etag, await etagAt(stage, "files/me/a"));
  const props = await service.read(me, (reader) => {
    const resource = reader.resolve(path);
    assert.ok(resource !== undefined && "entry" in resource);
    assert.equal(resource.entry.props, true);
    assert.deepEqual(reader.body(resource), bytes("1"));
    return reader.props(resource).size;
  });
  assert.equal(props, 1);
  await stage.close();
});

Deno.test("sync() over the real store follows moves, copies and removals", async () => {
  const stage = await createStage();
  const { service, me } = stage;
  const sync = (token: string | null) =>
    service.read(me, (reader) => {
      const root = reader.resolve(at("files/me"));
      assert.ok(root !== undefined && "ref" in root);
      const page = value(reader.sync(root, token, null));
      return {
        changed: page.changed.map((it) => "name" in it ? it.name : ""),
        removed: page.removed,
        token: page.token,
      };
    });
  const options = {
    overwrite: true,
    depth: "infinity",
    conditions: {},
  } as const;
  value(await put(stage, "files/me/a", "a"));
  value(await put(stage, "files/me/b", "b".repeat(100_000)));
  const { token } = await sync(null);
  value(await service.copy(me, at("files/me/b"), at("files/me/c"), options));
  value(await service.move(me, at("files/me/a"), at("files/me/d"), options));
  value(await service.remove(me, at("files/me/b"), {}));
  const page = await sync(token);
  assert.deepEqual(page.changed, ["c", "d"]);
  assert.deepEqual([...page.removed].sort(), ["a", "b"]);
  await stage.close();
});
