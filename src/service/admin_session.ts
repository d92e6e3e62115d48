/**
 * The session of an account for the one who owns the data folder: the command
 * line acts for users without their passwords.
 *
 * @module
 */

import type { Store } from "../store/view.ts";
import { foldLogin } from "./login_names.ts";
import { findUser } from "./sign_in.ts";
import type { Session } from "./types.ts";

/** The session of the account with a sign-in name, undefined where there is none. */
export async function openAdminSession(
  store: Store,
  login: string,
): Promise<Session | undefined> {
  const row = await store.read((view) => findUser(view, foldLogin(login)));
  if (row === undefined || row.stamp === null) return undefined;
  return { user: row.value, stamp: row.stamp };
}
