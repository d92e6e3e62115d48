/**
 * RRULE values, read and checked (RFC 5545 section 3.3.10, RFC 7529). Only a
 * rule that passed here is ever expanded.
 *
 * @module
 */

import { type DateValue, parseDate } from "./dates.ts";

/** Units that a rule repeats by. */
export const FREQUENCIES = [
  "YEARLY",
  "MONTHLY",
  "WEEKLY",
  "DAILY",
  "HOURLY",
  "MINUTELY",
  "SECONDLY",
] as const;

/** The unit that a rule repeats by. */
export type Frequency = typeof FREQUENCIES[number];

/** Weekdays in the order of the ISO week. */
export const WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;

/** A weekday. */
export type Weekday = typeof WEEKDAYS[number];

/** One value of BYDAY. */
export interface ByDay {
  /** Which of them in the month or year, negative from its end; 0: each. */
  readonly nth: number;
  /** The weekday. */
  readonly day: Weekday;
}

/** A checked recurrence rule; lists are empty where the part is absent. */
export interface Rule {
  /** FREQ. */
  readonly freq: Frequency;
  /** INTERVAL, 1 where absent. */
  readonly interval: number;
  /** COUNT. */
  readonly count?: number;
  /** UNTIL. */
  readonly until?: DateValue;
  /** Lists of numbers by their part's name. */
  readonly by: Readonly<Record<NumberPart, readonly number[]>>;
  /** BYDAY. */
  readonly byDay: readonly ByDay[];
  /** WKST, Monday where absent. */
  readonly weekStart: Weekday;
  /** True where RSCALE names another calendar than the Gregorian one: nobody here expands it. */
  readonly foreign: boolean;
  /** SKIP of RFC 7529. */
  readonly skip: "OMIT" | "BACKWARD" | "FORWARD";
}

/** What `parseRule` answers; `message` names the part at fault. */
export type RuleParse =
  | { readonly ok: true; readonly rule: Rule }
  | { readonly ok: false; readonly message: string };

/** Parts that are lists of numbers: the least and greatest size, and whether a value may be negative. */
const NUMBER_PARTS: Readonly<
  Record<NumberPart, readonly [least: number, most: number, signed: boolean]>
> = {
  BYSECOND: [0, 60, false],
  BYMINUTE: [0, 59, false],
  BYHOUR: [0, 23, false],
  BYMONTHDAY: [1, 31, true],
  BYYEARDAY: [1, 366, true],
  BYWEEKNO: [1, 53, true],
  BYMONTH: [1, 12, false],
  BYSETPOS: [1, 366, true],
};

/** A part that is a list of numbers. */
export type NumberPart =
  | "BYSECOND"
  | "BYMINUTE"
  | "BYHOUR"
  | "BYMONTHDAY"
  | "BYYEARDAY"
  | "BYWEEKNO"
  | "BYMONTH"
  | "BYSETPOS";

const SKIPS = ["OMIT", "BACKWARD", "FORWARD"] as const;

/** Values of INTERVAL and COUNT that are still a number to everybody. */
const MAX_NUMBER = 2 ** 31;

/** Reads a rule, or says which part of it cannot be. */
export function parseRule(text: string): RuleParse {
  const parts = new Map<string, string>();
  for (const part of text.trim().toUpperCase().split(";")) {
    // a semicolon at the end is common (Exchange, old Apple)
    if (part.trim() === "") continue;
    const at = part.indexOf("=");
    const name = part.slice(0, at).trim();
    if (at < 1) return fail(`"${part.slice(0, 40)}" is no part of a rule`);
    if (parts.has(name) && parts.get(name) !== part.slice(at + 1).trim()) {
      return fail(`${name} is there twice`);
    }
    parts.set(name, part.slice(at + 1).trim());
  }
  const freq = FREQUENCIES.find((each) => each === parts.get("FREQ"));
  if (freq === undefined) return fail("FREQ is missing or unknown");
  const interval = parseCount(parts.get("INTERVAL") ?? "1");
  if (interval === undefined) return fail("INTERVAL is out of range");
  const by = {} as Record<NumberPart, readonly number[]>;
  for (const name of Object.keys(NUMBER_PARTS) as NumberPart[]) {
    const list = parseNumbers(name, parts.get(name));
    if (list === undefined) return fail(`${name} is out of range`);
    by[name] = list;
  }
  const byDay = parseByDay(parts.get("BYDAY"));
  if (byDay === undefined) return fail("BYDAY is out of range");
  const weekStart = WEEKDAYS.find((day) => day === (parts.get("WKST") ?? "MO"));
  if (weekStart === undefined) return fail("WKST is no weekday");
  const skip = SKIPS.find((each) => each === (parts.get("SKIP") ?? "OMIT"));
  if (skip === undefined) return fail("SKIP is unknown");
  const ends = parseEnds(parts);
  if (typeof ends === "string") return fail(ends);
  const foreign = (parts.get("RSCALE") ?? "GREGORIAN") !== "GREGORIAN";
  return {
    ok: true,
    rule: { freq, interval, by, byDay, weekStart, foreign, skip, ...ends },
  };
}

function fail(message: string): RuleParse {
  return { ok: false, message };
}

function parseCount(text: string): number | undefined {
  if (!/^\d{1,10}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= 1 && value <= MAX_NUMBER ? value : undefined;
}

function parseEnds(
  parts: ReadonlyMap<string, string>,
): { count?: number; until?: DateValue } | string {
  const ends: { count?: number; until?: DateValue } = {};
  const count = parts.get("COUNT");
  if (count !== undefined) {
    const value = parseCount(count);
    if (value === undefined) return "COUNT is out of range";
    ends.count = value;
  }
  const until = parts.get("UNTIL");
  if (until !== undefined) {
    const value = parseDate(until);
    if (value === undefined) return "UNTIL is no date";
    ends.until = value;
  }
  return ends;
}

function parseNumbers(
  name: NumberPart,
  text: string | undefined,
): number[] | undefined {
  if (text === undefined) return [];
  const [least, greatest, signed] = NUMBER_PARTS[name];
  const values = new Set<number>();
  for (const item of text.split(",")) {
    // "L" marks a leap month of another calendar (RFC 7529 section 4.2)
    const match = /^\s*([+-]?)(\d{1,3})(L?)\s*$/.exec(item);
    if (match === null) return undefined;
    const size = Number(match[2]);
    if (match[3] === "L" && name !== "BYMONTH") return undefined;
    if (match[1] === "-" && !signed) return undefined;
    if (size < least || size > greatest) return undefined;
    values.add(match[1] === "-" ? -size : size);
  }
  return [...values];
}

function parseByDay(text: string | undefined): ByDay[] | undefined {
  if (text === undefined) return [];
  const days: ByDay[] = [];
  for (const item of text.split(",")) {
    const match = /^\s*([+-]?\d{1,2})?\s*([A-Z]{2})\s*$/.exec(item);
    const day = WEEKDAYS.find((each) => each === match?.[2]);
    if (match === null || day === undefined) return undefined;
    const nth = Number(match[1] ?? 0);
    if (match[1] !== undefined && (nth === 0 || Math.abs(nth) > 53)) {
      return undefined;
    }
    if (!days.some((each) => each.nth === nth && each.day === day)) {
      days.push({ nth, day });
    }
  }
  return days;
}
