/**
 * The whole server in memory, driven as a function: no socket, no XML text.
 * Accounts: "me" (with mail addresses) and "other"; what a test asks is asked
 * by "me" unless it says otherwise.
 *
 * @module
 */

import assert from "node:assert/strict";
import { CONDITIONS } from "../../src/dav/conditions.ts";
import type { ConditionKey } from "../../src/dav/conditions.ts";
import type { DavConfig } from "../../src/dav/context.ts";
import { METHODS } from "../../src/dav/methods/mod.ts";
import { PROPERTIES } from "../../src/dav/properties/mod.ts";
import { REPORTS } from "../../src/dav/reports/mod.ts";
import { DAV_DEFAULTS, HTTP_DEFAULTS } from "../../src/http/config.ts";
import { createHandler } from "../../src/http/handler.ts";
import { SYSTEM_TIMER } from "../../src/http/timer.ts";
import { createAccounts } from "../../src/service/accounts.ts";
import type { NewUser } from "../../src/service/accounts.ts";
import { createGroups } from "../../src/service/groups.ts";
import type { Groups, NewGroup } from "../../src/service/groups.ts";
import { parsePrincipalName } from "../../src/service/principal_names.ts";
import { createService } from "../../src/service/service.ts";
import type { Service } from "../../src/service/types.ts";
import { openKvEngine } from "../../src/store/kv_engine.ts";
import { createStore } from "../../src/store/store.ts";
import type { Store } from "../../src/store/view.ts";
import {
  childElements,
  clarkName,
  findChild,
  NS,
  textOf,
} from "../../src/xml/names.ts";
import type { XmlElement } from "../../src/xml/names.ts";
import type { PrivateMode } from "../../src/store/records.ts";
import { openAdminSession } from "../../src/service/admin_session.ts";
import type { Space } from "../../src/service/problems.ts";
import { share, type ShareLevel, unshare } from "../../src/service/shares.ts";
import { parseXml } from "../../src/xml/parse.ts";

/** What goes with a request. */
export interface DavOptions {
  /** Headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Body; XML text is sent as XML. */
  readonly body?: string | Uint8Array<ArrayBuffer> | undefined;
  /** Who asks; null for nobody. */
  readonly user?: string | null;
}

/** An answer, read to its end. */
export interface DavAnswer {
  /** HTTP status. */
  readonly status: number;
  /** Headers. */
  readonly headers: Headers;
  /** Body. */
  readonly bytes: Uint8Array;
  /** Body as text. */
  readonly text: string;
}

/** A server under test. */
export interface TestServer extends AsyncDisposable {
  /** Sends a request. */
  dav(method: string, path: string, options?: DavOptions): Promise<DavAnswer>;
  /** Makes another account; its password is its name. */
  addUser(user: Omit<NewUser, "password">): Promise<void>;
  /** Shares a collection of `me`, such as `calendars/me/home`. */
  share(
    path: string,
    who: string,
    level: ShareLevel,
    mode?: PrivateMode,
  ): Promise<void>;
  /** Ends a share of it. */
  unshare(path: string, who: string): Promise<void>;
  /** Makes a group with members by name: accounts, or groups with `group:` before. */
  addGroup(group: NewGroup, ...members: readonly string[]): Promise<void>;
  /** The groups; there are none at first. */
  readonly groups: Groups;
  /** The service below. */
  readonly service: Service;
  /** The store below. */
  readonly store: Store;
  /** Lines that the server logged. */
  readonly logged: readonly string[];
}

/** Passwords as they are: hashing is tested elsewhere. */
const PLAIN_PASSWORDS = {
  hash: (password: string) => Promise.resolve(`plain:${password}`),
  verify: (password: string, phc: string) =>
    Promise.resolve(phc === `plain:${password}`),
};

function passwordOf(login: string): string {
  return `password of ${login}`;
}

