/**
 * Finds what is to be imported: a single file, a folder, a vdir, or what
 * `kalends export` wrote.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { ImportFile, ImportPlan } from "../service/import_types.ts";
import type { PropChange } from "../service/types.ts";
import {
  type Manifest,
  MANIFEST_FILE,
  type ManifestObject,
  parseManifest,
  VDIR_PROPERTIES,
} from "./vdir.ts";

/** The two kinds of data, by the ending of their files. */
export type ImportSpace = "calendars" | "addressbooks";

const ENDINGS: Readonly<Record<ImportSpace, string>> = {
  calendars: ".ics",
  addressbooks: ".vcf",
};

/** Bytes of one file that are read at most: a text of this size fits into memory several times. */
export const MAX_FILE = 256 * 1024 * 1024;

/** Folders in folders that are looked into. */
const MAX_DEPTH = 8;

/** A file on disk. */
interface DiskFile {
  readonly path: string;
  readonly label: string;
  readonly name: string | null;
  readonly size: number;
  readonly modified: number;
}

/** What was found at a path. */
export type ImportSource =
  | {
    readonly ok: true;
    readonly space: ImportSpace;
    /** Files of the other kind, which are left out. */
    readonly others: number;
    readonly plan: Omit<ImportPlan, "path">;
  }
  | { readonly ok: false; readonly message: string };

/**
 * Looks at a path. `space` is what the collection is, null where the files are
 * to tell; `target` names the collection, for the build's own name.
 */
export async function findSource(
  path: string,
  { space, target }: {
    readonly space: ImportSpace | null;
    readonly target: string;
  },
): Promise<ImportSource> {
  let files: DiskFile[];
  let folder = false;
  try {
    const stat = await Deno.stat(path);
    folder = stat.isDirectory;
    files = folder ? await walk(path, "", 0) : [{
      path,
      label: baseName(path),
      name: null,
      size: stat.size,
      modified: stat.mtime?.getTime() ?? 0,
    }];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, message: `Cannot read ${path}: ${reason}` };
  }
  const manifest = folder ? await readManifest(path) : undefined;
  if (manifest === null) {
    return { ok: false, message: `Cannot understand ${path}/${MANIFEST_FILE}` };
  }
  const chosen = space ?? spaceOf(files, manifest);
  if (chosen === undefined) {
    return {
      ok: false,
      message: files.length === 0
        ? `There is no .ics and no .vcf file at ${path}`
        : `There are .ics and .vcf files at ${path}: say "calendars/NAME" or "addressbooks/NAME"`,
    };
  }
  const wanted = files.filter(({ path }) => hasEnding(path, ENDINGS[chosen]));
  const large = wanted.find(({ size }) => size > MAX_FILE);
  if (large !== undefined) {
    return {
      ok: false,
      message: `${large.path} has more than ${MAX_FILE} bytes: divide it`,
    };
  }
  const kind = chosen === "calendars" ? "calendar" : "addressbook";
  if (manifest !== undefined && manifest.kind !== kind) {
    return {
      ok: false,
      message: `${path} holds a collection of kind ${manifest.kind}`,
    };
  }
  const props = manifest?.props ??
    (folder ? await readVdirProps(path, kind) : []);
  const components = manifest?.components;
  const more = new Map(manifest?.objects.map((each) => [each.file, each]));
  return {
    ok: true,
    space: chosen,
    others: files.length - wanted.length,
    plan: {
      files: wanted.map((file) => importFile(file, more.get(file.label))),
      source: fingerprint([chosen, target], wanted),
      props,
      ...(components === undefined ? {} : { components }),
    },
  };
}

/** All calendar and vCard files below a folder, in the order of their names. */
async function walk(
  root: string,
  below: string,
  depth: number,
): Promise<DiskFile[]> {
  const out: DiskFile[] = [];
  const entries = await Array.fromAsync(Deno.readDir(`${root}/${below}`));
  entries.sort((a, b) => a.name < b.name ? -1 : 1);
  for (const { name, isDirectory } of entries) {
    if (name.startsWith(".") || name.endsWith(".tmp")) continue;
    const label = `${below}${name}`;
    if (isDirectory) {
      if (depth < MAX_DEPTH) {
        out.push(...await walk(root, `${label}/`, depth + 1));
      }
      continue;
    }
    if (!Object.values(ENDINGS).some((it) => hasEnding(name, it))) continue;
    const path = `${root}/${label}`;
    const stat = await Deno.stat(path);
    if (!stat.isFile) continue;
    const modified = stat.mtime?.getTime() ?? 0;
    out.push({ path, label, name, size: stat.size, modified });
  }
  return out;
}

function hasEnding(name: string, ending: string): boolean {
  return name.toLowerCase().endsWith(ending);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function spaceOf(
  files: readonly DiskFile[],
  manifest: Manifest | undefined,
): ImportSpace | undefined {
  if (manifest !== undefined) {
    return manifest.kind === "calendar" ? "calendars" : "addressbooks";
  }
  const found = (["calendars", "addressbooks"] as const).filter((space) =>
    files.some(({ path }) => hasEnding(path, ENDINGS[space]))
  );
  return found.length === 1 ? found[0] : undefined;
}

function importFile(
  file: DiskFile,
  more: ManifestObject | undefined,
): ImportFile {
  return {
    label: file.label,
    name: more?.name ?? file.name,
    size: file.size,
    props: more?.props ?? [],
    read: () => Deno.readFile(file.path),
  };
}

/** The same for the same files in the same state: an interrupted import is known again by it. */
function fingerprint(
  target: readonly string[],
  files: readonly DiskFile[],
): string {
  const hash = createHash("sha256").update(JSON.stringify(target));
  for (const { path, size, modified } of files) {
    hash.update(`${JSON.stringify([path, size, modified])}\n`);
  }
  return hash.digest("hex");
}

/** Undefined where there is none, null where it cannot be understood. */
async function readManifest(
  folder: string,
): Promise<Manifest | undefined | null> {
  const text = await readIfThere(`${folder}/${MANIFEST_FILE}`);
  return text === undefined ? undefined : parseManifest(text) ?? null;
}

async function readVdirProps(
  folder: string,
  kind: "calendar" | "addressbook",
): Promise<PropChange[]> {
  const props: PropChange[] = [];
  for (const row of VDIR_PROPERTIES) {
    if (row.kind !== null && row.kind !== kind) continue;
    const value = (await readIfThere(`${folder}/${row.file}`))?.trim() ?? "";
    // What begins like an element would be taken for one.
    if (value === "" || value.startsWith("<")) continue;
    props.push({ ns: row.ns, local: row.local, value });
  }
  return props;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
