import assert from "node:assert/strict";
import { createAccess, mayKnow } from "../../../src/service/access.ts";
import type { Ace } from "../../../src/service/ace.ts";
import type { PrivateMode } from "../../../src/store/records.ts";
import type { ResourcePath } from "../../../src/service/problems.ts";
import type { Session } from "../../../src/service/types.ts";
import { resolve } from "../../../src/service/resolve.ts";
import { createVersions } from "../../../src/service/versions.ts";
import { aclKey } from "../../../src/store/keys.ts";
import { allow, createAclFixture } from "../../service/acl_fixture.ts";
import {
  at,
  collectionAt,
  createFixture,
  ics,
  problem,
  value,
} from "../../service/fixture.ts";

const ROOT = { type: "root" } as const;
const ME = { type: "principal", set: "users", name: "me" } as const;
const YOU = { type: "principal", set: "users", name: "you" } as const;

Deno.test("privilegesOn() gives the owner everything in their own trees", async () => {
  const it = await createFixture();
  value(await it.put("files/me/a", "x"));
  for (const path of ["calendars/me", "calendars/me/home", "files/me/a"]) {
    const has = await it.read((reader) => {
      const resource = reader.resolve(at(path));
      assert.ok(resource !== undefined);
      return reader.privileges(resource);
    });
    assert.ok(has.has("dav:all") && has.has("dav:bind"), path);
    assert.equal(has.size, 12, path);
  }
});

Deno.test("privilegesOn() lets the signed-in read virtual resources and change their own principal", async () => {
  const it = await createFixture();
  const has = (path: ResourcePath, session: Session | null = it.me) =>
    it.service.read(session, (reader) => {
      const resource = reader.resolve(path);
      assert.ok(resource !== undefined);
      return [...reader.privileges(resource)].sort();
    });
  const read = [
    "dav:read",
    "dav:read-acl",
    "dav:read-current-user-privilege-set",
    "caldav:read-free-busy",
  ].sort();
  assert.deepEqual(await has(ROOT), read);
  assert.deepEqual(await has({ type: "space", space: "files" }), read);
  assert.deepEqual(await has(ME), [...read, "dav:write-properties"]);
  assert.deepEqual(await has(YOU), read);
  assert.deepEqual(await has(at("files/you")), []);
  assert.deepEqual(await has(ROOT, null), []);
});

Deno.test("mayKnow() hides what is below other users' names", async () => {
  const it = await createFixture();
  const knows = (session: Session | null, path: ResourcePath) =>
    it.store.read((view) => mayKnow(view, session, path));
  for (const path of [ROOT, ME, YOU, at("files/me/x"), at("files/ME")]) {
    assert.equal(await knows(it.me, path), true, JSON.stringify(path));
    assert.equal(await knows(null, path), false);
  }
  for (const path of [at("files/you"), at("files/nobody/x")]) {
    assert.equal(await knows(it.me, path), false, JSON.stringify(path));
  }
});

Deno.test("authorise() answers the resource, need-privileges or not-found", async () => {
  const it = await createFixture();
  const ask = (path: ResourcePath, privilege: "dav:read" | "dav:bind") =>
    it.read((reader) => reader.authorise(path, privilege));
  assert.equal(value(await ask(at("files/me"), "dav:bind")).kind, "files-root");
  assert.equal(problem(await ask(at("files/me/x"), "dav:read")), "not-found");
  assert.equal(problem(await ask(ROOT, "dav:bind")), "dav:need-privileges");
  const hidden = [at("files/you"), at("files/you/x"), at("files/nobody")];
  for (const path of hidden) {
    assert.equal(problem(await ask(path, "dav:read")), "dav:need-privileges");
  }
});

Deno.test("createAccess() shows of what is private what the nearest ACEs that grant reading say, the most open of them", async () => {
  const it = await createAclFixture();
  const path = "calendars/me/home/a.ics";
  const text = new TextDecoder().decode(ics("a"));
  value(
    await it.put(path, text.replace("SUMMARY", "CLASS:PRIVATE\r\nSUMMARY")),
  );
  const read = (who: string, mode: PrivateMode) => ({
    ...allow(who, "dav:read"),
    private: mode,
  });
  /** What of it is shown: all, the times, or nothing. */
  const shown = () =>
    it.service.read(it.you, (reader) => {
      const [object] = reader.children(
        collectionAt(reader, "calendars/me/home"),
      );
      if (object === undefined || !("entry" in object)) return "hide";
      reader.needBodies([object]);
      const body = new TextDecoder().decode(reader.body(object));
      return body.includes("SUMMARY:Lunch") ? "show" : "busy";
    });
  const steps: [place: string, aces: Ace[], expected: PrivateMode][] = [
    ["calendars/me", [read("you", "show")], "show"],
    ["calendars/me/home", [read("group:team", "hide")], "hide"],
    // it says nothing of reading
    [path, [allow("you", "caldav:read-free-busy")], "hide"],
    ["calendars/me/home", [read("you", "hide"), read("*all", "busy")], "busy"],
    [path, [read("you", "show")], "show"],
    [path, [read("group:staff", "hide")], "hide"],
    [path, [read("me", "show")], "busy"],
    ["calendars/me/home", [], "show"],
  ];
  for (const [at, [place, aces, expected]] of steps.entries()) {
    value(await it.setAcl(place, aces));
    assert.equal(await shown(), expected, `step ${at}`);
  }
});

Deno.test("createAccess() looks at the ACEs of an object once", async () => {
  const it = await createAclFixture();
  value(await it.put("files/me/a", "x"));
  value(await it.setAcl("files/me/a", [allow("you", "dav:read")]));
  const looks = await it.store.read((view) => {
    const object = resolve(view, at("files/me/a"));
    assert.ok(object !== undefined && "entry" in object);
    let count = 0;
    const key = aclKey(object.parent.ref, "a").text;
    const access = createAccess({
      ...view,
      get(row) {
        if (row.text === key) count++;
        return view.get(row);
      },
    }, it.you);
    for (let n = 0; n < 3; n++) {
      assert.ok(access.privileges(object).has("dav:read"));
      assert.ok(access.readsWhole(object));
    }
    return count;
  });
  assert.equal(looks, 1);
});

Deno.test("createAccess() shows what is in a home of others to its user alone", async () => {
  const it = await createAclFixture();
  value(await it.setAcl("calendars/me/home", [allow("you", "dav:read")]));
  const [own, others] = await it.store.read((view) => {
    const home = resolve(view, at("calendars/you"));
    assert.ok(home !== undefined && "ref" in home);
    const [shared] = createVersions(view, { session: it.you }).shared(home);
    assert.ok(shared !== undefined);
    return [it.you, it.me].map((session) =>
      createAccess(view, session).privileges(shared.collection)
    );
  });
  assert.ok(own?.has("dav:read") && own.has("dav:write-properties"));
  assert.equal(others?.size, 0);
});
