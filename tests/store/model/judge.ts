/**
 * Holds what was answered against the sequential model, in the order of the
 * commits: what changed something must have done what the model does there;
 * what only looked must have seen a state between its request and its answer.
 *
 * @module
 */

import { type ModelUser, shownTo } from "./access.ts";
import type { History } from "./history.ts";
import {
  applyOp,
  difference,
  type ModelAnswer,
  type ModelColl,
  type ModelOp,
  type ModelState,
} from "./sequential.ts";

/** An operation that was answered. */
export interface Answered {
  /** Its id. */
  readonly id: string;
  /** What was asked. */
  readonly op: ModelOp;
  /** What was answered, undefined where nobody knows: too busy, or the network failed. */
  readonly answer:
    | Omit<ModelAnswer, "idle"> & { readonly problem?: string }
    | undefined;
  /** Commits that somebody had been told of when it was asked. */
  readonly low: number;
  /** Commits that had happened when it was answered. */
  readonly high: number;
}

/** A whole tree as it was seen at once. */
export interface Observed {
  /** Such as `files/me`. */
  readonly root: string;
  /** Who saw it. */
  readonly who: ModelUser;
  /** What was there. */
  readonly seen: ModelColl;
  /** As in `Answered`. */
  readonly low: number;
  /** As in `Answered`. */
  readonly high: number;
}

function shown(state: ModelState, { root, who }: Observed) {
  const coll = state.get(root);
  return coll && shownTo(who, [coll]);
}

/** All that is wrong; the state is the model's last one afterwards. */
export function judge(
  history: History,
  run: {
    readonly state: ModelState;
    readonly answered: readonly Answered[];
    readonly observed: readonly Observed[];
    readonly epoch: string;
  },
): string[] {
  const { state } = run;
  const wrong: string[] = [];
  const byId = new Map(run.answered.map((answered) => [answered.id, answered]));
  const looked = run.answered.filter(({ id, answer, high }) => {
    const place = history.indexOf(id);
    if (place !== undefined && answer !== undefined) {
      if (!answer.ok) wrong.push(`${id} was refused, and was committed`);
      if (place > high) wrong.push(`${id} was answered before its commit`);
    }
    return place === undefined && answer !== undefined;
  });
  const contents = new Map<string, string>();
  const open = new Map<Answered | Observed, string>();
  for (const one of [...looked, ...run.observed]) open.set(one, "never tried");

  function lookAround(at: number): void {
    for (const one of open.keys()) {
      if (at < one.low || at > one.high) continue;
      const reason = "seen" in one
        ? difference(one.seen, shown(state, one), `${one.who}: ${one.root}`)
        : disagreement(one, applyOp(state, one.op), true);
      if (reason === undefined) open.delete(one);
      else open.set(one, reason);
    }
  }

  /**
   * A refusal may rest on what an earlier operation of the same group made and
   * a later one undid: operations run one after the other. Readers are shown
   * whole commits only.
   */
  function lookBetween(at: number): void {
    for (const one of open.keys()) {
      if ("seen" in one || at <= one.low || at > one.high) continue;
      if (disagreement(one, applyOp(state, one.op), true) === undefined) {
        open.delete(one);
      }
    }
  }

  lookAround(0);
  for (const [index, commit] of history.commits.entries()) {
    const etag = `"${run.epoch}-${commit.stamp}"`;
    for (const id of commit.ops) {
      const answered = byId.get(id);
      if (answered === undefined) {
        wrong.push(`${id} was committed, and nobody asked for it`);
        continue;
      }
      const right = applyOp(state, answered.op, etag);
      const expected = right.etag === undefined && answered.op.type === "put"
        ? { ...right, etag }
        : right;
      const writes = (right.etag ?? etag) === etag;
      if (answered.op.type === "put" && right.ok && writes) {
        // RFC 9110 section 8.8.3: one tag never stands for two contents.
        const { path, text } = answered.op;
        const named = `${path} ${etag}`;
        if ((contents.get(named) ?? text) !== text) {
          wrong.push(`${named} stands for two contents`);
        }
        contents.set(named, text);
      }
      const reason = disagreement(answered, expected, false);
      if (reason !== undefined) wrong.push(reason);
      lookBetween(index + 1);
    }
    lookAround(index + 1);
  }
  for (const [one, reason] of open) {
    const name = "seen" in one ? `A look at ${one.root}` : one.id;
    wrong.push(
      `${name} fits no state from ${one.low} to ${one.high}: ${reason}`,
    );
  }
  return wrong;
}

function disagreement(
  { id, op, answer }: Answered,
  right: ModelAnswer,
  idle: boolean,
): string | undefined {
  const what = `${id} ${JSON.stringify({ ...op, text: undefined })} (answered ${
    JSON.stringify(answer)
  })`;
  if (idle && !right.idle) return `${what} should have changed something`;
  if (!right.ok && answer === undefined) return `${what} should be refused`;
  if (answer === undefined) return undefined;
  if (answer.ok !== right.ok) {
    return `${what} was answered ${answer.problem ?? "well"}`;
  }
  if (right.created !== undefined && answer.created !== right.created) {
    return `${what} says created: ${answer.created}`;
  }
  if (typeof right.etag === "string" && answer.etag !== right.etag) {
    return `${what} says ${answer.etag}, not ${right.etag}`;
  }
  return undefined;
}
