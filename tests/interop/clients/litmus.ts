/** litmus: the WebDAV test suite, on the plain WebDAV tree of its account. */

import type { Client, Session } from "../context.ts";
import { run } from "../process.ts";

const SUITES = ["basic", "copymove", "props", "http"];

/** Each of its tests is one step; a warning is a failure too. */
export const LITMUS: Client = {
  name: "litmus",
  debian: ["litmus"],
  python: false,
  users: ["lita"],
  async run(session) {
    for (const suite of SUITES) await runSuite(session, suite);
  },
};

async function runSuite(session: Session, suite: string): Promise<void> {
  const { home, account, target, steps } = session;
  const { stdout, stderr, code } = await run(
    ["litmus", target.files(account.name), account.name, account.password],
    { home, env: { TESTS: suite }, codes: [0, 1] },
  );
  const { results, run: count, faults } = readLitmus(stdout);
  for (const { name, ok, line } of results) {
    steps.add(`${suite}: ${name}`, ok, line);
  }
  steps.add(
    `${suite}: all ${count} tests run and passed, without a warning`,
    code === 0 && faults.length === 0 && count > 0 && results.length === count,
    [...faults, `exit code ${code}`, stderr].join("\n").trim(),
  );
}

/** What litmus printed, line by line. */
export interface LitmusOutput {
  /** Its tests, in order. */
  readonly results: readonly {
    /** Name of the test. */
    readonly name: string;
    /** Whether it passed without a warning. */
    readonly ok: boolean;
    /** The whole line. */
    readonly line: string;
  }[];
  /** Number of tests that its summary line counts; 0 where that is missing. */
  readonly run: number;
  /** Every line that speaks of a failure, a warning or a skipped test. */
  readonly faults: readonly string[];
}

/** Reads litmus's output, in which progress is overwritten by carriage returns. */
export function readLitmus(output: string): LitmusOutput {
  const results: { name: string; ok: boolean; line: string }[] = [];
  const faults: string[] = [];
  let count = 0;
  for (const raw of output.split("\n")) {
    const line = raw.split("\r").at(-1)?.trimEnd() ?? "";
    const test = /^ *\d+\. (\S+?)\.+ *(.*)$/.exec(line);
    if (test) {
      const [, name = "", verdict = ""] = test;
      const ok = verdict === "pass";
      results.push({ name, ok, line });
      if (!ok) faults.push(line);
    } else if (/WARNING|FAIL|SKIPPED/i.test(line) && !line.startsWith("<-")) {
      faults.push(line);
    }
    const summary = /^<- summary for `\w+': of (\d+) tests run/.exec(line);
    if (summary) count = Number(summary[1]);
  }
  return { results, run: count, faults };
}
