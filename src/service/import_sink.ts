/**
 * Where imported objects go, and what they are called there.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { ObjectFacts, PropRecord } from "../store/records.ts";
import { checkName } from "./names.ts";
import type { Outcome, Problem } from "./problems.ts";

/** A checked object on its way in. */
export interface ImportObject {
  /** Its bytes. */
  readonly bytes: Uint8Array;
  /** Hex SHA-256 of them. */
  readonly digest: string;
  /** Its facts. */
  readonly facts: ObjectFacts;
  /** Content type. */
  readonly type: string;
  /** Names that it may have, the best first. */
  readonly names: readonly string[];
  /** Its properties, by Clark name. */
  readonly props: ReadonlyMap<string, PropRecord>;
  /** Says that it was not taken. */
  readonly refuse: (problem: Problem) => void;
}

/** Takes objects. */
export interface ImportSink {
  /** Takes an object, or refuses it; sooner or later. */
  readonly offer: (object: ImportObject) => Promise<void>;
  /** Ends what waits. */
  readonly flush: () => Promise<void>;
  /** Makes what was taken visible, where it is not yet; true where a collection was made. */
  readonly end: (taken: number) => Promise<Outcome<boolean>>;
  /** Objects taken so far. */
  readonly taken: () => number;
  /** Objects so far that were there before. */
  readonly same: () => number;
}

/** Names that need no other spelling in any URL or file system. */
const PLAIN_NAME = /^[A-Za-z0-9_][A-Za-z0-9._@+-]{0,199}$/;

/**
 * Names for an object, the best first: its file's, its UID, and one that no
 * other UID has. The same for the same object, whenever it is imported.
 */
export function objectNames(
  { name, uid, digest, ending }: {
    readonly name: string | null;
    readonly uid: string | undefined;
    readonly digest: string;
    readonly ending: string;
  },
): string[] {
  const names: string[] = [];
  if (name !== null && checkName(name).ok) names.push(name);
  const plain = `${uid ?? ""}${ending}`;
  if (uid !== undefined && PLAIN_NAME.test(plain)) names.push(plain);
  const hash = uid === undefined
    ? digest
    : createHash("sha256").update(uid).digest("hex");
  names.push(`${hash.slice(0, 32)}${ending}`, `${hash}${ending}`);
  return names;
}
