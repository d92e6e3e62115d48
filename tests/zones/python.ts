/**
 * Asks Python about every zone: icalendar what the VTIMEZONE says, and
 * zoneinfo what the newest copy of the IANA database has.
 *
 * @module
 */

import assert from "node:assert/strict";
import { zoneNames } from "../../src/calendar/zones/zone_names.ts";
import { run } from "../interop/process.ts";
import {
  calendarOf,
  compareOffsets,
  type Findings,
  noFindings,
  type Questions,
  questionsOf,
  SPAN,
} from "./questions.ts";
import { changesOfSpan, compareChanges, describeChange } from "./readers.ts";

/** Corrections of one day in the past that IANA made after the runtime's data, and that nobody has a calendar of. */
const FORGIVEN: readonly string[] = [
  "America/Bogota: only we 1992-05-03T05:00:00.000Z -14400",
  "America/Bogota: only they 1992-05-02T05:00:00.000Z -14400",
  "Asia/Tehran: only we 1979-05-26T20:30:00.000Z 16200",
  "Asia/Tehran: only they 1979-05-25T20:30:00.000Z 16200",
];

/** What Python said. */
export interface PythonFindings {
  /** Version of icalendar. */
  readonly icalendar: string;
  /** Version of the IANA database that Python has. */
  readonly iana: string;
  /** Its reading of our VTIMEZONEs. */
  readonly reading: Findings;
  /** Changes of offset, ours beside those of the database. */
  readonly changes: Findings;
}

/** Asks about all zones, at so many instants each; `bin` is the folder of a Python with the packages of tests/interop/requirements.txt. */
export async function comparePython(
  bin: string,
  options: { readonly home: string; readonly count: number },
): Promise<PythonFindings> {
  const asked = zoneNames().map((id, n) =>
    questionsOf(id, {
      seed: n + 1,
      count: options.count,
      history: n % 2 === 1,
    })
  );
  const script = new URL("zone_reader.py", import.meta.url).pathname;
  const { stdout } = await run([`${bin}/python`, script], {
    home: options.home,
    input: asked.map((each) => `${JSON.stringify(question(each))}\n`).join(""),
    seconds: 400,
  });
  const [about = "{}", ...lines] = stdout.trimEnd().split("\n");
  assert.equal(lines.length, asked.length);
  const reading = noFindings();
  const changes = noFindings();
  asked.forEach((each, n) => {
    const answer: unknown = JSON.parse(lines[n] ?? "null");
    const offsets = numbersOf(answer, "offsets").map((one) => one * 1000);
    compareOffsets(each, offsets, reading);
    const theirs = pairsOf(answer).map(([at, offset]) =>
      describeChange(at * 1000, offset * 1000)
    );
    const ours = changesOfSpan(each.zone);
    compareChanges(each.id, { ours, theirs }, changes);
  });
  const versions = JSON.parse(about) as Record<string, string>;
  return {
    icalendar: versions["icalendar"] ?? "",
    iana: versions["iana"] ?? "",
    reading,
    changes: {
      checked: changes.checked,
      differences: changes.differences.filter((one) => !FORGIVEN.includes(one)),
    },
  };
}

function question({ id, text, times }: Questions): Record<string, unknown> {
  return {
    id,
    span: [SPAN.from / 1000, SPAN.until / 1000],
    text: calendarOf(text),
    times: times.map((each) => each / 1000),
  };
}

function numbersOf(answer: unknown, name: string): number[] {
  const list = (answer as Record<string, unknown> | null)?.[name];
  assert.ok(
    Array.isArray(list) && list.every((one) => typeof one === "number"),
  );
  return list as number[];
}

function pairsOf(answer: unknown): [at: number, offset: number][] {
  const list = (answer as { changes?: unknown } | null)?.changes;
  assert.ok(Array.isArray(list));
  return list as [number, number][];
}
