/**
 * The seeds that run with all other tests.
 *
 * @module
 */

import assert from "node:assert/strict";
import { LEASE_MS } from "../../../src/store/leases.ts";
import { runSeed, type SeedOptions } from "./seed.ts";

/** Seeds in the gate. */
const SEEDS = 1_000;

/** How a seed is run: now and then with large bodies, and with a stack whose clock is far ahead. */
export function optionsOf(
  seed: number,
  mode: SeedOptions["mode"],
): SeedOptions {
  const large = seed % 10 === 0 ? 0.3 : 0.02;
  return { mode, large, ahead: seed % 4 === 0 ? 2 * LEASE_MS : 0 };
}

/** Runs the gate's seeds of a mode, and fails at the first one in which something went wrong. */
export async function testSeeds(mode: SeedOptions["mode"]): Promise<void> {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const wrong = await runSeed(seed, optionsOf(seed, mode));
    assert.deepEqual(wrong, [], `Seed ${seed} (${mode})`);
  }
}
