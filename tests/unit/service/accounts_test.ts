import assert from "node:assert/strict";
import { createAccounts } from "../../../src/service/accounts.ts";
import type { Accounts } from "../../../src/service/accounts.ts";
import { createPasswords } from "../../../src/service/passwords.ts";
import type { Passwords } from "../../../src/service/passwords.ts";
import type { Outcome } from "../../../src/service/problems.ts";
import type { Session } from "../../../src/service/types.ts";
import type { Engine } from "../../../src/store/engine.ts";
import {
  collKey,
  headKey,
  jobKey,
  membersOf,
  PRINCIPALS,
  propsOf,
  treeKey,
} from "../../../src/store/keys.ts";
import { openKvEngine } from "../../../src/store/kv_engine.ts";
import type { UserRecord } from "../../../src/store/records.ts";
import { createStore } from "../../../src/store/store.ts";
import type { OpenStore } from "../../../src/store/store.ts";
import { StoreBusy } from "../../../src/store/view.ts";

interface Setup {
  engine: Engine;
  store: OpenStore;
  accounts: Accounts;
  /** What was verified. */
  verified: string[];
  /** Times that work for jobs was announced. */
  jobs: () => number;
  wait: (seconds: number) => void;
  busy: (now: boolean) => void;
}

const ADDRESS = "192.0.2.1";

/** Hashes that cost nothing; the real ones have tests of their own. */
function plainPasswords(verified: string[], busy: () => boolean): Passwords {
  return {
    hash: (password) => Promise.resolve(`plain:${password}`),
    verify(password, phc) {
      if (busy()) return Promise.reject(new StoreBusy("busy"));
      verified.push(password);
      return Promise.resolve(phc === `plain:${password}`);
    },
  };
}

async function on(test: (setup: Setup) => Promise<void>): Promise<void> {
  const engine = await openKvEngine(":memory:");
  let now = 1_000_000;
  let jobs = 0;
  let busy = false;
  const verified: string[] = [];
  const store = await createStore({ engine, now: () => now });
  const accounts = createAccounts({
    store,
    clock: () => now,
    passwords: plainPasswords(verified, () => busy),
    jobsAdded: () => jobs++,
  });
  try {
    await test({
      engine,
      store,
      accounts,
      verified,
      jobs: () => jobs,
      wait: (seconds) => now += seconds * 1000,
      busy: (value) => busy = value,
    });
  } finally {
    await store.close();
    engine.close();
  }
}

function value<T>(outcome: Outcome<T>): T {
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.value;
}

function refusal(outcome: Outcome<unknown>): string {
  assert.ok(!outcome.ok);
  return outcome.problem.name;
}

async function add(accounts: Accounts, login = "anna"): Promise<UserRecord> {
  return value(await accounts.addUser({ login, password: "secret-1" }));
}

function session(answer: unknown): Session {
  assert.ok(typeof answer === "object" && answer !== null && "user" in answer);
  return answer as Session;
}

Deno.test("addUser() makes the account with its first collections in one commit", () =>
  on(async ({ accounts, engine, store }) => {
    const user = value(
      await accounts.addUser({
        login: "Anna",
        password: "secret-1",
        emails: ["mailto:anna@example.org"],
      }),
    );
    assert.equal(user.login, "anna");
    assert.equal(user.displayName, "Anna");
    assert.deepEqual(user.emails, ["anna@example.org"]);
    const { calendars, addressbooks, files } = user.trees;
    const expected = [
      [calendars, "calendar-home", {
        home: ["calendar", ["VEVENT"], "Home"],
        tasks: ["calendar", ["VTODO"], "Tasks"],
      }],
      [addressbooks, "addressbook-home", {
        contacts: ["addressbook", undefined, "Contacts"],
      }],
      [files, "files-root", {}],
    ] as const;
    for (const [id, kind, members] of expected) {
      const root = { id, tree: id };
      const seen = await store.read((view) => {
        const found: Record<string, unknown> = {};
        for (const [name, row] of view.list(membersOf(root))) {
          const ref = { id: row.value.coll, tree: id };
          const coll = view.get(collKey(ref))?.value;
          assert.equal(coll?.parent, id);
          assert.equal(coll?.name, name);
          assert.equal(coll?.state, "live");
          assert.ok(view.get(headKey(ref)));
          const [prop] = [...view.list(propsOf(ref, "")).values()];
          found[name] = [coll?.kind, coll?.components, prop?.value.value];
        }
        assert.ok(view.get(headKey(root)));
        return { kind: view.get(collKey(root))?.value.kind, found };
      });
      assert.deepEqual(seen, { kind, found: members });
    }
    const rows = await engine.getMany(
      [PRINCIPALS, calendars, addressbooks, files]
        .map((tree) => treeKey(tree).parts),
    );
    assert.equal(new Set(rows.map((row) => row.versionstamp)).size, 1);
    assert.deepEqual(rows[1]?.value, { owner: user.id, bytes: 0, objects: 0 });
  }));

