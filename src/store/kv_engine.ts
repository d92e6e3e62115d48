/**
 * Deno KV behind the engine interface. What Deno KV does beyond it is never
 * used: `sum`, `min` and `max` can leave half a commit behind, `expireIn`
 * deletes when it likes.
 *
 * @module
 */

import { EngineRefusal } from "./engine.ts";
import type {
  Check,
  CommitResult,
  Engine,
  EngineLimits,
  EngineRow,
  Key,
  ListSelector,
  Mutation,
} from "./engine.ts";

/** What the embedded store takes at once. */
export const EMBEDDED_LIMITS: EngineLimits = {
  checks: 100,
  mutations: 1000,
  bytes: 819_200,
  keyBytes: 81_920,
  valueBytes: 65_536,
  getMany: 10,
  list: 1000,
};

/** What a store behind KV Connect, or on Deno Deploy, takes at once. */
export const NETWORK_LIMITS: EngineLimits = { ...EMBEDDED_LIMITS, checks: 10 };

/**
 * What Deno KV says when it refuses a commit before it writes anything. Any
 * other message may come after the write, so it is not in here: "database is
 * locked" too is unclear, because the caller must read before it tries again.
 */
const REFUSALS =
  /^(Value too large|Key too large|Too many (checks|mutations)|Total (mutation|key) size too large|[Kk]ey cannot be empty|Invalid (check|mutation))/;

/**
 * Opens a store: a file, `:memory:`, an `http(s)` URL of a KV Connect server,
 * or (undefined) what the runtime has by default, which on Deno Deploy is the
 * database of the deployment. Throws what `Deno.openKv` throws.
 */
export async function openKvEngine(path: string | undefined): Promise<Engine> {
  const kv = await Deno.openKv(path);
  return createKvEngine(kv, isNetwork(path));
}

/** The engine over an open database; `network` is true where other processes may write to it. */
export function createKvEngine(kv: Deno.Kv, network: boolean): Engine {
  const limits = network ? NETWORK_LIMITS : EMBEDDED_LIMITS;

  async function getMany(keys: readonly Key[]): Promise<EngineRow[]> {
    if (keys.length === 0) return [];
    return [...await kv.getMany<unknown[]>(keys.map((key) => [...key]))]
      .map(toRow);
  }

  async function list(
    selector: ListSelector,
    options: { limit?: number; reverse?: boolean } = {},
  ): Promise<EngineRow[]> {
    const limit = Math.min(options.limit ?? limits.list, limits.list);
    if (limit < 1) return [];
    const rows: EngineRow[] = [];
    // The limit as batch size makes it one read, and so one snapshot.
    const pages = kv.list<unknown>(toSelector(selector), {
      limit,
      batchSize: limit,
      reverse: options.reverse ?? false,
    });
    for await (const entry of pages) rows.push(toRow(entry));
    return rows;
  }

  async function commit(
    checks: readonly Check[],
    mutations: readonly Mutation[],
  ): Promise<CommitResult> {
    refuseAbove(limits.checks, checks.length, "checks");
    refuseAbove(limits.mutations, mutations.length, "mutations");
    const atomic = draft(kv, checks, mutations);
    try {
      const result = await atomic.commit();
      return result.ok
        ? { ok: true, versionstamp: result.versionstamp }
        : { ok: false };
    } catch (error) {
      if (error instanceof TypeError && REFUSALS.test(error.message)) {
        throw new EngineRefusal(error.message, { cause: error });
      }
      throw error;
    }
  }

  return {
    limits,
    shared: network,
    getMany,
    list,
    commit,
    close: () => kv.close(),
  };
}

/** Nothing has been sent yet when this throws, whatever the reason. */
function draft(
  kv: Deno.Kv,
  checks: readonly Check[],
  mutations: readonly Mutation[],
): Deno.AtomicOperation {
  try {
    const atomic = kv.atomic();
    for (const { key, versionstamp } of checks) {
      atomic.check({ key: [...key], versionstamp });
    }
    for (const mutation of mutations) {
      if (mutation.type === "delete") atomic.delete([...mutation.key]);
      else if (mutation.type === "set") {
        atomic.set([...mutation.key], mutation.value);
      } else {
        atomic.set(
          [...mutation.prefix, kv.commitVersionstamp()],
          mutation.value,
        );
      }
    }
    return atomic;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new EngineRefusal(message, { cause: error });
  }
}

function refuseAbove(limit: number, count: number, what: string): void {
  // A KV Connect server refuses more than the client knows of.
  if (count > limit) {
    throw new EngineRefusal(`Too many ${what} (max ${limit}): ${count}`);
  }
}

function toRow(entry: Deno.KvEntryMaybe<unknown>): EngineRow {
  return {
    key: entry.key as Key,
    value: entry.versionstamp === null ? null : entry.value,
    versionstamp: entry.versionstamp,
  };
}

/** Deno KV takes a prefix with one bound at most, or two bounds without a prefix. */
function toSelector({ prefix, start, end }: ListSelector): Deno.KvListSelector {
  if (start !== undefined && end !== undefined) {
    return { start: [...start], end: [...end] };
  }
  if (start !== undefined) return { prefix: [...prefix], start: [...start] };
  if (end !== undefined) return { prefix: [...prefix], end: [...end] };
  return { prefix: [...prefix] };
}

function isNetwork(path: string | undefined): boolean {
  if (path !== undefined) return isUrl(path);
  const name = environment("DENO_KV_DEFAULT_PATH");
  return environment("DENO_DEPLOYMENT_ID") !== undefined ||
    environment("DENO_DEPLOY") !== undefined ||
    (name !== undefined && isUrl(name));
}

function isUrl(path: string): boolean {
  return /^https?:\/\//i.test(path);
}

/** Reading the environment may be forbidden; then it says nothing. */
function environment(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch {
    return undefined;
  }
}
