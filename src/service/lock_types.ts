/**
 * Locks as the protocol asks for them and tells of them (RFC 4918 sections 6
 * and 14.1); `store/records.ts` has them as they are kept.
 *
 * @module
 */

import type { ResourcePath } from "./problems.ts";
import type { Conditions } from "./conditions.ts";

/** A lock as `DAV:activelock` tells of it (RFC 4918 section 14.1). */
export interface ActiveLock {
  /** Its token: a URI. */
  readonly token: string;
  /** Where it was asked for. */
  readonly root: ResourcePath;
  /** Whether that is a collection. */
  readonly collection: boolean;
  /** Whether it holds for all that is below, too. */
  readonly depth: 0 | "infinity";
  /** False: shared. */
  readonly exclusive: boolean;
  /** The `DAV:owner` element as XML, "" where none was sent. */
  readonly owner: string;
  /** Seconds until it ends, rounded up. */
  readonly seconds: number;
}

/** What LOCK asks for. */
export interface LockRequest {
  /** False: shared. */
  readonly exclusive: boolean;
  /** Whether it is to hold for all that is below, too. */
  readonly depth: 0 | "infinity";
  /** The `DAV:owner` element as XML, "" for none. */
  readonly owner: string;
  /** Seconds that it is to last, within the server's limits. */
  readonly seconds: number;
  /** Conditional headers. */
  readonly conditions: Conditions;
}
