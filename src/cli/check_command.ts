/**
 * `kalends check`.
 *
 * @module
 */

import { checkStore } from "../store/check.ts";
import type { Command } from "./command.ts";
import { done, failed } from "./command.ts";

/** Findings that are shown; with more than these, something else is wrong. */
const MAX_SHOWN = 1000;

/** The command. */
export const CHECK_COMMAND: Command = {
  name: "check",
  words: [],
  summary: "Check that everything in the store fits together",
  details: [
    "It reads a copy that it makes in the data folder, so the server goes on",
    "meanwhile and nothing is changed. Exit code 1 if something is wrong.",
  ],
  flags: [],
  async run({ snapshot }) {
    if (snapshot === undefined) return failed("There is no file to check.");
    const copy = await snapshot();
    try {
      const lines: string[] = [];
      let count = 0;
      for await (const finding of checkStore(copy.engine)) {
        if (count++ < MAX_SHOWN) {
          lines.push(`${finding.key}: ${finding.message}`);
        }
      }
      if (count === 0) return done("The store is in order.");
      return {
        code: 1,
        out: lines,
        err: [`Found ${count} faults. Keep a copy of the data folder.`],
      };
    } finally {
      await copy.close();
    }
  },
};
