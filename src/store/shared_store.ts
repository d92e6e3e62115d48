/**
 * The store of one process of many: one commit in flight for each tree, and a
 * failed check means that somebody else was faster: catch up, run again
 * (DESIGN section 4.2, "Many processes").
 *
 * @module
 */

import { EngineRefusal } from "./engine.ts";
import {
  answerGroup,
  createGroup,
  failGroup,
  type Group,
  type Pending,
  type Plan,
  planCommit,
} from "./group.ts";
import { PRINCIPALS } from "./keys.ts";
import { findFate } from "./outcome.ts";
import { createSharedRun, type SharedRun } from "./shared_run.ts";
import { createSharedTrees } from "./shared_trees.ts";
import { Missing, nextTurn, Paused, type Wish } from "./signals.ts";
import type { StoreMode, StoreOptions } from "./store_options.ts";
import { type ReadView, StoreBusy } from "./view.ts";
import { createReadView } from "./views.ts";

/** Runs of one reader or group: each fetches something, or finds the trees moved. */
const MAX_RUNS = 2_000;

/** Tries of an answer whose trees keep moving. */
const MAX_MOVES = 10;

/** What became of a group: answered, to be run again on newer rows, or back in the queue one by one. */
type Fate = "answered" | "moved" | "alone";

/** A store over an engine that other processes write to as well. */
export function createSharedStore(options: StoreOptions): StoreMode {
  const { engine, parts } = options;
  const trees = createSharedTrees(engine, parts);
  const queue: Pending[] = [];
  const alone = new Set<Pending>();
  const busy = new Set<string>();
  const working = new Set<Promise<void>>();

  async function read<T>(reader: (view: ReadView) => T): Promise<T> {
    const run = createSharedRun(engine, trees, parts);
    const view = createReadView(run.source);
    let moves = 0;
    for (let runs = 0; runs < MAX_RUNS && moves < MAX_MOVES; runs++) {
      run.begin();
      let answer: { value: T } | { error: unknown };
      try {
        answer = { value: reader(view) };
      } catch (error) {
        if (error instanceof Missing) {
          await run.fetch(error.wish);
          continue;
        }
        if (error instanceof Paused) {
          await nextTurn();
          continue;
        }
        answer = { error };
      }
      if (await run.holds()) {
        if ("error" in answer) throw answer.error;
        return answer.value;
      }
      await options.pause(moves++);
    }
    throw new StoreBusy("The data keeps changing");
  }

  function submit(pending: Pending): void {
    if (queue.length >= options.maxQueue) {
      pending.reject(new StoreBusy("Too many changes wait to be written"));
      return;
    }
    queue.push(pending);
    schedule();
  }

  function treesOf(pending: Pending): readonly string[] {
    const { trees: declared } = pending.operation;
    return declared.length === 0 ? [PRINCIPALS] : declared;
  }

  /** Starts a group for each set of trees that is idle; later ones queue behind earlier ones. */
  function schedule(): void {
    const blocked = new Set(busy);
    for (let at = 0; at < queue.length; at++) {
      const pending = queue[at];
      if (pending === undefined) break;
      const mine = treesOf(pending);
      if (mine.some((tree) => blocked.has(tree))) {
        for (const tree of mine) blocked.add(tree);
        continue;
      }
      const together = takeGroup(pending);
      at = -1;
      for (const tree of mine) {
        busy.add(tree);
        blocked.add(tree);
      }
      const work = runGroup(together).catch((error) => {
        for (const one of together) one.reject(error);
      }).finally(() => {
        for (const tree of mine) busy.delete(tree);
        working.delete(work);
        schedule();
      });
      working.add(work);
    }
  }

  /** Takes out of the queue what can go with an operation: those of exactly its trees. */
  function takeGroup(first: Pending): Pending[] {
    const name = [...treesOf(first)].sort().join();
    const taken: Pending[] = [];
    for (let at = 0; at < queue.length && taken.length < 64;) {
      const pending = queue[at];
      if (pending === undefined) break;
      const fits = [...treesOf(pending)].sort().join() === name &&
        (pending === first || (!alone.has(first) && !alone.has(pending)));
      if (fits) {
        taken.push(pending);
        queue.splice(at, 1);
      } else at++;
    }
    return taken;
  }

  /** Runs operations until the group's commit is done; what did not fit goes back to the queue. */
  async function runGroup(pendings: readonly Pending[]): Promise<void> {
    const run = createSharedRun(engine, trees, parts);
    let moves = 0;
    for (let runs = 0; runs < MAX_RUNS; runs++) {
      run.begin();
      const group = createGroup(engine.limits, parts);
      const { back, wish } = gather(group, pendings, run);
      if (wish !== undefined) {
        await run.fetch(wish);
        continue;
      }
      if (moves >= MAX_MOVES) {
        failGroup(group, new StoreBusy("Too many processes change this data"));
        queue.unshift(...back);
        return;
      }
      const fate = group.writes()
        ? await commitGroup(group, run)
        : await answerUnwritten(group, run);
      if (fate === "moved") {
        await options.pause(moves++);
        continue;
      }
      for (const { pending } of group.members) {
        if (fate === "answered") alone.delete(pending);
      }
      queue.unshift(...back);
      return;
    }
    throw new StoreBusy("Cannot gather the rows of a change");
  }

  function gather(
    group: Group,
    pendings: readonly Pending[],
    run: SharedRun,
  ): { back: Pending[]; wish: Wish | undefined } {
    const back: Pending[] = [];
    const wishes: Wish[] = [];
    for (const [index, pending] of pendings.entries()) {
      const joined = group.join(pending, run.source);
      if (joined instanceof Missing) wishes.push(joined.wish);
      else if (joined === "deferred") back.push(pending);
      else if (joined === "full") {
        back.push(...pendings.slice(index));
        break;
      }
    }
    if (wishes.length === 0) return { back, wish: undefined };
    const wish: Wish = {
      rows: unique(wishes.flatMap((one) => one.rows)),
      lists: unique(wishes.flatMap((one) => one.lists)),
      maps: wishes.flatMap((one) => one.maps),
      logs: wishes.flatMap((one) => one.logs),
      blobs: wishes.flatMap((one) => one.blobs),
    };
    return { back, wish };
  }

  /** Answers a group that has nothing to commit, if what it saw still holds. */
  async function answerUnwritten(group: Group, run: SharedRun): Promise<Fate> {
    if (!await run.holds()) return "moved";
    answerGroup(group, null);
    return "answered";
  }

  /** Commits and answers a group. */
  async function commitGroup(group: Group, run: SharedRun): Promise<Fate> {
    let plan: Plan;
    try {
      plan = planCommit(group, run.source, { now: options.now(), parts });
    } catch (error) {
      return refuse(group, error);
    }
    if (!parts.answersAfterCommit()) answerGroup(group, null);
    for (let tries = 0; tries < MAX_MOVES; tries++) {
      try {
        const result = await engine.commit(plan.checks, plan.mutations);
        if (result.ok) return finish(group, plan, result.versionstamp);
      } catch (error) {
        if (error instanceof EngineRefusal) return refuse(group, error);
        options.log?.("The store does not answer", error);
      }
      try {
        const fate = await findFate(engine, group, plan, parts);
        if (fate.fate === "done") return finish(group, plan, fate.stamp);
        if (fate.fate === "dead") {
          await catchUpAll(group);
          return fate.overtaken
            ? refuse(group, new StoreBusy("A job was overtaken"))
            : "moved";
        }
      } catch (error) {
        if (error instanceof StoreBusy) throw error;
        options.log?.("The store does not answer", error);
      }
      await options.pause(tries);
    }
    throw new StoreBusy("The store does not answer");
  }

  async function catchUpAll(group: Group): Promise<void> {
    await Promise.all([...group.trees].map((tree) => trees.catchUp(tree)));
  }

  function finish(group: Group, plan: Plan, stamp: string): Fate {
    trees.apply(plan, stamp);
    for (const tree of plan.logs.keys()) options.committed(tree);
    answerGroup(group, stamp);
    return "answered";
  }

  /** A group that can't be written goes one by one; one alone fails. */
  function refuse(group: Group, error: unknown): Fate {
    const waiting = group.members.map((member) => member.pending);
    if (waiting.length === 1) {
      failGroup(group, error);
      return "answered";
    }
    for (const pending of waiting) alone.add(pending);
    queue.unshift(...waiting);
    return "alone";
  }

  return {
    read,
    submit,
    async drain() {
      while (working.size > 0) await Promise.all(working);
    },
  };
}

function unique<T extends { readonly text: string }>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [item.text, item])).values()];
}
