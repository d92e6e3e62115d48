/**
 * A client that locks: what the tests of locks ask with, and how they read the
 * answers.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  childElements,
  findChild,
  NS,
  textOf,
  type XmlElement,
} from "../../../src/xml/names.ts";
import { createTestServer } from "../harness.ts";
import {
  type Answer,
  dav,
  readProps,
  rootOf,
  type Send,
  sendFor,
} from "./client.ts";

/** A lock as it is told of. */
export interface SeenLock {
  /** Its token. */
  readonly token: string;
  /** Name of the element in lockscope. */
  readonly scope: string;
  /** As written. */
  readonly depth: string;
  /** Seconds until it ends. */
  readonly seconds: number;
  /** As written. */
  readonly root: string;
  /** The owner element, undefined where there is none. */
  readonly owner: XmlElement | undefined;
}

/** What a LOCK asks for. */
export interface LockOptions {
  /** exclusive when absent. */
  readonly scope?: "exclusive" | "shared";
  /** As in the header; left out when absent. */
  readonly depth?: string;
  /** As in the header. */
  readonly timeout?: string;
  /** Content of the owner element. */
  readonly owner?: string;
  /** Other headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Runs a test against a server of its own, whose clock the test sets. */
export function demandAt(
  name: string,
  run: (send: Send, clock: { now: number }) => Promise<void>,
): void {
  Deno.test(name, async () => {
    const clock = { now: Date.parse("2026-03-01T10:00:00Z") };
    await using server = await createTestServer({}, { now: () => clock.now });
    await run(
      (method, path, options) => server.dav(method, path, options),
      clock,
    );
  });
}

/** The body of a LOCK. */
export function lockBody({ scope = "exclusive", owner }: LockOptions): string {
  return `<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:${scope}/></D:lockscope>` +
    `<D:locktype><D:write/></D:locktype>${
      owner === undefined ? "" : `<D:owner>${owner}</D:owner>`
    }</D:lockinfo>`;
}

/** Asks for a lock, whatever comes of it. */
export function tryLock(
  send: Send,
  path: string,
  options: LockOptions = {},
): Promise<Answer> {
  const { depth, timeout, headers } = options;
  return send("LOCK", path, {
    headers: {
      ...(depth !== undefined && { depth }),
      ...(timeout !== undefined && { timeout }),
      ...headers,
    },
    body: lockBody(options),
  });
}

/** Takes a lock; fails unless it is granted. */
export async function takeLock(
  send: Send,
  path: string,
  options: LockOptions = {},
): Promise<SeenLock> {
  const answer = await tryLock(send, path, options);
  assert.ok([200, 201].includes(answer.status), answer.text);
  return grantedLock(answer);
}

/** The one lock that the answer to a LOCK tells of. */
export function grantedLock(answer: Answer): SeenLock {
  const root = rootOf(answer);
  assert.deepEqual([root.ns, root.name], [NS.dav, "prop"]);
  const discovery = findChild(root, NS.dav, "lockdiscovery");
  assert.ok(discovery, "no lockdiscovery");
  const [lock, ...others] = readLocks(discovery);
  assert.ok(lock !== undefined && others.length === 0, answer.text);
  return lock;
}

/** The locks that PROPFIND tells of. */
export async function locksOn(send: Send, path: string): Promise<SeenLock[]> {
  const props = await readProps(send, path, "D:lockdiscovery");
  const prop = props.get(dav("lockdiscovery"));
  assert.equal(prop?.status, 200, path);
  return prop === undefined ? [] : readLocks(prop.element);
}

/** Their tokens, sorted. */
export async function tokensOn(send: Send, path: string): Promise<string[]> {
  return (await locksOn(send, path)).map(({ token }) => token).sort();
}

function readLocks(discovery: XmlElement): SeenLock[] {
  return childElements(discovery).map((active) => {
    assert.equal(active.name, "activelock");
    const child = (name: string) => {
      const found = findChild(active, NS.dav, name);
      assert.ok(found, `no ${name}`);
      return found;
    };
    const inner = (name: string) => childElements(child(name))[0];
    assert.equal(inner("locktype")?.name, "write");
    const seconds = /^Second-(\d+)$/.exec(textOf(child("timeout")))?.[1];
    assert.ok(seconds, "no time");
    const hrefIn = (name: string) => {
      const href = inner(name);
      assert.equal(href?.name, "href");
      return href === undefined ? "" : textOf(href);
    };
    return {
      token: hrefIn("locktoken"),
      scope: inner("lockscope")?.name ?? "",
      depth: textOf(child("depth")),
      seconds: Number(seconds),
      root: hrefIn("lockroot"),
      owner: findChild(active, NS.dav, "owner"),
    };
  });
}

/** Headers that submit tokens in one list each. */
export function submit(...tokens: string[]): { if: string } {
  return { if: tokens.map((token) => `(<${token}>)`).join(" ") };
}

/** Headers that submit tokens of other resources than the request's. */
export function submitFor(
  ...held: (readonly [path: string, token: string])[]
): { if: string } {
  return {
    if: held.map(([path, token]) => `<${path}> (<${token}>)`).join(" "),
  };
}

/** Asserts 423 with a condition that names a resource. */
export function assertLocked(
  answer: Answer,
  href: string,
  condition = "lock-token-submitted",
): void {
  assert.equal(answer.status, 423, answer.text);
  const error = rootOf(answer);
  const element = childElements(error)[0];
  assert.deepEqual([element?.ns, element?.name], [NS.dav, condition]);
  const hrefs = element === undefined ? [] : childElements(element);
  assert.deepEqual(hrefs.map(textOf), [href]);
}

/** Makes a file. */
export async function makeFile(
  send: Send,
  path: string,
  text = "text",
): Promise<void> {
  await sendFor(201, send, "PUT", path, { body: text });
}

/** Makes a folder. */
export async function makeFolder(send: Send, path: string): Promise<void> {
  await sendFor(201, send, "MKCOL", path);
}
