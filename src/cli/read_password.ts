/**
 * Where passwords come from: a file, a terminal without echo, or standard
 * input; never the command line, which everybody on the machine can read.
 *
 * @module
 */

import type { Io } from "./io.ts";

/** A password, or why there is none. */
export type ReadPassword =
  | { readonly ok: true; readonly password: string }
  | { readonly ok: false; readonly message: string };

const MAX_BYTES = 4096;

/** Reads a new password; `file` is what a flag or setting names. */
export async function readNewPassword(
  io: Io,
  file: string | undefined,
): Promise<ReadPassword> {
  if (file !== undefined) return await readPasswordFile(file);
  if (!io.typesTerminal) {
    return firstLine(await io.readInput(MAX_BYTES), "standard input");
  }
  const password = await io.readSecret("Password: ");
  if (password === undefined) return { ok: false, message: "Broken off." };
  const again = await io.readSecret("Once more: ");
  return again === password
    ? { ok: true, password }
    : { ok: false, message: "The two passwords differ." };
}

/** Reads a password from the first line of a file. */
export async function readPasswordFile(path: string): Promise<ReadPassword> {
  try {
    return firstLine(await Deno.readTextFile(path), path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, message: `Cannot read the password file: ${reason}` };
  }
}

function firstLine(text: string, where: string): ReadPassword {
  const password = text.split(/\r?\n/)[0] ?? "";
  return password === ""
    ? { ok: false, message: `There is no password in ${where}` }
    : { ok: true, password };
}
