import assert from "node:assert/strict";
import { readLitmus } from "./clients/litmus.ts";

const GOOD = `-> running \`http':
 0. init.................. \r 0. init.................. pass
 1. begin................. pass
<- summary for \`http': of 2 tests run: 2 passed, 0 failed. 100.0%
`;

Deno.test("readLitmus() takes the last state of each line", () => {
  const { results, run, passed, faults } = readLitmus(GOOD);
  assert.deepEqual(results, [
    { name: "init", verdict: "pass" },
    { name: "begin", verdict: "pass" },
  ]);
  assert.deepEqual([run, passed], [2, 2]);
  assert.deepEqual(faults, []);
});

Deno.test("readLitmus() lets no failure or warning pass", () => {
  const { results, faults } = readLitmus(` 0. init.................. pass
 5. put_no_parent......... WARNING: MKCOL with missing intermediate gave 403
    ...................... pass (with 1 warning)
 6. delete................ FAIL (DELETE gave 500)
 7. move.................. SKIPPED
-> 1 warning was issued.
`);
  assert.deepEqual(results.map(({ verdict }) => verdict), [
    "pass",
    "WARNING: MKCOL with missing intermediate gave 403",
    "FAIL (DELETE gave 500)",
    "SKIPPED",
  ]);
  assert.deepEqual(faults.map((line) => line.trim()), [
    "5. put_no_parent......... WARNING: MKCOL with missing intermediate gave 403",
    "...................... pass (with 1 warning)",
    "6. delete................ FAIL (DELETE gave 500)",
    "7. move.................. SKIPPED",
    "-> 1 warning was issued.",
  ]);
});

Deno.test("readLitmus() reads a name that leaves no room for dots", () => {
  const { results, faults } = readLitmus("22. fail_cond_put_unlocked pass\n");
  assert.deepEqual(results, [
    { name: "fail_cond_put_unlocked", verdict: "pass" },
  ]);
  assert.deepEqual(faults, []);
});

Deno.test("readLitmus() counts nothing where litmus did not end", () => {
  assert.equal(readLitmus(" 0. init.................. pass\n").run, 0);
});
