/**
 * A service over the sequential store with two accounts, and short forms of
 * what tests do with it.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  makeTrees,
  planTrees,
  treeIds,
} from "../../src/service/account_trees.ts";
import type {
  Outcome,
  ProblemName,
  ResourcePath,
  Space,
} from "../../src/service/problems.ts";
import { createService, type ServiceDeps } from "../../src/service/service.ts";
import type { Conditions } from "../../src/service/conditions.ts";
import type {
  CollectionResource,
  ObjectResource,
  PropChange,
  PutResult,
  Reader,
  Service,
  Session,
  SyncPage,
  TransferOptions,
} from "../../src/service/types.ts";
import { loginKey, userKey } from "../../src/store/keys.ts";
import type { UserRecord } from "../../src/store/records.ts";
import { createMemoryStore, type MemoryStore } from "./memory_store.ts";

/** A path such as `calendars/me/home/a.ics`, split at its slashes. */
export function at(text: string): ResourcePath & { type: "tree" } {
  const [space = "", user = "", ...names] = text.split("/");
  return { type: "tree", space: space as Space, user, names };
}

/** A calendar object with one event or task. */
export function ics(
  uid: string,
  options: { component?: string; summary?: string } = {},
): Uint8Array {
  const { component = "VEVENT", summary = "Lunch" } = options;
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Example//EN",
    `BEGIN:${component}`,
    `UID:${uid}`,
    "DTSTAMP:20260101T000000Z",
    "DTSTART:20260102T120000Z",
    `SUMMARY:${summary}`,
    `END:${component}`,
    "END:VCALENDAR",
    "",
  ];
  return new TextEncoder().encode(lines.join("\r\n"));
}

/** An address object. */
export function vcf(uid: string, name = "Ada"): Uint8Array {
  const lines = [
    "BEGIN:VCARD",
    "VERSION:3.0",
    `UID:${uid}`,
    `FN:${name}`,
    `N:${name};;;;`,
    "END:VCARD",
    "",
  ];
  return new TextEncoder().encode(lines.join("\r\n"));
}

/** Bytes of a text. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** What a refusal is called; fails where there was none. */
export function problem(outcome: Outcome<unknown>): ProblemName {
  assert.ok(!outcome.ok, "It was not refused");
  return outcome.problem.name;
}

/** The value of a success; fails with the refusal's message. */
export function value<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) {
    assert.fail(`${outcome.problem.name}: ${outcome.problem.message}`);
  }
  return outcome.value;
}

/** A service in a test. */
export interface Fixture {
  /** The store. */
  readonly store: MemoryStore;
  /** The service. */
  readonly service: Service;
  /** Sessions of the accounts. */
  readonly me: Session;
  /** Somebody else. */
  readonly you: Session;
  /** The clock, settable. */
  readonly clock: { now: number };
  /** How often work was left for the background. */
  readonly kicks: () => number;
  /** PUT. */
  put(
    path: string,
    content: Uint8Array | string,
    conditions?: Conditions,
    type?: string | null,
  ): Promise<Outcome<PutResult>>;
  /** DELETE. */
  remove(path: string, conditions?: Conditions): Promise<Outcome<null>>;
  /** MKCOL, by the space: calendar, address book or folder. */
  make(
    path: string,
    props?: PropChange[],
    components?: string[],
  ): Promise<Outcome<null>>;
  /** PROPPATCH of properties in the namespace `x:`. */
  patch(
    path: string,
    props: Record<string, string | null>,
  ): Promise<Outcome<null>>;
  /** COPY. */
  copy(
    from: string,
    to: string,
    options?: Partial<TransferOptions>,
  ): Promise<Outcome<{ created: boolean }>>;
  /** MOVE. */
  move(
    from: string,
    to: string,
    options?: Partial<TransferOptions>,
  ): Promise<Outcome<{ created: boolean }>>;
  /** Reads as the first account. */
  read<T>(reader: (reader: Reader) => T): Promise<T>;
  /** The object at a path. */
  object(path: string): Promise<ObjectResource | undefined>;
  /** Text of the object at a path, undefined where none is. */
  text(path: string): Promise<string | undefined>;
  /** Entity tag of the object at a path. */
  etag(path: string): Promise<string>;
  /** Properties in the namespace `x:` at a path. */
  props(path: string): Promise<Record<string, string>>;
  /** Names of the members of a collection. */
  members(path: string): Promise<string[]>;
  /** One page of a sync. */
  sync(
    path: string,
    token: string | null,
    limit?: number,
  ): Promise<Outcome<SyncPage>>;
  /** `getctag`. */
  ctag(path: string): Promise<string>;
  /** `sync-token`. */
  token(path: string): Promise<string>;
  /** Bytes and objects that the tree of a path uses. */
  used(space: Space): { bytes: number; objects: number };
}

