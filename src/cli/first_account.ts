/**
 * The account that a server without accounts begins with.
 *
 * @module
 */

import { randomInt } from "node:crypto";
import type { Accounts } from "../service/accounts.ts";
import { readPasswordFile } from "./read_password.ts";
import type { Settings } from "./settings.ts";

/** File in the data folder that a password goes to where no terminal shows it. */
export const FIRST_PASSWORD_FILE = "first-password";

/** What became of the first account. */
export type FirstAccount =
  /** There are accounts already. */
  | { readonly made: false }
  /** It was made; `password` says what to tell about it. */
  | { readonly made: true; readonly login: string; readonly password: string }
  /** It could not be made. */
  | { readonly made: "failed"; readonly message: string };

/** Makes the first account where there is none. */
export async function makeFirstAccount(
  accounts: Accounts,
  options: {
    readonly settings: Settings;
    /** The data folder. */
    readonly folder: string;
    /** Whether somebody sees what is printed. */
    readonly shown: boolean;
  },
): Promise<FirstAccount> {
  if ((await accounts.listUsers()).length > 0) return { made: false };
  const { settings, folder, shown } = options;
  const login = settings.user;
  if (settings.passwordFile !== undefined) {
    const read = await readPasswordFile(settings.passwordFile);
    if (!read.ok) return { made: "failed", message: read.message };
    const { password } = read;
    return await add(accounts, { login, password }, {
      tell: `as in ${settings.passwordFile}`,
    });
  }
  if (settings.password !== undefined) {
    const { password } = settings;
    return await add(accounts, { login, password }, {
      tell: "as in KALENDS_PASSWORD",
    });
  }
  const password = makePassword();
  if (shown) {
    return await add(accounts, { login, password }, { tell: password });
  }
  // Before the account: a password that nobody knows would help nobody.
  const path = `${folder}/${FIRST_PASSWORD_FILE}`;
  await writePrivately(path, `${password}\n`);
  const first = await add(accounts, { login, password }, {
    tell: `in the file ${path}`,
  });
  if (first.made !== true) await Deno.remove(path);
  return first;
}

/** Makes the first account from the environment only (Deno Deploy); false where it has no password. */
export async function makeFirstAccountFromEnvironment(
  accounts: Accounts,
  settings: Settings,
): Promise<FirstAccount> {
  if ((await accounts.listUsers()).length > 0) return { made: false };
  const { user: login, password } = settings;
  if (password === undefined) {
    return {
      made: "failed",
      message:
        "There is no account yet: set KALENDS_USER and KALENDS_PASSWORD in the environment",
    };
  }
  return await add(accounts, { login, password }, {
    tell: "as in KALENDS_PASSWORD",
  });
}

async function add(
  accounts: Accounts,
  user: { readonly login: string; readonly password: string },
  { tell }: { readonly tell: string },
): Promise<FirstAccount> {
  const added = await accounts.addUser(user, { first: true });
  if (added.ok) {
    return { made: true, login: added.value.login, password: tell };
  }
  const { name, message } = added.problem;
  // Somebody else was faster.
  if (name === "already-exists") return { made: false };
  return {
    made: "failed",
    message: `Cannot make the first account: ${message}`,
  };
}

async function writePrivately(path: string, text: string): Promise<void> {
  // An older file may be readable to others: begin a new one.
  await Deno.remove(path).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  await Deno.writeTextFile(path, text, { createNew: true, mode: 0o600 });
}

/** No letters and digits that look alike. */
const ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";

/** Four groups of five: 99 bits, easy to type on a telephone. */
export function makePassword(): string {
  return Array.from({ length: 4 }, () =>
    Array.from(
      { length: 5 },
      () => ALPHABET[randomInt(ALPHABET.length)],
    ).join("")).join("-");
}
