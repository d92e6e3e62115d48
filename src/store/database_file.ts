/**
 * The file of the embedded database: how it is made, and how it is left.
 *
 * @module
 */

import { backup, DatabaseSync } from "node:sqlite";

/**
 * Makes a database with the page size that suits it; nothing is at `database`
 * until it is whole.
 */
export async function makeDatabase(database: string): Promise<void> {
  const draft = `${database}.new`;
  await removeFile(draft);
  await (await Deno.open(draft, { createNew: true, write: true, mode: 0o600 }))
    .close();
  const sqlite = new DatabaseSync(draft);
  try {
    // Rows of a few kilobytes need a third of the room in pages of 16 KiB.
    sqlite.exec(
      "pragma page_size=16384; pragma auto_vacuum=incremental;" +
        "create table made(x); drop table made",
    );
  } finally {
    sqlite.close();
  }
  await Deno.rename(draft, database);
}

/**
 * Moves what is in the log beside the database into it, so that nothing changes the file later.
 * False where somebody else is reading it.
 */
export function checkpoint(database: string): boolean {
  const sqlite = new DatabaseSync(database);
  try {
    const row = sqlite.prepare("pragma wal_checkpoint(truncate)").get();
    return row?.["busy"] === 0;
  } catch {
    // Somebody else reads the file: it stays without the mark of a clean end.
    return false;
  } finally {
    sqlite.close();
  }
}

/** Copies a database that is in use, as it is between two commits, to a new file. */
export async function copyDatabase(
  database: string,
  target: string,
): Promise<void> {
  await (await Deno.open(target, { createNew: true, write: true, mode: 0o600 }))
    .close();
  const sqlite = new DatabaseSync(database);
  try {
    // All pages in one step: in several, every commit would begin it anew.
    await backup(sqlite, target, { rate: -1 });
  } finally {
    sqlite.close();
  }
}

/** True where there is a file. */
export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Removes a file that may be missing. */
export async function removeFile(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
