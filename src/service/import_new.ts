/**
 * Import into a collection that does not exist yet: built unseen, linked in
 * one operation.
 *
 * @module
 */

import { DEFAULT_COMPONENTS } from "../calendar/component_names.ts";
import {
  abandonBuild,
  type Build,
  type BuildAdmission,
  linkBuild,
  openBuild,
} from "../store/build.ts";
import { JobOvertaken } from "../store/leases.ts";
import { StoreBusy, type Transaction } from "../store/view.ts";
import { checkSession } from "./authorise.ts";
import type { ImportPlan } from "./import_types.ts";
import type { ImportObject, ImportSink } from "./import_sink.ts";
import { heldRules } from "./kinds.ts";
import { admitCollection } from "./operations/admit_collection.ts";
import type { OperationDeps } from "./operations/operation.ts";
import type { Outcome, Problem } from "./problems.ts";
import { succeed } from "./problems.ts";
import type { Session } from "./types.ts";

/** A sink that makes the collection of a plan. */
export async function createBuildSink(
  deps: OperationDeps,
  session: Session,
  plan: ImportPlan,
): Promise<ImportSink> {
  const { space } = plan.path;
  const kind = space === "calendars" ? "calendar" : "addressbook";
  const tree = session.user.trees[space];
  const build = await openBuild(deps, { tree, source: plan.source, kind });
  const present = new Set(build.objects.keys());
  const found = new Set<string>();
  const conflict = heldRules(kind)?.uidConflict ?? "conflict";
  let taken = 0;
  let same = 0;

  async function offer(object: ImportObject): Promise<void> {
    const { digest, facts, names } = object;
    const { uid, component } = facts;
    const other = uid === undefined ? undefined : build.uids.get(uid);
    const name = other ??
      names.find((each) =>
        !build.objects.has(each) ||
        uid === undefined && build.objects.get(each)?.digest === digest
      );
    const before = name === undefined ? undefined : build.objects.get(name);
    if (
      name === undefined || before !== undefined && before.digest !== digest
    ) {
      object.refuse({
        name: conflict,
        message: "Another object of this import has the same UID",
      });
      return;
    }
    if (kind === "calendar" && component !== undefined) {
      if (plan.components?.includes(component) === false) {
        object.refuse({
          name: "caldav:supported-calendar-component",
          message: `The calendar takes ${plan.components.join(", ")} only`,
        });
        return;
      }
      found.add(component);
    }
    if (before === undefined) {
      await overtakable(() => build.add(name, object));
      taken++;
    } // What an interrupted run has left counts as taken, once.
    else if (present.delete(name)) taken++;
    else same++;
  }

  return {
    offer,
    flush: () => overtakable(build.flush),
    taken: () => taken,
    same: () => same,
    async end(count) {
      if (count === 0 && plan.files.length > 0) {
        await abandonBuild(deps, build);
        deps.kick();
        return succeed(false);
      }
      return await link(deps, { session, plan, build, found });
    },
  };
}

async function link(
  deps: OperationDeps,
  context: {
    readonly session: Session;
    readonly plan: ImportPlan;
    readonly build: Build;
    readonly found: ReadonlySet<string>;
  },
): Promise<Outcome<boolean>> {
  const { session, plan, build, found } = context;
  const isCalendar = plan.path.space === "calendars";
  const components = plan.components ??
    [...new Set([...DEFAULT_COMPONENTS, ...found])];

  function admit(tx: Transaction): BuildAdmission<Problem> {
    const checked = checkSession(tx, session);
    if (!checked.ok) return { ok: false, refusal: checked.problem };
    const admitted = admitCollection(tx, {
      session,
      path: plan.path,
      kind: isCalendar ? "calendar" : "addressbook",
      ref: build.root,
      props: plan.props,
      epoch: deps.store.epoch,
      now: deps.now(),
      conditions: {},
    });
    if (!admitted.ok) return { ok: false, refusal: told(admitted.problem) };
    const { place, drafted } = admitted.value;
    return {
      ok: true,
      place,
      record: isCalendar
        ? { kind: "calendar", components }
        : { kind: "addressbook" },
      props: drafted.rows,
    };
  }

  const linked = await overtakable(() => linkBuild(deps, build, admit));
  return linked.ok ? succeed(true) : { ok: false, problem: linked.refusal };
}

/** Nothing was there when the import began. */
function told(problem: Problem): Problem {
  return problem.name === "already-exists"
    ? {
      ...problem,
      message:
        "Somebody made this collection meanwhile; begin the import again",
    }
    : problem;
}

async function overtakable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof JobOvertaken)) throw error;
    throw new StoreBusy("The same import was begun once more elsewhere", {
      cause: error,
    });
  }
}
