/**
 * One run of the model test: writers and sync clients on one hostile engine,
 * judged afterwards. The same seed runs the same way.
 *
 * @module
 */

import { createService } from "../../../src/service/service.ts";
import type { Session } from "../../../src/service/types.ts";
import { BLOB_HOLD_MS } from "../../../src/store/blobs.ts";
import { listFindings } from "../../../src/store/check.ts";
import type { Engine } from "../../../src/store/engine.ts";
import { createJobs } from "../../../src/store/jobs.ts";
import { LEASE_MS } from "../../../src/store/leases.ts";
import type { StoreParts } from "../../../src/store/parts.ts";
import { createStore, type OpenStore } from "../../../src/store/store.ts";
import { StoreBusy } from "../../../src/store/view.ts";
import {
  createHostileEngine,
  createTurns,
  type Faults,
  NETWORK_FAULTS,
  NetworkFault,
  NO_FAULTS,
  type Turns,
} from "../hostile_engine.ts";
import { createMemoryEngine } from "../memory_engine.ts";
import { createRandom, type Random } from "../random.ts";
import { firstState, observe, perform, prepare, ROOTS } from "./drive.ts";
import type { ModelUser } from "./access.ts";
import { createHistory, type History, markOperations } from "./history.ts";
import { type Answered, judge, type Observed } from "./judge.ts";
import { createOps } from "./ops.ts";
import type { ModelColl } from "./sequential.ts";
import { createSyncClient } from "./sync_client.ts";

/** How a seed is run. */
export interface SeedOptions {
  /** One owner of the store, or two whole stacks beside each other. */
  readonly mode: "owner" | "shared";
  /** Wrong decisions of the store. */
  readonly parts?: Partial<StoreParts>;
  /** Makes the engine wrong, below the hostile one. */
  readonly engine?: (engine: Engine) => Engine;
  /** Changes the token of a page of a sync. */
  readonly token?: (
    token: string,
    page: { readonly truncated: boolean },
  ) => string;
  /** How many operations each writer does. */
  readonly operations?: number;
  /** Milliseconds that the second stack's clock is ahead. */
  readonly ahead?: number;
  /** Share of the PUTs whose body is large. */
  readonly large?: number;
  /** Turns that what runs on the second stack lets pass at most before it does something. */
  readonly pause?: number;
  /** Share of the operations that give or take access. */
  readonly access?: number;
  /** Milliseconds that logs are kept. */
  readonly keepLog?: number;
}

const WRITERS = 8;

const OWNER_FAULTS: Faults = { ...NO_FAULTS, before: 0.01, after: 0.01 };

/** A whole stack. */
interface Stack {
  readonly store: OpenStore;
  readonly jobs: ReturnType<typeof createJobs>;
}

