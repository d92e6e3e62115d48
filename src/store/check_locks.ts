/**
 * Locks: what `check` finds wrong with them.
 *
 * @module
 */

import {
  type CheckState,
  type Finding,
  found,
  inGroups,
  isThere,
  partOf,
  rowsBelow,
} from "./check_state.ts";
import type { EngineRow } from "./engine.ts";
import { entryKey } from "./keys.ts";
import type { LockRecord } from "./records.ts";

/** Looks at every lock: it must be on something that is there, in its own tree. */
export async function* checkLocks(state: CheckState): AsyncGenerator<Finding> {
  const rows = rowsBelow(state.engine, ["lock"]);
  for await (const group of inGroups(rows, state.engine.limits.getMany)) {
    const objects: EngineRow[] = [];
    for (const row of group) {
      const message = faultOf(state, row);
      if (message !== undefined) yield found(row.key, message);
      else if ((row.value as LockRecord).name !== "") objects.push(row);
    }
    const entries = await state.engine.getMany(objects.map((row) => {
      const { coll, name } = row.value as LockRecord;
      return entryKey({ id: coll, tree: partOf(row, 1) }, name).parts;
    }));
    for (const [index, row] of objects.entries()) {
      if (!isThere(entries[index])) {
        yield found(row.key, "The object that it locks does not exist");
      }
    }
  }
}

/** What is wrong with a lock by itself. */
function faultOf(state: CheckState, row: EngineRow): string | undefined {
  const tree = partOf(row, 1);
  const { coll: id, name, depth, created, expires } = row.value as LockRecord;
  // Said of every row of a collection that is not there.
  if (state.colls.get(tree) === undefined) return undefined;
  const coll = state.colls.get(id);
  if (coll === undefined) return "What it locks does not exist";
  if (coll.record.tree !== tree) return "What it locks is in another tree";
  if (coll.reach !== "live") return "What it locks is not live";
  if (name !== "" && depth !== 0) return "It locks what is below an object";
  if (!(expires > created)) return "It ends before it begins";
  return undefined;
}
