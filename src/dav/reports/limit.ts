/**
 * How many results a client wants at most.
 *
 * @module
 */

import { findChild, textOf } from "../../xml/names.ts";
import type { XmlElement } from "../../xml/names.ts";
import { DavError } from "../errors.ts";

/**
 * Reads `limit` with its `nresults` out of a report's body (RFC 5323 section
 * 5.17, RFC 6352 section 10.6).
 *
 * @returns Infinity where there is no limit.
 * @throws {DavError} `bad-request` for one that is no whole number, or is below `least`.
 */
export function parseLimit(
  body: XmlElement,
  { ns, least }: { readonly ns: string; readonly least: 0 | 1 },
): number {
  const limit = findChild(body, ns, "limit");
  if (limit === undefined) return Infinity;
  const nresults = findChild(limit, ns, "nresults");
  const text = nresults === undefined ? "" : textOf(nresults).trim();
  const number = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (number >= least) return number;
  throw new DavError(
    "bad-request",
    `Cannot read limit: expected nresults with a number from ${least} on`,
  );
}
