import assert from "node:assert/strict";
import {
  CLASS_FACTS_VERSION,
  FACTS_VERSION,
} from "../../../src/calendar/facts.ts";
import { heldRules } from "../../../src/service/kinds.ts";
import {
  createFactsRefresher,
  type OutdatedFacts,
  refreshSome,
} from "../../../src/service/refresh_facts.ts";
import { entryKey } from "../../../src/store/keys.ts";
import type { Session } from "../../../src/service/types.ts";
import type { EntryRecord, ObjectFacts } from "../../../src/store/records.ts";
import { allow, createAclFixture } from "../../service/acl_fixture.ts";
import {
  collectionAt,
  createFixture,
  type Fixture,
  ics,
  value,
} from "../../service/fixture.ts";

const HOME = "calendars/me/home";
const RULES = heldRules("calendar");
assert.ok(RULES);

function outdatedIn(it: Fixture) {
  return it.read((reader) => {
    const { ref } = collectionAt(reader, HOME);
    assert.ok(RULES);
    return { ref, rules: RULES };
  });
}

/** Makes an older program have written the facts of an event. */
async function writeFacts(
  it: Fixture,
  name: string,
  facts: Partial<ObjectFacts>,
): Promise<void> {
  const { ref } = await outdatedIn(it);
  await it.store.write({
    trees: [ref.tree],
    run(tx) {
      const row = tx.get(entryKey(ref, name));
      assert.ok(row?.stamp);
      tx.set(entryKey(ref, name), {
        ...row.value,
        facts: {
          uid: name,
          component: "VEVENT",
          version: FACTS_VERSION - 1,
          ...facts,
        },
        stamp: row.value.stamp ?? row.stamp,
      });
      tx.change(ref, name, "other");
    },
  });
}

/** Some events with such facts. */
async function withOldFacts(names: readonly string[]): Promise<Fixture> {
  const it = await createFixture();
  for (const name of names) {
    value(await it.put(`${HOME}/${name}`, ics(name)));
    // in the wrong place
    await writeFacts(it, name, { span: { first: 0, last: 1 } });
  }
  return it;
}

function entries(it: Fixture): Promise<EntryRecord[]> {
  return it.read((reader) => {
    const { ref } = collectionAt(reader, HOME);
    return reader.view.map(ref).members().map(({ entry }) => entry);
  });
}

function found(it: Fixture, year: number): Promise<number> {
  return it.read((reader) =>
    reader.candidates(
      collectionAt(reader, HOME),
      Date.UTC(year, 0, 1),
      Date.UTC(year + 1, 0, 1),
    ).length
  );
}

Deno.test("refreshSome() computes facts again and leaves tags and tokens alone", async () => {
  const it = await withOldFacts(["a.ics", "b.ics"]);
  const before = [
    await it.etag(`${HOME}/a.ics`),
    await it.ctag(HOME),
    await it.token(HOME),
  ];
  const outdated = await outdatedIn(it);
  assert.equal(await refreshSome(it.store, outdated), 2);
  assert.equal(await refreshSome(it.store, outdated), 0);
  for (const { facts } of await entries(it)) {
    assert.equal(facts.version, FACTS_VERSION);
    assert.ok((facts.span?.first ?? 0) > 1);
  }
  assert.deepEqual([
    await it.etag(`${HOME}/a.ics`),
    await it.ctag(HOME),
    await it.token(HOME),
  ], before);
});

Deno.test("objects whose facts are old are candidates for every range, until they are computed again", async () => {
  const it = await withOldFacts(["a.ics"]);
  assert.equal(await found(it, 1990), 1);
  // asking has begun the work
  for (let tries = 0; tries < 100; tries++) {
    const [entry] = await entries(it);
    if (entry?.facts.version === FACTS_VERSION) break;
  }
  assert.equal((await entries(it))[0]?.facts.version, FACTS_VERSION);
  assert.equal(await found(it, 1990), 0);
});

/** Old facts, and rules by which their object would be refused today. */
async function refusedIn(it: Fixture): Promise<OutdatedFacts> {
  const { ref, rules } = await outdatedIn(it);
  const problem = {
    name: "caldav:valid-calendar-data",
    message: "no more",
  } as const;
  return { ref, rules: { ...rules, check: () => ({ ok: false, problem }) } };
}

