/**
 * A server with an owner, three others and two groups, and the random changes
 * that its owner makes: on the server and in the test's own picture of it.
 *
 * @module
 */

import assert from "node:assert/strict";
import { openAdminSession } from "../../../src/service/admin_session.ts";
import type { Ace } from "../../../src/service/ace.ts";
import type { Privilege } from "../../../src/service/privileges.ts";
import { createTestServer, type TestServer } from "../../protocol/harness.ts";
import { at } from "../../service/fixture.ts";
import type { Random } from "../../store/random.ts";
import type {
  Right,
  Who,
  WorldAce,
  WorldColl,
  WorldGroups,
  WorldObject,
} from "./world.ts";

/** People who are not the owner. */
export const GUESTS = ["ann", "ben", "cas"] as const;

/** The server, what is in it, and what was. */
export interface Scene {
  readonly server: TestServer;
  readonly colls: readonly [WorldColl, ...WorldColl[]];
  readonly groups: WorldGroups;
  /** Objects that are gone, by collection. */
  readonly graves: Map<WorldColl, WorldObject[]>;
  /** Makes one random change; gives it where it is one of an object's content. */
  change(before: BeforeChange): Promise<ObjectChange | undefined>;
  /** Writes an object of a calendar that is not for everybody. */
  putPrivate(
    coll: WorldColl,
    before: BeforeChange,
  ): Promise<ObjectChange | undefined>;
}

/** An object that was written or removed. */
export interface ObjectChange {
  readonly coll: WorldColl;
  /** What was at its name, and what is. */
  readonly objects: readonly WorldObject[];
}

/** Told of the collection that an object is about to change in. */
export type BeforeChange = (coll: WorldColl) => Promise<void>;

const WHO: readonly [Who, ...Who[]] = [
  "ann",
  "ben",
  "cas",
  "team",
  "inner",
  "everyone",
  "all",
];

type Class = WorldObject["access"];

const CLASSES = ["PUBLIC", "PUBLIC", "PRIVATE", "CONFIDENTIAL"] as const;

const PRIVILEGES: Readonly<Record<Right, Privilege>> = {
  read: "dav:read",
  write: "dav:write",
  "free-busy": "caldav:read-free-busy",
};

function principalOf(who: Who): Ace["principal"] {
  if (who === "all") return { type: "all" };
  if (who === "everyone") return { type: "authenticated" };
  const set = who === "team" || who === "inner" ? "groups" : "users";
  return { type: "principal", path: { type: "principal", set, name: who } };
}

