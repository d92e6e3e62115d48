/**
 * A sync-collection report and what it answered.
 *
 * @module
 */

import assert from "node:assert/strict";
import { childElements, NS, textOf } from "../../../src/xml/names.ts";
import { entriesOf, event, rootOf, sendFor, SPACES } from "./client.ts";
import type { Answer, Entry, Send } from "./client.ts";

/** The calendar that tests work in. */
export const HOME = "/calendars/me/home/";

/** What a report asks. */
export interface SyncOptions {
  readonly path?: string;
  readonly token?: string;
  readonly level?: string;
  readonly limit?: number;
  readonly depth?: string;
}

export async function report(
  send: Send,
  options: SyncOptions = {},
): Promise<Answer> {
  const { path = HOME, token = "", level = "1", limit, depth = "0" } = options;
  return await send("REPORT", path, {
    headers: { depth, "content-type": "application/xml" },
    body: `<D:sync-collection ${SPACES}><D:sync-token>${token}</D:sync-token>` +
      `<D:sync-level>${level}</D:sync-level>` +
      (limit === undefined
        ? ""
        : `<D:limit><D:nresults>${limit}</D:nresults></D:limit>`) +
      `<D:prop><D:getetag/></D:prop></D:sync-collection>`,
  });
}

/** What a report answered. */
export interface Synced {
  readonly token: string;
  /** Changed members, names below the collection. */
  readonly changed: string[];
  /** Removed ones. */
  readonly removed: string[];
  readonly truncated: boolean;
  readonly entries: readonly Entry[];
}

export async function sync(
  send: Send,
  options: SyncOptions = {},
): Promise<Synced> {
  const path = options.path ?? HOME;
  const answer = await report(send, options);
  const entries = entriesOf(answer);
  const tokens = childElements(rootOf(answer))
    .filter((child) => child.ns === NS.dav && child.name === "sync-token");
  assert.equal(tokens.length, 1, "one sync-token");
  const synced = {
    token: tokens[0] ? textOf(tokens[0]) : "",
    changed: [] as string[],
    removed: [] as string[],
    truncated: false,
    entries,
  };
  for (const { href, status } of entries) {
    assert.ok(href.startsWith(path), href);
    const name = href.slice(path.length);
    if (href === path) synced.truncated = status === 507;
    else if (status === 404) synced.removed.push(name);
    else synced.changed.push(name);
  }
  synced.changed.sort();
  synced.removed.sort();
  return synced;
}

export async function put(
  send: Send,
  name: string,
  summary = "Tea",
): Promise<void> {
  const answer = await send("PUT", HOME + name, {
    headers: { "content-type": "text/calendar" },
    body: event(name, summary),
  });
  assert.ok([201, 204].includes(answer.status), answer.text);
}

export async function drop(send: Send, name: string): Promise<void> {
  await sendFor(204, send, "DELETE", HOME + name);
}
