/**
 * Rows of jobs: made before the first row that nobody can see yet, taken by
 * check-and-set, rewritten or checked by every commit of the job. So whoever
 * was overtaken ends, whatever the clocks say (DESIGN section 4.2).
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import {
  type Check,
  type Engine,
  EngineRefusal,
  type EngineRow,
  type Key,
  type Mutation,
} from "./engine.ts";
import { jobKey, type RowKey } from "./keys.ts";
import type { JobRecord, JobWork } from "./records.ts";

/** How long the holder of a job may be silent before somebody else tries, in milliseconds. */
export const LEASE_MS = 300_000;

/** How often a step of unclear outcome is tried. */
const TRIES = 20;

/** A job that the caller works on. */
export interface HeldJob {
  /** Key of its row. */
  readonly key: RowKey<JobRecord>;
  /** Version of its row; every commit of the job checks it. */
  readonly stamp: string;
  /** Its row. */
  readonly record: JobRecord;
}

/** Thrown where somebody else has taken the job, or ended it: nothing was written. */
export class JobOvertaken extends Error {
  /** The class's name, for logs. */
  override readonly name = "JobOvertaken";
}

/** A random id, never used before. */
export function newId(): string {
  return randomUUID().replaceAll("-", "");
}

/** What a new job begins with. */
export interface JobDraft {
  /** Its work. */
  readonly work: JobWork;
  /**
   * The first row that the job will write, absent when the job's row is made:
   * a late copy of the commit that makes the row can then never bring the job
   * back to life after its end.
   */
  readonly first: Key;
  /** Epoch milliseconds before which nobody else works on it, lease or not; 0 when absent. */
  readonly notBefore?: number;
}

/**
 * Makes the row of a job. `draft` is called again, and must answer with new
 * ids, where it is not known what became of the last attempt.
 */
export async function openJob(
  engine: Engine,
  draft: () => JobDraft,
  now: number,
): Promise<HeldJob> {
  let failure: unknown;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const { work, first, notBefore = 0 } = draft();
    const key = jobKey(newId());
    const record: JobRecord = {
      work,
      holder: newId(),
      lease: now + LEASE_MS,
      notBefore,
    };
    try {
      const stamp = await attemptCommit(
        engine,
        [
          { key: key.parts, versionstamp: null },
          { key: first, versionstamp: null },
        ],
        [{ type: "set", key: key.parts, value: record }],
      );
      if (stamp !== null) return { key, stamp, record };
      const row = await readJob(engine, key);
      if (isHeldBy(row, record.holder)) {
        return { key, stamp: row.versionstamp, record };
      }
    } catch (error) {
      if (error instanceof EngineRefusal) throw error;
      failure = error;
    }
  }
  throw new Error("Cannot make the row of a job", { cause: failure });
}

/** What a step of a job changes. */
export interface JobStep {
  /** Epoch milliseconds. */
  readonly now: number;
  /** The job's work from now on; the same as before when absent. */
  readonly work?: JobWork;
  /** True where nobody is to hold it any more: whoever looks next goes on, whatever `notBefore` said. */
  readonly release?: boolean;
  /** Rows written in the same commit. */
  readonly mutations?: readonly Mutation[];
}

/**
 * Rewrites the row of a job, and other rows with it; extends the lease.
 *
 * @throws {JobOvertaken} the job is somebody else's, or ended.
 */
export async function advanceJob(
  engine: Engine,
  held: HeldJob,
  step: JobStep,
): Promise<HeldJob> {
  const record: JobRecord = {
    ...held.record,
    work: step.work ?? held.record.work,
    holder: newId(),
    lease: step.release === true ? 0 : step.now + LEASE_MS,
    notBefore: step.release === true ? 0 : held.record.notBefore,
  };
  const stamp = await settle(engine, held, {
    mutations: [
      { type: "set", key: held.key.parts, value: record },
      ...(step.mutations ?? []),
    ],
    done: (row) => isHeldBy(row, record.holder) ? row.versionstamp : null,
  });
  return { key: held.key, stamp, record };
}

/**
 * Writes rows that a repetition would not change, without a new version of the job.
 *
 * @throws {JobOvertaken} the job is somebody else's, or ended.
 */
export async function writeUnder(
  engine: Engine,
  held: HeldJob,
  mutations: readonly Mutation[],
): Promise<void> {
  await settle(engine, held, { mutations, done: () => null });
}

/**
 * Removes the row of a job, and does what `mutations` say with it.
 *
 * @throws {JobOvertaken} the job is somebody else's.
 */
export async function endJob(
  engine: Engine,
  held: HeldJob,
  mutations: readonly Mutation[] = [],
): Promise<void> {
  await settle(engine, held, {
    mutations: [...mutations, { type: "delete", key: held.key.parts }],
    // Gone is what was wanted, whoever did it.
    done: (row) => row.versionstamp === null ? "" : null,
  });
}

/** Takes a job whose row is at this version, undefined where somebody was faster. */
export async function takeJob(
  engine: Engine,
  row: { readonly key: RowKey<JobRecord>; readonly stamp: string },
  options: { readonly record: JobRecord; readonly now: number },
): Promise<HeldJob | undefined> {
  try {
    return await advanceJob(engine, { ...row, record: options.record }, {
      now: options.now,
    });
  } catch (error) {
    if (error instanceof JobOvertaken) return undefined;
    throw error;
  }
}

/** Whether the job is still at the version that is held. */
export async function isHeld(engine: Engine, held: HeldJob): Promise<boolean> {
  return (await readJob(engine, held.key)).versionstamp === held.stamp;
}

interface Settlement {
  readonly mutations: readonly Mutation[];
  /** The version to go on with where the row shows that the commit happened. */
  readonly done: (row: EngineRow) => string | null;
}

/** Commits under a job's version until it is known what happened. */
async function settle(
  engine: Engine,
  held: HeldJob,
  settlement: Settlement,
): Promise<string> {
  let failure: unknown;
  const check = { key: held.key.parts, versionstamp: held.stamp };
  for (let attempt = 0; attempt < TRIES; attempt++) {
    try {
      const stamp = await attemptCommit(engine, [check], settlement.mutations);
      if (stamp !== null) return stamp;
      const row = await readJob(engine, held.key);
      const done = settlement.done(row);
      if (done !== null) return done;
      if (row.versionstamp !== held.stamp) {
        throw new JobOvertaken("The job is somebody else's");
      }
    } catch (error) {
      if (error instanceof JobOvertaken || error instanceof EngineRefusal) {
        throw error;
      }
      failure = error;
    }
  }
  throw new Error("Cannot find out what became of a commit", {
    cause: failure,
  });
}

/** One attempt; null where it is not known whether it happened, or a check failed. */
async function attemptCommit(
  engine: Engine,
  checks: readonly Check[],
  mutations: readonly Mutation[],
): Promise<string | null> {
  try {
    const result = await engine.commit(checks, mutations);
    return result.ok ? result.versionstamp : null;
  } catch (error) {
    if (error instanceof EngineRefusal) throw error;
    return null;
  }
}

async function readJob(
  engine: Engine,
  key: RowKey<JobRecord>,
): Promise<EngineRow> {
  const [row] = await engine.getMany([key.parts]);
  return row ?? { key: key.parts, value: null, versionstamp: null };
}

function isHeldBy(
  row: EngineRow,
  holder: string,
): row is EngineRow & { readonly versionstamp: string } {
  return row.versionstamp !== null &&
    (row.value as JobRecord).holder === holder;
}
