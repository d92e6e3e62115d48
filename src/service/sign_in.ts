/**
 * Checks the credentials that come with a request.
 *
 * @module
 */

import { loginKey, userKey } from "../store/keys.ts";
import type { UserRecord } from "../store/records.ts";
import type { Row, Store, View } from "../store/view.ts";
import { createCredentials } from "./credentials.ts";
import { parseLogin } from "./login_names.ts";
import type { Passwords } from "./passwords.ts";
import { createThrottle } from "./throttle.ts";
import type { Session } from "./types.ts";

/** A log-in that must wait. */
export interface RetryAfter {
  /** Seconds until the next try is heard. */
  readonly retryAfter: number;
}

/**
 * Checks Basic credentials (RFC 7617). Answers undefined for wrong ones, and
 * takes as long for a name that nobody has. `address` is the client's. Throws
 * StoreBusy.
 */
export type SignIn = (
  login: string,
  password: string,
  address: string,
) => Promise<Session | undefined | RetryAfter>;

/** Sign-in over a store, with its own memory of failures; `clock` gives epoch milliseconds. */
export function createSignIn(
  { store, clock, passwords }: {
    readonly store: Store;
    readonly clock: () => number;
    readonly passwords: Passwords;
  },
): SignIn {
  const credentials = createCredentials({ clock });
  const throttle = createThrottle({ clock });
  let nobody: Promise<string> | undefined;

  /** A hash that no password has, so that unknown names cost the same. */
  function hashOfNobody(): Promise<string> {
    return nobody ??= passwords.hash(crypto.randomUUID()).catch((error) => {
      nobody = undefined;
      throw error;
    });
  }

  /** One try, counted: true, false or seconds to wait. */
  async function tryPassword(
    login: string,
    password: string,
    { address, user }: {
      readonly address: string;
      readonly user: UserRecord | undefined;
    },
  ): Promise<boolean | number> {
    const attempt = throttle.attempt(address, login);
    if (typeof attempt === "number") return attempt;
    try {
      const phc = user?.password ?? await hashOfNobody();
      const same = await passwords.verify(password, phc);
      if (same && user !== undefined) attempt.succeeded();
      return same && user !== undefined;
    } catch (error) {
      attempt.cancelled();
      throw error;
    }
  }

  return async function authenticate(
    name: string,
    password: string,
    address: string,
  ): Promise<Session | undefined | RetryAfter> {
    const parsed = parseLogin(name);
    // What cannot be a name is nobody's; it is not looked up, but costs the same.
    const login = parsed.ok ? parsed.value : "";
    const row = parsed.ok
      ? await store.read((view) => findUser(view, login))
      : undefined;
    const stamp = row?.stamp ?? "";
    const user = row?.value;
    const answer = await credentials.check(
      { login, stamp },
      password,
      () => tryPassword(login, password, { address, user }),
    );
    if (typeof answer === "number") return { retryAfter: answer };
    return answer && user !== undefined ? { user, stamp } : undefined;
  };
}

/** The account with a folded sign-in name, undefined where there is none. */
export function findUser(
  view: View,
  login: string,
): Row<UserRecord> | undefined {
  const row = view.get(loginKey(login));
  return row === undefined ? undefined : view.get(userKey(row.value.user));
}
