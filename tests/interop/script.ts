/** Runs a session that is written in Python and reports its steps itself. */

import assert from "node:assert/strict";
import { run } from "./process.ts";
import type { Recorder } from "./report.ts";

/** How to run a script. */
export interface ScriptOptions {
  /** Path of the interpreter. */
  readonly python: string;
  /** Name of the script, beside the clients. */
  readonly script: string;
  /** What it reads on standard input, as JSON. */
  readonly input: unknown;
  /** The private home. */
  readonly home: string;
  /** Where its steps go. */
  readonly steps: Recorder;
}

/**
 * Runs a script to its end. It writes a line of JSON for each step,
 * `{"step", "ok", "detail"}`, and `{"step": "end"}` as the last one.
 */
export async function runScript(options: ScriptOptions): Promise<void> {
  const { python, script, input, home, steps } = options;
  const path = new URL(`clients/${script}`, import.meta.url).pathname;
  const { stdout, stderr, code } = await run([python, path], {
    home,
    input: JSON.stringify(input),
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
}

function readLine(line: string): { step: string; ok: boolean; detail: string } {
  const value: unknown = JSON.parse(line);
  assert.ok(typeof value === "object" && value !== null, line);
  const { step, ok, detail } = value as Record<string, unknown>;
  return { step: String(step), ok: ok === true, detail: String(detail ?? "") };
}