Deno.test("addUser() refuses a name or an address that is taken", () =>
  on(async ({ accounts }) => {
    await add(accounts);
    const password = "secret-2";
    const add2 = (login: string, ...emails: string[]) =>
      accounts.addUser({ login, password, emails });
    assert.equal(refusal(await add2("ANNA")), "already-exists");
    value(await add2("bert", "b@example.org"));
    assert.equal(refusal(await add2("carl", "B@example.org")), "conflict");
    assert.equal(
      refusal(await accounts.setEmails("anna", ["b@example.org"])),
      "conflict",
    );
    value(await accounts.setEmails("bert", ["b@example.org", "c@example.org"]));
  }));

Deno.test("addUser() refuses bad names, passwords and addresses", () =>
  on(async ({ accounts }) => {
    for (
      const [login, password, emails] of [
        ["a b", "secret-1", []],
        // sharing with them would be sharing with all
        ["everyone", "secret-1", []],
        ["Public", "secret-1", []],
        ["anna", "short", []],
        ["anna", "x".repeat(1025), []],
        ["anna", "secret\n-1", []],
        ["anna", "secret-1", ["nowhere"]],
      ] as const
    ) {
      assert.equal(
        refusal(await accounts.addUser({ login, password, emails })),
        "bad-request",
      );
    }
    assert.deepEqual(await accounts.listUsers(), []);
  }));

Deno.test("addUser() with first makes one account however many ask", () =>
  on(async ({ accounts }) => {
    const all = await Promise.all(
      ["me", "you", "me"].map((login) =>
        accounts.addUser({ login, password: "secret-1" }, { first: true })
      ),
    );
    assert.equal(all.filter(({ ok }) => ok).length, 1);
    assert.equal((await accounts.listUsers()).length, 1);
  }));

Deno.test("listUsers() gives all in the order of their names", () =>
  on(async ({ accounts }) => {
    for (const login of ["carl", "anna", "bert"]) await add(accounts, login);
    assert.deepEqual(
      (await accounts.listUsers()).map(({ login }) => login),
      ["anna", "bert", "carl"],
    );
  }));

Deno.test("authenticate() answers a session for the right password in any spelling of the name", () =>
  on(async ({ accounts }) => {
    const { id } = await add(accounts);
    const answer = await accounts.authenticate("ANNA", "secret-1", ADDRESS);
    assert.equal(session(answer).user.id, id);
    assert.match(session(answer).stamp, /^[0-9a-f]{20}$/);
  }));

Deno.test("authenticate() answers undefined for all that is wrong, and verifies each", () =>
  on(async ({ accounts, verified }) => {
    await add(accounts);
    for (
      const [login, password] of [
        ["anna", "secret-2"],
        ["anna", ""],
        ["bert", "secret-1"],
        ["a b", "secret-3"],
        ["", "secret-4"],
        ["x".repeat(10_000), "secret-5"],
      ] as const
    ) {
      assert.equal(
        await accounts.authenticate(login, password, ADDRESS),
        undefined,
      );
    }
    // Unknown names cost what a wrong password costs.
    assert.equal(verified.length, 6);
  }));

Deno.test("authenticate() verifies once, until the password changes", () =>
  on(async ({ accounts, verified }) => {
    await add(accounts);
    const ask = (password: string) =>
      accounts.authenticate("anna", password, ADDRESS);
    const before = session(await ask("secret-1"));
    await ask("secret-1");
    assert.equal(verified.length, 1);
    value(await accounts.setPassword("anna", "secret-2"));
    assert.equal(await ask("secret-1"), undefined);
    const after = session(await ask("secret-2"));
    assert.ok(after.stamp > before.stamp);
    assert.equal(verified.length, 3);
  }));

