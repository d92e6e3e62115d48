/**
 * How much one report may answer.
 *
 * @module
 */

import type { Resource } from "../../service/types.ts";
import { DavError } from "../errors.ts";
import { needsBodies } from "../evaluate.ts";
import type { PropRequest } from "../evaluate.ts";

/** Bytes of bodies in one answer: they are all in memory at once. */
export const MAX_ANSWER_BYTES = 256 * 1024 * 1024;

/**
 * Refuses an answer that is too large before a body is read.
 *
 * @throws {DavError} `dav:number-of-matches-within-limits`.
 */
export function checkAnswerSize(
  request: PropRequest,
  resources: readonly Resource[],
  limit: number = MAX_ANSWER_BYTES,
): void {
  if (!needsBodies(request)) return;
  let bytes = 0;
  for (const one of resources) if ("entry" in one) bytes += one.entry.size;
  if (bytes <= limit) return;
  throw new DavError(
    "dav:number-of-matches-within-limits",
    `The answer would hold ${bytes} bytes of data, ${limit} at most are given at once: ask for fewer`,
  );
}
