// deno-lint-ignore-file camelcase -- the keys of recurrence.json
/**
 * The recurrence facts of the corpus, and whether they hold.
 *
 * @module
 */

import assert from "node:assert/strict";
import { parseDate } from "../../src/calendar/dates.ts";
import { type Calendar, parseCalendarText } from "../../src/calendar/parse.ts";
import {
  type Instance,
  occurrences,
} from "../../src/calendar/recurrence/recurrence.ts";
import { mainComponents } from "../../src/calendar/validate.ts";
import { zonesOf } from "../../src/calendar/zones/vtimezone.ts";
import { UTC, zoneByName } from "../../src/calendar/zones/zones.ts";

/** One entry of `recurrence.json`; the corpus's README says what each key means. */
export interface Fact {
  readonly id: string;
  readonly dtstart?: string;
  readonly timezone?: string;
  readonly rrule?: string;
  readonly exdate?: readonly string[];
  readonly rdate?: readonly string[];
  readonly exrule?: readonly string[];
  readonly file?: string;
  readonly ics?: string;
  readonly expected?: readonly string[];
  readonly complete?: boolean;
  readonly dtstart_in_expected?: boolean;
  readonly range_start?: string;
  readonly range_end?: string;
}

/** All facts of a corpus. */
export function readFacts(folder: string): readonly Fact[] {
  const text = Deno.readTextFileSync(`${folder}recurrence.json`);
  return (JSON.parse(text) as { entries: Fact[] }).entries;
}

function epochOfText(text: string, timezone: string | undefined): number {
  const [, tzid, value] = /^(?:TZID=([^:]+):)?(.*)$/.exec(text) ?? [];
  const date = parseDate(value ?? "");
  assert.ok(date, `a fact holds ${text}`);
  const zone = zoneByName(tzid ?? timezone ?? "UTC") ?? UTC;
  return date.kind === "local" ? zone.toEpoch(date.civil) : date.civil;
}

function textOf(fact: Fact, folder: string): string {
  if (fact.ics !== undefined) return fact.ics;
  if (fact.file !== undefined) {
    return new TextDecoder().decode(Deno.readFileSync(folder + fact.file));
  }
  const param = (value: string) =>
    !value.includes("T")
      ? ";VALUE=DATE"
      : fact.timezone === undefined || value.endsWith("Z")
      ? ""
      : `;TZID=${fact.timezone}`;
  const start = fact.dtstart ?? "";
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "BEGIN:VEVENT",
    "UID:1",
    `DTSTART${param(start)}:${start}`,
    `RRULE:${fact.rrule}`,
    ...(fact.exdate ?? []).map((each) => `EXDATE${param(each)}:${each}`),
    ...(fact.rdate ?? []).map((each) => `RDATE${param(each)}:${each}`),
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ].join("\r\n");
}

function starts(calendar: Calendar, fact: Fact): number[] {
  const expected = expectedOf(fact);
  const at = (text: string | undefined) =>
    text === undefined ? null : epochOfText(text, fact.timezone);
  const last = expected.at(-1) ?? null;
  const range = {
    start: at(fact.range_start),
    end: at(fact.range_end) ?? (fact.complete === true ? null : last),
  };
  const { instances } = occurrences(mainComponents(calendar), range, {
    zones: zonesOf(calendar),
    floating: UTC,
    budget: { steps: 20_000 },
  });
  const found = instances.map((each) => startIn(each, fact.timezone))
    .filter((each) => range.start === null || each >= range.start)
    .filter((each) => fact.range_end === undefined || each !== range.end);
  const first = at(fact.dtstart);
  const left = fact.dtstart_in_expected === false && first !== null &&
      !expected.includes(first)
    ? found.filter((each) => each !== first)
    : found;
  return left;
}

/**
 * Where the object's zone is one of its own, the wall-clock time is what the
 * fact's local times mean: they are those of the instance, not of an instant.
 */
function startIn(
  { start, moment }: Instance,
  timezone: string | undefined,
): number {
  const { zone, civil } = moment;
  const other = zone !== undefined && timezone !== undefined &&
    zone.id !== zoneByName(timezone)?.id;
  return other ? zoneByName(timezone)?.toEpoch(civil) ?? start : start;
}

function expectedOf(fact: Fact): number[] {
  return (fact.expected ?? []).map((each) => epochOfText(each, fact.timezone));
}

/** Whether a fact holds; `counted`: with so many added to its COUNT. */
export function holds(
  fact: Fact,
  folder: string,
  { counted = 0 }: { readonly counted?: number } = {},
): boolean {
  const text = textOf(fact, folder).replaceAll(
    /(?<=COUNT=)\d+/g,
    (count) => `${Number(count) + counted}`,
  );
  const parsed = parseCalendarText(text);
  const found = parsed.ok ? starts(parsed.calendar, fact) : undefined;
  return JSON.stringify(found) === JSON.stringify(expectedOf(fact));
}