/** Builds the scene. */
export async function createScene(random: Random): Promise<Scene> {
  const server = await createTestServer();
  for (const login of ["owner", ...GUESTS]) await server.addUser({ login });
  await server.addGroup({ name: "inner" });
  await server.addGroup({ name: "team" }, "group:inner");
  const group = { type: "group", name: "inner" } as const;
  const groups: WorldGroups = { team: new Set(), inner: new Set() };
  const graves: Scene["graves"] = new Map();
  let count = 0;

  function coll(
    kind: WorldColl["kind"],
    path: string,
    parent: WorldColl | null,
  ): WorldColl {
    return { kind, path, parent, aces: [], objects: new Map() };
  }
  const home = coll("home", "/calendars/owner/", null);
  const cards = coll("home", "/addressbooks/owner/", null);
  const files = coll("folder", "/files/owner/", null);
  const folder = coll("folder", "/files/owner/d/", files);
  const colls: Scene["colls"] = [
    home,
    coll("calendar", "/calendars/owner/home/", home),
    coll("calendar", "/calendars/owner/work/", home),
    coll("calendar", "/calendars/owner/tasks/", home),
    cards,
    coll("addressbook", "/addressbooks/owner/contacts/", cards),
    files,
    folder,
    coll("folder", "/files/owner/d/e/", folder),
  ];
  const owner = { user: "owner" } as const;
  for (const path of ["/files/owner/d/", "/files/owner/d/e/"]) {
    assert.equal((await server.dav("MKCOL", path, owner)).status, 201);
  }
  const made = await server.dav("MKCALENDAR", "/calendars/owner/work/", owner);
  assert.equal(made.status, 201);

  function word(letter: string): string {
    count++;
    return `${letter}${Math.floor(random.next() * 1e9)}q${count}z`;
  }

  function someObject(): { coll: WorldColl; object: WorldObject } | undefined {
    const all = colls.flatMap((coll) =>
      [...coll.objects.values()].map((object) => ({ coll, object }))
    );
    const [first, ...rest] = all;
    return first && random.pick([first, ...rest]);
  }

  function aces(): WorldAce[] {
    const some = Array.from({ length: random.below(5) }, (): WorldAce => ({
      who: random.pick(WHO),
      deny: random.chance(0.15),
      rights: random.pick([
        ["read"],
        ["read"],
        ["free-busy"],
        ["read", "write"],
        ["write"],
      ]),
      mode: random.pick(["hide", "hide", "busy", "show"]),
    }));
    // What denies stands first, and nobody is granted what they are denied.
    const denies = some.filter(({ deny }) => deny);
    const grants = some.filter(({ deny, who, rights }) =>
      !deny &&
      !denies.some((one) =>
        one.who === who && one.rights.some((right) => rights.includes(right))
      )
    );
    return [...denies, ...grants];
  }

  async function setAces(target: WorldColl | WorldObject, path: string) {
    const wanted = aces();
    const session = await openAdminSession(server.store, "owner");
    assert.ok(session !== undefined);
    const done = await server.service.setAcl(
      session,
      at(path.replace(/^\/|\/$/g, "")),
      {
        conditions: {},
        aces: wanted.map(({ who, deny, rights, mode }) => ({
          principal: principalOf(who),
          deny,
          privileges: rights.map((right) => PRIVILEGES[right]),
          private: mode,
        })),
      },
    );
    assert.ok(done.ok, JSON.stringify([done, wanted]));
    target.aces = wanted;
  }

  async function put(
    before: BeforeChange,
    coll: WorldColl = random.pick(colls),
    classes: readonly [Class, ...Class[]] = CLASSES,
  ): Promise<ObjectChange | undefined> {
    // Tasks have a calendar of their own, which takes no events.
    if (coll.kind === "home" || coll.path.endsWith("/tasks/")) return undefined;
    const old = random.chance(0.4)
      ? [...coll.objects.values()][random.below(coll.objects.size)]
      : undefined;
    const uid = coll.kind === "folder" ? null : old?.uid ?? word("u");
    const access = coll.kind === "calendar" ? random.pick(classes) : "PUBLIC";
    const object: WorldObject = {
      name: old?.name ?? word("n"),
      uid,
      marker: word("m"),
      access,
      aces: old?.aces ?? [],
      etag: "",
    };
    const [type, body] = contentOf(coll, object);
    await before(coll);
    const answer = await server.dav("PUT", `${coll.path}${object.name}`, {
      user: "owner",
      headers: { "content-type": type },
      body,
    });
    assert.ok([201, 204].includes(answer.status), answer.text);
    object.etag = (answer.headers.get("etag") ?? "").replaceAll('"', "");
    assert.notEqual(object.etag, "");
    coll.objects.set(object.name, object);
    return { coll, objects: old === undefined ? [object] : [old, object] };
  }

  async function remove(
    before: BeforeChange,
  ): Promise<ObjectChange | undefined> {
    const found = someObject();
    if (found === undefined) return undefined;
    const { coll, object } = found;
    const path = `${coll.path}${object.name}`;
    await before(coll);
    assert.equal((await server.dav("DELETE", path, owner)).status, 204);
    coll.objects.delete(object.name);
    graves.set(coll, [...graves.get(coll) ?? [], object]);
    return { coll, objects: [object] };
  }

  async function regroup(): Promise<void> {
    const name = random.pick(["team", "inner"] as const);
    const members = GUESTS.filter(() => random.chance(0.4));
    const set = members.map((login) => ({
      type: "user" as const,
      name: login as string,
    }));
    const all = name === "team" ? [...set, group] : set;
    assert.ok((await server.groups.setMembers(name, all)).ok);
    groups[name] = new Set(members);
  }

  async function change(
    before: BeforeChange,
  ): Promise<ObjectChange | undefined> {
    const dice = random.next();
    if (dice < 0.5) return await put(before);
    if (dice < 0.6) return await remove(before);
    if (dice < 0.7) await regroup();
    else if (dice < 0.8) {
      const found = someObject();
      if (found === undefined) return undefined;
      const { coll, object } = found;
      await setAces(object, `${coll.path}${object.name}`);
    } else {
      const coll = random.pick(colls);
      await setAces(coll, coll.path);
    }
    return undefined;
  }

  return {
    server,
    colls,
    groups,
    graves,
    change,
    putPrivate: (coll, before) =>
      put(before, coll, ["PRIVATE", "CONFIDENTIAL"]),
  };
}

function contentOf(
  coll: WorldColl,
  { uid, marker, access }: WorldObject,
): [type: string, body: string] {
  const text = (lines: string[]) => `${lines.join("\r\n")}\r\n`;
  switch (coll.kind) {
    case "calendar":
      return [
        "text/calendar",
        text([
          "BEGIN:VCALENDAR",
          "VERSION:2.0",
          "PRODID:-//Example//EN",
          "BEGIN:VEVENT",
          `UID:${uid}`,
          "DTSTAMP:20260101T000000Z",
          "DTSTART:20260102T120000Z",
          "DURATION:PT1H",
          `SUMMARY:${marker}`,
          `CLASS:${access}`,
          "END:VEVENT",
          "END:VCALENDAR",
        ]),
      ];
    case "addressbook":
      return [
        "text/vcard",
        text([
          "BEGIN:VCARD",
          "VERSION:3.0",
          `UID:${uid}`,
          `FN:${marker}`,
          `N:${marker};;;;`,
          "END:VCARD",
        ]),
      ];
    default:
      return ["text/plain", marker];
  }
}
