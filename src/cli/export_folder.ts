/**
 * Writes one collection into a folder, as `vdir.ts` describes it.
 *
 * @module
 */

import type { ExportedCollection, ExportedObject } from "../service/export.ts";
import {
  createFileNames,
  type Manifest,
  MANIFEST_FILE,
  type ManifestObject,
  VDIR_PROPERTIES,
} from "./vdir.ts";

/** A folder on its way. */
export interface FolderWriter {
  /** Writes an object over what was at its name. */
  readonly write: (object: ExportedObject) => Promise<void>;
  /** Removes an object. */
  readonly remove: (name: string) => Promise<void>;
  /** Writes what is about the collection as a whole. */
  readonly end: (collection: ExportedCollection) => Promise<void>;
  /** Objects that are there. */
  readonly count: () => number;
}

/** A writer into an empty folder. */
export function createFolderWriter(
  folder: string,
  kind: Manifest["kind"],
): FolderWriter {
  const fileOf = createFileNames(kind === "calendar" ? ".ics" : ".vcf");
  const written = new Map<string, ManifestObject>();
  return {
    count: () => written.size,
    async write({ name, bytes, props }) {
      const file = fileOf(name);
      await Deno.writeFile(`${folder}/${file}`, bytes);
      written.set(name, {
        file,
        ...(file === name ? {} : { name }),
        ...(props.length === 0 ? {} : { props }),
      });
    },
    async remove(name) {
      if (!written.delete(name)) return;
      await Deno.remove(`${folder}/${fileOf(name)}`);
    },
    async end({ components, props }) {
      for (const row of VDIR_PROPERTIES) {
        const value = props.find(({ ns, local }) =>
          ns === row.ns && local === row.local
        )?.value;
        // With attributes it is stored as an element: the JSON file has it.
        if (value === undefined || value.startsWith("<")) continue;
        await Deno.writeTextFile(`${folder}/${row.file}`, value);
      }
      const manifest: Manifest = {
        format: 1,
        kind,
        ...(components === undefined ? {} : { components }),
        props,
        objects: [...written.values()].filter(({ name, props }) =>
          name !== undefined || props !== undefined
        ),
      };
      await Deno.writeTextFile(
        `${folder}/${MANIFEST_FILE}`,
        `${JSON.stringify(manifest, null, 2)}\n`,
      );
    },
  };
}
