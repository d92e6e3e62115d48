/**
 * Runs a command where the data is: here, or in the process that owns it.
 *
 * @module
 */

import { openFolder } from "../store/folder.ts";
import { FolderError, readOwner } from "../store/folder_lock.ts";
import { askOwner } from "./admin_client.ts";
import { openBackend } from "./backend.ts";
import { failed, UNWATCHED } from "./command.ts";
import type {
  Command,
  CommandInput,
  CommandResult,
  Course,
} from "./command.ts";

/** Tries to reach an owner that starts, ends or is a command like this one, 100 ms apart. */
const TRIES = 100;

/** Runs a command on a data folder. */
export async function runCommand(
  command: Command,
  input: CommandInput,
  options: {
    readonly data: string;
    readonly log: (message: string, error: unknown) => void;
    /** Waits before another try. */
    readonly pause?: () => Promise<void>;
    /** What it says and hears; nobody watches when absent. */
    readonly course?: Course;
  },
): Promise<CommandResult> {
  const { data, pause = shortPause } = options;
  for (let tries = 0; tries < TRIES; tries++) {
    const here = await runHere(command, input, options);
    if (here !== undefined) return here;
    const request = { command: command.name, input };
    const there = await askOwner(data, request, options.course);
    if (there !== undefined) return there;
    await pause();
  }
  const owner = await readOwner(data);
  return failed(
    `Another process${owner === undefined ? "" : ` (${owner})`} owns ${data} ` +
      `and does not answer. End it, or wait, and try again.`,
  );
}

/** Undefined where another process owns the folder. */
async function runHere(
  command: Command,
  input: CommandInput,
  { data, log, course = UNWATCHED }: {
    readonly data: string;
    readonly log: (message: string, error: unknown) => void;
    readonly course?: Course;
  },
): Promise<CommandResult | undefined> {
  if (command.run === undefined) throw new TypeError("Not run on data");
  let folder;
  try {
    folder = await openFolder(data, { create: command.creates ?? false });
  } catch (error) {
    if (error instanceof FolderError) return failed(`${error.message}.`);
    throw error;
  }
  if (folder === undefined) return undefined;
  try {
    const backend = await openBackend(folder, log);
    try {
      return await command.run(backend, input, course);
    } finally {
      await backend.close();
    }
  } finally {
    await folder.close();
  }
}

function shortPause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 100));
}
