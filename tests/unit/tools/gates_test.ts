import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import {
  formatReport,
  hasCode,
  parseLcov,
  percentOf,
} from "../../../tools/coverage.ts";
import { chooseGates, formatResults, GATES } from "../../../tools/ok.ts";

Deno.test("chooseGates() runs all gates, or all but those skipped", () => {
  assert.deepEqual(chooseGates([]), [...GATES]);
  const rest = chooseGates(["--skip=test", "--skip=lint"]);
  assert.deepEqual(
    rest,
    GATES.filter((gate) => gate !== "test" && gate !== "lint"),
  );
});

Deno.test("chooseGates() refuses a gate that it does not know", () => {
  assert.throws(() => chooseGates(["--skip=tset"]), /Cannot understand/);
  assert.throws(() => chooseGates(["test"]), /Cannot understand/);
});

Deno.test("every gate is a task of deno.json", () => {
  const { tasks } = JSON.parse(readFileSync("deno.json", "utf8"));
  for (const gate of GATES) assert.equal(typeof tasks[gate], "string", gate);
});

Deno.test("formatResults() counts and names what failed", () => {
  const text = formatResults([
    { gate: "lint", passed: true, seconds: 1 },
    { gate: "test", passed: false, seconds: 2 },
  ]);
  assert.match(text, /^ok {5}lint/);
  assert.match(text, /FAILED test/);
  assert.match(text, /gates: 1 passed, 1 failed$/);
});

const LCOV = `SF:/p/src/store/a.ts
DA:1,3
DA:2,0
LF:2
end_of_record
SF:/p/src/text/b.ts
DA:1,1
DA:5,2
end_of_record
SF:/elsewhere/c.ts
DA:1,0
end_of_record
`;

Deno.test("parseLcov() counts lines and leaves files outside out", () => {
  assert.deepEqual(parseLcov(LCOV, "/p/"), [
    { file: "src/store/a.ts", lines: 2, hit: 1 },
    { file: "src/text/b.ts", lines: 2, hit: 2 },
  ]);
});

Deno.test("percentOf() weighs files by their lines, and gives 0 for nothing", () => {
  assert.equal(percentOf(parseLcov(LCOV, "/p/")), 75);
  assert.equal(percentOf([]), 0);
});

Deno.test("formatReport() names files below the floor and files never loaded", () => {
  const text = formatReport(parseLcov(LCOV, "/p/"), ["src/xml/d.ts"]);
  assert.match(text, /50\.0 % src\/store\/a\.ts \(1\/2\)/);
  assert.doesNotMatch(text, /src\/text\/b\.ts/);
  assert.match(text, /no test loads src\/xml\/d\.ts/);
  assert.match(text, /lines: 75\.0 %/);
});

Deno.test("hasCode() tells code from types", () => {
  assert.equal(hasCode("export function a() {}"), true);
  assert.equal(hasCode("const A = 1;"), true);
  assert.equal(hasCode("export interface A {\n  b: string;\n}"), false);
});
