/** A tree of 1,000 files, for programs that copy, sync and edit files. */

import assert from "node:assert/strict";
import type { createDav } from "../dav.ts";

/** Folders of the tree. */
export const FOLDERS: readonly string[] = Array.from(
  { length: 20 },
  (_, at) => `folder ${at}`,
);

/** Files in each of them. */
const FILES = 50;

/** Paths of all files below the tree's root. */
export const PATHS: readonly string[] = FOLDERS.flatMap((folder) =>
  Array.from({ length: FILES }, (_, at) => `${folder}/file ${at} é.txt`)
);

/** What a file holds at first. */
export function textOf(path: string): string {
  return `${path}\n`.repeat(path.length);
}

/** Writes the tree into a folder of this machine. */
export async function writeTree(root: string): Promise<void> {
  for (const folder of FOLDERS) {
    await Deno.mkdir(`${root}/${folder}`, { recursive: true });
  }
  for (const path of PATHS) {
    await Deno.writeTextFile(`${root}/${path}`, textOf(path));
  }
}

/** Fails unless the server has exactly these files below a URL. */
export async function assertTree(
  dav: ReturnType<typeof createDav>,
  url: string,
  texts: ReadonlyMap<string, string>,
): Promise<void> {
  const left = new Map(texts);
  for (const folder of FOLDERS) {
    const base = `${url}${encodeURIComponent(folder)}/`;
    for (const href of await dav.list(base)) {
      const name = decodeURIComponent(href.slice(href.lastIndexOf("/") + 1));
      const path = `${folder}/${name}`;
      const bytes = await dav.get(`${base}${encodeURIComponent(name)}`);
      assert.equal(new TextDecoder().decode(bytes), left.get(path), path);
      left.delete(path);
    }
  }
  assert.deepEqual([...left.keys()], [], "files are missing");
}
