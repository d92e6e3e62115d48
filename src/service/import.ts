/**
 * Brings objects in from files: into a new calendar or address book as one
 * atomic change, or into one that is there, batch by batch. Either can be
 * begun again after it was interrupted: what is there already is passed over.
 *
 * @module
 */

import { createHash } from "node:crypto";
import {
  type ImportFile,
  type ImportHooks,
  type ImportNote,
  type ImportPlan,
  type ImportRefusal,
  type ImportReport,
  MAX_NOTES,
  MAX_REFUSALS,
} from "./import_types.ts";
import { splitCalendar } from "../calendar/files/split.ts";
import { splitVcards } from "../contacts/split.ts";
import type { PropRecord } from "../store/records.ts";
import type { View } from "../store/view.ts";
import type { TextNote } from "../text/foreign_text.ts";
import { demand } from "./authorise.ts";
import {
  type ImportObject,
  type ImportSink,
  objectNames,
} from "./import_sink.ts";
import { createBuildSink } from "./import_new.ts";
import { createPutSink } from "./import_put.ts";
import { spaceRules } from "./kinds.ts";
import { checkName } from "./names.ts";
import { checkPlace } from "./operations/admit_collection.ts";
import type { OperationDeps } from "./operations/operation.ts";
import type { Outcome, ProblemName } from "./problems.ts";
import { refuse, succeed } from "./problems.ts";
import { clarkName } from "./props.ts";
import { findTree, type TreePath } from "./resolve.ts";
import type { Session } from "./types.ts";

/** What a collection of each space is, and the names of its files. */
export const IMPORT_KINDS = {
  calendars: { kind: "calendar", ending: ".ics", split: splitCalendar },
  addressbooks: { kind: "addressbook", ending: ".vcf", split: splitVcards },
} as const;

/**
 * Brings files in. Refused where the account may not, where the home does not
 * exist, or where the name is taken by something else.
 */
export async function importObjects(
  deps: OperationDeps,
  session: Session,
  { plan, hooks = {} }: {
    readonly plan: ImportPlan;
    readonly hooks?: ImportHooks;
  },
): Promise<Outcome<ImportReport>> {
  const { path } = plan;
  const { space } = path;
  if (space === "files" || path.names.length !== 1) {
    return refuse("forbidden", "Only calendars and address books are imported");
  }
  const there = await deps.store.read((view) =>
    findTarget(view, session, { ...path, space })
  );
  if (!there.ok) return there;
  const exists = there.value;
  const sink = exists
    ? createPutSink(deps, session, path)
    : await createBuildSink(deps, session, plan);
  const run = createRun(deps, { plan, hooks, sink, space });
  const stopped = await run.all();
  if (stopped) return succeed(run.report({ created: false, stopped }));
  const ended = await sink.end(run.taken());
  if (!ended.ok) return ended;
  return succeed(run.report({ created: !exists && ended.value, stopped }));
}

/** Whether the collection is there; refused where the account may not bring anything there, or the name can have none. */
function findTarget(
  view: View,
  session: Session,
  path: TreePath & { readonly space: keyof typeof IMPORT_KINDS },
): Outcome<boolean> {
  const found = findTree(view, path);
  const place = found ?? findTree(view, { ...path, names: [] });
  if (place?.type !== "collection") {
    return refuse("missing-parent", "There is no place for a collection");
  }
  if (found === undefined) {
    const [name = ""] = path.names;
    const named = checkName(name);
    if (!named.ok) return named;
    const { kind } = IMPORT_KINDS[path.space];
    const placed = checkPlace(kind, { parent: place.collection, name });
    if (!placed.ok) return placed;
  }
  const allowed = demand(view, session, {
    resource: place.collection,
    privilege: "dav:bind",
  });
  return allowed.ok ? succeed(found !== undefined) : allowed;
}

