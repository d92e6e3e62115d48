/**
 * How much data one report may answer, and how much work it may be.
 *
 * @module
 */

import { DEFAULT_STEPS } from "../../calendar/recurrence.ts";
import type { Budget } from "../../calendar/rule_engine.ts";
import type { ObjectResource, Resource } from "../../service/types.ts";
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

/** Steps of work on the objects of one query, all together. */
const MAX_QUERY_STEPS = 20_000_000;

/** Bytes of objects that one query may have to look into: they are all in memory at once. */
const MAX_SEARCH_BYTES = 256 * 1024 * 1024;

/** The work that one query may still do. */
export interface Work {
  /**
   * Does the work on one object with a budget of its own.
   *
   * @throws {DavError} `dav:number-of-matches-within-limits` where all objects together were too much.
   */
  of<T>(task: (budget: Budget) => T): T;
  /**
   * Notes that these objects are looked into.
   *
   * @throws {DavError} Likewise, where they are too many bytes.
   */
  look(objects: readonly ObjectResource[]): void;
}

/** Bounds the work of one query, over all its objects. */
export function createWork(limits: {
  readonly steps?: number;
  readonly bytes?: number;
} = {}): Work {
  let steps = limits.steps ?? MAX_QUERY_STEPS;
  let bytes = limits.bytes ?? MAX_SEARCH_BYTES;
  return {
    of(task) {
      const budget = { steps: DEFAULT_STEPS };
      const result = task(budget);
      steps -= DEFAULT_STEPS - budget.steps;
      if (steps < 0) throw tooMuch("The query is too much work");
      return result;
    },
    look(objects) {
      for (const { entry } of objects) bytes -= entry.size;
      if (bytes < 0) throw tooMuch("The query would look at too much data");
    },
  };
}

function tooMuch(what: string): DavError {
  return new DavError(
    "dav:number-of-matches-within-limits",
    `${what}: ask for less`,
  );
}
