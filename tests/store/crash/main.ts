/**
 * `deno task crash [ROUNDS [SEED]]`: kills a process under writers of every
 * kind, 100 times on one data folder, and looks at what is left each time:
 * every write that was acknowledged is there and whole, nothing that was
 * refused is, `check` finds nothing, and old tokens lead to the full truth.
 *
 * @module
 */

import { createService } from "../../../src/service/service.ts";
import type { Session } from "../../../src/service/types.ts";
import { listFindings } from "../../../src/store/check.ts";
import type { Engine } from "../../../src/store/engine.ts";
import { openFolder } from "../../../src/store/folder.ts";
import { createJobs } from "../../../src/store/jobs.ts";
import { LOGS } from "../../../src/store/key_prefixes.ts";
import { LEASE_MS } from "../../../src/store/leases.ts";
import type { LogRecord } from "../../../src/store/records.ts";
import { createStore } from "../../../src/store/store.ts";
import { createRandom } from "../random.ts";
import { firstState, observe, prepare, ROOTS } from "../model/drive.ts";
import type { History, ModelCommit } from "../model/history.ts";
import { inOrder, readMark } from "../model/history.ts";
import { type Answered, judge, type Observed } from "../model/judge.ts";
import type { ModelOp, ModelState } from "../model/sequential.ts";
import { createSyncClient, type KnownColl } from "../model/sync_client.ts";
import type { ChildLine } from "./lines.ts";

const [rounds = 100, firstSeed = 1] = Deno.args.map(Number);
const CHILD = new URL("./child.ts", import.meta.url).pathname;

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

async function open(path: string) {
  const folder = await openFolder(path, { create: true });
  if (folder === undefined) throw new Error("The folder is somebody else's");
  if (folder.replaced) throw new Error("The store took a crash for a restore");
  return folder;
}

/** Runs the child until it has said enough, kills it, and gives what it said. */
async function killUnderLoad(
  path: string,
  options: { seed: number; session: Session; lines: number },
): Promise<ChildLine[]> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      CHILD,
      path,
      String(options.seed),
      JSON.stringify(options.session),
    ],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const said: ChildLine[] = [];
  let rest = "";
  let killed = false;
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) said.push(JSON.parse(line));
    // What is still in the pipe is read too: it was said before.
    if (said.length < options.lines || killed) continue;
    killed = true;
    child.kill("SIGKILL");
  }
  const { signal } = await child.status;
  if (signal !== "SIGKILL") throw new Error("The child ended by itself");
  return said;
}

/** The commits of a round, from the log that it has left. */
async function readHistory(engine: Engine, seed: number): Promise<History> {
  const commits = new Map<string, Map<number, string>>();
  let start = [...LOGS, ""];
  while (true) {
    const rows = await engine.list({ prefix: LOGS, start });
    for (const { key, value } of rows) {
      for (const change of (value as LogRecord).changes) {
        const mark = readMark(change);
        if (!mark?.op.startsWith(`seed ${seed} `)) continue;
        const stamp = String(key.at(-1));
        const runs = commits.get(stamp) ?? new Map<number, string>();
        commits.set(stamp, runs.set(mark.run, mark.op));
      }
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < engine.limits.list) break;
    start = [...last.key.map(String), ""];
  }
  const ordered: ModelCommit[] = [...commits].sort(([a], [b]) => a < b ? -1 : 1)
    .map(([stamp, runs]) => ({ stamp, ops: inOrder(runs) }));
  const places = new Map(
    ordered.flatMap(({ ops }, at) => ops.map((op) => [op, at + 1] as const)),
  );
  return { engine, commits: ordered, indexOf: (op) => places.get(op) };
}