/** Runs a seed and gives all that went wrong. */
export async function runSeed(
  seed: number,
  options: SeedOptions,
): Promise<string[]> {
  const wrong: string[] = [];
  const random = createRandom(seed);
  const turns = createTurns(random);
  const shared = options.mode === "shared";
  const history = createHistory(
    (options.engine ?? ((engine: Engine) => engine))(
      createMemoryEngine({ shared }),
    ),
  );
  const { sessions, epoch } = await prepare(history.engine, () => 0);
  const faults: { -readonly [fault in keyof Faults]: Faults[fault] } = {
    ...(shared ? NETWORK_FAULTS : OWNER_FAULTS),
  };
  if (random.chance(0.3)) Object.assign(faults, NO_FAULTS);
  const hostile = createHostileEngine(history.engine, {
    random,
    turns,
    faults,
  });
  const clock = { now: 1_000_000 };
  const stacks: Stack[] = [];
  const keepLog = options.keepLog ?? random.pick([1, 10, 100]);
  for (const ahead of shared ? [0, options.ahead ?? 0] : [0]) {
    const parts = { options, turns, clock, ahead, keepLog, wrong };
    stacks.push(await openStack(hostile, parts));
  }
  const answered: Answered[] = [];
  const observed: Observed[] = [];
  const told = { index: 0 };
  let running = WRITERS;
  const focus = random.pick([0, 0.3, 0.9]);
  const access = random.pick([0, 0.15, 0.3]);

  /** Sometimes the second stack hears nothing for a while. */
  const longest = options.pause ?? random.pick([0, 0, 30]);

  async function pause(stack: number, own: Random): Promise<void> {
    if (stack % 2 === 0 || longest === 0) return;
    for (let left = own.below(longest); left > 0; left--) await turns.wait();
  }

  async function write(writer: number): Promise<void> {
    const own = createRandom(seed * 1000 + writer);
    // Where access is given, half of the writers are its guests.
    const who = (options.access ?? access) > 0 && writer % 4 > 1 ? "you" : "me";
    const stack = stacks[writer % stacks.length];
    if (stack === undefined) return;
    const ids = { lock: "" };
    const nextOp = createOps(own, {
      large: options.large ?? 0.02,
      focus,
      locks: 0.2,
      access: options.access ?? access,
      newToken: () => `urn:uuid:${ids.lock}`,
    });
    for (let n = 0; n < (options.operations ?? 5); n++) {
      const id = `writer ${writer} operation ${n}`;
      let now = 0;
      const service = createService({
        store: markOperations(stack.store, () => id),
        engine: hostile,
        now: () => now,
        newId: () => ids.lock,
        kick: stack.jobs.kick,
      });
      ids.lock = `${writer}-${n}`;
      const asked = nextOp();
      await pause(writer, own);
      // Now and then locks run out.
      if (own.chance(0.1)) clock.now += 1_500;
      now = clock.now++;
      const op = { ...asked, now, who } as const;
      const low = told.index;
      const answer = await perform(service, sessions[who], op).catch(
        (error) => {
          if (!(error instanceof StoreBusy || error instanceof NetworkFault)) {
            wrong.push(`${id} ${op.type} threw ${error?.stack}`);
          }
          return undefined;
        },
      );
      const place = history.indexOf(id);
      if (answer?.ok === true && place !== undefined) {
        told.index = Math.max(told.index, place);
      }
      if (answer?.etag !== undefined && answer.etag !== null) {
        nextOp.saw(op.path, answer.etag);
      }
      if (op.type === "lock" && answer?.ok === true) {
        nextOp.held(op.path, op.token);
      }
      answered.push({ id, op, answer, low, high: history.commits.length });
    }
    running--;
  }

  async function look(observer: number): Promise<void> {
    const own = createRandom(seed * 1000 + 500 + observer);
    const who = observer % 4 > 1 ? "you" : "me";
    const session = sessions[who];
    const stack = stacks[observer % stacks.length];
    if (stack === undefined) return;
    const service = createService({ store: stack.store, engine: hostile });
    const client = createSyncClient({
      service,
      session,
      random: own,
      wrong,
      token: options.token ?? ((token) => token),
      guest: who === "you",
    });
    for (let last = false; !last;) {
      last = running === 0;
      // What is in memory is read without a pause, and others want their turn.
      await turns.wait();
      await pause(observer, own);
      try {
        await client.step();
        const root = own.pick(ROOTS);
        const low = told.index;
        const seen = await observe(service, session, root);
        observed.push({ root, who, seen, low, high: history.commits.length });
      } catch (error) {
        if (!(error instanceof StoreBusy || error instanceof NetworkFault)) {
          wrong.push(`A reader threw ${(error as Error).stack}`);
          return;
        }
      }
    }
  }

  await Promise.all([
    ...Array.from({ length: WRITERS }, (_, writer) => write(writer)),
    look(0),
    look(1),
    look(2),
    look(3),
  ]);
  Object.assign(faults, NO_FAULTS);
  for (const { jobs, store } of stacks) {
    await jobs.stop();
    await store.close();
  }
  // What was on its way has arrived when it is nobody's turn any more.
  await turns.idle();
  try {
    await finish({ history, sessions, clock, wrong, observed });
  } catch (error) {
    wrong.push(`The end threw ${(error as Error).stack}`);
  }
  const state = new Map<string, ModelColl>();
  for (const root of ROOTS) state.set(root, firstState(root));
  wrong.push(...judge(history, { state, answered, observed, epoch }));
  return wrong;
}

async function openStack(
  engine: Engine,
  parts: {
    readonly options: SeedOptions;
    readonly turns: Turns;
    readonly clock: { now: number };
    readonly ahead: number;
    readonly keepLog: number;
    readonly wrong: string[];
  },
): Promise<Stack> {
  const { options, turns, clock, ahead, keepLog, wrong } = parts;
  const now = () => clock.now + ahead;
  let store: OpenStore | undefined;
  while (store === undefined) {
    store = await createStore({
      engine,
      now,
      pause: () => turns.wait(),
      keepLog,
      ...(options.parts === undefined ? {} : { parts: options.parts }),
    }).catch((error) => {
      if (error instanceof NetworkFault) return undefined;
      throw error;
    });
  }
  const jobs = createJobs({
    engine,
    store,
    now,
    timer: () => () => {},
    failed(error, kind) {
      if (error instanceof StoreBusy || error instanceof NetworkFault) return;
      // An unclear commit that stays unclear gives up with its last failure.
      const { cause } = error as Error;
      if (cause instanceof NetworkFault) return;
      wrong.push(`A job ${kind} threw ${(error as Error).stack}`);
    },
  });
  return { store, jobs };
}

/** Runs all jobs that are left, looks at everything, and checks the store. */
async function finish(
  run: {
    readonly history: History;
    readonly sessions: Readonly<Record<ModelUser, Session>>;
    readonly clock: { now: number };
    readonly wrong: string[];
    readonly observed: Observed[];
  },
): Promise<void> {
  const { history, sessions, clock, wrong, observed } = run;
  const { engine } = history;
  const store = await createStore({ engine, now: () => clock.now });
  const jobs = createJobs({
    engine,
    store,
    now: () => clock.now,
    timer: () => () => {},
    failed: (error, kind) => wrong.push(`At the end a job ${kind}: ${error}`),
  });
  // Leases run out first; reaping a collection leaves large bodies to wait.
  for (let round = 0; round < 3; round++) {
    clock.now += 10 * LEASE_MS + BLOB_HOLD_MS;
    jobs.kick();
    await jobs.idle();
  }
  await jobs.stop();
  const service = createService({ store, engine });
  const high = history.commits.length;
  for (const who of ["me", "you"] as const) {
    for (const root of ROOTS) {
      const seen = await observe(service, sessions[who], root);
      observed.push({ root, who, seen, low: high, high });
    }
  }
  for (const { key, message } of await listFindings(engine)) {
    wrong.push(`check: ${key}: ${message}`);
  }
  for (const row of await engine.list({ prefix: ["job"] })) {
    wrong.push(`A job is left: ${JSON.stringify(row.value)}`);
  }
  await store.close();
}
