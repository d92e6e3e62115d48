/**
 * Files of many objects, taken apart step by step.
 *
 * @module
 */

import type { TextNote } from "./foreign_text.ts";

/** One step of a split; `Problem` says why a part is not taken. */
export type FileSplit<Problem> =
  /** An object; not yet checked, but for those that are whole files. */
  | {
    readonly type: "object";
    /** The object alone. */
    readonly bytes: Uint8Array;
    /** Line of the file at which it begins, from 1. */
    readonly line: number;
    /** What was done to it; lines are the file's. */
    readonly notes: readonly TextNote[];
  }
  /** A part that is not taken; its line is that of the file. */
  | { readonly type: "problem"; readonly problem: Problem }
  /** Something that was done to the file as a whole. */
  | { readonly type: "note"; readonly note: TextNote }
  /** Nothing yet: a moment to let others work. */
  | { readonly type: "pause" };