Deno.test("what would be refused today keeps its UID, and counts always", async () => {
  const it = await withOldFacts(["a.ics"]);
  assert.equal(await refreshSome(it.store, await refusedIn(it)), 1);
  const [entry] = await entries(it);
  assert.deepEqual(entry?.facts, {
    uid: "a.ics",
    component: "VEVENT",
    version: FACTS_VERSION,
  });
  assert.equal(await found(it, 1990), 1);
});

for (
  const [what, old, access] of [
    ["keeps its class", { access: "CONFIDENTIAL" }, "CONFIDENTIAL"],
    ["and whose class was never known is private", {
      version: CLASS_FACTS_VERSION - 1,
    }, "PRIVATE"],
  ] as const
) {
  Deno.test(`what would be refused today ${what}`, async () => {
    const it = await withOldFacts(["a.ics"]);
    await writeFacts(it, "a.ics", old);
    assert.equal(await refreshSome(it.store, await refusedIn(it)), 1);
    assert.equal((await entries(it))[0]?.facts.access, access);
  });
}

Deno.test("facts of an object that changes meanwhile are not written over", async () => {
  const it = await withOldFacts(["a.ics"]);
  const { ref, rules } = await outdatedIn(it);
  let changing: Promise<unknown> | undefined;
  const store = {
    ...it.store,
    async write<T>(operation: Parameters<typeof it.store.write<T>>[0]) {
      changing = it.put(`${HOME}/a.ics`, ics("a.ics", { summary: "new" }));
      await changing;
      return await it.store.write(operation);
    },
  };
  assert.equal(await refreshSome(store, { ref, rules }), 0);
  assert.ok(changing);
  assert.match(await it.text(`${HOME}/a.ics`) ?? "", /new/);
  assert.equal((await entries(it))[0]?.stamp, undefined);
});

Deno.test("facts that another process has written meanwhile, which knows more, are not written over", async () => {
  const it = await withOldFacts(["a.ics"]);
  const store = {
    ...it.store,
    async write<T>(operation: Parameters<typeof it.store.write<T>>[0]) {
      await writeFacts(it, "a.ics", { version: FACTS_VERSION + 1 });
      return await it.store.write(operation);
    },
  };
  assert.equal(await refreshSome(store, await outdatedIn(it)), 0);
  assert.equal((await entries(it))[0]?.facts.version, FACTS_VERSION + 1);
});

Deno.test("createFactsRefresher() tells of failures, and begins anew when asked again", async () => {
  const it = await withOldFacts(["a.ics"]);
  const outdated = await outdatedIn(it);
  const failing = { ...it.store, read: () => Promise.reject(new Error("no")) };
  const told = Promise.withResolvers<unknown>();
  const refresher = createFactsRefresher({
    store: failing,
    log: (_message, error) => told.resolve(error),
  });
  refresher.begin(outdated);
  refresher.begin(outdated);
  assert.match(String(await told.promise), /no/);
});

/** A calendar that somebody else reads, with a private and a public event of which no class is known. */
async function withoutClasses(mode: "hide" | "busy") {
  const it = await createAclFixture();
  const ace = { ...allow("you", "dav:read"), private: mode };
  value(await it.setAcl(HOME, [ace]));
  for (const access of ["PRIVATE", "PUBLIC"]) {
    const name = access.toLowerCase();
    const text = new TextDecoder().decode(ics(name, { summary: access }));
    const body = text.replace("SUMMARY", `CLASS:${access}\r\nSUMMARY`);
    value(await it.put(`${HOME}/${name}`, body));
    await writeFacts(it, name, { version: CLASS_FACTS_VERSION - 1 });
  }
  return it;
}

/** What a guest is shown, each object's bytes as they see them. */
function shown(it: Fixture): Promise<string[]> {
  return it.service.read(it.you, (reader) => {
    const objects = reader.children(collectionAt(reader, HOME))
      .filter((member) => "entry" in member);
    reader.needBodies(objects);
    return objects.map((object) =>
      new TextDecoder().decode(reader.body(object))
    );
  });
}

/** Waits for work in the background. */
async function untilRefreshed(it: Fixture): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const all = await entries(it);
    if (all.every(({ facts }) => facts.version === FACTS_VERSION)) return;
  }
  assert.fail("The facts are old for ever");
}

