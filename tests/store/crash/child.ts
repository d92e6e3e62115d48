/**
 * A process that writes as fast as it can to a store in a data folder, and
 * says on its standard output what it asks for and what it is told, until it
 * is killed. Arguments: data folder, seed, the session as JSON.
 *
 * @module
 */

import { createService } from "../../../src/service/service.ts";
import type { Session } from "../../../src/service/types.ts";
import { openFolder } from "../../../src/store/folder.ts";
import { createJobs } from "../../../src/store/jobs.ts";
import { createStore } from "../../../src/store/store.ts";
import { createRandom } from "../random.ts";
import { perform } from "../model/drive.ts";
import { createHistory, markOperations } from "../model/history.ts";
import { createOps } from "../model/ops.ts";
import { createSyncClient } from "../model/sync_client.ts";
import type { ChildLine } from "./lines.ts";

const WRITERS = 8;

const [path = "", seedText = "", sessionText = ""] = Deno.args;
const seed = Number(seedText);
const session = JSON.parse(sessionText) as Session;
const encoder = new TextEncoder();

function say(line: ChildLine): void {
  const bytes = encoder.encode(`${JSON.stringify(line)}\n`);
  for (let at = 0; at < bytes.length;) {
    at += Deno.stdout.writeSync(bytes.subarray(at));
  }
}

const folder = await openFolder(path, { create: false });
if (folder === undefined) throw new Error("The folder is somebody else's");
const history = createHistory(folder.engine);
const { engine } = history;
const store = await createStore({ engine });
const jobs = createJobs({ engine, store, now: Date.now });
/** Stamps of the newest commit that somebody was told of. */
let told = "";

function newest(): string {
  return history.commits.at(-1)?.stamp ?? "";
}

async function write(writer: number): Promise<never> {
  const random = createRandom(seed * 1000 + writer);
  const next = createOps(random, { large: 0.05, focus: 0.2, locks: 0 });
  for (let n = 0;; n++) {
    const id = `seed ${seed} writer ${writer} operation ${n}`;
    const service = createService({
      store: markOperations(store, () => id),
      engine,
      kick: jobs.kick,
    });
    const op = next();
    const low = told;
    say({ type: "asked", id, op });
    const answer = await perform(service, session, op);
    const place = history.indexOf(id);
    const stamp = place === undefined
      ? undefined
      : history.commits[place - 1]?.stamp;
    if (stamp !== undefined && stamp > told) told = stamp;
    if (answer.etag) next.saw(op.path, answer.etag);
    say({ type: "answered", id, answer, low, high: newest() });
  }
}

async function follow(): Promise<never> {
  const random = createRandom(seed * 1000 + 999);
  const wrong: string[] = [];
  const client = createSyncClient({
    service: createService({ store, engine }),
    session,
    random,
    wrong,
    token: (token) => token,
  });
  while (true) {
    await client.step();
    say({ type: "synced", known: client.known(), wrong });
    // Others want their turn, and commits take theirs.
    await store.write({ trees: [], run: () => {} });
    await new Promise<void>((resolve) => setTimeout(resolve));
  }
}

say({ type: "ready", epoch: store.epoch });
await Promise.all([
  follow(),
  ...Array.from({ length: WRITERS }, (_, writer) => write(writer)),
]);
