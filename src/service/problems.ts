/**
 * Everything that the service can refuse, as values. `dav/conditions.ts` maps
 * each name to a status and a condition element; the command line prints the
 * message.
 *
 * @module
 */

import type { Privilege } from "./privileges.ts";

/** Names of refusals: conditions in the RFCs' spelling with their namespace's prefix, then plain ones. */
export type ProblemName =
  // RFC 4918
  | "dav:cannot-modify-protected-property"
  | "dav:propfind-finite-depth"
  | "dav:preserved-live-properties"
  | "dav:lock-token-submitted"
  | "dav:no-conflicting-lock"
  | "dav:lock-token-matches-request-uri"
  // RFC 3253, 3744, 5689, 6578, 5842, 4331
  | "dav:resource-must-be-null"
  | "dav:need-privileges"
  | "dav:no-ace-conflict"
  | "dav:no-protected-ace-conflict"
  | "dav:limited-number-of-aces"
  | "dav:deny-before-grant"
  | "dav:no-invert"
  | "dav:not-supported-privilege"
  | "dav:recognized-principal"
  | "dav:allowed-principal"
  | "dav:valid-resourcetype"
  | "dav:valid-sync-token"
  | "dav:sync-traversal-supported"
  | "dav:number-of-matches-within-limits"
  | "dav:supported-report"
  | "dav:quota-not-exceeded"
  | "dav:sufficient-disk-space"
  // RFC 4791
  | "caldav:supported-calendar-data"
  | "caldav:valid-calendar-data"
  | "caldav:valid-calendar-object-resource"
  | "caldav:supported-calendar-component"
  | "caldav:supported-rscale"
  | "caldav:valid-timezone"
  | "caldav:no-uid-conflict"
  | "caldav:calendar-collection-location-ok"
  | "caldav:max-resource-size"
  | "caldav:min-date-time"
  | "caldav:max-date-time"
  | "caldav:max-attendees-per-instance"
  | "caldav:valid-filter"
  | "caldav:supported-filter"
  | "caldav:supported-collation"
  // RFC 6352
  | "carddav:supported-address-data"
  | "carddav:valid-address-data"
  | "carddav:no-uid-conflict"
  | "carddav:addressbook-collection-location-ok"
  | "carddav:max-resource-size"
  | "carddav:supported-filter"
  | "carddav:supported-collation"
  // Without a condition element
  | "bad-request"
  | "not-found"
  | "missing-parent"
  | "already-exists"
  | "method-not-allowed"
  | "forbidden"
  | "precondition-failed"
  | "not-modified"
  | "unsupported-media-type"
  | "too-large"
  | "too-many-locks"
  | "gone-elsewhere"
  | "conflict"
  // The account changed since the credentials were checked: sign in anew (401)
  | "stale-session";

/** A refusal: nothing was changed. */
export interface Problem {
  /** Which. */
  readonly name: ProblemName;
  /** A sentence that says what is wrong, for people. */
  readonly message: string;
  /** The resource it is about where that is not the request's own target. */
  readonly path?: ResourcePath;
  /** Whether that is a collection; absent where its path tells. */
  readonly collection?: boolean;
  /** The privilege that `need-privileges` is about. */
  readonly privilege?: Privilege;
}

/** The answer of a call that may be refused. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem };

/** The three kinds of trees that users have, by their URL's first segment, in the order in which they are listed and looked through. */
export const SPACES = ["calendars", "addressbooks", "files"] as const;

/** One of them. */
export type Space = typeof SPACES[number];

/** Where a resource is, by decoded names; `dav/paths.ts` maps URLs to it and back. */
export type ResourcePath =
  | { readonly type: "root" }
  /** `/principals/`, `/principals/users/`, `/principals/groups/`. */
  | { readonly type: "principals"; readonly set: "all" | "users" | "groups" }
  | {
    readonly type: "principal";
    readonly set: "users" | "groups";
    readonly name: string;
  }
  /** `/calendars/`, `/addressbooks/`, `/files/`. */
  | { readonly type: "space"; readonly space: Space }
  /** Anything in a tree of a user; no names: its root. */
  | {
    readonly type: "tree";
    readonly space: Space;
    readonly user: string;
    readonly names: readonly string[];
  };

/** Wraps a refusal. */
export function refuse(
  name: ProblemName,
  message: string,
  path?: ResourcePath,
): { readonly ok: false; readonly problem: Problem } {
  return {
    ok: false,
    problem: path === undefined ? { name, message } : { name, message, path },
  };
}

/** Wraps a success. */
export function succeed<T>(
  value: T,
): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}
