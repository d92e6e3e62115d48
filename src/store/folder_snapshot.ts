/**
 * Copies of the database for work that reads all of it while others write.
 *
 * @module
 */

import { copyDatabase, removeFile } from "./database_file.ts";
import type { Engine } from "./engine.ts";
import { openKvEngine } from "./kv_engine.ts";

/** A copy, open. */
export interface Snapshot {
  /** The store in it. */
  readonly engine: Engine;
  /** Removes it. */
  close(): Promise<void>;
}

const PREFIX = "snapshot-";

/** Makes a copy in the data folder, where there is room for a database, and opens it. */
export async function openSnapshot(
  folder: string,
  database: string,
): Promise<Snapshot> {
  const path = `${folder}/${PREFIX}${crypto.randomUUID()}.kv`;
  try {
    await copyDatabase(database, path);
    const engine = await openKvEngine(path);
    return {
      engine,
      async close() {
        engine.close();
        await removeCopy(path);
      },
    };
  } catch (error) {
    await removeCopy(path);
    throw error;
  }
}

/** Removes what a process left behind that was killed. */
export async function removeSnapshots(folder: string): Promise<void> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (name.startsWith(PREFIX)) names.push(name);
  }
  for (const name of names) await removeFile(`${folder}/${name}`);
}

async function removeCopy(path: string): Promise<void> {
  for (const end of ["", "-wal", "-shm"]) await removeFile(path + end);
}
