/**
 * The `If` header, evaluated on the state that a request is decided on (RFC
 * 4918 section 10.4, RFC 6578 section 5).
 *
 * @module
 */

import type { View } from "../store/view.ts";
import { mayKnow, privilegesOn } from "./access.ts";
import { matchesEtag } from "./etag.ts";
import { coveringLocks, liveLocks, placeOf } from "./locks.ts";
import type { ResourcePath } from "./problems.ts";
import { asResource, shownEtag } from "./operations/found.ts";
import { findTree, prefetch, type TreePath } from "./resolve.ts";
import { presentToken } from "./sync.ts";
import { createVersions } from "./versions.ts";
import type { StateList } from "./conditions.ts";
import type { CollectionResource, Session } from "./types.ts";

/** What the header is held against. */
export interface StateScope {
  /** Who asks; what they may not know has no state. */
  readonly session: Session | null;
  /** Epoch of the store. */
  readonly epoch: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The state of one resource; null and none where nothing is. */
interface State {
  readonly etag: string | null;
  readonly tokens: ReadonlySet<string>;
}

const NO_STATE: State = { etag: null, tokens: new Set() };

/** Whether one of the lists is true. */
export function holdsLists(
  view: View,
  lists: readonly StateList[],
  scope: StateScope,
): boolean {
  const { session } = scope;
  const paths = lists.flatMap(({ on }) =>
    on?.type === "tree" && mayKnow(view, session, on) ? [on] : []
  );
  prefetch(view, paths);
  const states = new Map<string, State | null>();
  const stateAt = (on: ResourcePath | null): State | null => {
    const key = JSON.stringify(on);
    let state = states.get(key);
    if (state === undefined) {
      state = readState(view, on, scope);
      states.set(key, state);
    }
    return state;
  };
  return lists.some(({ on, conditions }) => {
    const state = stateAt(on);
    return state !== null && conditions.every(({ not, type, value }) => {
      const matches = type === "token"
        ? state.tokens.has(value)
        : state.etag !== null && matchesEtag(value, state.etag);
      return matches !== not;
    });
  });
}

/** The state at a path; null where nothing may be said about it, not even that something is missing. */
function readState(
  view: View,
  on: ResourcePath | null,
  scope: StateScope,
): State | null {
  if (on === null) return null;
  // No lock, tag or history is on what only the layout makes.
  const state = on.type === "tree" ? readTreeState(view, on, scope) : NO_STATE;
  // One's own lock is known, whatever else may be.
  return state.tokens.size > 0 || mayKnow(view, scope.session, on)
    ? state
    : null;
}

function readTreeState(view: View, on: TreePath, scope: StateScope): State {
  const found = findTree(view, on);
  // RFC 4918 section 10.4.4: as if it were there and had no state.
  if (found === undefined) return NO_STATE;
  const { now, session } = scope;
  const place = placeOf(found);
  const live = liveLocks(view, place.coll.tree, now);
  const locks = coveringLocks(view, place, live);
  if (!privilegesOn(view, session, asResource(found)).has("dav:read")) {
    const own = locks.filter(({ record }) => record.user === session?.user.id);
    return { etag: null, tokens: new Set(own.map(({ token }) => token)) };
  }
  const tokens = locks.map(({ token }) => token);
  if (found.type === "object") {
    const etag = shownEtag(view, found.object, scope);
    return { etag, tokens: new Set(tokens) };
  }
  const sync = durableToken(view, found.collection, scope);
  return {
    etag: null,
    tokens: new Set(sync === undefined ? tokens : [...tokens, sync]),
  };
}

/** The sync-token of a collection; undefined while a change of it is pending, which then equals no token. */
function durableToken(
  view: View,
  collection: CollectionResource,
  scope: StateScope,
): string | undefined {
  let pending = false;
  const watched: View = {
    get(key) {
      const row = view.get(key);
      pending ||= row?.stamp === null;
      return row;
    },
    need: (keys, lists) => view.need(keys, lists),
    list(list) {
      const rows = view.list(list);
      for (const { stamp } of rows.values()) pending ||= stamp === null;
      return rows;
    },
  };
  const version = createVersions(watched, scope).of(collection);
  const token = presentToken(collection, { epoch: scope.epoch, version });
  return pending ? undefined : token;
}
