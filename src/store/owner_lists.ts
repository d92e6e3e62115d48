/**
 * Small whole lists (members of a collection, properties of a resource) in
 * the memory of an owner process.
 *
 * @module
 */

import type { Engine, EngineRow, ListSelector } from "./engine.ts";
import type { ListKey, RowKey } from "./keys.ts";
import { createRecentMap } from "./recent_map.ts";
import type { Row } from "./view.ts";

/** Lists in memory. */
export interface OwnerLists {
  /** A list that is in memory. */
  get(list: ListKey<unknown>): ReadonlyMap<string, Row<unknown>> | undefined;
  /** Reads a list from disk unless it is in memory. */
  load(list: ListKey<unknown>): Promise<void>;
  /** Brings the list that the key belongs to up to a commit. */
  apply(key: RowKey<unknown>, row: Row<unknown> | null): void;
  /** Forgets all. */
  dropAll(): void;
}

interface ListSlot {
  /** Complete once loaded; before that, only what commits have put there. */
  rows: Map<string, Row<unknown>>;
  /** What commits have removed while the list was on its way. */
  removed: Set<string>;
  loading: Promise<void> | undefined;
  ready: boolean;
}

/** Lists kept in memory at most; the ones used longest ago go first. */
const MAX_LISTS = 20_000;

/** All rows under a prefix, page by page: no snapshot. */
export async function listAll(
  engine: Engine,
  selector: ListSelector,
): Promise<EngineRow[]> {
  const all: EngineRow[] = [];
  let from = selector;
  while (true) {
    const page = await engine.list(from, { limit: engine.limits.list });
    all.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < engine.limits.list) return all;
    from = { ...selector, start: after(last.key) };
  }
}

/** The smallest key behind another one. */
export function after(key: EngineRow["key"]): EngineRow["key"] {
  const last = key.at(-1);
  return typeof last === "string"
    ? [...key.slice(0, -1), `${last}\0`]
    : [...key, ""];
}

/** The last part of a key, as lists and maps name their rows. */
export function lastPart(key: EngineRow["key"]): string {
  return String(key.at(-1));
}

/** No list in memory yet. `settle` waits until no commit is under way. */
export function createOwnerLists(
  engine: Engine,
  settle: () => Promise<void>,
): OwnerLists {
  const slots = createRecentMap<string, ListSlot>();

  async function read(list: ListKey<unknown>, slot: ListSlot): Promise<void> {
    const rows = await listAll(engine, { prefix: list.prefix });
    // The pages may hold rows of a commit that is still under way.
    await settle();
    for (const row of rows) {
      const last = lastPart(row.key);
      if (slot.rows.has(last) || slot.removed.has(last)) continue;
      if (row.versionstamp === null) continue;
      slot.rows.set(last, { value: row.value, stamp: row.versionstamp });
    }
    slot.removed.clear();
    slot.ready = true;
  }

  return {
    get(list) {
      const slot = slots.use(list.text);
      return slot?.ready ? slot.rows : undefined;
    },
    async load(list) {
      let slot = slots.get(list.text);
      if (slot?.ready) return;
      if (slot === undefined) {
        slot = {
          rows: new Map(),
          removed: new Set(),
          loading: undefined,
          ready: false,
        };
        slots.set(list.text, slot);
        for (const [text, old] of slots.oldestFirst()) {
          if (slots.size <= MAX_LISTS) break;
          if (old.ready) slots.delete(text);
        }
      }
      const mine = slot;
      mine.loading ??= read(list, mine).catch((error) => {
        if (slots.get(list.text) === mine) slots.delete(list.text);
        throw error;
      });
      await mine.loading;
    },
    apply(key, row) {
      const slot = slots.get(key.text.slice(0, key.text.lastIndexOf("\0") + 1));
      if (slot === undefined) return;
      const last = lastPart(key.parts);
      if (row === null) {
        slot.rows.delete(last);
        if (!slot.ready) slot.removed.add(last);
      } else {
        slot.rows.set(last, row);
        slot.removed.delete(last);
      }
    },
    dropAll() {
      slots.clear();
    },
  };
}
