/**
 * When a zone's offset changes, as its table says it for the past and as
 * yearly rules for as long as they last.
 *
 * @module
 */

import { modulo, weekdayOf, yearOf } from "../recurrence/civil_days.ts";
import { civilFromFields, DAY, daysInMonth } from "../dates.ts";
import { WEEKDAYS } from "../recurrence/rule.ts";
import { LAST_INSTANT } from "./zone_offsets.ts";
import type { Zone } from "./zones.ts";

/** A change of offset. */
export interface Onset {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Milliseconds east of UTC until then. */
  readonly from: number;
  /** Milliseconds east of UTC from then on. */
  readonly to: number;
}

/** A change of offset that comes every year, without an end. */
export interface YearlyRule {
  /** The first year from which on it comes every year. */
  readonly since: number;
  /** The change in a year. */
  readonly onset: (year: number) => Onset;
  /** When it comes, in the wall-clock time before it: the BY parts of a yearly RRULE (RFC 5545 section 3.3.10). */
  readonly parts: string;
}

/** All changes of a zone's offset. */
export interface ZoneChanges {
  /** Those that no yearly rule gives, in ascending order. */
  readonly single: readonly Onset[];
  /** Those that go on. */
  readonly yearly: readonly YearlyRule[];
}

/** The last years of a zone's table: enough of them to have each day of a rule at least once. */
const SAMPLE_YEARS = 28;

/** Years that rules are followed to. */
const MAX_YEAR = 9999;

const kept = new WeakMap<Zone, ZoneChanges>();

/** All changes of a zone's offset; kept as long as the zone is. */
export function changesOf(zone: Zone): ZoneChanges {
  let changes = kept.get(zone);
  if (changes === undefined) kept.set(zone, changes = findChanges(zone));
  return changes;
}

function findChanges(zone: Zone): ZoneChanges {
  const transitions = zone.transitions(-Infinity, Infinity);
  let from = zone.offsetAt(-Infinity);
  const onsets = transitions.map(({ at, offset }): Onset => {
    const onset = { at, from, to: offset };
    from = offset;
    return onset;
  });
  const yearly = findRules(onsets);
  const ruled = new Set<number>();
  for (const { since, onset } of yearly) {
    for (let year = since; year <= MAX_YEAR; year++) {
      const { at } = onset(year);
      if (at >= LAST_INSTANT) break;
      ruled.add(at);
    }
  }
  return { single: onsets.filter(({ at }) => !ruled.has(at)), yearly };
}

/** Changes from an instant on and before another, in ascending order; none after the year 9999. */
export function onsetsBetween(
  { single, yearly }: ZoneChanges,
  { from, until }: { readonly from: number; readonly until: number },
): readonly Onset[] {
  const out = single.filter(({ at }) => at >= from && at < until);
  for (const { since, onset } of yearly) {
    const first = Math.max(since, yearAt(from) - 1);
    for (let year = first; year <= MAX_YEAR; year++) {
      const each = onset(year);
      if (each.at >= until) break;
      if (each.at >= from) out.push(each);
    }
  }
  return out.sort((a, b) => a.at - b.at);
}

/** The change before or at an instant and the one behind it, each undefined where there is none; none after the year 9999. */
export function onsetsAround(
  { single, yearly }: ZoneChanges,
  at: number,
): readonly [Onset | undefined, Onset | undefined] {
  let low = 0;
  let high = single.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((single[middle]?.at ?? Infinity) <= at) low = middle + 1;
    else high = middle;
  }
  let [before, behind] = [single[low - 1], single[low]];
  for (const rule of yearly) {
    const [last, next] = yearlyAround(rule, at);
    if (last && last.at > (before?.at ?? -Infinity)) before = last;
    if (next && next.at < (behind?.at ?? Infinity)) behind = next;
  }
  return [before, behind];
}

