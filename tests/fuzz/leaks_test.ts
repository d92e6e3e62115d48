/**
 * Random trees, ACLs, groups and changes over time: no answer to anybody holds
 * a name, UID, tag or byte of what they may not read at that moment, and every
 * sync client ends with what its user may read.
 */

import assert from "node:assert/strict";
import {
  type DavAnswer,
  parseMultistatus,
  propfindBody,
} from "../protocol/harness.ts";
import { createRandom, type Random } from "../store/random.ts";
import {
  type AnyRequest,
  asksAbout,
  looksAt,
  putWithUid,
} from "./leaks/requests.ts";
import { textOf } from "../../src/xml/names.ts";
import { createScene, GUESTS, type Scene } from "./leaks/scene.ts";
import { createSyncClients, type SyncClients } from "./leaks/sync_clients.ts";
import {
  type Asker,
  rightsOn,
  secretsFrom,
  type WorldColl,
  type WorldObject,
} from "./leaks/world.ts";

/** More of them, and others, by hand: `KALENDS_FUZZ_RUNS` and `KALENDS_FUZZ_SEED`. */
const WORLDS = Number(Deno.env.get("KALENDS_FUZZ_RUNS") ?? 3);
const SEED = Number(Deno.env.get("KALENDS_FUZZ_SEED") ?? 3744);

/** Changes of one world; after each of them somebody looks around. */
const CHANGES = 60;

const ASKERS: readonly [Asker, ...Asker[]] = [...GUESTS, ...GUESTS, null];

interface Looker {
  readonly scene: Scene;
  readonly random: Random;
  readonly clients: SyncClients;
  readonly counts: {
    requests: number;
    secrets: number;
    seen: number;
    hidden: number;
  };
}

function secretsOf({ colls, groups, graves }: Scene, asker: Asker): string[] {
  const buried = [...graves].map(([coll, objects]): WorldColl => ({
    ...coll,
    objects: new Map(objects.map((object) => [object.name, object])),
  }));
  return [
    ...secretsFrom(asker, groups, colls),
    ...secretsFrom(asker, groups, buried),
  ];
}

async function ask(
  { scene, counts }: Looker,
  asker: Asker,
  request: AnyRequest,
): Promise<void> {
  const { method, path, headers, body } = request;
  const answer = await scene.server.dav(method, path, {
    user: asker,
    headers,
    body,
  });
  const sent = `${path} ${body ?? ""}`;
  counts.requests++;
  const secrets = secretsOf(scene, asker);
  counts.secrets += secrets.length;
  tellsNothing(
    answer,
    secrets.filter((secret) => !sent.includes(secret)),
    `${asker} by ${method} ${sent}`,
  );
}

function tellsNothing(
  answer: DavAnswer,
  secrets: readonly string[],
  asked: string,
): void {
  const text = `${answer.text} ${JSON.stringify([...answer.headers])}`;
  for (const secret of secrets) {
    assert.ok(
      !text.includes(secret),
      `${secret} is told to ${asked}: ${answer.status} ${
        text.slice(Math.max(0, text.indexOf(secret) - 300)).slice(0, 400)
      }`,
    );
  }
}

/** Names in the guest's own homes of what is shared with them. */
async function sharedWith(
  { scene }: Looker,
  asker: Asker,
  home: string,
): Promise<string[]> {
  const answer = await scene.server.dav("PROPFIND", home, {
    user: asker,
    headers: { depth: "1" },
    body: propfindBody("D:displayname"),
  });
  return [...parseMultistatus(answer).members.keys()]
    .filter((href) => href.startsWith(`${home}~`));
}

/** How many collections a guest should find in their homes. */
function countShared({ scene }: Looker, asker: Asker, kind: string): number {
  const { colls, groups } = scene;
  return colls.filter((coll) =>
    coll.kind === kind && rightsOn(asker, groups, { coll }).read &&
    coll.aces.some(({ deny, who }) => {
      if (deny || who === "everyone" || who === "all") return false;
      const alone: WorldColl = {
        ...coll,
        parent: null,
        aces: [{ who, deny: false, rights: ["read"], mode: "show" }],
      };
      return rightsOn(asker, groups, { coll: alone }).read;
    })
  ).length;
}

function readable({ scene }: Looker, asker: Asker, coll: WorldColl): string[] {
  const { colls, groups } = scene;
  const objects = [...coll.objects.values()]
    .filter((object) => rightsOn(asker, groups, { coll, object }).read)
    .map(({ name }) => name);
  const inner = colls
    .filter((one) =>
      one.parent === coll && rightsOn(asker, groups, { coll: one }).read
    )
    .map(({ path }) => path.slice(coll.path.length, -1));
  return [...objects, ...inner].sort();
}

async function lookAround(looker: Looker): Promise<void> {
  const { scene, random } = looker;
  const { colls, groups } = scene;
  const asker = random.pick(ASKERS);
  const coll = random.pick(colls);
  const hrefs = [...coll.objects.keys()].map((name) => `${coll.path}${name}`);
  const homes = asker === null
    ? []
    : [`/calendars/${asker}/`, `/addressbooks/${asker}/`];
  const shared: string[] = [];
  for (const [index, home] of homes.entries()) {
    const found = await sharedWith(looker, asker, home);
    const kind = index === 0 ? "calendar" : "addressbook";
    assert.equal(found.length, countShared(looker, asker, kind), home);
    shared.push(...found, home);
  }
  for (const place of [coll.path, ...shared]) {
    for (const request of looksAt(place, hrefs)) {
      await ask(looker, asker, request);
    }
  }
  for (const [name, { uid }] of coll.objects) {
    for (const request of asksAbout(`${coll.path}${name}`)) {
      await ask(looker, asker, request);
    }
    const may = rightsOn(asker, groups, { coll }).write;
    // Who may write would really write.
    if (uid === null || coll.kind !== "calendar" || may && asker === null) {
      continue;
    }
    await ask(looker, asker, putWithUid(`${coll.path}other.ics`, uid));
  }
}

