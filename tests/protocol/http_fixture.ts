/**
 * The handler over a service in memory, for tests of HTTP and of the methods:
 * no socket, a clock that stands still, and a log that can be read.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { DavConfig, DavTables } from "../../src/dav/context.ts";
import { METHODS } from "../../src/dav/methods/mod.ts";
import { PROPERTIES } from "../../src/dav/properties/mod.ts";
import { REPORTS } from "../../src/dav/reports/mod.ts";
import { DAV_DEFAULTS, HTTP_DEFAULTS } from "../../src/http/config.ts";
import type { HandlerDeps, HttpConfig } from "../../src/http/config.ts";
import { createHandler } from "../../src/http/handler.ts";
import { createLogger } from "../../src/http/log.ts";
import type { Timer } from "../../src/http/timer.ts";
import { NS } from "../../src/xml/names.ts";
import { parseXml } from "../../src/xml/parse.ts";
import { createFixture } from "../service/fixture.ts";
import type { Fixture } from "../service/fixture.ts";

/** The tables of the server. */
export const TABLES: DavTables = {
  methods: METHODS,
  properties: PROPERTIES,
  reports: REPORTS,
};

/** A timer whose alarms ring when the test says so. */
export interface FakeTimer extends Timer {
  /** Lets time pass. */
  advance(milliseconds: number): void;
  /** Alarms that are set. */
  pending(): number;
}

/** Makes one. */
export function createFakeTimer(): FakeTimer {
  let now = Date.UTC(2026, 0, 1);
  const alarms = new Set<{ at: number; ring: () => void }>();
  return {
    now: () => now,
    after(milliseconds, ring) {
      const alarm = { at: now + milliseconds, ring };
      alarms.add(alarm);
      return () => alarms.delete(alarm);
    },
    advance(milliseconds) {
      now += milliseconds;
      for (const alarm of [...alarms]) {
        if (alarm.at > now) continue;
        alarms.delete(alarm);
        alarm.ring();
      }
    },
    pending: () => alarms.size,
  };
}

/** What goes with a request. */
export interface SendOptions {
  /** Headers. */
  readonly headers?: Record<string, string>;
  /** Body. */
  readonly body?: BodyInit | null;
  /** Who asks: "me" when left out, null for nobody. */
  readonly user?: "me" | "you" | null;
  /** Address of the other end. */
  readonly address?: string;
}

/** The server in a test. */
export interface HttpFixture {
  /** The service and its store. */
  readonly data: Fixture;
  /** Time. */
  readonly timer: FakeTimer;
  /** Lines of the log. */
  readonly lines: Record<string, unknown>[];
  /** Sends a request; the path goes as it is, dot segments and all. */
  send(method: string, path: string, options?: SendOptions): Promise<Response>;
  /** All rows of the store, to compare. */
  snapshot(): string;
}

/** Authorization header of an account; the password is the name. */
export function basic(login: string, password = login): string {
  const bytes = new TextEncoder().encode(`${login}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

/** Makes the server with accounts `me` and `you`. */
export async function createHttpFixture(
  options: {
    readonly dav?: Partial<DavConfig>;
    readonly http?: Partial<HttpConfig>;
    readonly deps?: Partial<HandlerDeps>;
  } = {},
): Promise<HttpFixture> {
  const dav = { ...DAV_DEFAULTS, ...options.dav };
  const data = await createFixture({ maxResourceSize: dav.maxResourceSize });
  const timer = createFakeTimer();
  const lines: Record<string, unknown>[] = [];
  let count = 0;
  const handler = createHandler({
    service: data.service,
    authenticate(login, password) {
      const session = login === "me"
        ? data.me
        : login === "you"
        ? data.you
        : undefined;
      return Promise.resolve(password === login ? session : undefined);
    },
    tables: TABLES,
    dav,
    http: { ...HTTP_DEFAULTS, ...options.http },
    logger: createLogger({
      level: "info",
      sink: (line) => lines.push(JSON.parse(line)),
      clock: timer.now,
    }),
    timer,
    newId: () => `id-${++count}`,
    ...options.deps,
  });
  return {
    data,
    timer,
    lines,
    send(method, path, { headers = {}, body, user = "me", address } = {}) {
      const request = new Request("http://dav.example/", {
        method,
        headers: {
          host: "dav.example",
          ...(user !== null && { authorization: basic(user) }),
          ...headers,
        },
        ...(body !== undefined && { body }),
      });
      // The constructor would take the dot segments out; a socket does not.
      Object.defineProperty(request, "url", {
        value: `http://dav.example${path}`,
      });
      return handler(request, { remoteAddress: address ?? "192.0.2.1" });
    },
    snapshot: () =>
      JSON.stringify(
        data.store.rows([]),
        (_, value) => value instanceof Uint8Array ? Array.from(value) : value,
      ),
  };
}

/** Makes sure that an answer is a refusal with this condition element. */
export async function assertCondition(
  response: Response,
  expected: readonly [status: number, ns: string, local: string],
): Promise<void> {
  const [status, ns, local] = expected;
  const text = await response.text();
  assert.equal(response.status, status, text);
  const root = parseXml(text);
  assert.deepEqual([root.ns, root.name], [NS.dav, "error"]);
  const [condition] = root.children;
  assert.ok(condition !== undefined && typeof condition !== "string", text);
  assert.deepEqual([condition.ns, condition.name], [ns, local]);
}

/** Makes sure that a request changed nothing, and that the next one is answered. */
export async function assertUnchanged(
  server: HttpFixture,
  before: string,
): Promise<void> {
  assert.equal(server.snapshot(), before);
  const next = await server.send("OPTIONS", "/calendars/me/home/");
  assert.equal(next.status, 200);
}
