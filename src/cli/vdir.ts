/**
 * Collections as folders of files: one file for each object, `displayname` and
 * `color` as the vdir format has them, and a JSON file with all that files and
 * their names cannot say.
 *
 * @module
 */

import type { PropRecord } from "../store/records.ts";

/** Name of the JSON file; programs that read vdirs leave hidden files alone. */
export const MANIFEST_FILE = ".kalends.json";

/** An object that a file alone does not describe. */
export interface ManifestObject {
  /** Name of its file. */
  readonly file: string;
  /** Its name in the collection where that is another. */
  readonly name?: string;
  /** Its properties. */
  readonly props?: readonly PropRecord[];
}

/** Content of the JSON file. */
export interface Manifest {
  /** Version of the format. */
  readonly format: 1;
  /** What the collection is. */
  readonly kind: "calendar" | "addressbook";
  /** Component types of a calendar. */
  readonly components?: readonly string[];
  /** Properties of the collection, as the store has them. */
  readonly props: readonly PropRecord[];
  /** Objects that need more words than their file. */
  readonly objects: readonly ManifestObject[];
}

/** Files of a vdir that hold a property as plain text, by kind of collection. */
export const VDIR_PROPERTIES = [
  { file: "displayname", ns: "DAV:", local: "displayname", kind: null },
  {
    file: "color",
    ns: "http://apple.com/ns/ical/",
    local: "calendar-color",
    kind: "calendar",
  },
] as const;

/** A name that every file system takes, that ends as programs expect, and is not hidden. */
const FILE_NAME = /^[A-Za-z0-9_@+=,()~-][A-Za-z0-9_@+=,()~. -]*$/;

/** Longest file name used, in characters. */
const FILE_LENGTH = 200;

/** Chooses file names for objects: no two of them equal, whatever a file system thinks of case. */
export function createFileNames(ending: string): (name: string) => string {
  const files = new Map<string, string>();
  const taken = new Set<string>();
  return (name) => {
    const before = files.get(name);
    if (before !== undefined) return before;
    const usable = name.toLowerCase().endsWith(ending) &&
      name.length <= FILE_LENGTH && FILE_NAME.test(name) &&
      !taken.has(name.toLowerCase());
    let file = name;
    for (let count = files.size + 1; !usable; count++) {
      file = `object-${count}${ending}`;
      if (!taken.has(file)) break;
    }
    files.set(name, file);
    taken.add(file.toLowerCase());
    return file;
  };
}

/** Reads a manifest; undefined where it is none. */
export function parseManifest(text: string): Manifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  const { format, kind, components, props, objects } = value;
  const good = format === 1 &&
    (kind === "calendar" || kind === "addressbook") &&
    (components === undefined || isTexts(components)) && isProps(props) &&
    Array.isArray(objects) && objects.every(isObject);
  return good ? value as unknown as Manifest : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((it) => typeof it === "string");
}

function isProps(value: unknown): value is readonly PropRecord[] {
  return Array.isArray(value) &&
    value.every((it) =>
      isRecord(it) && isTexts([it["ns"], it["local"], it["value"]])
    );
}

function isObject(value: unknown): value is ManifestObject {
  return isRecord(value) && typeof value["file"] === "string" &&
    ["undefined", "string"].includes(typeof value["name"]) &&
    (value["props"] === undefined || isProps(value["props"]));
}
