/**
 * Names of members of collections: bytes as sent, within limits.
 *
 * @module
 */

import type { Outcome } from "./problems.ts";
import { refuse, succeed } from "./problems.ts";

/** Bytes of UTF-8 that a name may have. */
export const NAME_BYTES = 255;

/** Refuses names that no member can have: empty, too long, `.`, `..`, with NUL, or not Unicode. */
export function checkName(name: string): Outcome<null> {
  if (name === "" || name === "." || name === ".." || name.includes("\0")) {
    return refuse("bad-request", "This is not a name that a member can have");
  }
  if (!name.isWellFormed()) {
    return refuse("bad-request", "The name is not valid Unicode");
  }
  if (new TextEncoder().encode(name).length > NAME_BYTES) {
    return refuse(
      "bad-request",
      `A name has at most ${NAME_BYTES} bytes of UTF-8`,
    );
  }
  return succeed(null);
}
