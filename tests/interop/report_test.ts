import assert from "node:assert/strict";
import { assertSameBytes } from "./files.ts";
import { createRecorder, SessionEnded, type Step } from "./report.ts";
import { runInterop } from "./run.ts";

Deno.test("check() records a failure and lets the session go on", async () => {
  const steps: Step[] = [];
  const recorder = createRecorder("test client", steps);
  assert.equal(await recorder.check("first", () => {}), true);
  assert.equal(
    await recorder.check("second", () => assert.fail("not equal")),
    false,
  );
  assert.deepEqual(steps.map(({ what, ok }) => [what, ok]), [
    ["first", true],
    ["second", false],
  ]);
  assert.equal(steps[1]?.detail, "not equal");
});

Deno.test("must() answers a value, or records and ends the session", async () => {
  const steps: Step[] = [];
  const recorder = createRecorder("test client", steps);
  assert.equal(await recorder.must("first", () => 7), 7);
  await assert.rejects(
    recorder.must("second", () => assert.fail("missing")),
    SessionEnded,
  );
  assert.match(steps[1]?.detail ?? "", /missing/);
  assert.equal(steps[1]?.ok, false);
});

Deno.test("assertSameBytes() sees one byte, a cut and an addition", () => {
  const bytes = new TextEncoder().encode("abc\r\n");
  assertSameBytes(bytes, "abc\r\n", "same");
  for (const other of ["abx\r\n", "abc\r", "abc\n", "abc\r\n\n"]) {
    assert.throws(() => assertSameBytes(bytes, other, "other"), /different/);
  }
});

Deno.test("runInterop() refuses a client that it does not know", async () => {
  assert.equal(await runInterop(["outlook"]), 2);
});
