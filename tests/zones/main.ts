/**
 * All that is held against zones, to the end: `deno task zones`. Beside what
 * runs with the other tests, Python is asked, which is installed first.
 */

import { zoneNames } from "../../src/calendar/zones/zone_names.ts";
import { ZONE_DATA_VERSION } from "../../src/calendar/zones/zone_corrections.ts";
import { zoneByName } from "../../src/calendar/zones/zones.ts";
import { requirePython } from "../interop/install.ts";
import { print } from "../interop/report.ts";
import {
  compareOffsets,
  type Findings,
  noFindings,
  questionsOf,
} from "./questions.ts";
import { comparePython } from "./python.ts";
import {
  compareWithTemporal,
  readByIcalJs,
  readByOurselves,
} from "./readers.ts";

const INSTANTS = 1000;

let failed = false;

function report(what: string, { checked, differences }: Findings): void {
  print(`${what}: ${checked} compared, ${differences.length} differ`);
  for (const line of differences.slice(0, 20)) print(`  ${line}`);
  if (checked === 0 || differences.length > 0) failed = true;
}

const names = zoneNames();
print(`${names.length} zones, data of the runtime: ${ZONE_DATA_VERSION}`);
const temporal = noFindings();
for (const id of names) {
  const zone = zoneByName(id);
  if (zone !== undefined) compareWithTemporal(id, zone, temporal);
}
report("changes of offset from 1970 to 2037, and Temporal's", temporal);

for (const history of [false, true]) {
  const from = history ? "with all history" : "from 1970 on";
  const [icalJs, own] = [noFindings(), noFindings()];
  names.forEach((id, n) => {
    const options = { seed: n + 1, count: INSTANTS, history };
    const questions = questionsOf(id, options);
    compareOffsets(questions, readByIcalJs(questions), icalJs);
    compareOffsets(questions, readByOurselves(questions), own);
  });
  report(`VTIMEZONEs ${from}, read by ical.js`, icalJs);
  report(`VTIMEZONEs ${from}, read by the server`, own);
}

const bin = await requirePython();
const home = await Deno.makeTempDir({ prefix: "kalends-zones-" });
try {
  const python = await comparePython(bin, { home, count: INSTANTS });
  report(`VTIMEZONEs, read by icalendar ${python.icalendar}`, python.reading);
  report(
    `changes of offset from 1970 to 2037, and those of IANA ${python.iana}`,
    python.changes,
  );
} finally {
  await Deno.remove(home, { recursive: true });
}
Deno.exit(failed ? 1 : 0);
