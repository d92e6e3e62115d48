/**
 * Copies whole collections, and moves them between trees: built under new ids
 * that nobody sees, linked in one operation (DESIGN section 4.2).
 *
 * @module
 */

import type { Engine } from "./engine.ts";
import type { LinkPlace } from "./links.ts";
import type { CollRef } from "./records.ts";
import type { Store, View } from "./view.ts";

/** What a copy holds. */
export interface TransferSize {
  /** Bytes of all bodies. */
  readonly bytes: number;
  /** Number of objects. */
  readonly objects: number;
}

/** Whether a copy may be linked, and where. */
export type Admission<R> =
  | { readonly ok: true; readonly place: LinkPlace }
  | { readonly ok: false; readonly refusal: R };

/** A COPY, or a MOVE to another tree, of a whole collection. */
export interface Transfer<R> {
  /** What is copied. */
  readonly source: CollRef;
  /** 0: its properties only. */
  readonly depth: 0 | "infinity";
  /** Whether the source is unlinked in the commit that links the copy. */
  readonly move: boolean;
  /** Trees that `admit` looks at: the destination's, and any other. */
  readonly trees: readonly string[];
  /**
   * Decides who may copy what to where: run once before anything is copied
   * (with a size of 0) and then inside the operation that links. It resolves
   * source and destination itself, authorises, and refuses a missing parent, an
   * existing destination where it must not be overwritten, or a full quota. It
   * leaves the copying to its caller: like a reader it only looks.
   */
  readonly admit: (view: View, size: TransferSize) => Admission<R>;
}

/** What became of it; `created` is false where something was overwritten. */
export type Transferred<R> =
  | { readonly ok: true; readonly created: boolean }
  | { readonly ok: false; readonly refusal: R };

/** What a transfer works with. */
export interface TransferParts {
  /** Where the copy is built. */
  readonly engine: Engine;
  /** Where it is linked. */
  readonly store: Store;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * Copies a collection with all that is in it, or moves it to another tree.
 * Throws StoreBusy where the source changes faster than it can be copied.
 */
export function transferCollection<R>(
  _parts: TransferParts,
  _transfer: Transfer<R>,
): Promise<Transferred<R>> {
  return Promise.reject(new Error("Not written yet"));
}
