import { testSeeds } from "./gate.ts";

Deno.test("the store agrees with the sequential model: two stacks beside each other, 1,000 seeds", async () => {
  await testSeeds("shared");
});