/** Makes a server: `await using server = await createTestServer()`. */
export async function createTestServer(
  config: Partial<DavConfig> = {},
  { now = Date.now }: { readonly now?: () => number } = {},
): Promise<TestServer> {
  const engine = await openKvEngine(":memory:");
  const store = await createStore({ engine });
  const accounts = createAccounts({
    store,
    clock: Date.now,
    passwords: PLAIN_PASSWORDS,
  });
  const addUser = async (user: Omit<NewUser, "password">) => {
    const added = await accounts.addUser({
      ...user,
      password: passwordOf(user.login),
    });
    assert.ok(added.ok, "Cannot add the account");
  };
  await addUser({
    login: "me",
    displayName: "Me Myself",
    emails: ["me@example.org", "myself@example.org"],
  });
  await addUser({ login: "other" });
  const groups = createGroups({ store, clock: Date.now });
  const dav = { ...DAV_DEFAULTS, ...config };
  const service = createService({
    store,
    engine,
    now,
    maxResourceSize: dav.maxResourceSize,
  });
  const logged: string[] = [];
  const handler = createHandler({
    service,
    authenticate: accounts.authenticate,
    tables: { methods: METHODS, properties: PROPERTIES, reports: REPORTS },
    dav,
    http: HTTP_DEFAULTS,
    logger: {
      log: (level, message, fields) =>
        logged.push(JSON.stringify({ level, message, ...fields })),
    },
    timer: SYSTEM_TIMER,
    newId: () => crypto.randomUUID(),
  });
  const parts = {
    store,
    engine,
    now,
    newId: () => crypto.randomUUID(),
    kick: () => {},
    maxResourceSize: dav.maxResourceSize,
  };
  const owned = async (text: string) => {
    const [space = "", user = "", ...names] = text.split("/");
    const session = await openAdminSession(store, user);
    assert.ok(session !== undefined);
    const path = { type: "tree", space: space as Space, user, names } as const;
    return { session, path };
  };
  return {
    service,
    store,
    groups,
    logged,
    addUser,
    async addGroup(group, ...members) {
      const made = await groups.addGroup(group);
      assert.ok(made.ok, "Cannot add the group");
      const add = members.map(parsePrincipalName);
      const joined = await groups.changeMembers(group.name, { add });
      assert.ok(joined.ok, "Cannot add the members");
    },
    async share(text, who, level, mode) {
      const { session, path } = await owned(text);
      const input = { path, who, level };
      const done = await share(
        parts,
        session,
        mode === undefined ? input : { ...input, private: mode },
      );
      assert.ok(done.ok, "Cannot share");
    },
    async unshare(text, who) {
      const { session, path } = await owned(text);
      const done = await unshare(parts, session, { path, who });
      assert.ok(done.ok, "Cannot end a share");
    },
    async dav(method, path, options = {}) {
      const request = makeRequest(method, path, options);
      const response = await handler(request, { remoteAddress: "192.0.2.1" });
      const bytes = new Uint8Array(await response.arrayBuffer());
      const text = new TextDecoder().decode(bytes);
      const { status, headers } = response;
      if (status === 500) {
        assert.fail(`${method} ${path}: ${status}\n${logged.join("\n")}`);
      }
      return { status, headers, bytes, text };
    },
    async [Symbol.asyncDispose]() {
      await store.close();
      engine.close();
    },
  };
}

function makeRequest(
  method: string,
  path: string,
  { headers, body, user = "me" }: DavOptions,
): Request {
  const all = new Headers(headers);
  if (user !== null) {
    const credentials = new TextEncoder().encode(
      `${user}:${passwordOf(user)}`,
    );
    all.set("authorization", `Basic ${credentials.toBase64()}`);
  }
  if (typeof body === "string" && !all.has("content-type")) {
    all.set("content-type", "application/xml; charset=utf-8");
  }
  const request = new Request("http://dav.example.org/", {
    method,
    headers: all,
    body: body ?? null,
  });
  // `new Request` would take dot segments out of the path.
  Object.defineProperty(request, "url", {
    value: `http://dav.example.org${path}`,
  });
  return request;
}

/** What a multistatus says of one resource. */
export interface Member {
  /** Status of the whole resource, null where it has propstats. */
  readonly status: number | null;
  /** Properties by status, then by Clark name. */
  readonly props: Readonly<
    Record<number, Readonly<Record<string, XmlElement>>>
  >;
  /** Statuses of the propstats in their order. */
  readonly order: readonly number[];
  /** Clark names of the conditions in its error elements. */
  readonly conditions: readonly string[];
}

/** A multistatus, read. */
export interface Multistatus {
  /** By href, in the order of the answer. */
  readonly members: ReadonlyMap<string, Member>;
  /** Text of `DAV:sync-token`, null where there is none. */
  readonly token: string | null;
}

/** Reads a 207; fails where it is none. */
export function parseMultistatus(answer: DavAnswer): Multistatus {
  assert.equal(answer.status, 207, answer.text);
  const root = parseXml(answer.text);
  assert.equal(clarkName(root.ns, root.name), "{DAV:}multistatus");
  const members = new Map<string, Member>();
  for (const response of childrenNamed(root, "response")) {
    const [href] = childrenNamed(response, "href").map(textOf);
    assert.ok(href !== undefined && !members.has(href), `href ${href}`);
    members.set(href, parseMember(response));
  }
  const token = findChild(root, NS.dav, "sync-token");
  return { members, token: token ? textOf(token) : null };
}

function parseMember(response: XmlElement): Member {
  const props: Record<number, Record<string, XmlElement>> = {};
  const order: number[] = [];
  for (const propstat of childrenNamed(response, "propstat")) {
    const status = statusOf(propstat);
    assert.ok(status !== null, "a propstat has a status");
    order.push(status);
    const named = props[status] ??= {};
    for (const prop of childrenNamed(propstat, "prop")) {
      for (const one of childElements(prop)) {
        named[clarkName(one.ns, one.name)] = one;
      }
    }
  }
  const conditions = [response, ...childrenNamed(response, "propstat")]
    .flatMap((one) => childrenNamed(one, "error")).flatMap(childElements)
    .map((one) => clarkName(one.ns, one.name));
  return { status: statusOf(response), props, order, conditions };
}

