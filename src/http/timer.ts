/**
 * Time as the server uses it, handed in so that tests need not wait.
 *
 * @module
 */

/** A clock and an alarm. */
export interface Timer {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls `alarm` once after that many milliseconds, unless the function returned is called before. */
  after(milliseconds: number, alarm: () => void): () => void;
}

/** The real one. */
export const SYSTEM_TIMER: Timer = {
  now: Date.now,
  after(milliseconds, alarm) {
    const id = setTimeout(alarm, milliseconds);
    return () => clearTimeout(id);
  },
};
