/**
 * Random numbers that a seed decides.
 *
 * @module
 */

/** A source of random numbers. */
export interface Random {
  /** At least 0, below 1. */
  next(): number;
  /** A whole number at least 0 and below `end`. */
  below(end: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** One of the items. */
  pick<T>(items: readonly [T, ...T[]]): T;
}

/** The same seed gives the same numbers. */
export function createRandom(seed: number): Random {
  // Marsaglia's xorshift; the first numbers of small seeds are too alike.
  let state = (Math.imul(seed, 0x9e3779b1) ^ 0x5bf03635) >>> 0 || 1;
  function next(): number {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x1_0000_0000;
  }
  for (let warm = 0; warm < 8; warm++) next();
  const below = (end: number) => Math.floor(next() * end);
  return {
    next,
    below,
    chance: (probability) => probability > 0 && next() < probability,
    pick<T>(items: readonly [T, ...T[]]): T {
      return items[below(items.length)] ?? items[0];
    },
  };
}