/** What was asked, with what was answered where anything was. */
function answeredOf(said: readonly ChildLine[], history: History): Answered[] {
  const indexOf = (stamp: string) =>
    history.commits.filter((commit) => commit.stamp <= stamp).length;
  const asked = new Map<string, ModelOp>();
  const answered = new Map<string, Answered>();
  for (const line of said) {
    if (line.type === "asked") {
      const { id, op } = line;
      asked.set(id, op);
      answered.set(id, {
        id,
        op,
        answer: undefined,
        low: 0,
        high: history.commits.length,
      });
    }
    if (line.type !== "answered") continue;
    const { id, answer } = line;
    const op = asked.get(id);
    if (op === undefined) throw new Error(`${id} was answered, not asked`);
    const [low, high] = [indexOf(line.low), indexOf(line.high)];
    answered.set(id, { id, op, answer, low, high });
  }
  return [...answered.values()];
}

async function lookAfter(
  path: string,
  round: {
    readonly seed: number;
    readonly session: Session;
    readonly said: readonly ChildLine[];
    readonly state: ModelState;
  },
): Promise<{ wrong: string[]; state: ModelState; writes: number }> {
  const { seed, session, said } = round;
  const wrong: string[] = [];
  const folder = await open(path);
  const { engine } = folder;
  for (const { key, message } of await listFindings(engine)) {
    wrong.push(`check after the crash: ${key}: ${message}`);
  }
  // As if the leases of the dead process had run out.
  const now = () => Date.now() + 2 * LEASE_MS;
  const store = await createStore({ engine });
  const epoch = said.find((line) => line.type === "ready")?.epoch;
  if (epoch !== undefined && epoch !== store.epoch) {
    wrong.push("The epoch has changed");
  }
  const jobs = createJobs({
    engine,
    store,
    now,
    failed: (error, kind) => wrong.push(`The job ${kind} failed: ${error}`),
  });
  await jobs.idle();
  await jobs.stop();
  const history = await readHistory(engine, seed);
  const service = createService({ store, engine });
  const observed: Observed[] = [];
  const state: ModelState = new Map();
  const high = history.commits.length;
  for (const root of ROOTS) {
    const seen = await observe(service, session, root);
    state.set(root, seen);
    observed.push({ root, who: "me", seen, low: high, high });
  }
  wrong.push(
    ...judge(history, {
      state: round.state,
      answered: answeredOf(said, history),
      observed,
      epoch: store.epoch,
    }),
  );
  let known: readonly KnownColl[] = [];
  for (const line of said) {
    if (line.type !== "synced") continue;
    known = line.known;
    wrong.push(...line.wrong);
  }
  const client = createSyncClient({
    service,
    session,
    random: createRandom(seed),
    wrong,
    token: (token) => token,
    known,
  });
  for (let step = 0; step < 40; step++) await client.step();
  for (const { key, message } of await listFindings(engine)) {
    wrong.push(`check: ${key}: ${message}`);
  }
  await store.close();
  await folder.close();
  return { wrong: [...new Set(wrong)], state, writes: high };
}

async function main(): Promise<number> {
  const path = await Deno.makeTempDir({ prefix: "kalends-crash-" });
  const folder = await open(path);
  const { session } = await prepare(folder.engine, Date.now);
  await folder.close();
  let state: ModelState = new Map(
    ROOTS.map((root) => [root, firstState(root)]),
  );
  let failed = 0;
  let lines = 0;
  let commits = 0;
  for (let seed = firstSeed; seed < firstSeed + rounds; seed++) {
    const random = createRandom(seed);
    const said = await killUnderLoad(path, {
      seed,
      session,
      lines: 20 + random.below(600),
    });
    const after = await lookAfter(path, { seed, session, said, state });
    state = after.state;
    lines += said.filter((line) => line.type === "answered").length;
    commits += after.writes;
    if (after.wrong.length > 0) {
      failed++;
      print(`Round ${seed}:\n  ${after.wrong.slice(0, 10).join("\n  ")}`);
    }
  }
  await Deno.remove(path, { recursive: true });
  print(
    `${rounds} rounds, ${lines} answers, ${commits} commits, ${failed} rounds failed`,
  );
  return failed === 0 ? 0 : 1;
}

Deno.exit(await main());
