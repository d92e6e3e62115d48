/**
 * What goes into an import and what comes out of it.
 *
 * @module
 */

import type { ProblemName } from "./problems.ts";
import type { TreePath } from "./resolve.ts";
import type { PropChange } from "./types.ts";

/** One file to be brought in. */
export interface ImportFile {
  /** What it is called in the report. */
  readonly label: string;
  /** Name that its object is to have, null where it is made from the UID. */
  readonly name: string | null;
  /** Bytes that it has, for the progress. */
  readonly size: number;
  /** Properties of its object. */
  readonly props: readonly PropChange[];
  /** Its bytes. */
  readonly read: () => Promise<Uint8Array>;
}

/** What is to be brought in, and where. */
export interface ImportPlan {
  /** The calendar or address book. */
  readonly path: TreePath;
  /** The files. */
  readonly files: readonly ImportFile[];
  /** Names source and destination: a new collection goes on where an import of the same was interrupted. */
  readonly source: string;
  /** Properties of a new collection. */
  readonly props: readonly PropChange[];
  /** Component types of a new calendar; absent: those that every calendar takes, and what is found. */
  readonly components?: readonly string[];
}

/** How far an import is. */
export interface ImportProgress {
  /** Bytes of the files that are done. */
  readonly bytes: number;
  /** Bytes of all files. */
  readonly total: number;
  /** Objects that are there now. */
  readonly objects: number;
}

/** What accompanies an import. */
export interface ImportHooks {
  /** Told now and then. */
  readonly progress?: (progress: ImportProgress) => void;
  /** Aborted where it is to stop after the present batch. */
  readonly signal?: AbortSignal;
}

/** A part of a file that was not taken. */
export interface ImportRefusal {
  /** The file. */
  readonly file: string;
  /** Line at which the part begins, or the offending one where that is known. */
  readonly line: number;
  /** The condition that failed. */
  readonly condition: ProblemName;
  /** A sentence for people. */
  readonly message: string;
}

/** Something that was changed so that it could be taken. */
export interface ImportNote {
  /** The file. */
  readonly file: string;
  /** Line of the file, from 1. */
  readonly line: number;
  /** What was done, in words for people. */
  readonly message: string;
}

/** What came of an import. */
export interface ImportReport {
  /** True where the collection is new. */
  readonly created: boolean;
  /** Files read. */
  readonly files: number;
  /** Objects that are new. */
  readonly taken: number;
  /** Objects that were there with the same bytes. */
  readonly same: number;
  /** What was not taken, at most `MAX_REFUSALS`. */
  readonly refused: readonly ImportRefusal[];
  /** How many were not taken. */
  readonly refusedCount: number;
  /** What was changed, at most `MAX_NOTES`. */
  readonly notes: readonly ImportNote[];
  /** How many changes there were. */
  readonly noteCount: number;
  /** True where it was stopped before the end: begin it again to go on. */
  readonly stopped: boolean;
}

/** Refusals that a report names. */
export const MAX_REFUSALS = 10_000;

/** Changes that a report names. */
export const MAX_NOTES = 10_000;
