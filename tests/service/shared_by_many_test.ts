import assert from "node:assert/strict";
import { createAccounts } from "../../src/service/accounts.ts";
import { openAdminSession } from "../../src/service/admin_session.ts";
import type { OperationDeps } from "../../src/service/operations/operation.ts";
import { createService } from "../../src/service/service.ts";
import { share } from "../../src/service/shares.ts";
import type { Session } from "../../src/service/types.ts";
import type { Check, Engine, Mutation } from "../../src/store/engine.ts";
import { openKvEngine } from "../../src/store/kv_engine.ts";
import { createStore } from "../../src/store/store.ts";
import { at, ics, value } from "./fixture.ts";

/** One commit, as far as it costs anything. */
interface Commit {
  readonly checks: number;
  readonly kinds: readonly string[];
}

const SHAREES = 500;

const PASSWORDS = {
  hash: (password: string) => Promise.resolve(password),
  verify: () => Promise.resolve(true),
};

function kindOf(mutation: Mutation): string {
  const key = mutation.type === "append" ? mutation.prefix : mutation.key;
  return `${mutation.type} ${key[0]}`;
}

function counted(engine: Engine, commits: Commit[]): Engine {
  return {
    ...engine,
    commit(checks: readonly Check[], mutations: readonly Mutation[]) {
      const kinds = mutations.map(kindOf).sort();
      commits.push({ checks: checks.length, kinds });
      return engine.commit(checks, mutations);
    },
  };
}

Deno.test("a PUT in a calendar shared with 500 people costs what it costs in a private one, and all of them see it", async () => {
  const commits: Commit[] = [];
  const inner = await openKvEngine(":memory:");
  const engine = counted(inner, commits);
  const store = await createStore({ engine });
  try {
    const accounts = createAccounts({
      store,
      clock: Date.now,
      passwords: PASSWORDS,
    });
    const names = Array.from({ length: SHAREES }, (_, n) => `user${n}`);
    const sessions: Session[] = [];
    for (const login of ["me", ...names]) {
      value(await accounts.addUser({ login, password: "a long password" }));
      const session = await openAdminSession(store, login);
      assert.ok(session !== undefined);
      sessions.push(session);
    }
    const [me, ...sharees] = sessions;
    assert.ok(me !== undefined);
    const deps: OperationDeps = {
      store,
      engine,
      now: Date.now,
      newId: () => crypto.randomUUID(),
      kick: () => {},
      maxResourceSize: 10_000,
    };
    const service = createService(deps);
    const write = async (path: string, uid: string) => {
      commits.length = 0;
      const bytes = ics(uid);
      const input = { bytes, type: null, conditions: {} };
      value(await service.put(me, at(path), input));
      return [...commits];
    };
    const alone = await write("calendars/me/home/a.ics", "a");
    const path = at("calendars/me/home");
    for (const who of names) {
      value(await share(deps, me, { path, who, level: "read" }));
    }
    const home = (session: Session, token: string | null = null) =>
      service.read(session, (reader) => {
        const path = at(`calendars/${session.user.login}`);
        const found = value(reader.authorise(path, "dav:read"));
        assert.ok(found.kind === "calendar-home");
        return {
          token: reader.syncToken(found),
          ctag: reader.ctag(found),
          shared: reader.children(found).filter((child) => "shared" in child),
          changed: value(reader.sync(found, token, null)).changed,
        };
      });
    const before = await Promise.all(
      sharees.map((session) => home(session)),
    );
    assert.ok(before.every(({ shared }) => shared.length === 1));
    const together = await write("calendars/me/home/b.ics", "b");
    assert.deepEqual(together, alone);
    assert.equal(together.length, 1);
    for (const [index, session] of sharees.entries()) {
      const old = before[index];
      const now = await home(session, old?.token);
      assert.notEqual(now.ctag, old?.ctag);
      assert.deepEqual(now.changed, now.shared);
    }
  } finally {
    await store.close();
    inner.close();
  }
});
