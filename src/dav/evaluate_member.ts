/**
 * The properties of one resource of many, so that others get a turn where all
 * of them are much: what was found out before is kept for the run after it.
 *
 * @module
 */

import type { Reader, Resource } from "../service/types.ts";
import { lengthSoFar, longestAnswer, noteLength } from "./answer_length.ts";
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
  /** False where the request needs bodies, which are bounded by their bytes and their work instead. */
  readonly isBounded: boolean;
  /** By their paths; nothing before the first turn, as most answers are short. */
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
    const isBounded = !needsBodies(request);
    answer = { isBounded, members: new Map(), length: 0, turns: 0 };
    byView.set(view, answer);
  }
  return answer;
}

/**
 * Does what `evaluate` does for one of many resources. After much of it it
 * leaves the reader, so that others get a turn; from the second run on it
 * gives what it knows already, as long as the tree is as it was. What needs
 * bodies is bounded by its bytes and its work instead.
 *
 * @throws {DavError} `dav:number-of-matches-within-limits` where all of the answer would be too long.
 */
export function evaluateMember(
  request: PropRequest,
  resource: Resource,
  options: EvaluateOptions,
): Propstat[] {
  const { reader } = options;
  const answer = answerOf(request, reader);
  if (!answer.isBounded) return evaluate(request, resource, options);
  const keep = answer.turns > 0 ? knownAs(resource, reader) : undefined;
  if (keep !== undefined) {
    const known = answer.members.get(keep.key);
    if (known?.state === keep.state) {
      noteLength(known.length, options);
      return known.propstats;
    }
  }
  const before = lengthSoFar(reader);
  const propstats = evaluate(request, resource, options);
  const length = lengthSoFar(reader) - before;
  if (keep !== undefined) {
    answer.members.set(keep.key, { state: keep.state, propstats, length });
  }
  answer.length += length;
  if (answer.length > longestAnswer(options) / TURNS) {
    answer.length = 0;
    if (answer.turns++ < MAX_TURNS) reader.view.pause();
  }
  return propstats;
}

/** How a resource is known again in the next run; undefined where its state is that of many trees. */
function knownAs(
  resource: Resource,
  reader: Reader,
): { readonly key: string; readonly state: string } | undefined {
  const state = reader.state(resource);
  return state === undefined
    ? undefined
    : { key: JSON.stringify(resource.path), state };
}
