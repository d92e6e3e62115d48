/**
 * Puts the service together (see `types.ts` for what it answers).
 *
 * @module
 */

import type { Engine } from "../store/engine.ts";
import type { Store } from "../store/view.ts";
import { refresh, unlock } from "./operations/held_lock.ts";
import { lock } from "./operations/lock.ts";
import { make } from "./operations/make.ts";
import type { OperationDeps } from "./operations/operation.ts";
import { patch } from "./operations/patch.ts";
import { put } from "./operations/put.ts";
import { remove } from "./operations/remove.ts";
import { setAcl } from "./operations/set_acl.ts";
import { transfer } from "./operations/transfer.ts";
import { createReader } from "./reader.ts";
import { createFactsRefresher, type OutdatedFacts } from "./refresh_facts.ts";
import type { Service } from "./types.ts";

/** What a service is made from. */
export interface ServiceDeps {
  /** The store. */
  readonly store: Store;
  /** The engine below it, where large bodies are staged. */
  readonly engine: Engine;
  /** Clock, epoch milliseconds; the system's when absent. */
  readonly now?: () => number;
  /** A random id, never used before; a random UUID when absent. */
  readonly newId?: () => string;
  /** Called when an operation may have left work for the background, such as `JobRunner.kick`. */
  readonly kick?: () => void;
  /** Told of background work that failed. */
  readonly log?: (message: string, error: unknown) => void;
  /** Bytes of one object at most; 10 MiB. */
  readonly maxResourceSize?: number;
  /** Bytes that one tree is said to have room for (RFC 4331); 1 TiB. */
  readonly quotaBytes?: number;
}

/** The only place where data changes: every call authorises, validates and commits. */
export function createService(deps: ServiceDeps): Service {
  const { store } = deps;
  const quotaBytes = deps.quotaBytes ?? 2 ** 40;
  const parts: OperationDeps = {
    store,
    engine: deps.engine,
    now: deps.now ?? Date.now,
    newId: deps.newId ?? (() => crypto.randomUUID()),
    kick: deps.kick ?? (() => {}),
    maxResourceSize: deps.maxResourceSize ?? 10 * 1024 * 1024,
  };
  const facts = createFactsRefresher({ store, log: deps.log ?? (() => {}) });
  return {
    async read(session, reader) {
      const outdated: OutdatedFacts[] = [];
      const answer = await store.read((view) => {
        const { epoch } = store;
        const now = parts.now();
        const seen = (one: OutdatedFacts) => outdated.push(one);
        return reader(createReader(view, {
          session,
          epoch,
          quotaBytes,
          now,
          outdated: seen,
        }));
      });
      outdated.forEach(facts.begin);
      return answer;
    },
    put: (session, path, input) => put(parts, { session, path }, input),
    remove: (session, path, conditions) =>
      remove(parts, { session, path }, conditions),
    make: (session, path, collection) =>
      make(parts, { session, path }, collection),
    patch: (session, path, changes, conditions) =>
      patch(parts, { session, path }, { changes, conditions }),
    setAcl: (session, path, input) => setAcl(parts, { session, path }, input),
    lock: (session, path, request) => lock(parts, { session, path }, request),
    refresh: (session, path, request) =>
      refresh(parts, { session, path }, request),
    unlock: (session, path, request) =>
      unlock(parts, { session, path }, request),
    copy: (session, source, destination, options) =>
      transfer(parts, { session, source, destination, move: false }, options),
    move: (session, source, destination, options) =>
      transfer(parts, { session, source, destination, move: true }, options),
  };
}
