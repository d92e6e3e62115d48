/**
 * Others who know zones, in this process: the runtime's `Temporal`, ical.js,
 * and the server's own reading of what it wrote.
 *
 * @module
 */

import ICAL from "ical.js";
import { zoneOfText } from "../../src/calendar/zones/vtimezone.ts";
import { CORRECTIONS } from "../../src/calendar/zones/zone_corrections.ts";
import type { Zone } from "../../src/calendar/zones/zones.ts";
import {
  calendarOf,
  type Findings,
  type Questions,
  SPAN,
} from "./questions.ts";

/** A change of offset as one line: `2026-03-29T01:00:00.000Z 7200`. */
export function describeChange(at: number, offset: number): string {
  return `${new Date(at).toISOString()} ${offset / 1000}`;
}

/** Changes of a zone's offset within the span. */
export function changesOfSpan(zone: Zone): string[] {
  return zone.transitions(SPAN.from, SPAN.until)
    .map(({ at, offset }) => describeChange(at, offset));
}

/** True where the runtime's own data are not believed. */
function isCorrected(id: string, at: number): boolean {
  return CORRECTIONS.some(({ zones, from, until = Infinity }) =>
    zones.includes(id) && at >= from && at <= until
  );
}

/** Compares every change of offset with those that `Temporal` knows, which finds them in ICU's tables and not by asking for offsets. */
export function compareWithTemporal(
  id: string,
  zone: Zone,
  findings: Findings,
): void {
  const theirs: string[] = [];
  let next = Temporal.Instant.fromEpochMilliseconds(SPAN.from - 1)
    .toZonedDateTimeISO(id).getTimeZoneTransition("next");
  while (next !== null && next.epochMilliseconds < SPAN.until) {
    const { epochMilliseconds: at, offsetNanoseconds } = next;
    if (!isCorrected(id, at)) {
      theirs.push(describeChange(at, offsetNanoseconds / 1e6));
    }
    next = next.getTimeZoneTransition("next");
  }
  const ours = zone.transitions(SPAN.from, SPAN.until)
    .filter(({ at }) => !isCorrected(id, at))
    .map(({ at, offset }) => describeChange(at, offset));
  compareChanges(id, { ours, theirs }, findings);
}

/** Notes the changes that only one of two lists has. */
export function compareChanges(
  id: string,
  { ours, theirs }: {
    readonly ours: readonly string[];
    readonly theirs: readonly string[];
  },
  findings: Findings,
): void {
  findings.checked += ours.length;
  const [own, other] = [new Set(ours), new Set(theirs)];
  for (const each of ours) {
    if (!other.has(each)) findings.differences.push(`${id}: only we ${each}`);
  }
  for (const each of theirs) {
    if (!own.has(each)) findings.differences.push(`${id}: only they ${each}`);
  }
}

/** Offsets as ical.js reads them from the VTIMEZONE, in milliseconds. It keeps no seconds of an offset: they are those of the zone. */
export function readByIcalJs({ id, zone, text, times }: Questions): number[] {
  const component = new ICAL.Component(ICAL.parse(text));
  const reader = new ICAL.Timezone({ component, tzid: id });
  return times.map((civil) => {
    const date = new Date(civil);
    const time = new ICAL.Time({
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      hour: date.getUTCHours(),
      minute: date.getUTCMinutes(),
      second: date.getUTCSeconds(),
      isDate: false,
    }, reader);
    return reader.utcOffset(time) * 1000 + zone.offsetOf(civil) % 60_000;
  });
}

/** Offsets as the server reads them from its own VTIMEZONE, when it does not know the name. */
export function readByOurselves({ id, text, times }: Questions): number[] {
  const nameless = text.replace(`TZID:${id}`, `TZID:Not ${id}`);
  const zone = zoneOfText(calendarOf(nameless));
  return times.map((civil) => zone?.offsetOf(civil) ?? NaN);
}
