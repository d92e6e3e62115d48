/**
 * Long comparison of recurrence with other programs (whole sets, with zones,
 * RDATEs, EXDATEs and overrides), with the plain reading of the RFC, and of
 * its seek with a walk, and of the time index with a look at every object;
 * `deno task fuzz`. Options: --rules=200000, --dateutil=20000,
 * --calendars=1000, --seed=1.
 *
 * @module
 */

import { parseArgs } from "node:util";
import {
  compareWithPlain,
  compareWithWalk,
  type Findings,
  noFindings,
} from "./compare.ts";
import { compareIndex, noIndexFindings } from "./compare_index.ts";
import { compareWithDateutil, compareWithTemporal } from "./compare_sets.ts";
import { findPython } from "./dateutil.ts";
import { createRandom } from "./random_rules.ts";
import { compareRscales } from "./rscale.ts";

const { values } = parseArgs({
  options: {
    rules: { type: "string", default: "200000" },
    dateutil: { type: "string", default: "20000" },
    calendars: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
  },
});
const rules = Number(values.rules);

/** Rules that are read plainly: that is slow. */
const PLAIN = 3_000;

const seed = Number(values.seed);

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

let failed = false;

function report(name: string, findings: Findings): void {
  const { compared, givenUp, tooMuch, starts, explained, wrong } = findings;
  print(
    `${name}: ${compared} compared (${starts} starts), ${givenUp} given up by the other side, ${tooMuch} beyond the bound on work`,
  );
  for (const [reason, count] of explained) print(`  ${count} × ${reason}`);
  print(`  ${wrong.length} not explained`);
  for (const line of wrong.slice(0, 20)) print(`    ${line}`);
  if (wrong.length > 0) failed = true;
}

const walk = noFindings();
compareWithWalk(createRandom(seed), rules, walk);
report("seek against walk", walk);

const index = noIndexFindings();
compareIndex(createRandom(seed + 4), Number(values.calendars), index);
const { asked, matched, candidates, passedOver, wrong } = index;
print(
  `index against a look at every object: ${asked} asked, ${matched} matched, ${candidates} candidates, ${passedOver} series passed over by their days`,
);
print(`  ${wrong.length} lost`);
for (const line of wrong.slice(0, 20)) print(`    ${line}`);
if (wrong.length > 0) failed = true;

const python = await findPython({ install: true });
if (Number(values.dateutil) === 0) {
  print("python-dateutil: not asked for");
} else if (python === undefined) {
  print("python-dateutil: skipped, there is no Python with it");
} else {
  const findings = noFindings();
  const count = Number(values.dateutil);
  await compareWithDateutil(createRandom(seed + 2), count, {
    python,
    findings,
  });
  report("python-dateutil", findings);
}

const temporal = noFindings();
compareWithTemporal(createRandom(seed + 3), rules, temporal);
report("rrule-temporal", temporal);

const plain = noFindings();
compareWithPlain(createRandom(seed + 1), Math.min(rules, PLAIN), plain);
report("plain reading of the RFC", plain);

const rscale = noFindings();
compareRscales(createRandom(seed + 4), Math.min(rules, PLAIN) / 2, rscale);
report("plain reading of RFC 7529, by calendars", rscale);

if (failed) Deno.exitCode = 1;
