/**
 * Verifies every invariant of the store and names what is wrong. Nobody may
 * write meanwhile: a store that is in use is checked by the process that owns
 * it, between two commits, or from a copy.
 *
 * @module
 */

import { checkGroups } from "./check_access.ts";
import { checkLocks } from "./check_locks.ts";
import { checkBlobs, checkObjects } from "./check_objects.ts";
import { createCheckState, type Finding, found } from "./check_state.ts";
import { checkLogs, checkStructure, checkTotals } from "./check_structure.ts";
import type { Engine } from "./engine.ts";
import { PREFIXES } from "./key_prefixes.ts";

/** All that is wrong with a store; nothing where all is right. Reads every row once or twice. */
export async function* checkStore(engine: Engine): AsyncGenerator<Finding> {
  const state = createCheckState(engine);
  yield* checkPrefixes(engine);
  yield* checkStructure(state);
  yield* checkGroups(state);
  yield* checkObjects(state);
  yield* checkBlobs(state);
  yield* checkLocks(state);
  yield* checkLogs(state);
  yield* checkTotals(state);
}

/** The same as a list. */
export async function listFindings(engine: Engine): Promise<Finding[]> {
  return await Array.fromAsync(checkStore(engine));
}

/** Jumps from one first key part to the next, and says which nobody knows. */
async function* checkPrefixes(engine: Engine): AsyncGenerator<Finding> {
  let start = "";
  while (true) {
    const [row] = await engine.list({ prefix: [], start: [start] }, {
      limit: 1,
    });
    if (row === undefined) return;
    const first = row.key[0];
    if (typeof first !== "string") {
      yield found(row.key, "Its key is none of this program's");
      return;
    }
    if (!PREFIXES.has(first)) {
      yield found(row.key, "Its kind is unknown");
    }
    start = `${first}\0`;
  }
}
