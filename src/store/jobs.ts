/**
 * Runs what is left to do in the background: reaps what was unlinked, and
 * what somebody began and never linked.
 *
 * @module
 */

import { removeChunks } from "./blobs.ts";
import type { Engine, Key } from "./engine.ts";
import { jobKey, JOBS, type RowKey } from "./keys.ts";
import { endJob, type HeldJob, JobOvertaken, takeJob } from "./leases.ts";
import { after, lastPart } from "./owner_lists.ts";
import type { JobRecord, JobWork } from "./records.ts";
import {
  type ReapParts,
  ReapPaused,
  reapUnlinked,
  reapUnseen,
} from "./reap.ts";
import type { Store } from "./view.ts";

/** Calls back after so many milliseconds, unless the answer is called before. */
export type JobTimer = (callback: () => void, ms: number) => () => void;

/** What the runner works with. */
export interface JobOptions {
  /** Where the jobs' rows are. */
  readonly engine: Engine;
  /** What changes trees. */
  readonly store: Store;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** The runtime's own when absent. */
  readonly timer?: JobTimer;
  /** Told of jobs that fail; they are tried again later. */
  readonly failed?: (error: unknown, kind: string) => void;
}

/** Background work. */
export interface JobRunner {
  /** Looks for work at once; called when an operation has made some. */
  kick(): void;
  /** Answers when nothing that is due is left, or has failed. */
  idle(): Promise<void>;
  /** Begins nothing more and answers when what was begun has paused; it resumes at the next start. */
  stop(): Promise<void>;
}

/** The longest time between two looks for work, in milliseconds: other processes make some too. */
const SCAN_MS = 60_000;

/** The shortest time between two looks that nobody asked for. */
const MIN_SCAN_MS = 1_000;

/** Jobs that run at the same time. */
const CONCURRENCY = 2;

function runtimeTimer(callback: () => void, ms: number): () => void {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}

/** A job's row at a version. */
export interface JobRow {
  /** Its key. */
  readonly key: RowKey<JobRecord>;
  /** Its version. */
  readonly stamp: string;
  /** Its value. */
  readonly record: JobRecord;
}

/** Starts the runner, which looks for work at once. */
export function createJobs(options: JobOptions): JobRunner {
  const { engine, now } = options;
  const timer = options.timer ?? runtimeTimer;
  const stopping = new AbortController();
  const parts: ReapParts = { ...options, signal: stopping.signal };
  let looking: Promise<void> | undefined;
  let again = false;
  let cancel: (() => void) | undefined;

  function kick(): void {
    if (stopping.signal.aborted) return;
    cancel?.();
    cancel = undefined;
    again = true;
    looking ??= look().finally(() => {
      looking = undefined;
      if (again) kick();
    });
  }

  async function look(): Promise<void> {
    let next = Infinity;
    try {
      while (again && !stopping.signal.aborted) {
        again = false;
        const due: JobRow[] = [];
        next = Infinity;
        for await (const row of jobRows(engine)) {
          const at = Math.max(row.record.lease, row.record.notBefore);
          if (at <= now()) due.push(row);
          else next = Math.min(next, at);
        }
        await Promise.all(
          Array.from({ length: CONCURRENCY }, () => workThrough(due)),
        );
      }
    } catch (error) {
      options.failed?.(error, "scan");
    }
    again = false;
    if (stopping.signal.aborted) return;
    const wait = Math.min(SCAN_MS, Math.max(MIN_SCAN_MS, next - now()));
    cancel = timer(kick, wait);
  }

  async function workThrough(due: JobRow[]): Promise<void> {
    for (let row = due.shift(); row !== undefined; row = due.shift()) {
      if (stopping.signal.aborted) return;
      await tryJob(row);
    }
  }

  async function tryJob(row: JobRow): Promise<void> {
    const { work } = row.record;
    let job: HeldJob | undefined;
    try {
      job = await takeJob(engine, row, { record: row.record, now: now() });
      if (job !== undefined) await runWork(parts, job, work);
    } catch (error) {
      // Somebody else goes on with it.
      if (error instanceof JobOvertaken) return;
      if (error instanceof ReapPaused) return;
      options.failed?.(error, work.kind);
    }
  }

  kick();
  return {
    kick,
    async idle() {
      while (looking !== undefined) await looking;
    },
    async stop() {
      stopping.abort();
      cancel?.();
      cancel = undefined;
      again = false;
      await looking;
    },
  };
}

/** Does the work of a job that was taken, and ends it. Whatever was staged or built and is here was abandoned. */
async function runWork(
  parts: ReapParts,
  held: HeldJob,
  work: JobWork,
): Promise<void> {
  const { engine } = parts;
  let job = held;
  switch (work.kind) {
    case "stage":
      await removeChunks(engine, job, work.blob);
      break;
    case "copy":
    case "import":
      if (work.blob !== null) await removeChunks(engine, job, work.blob);
      job = await reapUnseen(parts, job, work.root);
      break;
    case "reap-unseen":
      job = await reapUnseen(parts, job, work.root);
      break;
    case "reap-blob":
      for (const { id } of work.blobs) await removeChunks(engine, job, id);
      break;
    case "reap":
      return await reapUnlinked(parts, job, {
        id: work.root,
        tree: work.tree,
      });
  }
  await endJob(engine, job);
}

/** All jobs, page by page. */
export async function* jobRows(engine: Engine): AsyncGenerator<JobRow> {
  let start: Key | undefined;
  while (true) {
    const rows = await engine.list(
      start === undefined ? { prefix: JOBS } : { prefix: JOBS, start },
    );
    for (const { key, value, versionstamp } of rows) {
      if (versionstamp === null) continue;
      yield {
        key: jobKey(lastPart(key)),
        stamp: versionstamp,
        record: value as JobRecord,
      };
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < engine.limits.list) return;
    start = after(last.key);
  }
}
