/**
 * Sync-tokens (RFC 6578 section 3.2): URIs that name an epoch, a collection
 * and a position in its history.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/** Where a sync client stands. */
export interface SyncPosition {
  /** Stamp that the walk began from; every change up to it is known to the client before the walk. */
  readonly since: string;
  /** Present where a limit has cut the walk: the last member that was reported. */
  readonly cut?: {
    /** Its stamp. */
    readonly stamp: string;
    /** Its name. */
    readonly name: string;
  };
}

/** What a token belongs to. */
export interface TokenScope {
  /** Epoch of the store. */
  readonly epoch: string;
  /** Id of the collection. */
  readonly coll: string;
  /** On homes: digest of the shared collections shown in it. */
  readonly digest?: string;
}

const PREFIX = "urn:kalends:sync:";
const STAMP = /^[0-9a-f]{20}$/;

/** The token of a position. */
export function formatToken(scope: TokenScope, position: SyncPosition): string {
  const since = scope.digest === undefined
    ? position.since
    : `${position.since}.${scope.digest}`;
  const start = `${PREFIX}${scope.epoch}:${scope.coll}:${since}`;
  if (position.cut === undefined) return start;
  const name = Buffer.from(position.cut.name, "utf8").toString("base64url");
  return `${start}:${position.cut.stamp}:${name}`;
}

/** The position that a token names; undefined where it is malformed or of another epoch, collection or digest. */
export function parseToken(
  scope: TokenScope,
  token: string,
): SyncPosition | undefined {
  const start = `${PREFIX}${scope.epoch}:${scope.coll}:`;
  if (!token.startsWith(start) || token.length > 1000) return undefined;
  const [first = "", stamp, name, ...rest] = token.slice(start.length).split(
    ":",
  );
  const [since = "", digest, ...more] = first.split(".");
  if (!STAMP.test(since) || rest.length > 0 || more.length > 0) {
    return undefined;
  }
  if (digest !== scope.digest) return undefined;
  if (stamp === undefined) return { since };
  if (name === undefined || !STAMP.test(stamp)) return undefined;
  const bytes = Buffer.from(name, "base64url");
  const decoded = bytes.toString("utf8");
  // Only what formatToken writes: no padding, no other alphabet, valid UTF-8.
  if (Buffer.from(decoded, "utf8").toString("base64url") !== name) {
    return undefined;
  }
  return { since, cut: { stamp, name: decoded } };
}
