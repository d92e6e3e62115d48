/**
 * Opens what commands work on.
 *
 * @module
 */

import { createAccounts } from "../service/accounts.ts";
import { createGroups } from "../service/groups.ts";
import { createJobs } from "../store/jobs.ts";
import type { JobRunner } from "../store/jobs.ts";
import { createStore } from "../store/store.ts";
import type { Backend } from "./command.ts";

/** A backend with a life. */
export interface OpenBackend extends Backend {
  /** Background work. */
  readonly jobs: JobRunner;
  /** Ends background work and what is under way; leaves the engine open. */
  close(): Promise<void>;
}

/** Opens store, jobs and accounts over an engine. */
export async function openBackend(
  { engine, snapshot }: Pick<Backend, "engine" | "snapshot">,
  log: (message: string, error: unknown) => void,
): Promise<OpenBackend> {
  const store = await createStore({ engine, log });
  const jobs = createJobs({
    engine,
    store,
    now: Date.now,
    timer: quietTimer,
    failed: (error, kind) => log(`A job failed: ${kind}`, error),
  });
  const accounts = createAccounts({
    store,
    clock: Date.now,
    jobsAdded: () => jobs.kick(),
  });
  return {
    engine,
    ...(snapshot === undefined ? {} : { snapshot }),
    store,
    jobs,
    accounts,
    groups: createGroups({ store, clock: Date.now }),
    kick: () => jobs.kick(),
    async close() {
      await jobs.stop();
      await store.close();
    },
  };
}

/** Background work alone keeps no process alive. */
function quietTimer(callback: () => void, ms: number): () => void {
  const timer = setTimeout(callback, ms);
  Deno.unrefTimer(timer);
  return () => clearTimeout(timer);
}
