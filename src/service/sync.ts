/**
 * The history of a collection as a sync client sees it (RFC 6578; DESIGN
 * section 4.3): members ordered by stamp, then by name, walked from the
 * position that a token names.
 *
 * @module
 */

import { entryKey, tombstoneKey } from "../store/keys.ts";
import type { EntryRecord, TombstoneRecord } from "../store/records.ts";
import type { ReadView } from "../store/view.ts";
import type { Access } from "./access.ts";
import { contentStamp } from "./etag.ts";
import { heldRules, holdsCollections } from "./kinds.ts";
import type { Outcome } from "./problems.ts";
import { refuse, succeed } from "./problems.ts";
import { objectResource } from "./resolve.ts";
import { formatToken, parseToken, type SyncPosition } from "./tokens.ts";
import { sharedName } from "./names.ts";
import type { CollectionResource, Resource, SyncPage } from "./types.ts";
import type { CollectionVersion, Versions } from "./versions.ts";
import { NO_STAMP } from "./stamps.ts";

/** A change that is answered from the log and single rows; above so many, the map is quicker. */
const MAX_ROWS = 200;

/** One step of a history. */
interface Step {
  readonly stamp: string;
  readonly name: string;
  /** An object, or a collection, or neither: the member is gone. */
  readonly entry?: EntryRecord;
  readonly collection?: CollectionResource;
  /** Stamp at which a collection was linked here. */
  readonly linked?: string;
  /** Present where the member is gone. */
  readonly gone?: TombstoneRecord;
}

/** What a walk needs besides the state. */
export interface SyncRequest {
  /** What who asks may do. */
  readonly access: Access;
  /** Versions as they see them. */
  readonly versions: Versions;
  /** Epoch of the store. */
  readonly epoch: string;
  /** As sent; null or empty: everything. */
  readonly token: string | null;
  /** Members that the answer may name at most, null: all. */
  readonly limit: number | null;
}

/** The present token of a collection, for whom this is its version. */
export function presentToken(
  collection: CollectionResource,
  { epoch, version }: {
    readonly epoch: string;
    readonly version: CollectionVersion;
  },
): string {
  return formatToken(scopeOf(collection, epoch, version), {
    since: version.stamp,
  });
}

function scopeOf(
  collection: CollectionResource,
  epoch: string,
  version: CollectionVersion,
) {
  const { digest } = version;
  const scope = { epoch, coll: collection.ref.id };
  return digest === undefined ? scope : { ...scope, digest };
}

/** One page of changes; see `Reader.sync`. */
export function syncCollection(
  view: ReadView,
  collection: CollectionResource,
  request: SyncRequest,
): Outcome<SyncPage> {
  const { access, versions, epoch, limit } = request;
  const version = versions.of(collection);
  const scope = scopeOf(collection, epoch, version);
  const token = request.token?.trim() ?? "";
  // An initial walk begins below everything, but what goes away while it is
  // under way is news from the version on that it began at.
  const start: SyncPosition | undefined = token === ""
    ? { since: version.stamp, cut: { stamp: NO_STAMP, name: "" } }
    : parseToken(scope, token);
  if (
    start === undefined || start.since > version.stamp ||
    start.since < version.access ||
    (start.cut !== undefined && start.cut.stamp > version.stamp)
  ) {
    return refuse(
      "dav:valid-sync-token",
      "This sync-token is not one of this collection: start anew without one",
    );
  }
  const page: Step[] = [];
  let more = false;
  for (const step of stepsBehind(view, collection, { start, versions })) {
    if (!isShown(step, collection, access)) continue;
    if (limit !== null && page.length >= limit) {
      more = true;
      break;
    }
    page.push(step);
  }
  const last = page.at(-1);
  if (more && last === undefined) {
    return refuse(
      "dav:number-of-matches-within-limits",
      "An answer cannot be cut below one member",
    );
  }
  const position = more && last !== undefined
    ? {
      since: start.since,
      cut: { stamp: last.stamp, name: last.name },
    }
    : { since: version.stamp };
  return succeed({
    changed: page.flatMap((step) => changedMember(collection, step)),
    removed: page.filter(isGone).map(({ name }) => name),
    introduced: new Set(
      page.filter((step) => isIntroduced(step, start))
        .map(({ name }) => name),
    ),
    token: formatToken(scope, position),
    truncated: more,
  });
}

