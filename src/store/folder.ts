/**
 * The data folder of an embedded store: who owns it, the database file in it,
 * and whether that file was put back by a copy.
 *
 * @module
 */

import { checkpoint, exists, makeDatabase } from "./database_file.ts";
import { openSnapshot, removeSnapshots } from "./folder_snapshot.ts";
import type { Snapshot } from "./folder_snapshot.ts";
import type { Engine } from "./engine.ts";
import { FOLDER_FILES, FolderError, takeLock } from "./folder_lock.ts";
import {
  describeFile,
  isReplaced,
  readFolderStamp,
  writeFolderStamp,
} from "./folder_stamp.ts";
import type { FolderStamp } from "./folder_stamp.ts";
import { meta } from "./keys.ts";
import { openKvEngine } from "./kv_engine.ts";
import { newEpoch } from "./store.ts";

/** Milliseconds between two updates of the highest versionstamp in the small file. */
const NOTE_MS = 60_000;

/** A data folder that this process owns until it closes it. */
export interface DataFolder {
  /** Its path. */
  readonly path: string;
  /** The store in it. */
  readonly engine: Engine;
  /** True where the database was made by this call. */
  readonly created: boolean;
  /** True where the database had been put back by a copy, so that it has a new epoch now. */
  readonly replaced: boolean;
  /** Copies the database as it is between two commits, for those who read all of it. */
  snapshot(): Promise<Snapshot>;
  /** Closes the database, marks the folder clean and lets go of it. */
  close(): Promise<void>;
}

/**
 * Takes a data folder for this process, and makes folder and database where
 * they are missing and `create` is set.
 *
 * @returns undefined where another process owns the folder.
 * @throws {FolderError} where it cannot be used.
 */
export async function openFolder(
  path: string,
  { create }: { create: boolean },
): Promise<DataFolder | undefined> {
  if (!create) await requireUsed(path);
  const lock = await takeLock(path, create);
  if (lock === undefined) return undefined;
  try {
    return await openDatabase(path, lock);
  } catch (error) {
    lock.close();
    throw error;
  }
}

async function openDatabase(
  path: string,
  lock: Deno.FsFile,
): Promise<DataFolder> {
  const database = `${path}/${FOLDER_FILES.database}`;
  const stampFile = `${path}/${FOLDER_FILES.stamp}`;
  await removeSnapshots(path);
  const before = await readFolderStamp(stampFile);
  const created = !await exists(database);
  if (created) {
    requireNew(path, before);
    await makeDatabase(database);
  }
  const replaced = !created && isReplaced(before, await Deno.stat(database));
  const inner = await openKvEngine(database);
  try {
    const highest = { stamp: await nextStamp(inner) };
    const known = before?.stamp ?? "";
    const again = replaced || (!created && highest.stamp <= known);
    if (again) await renewEpoch(inner);
    const note = createNote(database, stampFile, highest);
    await note.write();
    const timer = setInterval(note.update, NOTE_MS);
    Deno.unrefTimer(timer);
    const engine = watched(inner, highest);
    return {
      path,
      engine,
      created,
      replaced: again,
      snapshot: () => openSnapshot(path, database),
      async close() {
        clearInterval(timer);
        await note.settle();
        engine.close();
        if (checkpoint(database)) await note.write({ clean: true });
        lock.close();
      },
    };
  } catch (error) {
    inner.close();
    throw error;
  }
}

/** Refuses a folder that no server has used, before anything is written to it. */
async function requireUsed(path: string): Promise<void> {
  const names = [FOLDER_FILES.database, FOLDER_FILES.stamp];
  const found = await Promise.all(names.map((n) => exists(`${path}/${n}`)));
  if (found.includes(true)) return;
  throw new FolderError(
    `There is no data in ${path}. Start the server once ("kalends serve"), ` +
      `or name the right folder by --data`,
  );
}

/** Refuses to begin with an empty store where there was another one. */
function requireNew(path: string, used: FolderStamp | undefined | null): void {
  if (used !== undefined) {
    // An empty server in its place would make every client drop what it holds.
    throw new FolderError(
      `The database ${path}/${FOLDER_FILES.database} is gone, but ${FOLDER_FILES.stamp} says that ` +
        `there was one. Put it back, or remove ${path}/${FOLDER_FILES.stamp} ` +
        `to begin with an empty store.`,
    );
  }
}

/** The versionstamp of a commit that changes nothing: higher than all before it. */
async function nextStamp(engine: Engine): Promise<string> {
  const result = await engine.commit([], []);
  if (!result.ok) throw new FolderError("The database takes no commits");
  return result.versionstamp;
}

/** ETags and sync-tokens of a database that was put back could name other contents than before. */
async function renewEpoch(engine: Engine): Promise<void> {
  const key = meta.epoch.parts;
  const [row] = await engine.getMany([key]);
  const value = { value: newEpoch() };
  if (row === undefined || row.versionstamp === null) return;
  await engine.commit(
    [{ key, versionstamp: row.versionstamp }],
    [{ type: "set", key, value }],
  );
}

/** Keeps the small file up to date. */
function createNote(
  database: string,
  stampFile: string,
  highest: { readonly stamp: string },
): {
  write: (options?: { clean: boolean }) => Promise<void>;
  update: () => void;
  settle: () => Promise<void>;
} {
  let written = "";
  let pending: Promise<void> = Promise.resolve();
  async function write({ clean } = { clean: false }): Promise<void> {
    const { inode, born, state } = describeFile(await Deno.stat(database));
    const { stamp } = highest;
    const base = { stamp, inode, born };
    await writeFolderStamp(stampFile, clean ? { ...base, clean: state } : base);
    written = stamp;
  }
  return {
    write,
    update() {
      if (written === highest.stamp) return;
      // A missed update is caught up by the next one, and by a clean shutdown.
      pending = pending.then(() => write()).catch(() => {});
    },
    settle: () => pending,
  };
}

/** Remembers the highest versionstamp that a commit answered. */
function watched(inner: Engine, highest: { stamp: string }): Engine {
  return {
    ...inner,
    async commit(checks, mutations) {
      const result = await inner.commit(checks, mutations);
      if (result.ok && result.versionstamp > highest.stamp) {
        highest.stamp = result.versionstamp;
      }
      return result;
    },
  };
}
