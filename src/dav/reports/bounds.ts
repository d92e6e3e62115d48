/**
 * How much data one report may answer.
 *
 * @module
 */

import type { Resource } from "../../service/types.ts";
import type { DavConfig } from "../context.ts";
import { DavError } from "../errors.ts";
import { needsBodies } from "../evaluate.ts";
import type { PropRequest } from "../evaluate.ts";

/** Bytes of bodies in one answer: they are all in memory at once. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** How many of the resources, from the first on, one answer can hold the data of; at least one. */
export function countFitting(
  request: PropRequest,
  resources: readonly Resource[],
  config: Pick<DavConfig, "maxAnswerBytes">,
): number {
  if (!needsBodies(request)) return resources.length;
  const limit = config.maxAnswerBytes ?? MAX_ANSWER_BYTES;
  let bytes = 0;
  for (const [n, one] of resources.entries()) {
    if ("entry" in one) bytes += one.entry.size;
    if (bytes > limit) return Math.max(1, n);
  }
  return resources.length;
}

/**
 * Refuses an answer that is too large before a body is read.
 *
 * @throws {DavError} `dav:number-of-matches-within-limits`.
 */
export function checkAnswerSize(
  request: PropRequest,
  resources: readonly Resource[],
  config: Pick<DavConfig, "maxAnswerBytes">,
): void {
  if (countFitting(request, resources, config) === resources.length) return;
  throw new DavError(
    "dav:number-of-matches-within-limits",
    "The answer would hold more data than is given at once: ask for less",
  );
}
