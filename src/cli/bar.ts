/**
 * A line on a terminal that says how far a command is.
 *
 * @module
 */

import type { Progress } from "./command.ts";
import type { Io } from "./io.ts";

/** A progress bar. */
export interface Bar {
  /** Draws it anew. */
  readonly show: (progress: Progress) => void;
  /** Takes it away. */
  readonly clear: () => void;
}

/** Characters of the bar itself. */
const WIDTH = 30;

/** Carriage return, and "erase to the end of the line" of ECMA-48. */
const ERASE = "\r\u001b[K";

/** A bar on standard error; one that does nothing where that is no terminal. */
export function createBar(io: Pick<Io, "status" | "statusTerminal">): Bar {
  let drawn = "";
  return {
    show(progress) {
      if (!io.statusTerminal) return;
      const line = formatBar(progress);
      if (line === drawn) return;
      drawn = line;
      io.status(`${ERASE}${line}`);
    },
    clear() {
      if (drawn !== "") io.status(ERASE);
      drawn = "";
    },
  };
}

/** `[=====     ]  50 % text` */
export function formatBar({ share, text }: Progress): string {
  const part = Math.min(1, Math.max(0, Number.isNaN(share) ? 0 : share));
  const full = "=".repeat(Math.round(part * WIDTH));
  const percent = String(Math.floor(part * 100)).padStart(3);
  return `[${full.padEnd(WIDTH)}] ${percent} % ${text}`;
}
