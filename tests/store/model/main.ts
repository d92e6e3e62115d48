/**
 * `deno task model [SEEDS [FIRST]]`: the model test on many seeds, 100,000 by
 * default, half of them with one owner. Prints the seeds in which something
 * went wrong, with the command that runs one of them again.
 *
 * @module
 */

import { optionsOf } from "./gate.ts";
import { runSeed } from "./seed.ts";

const [seeds = 100_000, first = 1] = Deno.args.map(Number);
const encoder = new TextEncoder();

function print(line: string): void {
  Deno.stdout.writeSync(encoder.encode(`${line}\n`));
}

let failed = 0;
for (let seed = first; seed < first + seeds; seed++) {
  const mode = seed % 2 === 0 ? "owner" : "shared";
  // The lowest bit has chosen the mode; the others choose the rest.
  const wrong = await runSeed(seed, optionsOf(seed >> 1, mode));
  if (wrong.length > 0) {
    failed++;
    print(`Seed ${seed} (deno task model 1 ${seed}):\n  ${wrong.join("\n  ")}`);
  }
  if ((seed - first + 1) % 1000 === 0) {
    print(`${seed - first + 1} seeds, ${failed} failed`);
  }
}
print(`${seeds} seeds, ${failed} failed`);
if (failed > 0) Deno.exit(1);
