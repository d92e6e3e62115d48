import assert from "node:assert/strict";
import type { SyncPage } from "../../../src/service/types.ts";
import {
  createFixture,
  type Fixture,
  ics,
  problem,
  value,
} from "../../service/fixture.ts";

const HOME = "calendars/me/home";

async function withEvents(count: number): Promise<Fixture> {
  const it = await createFixture();
  for (let n = 0; n < count; n++) {
    value(await it.put(`${HOME}/${n}.ics`, ics(String(n))));
  }
  return it;
}

function names(page: SyncPage): string[] {
  return page.changed.map((member) =>
    "entry" in member ? member.name : "row" in member ? member.row.name : ""
  );
}

Deno.test("sync() without a token answers every member and no removed one", async () => {
  const it = await withEvents(3);
  value(await it.remove(`${HOME}/1.ics`));
  for (const token of [null, "", "  \n"]) {
    const page = value(await it.sync(HOME, token));
    assert.deepEqual(names(page), ["0.ics", "2.ics"]);
    assert.deepEqual(page.removed, []);
    assert.equal(page.truncated, false);
    assert.equal(page.token, await it.token(HOME));
  }
});

Deno.test("sync() answers what changed and what went since a token", async () => {
  const it = await withEvents(3);
  const token = await it.token(HOME);
  assert.deepEqual(names(value(await it.sync(HOME, token))), []);
  assert.equal(value(await it.sync(HOME, token)).token, token);
  value(await it.put(`${HOME}/1.ics`, ics("1", { summary: "new" })));
  value(await it.put(`${HOME}/9.ics`, ics("9")));
  value(await it.remove(`${HOME}/0.ics`));
  const page = value(await it.sync(HOME, token));
  assert.deepEqual(names(page), ["1.ics", "9.ics"]);
  assert.deepEqual(page.removed, ["0.ics"]);
  const rest = value(await it.sync(HOME, page.token));
  assert.deepEqual([names(rest), rest.removed], [[], []]);
});

Deno.test("sync() reports a re-created member as changed, not as removed", async () => {
  const it = await withEvents(2);
  const token = await it.token(HOME);
  value(await it.remove(`${HOME}/0.ics`));
  value(await it.put(`${HOME}/0.ics`, ics("0")));
  for (const trim of [false, true]) {
    if (trim) it.store.trimLog();
    const page = value(await it.sync(HOME, token));
    assert.deepEqual([names(page), page.removed], [["0.ics"], []]);
  }
  assert.equal(it.store.rows(["tombstone"]).length, 0);
});

Deno.test("sync() reports what was made and removed between two tokens as removed", async () => {
  const it = await withEvents(1);
  const token = await it.token(HOME);
  value(await it.put(`${HOME}/9.ics`, ics("9")));
  value(await it.remove(`${HOME}/9.ics`));
  assert.deepEqual(value(await it.sync(HOME, token)).removed, ["9.ics"]);
});

Deno.test("sync() answers recent tokens without a map, and old ones from it", async () => {
  const it = await withEvents(3);
  const token = await it.token(HOME);
  value(await it.put(`${HOME}/1.ics`, ics("1", { summary: "new" })));
  value(await it.remove(`${HOME}/2.ics`));
  const maps = it.store.counts.maps;
  const recent = value(await it.sync(HOME, token));
  assert.equal(it.store.counts.maps, maps);
  it.store.trimLog();
  const old = value(await it.sync(HOME, token));
  assert.equal(it.store.counts.maps, maps + 1);
  assert.deepEqual(names(old), names(recent));
  assert.deepEqual(old.removed, ["2.ics"]);
  assert.equal(old.token, recent.token);
});

Deno.test("sync() takes the map where more has changed than rows are quick for", async () => {
  const it = await withEvents(1);
  const token = await it.token(HOME);
  for (let n = 1; n <= 201; n++) {
    value(await it.put(`${HOME}/${n}.ics`, ics(String(n))));
  }
  const maps = it.store.counts.maps;
  assert.equal(value(await it.sync(HOME, token)).changed.length, 201);
  assert.equal(it.store.counts.maps, maps + 1);
});

Deno.test("sync() goes on behind the last member of a cut answer", async () => {
  const it = await withEvents(5);
  for (const trim of [false, true]) {
    if (trim) it.store.trimLog();
    const seen: string[] = [];
    let token: string | null = null;
    let pages = 0;
    while (true) {
      const page: SyncPage = value(await it.sync(HOME, token, 2));
      seen.push(...names(page));
      token = page.token;
      pages++;
      if (!page.truncated) break;
      assert.equal(page.changed.length, 2);
    }
    assert.deepEqual(seen, ["0.ics", "1.ics", "2.ics", "3.ics", "4.ics"]);
    assert.equal(pages, 3);
    assert.equal(token, await it.token(HOME));
  }
});

Deno.test("sync() is not cut by a limit that just fits", async () => {
  const it = await withEvents(2);
  const page = value(await it.sync(HOME, null, 2));
  assert.equal(page.truncated, false);
  assert.equal(page.token, await it.token(HOME));
});

Deno.test("sync() may be cut between members of one commit", async () => {
  const it = await createFixture();
  value(await it.make("files/me/a"));
  for (const name of ["x", "y", "z"]) {
    value(await it.put(`files/me/a/${name}`, name));
  }
  const token = await it.token("files/me/a");
  value(await it.copy("files/me/a", "files/me/b"));
  // All members of the copy were built by few commits.
  const seen: string[] = [];
  let page = value(await it.sync("files/me/b", null, 1));
  seen.push(...names(page));
  while (page.truncated) {
    page = value(await it.sync("files/me/b", page.token, 1));
    seen.push(...names(page));
  }
  assert.deepEqual(seen.sort(), ["x", "y", "z"]);
  // A MOVE writes two names with one stamp.
  value(await it.move("files/me/a/x", "files/me/a/v"));
  it.store.trimLog();
  const first = value(await it.sync("files/me/a", token, 1));
  const second = value(await it.sync("files/me/a", first.token, 1));
  assert.deepEqual([names(first), first.removed], [["v"], []]);
  assert.deepEqual([names(second), second.removed], [[], ["x"]]);
  assert.equal(second.truncated, false);
});

