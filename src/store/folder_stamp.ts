/**
 * The small file beside the database by which a data folder that was put back
 * by file copy is noticed (DESIGN section 4.2, "Epoch").
 *
 * @module
 */

/** What a folder remembers of its database. */
export interface FolderStamp {
  /** Highest versionstamp known to be in the database. */
  readonly stamp: string;
  /** Inode of the database file, null where the system has none. */
  readonly inode: number | null;
  /** Birth of the database file, epoch milliseconds, null where the system has none. */
  readonly born: number | null;
  /** When this was written, epoch milliseconds; the file's own times must agree. */
  readonly written: number;
  /** Present after a clean shutdown: how the database file was left. */
  readonly clean?: FileState;
}

/** What changes with every write to a file. */
export interface FileState {
  /** Last change of content or attributes, epoch milliseconds; the runtime tells whole seconds. */
  readonly changed: number | null;
  /** Last change of content, epoch milliseconds; some copies set it back, but not `changed`. */
  readonly modified: number | null;
  /** Bytes. */
  readonly size: number;
}

/** Time that writing the small file may take before its times look like those of a copy. */
const WRITE_MS = 10_000;

/** Reads the small file: undefined where it is missing, null where it is not what was written there. */
export async function readFolderStamp(
  path: string,
): Promise<FolderStamp | undefined | null> {
  let info: Deno.FileInfo;
  let text: string;
  try {
    info = await Deno.stat(path);
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  const stamp = parseFolderStamp(text);
  return stamp !== null && isOriginal(stamp, info) ? stamp : null;
}

/** A copy, even one made in place, has younger times than the content says. */
function isOriginal(stamp: FolderStamp, info: Deno.FileInfo): boolean {
  // Whole seconds: some file systems keep no more.
  const modified = info.mtime?.getTime() ?? stamp.written;
  const changed = info.ctime?.getTime() ?? stamp.written;
  return Math.abs(modified - stamp.written) < 2000 &&
    changed - stamp.written < WRITE_MS;
}

/** Replaces the small file as a whole and flushes it. */
export async function writeFolderStamp(
  path: string,
  stamp: Omit<FolderStamp, "written">,
): Promise<void> {
  const written = Date.now();
  const draft = `${path}.new`;
  const file = await Deno.open(draft, {
    create: true,
    truncate: true,
    write: true,
    mode: 0o600,
  });
  try {
    const text = JSON.stringify({ ...stamp, written }) + "\n";
    await writeAll(file, new TextEncoder().encode(text));
    await file.sync();
    await file.utime(written / 1000, written / 1000);
  } finally {
    file.close();
  }
  await Deno.rename(draft, path);
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) done += await file.write(bytes.subarray(done));
}

/** True where the database is not the one that the small file was written for. */
export function isReplaced(
  stamp: FolderStamp | undefined | null,
  info: Deno.FileInfo,
): boolean {
  if (stamp === undefined || stamp === null) return true;
  const now = describeFile(info);
  if (stamp.inode !== now.inode || stamp.born !== now.born) return true;
  return stamp.clean !== undefined &&
    (stamp.clean.changed !== now.state.changed ||
      stamp.clean.modified !== now.state.modified ||
      stamp.clean.size !== now.state.size);
}

/** What the small file says of a database file. */
export function describeFile(info: Deno.FileInfo): {
  inode: number | null;
  born: number | null;
  state: FileState;
} {
  return {
    inode: info.ino,
    born: info.birthtime?.getTime() ?? null,
    state: {
      changed: info.ctime?.getTime() ?? null,
      modified: info.mtime?.getTime() ?? null,
      size: info.size,
    },
  };
}

function parseFolderStamp(text: string): FolderStamp | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return isFolderStamp(value) ? value : null;
}

function isFolderStamp(value: unknown): value is FolderStamp {
  if (typeof value !== "object" || value === null) return false;
  const { stamp, written, inode, born } = value as Partial<FolderStamp>;
  return typeof stamp === "string" && /^[0-9a-f]{20}$/.test(stamp) &&
    typeof written === "number" && inode !== undefined && born !== undefined;
}
