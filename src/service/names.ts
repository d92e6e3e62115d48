/**
 * Names of members of collections: bytes as sent, within limits.
 *
 * @module
 */

import { SHARED_MEMBER } from "../store/keys.ts";
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

/** Whether a name in a home is kept for collections of others: nothing can be made at it. */
export function isSharedName(name: string | undefined): boolean {
  return name?.startsWith(SHARED_MEMBER) === true;
}

/** The name that a home shows a collection of somebody else at. */
export function sharedName(coll: string): string {
  return `${SHARED_MEMBER}${coll}`;
}

/** The id of the collection that such a name stands for, undefined for other names. */
export function parseSharedName(name: string): string | undefined {
  return isSharedName(name) ? name.slice(SHARED_MEMBER.length) : undefined;
}
