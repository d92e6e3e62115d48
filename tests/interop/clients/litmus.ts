/** litmus: the WebDAV test suite, on the plain WebDAV tree of its account. */

import type { Client, Session } from "../context.ts";
import { run } from "../process.ts";

const SUITES = ["basic", "copymove", "props", "locks", "http"];

/** Each of its tests is one step; a warning is a failure, and so is a test that is skipped. */
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
  const { results, run: count, passed, faults } = readLitmus(stdout);
  for (const { name, verdict } of results) {
    steps.add(
      `${suite}: ${name}`,
      verdict === "pass",
      `expected "pass", got "${verdict}"`,
    );
  }
  steps.add(
    `${suite}: ${passed} of ${count} tests passed`,
    code === 0 && faults.length === 0 && count > 0 && passed === count &&
      results.length === count,
    [...faults, `exit code ${code}`, stderr].join("\n").trim(),
  );
}

/** What litmus printed, line by line. */
export interface LitmusOutput {
  /** Its tests, in order. */
  readonly results: readonly {
    /** Name of the test. */
    readonly name: string;
    /** What came of it: "pass", or a text that says why not. */
    readonly verdict: string;
  }[];
  /** Number of tests that its summary line counts; 0 where that is missing. */
  readonly run: number;
  /** Number of them that passed, by the same line. */
  readonly passed: number;
  /** Every line that speaks of a failure, a warning or a skipped test. */
  readonly faults: readonly string[];
}

/** Reads litmus's output, in which progress is overwritten by carriage returns. */
export function readLitmus(output: string): LitmusOutput {
  const results: { name: string; verdict: string }[] = [];
  const faults: string[] = [];
  let counts = [0, 0];
  for (const raw of output.split("\n")) {
    const line = raw.split("\r").at(-1)?.trimEnd() ?? "";
    const summary = SUMMARY.exec(line);
    if (summary) counts = summary.slice(1).map(Number);
    const test = /^ *\d+\. (\S+?)\.* +(\S.*)$/.exec(line);
    if (test) {
      const [, name = "", verdict = ""] = test;
      results.push({ name, verdict });
      if (verdict !== "pass") faults.push(line);
    } else if (!summary && /WARNING|FAIL|SKIPPED/i.test(line)) {
      faults.push(line);
    }
  }
  const [count = 0, passed = 0] = counts;
  return { results, run: count, passed, faults };
}

const SUMMARY = /^<- summary for `\w+': of (\d+) tests run: (\d+) passed/;
