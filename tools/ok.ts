/**
 * Runs every gate that a change must pass, one after the other, and says at the
 * end which failed. Each gate is a task of its own in deno.json.
 *
 * Run as `deno task ok`; `deno task ok --skip=test` leaves gates out.
 *
 * @module
 */

/** The gates in the order of how fast they find something. */
export const GATES = [
  "fmt:check",
  "lint",
  "check",
  "lint:docs",
  "lint:imports",
  "conformance",
  "test:doc",
  "test",
] as const;

/** What became of one gate. */
export interface GateResult {
  /** Its task. */
  readonly gate: string;
  /** Whether it passed. */
  readonly passed: boolean;
  /** How long it took, in seconds. */
  readonly seconds: number;
}

/** The gates to run, in order; throws where `--skip` names none of them. */
export function chooseGates(args: readonly string[]): string[] {
  const skipped = new Set<string>();
  for (const arg of args) {
    const gate = /^--skip=(.+)$/.exec(arg)?.[1];
    if (gate === undefined || !GATES.some((known) => known === gate)) {
      throw new Error(
        `Cannot understand "${arg}": expected --skip= and one of ` +
          GATES.join(", "),
      );
    }
    skipped.add(gate);
  }
  return GATES.filter((gate) => !skipped.has(gate));
}

/** A line for each gate, then the counts. */
export function formatResults(results: readonly GateResult[]): string {
  const lines = results.map(({ gate, passed, seconds }) =>
    `${passed ? "ok    " : "FAILED"} ${gate} (${seconds} s)`
  );
  const failed = results.filter(({ passed }) => !passed).length;
  lines.push(
    `gates: ${results.length - failed} passed, ${failed} failed`,
  );
  return lines.join("\n");
}

async function runGate(gate: string): Promise<GateResult> {
  const start = Date.now();
  write(`\n== ${gate}\n`);
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", gate],
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  const seconds = Math.round((Date.now() - start) / 1000);
  return { gate, passed: success, seconds };
}

function write(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}

if (import.meta.main) {
  const results: GateResult[] = [];
  for (const gate of chooseGates(Deno.args)) results.push(await runGate(gate));
  write(`\n${formatResults(results)}\n`);
  if (results.some(({ passed }) => !passed)) Deno.exit(1);
}