Deno.test("sync() from the log may be cut between members of one commit", async () => {
  const it = await withEvents(1);
  const token = await it.token(HOME);
  value(await it.move(`${HOME}/0.ics`, `${HOME}/z.ics`));
  const maps = it.store.counts.maps;
  const first = value(await it.sync(HOME, token, 1));
  const second = value(await it.sync(HOME, first.token, 1));
  assert.deepEqual([names(first), first.removed], [[], ["0.ics"]]);
  assert.deepEqual([names(second), second.removed], [["z.ics"], []]);
  assert.equal(it.store.counts.maps, maps);
});

Deno.test("sync() tells in a cut initial walk what goes while it is under way", async () => {
  const it = await withEvents(4);
  value(await it.put(`${HOME}/gone.ics`, ics("gone")));
  value(await it.remove(`${HOME}/gone.ics`));
  const first = value(await it.sync(HOME, null, 2));
  assert.deepEqual(names(first), ["0.ics", "1.ics"]);
  value(await it.remove(`${HOME}/0.ics`));
  value(await it.put(`${HOME}/1.ics`, ics("1", { summary: "new" })));
  const rest = value(await it.sync(HOME, first.token));
  assert.deepEqual(names(rest), ["2.ics", "3.ics", "1.ics"]);
  assert.deepEqual(rest.removed, ["0.ics"], "gone.ics was never shown");
});

Deno.test("sync() refuses tokens that are not of this collection and epoch", async () => {
  const it = await withEvents(1);
  value(await it.make("calendars/me/work"));
  const token = await it.token(HOME);
  const future = token.replace(/[0-9a-f]{20}$/, "f".repeat(20));
  const cut = `${token}:${"f".repeat(20)}:YQ`;
  const others = [
    "x",
    "http://example.com/1",
    `${token}x`,
    future,
    cut,
    await it.token("calendars/me/work"),
    await it.token("calendars/me"),
  ];
  for (const other of others) {
    assert.equal(
      problem(await it.sync(HOME, other)),
      "dav:valid-sync-token",
      other,
    );
  }
  it.store.epoch = "epoch2";
  assert.equal(problem(await it.sync(HOME, token)), "dav:valid-sync-token");
});

Deno.test("sync() refuses a limit of nothing, unless nothing changed", async () => {
  const it = await withEvents(1);
  assert.equal(
    problem(await it.sync(HOME, null, 0)),
    "dav:number-of-matches-within-limits",
  );
  value(await it.sync(HOME, await it.token(HOME), 0));
});

Deno.test("sync() of a home reports each calendar in which anything changed", async () => {
  const it = await createFixture();
  const home = "calendars/me";
  const page = value(await it.sync(home, null));
  assert.deepEqual(names(page).sort(), ["home", "tasks"]);
  const token = page.token;
  assert.equal(token, await it.token(home));
  const changes: [() => Promise<unknown>, string[], string[]][] = [
    [() => it.put(`${HOME}/a.ics`, ics("1")), ["home"], []],
    [() => it.patch("calendars/me/tasks", { a: "1" }), ["tasks"], []],
    [() => it.make("calendars/me/work"), ["work"], []],
    [() => it.remove("calendars/me/tasks"), [], ["tasks"]],
    [() => it.remove(`${HOME}/a.ics`), ["home"], []],
  ];
  let last = token;
  let ctag = await it.ctag(home);
  for (const [act, changed, removed] of changes) {
    await act();
    const step: SyncPage = value(await it.sync(home, last));
    assert.deepEqual([names(step), step.removed], [changed, removed]);
    assert.notEqual(step.token, last);
    assert.notEqual(await it.ctag(home), ctag);
    ctag = await it.ctag(home);
    last = step.token;
  }
  const all = value(await it.sync(home, token));
  assert.deepEqual(names(all).sort(), ["home", "work"]);
  assert.deepEqual(all.removed, ["tasks"]);
});

Deno.test("sync() of a home can be cut", async () => {
  const it = await createFixture();
  value(await it.make("calendars/me/work"));
  const seen: string[] = [];
  let token: string | null = null;
  for (let pages = 0; pages < 5; pages++) {
    const page: SyncPage = value(await it.sync("calendars/me", token, 1));
    seen.push(...names(page));
    token = page.token;
    if (!page.truncated) break;
  }
  assert.deepEqual(seen.sort(), ["home", "tasks", "work"]);
  assert.equal(token, await it.token("calendars/me"));
});

Deno.test("sync() of a folder reports folders when they are linked, not what happens below", async () => {
  const it = await createFixture();
  value(await it.make("files/me/a"));
  value(await it.put("files/me/x", "x"));
  const page = value(await it.sync("files/me", null));
  assert.deepEqual(names(page), ["a", "x"]);
  value(await it.put("files/me/a/y", "y"));
  value(await it.patch("files/me/a", { p: "1" }));
  const same = value(await it.sync("files/me", page.token));
  assert.deepEqual([names(same), same.token], [[], page.token]);
  value(await it.remove("files/me/a"));
  assert.deepEqual(value(await it.sync("files/me", page.token)).removed, ["a"]);
});
