/**
 * The decisions that the store's correctness hangs on, one small function
 * each. The model test puts wrong ones in their place and must find each.
 *
 * @module
 */

/** Decisions of the store. */
export interface StoreParts {
  /** Whether an operation sees the rows that earlier ones of its group have made. */
  readonly seesGroup: () => boolean;
  /** Whether a row of this kind may be written by two operations of one group. */
  readonly writableTwice: (kind: string) => boolean;
  /** Whether a row that came from disk fills a slot that a commit may have filled meanwhile. */
  readonly fillsFromDisk: (filled: boolean) => boolean;
  /** Whether a refusal or an answer that wrote nothing has to be held against the trees' rows. */
  readonly validates: () => boolean;
  /** Whether a log whose floor is `floor` tells everything above `since`. */
  readonly logReaches: (floor: string, since: string) => boolean;
  /** Whether the groups' commits check the trees' rows. */
  readonly checksTrees: () => boolean;
  /** Whether operations are answered behind their commit. */
  readonly answersAfterCommit: () => boolean;
}

/** Kinds of rows of which one ETag or one link must not stand for two contents. */
const ONCE: ReadonlySet<string> = new Set(["entry", "member"]);

/** The right decisions. */
export const PARTS: StoreParts = {
  seesGroup: () => true,
  writableTwice: (kind) => !ONCE.has(kind),
  fillsFromDisk: (filled) => !filled,
  validates: () => true,
  logReaches: (floor, since) => since >= floor,
  checksTrees: () => true,
  answersAfterCommit: () => true,
};