async function addUser(store: MemoryStore, login: string): Promise<Session> {
  const plan = planTrees();
  const user: UserRecord = {
    id: `user-${login}`,
    login,
    displayName: login,
    emails: [],
    password: "",
    trees: plan.trees,
    created: 0,
  };
  const { stamp } = await store.write({
    trees: treeIds(plan.trees),
    run(tx) {
      tx.set(userKey(user.id), user);
      tx.set(loginKey(login), { user: user.id });
      makeTrees(tx, plan, { user: user.id, now: 0 });
    },
  });
  assert.ok(stamp !== null);
  return { user, stamp };
}

const KINDS = {
  calendars: "calendar",
  addressbooks: "addressbook",
  files: "folder",
} as const;

/** A change of a property in the namespace `x:`. */
export function change(local: string, text: string | null): PropChange {
  return { ns: "x:", local, value: text };
}

/** A collection at a path; fails where none is. */
export function collectionAt(reader: Reader, path: string): CollectionResource {
  const resource = reader.resolve(at(path));
  assert.ok(
    resource !== undefined && "ref" in resource,
    `No collection ${path}`,
  );
  return resource;
}

/** A service with two accounts, `me` and `you`. */
export async function createFixture(
  deps: Partial<ServiceDeps> = {},
): Promise<Fixture> {
  const store = createMemoryStore();
  const clock = { now: 1_000_000 };
  let kicks = 0;
  const service = createService({
    store,
    engine: store.engine,
    now: () => clock.now,
    kick: () => void kicks++,
    ...deps,
  });
  const me = await addUser(store, "me");
  const you = await addUser(store, "you");
  const read = <T>(reader: (reader: Reader) => T) => service.read(me, reader);
  const defaults: TransferOptions = {
    overwrite: true,
    depth: "infinity",
    conditions: {},
  };
  const fixture: Fixture = {
    store,
    service,
    me,
    you,
    clock,
    kicks: () => kicks,
    put: (path, content, conditions = {}, type = null) =>
      service.put(me, at(path), {
        bytes: typeof content === "string" ? bytes(content) : content,
        type,
        conditions,
      }),
    remove: (path, conditions = {}) => service.remove(me, at(path), conditions),
    make: (path, props = [], components) =>
      service.make(me, at(path), {
        kind: KINDS[at(path).space],
        props,
        ...(components === undefined ? {} : { components }),
      }),
    patch: (path, props) =>
      service.patch(
        me,
        at(path),
        Object.entries(props).map(([local, text]) => change(local, text)),
        {},
      ),
    copy: (from, to, options = {}) =>
      service.copy(me, at(from), at(to), { ...defaults, ...options }),
    move: (from, to, options = {}) =>
      service.move(me, at(from), at(to), { ...defaults, ...options }),
    read,
    object: (path) =>
      read((reader) => {
        const resource = reader.resolve(at(path));
        return resource !== undefined && "entry" in resource
          ? resource
          : undefined;
      }),
    text: (path) =>
      read((reader) => {
        const resource = reader.resolve(at(path));
        if (resource === undefined || !("entry" in resource)) return undefined;
        return new TextDecoder().decode(reader.body(resource));
      }),
    etag: (path) =>
      read((reader) => {
        const resource = reader.resolve(at(path));
        assert.ok(resource !== undefined && "entry" in resource);
        return reader.etag(resource);
      }),
    props: (path) =>
      read((reader) => {
        const resource = reader.resolve(at(path));
        assert.ok(resource !== undefined);
        return Object.fromEntries(
          [...reader.props(resource).values()].filter(({ ns }) => ns === "x:")
            .map(({ local, value }) => [local, value]),
        );
      }),
    members: (path) =>
      read((reader) =>
        reader.children(collectionAt(reader, path)).map((member) =>
          "entry" in member
            ? member.name
            : "row" in member
            ? member.row.name
            : ""
        )
      ),
    sync: (path, token, limit) =>
      read((reader) =>
        reader.sync(collectionAt(reader, path), token, limit ?? null)
      ),
    ctag: (path) => read((reader) => reader.ctag(collectionAt(reader, path))),
    token: (path) =>
      read((reader) => reader.syncToken(collectionAt(reader, path))),
    used(space) {
      const [row] = store.rows(["tree"]).filter(({ key }) =>
        key[1] === me.user.trees[space]
      );
      const { bytes, objects } = row?.value as {
        bytes: number;
        objects: number;
      };
      return { bytes, objects };
    },
  };
  return fixture;
}
