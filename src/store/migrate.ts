/**
 * Brings the rows of an older program up to this one's: step by step, each
 * step of a migration in one commit with the position that it came to. So a
 * migration that is interrupted goes on where it was, and no step is done
 * twice (DESIGN section 4).
 *
 * @module
 */

import type { Check, Engine, EngineRow, Key, Mutation } from "./engine.ts";
import { meta } from "./keys.ts";
import { after } from "./owner_lists.ts";
import type { MetaRecord } from "./records.ts";
import { keySize, valueSize } from "./size.ts";

/** How rows below one prefix change from one schema version to the next. */
export interface Migration {
  /** The version that it makes of the one before. */
  readonly to: number;
  /** What it does, for logs. */
  readonly name: string;
  /** Rows to look at. */
  readonly prefix: Key;
  /**
   * What is to be done about a row; nothing for most. May add and remove other
   * rows too, but none below `prefix` that it would come to later.
   */
  readonly migrate: (row: EngineRow) => readonly Mutation[];
}

/** Where a migration is. */
interface Progress {
  /** Last row that was looked at, null before the first. */
  readonly last: Key | null;
}

/** Thrown where a newer program has written the store. */
export class SchemaTooNew extends Error {
  /** The class's name, for logs. */
  override readonly name = "SchemaTooNew";
}

/** Rows that are looked at in one step. */
const STEP_ROWS = 100;

/** The store's schema version, undefined where it is empty. */
export async function readSchema(engine: Engine): Promise<number | undefined> {
  const { value } = await readRow(engine, meta.schema.parts);
  const version = (value as MetaRecord | null)?.value;
  return typeof version === "number" ? version : undefined;
}

/**
 * Brings a store up to a schema version; call it before the store is opened.
 * Answers the names of the migrations that it ran, in their order. An empty
 * store is left alone: opening it makes the first rows.
 *
 * @throws {SchemaTooNew} a newer program has written the store.
 * @throws {Error} a migration is missing in between.
 */
export async function migrateStore(
  engine: Engine,
  options: {
    readonly version: number;
    readonly migrations: readonly Migration[];
  },
): Promise<readonly string[]> {
  const names: string[] = [];
  while (true) {
    const present = await readSchema(engine);
    if (present === undefined || present === options.version) return names;
    if (present > options.version) {
      throw new SchemaTooNew(
        `The data was written by a newer version of Kalends (schema ${present}, this one knows ${options.version}): run the newer version`,
      );
    }
    const migration = options.migrations.find(({ to }) => to === present + 1);
    if (migration === undefined) {
      throw new Error(`No migration leads from schema ${present} on`);
    }
    await runMigration(engine, migration);
    names.push(migration.name);
  }
}

async function runMigration(
  engine: Engine,
  migration: Migration,
): Promise<void> {
  while (true) {
    const schema = await readRow(engine, meta.schema.parts);
    // Somebody else has done the rest.
    if ((schema.value as MetaRecord | null)?.value !== migration.to - 1) return;
    const cursor = await readRow(engine, meta.migration.parts);
    await step(engine, migration, { schema, cursor });
  }
}

/** One step. Whether its commit happened or not shows in the rows that the next one reads. */
async function step(
  engine: Engine,
  migration: Migration,
  seen: { readonly schema: EngineRow; readonly cursor: EngineRow },
): Promise<void> {
  const last = (seen.cursor.value as Progress | null)?.last ?? null;
  const { prefix } = migration;
  const rows = await engine.list(
    last === null ? { prefix } : { prefix, start: after(last) },
    { limit: Math.min(STEP_ROWS, engine.limits.list) },
  );
  const checks: Check[] = [seen.schema, seen.cursor].map((
    { key, versionstamp },
  ) => ({ key, versionstamp }));
  const mutations: Mutation[] = [];
  let done: Key | null = last;
  for (const row of rows) {
    const changes = migration.migrate(row);
    if (mutations.length > 0 && isFull(engine, mutations, changes)) break;
    // A row that somebody has changed meanwhile is looked at again.
    if (changes.length > 0 && checks.length < engine.limits.checks) {
      checks.push({ key: row.key, versionstamp: row.versionstamp });
    }
    mutations.push(...changes);
    done = row.key;
    if (checks.length === engine.limits.checks) break;
  }
  if (rows.length === 0) {
    mutations.push(
      { type: "set", key: meta.schema.parts, value: { value: migration.to } },
      { type: "delete", key: meta.migration.parts },
    );
  } else {
    const progress: Progress = { last: done };
    mutations.push({ type: "set", key: meta.migration.parts, value: progress });
  }
  await engine.commit(checks, mutations);
}

/** Large rows fill a commit before their number does. */
function isFull(
  engine: Engine,
  mutations: readonly Mutation[],
  more: readonly Mutation[],
): boolean {
  const all = [...mutations, ...more];
  let bytes = 0;
  let keys = 0;
  for (const mutation of all) {
    const key = mutation.type === "append" ? mutation.prefix : mutation.key;
    keys += keySize(key);
    bytes += 2 * keySize(key) +
      (mutation.type === "delete" ? 0 : valueSize(mutation.value));
  }
  const { limits } = engine;
  return all.length > limits.mutations / 2 || bytes > limits.bytes / 2 ||
    keys > limits.keyBytes / 2;
}

async function readRow(engine: Engine, key: Key): Promise<EngineRow> {
  const [row] = await engine.getMany([key]);
  return row ?? { key, value: null, versionstamp: null };
}
