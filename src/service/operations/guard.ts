/**
 * What every change is held against inside of its operation, so that nothing
 * slips past: conditional headers first, then locks (RFC 4918 sections 7 and
 * 10.4).
 *
 * @module
 */

import type { View } from "../../store/view.ts";
import { type ConditionTarget, evaluateConditions } from "../conditions.ts";
import { holdsLists, type StateScope } from "../if_lists.ts";
import { checkLocks, type LockNeed, submittedTokens } from "../locks.ts";
import type { Outcome } from "../problems.ts";
import { refuse } from "../problems.ts";
import type { Found } from "../resolve.ts";
import type { ConditionResult, Conditions } from "../conditions.ts";
import type { Session } from "../types.ts";
import { shownEtag } from "./found.ts";

/** A request as far as conditions and locks are concerned. */
export interface Attempt extends StateScope {
  /** Who asks. */
  readonly session: Session;
  /** Its conditional headers. */
  readonly conditions: Conditions;
}

/** Evaluates all conditional headers; `target` is undefined where nothing is. */
export function meetConditions(
  view: View,
  asked: StateScope & { readonly conditions: Conditions },
  options: {
    readonly target: ConditionTarget | undefined;
    readonly safe?: boolean;
  },
): ConditionResult {
  const { conditions } = asked;
  const { lists } = conditions;
  if (lists !== undefined && !holdsLists(view, lists, asked)) {
    return "precondition-failed";
  }
  return evaluateConditions(conditions, options.target, {
    safe: options.safe === true,
  });
}

/** What conditional headers see of what was found. */
export function targetOf(
  view: View,
  found: Found | undefined,
  asked: Pick<StateScope, "session" | "epoch">,
): ConditionTarget | undefined {
  if (found?.type !== "object") return found && { etag: null, modified: null };
  const { object } = found;
  return {
    etag: shownEtag(view, object, asked),
    modified: object.row.value.modified,
  };
}

/** Refuses a change whose conditions fail, or that a lock forbids. */
export function guard(
  view: View,
  attempt: Attempt,
  change: {
    readonly target: ConditionTarget | undefined;
    readonly needs: readonly LockNeed[];
  },
): Outcome<null> {
  const { conditions, session, now } = attempt;
  if (meetConditions(view, attempt, { target: change.target }) !== "go") {
    return refuse("precondition-failed", "A conditional header failed");
  }
  const tokens = submittedTokens(conditions);
  return checkLocks(view, change.needs, { session, tokens, now });
}
