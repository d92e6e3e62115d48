/**
 * Import into a collection that is there: each object as a PUT that replaces
 * nothing, many at once, so that they share commits.
 *
 * @module
 */

import { entryKey, uidKey } from "../store/keys.ts";
import type { PropRecord } from "../store/records.ts";
import type { View } from "../store/view.ts";
import type { ImportObject, ImportSink } from "./import_sink.ts";
import { spaceRules } from "./kinds.ts";
import type { OperationDeps } from "./operations/operation.ts";
import { patch } from "./operations/patch.ts";
import { put } from "./operations/put.ts";
import { refuse, succeed } from "./problems.ts";
import { readProps } from "./props.ts";
import { findTree, type TreePath } from "./resolve.ts";
import type { Session } from "./types.ts";

/** Objects that are put at once: a group of the store holds about as many. */
const BATCH = 64;

/** What becomes of an object as things are. */
type Verdict =
  | { readonly type: "put"; readonly name: string }
  /** Its bytes are there; `missing` properties may not be, after an interruption. */
  | {
    readonly type: "same";
    readonly name: string;
    readonly missing: readonly PropRecord[];
  }
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
    const { apart, after } = separate(waiting);
    waiting = [];
    for (const object of await round(apart)) await settle(object);
    for (const object of after) await settle(object);
  }

  /** Puts one object; somebody else may take its name or UID at the same moment, once. */
  async function settle(object: ImportObject): Promise<void> {
    const [late] = await round([object]);
    if (late === undefined) return;
    const [again] = await round([late]);
    again?.refuse(sameUid());
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
      if (verdict === undefined) {
        throw new TypeError("An object without verdict");
      }
      if (verdict.type === "same") {
        same++;
        await addProps(object, verdict.name, verdict.missing);
      } else if (verdict.type === "conflict") object.refuse(sameUid());
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
    await addProps(object, name, [...props.values()]);
    return undefined;
  }

  async function addProps(
    object: ImportObject,
    name: string,
    changes: readonly PropRecord[],
  ): Promise<void> {
    if (changes.length === 0) return;
    const at = { ...path, names: [...path.names, name] };
    const patched = await patch(deps, { session, path: at }, {
      changes,
      conditions: {},
    });
    if (!patched.ok) object.refuse(patched.problem);
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

/** Objects that may be put at once, and those that want a name or UID of one before them. */
function separate(
  objects: readonly ImportObject[],
): { readonly apart: ImportObject[]; readonly after: ImportObject[] } {
  const used = new Set<string>();
  const apart: ImportObject[] = [];
  const after: ImportObject[] = [];
  for (const object of objects) {
    const wishes = object.names.map((name) => `name ${name}`);
    const { uid } = object.facts;
    if (uid !== undefined) wishes.push(`uid ${uid}`);
    (wishes.some((wish) => used.has(wish)) ? after : apart).push(object);
    for (const wish of wishes) used.add(wish);
  }
  return { apart, after };
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
  return objects.map((object): Verdict => {
    const { names, facts, digest } = object;
    const digestAt = (name: string) =>
      view.get(entryKey(ref, name))?.value.digest;
    const owner = facts.uid === undefined
      ? names.find((each) => digestAt(each) === digest)
      : view.get(uidKey(ref, facts.uid))?.value.name;
    if (owner !== undefined) {
      return digestAt(owner) === digest
        ? { type: "same", name: owner, missing: missingProps(owner, object) }
        : { type: "conflict" };
    }
    const name = names.find((each) => digestAt(each) === undefined);
    return name === undefined ? { type: "conflict" } : { type: "put", name };
  });

  function missingProps(
    member: string,
    { props }: ImportObject,
  ): readonly PropRecord[] {
    if (props.size === 0) return [];
    const present = readProps(view, { coll: ref, member });
    return [...props].filter(([name]) => !present.has(name))
      .map(([, record]) => record);
  }
}
