import assert from "node:assert/strict";
import { PLANTED_BUGS } from "./bugs.ts";
import { runSeed } from "./seed.ts";

/** Seeds in which a planted bug has to show. */
const SEEDS = 300;

for (const bug of PLANTED_BUGS) {
  Deno.test(`the model test finds a planted bug: ${bug.name}`, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const wrong = await runSeed(seed, bug.options);
      // It may show in other ways too, before it shows in this one.
      if (wrong.some((one) => bug.shows.test(one))) return;
    }
    assert.fail(`It did not show in ${SEEDS} seeds`);
  });
}
