import { testSeeds } from "./gate.ts";

Deno.test("the store agrees with the sequential model: one owner, 1,000 seeds", async () => {
  await testSeeds("owner");
});
