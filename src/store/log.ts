/**
 * The log of a tree, as far as it is in memory: which commit changed what.
 *
 * @module
 */

import type { Engine } from "./engine.ts";
import { logFloorKey, logPrefix } from "./keys.ts";
import { after, lastPart } from "./owner_lists.ts";
import type { StoreParts } from "./parts.ts";
import type { LogRecord } from "./records.ts";

/** What one commit changed in a tree. */
export interface LogStep {
  /** Versionstamp of the commit. */
  readonly stamp: string;
  /** Its log row. */
  readonly record: LogRecord;
}

/** The newest part of a tree's log: every step above `from`. */
export interface LogTail {
  /** All steps above this stamp are in `steps`. */
  from: string;
  /** Nothing at or below this stamp can be had any more; "" where unknown. */
  lost: string;
  /** Steps in the order of their stamps. */
  steps: LogStep[];
}

/** Steps that one tail keeps in memory, and that one reading takes. */
const MAX_STEPS = 10_000;

/** An empty tail behind a version. */
export function createTail(version: string): LogTail {
  return { from: version, lost: "", steps: [] };
}

/** Adds a step; the oldest ones leave memory when there are too many. */
export function appendStep(tail: LogTail, step: LogStep): void {
  tail.steps.push(step);
  if (tail.steps.length <= MAX_STEPS) return;
  const gone = tail.steps.splice(0, MAX_STEPS / 2).at(-1);
  if (gone !== undefined) tail.from = gone.stamp;
}

/**
 * Names of a collection's members whose content changed above a stamp; the
 * tail must reach back to it. Undefined where the collection may have been
 * linked since: what it was built with is older, and in no log.
 */
export function changedNames(
  tail: LogTail,
  coll: string,
  since: string,
): Set<string> | undefined {
  const names = new Set<string>();
  for (let at = tail.steps.length - 1; at >= 0; at--) {
    const step = tail.steps[at];
    if (step === undefined || step.stamp <= since) break;
    for (const change of step.record.changes) {
      if (change.coll !== coll) continue;
      if (change.kind === "content") names.add(change.name);
      else if (change.name === "" && change.kind === "structure") {
        return undefined;
      }
    }
  }
  return names;
}

/** Log rows in (since, until], or undefined where they were trimmed or are too many. */
export async function readLog(
  engine: Engine,
  tree: string,
  range: {
    readonly since: string;
    readonly until: string;
    readonly parts: StoreParts;
  },
): Promise<LogStep[] | undefined> {
  const prefix = logPrefix(tree);
  const steps: LogStep[] = [];
  let start = [...prefix, `${range.since}\0`] as readonly (string | number)[];
  const end = [...prefix, `${range.until}\0`];
  while (true) {
    const page = await engine.list({ prefix, start, end }, {
      limit: engine.limits.list,
    });
    for (const row of page) {
      steps.push({
        stamp: lastPart(row.key),
        record: row.value as LogRecord,
      });
    }
    const last = page.at(-1);
    if (last === undefined || page.length < engine.limits.list) break;
    if (steps.length > MAX_STEPS) return undefined;
    start = after(last.key) as readonly string[];
  }
  // Read behind the rows: a trimming that overtook the reading shows here.
  const [floor] = await engine.getMany([logFloorKey(tree).parts]);
  const trimmed = typeof floor?.value === "string" ? floor.value : "";
  return range.parts.logReaches(trimmed, range.since) ? steps : undefined;
}

/** Makes a tail reach back to `since`, or notes that this can't be had. */
export async function extendTail(
  tail: LogTail,
  wish: {
    readonly engine: Engine;
    readonly tree: string;
    readonly since: string;
    readonly parts: StoreParts;
  },
): Promise<void> {
  const until = tail.from;
  if (wish.since >= until) return;
  const steps = await readLog(wish.engine, wish.tree, {
    since: wish.since,
    until,
    parts: wish.parts,
  });
  // Somebody else may have moved the front meanwhile.
  if (tail.from !== until) return;
  if (steps === undefined) {
    if (wish.since > tail.lost) tail.lost = wish.since;
    return;
  }
  tail.steps.unshift(...steps);
  tail.from = wish.since;
}
