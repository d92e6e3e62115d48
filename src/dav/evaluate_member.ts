/**
 * The properties of one resource of many, so that others get a turn where all
 * of them are much: what was found out before is kept for the run after it.
 *
 * @module
 */

import type { Reader, Resource } from "../service/types.ts";
import {
  lengthOfPropstats,
  longestAnswer,
  noteLength,
} from "./answer_length.ts";
import { evaluate, needsBodies } from "./evaluate.ts";
import type { EvaluateOptions, PropRequest } from "./evaluate.ts";
import type { Propstat } from "./multistatus.ts";

/** Turns that an answer of the greatest length gives to others. */
const TURNS = 32;

/** Turns that any answer gives at most: one whose tree changes all the time is not begun anew for ever. */
const MAX_TURNS = 3 * TURNS;

/** What is known of one resource. */
interface Kept {
  /** The state that it was read from. */
  readonly state: string;
  readonly propstats: Propstat[];
  readonly length: number;
}

/** What is known of the resources of one answer, however often its reader is run. */
interface KeptAnswer {
  /** By their paths. */
  readonly members: Map<string, Kept>;
  /** Length of what was found out since others had a turn. */
  length: number;
  turns: number;
}

/** By the request, which is read once, and the view, which is the same in all runs of one reader. */
const answers = new WeakMap<PropRequest, WeakMap<Reader["view"], KeptAnswer>>();

function answerOf(request: PropRequest, { view }: Reader): KeptAnswer {
  let byView = answers.get(request);
  if (byView === undefined) {
    byView = new WeakMap();
    answers.set(request, byView);
  }
  let answer = byView.get(view);
  if (answer === undefined) {
    answer = { members: new Map(), length: 0, turns: 0 };
    byView.set(view, answer);
  }
  return answer;
}

/**
 * Does what `evaluate` does for one of many resources. After much of it it
 * leaves the reader, so that others get a turn, and gives in the next run what
 * it knows already, as long as the tree is as it was. What needs bodies is
 * bounded by its bytes and its work instead.
 *
 * @throws {DavError} `dav:number-of-matches-within-limits` where all of the answer would be too long.
 */
export function evaluateMember(
  request: PropRequest,
  resource: Resource,
  options: EvaluateOptions,
): Propstat[] {
  const { reader } = options;
  const state = needsBodies(request) ? undefined : reader.state(resource);
  if (state === undefined) return evaluate(request, resource, options);
  const answer = answerOf(request, reader);
  const key = JSON.stringify(resource.path);
  const known = answer.members.get(key);
  if (known?.state === state) {
    noteLength(known.length, options);
    return known.propstats;
  }
  const propstats = evaluate(request, resource, options);
  const length = lengthOfPropstats(propstats);
  answer.members.set(key, { state, propstats, length });
  answer.length += length;
  if (answer.length > longestAnswer(options) / TURNS) {
    answer.length = 0;
    if (answer.turns++ < MAX_TURNS) reader.view.pause();
  }
  return propstats;
}
