/**
 * RFC 5545 section 3.3.10 and RFC 7529 section 4.1 as plainly as can be: all
 * days of a period are tried one by one, from DTSTART on. Slow, and shares no
 * code with the engine; it decides where another program disagrees.
 *
 * @module
 */

import { WEEKDAYS } from "../../src/calendar/recurrence/rule.ts";
import type { Rule, Weekday } from "../../src/calendar/recurrence/rule.ts";
import type { Case } from "./random_rules.ts";

const DAY = 86_400_000;

interface Fields {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
}

function fieldsOf(civil: number): Fields {
  const date = new Date(civil);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
  };
}

function civilOf(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day);
}

function monthLength(year: number, month: number): number {
  return new Date(civilOf(year, month + 1, 0)).getUTCDate();
}

/** Sunday 0, as Date has it. */
function weekdayOf(civil: number): number {
  return new Date(civil).getUTCDay();
}

function number(day: Weekday): number {
  return (WEEKDAYS.indexOf(day) + 1) % 7;
}

/** Starts in the case's range; undefined where it takes more than `most` periods. */
export function plainStarts(each: Case, most: number): number[] | undefined {
  const { rule, start, from, to } = each;
  const last = Math.min(to, start.until ?? Infinity);
  const starts: number[] = [];
  const pending = new Set<number>();
  // DTSTART counts as the first, whether the rule gives it or not
  let counted = 1;
  // SKIP moves a day back or forth at most
  const margin = rule.freq === "YEARLY" || rule.freq === "MONTHLY" ? DAY : 0;
  for (let index = 0; index <= most; index++) {
    const [begin, end] = periodAt(rule, start.civil, index * rule.interval);
    for (const civil of startsOf(rule, start.civil, [begin, end])) {
      pending.add(civil);
    }
    const sure = periodAt(rule, start.civil, (index + 1) * rule.interval)[0] -
      margin;
    const ready = [...pending].filter((civil) => civil < sure)
      .sort((a, b) => a - b);
    for (const civil of ready) {
      pending.delete(civil);
      if (civil < start.civil) continue;
      const isFirst = civil === start.civil;
      if (!isFirst && ++counted > (rule.count ?? Infinity)) return starts;
      if (civil >= from && civil <= last) starts.push(civil);
    }
    if (sure > last) return starts;
  }
  return undefined;
}

/** Begin and end of the period so many units after DTSTART's. */
function periodAt(rule: Rule, civil: number, units: number): [number, number] {
  const { year, month } = fieldsOf(civil);
  const clock = (size: number): [number, number] => {
    const begin = Math.floor(civil / size) * size + units * size;
    return [begin, begin + size];
  };
  switch (rule.freq) {
    case "YEARLY":
      return [civilOf(year + units, 1, 1), civilOf(year + units + 1, 1, 1)];
    case "MONTHLY":
      return [
        civilOf(year, month + units, 1),
        civilOf(year, month + units + 1, 1),
      ];
    case "WEEKLY": {
      const today = Math.floor(civil / DAY) * DAY;
      const into = (weekdayOf(today) - number(rule.weekStart) + 7) % 7;
      const begin = today + (units * 7 - into) * DAY;
      return [begin, begin + 7 * DAY];
    }
    case "DAILY":
      return clock(DAY);
    case "HOURLY":
      return clock(3_600_000);
    case "MINUTELY":
      return clock(60_000);
    default:
      return clock(1000);
  }
}

function startsOf(
  rule: Rule,
  civil: number,
  [begin, end]: [number, number],
): number[] {
  const starts: number[] = [];
  for (const day of daysOf(rule, civil, [begin, end])) {
    for (const time of timesOf(rule, civil, [begin, end])) {
      starts.push(day + time);
    }
  }
  starts.sort((a, b) => a - b);
  const positions = rule.by.BYSETPOS;
  if (positions.length === 0) return starts;
  return starts.filter((_, at) =>
    positions.includes(at + 1) || positions.includes(at - starts.length)
  );
}

function timesOf(
  rule: Rule,
  civil: number,
  [begin, end]: [number, number],
): number[] {
  const own = new Date(civil);
  const at = new Date(begin);
  const { BYHOUR, BYMINUTE, BYSECOND } = rule.by;
  const length = end - begin;
  const field = (
    list: readonly number[],
    [unit, now, ofStart]: [number, number, number],
  ) => {
    // the period lies within one hour (minute, second): the list limits
    if (length <= unit) {
      return list.length === 0 || list.includes(now) ? [now] : [];
    }
    return list.length > 0 ? list : [ofStart];
  };
  const times: number[] = [];
  for (
    const hour of field(BYHOUR, [
      3_600_000,
      at.getUTCHours(),
      own.getUTCHours(),
    ])
  ) {
    for (
      const minute of field(BYMINUTE, [
        60_000,
        at.getUTCMinutes(),
        own.getUTCMinutes(),
      ])
    ) {
      for (
        const second of field(BYSECOND, [
          1000,
          at.getUTCSeconds(),
          own.getUTCSeconds(),
        ])
      ) {
        times.push(hour * 3_600_000 + minute * 60_000 + second * 1000);
      }
    }
  }
  return times;
}

