/**
 * What became of a commit whose answer is not to be trusted: `ok: false` from
 * a network store, or an error (DESIGN section 4.2; a client that repeats a
 * request after a lost answer fails its own checks).
 *
 * @module
 */

import type { Engine } from "./engine.ts";
import type { Group, Plan } from "./group.ts";
import { readLog } from "./log.ts";
import type { StoreParts } from "./parts.ts";
import { StoreBusy } from "./view.ts";

/** Done at a versionstamp; dead for ever, because a checked row moved; or not arrived: repeat it. */
export type CommitFate =
  | { readonly fate: "done"; readonly stamp: string }
  | {
    readonly fate: "dead";
    /** True where the version of a job is among what moved: it stays moved, however often it is tried. */
    readonly overtaken: boolean;
  }
  | { readonly fate: "repeat" };

/** Larger than any versionstamp. */
const LAST_STAMP = "g";

/**
 * Finds out what became of a commit, by the checked rows first, then by the log.
 *
 * @throws {StoreBusy} the log no longer reaches back to where it would tell.
 */
export async function findFate(
  engine: Engine,
  group: Group,
  plan: Plan,
  parts: StoreParts,
): Promise<CommitFate> {
  const moved = await movedKinds(engine, plan);
  const id = group.members[0]?.pending.id;
  for (const tree of plan.logs.keys()) {
    const check = plan.checks.find((one) =>
      one.key[0] === "tree" && one.key[1] === tree
    );
    if (id === undefined) continue;
    const steps = await readLog(engine, tree, {
      since: check?.versionstamp ?? "",
      until: LAST_STAMP,
      parts,
    });
    if (steps === undefined) {
      throw new StoreBusy("Cannot tell whether the commit happened");
    }
    const mine = steps.find((step) => step.record.ops.includes(id));
    if (mine !== undefined) return { fate: "done", stamp: mine.stamp };
  }
  if (moved.size === 0) return { fate: "repeat" };
  return { fate: "dead", overtaken: moved.has("job") };
}

/** First parts of the keys whose rows are not at their checked versions. */
async function movedKinds(engine: Engine, plan: Plan): Promise<Set<unknown>> {
  const moved = new Set<unknown>();
  const size = engine.limits.getMany;
  for (let at = 0; at < plan.checks.length; at += size) {
    const part = plan.checks.slice(at, at + size);
    const rows = await engine.getMany(part.map((check) => check.key));
    for (const [index, check] of part.entries()) {
      if (rows[index]?.versionstamp !== check.versionstamp) {
        moved.add(check.key[0]);
      }
    }
  }
  return moved;
}