function statusOf(parent: XmlElement): number | null {
  const [line] = childrenNamed(parent, "status").map(textOf);
  if (line === undefined) return null;
  const match = /^HTTP\/1\.1 (\d{3}) [A-Z][A-Za-z ]+$/.exec(line);
  assert.ok(match, `status line ${line}`);
  return Number(match[1]);
}

function childrenNamed(parent: XmlElement, name: string): XmlElement[] {
  return childElements(parent).filter((one) =>
    one.ns === NS.dav && one.name === name
  );
}

/** Fails unless the answer is the refusal with the status and the condition of the table. */
export function assertCondition(answer: DavAnswer, key: ConditionKey): void {
  const { status, element } = CONDITIONS[key];
  assert.equal(answer.status, status, `${key}: ${answer.text}`);
  if (element === null) {
    assert.doesNotMatch(answer.text, /^<\?xml/);
    return;
  }
  const root = parseXml(answer.text);
  assert.equal(clarkName(root.ns, root.name), "{DAV:}error");
  const [condition] = childElements(root);
  assert.ok(condition, "an error element is never empty");
  assert.equal(
    clarkName(condition.ns, condition.name),
    clarkName(...element),
  );
}

/** The member at an href; fails where there is none. */
export function memberAt(answer: DavAnswer, href: string): Member {
  const { members } = parseMultistatus(answer);
  const member = members.get(href);
  assert.ok(member, `no ${href} among ${[...members.keys()].join(" ")}`);
  return member;
}

/** Text of a property with status 200; fails where it has another one. */
export function propText(member: Member, name: string): string {
  const found = member.props[200]?.[name];
  assert.ok(found, `${name} is not among the 200s: ${member.order}`);
  return textOf(found);
}

/** Clark names of a member's properties with a status, sorted. */
export function propNames(member: Member, status: number): string[] {
  return Object.keys(member.props[status] ?? {}).sort();
}

/** Declares the prefixes that bodies in tests use. */
export const XMLNS = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" ' +
  'xmlns:A="urn:ietf:params:xml:ns:carddav" ' +
  'xmlns:CS="http://calendarserver.org/ns/" ' +
  'xmlns:I="http://apple.com/ns/ical/" xmlns:X="urn:x-test"';

/** A PROPFIND body for some properties, by prefixed name. */
export function propfindBody(...names: string[]): string {
  return `<D:propfind ${XMLNS}><D:prop>${
    names.map((name) => `<${name}/>`).join("")
  }</D:prop></D:propfind>`;
}

/** Asks for some properties, Depth 0 unless told otherwise. */
export function propfind(
  server: TestServer,
  path: string,
  names: readonly string[],
  headers: Readonly<Record<string, string>> = {},
): Promise<DavAnswer> {
  return server.dav("PROPFIND", path, {
    headers: { depth: "0", ...headers },
    body: propfindBody(...names),
  });
}

/** A PROPPATCH body that sets properties given as XML. */
export function setBody(...props: string[]): string {
  return `<D:propertyupdate ${XMLNS}><D:set><D:prop>${
    props.join("")
  }</D:prop></D:set></D:propertyupdate>`;
}

/** One event as iCalendar text. */
export function event(
  uid: string,
  { summary = "Tea", start = "20260301T120000Z", more = [] as string[] } = {},
): string {
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Test//EN",
    "BEGIN:VEVENT",
    `UID:${uid}`,
    "DTSTAMP:20260101T000000Z",
    `DTSTART:${start}`,
    "DURATION:PT1H",
    `SUMMARY:${summary}`,
    ...more,
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ].join("\r\n");
}

/** One task as iCalendar text. */
export function task(uid: string): string {
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Test//EN",
    "BEGIN:VTODO",
    `UID:${uid}`,
    "DTSTAMP:20260101T000000Z",
    "SUMMARY:Wash",
    "END:VTODO",
    "END:VCALENDAR",
    "",
  ].join("\r\n");
}

/** One contact as vCard text. */
export function card(uid: string, name = "Ada"): string {
  return [
    "BEGIN:VCARD",
    "VERSION:3.0",
    `UID:${uid}`,
    `FN:${name}`,
    `N:${name};;;;`,
    "END:VCARD",
    "",
  ].join("\r\n");
}

/** Stores an object; fails where it is not taken. Gives the entity tag. */
export async function put(
  server: TestServer,
  path: string,
  body: string,
): Promise<string> {
  const type = body.startsWith("BEGIN:VCARD")
    ? "text/vcard"
    : body.startsWith("BEGIN:VCALENDAR")
    ? "text/calendar"
    : "text/plain";
  const answer = await server.dav("PUT", path, {
    body,
    headers: { "content-type": `${type}; charset=utf-8` },
  });
  assert.ok(
    answer.status === 201 || answer.status === 204,
    `PUT ${path}: ${answer.status} ${answer.text}`,
  );
  return answer.headers.get("etag") ?? "";
}
