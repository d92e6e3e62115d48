import assert from "node:assert/strict";
import type { Conditions } from "../../../../src/service/conditions.ts";
import {
  MAX_OWNER_BYTES,
  MAX_TREE_LOCKS,
} from "../../../../src/service/operations/lock.ts";
import { listLocks, writeLock } from "../../../../src/store/locks.ts";
import type { LockRecord } from "../../../../src/store/records.ts";
import {
  at,
  createFixture,
  type Fixture,
  ics,
  problem,
  value,
} from "../../../service/fixture.ts";

const FILE = "files/me/a";
const TOKEN = "urn:uuid:yours";

function submit(...tokens: string[]): Conditions {
  return {
    lists: tokens.map((token) => ({
      on: at(FILE),
      conditions: [{ not: false, type: "token", value: token }],
    })),
  };
}

function lock(
  it: Fixture,
  path: string,
  options: {
    exclusive?: boolean;
    depth?: 0 | "infinity";
    seconds?: number;
    owner?: string;
    conditions?: Conditions;
  } = {},
) {
  return it.service.lock(it.me, at(path), {
    exclusive: true,
    depth: "infinity",
    owner: "",
    seconds: 60,
    conditions: {},
    ...options,
  });
}

function lockRows(it: Fixture): LockRecord[] {
  return it.store.rows(["lock"]).map((row) => row.value as LockRecord);
}

/** A lock of somebody else, as sharing will make them possible. */
async function grantToYou(
  it: Fixture,
  record: Partial<LockRecord> = {},
): Promise<void> {
  const tree = it.me.user.trees.files;
  await it.store.write({
    trees: [tree],
    run: (tx) =>
      writeLock(tx, tree, {
        token: TOKEN,
        record: {
          coll: tree,
          name: "a",
          depth: 0,
          exclusive: true,
          owner: "",
          user: it.you.user.id,
          created: 0,
          expires: it.clock.now + 60_000,
          ...record,
        },
      }),
  });
}

Deno.test("a token counts for the account alone that its lock was granted to", async () => {
  const it = await createFixture();
  value(await it.put(FILE, "text"));
  await grantToYou(it);
  const stolen = submit(TOKEN);
  const refused = [
    await it.put(FILE, "new", stolen),
    await it.remove(FILE, stolen),
    await it.move(FILE, "files/me/b", { conditions: stolen }),
    await it.service.patch(it.me, at(FILE), [], stolen),
  ];
  for (const one of refused) {
    assert.equal(problem(one), "dav:lock-token-submitted");
  }
  const refresh = await it.service.refresh(it.me, at(FILE), {
    seconds: 60,
    conditions: stolen,
  });
  assert.equal(problem(refresh), "forbidden");
  assert.equal(await it.text(FILE), "text");
  // The owner of the tree has the privilege to end it all the same.
  value(
    await it.service.unlock(it.me, at(FILE), { token: TOKEN, conditions: {} }),
  );
  value(await it.put(FILE, "new"));
});

Deno.test("a shared lock of one's own is enough beside those of others", async () => {
  const it = await createFixture();
  value(await it.put(FILE, "text"));
  await grantToYou(it, { exclusive: false });
  assert.equal(problem(await lock(it, FILE)), "dav:no-conflicting-lock");
  const mine = value(await lock(it, FILE, { exclusive: false }));
  assert.equal(problem(await it.put(FILE, "new")), "dav:lock-token-submitted");
  value(await it.put(FILE, "new", submit(mine.lock.token)));
});

Deno.test("a refusal names the root of the lock, and says whether it is a collection", async () => {
  const it = await createFixture();
  value(await it.make("files/me/f"));
  value(await it.make("files/me/f/g"));
  value(await lock(it, "files/me/f"));
  const refused = await it.put("files/me/f/g/x", "text");
  assert.ok(!refused.ok);
  assert.deepEqual(refused.problem.path, at("files/me/f"));
  assert.equal(refused.problem.collection, true);
});

Deno.test("locks that time has ended go with the next commit of their tree", async () => {
  const it = await createFixture();
  for (const name of ["a", "b", "c"]) {
    value(await lock(it, `files/me/${name}`, { seconds: 10 }));
  }
  it.clock.now += 9_999;
  value(await it.put("files/me/d", "text"));
  assert.equal(lockRows(it).length, 3);
  it.clock.now += 1;
  // A refusal leaves everything as it is.
  assert.equal(problem(await it.remove("files/me/none")), "not-found");
  assert.equal(lockRows(it).length, 3);
  // A commit of another tree has nothing to do with them.
  value(await it.put("calendars/me/home/1.ics", ics("1")));
  assert.equal(lockRows(it).length, 3);
  value(await it.put("files/me/d", "more"));
  assert.equal(lockRows(it).length, 0);
});

