/**
 * Bugs that the model test must find: each takes one decision of the store
 * away from it, or one check from the engine.
 *
 * @module
 */

import type { Engine } from "../../../src/store/engine.ts";
import type { ChangeKind, LogRecord } from "../../../src/store/records.ts";
import type { SeedOptions } from "./seed.ts";
import { LEASE_MS } from "../../../src/store/leases.ts";

/** A planted bug. */
export interface PlantedBug {
  /** What is wrong. */
  readonly name: string;
  /** By what it shows. */
  readonly shows: RegExp;
  /** How seeds are run with it. */
  readonly options: SeedOptions;
}

/** The engine that forgets to check jobs' rows. */
function withoutJobChecks(engine: Engine): Engine {
  return {
    ...engine,
    commit: (checks, mutations) =>
      engine.commit(
        checks.filter(({ key }) => key[0] !== "job"),
        mutations,
      ),
  };
}

/** The engine whose log keeps quiet about changes of one kind. */
function withoutNotes(quiet: ChangeKind): (engine: Engine) => Engine {
  return (engine) => ({
    ...engine,
    commit: (checks, mutations) =>
      engine.commit(
        checks,
        mutations.map((mutation) => {
          if (mutation.type !== "append") return mutation;
          const value = mutation.value as LogRecord;
          const changes = value.changes.filter(({ kind }) => kind !== quiet);
          return { ...mutation, value: { ...value, changes } };
        }),
      ),
  });
}

/** A cut walk's token that says: you have everything. */
function withoutCut(token: string): string {
  return token.split(":").slice(0, 6).join(":");
}

/** The places where a bug must not go unseen. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: "a commit does not check the tree's row",
    shows: /fits no state|says created|was answered|check:/,
    options: { mode: "shared", parts: { checksTrees: () => false } },
  },
  {
    name: "an operation does not see the one before it in its group",
    shows: /says created|was answered|check:/,
    options: { mode: "owner", parts: { seesGroup: () => false } },
  },
  {
    name: "two operations of one group write one name",
    shows: /stands for two contents/,
    options: { mode: "owner", parts: { writableTwice: () => true } },
  },
  {
    name: "a read from disk lands after a commit, and stays",
    shows: /fits no state|was answered|says created|check:/,
    options: { mode: "owner", parts: { fillsFromDisk: () => true } },
  },
  {
    name: "a refusal is decided on stale rows",
    shows: /fits no state/,
    options: { mode: "shared", parts: { validates: () => false } },
  },
  {
    name: "an answer comes before its commit",
    shows: /before its commit|threw|should have changed|fits no state/,
    options: { mode: "owner", parts: { answersAfterCommit: () => false } },
  },
  {
    name: "a token leaves out where a limit has cut the walk",
    shows: /the client knows/,
    options: {
      mode: "owner",
      token: (token, { truncated }) => truncated ? withoutCut(token) : token,
    },
  },
  {
    name: "a trimmed log is taken for a whole one",
    shows: /fits no state|was answered|the client knows|check:|threw/,
    options: {
      mode: "shared",
      keepLog: 1,
      pause: 150,
      parts: { logReaches: () => true },
    },
  },
  {
    name: "another process is not told of a lock",
    shows: /was answered|fits no state|says created/,
    options: { mode: "shared", engine: withoutNotes("lock") },
  },
  {
    name: "another process is not told who has access",
    shows: /was answered|fits no state|the client knows/,
    options: { mode: "shared", access: 0.3, engine: withoutNotes("access") },
  },
  {
    name: "a job goes on that somebody else has taken",
    shows: /check:|ChunkMissing|missing|fits no state/,
    options: {
      mode: "shared",
      large: 0.3,
      ahead: 2 * LEASE_MS,
      engine: withoutJobChecks,
    },
  },
];
