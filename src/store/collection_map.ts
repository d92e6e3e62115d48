/**
 * The objects and tombstones of one collection in memory, ordered by name and
 * by stamp and indexed by time (DESIGN section 4.3, "Maps").
 *
 * @module
 */

import type { EntryRecord, TombstoneRecord } from "./records.ts";
import { lowerBound } from "./sorted.ts";
import { createTimeIndex } from "./time_index.ts";
import type { CollectionMap, MapChange, MapMember } from "./view.ts";

/** A map that commits keep up to date. */
export interface MutableMap extends CollectionMap {
  /** Puts an object at the stamp of its content; its tombstone is gone. */
  put(name: string, stamp: string, entry: EntryRecord): void;
  /** Takes an object out. */
  drop(name: string): void;
  /** Puts a tombstone. */
  bury(name: string, stamp: string, gone: TombstoneRecord): void;
  /** Takes a tombstone out. */
  unbury(name: string): void;
  /** About how much memory it takes, bytes. */
  weight(): number;
}

function isBelow(change: MapChange, stamp: string, name: string): boolean {
  return change.stamp < stamp ||
    (change.stamp === stamp && change.name < name);
}

/** Bytes of an object's packed days. */
function runsOf(member: MapMember | undefined): number {
  return member?.entry.facts.span?.runs?.length ?? 0;
}

/** An empty map; rows are put in any order. */
export function createCollectionMap(): MutableMap {
  const present = new Map<string, MapMember>();
  const buried = new Map<string, MapChange>();
  // Both orders are kept sorted once they have been asked for.
  let byName: MapMember[] | undefined;
  let byStamp: MapChange[] | undefined;
  const times = createTimeIndex(() => present.values());
  let runBytes = 0;

  /** A step of the history counts while it is the newest of its name. */
  function isCurrent(change: MapChange): boolean {
    const member = present.get(change.name);
    if (member !== undefined && member.stamp === change.stamp) {
      return change.entry !== undefined;
    }
    return buried.get(change.name)?.stamp === change.stamp &&
      change.entry === undefined;
  }

  function note(change: MapChange): void {
    if (byStamp === undefined) return;
    if (byStamp.length > 64 + 2 * (present.size + buried.size)) {
      byStamp = undefined;
      return;
    }
    const at = lowerBound(
      byStamp,
      (other) => isBelow(other, change.stamp, change.name),
    );
    byStamp.splice(at, 0, change);
  }

  function history(): MapChange[] {
    byStamp ??= [...present.values(), ...buried.values()].sort((a, b) =>
      isBelow(a, b.stamp, b.name) ? -1 : 1
    );
    return byStamp;
  }

  function sorted(): MapMember[] {
    byName ??= [...present.values()].sort((a, b) => a.name < b.name ? -1 : 1);
    return byName;
  }

  function placeOf(names: MapMember[], name: string): number {
    return lowerBound(names, (other) => other.name < name);
  }

  return {
    get size() {
      return present.size;
    },
    get: (name) => present.get(name),
    members: () => sorted(),
    *since(stamp, name) {
      const steps = history();
      const from = lowerBound(
        steps,
        (step) => isBelow(step, stamp, name),
      );
      for (let at = from; at < steps.length; at++) {
        const step = steps[at];
        if (step === undefined || !isCurrent(step)) continue;
        if (step.stamp === stamp && step.name === name) continue;
        yield step;
      }
    },
    between: (query) => times.between(query),
    outdated: (version) => times.outdated(version),
    put(name, stamp, entry) {
      const member = { name, stamp, entry };
      const before = present.get(name);
      present.set(name, member);
      runBytes += runsOf(member) - runsOf(before);
      buried.delete(name);
      times.changed(before, member);
      if (byName !== undefined) {
        byName.splice(
          placeOf(byName, name),
          before === undefined ? 0 : 1,
          member,
        );
      }
      if (before?.stamp !== stamp) note(member);
      else byStamp = undefined;
    },
    drop(name) {
      const before = present.get(name);
      if (before === undefined) return;
      present.delete(name);
      runBytes -= runsOf(before);
      times.changed(before, undefined);
      if (byName !== undefined) byName.splice(placeOf(byName, name), 1);
    },
    bury(name, stamp, gone) {
      const step = { name, stamp, gone };
      buried.set(name, step);
      note(step);
    },
    unbury(name) {
      buried.delete(name);
    },
    weight: () => 400 * present.size + 120 * buried.size + runBytes,
  };
}
