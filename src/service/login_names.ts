/**
 * Names of people: sign-in names, which the URLs of principals show, and mail
 * addresses.
 *
 * @module
 */

import { refuse, succeed } from "./problems.ts";
import type { Outcome } from "./problems.ts";

/** Bytes of a name in UTF-8 at most: it is a segment of URLs and a part of keys. */
const MAX_BYTES = 255;

/**
 * The one form of a sign-in name: lower case, then NFC, as the profile
 * UsernameCaseMapped has it (RFC 8265 section 3.3). Folding twice changes nothing.
 */
export function foldLogin(name: string): string {
  return name.normalize("NFC").toLowerCase().normalize("NFC");
}

/** Folds a new sign-in name (or the name of something else that follows its rules), or says what is wrong with it. */
export function parseLogin(
  name: string,
  what: "sign-in name" | "group name" = "sign-in name",
): Outcome<string> {
  const login = foldLogin(name);
  if (login === "") return refuse("bad-request", `A ${what} is missing`);
  if (new TextEncoder().encode(login).length > MAX_BYTES) {
    return refuse(
      "bad-request",
      `The ${what} is longer than ${MAX_BYTES} bytes`,
    );
  }
  // No colon: it ends the name in Basic credentials (RFC 7617 section 2).
  const wrong = /[^\p{L}\p{M}\p{N}\-_.@+'~]/u.exec(login);
  if (wrong !== null || /^[\p{M}.]/u.test(login)) {
    const fault = wrong === null
      ? "begins with a full stop or a combining mark"
      : `holds ${JSON.stringify(wrong[0])}`;
    return refuse(
      "bad-request",
      `The ${what} ${JSON.stringify(name)} ${fault}: letters, digits and ` +
        `- _ . @ + ' ~ are allowed, and no full stop in the first place`,
    );
  }
  return succeed(login);
}

/**
 * Checks mail addresses and drops doubles; `mailto:` before one is taken off.
 * Roughly: the only proof of an address is mail that arrives.
 */
export function parseEmails(
  addresses: readonly string[],
): Outcome<readonly string[]> {
  const emails = new Map<string, string>();
  for (const address of addresses) {
    const email = address.trim().replace(/^mailto:/i, "").normalize("NFC");
    if (
      !/^[^\s\p{Cc}@<>"]+@[^\s\p{Cc}@<>"]+$/u.test(email) || email.length > 254
    ) {
      return refuse(
        "bad-request",
        `${JSON.stringify(address.slice(0, 300))} is not a mail address`,
      );
    }
    emails.set(email.toLowerCase(), email);
  }
  if (emails.size > 50) {
    return refuse("bad-request", "An account has at most 50 mail addresses");
  }
  return succeed([...emails.values()]);
}
