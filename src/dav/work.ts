/**
 * How much work one answer may be, and what is known while it is made.
 *
 * @module
 */

import { DEFAULT_STEPS } from "../calendar/recurrence.ts";
import type { Budget } from "../calendar/rule_engine.ts";
import type { Zone } from "../calendar/zones.ts";
import type { ObjectResource, Reader } from "../service/types.ts";
import { DavError } from "./errors.ts";

/** Steps of work on the objects of one answer, all together. */
const MAX_QUERY_STEPS = 20_000_000;

/** Bytes of objects that one answer may have to look into: they are all in memory at once. */
const MAX_SEARCH_BYTES = 256 * 1024 * 1024;

/** Characters of data that one answer may have to write anew. */
const MAX_WRITTEN = 64 * 1024 * 1024;

/** The work that one answer may still be. */
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
  /**
   * Notes text that was written for the answer, and gives it back.
   *
   * @throws {DavError} Likewise, where it is too much of it.
   */
  write(text: string): string;
}

/** Bounds the work of one answer, over all its objects. */
export function createWork(limits: {
  readonly steps?: number;
  readonly bytes?: number;
  readonly characters?: number;
} = {}): Work {
  let steps = limits.steps ?? MAX_QUERY_STEPS;
  let bytes = limits.bytes ?? MAX_SEARCH_BYTES;
  let characters = limits.characters ?? MAX_WRITTEN;
  return {
    of(task) {
      if (steps < 0) throw tooMuch("The answer is too much work");
      const budget = { steps: DEFAULT_STEPS };
      const result = task(budget);
      steps -= DEFAULT_STEPS - budget.steps;
      if (steps < 0) throw tooMuch("The answer is too much work");
      return result;
    },
    look(objects) {
      for (const { entry } of objects) bytes -= entry.size;
      if (bytes < 0) throw tooMuch("The answer would look at too much data");
    },
    write(text) {
      characters -= text.length;
      if (characters < 0) throw tooMuch("The answer would be too long");
      return text;
    },
  };
}

function tooMuch(what: string): DavError {
  return new DavError(
    "dav:number-of-matches-within-limits",
    `${what}: ask for less`,
  );
}

/** What the parts of one answer share. */
export interface AnswerScope {
  /** The work that is left. */
  readonly work: Work;
  /** Zone of floating times where the request named one. */
  zone?: Zone;
  /** Zones of calendars, by their ids, as far as they were needed. */
  readonly zones: Map<string, Zone>;
}

const scopes = new WeakMap<Reader, AnswerScope>();

/** The scope of the answer that a reader is made for: an answer that is begun anew has a new reader. */
export function answerScope(reader: Reader): AnswerScope {
  let scope = scopes.get(reader);
  if (scope === undefined) {
    scope = { work: createWork(), zones: new Map() };
    scopes.set(reader, scope);
  }
  return scope;
}
