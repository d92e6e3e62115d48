/**
 * What the process that is going to be killed says.
 *
 * @module
 */

import type { Answered } from "../model/judge.ts";
import type { ModelOp } from "../model/sequential.ts";
import type { KnownColl } from "../model/sync_client.ts";

/** One line, as JSON. */
export type ChildLine =
  | { readonly type: "ready"; readonly epoch: string }
  /** It is about to do something. */
  | { readonly type: "asked"; readonly id: string; readonly op: ModelOp }
  /** It was told how that ended; with the stamps of the newest commits told of before, and made by then. */
  | {
    readonly type: "answered";
    readonly id: string;
    readonly answer: NonNullable<Answered["answer"]>;
    readonly low: string;
    readonly high: string;
  }
  /** A sync client knows this. */
  | {
    readonly type: "synced";
    readonly known: readonly KnownColl[];
    readonly wrong: readonly string[];
  };