/** Nobody is told of what they may not, or when it went could not, read. */
function isShown(
  step: Step,
  parent: CollectionResource,
  access: Access,
): boolean {
  if (step.gone !== undefined) return access.couldRead(parent, step.gone);
  return changedMember(parent, step)
    .every((member) => access.privileges(member).has("dav:read"));
}

function isGone(step: Step): boolean {
  return step.entry === undefined && step.collection === undefined;
}

/** Inside a cut walk it is not known what the token before it has told. */
function isIntroduced(step: Step, start: SyncPosition): boolean {
  return step.linked !== undefined &&
    (start.cut !== undefined || step.linked > start.since);
}

function changedMember(
  parent: CollectionResource,
  step: Step,
): Resource[] {
  if (step.collection !== undefined) return [step.collection];
  if (step.entry === undefined) return [];
  return [
    objectResource(parent, step.name, {
      entry: step.entry,
      stamp: step.stamp,
    }),
  ];
}

function isBehind(step: Step, position: SyncPosition): boolean {
  const { since, cut } = position;
  // What was gone before the walk began was never shown in it.
  if (isGone(step) && step.stamp <= since) return false;
  if (cut === undefined) return step.stamp > since;
  return step.stamp > cut.stamp ||
    (step.stamp === cut.stamp && step.name > cut.name);
}

function compareSteps(a: Step, b: Step): number {
  if (a.stamp !== b.stamp) return a.stamp < b.stamp ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** All steps behind a position, in their order. */
function* stepsBehind(
  view: ReadView,
  collection: CollectionResource,
  { start: position, versions }: {
    readonly start: SyncPosition;
    readonly versions: Versions;
  },
): Generator<Step> {
  if (!holdsCollections(collection.kind)) {
    const recent = recentSteps(view, collection, position);
    for (const step of recent ?? historyFrom(view, collection, position)) {
      if (isBehind(step, position)) yield step;
    }
    return;
  }
  const steps: Step[] = [...historyFrom(view, collection, position)];
  for (const child of versions.children(collection)) {
    steps.push({ name: child.collection.row.name, ...child });
  }
  for (const child of versions.shared(collection)) {
    steps.push({ name: sharedName(child.collection.ref.id), ...child });
  }
  for (const step of steps.sort(compareSteps)) {
    if (isBehind(step, position)) yield step;
  }
}

/** The map's steps from a position's stamp on. */
function historyFrom(
  view: ReadView,
  collection: CollectionResource,
  position: SyncPosition,
): Iterable<Step> {
  const stamp = position.cut?.stamp ?? position.since;
  return view.map(collection.ref).since(stamp, "");
}

/** The same from the log and single rows; undefined where that would take too many, or the log is too short. */
function recentSteps(
  view: ReadView,
  collection: CollectionResource,
  position: SyncPosition,
): Step[] | undefined {
  const { ref } = collection;
  if (heldRules(collection.kind) === undefined) return undefined;
  const from = position.cut?.stamp ?? position.since;
  if (from === NO_STAMP) return undefined;
  // Others of the last member's commit may be still to come.
  const since = position.cut === undefined ? from : stampBefore(from);
  const names = view.changedSince(ref, since);
  if (names === undefined || names.size > MAX_ROWS) return undefined;
  view.need(
    [...names].flatMap((name) => [
      entryKey(ref, name),
      tombstoneKey(ref, name),
    ]),
  );
  const steps: Step[] = [];
  for (const name of names) {
    const row = view.get(entryKey(ref, name));
    const grave = view.get(tombstoneKey(ref, name));
    const stamp = row === undefined ? grave?.stamp : contentStamp(row);
    if (stamp === undefined || stamp === null) continue;
    if (row !== undefined) steps.push({ stamp, name, entry: row.value });
    else if (grave !== undefined) {
      steps.push({ stamp, name, gone: grave.value });
    }
  }
  return steps.sort(compareSteps);
}

/** The stamp right below another one. */
function stampBefore(stamp: string): string {
  const number = BigInt(`0x${stamp}`);
  return number === 0n ? stamp : (number - 1n).toString(16).padStart(20, "0");
}
