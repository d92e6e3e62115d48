/**
 * How much work one answer may be, and what is known while it is made.
 *
 * @module
 */

import { DEFAULT_STEPS } from "../calendar/recurrence/recurrence.ts";
import type { Budget } from "../calendar/recurrence/rule_engine.ts";
import type { Zone } from "../calendar/zones/zones.ts";
import type { ObjectResource, Reader } from "../service/types.ts";
import { DavError } from "./errors.ts";

/** Steps of work on the objects of one answer, all together. */
const MAX_QUERY_STEPS = 20_000_000;

/** Bytes of objects that one answer may have to look into: they are all in memory at once. */
const MAX_SEARCH_BYTES = 256 * 1024 * 1024;

/** Characters of data that one answer may have to write anew. */
const MAX_WRITTEN = 64 * 1024 * 1024;

/** A part of the work of an answer, by which its outcome is known again. */
export interface WorkPart {
  /** The object. */
  readonly object: ObjectResource;
  /** What is done with it, and with what: the outcome depends on nothing else but the bytes that are shown. */
  readonly what: string;
}

/** What a part came to. */
interface Outcome {
  readonly value: unknown;
  readonly steps: number;
}

/** What is known of the parts of one answer, however often its reader is run. */
interface Progress {
  readonly outcomes: Map<string, Outcome>;
  /** Work since others had a turn. */
  steps: number;
  bytes: number;
}

/** Work at a time: some tens of milliseconds. */
const SLICE_STEPS = 50_000;
const SLICE_BYTES = 256 * 1024;

/** The work that one answer may still be. */
export interface Work {
  /**
   * Does the work on one object with a budget of its own, or gives what it came
   * to before others had a turn. After much work it leaves the reader for
   * that: so `task` has no effects.
   *
   * @throws {DavError} `dav:number-of-matches-within-limits` where all objects together were too much.
   */
  of<T>(part: WorkPart, task: (budget: Budget) => T): T;
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
export function createWork(
  limits: {
    readonly steps?: number;
    readonly bytes?: number;
    readonly characters?: number;
    /** What the answer is made from, where others are to get a turn. */
    readonly reader?: Pick<Reader, "view" | "etag">;
  } = {},
): Work {
  let steps = limits.steps ?? MAX_QUERY_STEPS;
  let bytes = limits.bytes ?? MAX_SEARCH_BYTES;
  let characters = limits.characters ?? MAX_WRITTEN;
  const { reader } = limits;
  const progress = reader && progressOf(reader.view);

  /** Nobody is given what was made of bytes that they are no longer shown: the tag names those that they are. */
  function keyOf({ object, what }: WorkPart): string {
    const { parent, name } = object;
    return [parent.ref.id, name, reader?.etag(object), what].join("\0");
  }

  function workOn<T>(part: WorkPart, task: (budget: Budget) => T): Outcome {
    const key = keyOf(part);
    const known = progress?.outcomes.get(key);
    if (known !== undefined) return known;
    const budget = { steps: DEFAULT_STEPS };
    const value = task(budget);
    const outcome = { value, steps: DEFAULT_STEPS - budget.steps };
    if (progress !== undefined) {
      progress.outcomes.set(key, outcome);
      progress.steps += outcome.steps;
      progress.bytes += part.object.entry.size;
    }
    return outcome;
  }

  return {
    of<T>(part: WorkPart, task: (budget: Budget) => T): T {
      if (steps < 0) throw tooMuch("The answer is too much work");
      const outcome = workOn(part, task);
      steps -= outcome.steps;
      if (steps < 0) throw tooMuch("The answer is too much work");
      if (reader !== undefined && progress !== undefined && isLong(progress)) {
        progress.steps = 0;
        progress.bytes = 0;
        reader.view.pause();
      }
      // A key's outcome is always of the task that made it.
      return outcome.value as T;
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

function isLong({ steps, bytes }: Progress): boolean {
  return steps > SLICE_STEPS || bytes > SLICE_BYTES;
}

/** By the view: it is the same in all runs of one reader. */
const progresses = new WeakMap<Reader["view"], Progress>();

function progressOf(view: Reader["view"]): Progress {
  let progress = progresses.get(view);
  if (progress === undefined) {
    progress = { outcomes: new Map(), steps: 0, bytes: 0 };
    progresses.set(view, progress);
  }
  return progress;
}

function tooMuch(what: string): DavError {
  return new DavError(
    "dav:number-of-matches-within-limits",
    `${what}: ask for less`,
  );
}

/** The zone of a calendar in one answer. */
export interface AnswerZone {
  /** The zone. */
  readonly zone: Zone;
  /** Tells zones of one name apart: what is worked out with a zone is known by this, and another one may be set while others have a turn. */
  readonly key: string;
}

/** What the parts of one answer share. */
export interface AnswerScope {
  /** The work that is left. */
  readonly work: Work;
  /** Zone of floating times where the request named one. */
  zone?: Zone;
  /** Zones of calendars, by their ids, as far as they were needed. */
  readonly zones: Map<string, AnswerZone>;
}

const scopes = new WeakMap<Reader, AnswerScope>();

/** The scope of the answer that a reader is made for: an answer that is begun anew has a new reader. */
export function answerScope(reader: Reader): AnswerScope {
  let scope = scopes.get(reader);
  if (scope === undefined) {
    scope = {
      work: createWork({ reader }),
      zones: new Map(),
    };
    scopes.set(reader, scope);
  }
  return scope;
}
