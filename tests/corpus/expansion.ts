/**
 * Expands every .ics file of the corpus: as it is where the server takes it,
 * else what import makes of it.
 *
 * @module
 */

import { expandComponents } from "../../src/calendar/expand.ts";
import { parseCalendar } from "../../src/calendar/parse.ts";
import { eachOccurrence } from "../../src/calendar/recurrence/recurrence.ts";
import { splitCalendar } from "../../src/calendar/files/split.ts";
import {
  checkCalendarObject,
  mainComponents,
} from "../../src/calendar/validate.ts";
import { zonesOf } from "../../src/calendar/zones/vtimezone.ts";
import { UTC } from "../../src/calendar/zones/zones.ts";
import { corpusFiles } from "../corpus.ts";

/** What became of one file. */
export interface FileExpansion {
  /** Path inside the corpus. */
  readonly path: string;
  /** Objects that the server takes of it. */
  readonly objects: number;
  /** Instances of all of them between 1970 and 2040. */
  readonly instances: number;
  /** Objects with more instances than one object may have in an answer. */
  readonly tooMany: number;
  /** Steps of work. */
  readonly steps: number;
  /** Milliseconds, reading included. */
  readonly time: number;
  /** Why parts of it, or all, are refused. */
  readonly refused: readonly { readonly line: number; readonly why: string }[];
}

/** The years that are looked at. */
const RANGE = { start: Date.UTC(1970, 0, 1), end: Date.UTC(2041, 0, 1) };

/** Work for one object: more than 71 years of every hour. */
const STEPS = 1_000_000;

/** Expands all files; none where there is no corpus. `written`: as a client is shown them, not just their times. */
export function expandCorpus(
  options: { readonly written: boolean },
): FileExpansion[] {
  return corpusFiles(".ics").map(({ path, bytes }) => {
    const begun = performance.now();
    const expansion = expandFile(bytes, options);
    return { path, ...expansion, time: performance.now() - begun };
  });
}

function expandFile(
  bytes: Uint8Array,
  options: { readonly written: boolean },
): Omit<FileExpansion, "path" | "time"> {
  const refused: { line: number; why: string }[] = [];
  const sum = { objects: 0, instances: 0, tooMany: 0, steps: 0 };
  for (const piece of splitCalendar(bytes)) {
    if (piece.type === "problem") {
      const { line = 1, message } = piece.problem;
      refused.push({ line, why: message });
      continue;
    }
    if (piece.type !== "object") continue;
    const checked = checkCalendarObject(piece.bytes);
    if (!checked.ok) {
      const { line = 1, message } = checked.problem;
      refused.push({
        line: piece.line,
        why: `${message} (line ${line} of it)`,
      });
      continue;
    }
    sum.objects++;
    const found = expandObject(piece.bytes, options);
    sum.instances += found.instances ?? 0;
    sum.steps += found.steps;
    if (found.instances === undefined) sum.tooMany++;
  }
  return { ...sum, refused };
}

function expandObject(
  bytes: Uint8Array,
  { written }: { readonly written: boolean },
): { instances: number | undefined; steps: number } {
  const parsed = parseCalendar(bytes);
  if (!parsed.ok) throw new Error(`An accepted object: ${parsed.problem.name}`);
  const budget = { steps: STEPS };
  const { calendar } = parsed;
  const context = { zones: zonesOf(calendar), floating: UTC, budget };
  let instances: number | undefined;
  if (written) {
    instances = expandComponents(calendar, RANGE, context)?.length;
  } else {
    let count = 0;
    const complete = eachOccurrence(mainComponents(calendar), RANGE, {
      ...context,
      visit: () => ++count > 0,
    });
    if (complete) instances = count;
  }
  return { instances, steps: STEPS - budget.steps };
}
