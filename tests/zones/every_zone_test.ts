import assert from "node:assert/strict";
import { zoneNames } from "../../src/calendar/zones/zone_names.ts";
import { zoneByName } from "../../src/calendar/zones/zones.ts";
import {
  compareOffsets,
  noFindings,
  type Questions,
  questionsOf,
} from "./questions.ts";
import {
  compareWithTemporal,
  readByIcalJs,
  readByOurselves,
} from "./readers.ts";

Deno.test("every change of offset of every zone from 1970 to 2037 is where the runtime's Temporal has it", () => {
  const findings = noFindings();
  for (const id of zoneNames()) {
    const zone = zoneByName(id);
    assert.equal(zone?.id, id);
    if (zone !== undefined) compareWithTemporal(id, zone, findings);
  }
  assert.deepEqual(findings.differences, []);
  assert.ok(findings.checked > 15_000, `${findings.checked} changes`);
});

const READERS: [string, (questions: Questions) => readonly number[]][] = [
  ["ical.js", readByIcalJs],
  ["the server itself", readByOurselves],
];

for (const [name, read] of READERS) {
  Deno.test(`the VTIMEZONE of every zone says to ${name} what the zone is at 1,000 instants`, () => {
    const findings = noFindings();
    zoneNames().forEach((id, n) => {
      const options = { seed: n + 1, count: 1000, history: n % 2 === 0 };
      const questions = questionsOf(id, options);
      compareOffsets(questions, read(questions), findings);
    });
    assert.deepEqual(findings.differences, []);
    assert.ok(findings.checked >= 440_000, `${findings.checked} instants`);
  });
}