Deno.test("authenticate() ends with the account", () =>
  on(async ({ accounts }) => {
    await add(accounts);
    session(await accounts.authenticate("anna", "secret-1", ADDRESS));
    value(await accounts.deleteUser("anna"));
    assert.equal(
      await accounts.authenticate("anna", "secret-1", ADDRESS),
      undefined,
    );
  }));

Deno.test("authenticate() slows down guessing, but not who is signed in", () =>
  on(async ({ accounts, wait, verified }) => {
    await add(accounts);
    const ask = (password: string, address: string) =>
      accounts.authenticate("anna", password, address);
    session(await ask("secret-1", ADDRESS));
    for (let n = 0; n < 10; n++) await ask(`guess ${n}`, "198.51.100.1");
    const before = verified.length;
    assert.deepEqual(await ask("secret-1!", "198.51.100.1"), { retryAfter: 1 });
    assert.equal(verified.length, before);
    session(await ask("secret-1", ADDRESS));
    wait(1);
    assert.equal(await ask("secret-1!", "198.51.100.1"), undefined);
    assert.deepEqual(await ask("secret-1?", "198.51.100.1"), { retryAfter: 2 });
  }));

Deno.test("authenticate() counts nothing when it could not check", () =>
  on(async ({ accounts, busy }) => {
    await add(accounts);
    const ask = () => accounts.authenticate("anna", "secret-1", ADDRESS);
    busy(true);
    for (let n = 0; n < 30; n++) await assert.rejects(ask(), StoreBusy);
    busy(false);
    session(await ask());
  }));

Deno.test("setPassword() and setEmails() refuse what is wrong and change nothing", () =>
  on(async ({ accounts }) => {
    await add(accounts);
    assert.equal(
      refusal(await accounts.setPassword("anna", "short")),
      "bad-request",
    );
    assert.equal(
      refusal(await accounts.setPassword("bert", "secret-2")),
      "not-found",
    );
    assert.equal(
      refusal(await accounts.setEmails("anna", ["x"])),
      "bad-request",
    );
    assert.equal(refusal(await accounts.setEmails("bert", [])), "not-found");
    session(await accounts.authenticate("anna", "secret-1", ADDRESS));
  }));

Deno.test("deleteUser() hands the trees to jobs and frees the name", () =>
  on(async ({ accounts, engine, jobs }) => {
    const { trees } = await add(accounts);
    value(await accounts.deleteUser("Anna"));
    assert.equal(jobs(), 1);
    for (const id of [trees.calendars, trees.addressbooks, trees.files]) {
      const [coll, job] = await engine.getMany([
        collKey({ id, tree: id }).parts,
        jobKey(`reap-${id}`).parts,
      ]);
      assert.equal((coll?.value as { state: string }).state, "unlinked");
      assert.deepEqual((job?.value as { work: unknown }).work, {
        kind: "reap",
        tree: id,
        root: id,
      });
    }
    assert.equal(refusal(await accounts.deleteUser("anna")), "not-found");
    assert.deepEqual(await accounts.listUsers(), []);
    const again = await add(accounts);
    assert.notEqual(again.trees.calendars, trees.calendars);
    assert.equal(jobs(), 1);
  }));

Deno.test("two that delete an account at once do it once", () =>
  on(async ({ accounts }) => {
    await add(accounts);
    const all = await Promise.all([
      accounts.deleteUser("anna"),
      accounts.deleteUser("anna"),
    ]);
    assert.deepEqual(all.map(({ ok }) => ok).sort(), [false, true]);
  }));

Deno.test("accounts hash passwords by themselves where they are given none", async () => {
  const engine = await openKvEngine(":memory:");
  const store = await createStore({ engine });
  const accounts = createAccounts({ store, clock: Date.now });
  const user = await add(accounts);
  assert.ok(await createPasswords().verify("secret-1", user.password));
  assert.equal(
    await accounts.authenticate("bert", "secret-1", ADDRESS),
    undefined,
  );
  session(await accounts.authenticate("anna", "secret-1", ADDRESS));
  await store.close();
  engine.close();
});