interface Run {
  /** Reads all files; true where it was stopped. */
  readonly all: () => Promise<boolean>;
  readonly taken: () => number;
  readonly report: (
    end: { readonly created: boolean; readonly stopped: boolean },
  ) => ImportReport;
}

function createRun(
  deps: OperationDeps,
  { plan, hooks, sink, space }: {
    readonly plan: ImportPlan;
    readonly hooks: ImportHooks;
    readonly sink: ImportSink;
    readonly space: keyof typeof IMPORT_KINDS;
  },
): Run {
  const rules = spaceRules(space);
  const { split, ending } = IMPORT_KINDS[space];
  const total = plan.files.reduce((sum, { size }) => sum + size, 0);
  const refused: ImportRefusal[] = [];
  let refusedCount = 0;
  const notes: ImportNote[] = [];
  let noteCount = 0;
  let files = 0;
  let bytes = 0;

  function note(refusal: ImportRefusal): void {
    refusedCount++;
    if (refused.length < MAX_REFUSALS) refused.push(refusal);
  }

  function tellChange(file: ImportFile, { line, message }: TextNote): void {
    noteCount++;
    if (notes.length < MAX_NOTES) {
      notes.push({ file: file.label, line, message });
    }
  }

  function check(
    file: ImportFile,
    piece: { readonly bytes: Uint8Array; readonly line: number },
  ): ImportObject | undefined {
    const { line } = piece;
    const facts = piece.bytes.length > deps.maxResourceSize
      ? refuse(
        rules.tooLarge,
        `An object has at most ${deps.maxResourceSize} bytes`,
      )
      : rules.check(piece.bytes);
    if (!facts.ok) {
      const { name, message } = facts.problem;
      // The line that a check names is one of the part, not of the file.
      const text = message.replace(/ on line \d+/, "");
      note({ file: file.label, line, condition: name, message: text });
      return undefined;
    }
    const digest = createHash("sha256").update(piece.bytes).digest("hex");
    const { uid } = facts.value;
    return {
      bytes: piece.bytes,
      digest,
      facts: facts.value,
      type: rules.type ?? "application/octet-stream",
      names: objectNames({ name: file.name, uid, digest, ending }),
      props: new Map(
        file.props.flatMap(({ ns, local, value }): [string, PropRecord][] =>
          value === null
            ? []
            : [[clarkName({ ns, local }), { ns, local, value }]]
        ),
      ),
      refuse: ({ name, message }) =>
        note({ file: file.label, line, condition: name, message }),
    };
  }

  function tell(done: number): void {
    hooks.progress?.({ bytes: done, total, objects: sink.taken() });
  }

  async function one(file: ImportFile): Promise<boolean> {
    for (const step of split(await file.read())) {
      if (step.type === "problem") {
        const { name, message, line = 1 } = step.problem;
        const prefix = space === "calendars" ? "caldav" : "carddav";
        note({
          file: file.label,
          line,
          condition: `${prefix}:${name}` as ProblemName,
          message: message.replace(/ on line \d+/, ""),
        });
      } else if (step.type === "object") {
        const object = check(file, step);
        if (object !== undefined) {
          for (const change of step.notes) tellChange(file, change);
          await sink.offer(object);
        }
      } else if (step.type === "note") tellChange(file, step.note);
      else {
        // Others wait for the processor.
        await new Promise((resolve) => setTimeout(resolve, 0));
        tell(bytes);
      }
      if (hooks.signal?.aborted === true) return true;
    }
    return false;
  }

  return {
    async all() {
      for (const file of plan.files) {
        if (await one(file)) return true;
        files++;
        bytes += file.size;
        tell(bytes);
      }
      await sink.flush();
      return false;
    },
    taken: sink.taken,
    report: ({ created, stopped }) => ({
      created,
      files,
      taken: sink.taken(),
      same: sink.same(),
      refused,
      refusedCount,
      notes,
      noteCount,
      stopped,
    }),
  };
}
