/**
 * Reports that are defined for one Depth only.
 *
 * @module
 */

import type { DavContext } from "../context.ts";
import { DavError } from "../errors.ts";

/**
 * Refuses every Depth but 0 and none.
 *
 * @throws {DavError} `bad-request`, as RFC 3744 sections 9.2 to 9.5 want it.
 */
export function requireDepthZero(
  { headers }: Pick<DavContext, "headers">,
): void {
  if (headers.depth === null || headers.depth === "0") return;
  throw new DavError("bad-request", "This report is defined for Depth 0 only");
}
