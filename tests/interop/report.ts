/** What a run did: one row for each step of each client. */

/** One thing that a client did, and how it went. */
export interface Step {
  /** Name of the client's row in the table of clients. */
  readonly client: string;
  /** What was done, in a few words. */
  readonly what: string;
  /** Whether it went as it must. */
  readonly ok: boolean;
  /** For a failure: what was expected and what came; may span lines. */
  readonly detail: string;
}

/** Collects the steps of one client. */
export interface Recorder {
  /**
   * Runs a step and records it; a failure is recorded and the session goes
   * on. Answers whether it passed.
   */
  check(what: string, body: () => unknown): Promise<boolean>;
  /** Like `check`, but a failure ends the session; answers the body's value. */
  must<Value>(
    what: string,
    body: () => Value | Promise<Value>,
  ): Promise<Value>;
  /** Records a step that another program has judged. */
  add(what: string, ok: boolean, detail?: string): void;
}

/** Thrown by `must` after the failure was recorded: the session ends here. */
export class SessionEnded extends Error {}

/** Makes a recorder that appends to `steps` and prints each failure at once. */
export function createRecorder(client: string, steps: Step[]): Recorder {
  function add(what: string, ok: boolean, detail = ""): void {
    steps.push({ client, what, ok, detail });
    if (!ok) print(`FAILED ${client}: ${what}\n${indent(detail, 3)}`);
  }
  return {
    add,
    async check(what, body) {
      try {
        await body();
      } catch (error) {
        add(what, false, describe(error));
        return false;
      }
      add(what, true);
      return true;
    },
    async must(what, body) {
      let value;
      try {
        value = await body();
      } catch (error) {
        add(what, false, `${describe(error)}\n(its session ended here)`);
        throw new SessionEnded(what);
      }
      add(what, true);
      return value;
    },
  };
}

/** Errors that speak of a program or an answer, not of this suite's code. */
const EXPECTED_ERRORS = ["AssertionError", "CommandFailed", "ProgramsMissing"];

/** The message of whatever was thrown, without a stack for failed assertions. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return EXPECTED_ERRORS.includes(error.name)
    ? error.message
    : error.stack ?? error.message;
}

/** Prints the table of what was done and the closing line; answers the failures. */
export function printReport(steps: readonly Step[]): number {
  const width = Math.max(6, ...steps.map((step) => step.client.length));
  print("");
  print(`${"client".padEnd(width)}  result  what was done`);
  print(`${"-".repeat(width)}  ------  -------------`);
  for (const step of steps) {
    const result = step.ok ? "ok    " : "FAILED";
    print(`${step.client.padEnd(width)}  ${result}  ${step.what}`);
  }
  const failed = steps.filter((step) => !step.ok);
  if (failed.length > 0) {
    print("\nFailures:");
    for (const step of failed) {
      print(`${step.client}: ${step.what}\n${indent(step.detail, 200)}`);
    }
  }
  print(`\n${steps.length - failed.length} passed, ${failed.length} failed`);
  return failed.length;
}

/** Writes one line to standard output. */
export function print(line: string): void {
  const bytes = new TextEncoder().encode(`${line}\n`);
  for (let at = 0; at < bytes.length;) {
    at += Deno.stdout.writeSync(bytes.subarray(at));
  }
}

function indent(text: string, most: number): string {
  const lines = text.trimEnd().split("\n");
  const shown = lines.slice(0, most).map((line) => `    ${line}`);
  if (lines.length > most) shown.push(`    ... ${lines.length - most} more`);
  return shown.join("\n");
}
