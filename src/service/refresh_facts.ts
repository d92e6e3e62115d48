/**
 * Facts that an older version of the program made are computed again, as
 * ordinary operations in the background, once somebody has asked for what
 * they say (DESIGN section 4.3). ETags, ctags and tokens stay what they are,
 * but for guests where what they are shown is another thing from now on.
 *
 * @module
 */

import { accessKey, bodyKey, entryKey } from "../store/keys.ts";
import type { CollRef, EntryRecord, ObjectFacts } from "../store/records.ts";
import type { MapMember, ReadView, Store, Transaction } from "../store/view.ts";
import { contentStamp } from "./etag.ts";
import { classOf, type ObjectRules } from "./kinds.ts";

/** A collection whose facts are to be renewed. */
export interface OutdatedFacts {
  /** The collection. */
  readonly ref: CollRef;
  /** What its objects keep to. */
  readonly rules: ObjectRules;
}

/** What renews facts. */
export interface FactsRefresher {
  /** Begins with a collection, unless it has been begun already. */
  begin(outdated: OutdatedFacts): void;
}

/** Objects that are renewed in one operation. */
const BATCH = 50;

/** Bytes of bodies that are read for one operation, but for a first that is larger. */
const BATCH_BYTES = 8 * 1024 * 1024;

/** Renews facts in the background, one collection after the other. */
export function createFactsRefresher(deps: {
  readonly store: Store;
  /** Told of what somebody should look at; the next question begins anew. */
  readonly log: (message: string, error: unknown) => void;
}): FactsRefresher {
  const waiting = new Map<string, OutdatedFacts>();
  let busy = false;

  async function work(): Promise<void> {
    busy = true;
    for (const [id, outdated] of waiting) {
      try {
        while (await refreshSome(deps.store, outdated) > 0);
      } catch (error) {
        deps.log("Cannot compute facts again", error);
      }
      waiting.delete(id);
    }
    busy = false;
  }

  return {
    begin(outdated) {
      if (waiting.has(outdated.ref.id)) return;
      waiting.set(outdated.ref.id, outdated);
      if (!busy) void work();
    },
  };
}

/** An object whose facts were computed again. */
interface Renewed {
  readonly name: string;
  readonly stamp: string;
  readonly facts: ObjectFacts;
}

/** Renews the facts of some objects; answers of how many, 0 where nothing is left or all of them are changing. */
export async function refreshSome(
  store: Store,
  outdated: OutdatedFacts,
): Promise<number> {
  const { ref, rules } = outdated;
  const renewed = await store.read((view) =>
    someOutdated(view, ref, rules).map(({ name, stamp, entry }): Renewed => ({
      name,
      stamp,
      facts: renew(readBody(view, ref, { name, stamp, entry }), entry, rules),
    }))
  );
  if (renewed.length === 0) return 0;
  const written = await store.write({
    trees: [ref.tree],
    run(tx) {
      tx.need(renewed.map(({ name }) => entryKey(ref, name)));
      return renewed.filter((one) => replaceFacts(tx, outdated, one)).length;
    },
  });
  return written.value;
}

function someOutdated(
  view: ReadView,
  ref: CollRef,
  rules: ObjectRules,
): MapMember[] {
  const some: MapMember[] = [];
  let bytes = 0;
  for (const member of view.map(ref).outdated(rules.factsVersion)) {
    bytes += member.entry.size;
    if (some.length > 0 && bytes > BATCH_BYTES) break;
    some.push(member);
    if (some.length === BATCH) break;
  }
  view.need(
    some.filter(({ entry }) => entry.blob === undefined)
      .map(({ name }) => bodyKey(ref, name)),
  );
  return some;
}

function readBody(
  view: ReadView,
  ref: CollRef,
  { name, stamp, entry }: MapMember,
): Uint8Array | undefined {
  if (entry.blob !== undefined) return view.blob(entry.blob);
  const row = view.get(bodyKey(ref, name));
  return row !== undefined && contentStamp(row) === stamp
    ? row.value.bytes
    : undefined;
}

/** New facts of old bytes. What would be refused today keeps what is known of it, but for its time; and it stays private. */
function renew(
  bytes: Uint8Array | undefined,
  entry: EntryRecord,
  rules: ObjectRules,
): ObjectFacts {
  const { uid, component } = entry.facts;
  const access = classOf({ kind: rules.kind, entry });
  const kept = {
    ...(uid === undefined ? {} : { uid }),
    ...(component === undefined ? {} : { component }),
  };
  const checked = bytes === undefined ? undefined : rules.check(bytes);
  return checked?.ok === true
    // the UID's row stands at the one that is known
    ? { ...checked.value, ...kept }
    : {
      ...kept,
      ...(access === undefined ? {} : { access }),
      version: rules.factsVersion,
    };
}

/** Writes the facts of an object, unless it has changed since they were computed, or others that are as new have been written. */
function replaceFacts(
  tx: Transaction,
  { ref, rules: { kind } }: OutdatedFacts,
  { name, stamp, facts }: Renewed,
): boolean {
  const row = tx.get(entryKey(ref, name));
  if (row === undefined || contentStamp(row) !== stamp) return false;
  const before = row.value;
  if (before.facts.version >= facts.version) return false;
  const entry = { ...before, facts };
  tx.set(entryKey(ref, name), { ...entry, stamp });
  // No stamp of a content tells guests that they are shown it now, or no longer.
  const [was, is] = [before, entry].map((one) => classOf({ kind, entry: one }));
  if ((was === undefined) !== (is === undefined)) {
    tx.set(accessKey(ref), true);
  }
  tx.change(ref, name, "other");
  return true;
}