Deno.test("an object whose class is not known yet is hidden from guests until their listing has had it found out", async () => {
  const it = await withoutClasses("hide");
  assert.deepEqual(await shown(it), []);
  await untilRefreshed(it);
  const [only, ...others] = await shown(it);
  assert.match(only ?? "", /SUMMARY:PUBLIC/);
  assert.deepEqual(others, []);
});

Deno.test("an object whose class is not known yet is shown to guests as a time, where private ones are", async () => {
  const it = await withoutClasses("busy");
  const before = await shown(it);
  assert.equal(before.length, 2);
  for (const text of before) assert.match(text, /SUMMARY:Busy/);
  await untilRefreshed(it);
  const [hidden, open] = await shown(it);
  assert.match(hidden ?? "", /SUMMARY:Busy/);
  assert.match(open ?? "", /SUMMARY:PUBLIC/);
});

Deno.test("a sync of a guest begins the search for classes that are not known, the owner's does not", async () => {
  const it = await withoutClasses("hide");
  await it.sync(HOME, null);
  await it.members(HOME);
  const [first] = await entries(it);
  assert.equal(first?.facts.version, CLASS_FACTS_VERSION - 1);
  const page = await it.service.read(
    it.you,
    (reader) => reader.sync(collectionAt(reader, HOME), null, null),
  );
  assert.deepEqual(value(page).changed, []);
  await untilRefreshed(it);
});

/** What a guest's sync with a token names, "refused" where the token is none any longer. */
function news(it: Fixture, token: string): Promise<string[] | "refused"> {
  return it.service.read(it.you, (reader) => {
    const page = reader.sync(collectionAt(reader, HOME), token, null);
    if (!page.ok) return "refused";
    return page.value.changed.flatMap((one) => "entry" in one ? one.name : []);
  });
}

for (
  const [what, facts] of [
    ["known", { version: CLASS_FACTS_VERSION - 1 }],
    ["another", { access: "PRIVATE" }],
  ] as const
) {
  Deno.test(`guests begin anew where a class is ${what} now, the owner goes on`, async () => {
    const it = await withoutClasses("hide");
    await refreshSome(it.store, await outdatedIn(it));
    await writeFacts(it, "public", facts);
    const tokenOf = (session: Session) =>
      it.service.read(
        session,
        (reader) => reader.syncToken(collectionAt(reader, HOME)),
      );
    const [guests, owners] = [await tokenOf(it.you), await tokenOf(it.me)];
    assert.deepEqual(await news(it, guests), []);
    assert.equal(await refreshSome(it.store, await outdatedIn(it)), 1);
    assert.equal(await news(it, guests), "refused");
    assert.deepEqual(await news(it, ""), ["public"]);
    assert.equal(await tokenOf(it.me), owners);
  });
}

Deno.test("guests go on where no class is another than it was", async () => {
  const it = await withoutClasses("hide");
  await refreshSome(it.store, await outdatedIn(it));
  await writeFacts(it, "public", {});
  await writeFacts(it, "private", { access: "CONFIDENTIAL" });
  const token = await it.service.read(
    it.you,
    (reader) => reader.syncToken(collectionAt(reader, HOME)),
  );
  assert.equal(await refreshSome(it.store, await outdatedIn(it)), 2);
  assert.deepEqual(await news(it, token), []);
});

for (const [mode, told] of [["hide", []], ["busy", ["private"]]] as const) {
  for (const away of ["removed", "moved"] as const) {
    Deno.test(`guests to whom private objects are "${mode}" hear as much of one of unknown class that is ${away}`, async () => {
      const it = await withoutClasses(mode);
      value(await it.make("calendars/me/other"));
      const token = await it.service.read(
        it.you,
        (reader) => reader.syncToken(collectionAt(reader, HOME)),
      );
      const from = `${HOME}/private`;
      if (away === "removed") value(await it.remove(from));
      else value(await it.move(from, "calendars/me/other/private"));
      const page = await it.service.read(
        it.you,
        (reader) => reader.sync(collectionAt(reader, HOME), token, null),
      );
      assert.deepEqual(value(page).removed, told);
    });
  }
}
