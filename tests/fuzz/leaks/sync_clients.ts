/**
 * Sync clients of everybody, of every collection: each must end with what its
 * user may read, and with nothing else.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  type DavAnswer,
  parseMultistatus,
  type TestServer,
} from "../../protocol/harness.ts";
import type { Asker } from "./world.ts";

/** What a client knows of a collection. */
interface Known {
  token: string;
  readonly members: Set<string>;
}

/** The clients. */
export interface SyncClients {
  /** Brings a client up to date; gives the names that it knows then. */
  step(user: Asker, path: string): Promise<ReadonlySet<string>>;
  /** How many answers went on from a token. */
  readonly continued: () => number;
}

/** Clients that know nothing yet; `look` is shown all that they are answered. */
export function createSyncClients(
  server: TestServer,
  look: (user: Asker, answer: DavAnswer) => void,
): SyncClients {
  const known = new Map<string, Known>();
  let continued = 0;

  async function step(
    user: Asker,
    path: string,
  ): Promise<ReadonlySet<string>> {
    const key = `${user} ${path}`;
    const before = known.get(key);
    const answer = await server.dav("REPORT", path, {
      user,
      body: `<D:sync-collection xmlns:D="DAV:"><D:sync-token>${
        before?.token ?? ""
      }</D:sync-token><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>`,
    });
    look(user, answer);
    if (answer.status !== 207) {
      known.delete(key);
      // A token that counts no more: begin anew, as a client does.
      return answer.text.includes("valid-sync-token") && before !== undefined
        ? await step(user, path)
        : new Set();
    }
    if (before !== undefined) continued++;
    const members = new Set(before?.members);
    const { members: told, token } = parseMultistatus(answer);
    assert.ok(token !== null);
    for (const [href, { status }] of told) {
      const name = href.slice(path.length).replace(/\/$/, "");
      if (status === 404) members.delete(name);
      else members.add(name);
    }
    known.set(key, { token, members });
    return members;
  }

  return { step, continued: () => continued };
}
