/** python-caldav: the library under Home Assistant and many scripts. */

import assert from "node:assert/strict";
import type { Client } from "../context.ts";
import { run } from "../process.ts";

/** The session itself is written in Python: caldav_session.py. */
export const PYTHON_CALDAV: Client = {
  name: "python-caldav",
  debian: [],
  python: true,
  users: ["paula", "otto"],
  async run(session) {
    const { home, bin, target, accounts, steps } = session;
    const script = new URL("caldav_session.py", import.meta.url).pathname;
    const { stdout, stderr, code } = await run([`${bin}/python`, script], {
      home,
      input: JSON.stringify({ root: target.root, accounts }),
      codes: [0, 1],
    });
    let finished = false;
    for (const line of stdout.split("\n").filter((line) => line !== "")) {
      const { step, ok, detail } = readLine(line);
      finished ||= step === "end";
      if (step !== "end") steps.add(step, ok, detail);
    }
    if (!finished || code !== 0) {
      steps.add("the session ran to its end", false, stderr);
    }
  },
};

function readLine(line: string): { step: string; ok: boolean; detail: string } {
  const value: unknown = JSON.parse(line);
  assert.ok(typeof value === "object" && value !== null, line);
  const { step, ok, detail } = value as Record<string, unknown>;
  return { step: String(step), ok: ok === true, detail: String(detail ?? "") };
}
