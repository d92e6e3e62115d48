/**
 * Random recurrence rules, the same ones for the same seed.
 *
 * @module
 */

import type {
  ByDay,
  Frequency,
  NumberPart,
  Rule,
} from "../../src/calendar/recurrence/rule.ts";
import {
  FREQUENCIES,
  parseRule,
  WEEKDAYS,
} from "../../src/calendar/recurrence/rule.ts";
import type { RuleStart } from "../../src/calendar/recurrence/rule_engine.ts";

/** Random numbers. */
export interface Random {
  /** An integer from `least` to `most`, both included. */
  integer(least: number, most: number): number;
  /** True so often, from 0 to 1. */
  chance(share: number): boolean;
  /** One of some values. */
  pick<T>(values: readonly T[]): T;
}

/** A rule, what it is applied to, and the range that is asked for. */
export interface Case {
  /** The rule. */
  readonly rule: Rule;
  /** DTSTART and UNTIL. */
  readonly start: RuleStart;
  /** Civil milliseconds of the range's first instant. */
  readonly from: number;
  /** Civil milliseconds of the range's last instant. */
  readonly to: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Random numbers from a seed (a 32 bit xorshift with an added counter). */
export function createRandom(seed: number): Random {
  let state = (seed * 2_654_435_761 + 1) >>> 0 || 1;
  let count = seed >>> 0;
  function next(): number {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    count = (count + 362_437) >>> 0;
    return ((state >>> 0) + count) % 4_294_967_296 / 4_294_967_296;
  }
  for (let each = 0; each < 8; each++) next();
  const integer = (least: number, most: number) =>
    least + Math.floor(next() * (most - least + 1));
  return {
    integer,
    chance: (share) => next() < share,
    pick<T>(values: readonly T[]): T {
      const value = values[integer(0, values.length - 1)];
      if (value === undefined) throw new Error("nothing to pick from");
      return value;
    },
  };
}

/** Parts that RFC 5545 section 3.3.10 allows with a FREQ, besides BYMONTH, BYDAY, times and BYSETPOS. */
const DAY_PARTS: Readonly<Record<Frequency, readonly NumberPart[]>> = {
  YEARLY: ["BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"],
  MONTHLY: ["BYMONTHDAY"],
  WEEKLY: [],
  DAILY: ["BYMONTHDAY"],
  HOURLY: ["BYMONTHDAY", "BYYEARDAY"],
  MINUTELY: ["BYMONTHDAY", "BYYEARDAY"],
  SECONDLY: ["BYMONTHDAY", "BYYEARDAY"],
};

/** Length of a unit, and the greatest INTERVAL that is tried. */
const UNITS: Readonly<Record<Frequency, readonly [number, number]>> = {
  YEARLY: [365 * DAY, 6],
  MONTHLY: [30 * DAY, 14],
  WEEKLY: [7 * DAY, 9],
  DAILY: [DAY, 40],
  HOURLY: [HOUR, 50],
  MINUTELY: [60_000, 100],
  SECONDLY: [1000, 200],
};

/** What is drawn of a rule. */
type RuleParts = Pick<
  Rule,
  "freq" | "interval" | "by" | "byDay" | "weekStart" | "skip" | "count"
>;

/** A random rule with everything about it; `days`: one that fits an all-day event; `clock`: how often FREQ is shorter than a day. */
export function randomCase(
  random: Random,
  { days = false, clock = 0.4 }: {
    readonly days?: boolean;
    readonly clock?: number;
  } = {},
): Case {
  const short = !days && random.chance(clock);
  const freq = random.pick(FREQUENCIES.slice(...short ? [4, 7] : [0, 4]));
  const by = randomParts(random, freq, days);
  const byDay = randomDays(random, freq, by);
  const [unit, mostInterval] = UNITS[freq];
  const some = Object.values(by).some((list) => list.length > 0) ||
    byDay.length > 0;
  if (some && random.chance(0.2)) by.BYSETPOS = numbers(random, 6, true);
  const start = DAY * random.integer(9_000, 22_000) +
    (days ? 0 : 1000 * random.pick(TIMES));
  const interval = random.chance(0.5) ? 1 : random.integer(2, mostInterval);
  // RFC 7529 says what becomes of invalid months and days, not of weeks
  const skip: Rule["skip"] = random.chance(0.9) || by.BYWEEKNO.length > 0
    ? "OMIT"
    : random.pick(["BACKWARD", "FORWARD"] as const);
  const from = start + unit * interval * random.integer(-3, 60);
  const count = random.chance(0.25) ? { count: random.integer(1, 70) } : {};
  const until = random.chance(0.2)
    ? { until: start + unit * random.integer(0, 100) }
    : {};
  const weekStart = random.chance(0.6) ? "MO" : random.pick(WEEKDAYS);
  const parts = { freq, interval, by, byDay, weekStart, skip, ...count };
  const parsed = parseRule(partsText(parts));
  if (!parsed.ok) throw new Error(parsed.message);
  return {
    rule: parsed.rule,
    start: { civil: start, ...until },
    from,
    to: from + unit * interval * random.integer(0, 25),
  };
}

/** Seconds of the day that series begin at; some of them do not exist on some days, or exist twice. */
const TIMES = [0, 1_800, 5_400, 9_000, 10_800, 32_400, 34_215, 84_600, 86_399];

type Parts = Record<NumberPart, readonly number[]>;

function randomParts(random: Random, freq: Frequency, days: boolean): Parts {
  const by: Parts = {
    BYSECOND: [],
    BYMINUTE: [],
    BYHOUR: [],
    BYMONTHDAY: [],
    BYYEARDAY: [],
    BYWEEKNO: [],
    BYMONTH: [],
    BYSETPOS: [],
  };
  if (random.chance(0.3)) by.BYMONTH = numbers(random, 12, false);
  for (const part of DAY_PARTS[freq]) {
    if (!random.chance(0.3)) continue;
    const most =
      { BYMONTHDAY: 31, BYYEARDAY: 366, BYWEEKNO: 53 }[part as string];
    by[part] = numbers(random, most ?? 1, true);
  }
  if (days) return by;
  if (random.chance(0.2)) by.BYHOUR = numbers(random, 23, false);
  if (random.chance(0.1)) by.BYMINUTE = numbers(random, 59, false);
  if (random.chance(0.1)) by.BYSECOND = numbers(random, 59, false);
  return by;
}

function randomDays(random: Random, freq: Frequency, by: Parts): ByDay[] {
  if (!random.chance(0.4)) return [];
  const numbered = (freq === "MONTHLY" || freq === "YEARLY") &&
    by.BYWEEKNO.length === 0 && random.chance(0.5);
  const days = new Map<string, ByDay>();
  for (let each = random.integer(1, 4); each > 0; each--) {
    const day = random.pick(WEEKDAYS);
    const most = freq === "YEARLY" && by.BYMONTH.length === 0 ? 53 : 5;
    const size = random.integer(1, most);
    const nth = numbered && random.chance(0.8)
      ? (random.chance(0.5) ? size : -size)
      : 0;
    days.set(`${nth}${day}`, { nth, day });
  }
  return [...days.values()];
}

function numbers(random: Random, most: number, signed: boolean): number[] {
  const values = new Set<number>();
  // now and then the ends of the range, where mistakes live
  for (let each = random.integer(1, 4); each > 0; each--) {
    const value = random.chance(0.15) ? most : random.integer(1, most);
    values.add(signed && random.chance(0.4) ? -value : value);
  }
  return [...values];
}

/** The rule as text; `until` is the text of UNTIL, the civil time of the case where absent. */
export function ruleText({ rule, start }: Case, until?: string): string {
  const text = partsText(rule);
  if (start.until === undefined) return text;
  return `${text};UNTIL=${until ?? timeText(start.until)}`;
}

function partsText(rule: RuleParts): string {
  const parts = [`FREQ=${rule.freq}`, `INTERVAL=${rule.interval}`];
  if (rule.count !== undefined) parts.push(`COUNT=${rule.count}`);
  if (rule.weekStart !== "MO") parts.push(`WKST=${rule.weekStart}`);
  if (rule.skip !== "OMIT") {
    parts.unshift("RSCALE=GREGORIAN");
    parts.push(`SKIP=${rule.skip}`);
  }
  for (const [name, list] of Object.entries(rule.by)) {
    if (list.length > 0) parts.push(`${name}=${list}`);
  }
  if (rule.byDay.length > 0) {
    const days = rule.byDay.map(({ nth, day }) =>
      `${nth === 0 ? "" : nth}${day}`
    );
    parts.push(`BYDAY=${days}`);
  }
  return parts.join(";");
}

/** Civil milliseconds as iCalendar writes local time. */
export function timeText(civil: number): string {
  return new Date(civil).toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
}
