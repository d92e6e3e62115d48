/**
 * A small sample of rules in other calendars with a fixed seed; `deno task
 * fuzz` tries more.
 *
 * @module
 */

import assert from "node:assert/strict";
import { noFindings } from "./compare.ts";
import { createRandom } from "./random_rules.ts";
import { CALENDARS, compareRscales } from "./rscale.ts";

Deno.test("startsBetween() agrees with the plain reading of RFC 7529 in eight calendars", () => {
  const findings = noFindings();
  compareRscales(createRandom(7529), 40, findings);
  assert.deepEqual(findings.wrong, []);
  assert.equal(findings.compared, 40 * CALENDARS.length);
  assert.ok(findings.starts > 10_000);
});
