/**
 * What is made of calendar objects that break the rules.
 *
 * @module
 */

import assert from "node:assert/strict";
import { createBusyTime } from "../../../src/calendar/busy/busy.ts";
import { matchesFilter } from "../../../src/calendar/filter.ts";
import { parseCalendar } from "../../../src/calendar/parse.ts";
import { occurrences } from "../../../src/calendar/recurrence/recurrence.ts";
import { checkCalendarObject } from "../../../src/calendar/validate.ts";
import { zonesOf } from "../../../src/calendar/zones/vtimezone.ts";
import { UTC, type Zone } from "../../../src/calendar/zones/zones.ts";
import { addBusy, eventLines, objectOf, todoLines } from "./objects.ts";

/** Starts and lengths of an object's instances in 2026, after it was taken as a PUT would: "0302T10", "0302T10+2" for two hours. */
export function happens(bytes: Uint8Array, zone: Zone = UTC): string[] {
  const checked = checkCalendarObject(bytes);
  assert.ok(checked.ok, JSON.stringify(checked));
  const parsed = parseCalendar(bytes);
  assert.ok(parsed.ok);
  const { calendar } = parsed;
  const components = calendar.root.components.filter(({ name }) =>
    name === "VEVENT" || name === "VTODO"
  );
  const year = { start: Date.UTC(2026, 0, 1), end: Date.UTC(2027, 0, 1) };
  const context = { zones: zonesOf(calendar), floating: zone };
  return occurrences(components, year, context).instances.map((one) => {
    const start = new Date(one.start).toISOString().slice(5, 16)
      .replace("-", "").replace(/:00$/, "");
    const hours = (one.end - one.start) / 3_600_000;
    return hours === 0 ? start : `${start}+${hours}`;
  });
}

/** An object of one event. */
export function event(...lines: string[]): Uint8Array {
  return objectOf(...eventLines(...lines));
}

/** An object of one task. */
export function task(...lines: string[]): Uint8Array {
  return objectOf(...todoLines(...lines));
}

/** Lines with these ends. */
export function encode(lines: readonly string[], end: string): Uint8Array {
  return new TextEncoder().encode(lines.map((line) => line + end).join(""));
}

/** Whether an alarm of an object goes off at an instant of 2026. */
export function rings(bytes: Uint8Array, time: string): boolean {
  const parsed = parseCalendar(bytes);
  assert.ok(parsed.ok && checkCalendarObject(bytes).ok);
  const start = Date.parse(`2026-${time}:00Z`);
  const alarm = { name: "VALARM", timeRange: { start, end: start + 1000 } };
  return ["VEVENT", "VTODO"].some((name) =>
    matchesFilter(parsed.calendar, {
      name: "VCALENDAR",
      components: [{ name, components: [alarm] }],
    }, { zone: UTC })
  );
}

/** Hours of 2 March 2026 at which an object makes somebody busy. */
export function busy(bytes: Uint8Array, zone: Zone = UTC): number[][] {
  const parsed = parseCalendar(bytes);
  assert.ok(parsed.ok && checkCalendarObject(bytes).ok);
  const day = Date.UTC(2026, 2, 2);
  const time = createBusyTime({ start: day, end: day + 86_400_000 });
  assert.ok(addBusy(time, parsed.calendar, { zone, budget: { steps: 1000 } }));
  return time.periods().map(({ start, end }) =>
    [start, end].map((at) => (at - day) / 3_600_000)
  );
}

/** What is tried for each row, by the words that its first column begins with. */
export type Probes = Readonly<Record<string, () => void>>;

/** First columns of a section's table. */
function rowsOf(document: string, section: string): string[] {
  const [, rest = ""] = document.split(`\n## ${section}\n`);
  const [table = ""] = rest.split("\n## ");
  return table.split("\n").filter((line) => line.startsWith("| "))
    .map((line) => line.split("|")[1]?.trim() ?? "").slice(2);
}

const DOCUMENT = await Deno.readTextFile(
  new URL("../../../docs/leniencies.md", import.meta.url),
);

/** Tests each probe, and that the table and the probes name the same. */
export function testLeniencies(section: string, probes: Probes): void {
  Deno.test(`docs/leniencies.md and its probes name the same: ${section}`, () => {
    const rows = rowsOf(DOCUMENT, section);
    assert.ok(rows.length > 5);
    const keys = Object.keys(probes);
    const untried = rows.filter((row) =>
      !keys.some((key) => row.startsWith(key))
    );
    assert.deepEqual(untried, [], "rows without a probe: add one here");
    const unlisted = keys.filter((key) =>
      !rows.some((row) => row.startsWith(key))
    );
    assert.deepEqual(unlisted, [], "probes without a row");
  });
  for (const [key, probe] of Object.entries(probes)) {
    Deno.test(`leniency: ${key}`, probe);
  }
}
