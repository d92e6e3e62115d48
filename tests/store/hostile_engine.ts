/**
 * An engine that behaves as badly as a network store may: it delays and
 * reorders, fails before a commit and after one, and denies commits that
 * happened. All by a seed, so that what it found can be seen again.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import type { Engine } from "../../src/store/engine.ts";
import type { Random } from "./random.ts";

/** How often what happens, from 0 to 1. */
export interface Faults {
  /** A call throws before anything was read or written. */
  readonly before: number;
  /** A commit throws after it was written. */
  readonly after: number;
  /** A commit that was written answers `ok: false`. */
  readonly denied: number;
  /** A commit that threw is written only later, when others have been. */
  readonly late: number;
}

/** Nothing goes wrong, only late and out of order. */
export const NO_FAULTS: Faults = { before: 0, after: 0, denied: 0, late: 0 };

/** What a network store does now and then. */
export const NETWORK_FAULTS: Faults = {
  before: 0.01,
  after: 0.01,
  denied: 0.02,
  late: 0.01,
};

/** Thrown by a call that failed on purpose. */
export class NetworkFault extends Error {
  /** The class's name, for logs. */
  override readonly name = "NetworkFault";
}

/** Lets calls wait for each other. */
export interface Turns {
  /** Waits until it is the caller's turn. */
  wait(): Promise<void>;
  /** Waits until nobody waits. */
  idle(): Promise<void>;
}

/**
 * Turns in an order that the seed decides: one waiting caller at a time goes
 * on, when everybody else has come as far as they can.
 */
export function createTurns(random: Random): Turns {
  const waiting: (() => void)[] = [];
  let isSet = false;

  function wake(): void {
    if (isSet || waiting.length === 0) return;
    isSet = true;
    setImmediate(run);
  }
  function run(): void {
    isSet = false;
    const [next] = waiting.splice(random.below(waiting.length), 1);
    next?.();
    wake();
  }
  return {
    wait: () =>
      new Promise<void>((resolve) => {
        waiting.push(resolve);
        wake();
      }),
    async idle() {
      // One more look, because who went on last may come back.
      for (let quiet = 0; quiet < 3;) {
        await new Promise<void>((resolve) => void setImmediate(resolve));
        quiet = waiting.length === 0 ? quiet + 1 : 0;
      }
    },
  };
}

/** Makes an engine hostile. */
export function createHostileEngine(
  inner: Engine,
  options: {
    readonly random: Random;
    readonly turns: Turns;
    readonly faults: Faults;
  },
): Engine {
  const { random, turns, faults } = options;

  function mayFail(): void {
    if (random.chance(faults.before)) throw new NetworkFault("Before the call");
  }

  async function read<T>(call: () => Promise<T>): Promise<T> {
    await turns.wait();
    mayFail();
    const result = await call();
    await turns.wait();
    return result;
  }

  return {
    limits: inner.limits,
    shared: inner.shared,
    getMany: (keys) => read(() => inner.getMany(keys)),
    list: (selector, list) => read(() => inner.list(selector, list)),
    async commit(checks, mutations) {
      await turns.wait();
      mayFail();
      if (random.chance(faults.late)) {
        turns.wait().then(() => inner.commit(checks, mutations)).catch(
          () => {},
        );
        throw new NetworkFault("The commit is on its way");
      }
      const result = await inner.commit(checks, mutations);
      await turns.wait();
      if (random.chance(faults.after)) throw new NetworkFault("After a commit");
      if (random.chance(faults.denied)) return { ok: false };
      return result;
    },
    close: () => inner.close(),
  };
}
