/**
 * What a command is: a plain function of the accounts and the store, so that
 * it can run here or in the server that owns the data folder.
 *
 * @module
 */

import type { Accounts } from "../service/accounts.ts";
import type { Groups } from "../service/groups.ts";
import type { Engine } from "../store/engine.ts";
import type { Snapshot } from "../store/folder_snapshot.ts";
import type { Store } from "../store/view.ts";

/** What commands work on. */
export interface Backend {
  /** The accounts. */
  readonly accounts: Accounts;
  /** The groups. */
  readonly groups: Groups;
  /** The store. */
  readonly store: Store;
  /** The engine below it. */
  readonly engine: Engine;
  /** A copy of the store at one moment; absent where there are no files. */
  readonly snapshot?: () => Promise<Snapshot>;
  /** Has background work begun at once; absent: at its next turn. */
  readonly kick?: () => void;
  /** Bytes of one object at most; absent: as without any setting. */
  readonly maxResourceSize?: number;
}

/** How far a long command is. */
export interface Progress {
  /** From 0 to 1. */
  readonly share: number;
  /** What there is so far, for people. */
  readonly text: string;
}

/** What a long command says and hears while it runs. */
export interface Course {
  /** Tells how far it is; cheap, however often it is called. */
  readonly progress: (progress: Progress) => void;
  /** Aborted where it is to end early, with all that it has done kept. */
  readonly signal: AbortSignal;
}

/** The course of a command that nobody watches or stops. */
export const UNWATCHED: Course = {
  progress: () => {},
  signal: new AbortController().signal,
};

/** A flag of one command. */
export interface CommandFlag {
  /** Name behind `--`. */
  readonly name: string;
  /** What its value looks like. */
  readonly value: string;
  /** One sentence for the help. */
  readonly description: string;
}

/** What a command was given: plain JSON, since it may travel. */
export interface CommandInput {
  /** Words behind the command's name. */
  readonly words: readonly string[];
  /** Values of its own flags; several where a flag was repeated. */
  readonly flags: Readonly<Record<string, readonly string[]>>;
  /** A password that was read on this side. */
  readonly password?: string;
}

/** What a command has to say. */
export interface CommandResult {
  /** 0 done, 1 failed, 2 wrong use. */
  readonly code: 0 | 1 | 2;
  /** Lines for standard output. */
  readonly out: readonly string[];
  /** Lines for standard error. */
  readonly err: readonly string[];
}

/** One row of the table of commands. */
export interface Command {
  /** As typed: "user add". */
  readonly name: string;
  /** Names of the words behind it; one in brackets may be missing, `...` repeats the last. */
  readonly words: readonly string[];
  /** One line for the list of commands. */
  readonly summary: string;
  /** More lines for its own help. */
  readonly details: readonly string[];
  /** Its own flags. */
  readonly flags: readonly CommandFlag[];
  /** True where it may begin a data folder. */
  readonly creates?: boolean;
  /** How a password is read before it runs; absent: none. */
  readonly password?: "new";
  /** Makes the words mean the same in another folder: paths become absolute. */
  readonly prepare?: (words: readonly string[]) => readonly string[];
  /** Does the work; absent for commands that need no data or keep it (`serve`, `help`). */
  readonly run?: (
    backend: Backend,
    input: CommandInput,
    course?: Course,
  ) => Promise<CommandResult>;
}

/** Success. */
export function done(...out: string[]): CommandResult {
  return { code: 0, out, err: [] };
}

/** Failure. */
export function failed(...err: string[]): CommandResult {
  return { code: 1, out: [], err };
}