Deno.test("locks are bounded in number, and in what one commit removes", async () => {
  const it = await createFixture();
  value(await it.make("files/me/f"));
  let refused = 0;
  for (let n = 0; n < MAX_TREE_LOCKS; n++) {
    const answer = await lock(it, `files/me/f/${n}`);
    if (answer.ok) continue;
    assert.equal(answer.problem.name, "too-many-locks");
    refused++;
  }
  const granted = MAX_TREE_LOCKS - refused;
  assert.ok(refused > 0 && granted >= 400);
  assert.equal(lockRows(it).length, granted);
  // What was refused has made no file either.
  assert.equal((await it.members("files/me/f")).length, granted);
  // Another tree has locks of its own.
  value(await lock(it, "calendars/me/home"));
  it.clock.now += 60_000;
  value(await it.put("files/me/x", "1"));
  assert.equal(lockRows(it).length, granted - 100 + 1);
  // Those that have ended do not count, and all go with what they are on.
  const last = value(await lock(it, "files/me/f/new"));
  const { lists = [] } = submit(last.lock.token);
  const always = { not: true, type: "token", value: "DAV:no-lock" } as const;
  value(
    await it.remove("files/me/f", {
      lists: [...lists, { on: at("files/me/f"), conditions: [always] }],
    }),
  );
  assert.deepEqual(
    lockRows(it).map(({ coll }) => coll === it.me.user.trees.files),
    [false],
    "only the calendar's is left",
  );
});

Deno.test("lock() refuses an owner that is too long", async () => {
  const it = await createFixture();
  const owner = (length: number) => "é".repeat(length / 2);
  assert.equal(
    problem(await lock(it, FILE, { owner: owner(MAX_OWNER_BYTES + 2) })),
    "too-large",
  );
  assert.equal(await it.text(FILE), undefined);
  value(await lock(it, FILE, { owner: owner(MAX_OWNER_BYTES) }));
});

Deno.test("lock(), refresh() and unlock() are refused to nobody, to strangers and outside of trees", async () => {
  const it = await createFixture();
  const request = {
    exclusive: true,
    depth: 0,
    owner: "",
    seconds: 1,
    conditions: {},
  } as const;
  const refresh = { seconds: 1, conditions: submit("urn:x") };
  const unlock = { token: "urn:x", conditions: {} };
  for (const session of [null, it.you]) {
    assert.equal(
      problem(await it.service.lock(session, at(FILE), request)),
      "dav:need-privileges",
    );
    assert.equal(
      problem(await it.service.refresh(session, at(FILE), refresh)),
      "dav:need-privileges",
    );
    assert.equal(
      problem(await it.service.unlock(session, at(FILE), unlock)),
      "dav:need-privileges",
    );
  }
  const root = { type: "root" } as const;
  assert.equal(
    problem(await it.service.lock(it.me, root, request)),
    "forbidden",
  );
  assert.equal(
    problem(await it.service.unlock(it.me, root, unlock)),
    "forbidden",
  );
  assert.equal(problem(await lock(it, "files/me/none/a")), "missing-parent");
  assert.equal(problem(await lock(it, "calendars/me/home/1.ics")), "forbidden");
});

Deno.test("an account that has changed takes no lock", async () => {
  const it = await createFixture();
  const stale = { ...it.me, stamp: "0" };
  const answer = await it.service.lock(stale, at(FILE), {
    exclusive: true,
    depth: 0,
    owner: "",
    seconds: 1,
    conditions: {},
  });
  assert.equal(problem(answer), "stale-session");
});

Deno.test("operations of one group see the locks of those before them", async () => {
  const it = await createFixture();
  value(await it.put(FILE, "text"));
  const [granted, second, written] = await Promise.all([
    lock(it, FILE),
    lock(it, FILE),
    it.put(FILE, "new"),
  ]);
  value(granted);
  assert.equal(problem(second), "dav:no-conflicting-lock");
  assert.equal(problem(written), "dav:lock-token-submitted");
});

Deno.test("locks are kept by ids: where a collection moves to, its root has moved", async () => {
  const it = await createFixture();
  value(await it.make("files/me/f"));
  value(await it.make("files/me/f/g"));
  const { lock: held } = value(await lock(it, "files/me/f/g/x"));
  const tree = it.me.user.trees.files;
  const [row] = lockRows(it);
  assert.notEqual(row?.coll, tree);
  const { value: tokens } = await it.store.write({
    trees: [tree],
    run: (tx) => listLocks(tx, tree).map(({ token }) => token),
  });
  assert.deepEqual(tokens, [held.token]);
  // MOVE of a collection above it ends the lock.
  value(
    await it.move("files/me/f", "files/me/h", {
      conditions: {
        lists: [{
          on: at("files/me/f/g/x"),
          conditions: [{ not: false, type: "token", value: held.token }],
        }],
      },
    }),
  );
  assert.equal(lockRows(it).length, 0);
});
