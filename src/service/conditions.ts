/**
 * Conditional headers, evaluated on the state that a request is decided on
 * (RFC 9110 section 13.2.2).
 *
 * @module
 */

import { matchesEtag, namesContent } from "./etag.ts";
import type { ResourcePath } from "./problems.ts";

/** One condition of a list in the `If` header. */
export interface StateCondition {
  /** True where it must not match. */
  readonly not: boolean;
  /** A state token (of a lock or of a history), or an entity tag. */
  readonly type: "token" | "etag";
  /** The token's URI, or the tag with its quotes. */
  readonly value: string;
}

/** One list of the `If` header: true where all of its conditions are (RFC 4918 section 10.4.3). */
export interface StateList {
  /** What it speaks of; null: nothing of this server, so the list is never true. */
  readonly on: ResourcePath | null;
  /** At least one. */
  readonly conditions: readonly StateCondition[];
}

/** Conditional headers (RFC 9110 section 13), evaluated inside the commit. */
export interface Conditions {
  /** Entity tags with quotes, or "*". */
  readonly ifMatch?: "*" | readonly string[];
  /** Entity tags with quotes, or "*". */
  readonly ifNoneMatch?: "*" | readonly string[];
  /** Epoch milliseconds. */
  readonly ifUnmodifiedSince?: number;
  /** Epoch milliseconds. */
  readonly ifModifiedSince?: number;
  /** The `If` header: one of them must be true; all tokens in them are submitted (RFC 4918 section 10.4). */
  readonly lists?: readonly StateList[];
}

/** What conditional headers say: go on, 412, or (for safe methods) 304. */
export type ConditionResult = "go" | "precondition-failed" | "not-modified";

/** What conditions are evaluated on. */
export interface ConditionTarget {
  /** Entity tag; null where it has none, or none yet. */
  readonly etag: string | null;
  /** Epoch milliseconds of the last change; null where there is no such time. */
  readonly modified: number | null;
}

function isListed(
  condition: "*" | readonly string[],
  target: ConditionTarget | undefined,
  matches: (sent: string, etag: string) => boolean,
): boolean {
  if (target === undefined) return false;
  if (condition === "*") return true;
  const { etag } = target;
  return etag !== null && condition.some((sent) => matches(sent, etag));
}

/** Dates in headers have whole seconds. */
function isLater(modified: number, date: number): boolean {
  return Math.floor(modified / 1000) > Math.floor(date / 1000);
}

/**
 * Evaluates conditions on a resource, undefined where there is none. `safe`
 * is true for GET and HEAD, the only methods that can be answered with 304
 * and that read If-Modified-Since. The `If` header is not looked at: see
 * `if_lists.ts`.
 */
export function evaluateConditions(
  conditions: Conditions,
  target: ConditionTarget | undefined,
  options: { readonly safe?: boolean } = {},
): ConditionResult {
  const { ifMatch, ifNoneMatch, ifUnmodifiedSince, ifModifiedSince } =
    conditions;
  const modified = target?.modified ?? null;
  const safe = options.safe === true;
  if (ifMatch !== undefined) {
    if (!isListed(ifMatch, target, namesContent)) return "precondition-failed";
  } else if (ifUnmodifiedSince !== undefined && modified !== null) {
    if (isLater(modified, ifUnmodifiedSince)) return "precondition-failed";
  }
  if (ifNoneMatch !== undefined) {
    if (isListed(ifNoneMatch, target, matchesEtag)) {
      return safe ? "not-modified" : "precondition-failed";
    }
  } else if (safe && ifModifiedSince !== undefined && modified !== null) {
    if (!isLater(modified, ifModifiedSince)) return "not-modified";
  }
  return "go";
}
