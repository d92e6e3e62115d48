/**
 * What the conformance tests ask a server with, and how they read its answers:
 * always as parsed structures.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  childElements,
  clarkName,
  findChild,
  NS,
  textOf,
} from "../../../src/xml/names.ts";
import type { XmlElement } from "../../../src/xml/names.ts";
import { parseXml } from "../../../src/xml/parse.ts";
import { createTestServer } from "../harness.ts";
import type { DavAnswer, DavOptions } from "../harness.ts";

/** One answer, read to its end. */
export type Answer = DavAnswer;

/** What goes with a request. */
export type SendOptions = DavOptions;

/** Sends a request to the server under test. */
export type Send = (
  method: string,
  path: string,
  options?: SendOptions,
) => Promise<Answer>;

/** One property in a multistatus. */
export interface PropAnswer {
  /** Status of its propstat. */
  readonly status: number;
  /** The property's element. */
  readonly element: XmlElement;
}

/** One response in a multistatus. */
export interface Entry {
  /** As written. */
  readonly href: string;
  /** Status of the response itself, null where it has propstats. */
  readonly status: number | null;
  /** The child of its error element, as `{ns}name`. */
  readonly condition: string | null;
  /** Properties by `{ns}name`. */
  readonly props: ReadonlyMap<string, PropAnswer>;
}

/** Runs a test against a server of its own, in memory. */
export function demand(
  name: string,
  run: (send: Send) => Promise<void>,
): void {
  Deno.test(name, async () => {
    await using server = await createTestServer();
    await run((method, path, options) => server.dav(method, path, options));
  });
}

/** The root of a body that must be XML. */
export function rootOf(answer: Answer): XmlElement {
  return parseXml(answer.text);
}

/** The responses of a multistatus in their order. */
export function entriesOf(answer: Answer): Entry[] {
  assert.equal(answer.status, 207, answer.text);
  const root = rootOf(answer);
  assert.equal(clarkName(root.ns, root.name), dav("multistatus"));
  return childElements(root)
    .filter((child) => clarkName(child.ns, child.name) === dav("response"))
    .map(readEntry);
}

/** The response for one URL. */
export function entryOf(answer: Answer, href: string): Entry {
  const found = entriesOf(answer).filter((entry) => entry.href === href);
  assert.equal(found.length, 1, `${found.length} responses for ${href}`);
  return found[0] as Entry;
}

function readEntry(response: XmlElement): Entry {
  const props = new Map<string, PropAnswer>();
  for (const propstat of childElements(response)) {
    if (clarkName(propstat.ns, propstat.name) !== dav("propstat")) continue;
    const prop = findChild(propstat, NS.dav, "prop");
    assert.ok(prop, "a propstat without prop");
    const status = statusOf(propstat);
    assert.ok(status !== null, "a propstat without status");
    for (const element of childElements(prop)) {
      const name = clarkName(element.ns, element.name);
      assert.ok(!props.has(name), `${name} is in two propstats`);
      props.set(name, { status, element });
    }
  }
  const href = findChild(response, NS.dav, "href");
  assert.ok(href, "a response without href");
  return {
    href: textOf(href),
    status: statusOf(response),
    condition: conditionIn(response),
    props,
  };
}

function statusOf(parent: XmlElement): number | null {
  const status = findChild(parent, NS.dav, "status");
  if (status === undefined) return null;
  const code = /^HTTP\/1\.1 (\d{3})\b/.exec(textOf(status))?.[1];
  assert.ok(code, `not a status line: ${textOf(status)}`);
  return Number(code);
}

function conditionIn(parent: XmlElement): string | null {
  const error = findChild(parent, NS.dav, "error");
  const child = error === undefined ? undefined : childElements(error)[0];
  return child === undefined ? null : clarkName(child.ns, child.name);
}

/** The condition of an error answer as `{ns}name`; fails unless the body is an error element. */
export function conditionOf(answer: Answer): string | null {
  const root = rootOf(answer);
  assert.equal(clarkName(root.ns, root.name), dav("error"));
  const child = childElements(root)[0];
  return child === undefined ? null : clarkName(child.ns, child.name);
}

/** A name of WebDAV as `{ns}name`. */
export function dav(local: string): string {
  return clarkName(NS.dav, local);
}

/** A name of the tests' own. */
export function own(local: string): string {
  return clarkName("urn:x-test", local);
}

/** A PROPFIND body for properties; `D:` is WebDAV, `X:` the tests' own names. */
export function propfindBody(...names: string[]): string {
  const props = names.map((name) => `<${name}/>`).join("");
  return `<D:propfind ${SPACES}><D:prop>${props}</D:prop></D:propfind>`;
}

/** A PROPPATCH body. */
export function proppatchBody(...instructions: string[]): string {
  return `<D:propertyupdate ${SPACES}>${
    instructions.join("")
  }</D:propertyupdate>`;
}

/** A set instruction. */
export function set(...props: string[]): string {
  return `<D:set><D:prop>${props.join("")}</D:prop></D:set>`;
}

/** A remove instruction. */
export function remove(...names: string[]): string {
  const props = names.map((name) => `<${name}/>`).join("");
  return `<D:remove><D:prop>${props}</D:prop></D:remove>`;
}

/** Declarations of the prefixes that bodies of the tests use. */
export const SPACES = `xmlns:D="DAV:" xmlns:X="urn:x-test" ` +
  `xmlns:C="urn:ietf:params:xml:ns:caldav"`;

/** Reads properties of one resource, Depth 0. */
export async function readProps(
  send: Send,
  path: string,
  ...names: string[]
): Promise<ReadonlyMap<string, PropAnswer>> {
  const answer = await send("PROPFIND", path, {
    headers: { depth: "0" },
    body: propfindBody(...names),
  });
  return entryOf(answer, path).props;
}

/** The text of one property, null unless its status is 200. */
export async function readText(
  send: Send,
  path: string,
  name: string,
): Promise<string | null> {
  for (
    const { status, element } of (await readProps(send, path, name)).values()
  ) {
    return status === 200 ? textOf(element) : null;
  }
  return null;
}

/** Sends and fails unless the status is the one expected. */
export async function sendFor(
  status: number,
  send: Send,
  ...request: Parameters<Send>
): Promise<Answer> {
  const answer = await send(...request);
  assert.equal(
    answer.status,
    status,
    `${request[0]} ${request[1]}: ${answer.status} ${answer.text}`,
  );
  return answer;
}

/** A valid event. */
export function event(uid: string, summary = "Tea"): string {
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//test//EN",
    "BEGIN:VEVENT",
    `UID:${uid}`,
    "DTSTAMP:20260101T000000Z",
    "DTSTART:20260102T100000Z",
    "DTEND:20260102T110000Z",
    `SUMMARY:${summary}`,
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ].join("\r\n");
}