/** Midnights of the days of a period that the parts allow, SKIP applied. */
function daysOf(
  rule: Rule,
  civil: number,
  [begin, end]: [number, number],
): Set<number> {
  const days = new Set<number>();
  const first = Math.floor(begin / DAY) * DAY;
  const filled = fill(rule, civil);
  for (let day = first; day < end; day += DAY) {
    if (isAllowed(filled, day, rule)) days.add(day);
  }
  if (rule.skip === "OMIT") return days;
  if (rule.freq !== "YEARLY" && rule.freq !== "MONTHLY") return days;
  const back = rule.skip === "BACKWARD";
  const add = (valid: number, step: number) => {
    const day = valid + step * DAY;
    if (weekFits(filled, day, rule) && dayFits(filled, day, rule)) {
      days.add(day);
    }
  };
  for (let month = first; month < end;) {
    const { year, month: its } = fieldsOf(month);
    const length = monthLength(year, its);
    const next = civilOf(year, its + 1, 1);
    if (filled.months.length === 0 || filled.months.includes(its)) {
      for (const value of filled.monthDays) {
        if (Math.abs(value) <= length) continue;
        const day = (value > 0 ? next : month) - (back ? DAY : 0);
        if (yearDayFits(filled, day, year)) add(day, 0);
      }
      const short = monthLength(year, 2) === 28 &&
        filled.monthDays.length === 0 &&
        rule.freq === "YEARLY";
      if (short && its === 12 && filled.yearDays.includes(366)) {
        add(next, back ? -1 : 0);
      }
      if (short && its === 1 && filled.yearDays.includes(-366)) {
        add(month, back ? -1 : 0);
      }
    }
    month = next;
  }
  return days;
}

interface Filled {
  readonly months: readonly number[];
  readonly monthDays: readonly number[];
  readonly yearDays: readonly number[];
  readonly weeks: readonly number[];
  readonly byDay: Rule["byDay"];
  readonly weekStart: number;
}

/** The day parts, with DTSTART's in the place of what is missing. */
function fill(rule: Rule, civil: number): Filled {
  const { BYMONTH, BYMONTHDAY, BYYEARDAY, BYWEEKNO } = rule.by;
  const { month, day } = fieldsOf(civil);
  const base = {
    months: BYMONTH,
    monthDays: BYMONTHDAY,
    yearDays: BYYEARDAY,
    weeks: BYWEEKNO,
    byDay: rule.byDay,
    weekStart: number(rule.weekStart),
  };
  if (BYMONTHDAY.length + BYYEARDAY.length + rule.byDay.length > 0) return base;
  const own = WEEKDAYS[(weekdayOf(civil) + 6) % 7] ?? "MO";
  const sameDay = [{ nth: 0, day: own }];
  if (rule.freq === "WEEKLY") return { ...base, byDay: sameDay };
  if (rule.freq === "MONTHLY") return { ...base, monthDays: [day] };
  if (rule.freq !== "YEARLY") return base;
  if (BYWEEKNO.length > 0) return { ...base, byDay: sameDay };
  const months = BYMONTH.length > 0 ? BYMONTH : [month];
  return { ...base, months, monthDays: [day] };
}

function isAllowed(filled: Filled, civil: number, rule: Rule): boolean {
  const { year, month, day } = fieldsOf(civil);
  const { months, monthDays } = filled;
  if (months.length > 0 && !months.includes(month)) return false;
  const fromEnd = day - monthLength(year, month) - 1;
  if (
    monthDays.length > 0 && !monthDays.includes(day) &&
    !monthDays.includes(fromEnd)
  ) return false;
  return yearDayFits(filled, civil, year) && weekFits(filled, civil, rule) &&
    dayFits(filled, civil, rule);
}

function yearDayFits(
  { yearDays }: Filled,
  civil: number,
  year: number,
): boolean {
  if (yearDays.length === 0) return true;
  const first = civilOf(year, 1, 1);
  const length = (civilOf(year + 1, 1, 1) - first) / DAY;
  const at = (civil - first) / DAY + 1;
  return yearDays.includes(at) || yearDays.includes(at - length - 1);
}

/** The week is numbered in the year that has most of its days, so its fourth one. */
function weekFits(
  { weeks, weekStart }: Filled,
  civil: number,
  { freq, skip }: Rule,
): boolean {
  if (weeks.length === 0) return true;
  const begin = civil - (weekdayOf(civil) - weekStart + 7) % 7 * DAY;
  const { year } = fieldsOf(begin + 3 * DAY);
  const numbered = (of: number) => {
    const fourth = civilOf(of, 1, 4);
    return fourth - (weekdayOf(fourth) - weekStart + 7) % 7 * DAY;
  };
  const count = (of: number) => (numbered(of + 1) - numbered(of)) / (7 * DAY);
  const week = (begin - numbered(year)) / (7 * DAY) + 1;
  const own = count(year);
  if (weeks.includes(week) || weeks.includes(week - own - 1)) return true;
  if (freq !== "YEARLY") return false;
  // a week that a year lacks becomes the one before or behind
  const [back, forth] = [skip === "BACKWARD", skip === "FORWARD"];
  if (back && week === own) {
    return weeks.some((each) => each > own || -each > count(year + 1));
  }
  return forth && week === 1 &&
    weeks.some((each) => each > count(year - 1) || -each > own);
}

function dayFits({ byDay }: Filled, civil: number, rule: Rule): boolean {
  if (byDay.length === 0) return true;
  const { year, month } = fieldsOf(civil);
  const inMonth = rule.freq === "MONTHLY" || rule.by.BYMONTH.length > 0;
  const first = inMonth ? civilOf(year, month, 1) : civilOf(year, 1, 1);
  const end = inMonth ? civilOf(year, month + 1, 1) : civilOf(year + 1, 1, 1);
  return byDay.some(({ nth, day }) => {
    if (number(day) !== weekdayOf(civil)) return false;
    if (nth === 0) return true;
    let before = 1;
    let after = 1;
    for (let at = civil - 7 * DAY; at >= first; at -= 7 * DAY) before++;
    for (let at = civil + 7 * DAY; at < end; at += 7 * DAY) after++;
    return nth === before || nth === -after;
  });
}
