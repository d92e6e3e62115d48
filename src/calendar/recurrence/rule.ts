/**
 * RRULE values, read and checked (RFC 5545 section 3.3.10, RFC 7529). Only a
 * rule that passed here is ever expanded.
 *
 * @module
 */

import { type DateValue, parseDate } from "../dates.ts";
import { GREGORIAN, readRscale } from "./rscale_names.ts";

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
  /** The calendar that it is computed in, from RSCALE (RFC 7529) as `readRscale` gives it: `GREGORIAN` where absent. */
  readonly rscale: string;
  /** Values of BYMONTH with an L, without it: 5 is the leap month after the fifth. */
  readonly leapMonths: readonly number[];
  /** SKIP of RFC 7529. */
  readonly skip: "OMIT" | "BACKWARD" | "FORWARD";
}

/** What `parseRule` answers; `message` names the part at fault. */
export type RuleParse =
  | { readonly ok: true; readonly rule: Rule }
  | { readonly ok: false; readonly message: string };

/** What a part that is a list of numbers may hold. */
interface NumberLimits {
  readonly least: number;
  readonly most: number;
  /** The same in calendars with leap months or a thirteenth one; absent where the calendar does not matter. */
  readonly mostElsewhere?: number;
  /** Whether a value may be negative. */
  readonly signed: boolean;
}

const NUMBER_PARTS: Readonly<Record<NumberPart, NumberLimits>> = {
  BYSECOND: { least: 0, most: 60, signed: false },
  BYMINUTE: { least: 0, most: 59, signed: false },
  BYHOUR: { least: 0, most: 23, signed: false },
  BYMONTHDAY: { least: 1, most: 31, mostElsewhere: 32, signed: true },
  BYYEARDAY: { least: 1, most: 366, mostElsewhere: 385, signed: true },
  BYWEEKNO: { least: 1, most: 53, mostElsewhere: 56, signed: true },
  BYMONTH: { least: 1, most: 12, mostElsewhere: 13, signed: false },
  BYSETPOS: { least: 1, most: 366, mostElsewhere: 385, signed: true },
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

/** Characters of a rule: several times what all values of all parts take. */
const MAX_LENGTH = 65_536;

/** Reads a rule, or says which part of it cannot be. */
export function parseRule(text: string): RuleParse {
  if (text.length > MAX_LENGTH) return fail("it is too long");
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
  const rscale = readRscale(parts.get("RSCALE") ?? GREGORIAN);
  const elsewhere = rscale !== GREGORIAN;
  const by = {} as Record<NumberPart, readonly number[]>;
  const months = divideMonths(parts.get("BYMONTH"), parts.has("RSCALE"));
  const leapMonths = parseNumbers(months.leap, {
    ...NUMBER_PARTS.BYMONTH,
    elsewhere,
  });
  if (leapMonths === undefined) return fail("BYMONTH is out of range");
  for (const name of Object.keys(NUMBER_PARTS) as NumberPart[]) {
    const text = name === "BYMONTH" ? months.regular : parts.get(name);
    const list = parseNumbers(text, { ...NUMBER_PARTS[name], elsewhere });
    if (list === undefined) return fail(`${name} is out of range`);
    by[name] = list;
  }
  const byDay = parseByDay(parts.get("BYDAY"), elsewhere ? 56 : 53);
  if (byDay === undefined) return fail("BYDAY is out of range");
  const weekStart = WEEKDAYS.find((day) => day === (parts.get("WKST") ?? "MO"));
  if (weekStart === undefined) return fail("WKST is no weekday");
  const skip = SKIPS.find((each) => each === (parts.get("SKIP") ?? "OMIT"));
  if (skip === undefined) return fail("SKIP is unknown");
  if (parts.has("SKIP") && !parts.has("RSCALE")) {
    return fail("SKIP is there without RSCALE");
  }
  const ends = parseEnds(parts);
  if (typeof ends === "string") return fail(ends);
  const rest = { byDay, weekStart, rscale, leapMonths, skip, ...ends };
  return { ok: true, rule: { freq, interval, by, ...rest } };
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

/** Values of BYMONTH with an L, which only rules with RSCALE have (RFC 7529 section 4.2), and the others. */
function divideMonths(
  text: string | undefined,
  leaps: boolean,
): { regular?: string; leap?: string } {
  if (text === undefined) return {};
  const items = text.split(",");
  const isLeap = (item: string) => leaps && /^\s*\+?\d+L\s*$/.test(item);
  const regular = items.filter((item) => !isLeap(item));
  const leap = items.filter(isLeap).map((item) => item.replace("L", ""));
  return {
    ...(regular.length > 0 ? { regular: regular.join(",") } : {}),
    ...(leap.length > 0 ? { leap: leap.join(",") } : {}),
  };
}

function parseNumbers(
  text: string | undefined,
  limits: NumberLimits & { readonly elsewhere: boolean },
): number[] | undefined {
  if (text === undefined) return [];
  const { least, most, mostElsewhere = most, signed, elsewhere } = limits;
  const greatest = elsewhere ? mostElsewhere : most;
  const values = new Set<number>();
  for (const item of text.split(",")) {
    const match = /^\s*([+-]?)(\d{1,3})\s*$/.exec(item);
    if (match === null) return undefined;
    const size = Number(match[2]);
    if (match[1] === "-" && !signed) return undefined;
    if (size < least || size > greatest) return undefined;
    values.add(match[1] === "-" ? -size : size);
  }
  return [...values];
}

function parseByDay(
  text: string | undefined,
  greatest: number,
): ByDay[] | undefined {
  if (text === undefined) return [];
  const days = new Map<number, ByDay>();
  for (const item of text.split(",")) {
    const match = /^\s*([+-]?\d{1,2})?\s*([A-Z]{2})\s*$/.exec(item);
    const day = WEEKDAYS.find((each) => each === match?.[2]);
    if (match === null || day === undefined) return undefined;
    const nth = Number(match[1] ?? 0);
    if (match[1] !== undefined && (nth === 0 || Math.abs(nth) > greatest)) {
      return undefined;
    }
    days.set(7 * nth + WEEKDAYS.indexOf(day), { nth, day });
  }
  return [...days.values()];
}
