/**
 * Credentials that were found right a moment ago: clients send them with every
 * request, and a password hash is meant to be slow (DESIGN section 7).
 *
 * @module
 */

import { createHmac, randomBytes } from "node:crypto";
import { passwordBytes } from "./passwords.ts";

/** An account whose credentials are checked. */
export interface CheckedAccount {
  /** Sign-in name. */
  readonly login: string;
  /** Version of the account's row: another version has other credentials. */
  readonly stamp: string;
}

/** Remembers credentials for minutes, never as text. */
export interface Credentials {
  /**
   * Answers true for credentials that are known to be right, else what
   * `verify` answers, and remembers a true. However many ask at once about the
   * same credentials, `verify` is called once. Throws what it throws.
   */
  check<T>(
    account: CheckedAccount,
    password: string,
    verify: () => Promise<true | T>,
  ): Promise<true | T>;
}

/** Keeps at most `size` credentials for `minutes`; `clock` gives epoch milliseconds. */
export function createCredentials(
  options: {
    readonly clock: () => number;
    readonly minutes?: number;
    readonly size?: number;
  },
): Credentials {
  const { clock, minutes = 10, size = 10_000 } = options;
  // Memory that leaks, or is swapped out, tells nothing without this key.
  const secret = randomBytes(32);
  const known = new Map<string, number>();
  const asked = new Map<string, Promise<unknown>>();

  /** The version is part of the key, so a changed row ends what was known. */
  function digest(account: CheckedAccount, password: string): string {
    return createHmac("sha256", secret)
      .update(`${account.stamp}\0${account.login}\0`)
      .update(passwordBytes(password))
      .digest("base64");
  }

  function isKnown(key: string): boolean {
    const until = known.get(key);
    if (until === undefined) return false;
    if (until > clock()) return true;
    known.delete(key);
    return false;
  }

  function remember(key: string): void {
    known.delete(key);
    known.set(key, clock() + minutes * 60_000);
    // All live equally long, so the first of the map is the oldest.
    const oldest = known.keys().next();
    if (known.size > size && !oldest.done) known.delete(oldest.value);
  }

  async function ask<T>(
    key: string,
    verify: () => Promise<true | T>,
  ): Promise<true | T> {
    try {
      const answer = await verify();
      if (answer === true) remember(key);
      return answer;
    } finally {
      asked.delete(key);
    }
  }

  return {
    check<T>(
      account: CheckedAccount,
      password: string,
      verify: () => Promise<true | T>,
    ): Promise<true | T> {
      const key = digest(account, password);
      if (isKnown(key)) return Promise.resolve(true);
      const waiting = asked.get(key);
      if (waiting !== undefined) return waiting as Promise<true | T>;
      const answer = ask(key, verify);
      asked.set(key, answer);
      return answer;
    },
  };
}
