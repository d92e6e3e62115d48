/**
 * Runs what is left to do in the background: reaps what was unlinked, and
 * what somebody began and never linked.
 *
 * @module
 */

import type { Engine } from "./engine.ts";
import type { Store } from "./view.ts";

/** Timers, so that tests can do without. */
export interface JobTimers {
  /** Calls back after so many milliseconds; answers what `clear` takes. */
  readonly set: (callback: () => void, ms: number) => number;
  /** Forgets a callback. */
  readonly clear: (timer: number) => void;
}

/** What the runner works with. */
export interface JobOptions {
  /** Where the jobs' rows are. */
  readonly engine: Engine;
  /** What changes trees. */
  readonly store: Store;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** The runtime's own when absent. */
  readonly timers?: JobTimers;
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

/** Starts the runner, which looks for work at once. */
export function createJobs(_options: JobOptions): JobRunner {
  return {
    kick() {},
    idle: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  };
}
