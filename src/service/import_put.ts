/**
 * Import into a collection that is there: each object as a PUT that replaces
 * nothing, many at once, so that they share commits.
 *
 * @module
 */

import { entryKey, uidKey } from "../store/keys.ts";
import type { View } from "../store/view.ts";
import type { ImportObject, ImportSink } from "./import_sink.ts";
import { spaceRules } from "./kinds.ts";
import type { OperationDeps } from "./operations/operation.ts";
import { patch } from "./operations/patch.ts";
import { put } from "./operations/put.ts";
import { refuse, succeed } from "./problems.ts";
import { findTree, type TreePath } from "./resolve.ts";
import type { Session } from "./types.ts";

/** Objects that are put at once: a group of the store holds about as many. */
const BATCH = 64;

/** What becomes of an object as things are. */
type Verdict =
  | { readonly type: "put"; readonly name: string }
  | { readonly type: "same" }
  | { readonly type: "conflict" };

/** A sink over the collection at a path. */
export function createPutSink(
  deps: OperationDeps,
  session: Session,
  path: TreePath,
): ImportSink {
  const conflict = spaceRules(path.space).uidConflict;
  let waiting: ImportObject[] = [];
  let taken = 0;
  let same = 0;

  async function flush(): Promise<void> {
    const batch = waiting;
    waiting = [];
    const late = await round(batch);
    // Two objects of one batch may have wanted one name, or have one UID.
    for (const object of late) {
      const [again] = await round([object]);
      again?.refuse(sameUid());
    }
  }

  /** Puts objects; gives those whose name or UID somebody else got first. */
  async function round(
    objects: readonly ImportObject[],
  ): Promise<ImportObject[]> {
    const verdicts = await deps.store.read((view) =>
      judge(view, path, objects)
    );
    const late: ImportObject[] = [];
    await Promise.all(objects.map(async (object, index) => {
      const verdict = verdicts[index];
      if (verdict === undefined || verdict.type === "same") same++;
      else if (verdict.type === "conflict") object.refuse(sameUid());
      else if (await tryPut(object, verdict.name) === "late") {
        late.push(object);
      }
    }));
    return late;
  }

  async function tryPut(
    object: ImportObject,
    name: string,
  ): Promise<"late" | undefined> {
    const at = { ...path, names: [...path.names, name] };
    const { bytes, type, props } = object;
    const stored = await put(deps, { session, path: at }, {
      bytes,
      type,
      conditions: { ifNoneMatch: "*" },
    });
    if (!stored.ok) {
      const { name: problem } = stored.problem;
      if (problem === conflict || problem === "precondition-failed") {
        return "late";
      }
      object.refuse(stored.problem);
      return undefined;
    }
    taken++;
    if (props.size === 0) return undefined;
    const changes = [...props.values()];
    const patched = await patch(deps, { session, path: at }, {
      changes,
      conditions: {},
    });
    if (!patched.ok) object.refuse(patched.problem);
    return undefined;
  }

  function sameUid() {
    return refuse(
      conflict,
      "Another object of the collection has the same UID; it was left as it is",
    ).problem;
  }

  return {
    async offer(object) {
      waiting.push(object);
      if (waiting.length >= BATCH) await flush();
    },
    flush,
    end: () => Promise.resolve(succeed(false)),
    taken: () => taken,
    same: () => same,
  };
}

function judge(
  view: View,
  path: TreePath,
  objects: readonly ImportObject[],
): Verdict[] {
  const found = findTree(view, path);
  // What is wrong is said by the operation itself.
  if (found?.type !== "collection") {
    return objects.map(({ names }) => ({ type: "put", name: names[0] ?? "" }));
  }
  const { ref } = found.collection;
  view.need(objects.flatMap(({ names, facts }) => [
    ...names.map((name) => entryKey(ref, name)),
    ...(facts.uid === undefined ? [] : [uidKey(ref, facts.uid)]),
  ]));
  return objects.map(({ names, facts, digest }): Verdict => {
    const digestAt = (name: string) =>
      view.get(entryKey(ref, name))?.value.digest;
    const owner = facts.uid === undefined
      ? undefined
      : view.get(uidKey(ref, facts.uid))?.value.name;
    if (owner !== undefined) {
      return { type: digestAt(owner) === digest ? "same" : "conflict" };
    }
    if (
      facts.uid === undefined && names.some((it) => digestAt(it) === digest)
    ) {
      return { type: "same" };
    }
    const name = names.find((each) => digestAt(each) === undefined);
    return name === undefined ? { type: "conflict" } : { type: "put", name };
  });
}
