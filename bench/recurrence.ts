/**
 * Runs the bench of the recurrence engine and prints how many times faster it
 * is than each of the others; `deno task bench:recurrence`.
 *
 * @module
 */

import { CONTESTANTS, OURS } from "./recurrence_contestants.ts";
import { QUESTIONS } from "./recurrence_questions.ts";
import { type BenchOutput, ratioTable } from "./recurrence_table.ts";

async function main(): Promise<void> {
  const file = new URL("./recurrence_bench.ts", import.meta.url);
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["bench", "--allow-all", "--quiet", "--json", file.pathname],
    stdout: "piped",
    stderr: "inherit",
  }).output();
  if (code !== 0) Deno.exit(code);
  const output = JSON.parse(new TextDecoder().decode(stdout)) as BenchOutput;
  const goals = new Map(
    QUESTIONS.flatMap(({ name, goal }) =>
      goal === undefined ? [] : [[`${name}, from what is held`, goal]]
    ),
  );
  const lines = [
    ratioTable(output, { ours: OURS, goals }),
    "What is held between two questions:",
    ...CONTESTANTS.map(({ name, holds }) => `- ${name}: ${holds}`),
    "",
  ];
  await Deno.stdout.write(new TextEncoder().encode(lines.join("\n")));
}

await main();