/** Every guest brings a collection or two up to date. */
async function syncAll(looker: Looker): Promise<void> {
  const { scene, random, clients, counts } = looker;
  for (const asker of [...GUESTS, null]) {
    for (const coll of scene.colls.filter(() => random.chance(0.4))) {
      const known = await clients.step(asker, coll.path);
      const { read } = rightsOn(asker, scene.groups, { coll });
      const right = read ? readable(looker, asker, coll) : [];
      counts.seen += right.length;
      assert.deepEqual([...known].sort(), right, `${asker} ${coll.path}`);
    }
  }
}

/** Whether an object is kept from somebody who may read its collection for being private, and for nothing else. */
function isWithheld(
  { scene: { groups } }: Looker,
  asker: Asker,
  { coll, object }: { readonly coll: WorldColl; readonly object: WorldObject },
): boolean {
  return rightsOn(asker, groups, { coll }).read &&
    !rightsOn(asker, groups, { coll, object }).read &&
    object.access !== "PUBLIC" && object.aces.length === 0;
}

/** The versions of a collection as somebody is told them, and of the homes that show it; "" for those that they may not read. */
async function versionsOf(
  { scene }: Looker,
  asker: Asker,
  coll: WorldColl,
): Promise<string[]> {
  const homes = asker === null ? [] : [`/calendars/${asker}/`];
  const versions: string[] = [];
  for (const path of [coll.path, coll.parent?.path ?? "/", ...homes]) {
    const answer = await scene.server.dav("PROPFIND", path, {
      user: asker,
      headers: { depth: "0" },
      body: propfindBody("D:sync-token", "CS:getctag"),
    });
    if (answer.status !== 207) {
      versions.push("");
      continue;
    }
    for (const { props } of parseMultistatus(answer).members.values()) {
      const texts = Object.values(props[200] ?? {}).map(textOf);
      assert.ok(texts.length === 2 || path === "/", path);
      versions.push(...texts);
    }
  }
  return versions;
}

/** Calendars that somebody may read, but nothing private in them. */
function discreetCalendars({ scene }: Looker): WorldColl[] {
  const { colls, groups } = scene;
  return colls.filter((coll) =>
    coll.kind === "calendar" && !coll.path.endsWith("/tasks/") &&
    [...GUESTS, null].some((asker) => {
      const { read, write, masked } = rightsOn(asker, groups, {
        coll,
        object: {
          name: "",
          uid: null,
          marker: "",
          access: "PRIVATE",
          aces: [],
          etag: "",
        },
      });
      return !read && !write && !masked &&
        rightsOn(asker, groups, { coll }).read;
    })
  );
}

/** Changes something, and sees to it that no version tells of what is withheld. */
async function change(looker: Looker): Promise<void> {
  const { scene, random, counts } = looker;
  const askers = [...GUESTS, null];
  const before = new Map<Asker, string[]>();
  const look = async (coll: WorldColl) => {
    for (const asker of askers) {
      before.set(asker, await versionsOf(looker, asker, coll));
    }
  };
  const [discreet] = random.chance(0.3) ? discreetCalendars(looker) : [];
  const changed = discreet === undefined
    ? await scene.change(look)
    : await scene.putPrivate(discreet, look);
  if (changed === undefined) return;
  const { coll, objects } = changed;
  for (const asker of askers) {
    const hidden = objects.every((object) =>
      isWithheld(looker, asker, { coll, object })
    );
    if (!hidden) continue;
    counts.hidden++;
    assert.ok(before.get(asker)?.[0]?.startsWith("urn:"), "No token is told");
    const after = await versionsOf(looker, asker, coll);
    assert.deepEqual(after, before.get(asker), `${asker} ${coll.path}`);
  }
}

Deno.test("nobody is told anything of what they may not read", async () => {
  const counts = { requests: 0, secrets: 0, seen: 0, hidden: 0 };
  let continued = 0;
  for (let world = 0; world < WORLDS; world++) {
    const random = createRandom(SEED + world);
    const scene = await createScene(random);
    await using _server = scene.server;
    const clients = createSyncClients(
      scene.server,
      (asker, answer) =>
        tellsNothing(answer, secretsOf(scene, asker), `${asker} by a sync`),
    );
    for (let n = 0; n < CHANGES; n++) {
      const looker = { scene, random, clients, counts };
      try {
        await change(looker);
        if (n % 2 === 0) await lookAround(looker);
        await syncAll(looker);
      } catch (error) {
        throw new Error(`Seed ${SEED + world}, change ${n}`, { cause: error });
      }
    }
    continued += clients.continued();
  }
  const { requests, secrets, seen, hidden } = counts;
  // A test in which there is nothing to tell, or nothing to see, says nothing.
  assert.ok(
    secrets > requests && seen > 10 * WORLDS && continued > WORLDS &&
      hidden > 2 * WORLDS,
    JSON.stringify({ ...counts, continued }),
  );
});
