/**
 * Who owns a data folder: one process, by a lock on a file in it.
 *
 * @module
 */

/** Names of the files in a data folder. */
export const FOLDER_FILES = {
  /** The database. */
  database: "kalends.kv",
  /** Locked by the process that owns the folder; holds its process id. */
  lock: "lock",
  /** What the folder remembers of its database. */
  stamp: "kalends.stamp",
} as const;

/** A folder that cannot be used, with a message for people. */
export class FolderError extends Error {
  /** The class's name, for logs. */
  override readonly name = "FolderError";
}

/**
 * Takes a folder for this process, and makes it where it is missing and
 * `create` is set.
 *
 * @returns the locked file, whose close lets go of the folder; undefined where another process owns it.
 * @throws {FolderError} where the folder cannot be used.
 */
export async function takeLock(
  path: string,
  create: boolean,
): Promise<Deno.FsFile | undefined> {
  let file: Deno.FsFile;
  try {
    if (create) await Deno.mkdir(path, { recursive: true, mode: 0o700 });
    file = await Deno.open(`${path}/${FOLDER_FILES.lock}`, {
      create: true,
      read: true,
      write: true,
      mode: 0o600,
    });
  } catch (error) {
    throw folderError(path, error);
  }
  try {
    if (!await file.tryLock(true)) {
      file.close();
      return undefined;
    }
    await file.truncate();
    await file.write(new TextEncoder().encode(`${Deno.pid}\n`));
    return file;
  } catch (error) {
    file.close();
    throw folderError(path, error);
  }
}

/** The process id that the owner of a folder left in it, undefined where nobody did. */
export async function readOwner(path: string): Promise<number | undefined> {
  try {
    const text = await Deno.readTextFile(`${path}/${FOLDER_FILES.lock}`);
    return /^\d+\s*$/.test(text) ? Number(text) : undefined;
  } catch {
    return undefined;
  }
}

function folderError(path: string, error: unknown): FolderError {
  const reason = error instanceof Error ? error.message : String(error);
  return new FolderError(`Cannot use the data folder ${path}: ${reason}`, {
    cause: error,
  });
}