function yearlyAround(
  { since, onset }: YearlyRule,
  at: number,
): [Onset | undefined, Onset | undefined] {
  let year = Math.min(MAX_YEAR, Math.max(since, yearAt(at)));
  let next = onset(year);
  let last: Onset | undefined;
  while (next.at <= at) {
    last = next;
    if (year === MAX_YEAR) return [last, undefined];
    next = onset(++year);
  }
  while (last === undefined && year > since) {
    const one = onset(--year);
    if (one.at <= at) last = one;
    else next = one;
  }
  return [last, next];
}

/** The year of a time, -Infinity for -Infinity. */
function yearAt(time: number): number {
  return Number.isFinite(time) ? yearOf(Math.floor(time / DAY)) : time;
}

/** What is the same of one change in all its years, on the wall clock before it. */
interface Pattern {
  readonly from: number;
  readonly to: number;
  /** From 0. */
  readonly month: number;
  /** From Monday 0. */
  readonly weekday: number;
  /** Milliseconds since midnight. */
  readonly time: number;
}

interface Sample {
  readonly pattern: Pattern;
  /** Days of the month that it fell on. */
  readonly days: number[];
}

/** Rules that all changes of the last years follow; none where one of them follows none. */
function findRules(onsets: readonly Onset[]): YearlyRule[] {
  const samples = new Map<string, Sample>();
  const first = civilFromFields(yearAt(LAST_INSTANT) - SAMPLE_YEARS, 1, 1);
  for (const onset of onsets) {
    const civil = onset.at + onset.from;
    if (civil < first) continue;
    const { pattern, day } = patternOf(onset, civil);
    const key = JSON.stringify(pattern);
    const sample = samples.get(key);
    if (sample === undefined) samples.set(key, { pattern, days: [day] });
    else sample.days.push(day);
  }
  const rules: YearlyRule[] = [];
  for (const { pattern, days } of samples.values()) {
    const firstDay = Math.min(...days);
    if (
      days.length !== SAMPLE_YEARS || Math.max(...days) !== firstDay + 6
    ) return [];
    rules.push(ruleOf(pattern, firstDay, onsets));
  }
  return rules;
}

function patternOf(
  { from, to }: Onset,
  civil: number,
): { pattern: Pattern; day: number } {
  const date = new Date(civil);
  const time = modulo(civil, DAY);
  const weekday = weekdayOf(Math.floor(civil / DAY));
  const pattern = { from, to, month: date.getUTCMonth(), weekday, time };
  return { pattern, day: date.getUTCDate() };
}

/** The rule "that weekday, on or after that day of the month" as far back as it held. */
function ruleOf(
  pattern: Pattern,
  firstDay: number,
  onsets: readonly Onset[],
): YearlyRule {
  const { from, to, month, weekday, time } = pattern;
  const onset = (year: number) => {
    const date = civilFromFields(year, month + 1, firstDay);
    const days = modulo(weekday - weekdayOf(Math.floor(date / DAY)), 7);
    return { at: date + days * DAY + time - from, from, to };
  };
  const known = new Set(
    onsets.filter((one) => one.from === from && one.to === to)
      .map(({ at }) => at),
  );
  let since = yearAt(LAST_INSTANT);
  while (known.has(onset(since - 1).at)) since--;
  return { since, onset, parts: partsOf(pattern, firstDay) };
}

function partsOf({ month, weekday }: Pattern, firstDay: number): string {
  const day = WEEKDAYS[weekday] ?? "";
  const parts = `BYMONTH=${month + 1}`;
  // February has no last weekday that is the same days in all years
  if (firstDay + 6 === daysInMonth(2001, month + 1) && month !== 1) {
    return `${parts};BYDAY=-1${day}`;
  }
  if (firstDay % 7 === 1) {
    return `${parts};BYDAY=${(firstDay + 6) / 7}${day}`;
  }
  const days = Array.from({ length: 7 }, (_, n) => firstDay + n).join();
  return `${parts};BYMONTHDAY=${days};BYDAY=${day}`;
}
