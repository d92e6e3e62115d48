/**
 * On which days a recurrence set may happen, where it has long pauses: so
 * that a birthday costs nothing in eleven months of the year (DESIGN section
 * 5). Computed once, with the other facts.
 *
 * @module
 */

import { dayAt, type DayRun, FIRST_DAY, packRuns } from "../store/day_runs.ts";
import { DAY, epochOf, type Moment } from "./dates.ts";
import { endOf } from "./moments.ts";
import type { RecurrenceContext } from "./recurrence/recurrence.ts";
import type {
  Master,
  RecurrenceSet,
  Slot,
} from "./recurrence/recurrence_set.ts";
import type { Frequency, Rule } from "./recurrence/rule.ts";
import { type Budget, eachStart } from "./recurrence/rule_engine.ts";

/** Days without an instance that are worth to be known: a month of them and some more. */
const PAUSE = 40;

/** A rule without a pause in so many days is taken to have none ever after. */
const DENSE = 800;

/** Runs of one set: a century of birthdays, or 40 years of six a year. */
const MAX_RUNS = 256;

/** Rules are looked at between these days, in which queries mostly ask. */
const LAST_DAY = dayAt(Date.UTC(2100, 0, 1));

/** Work that goes into the days of one set. */
const STEPS = 10_000;

/** Days, and the one from which on nothing is known. */
interface Days {
  readonly runs: DayRun[];
  until: number;
}

/** The days of a set, packed; undefined where it has no long pauses, or nobody can tell. */
export function packDays(
  set: RecurrenceSet,
  { zones, floating }: Omit<RecurrenceContext, "budget">,
): Uint8Array | undefined {
  const recurs = set.masters.some(({ rules, dates }) =>
    rules.length + dates.length > 0
  );
  const unsure = set.futures.length > 0 ||
    set.masters.some(({ unknown }) => unknown);
  if (unsure || !recurs && set.overrides.length === 0) return undefined;
  const context = { zones, floating, budget: { steps: STEPS } };
  const days: Days = { runs: [], until: LAST_DAY };
  const add = (slot: Slot) => days.runs.push(runOf(slot, context));
  for (const master of set.masters) {
    add(master);
    master.dates.forEach(add);
    for (const rule of master.rules) {
      const its = daysOfRule(master, rule, context);
      for (const run of its.runs) days.runs.push(run);
      days.until = Math.min(days.until, its.until);
    }
  }
  for (const override of set.overrides) {
    add(override);
    // what the rule would have given there still counts for limit-recurrence-set
    add({ start: override.recurrenceId, length: { days: 0, time: 0 } });
  }
  const { runs, until } = joined(days);
  return runs.length < 2 ? undefined : packRuns(runs, until);
}

/** The days that an instance touches, those included that other zones and open ends add. */
function runOf(
  { start, length }: Slot,
  { floating }: Omit<RecurrenceContext, "budget">,
): DayRun {
  const wide = leewayOf(start) + 1;
  const end = endOf(start, length, floating);
  const begin = epochOf(start, floating);
  return {
    first: dayAt(begin - wide),
    last: dayAt(Math.max(begin, end) + wide),
  };
}

/** Milliseconds that other zone data may move a zoned instant: governments change clocks by an hour or two. */
const ZONE_LEEWAY = 3 * 3_600_000;

/**
 * How far from where the facts have it an instant may be, in milliseconds:
 * where the zone is the reader's, a day to each side covers all of them; where
 * it has one, its data may change after the facts were computed.
 */
export function leewayOf(moment: Moment): number {
  if (moment.kind === "utc") return 0;
  return moment.zone === undefined ? DAY : ZONE_LEEWAY;
}

/** Days between two starts of a rule's units, the longest. */
const UNIT_DAYS: Readonly<Partial<Record<Frequency, number>>> = {
  WEEKLY: 7,
  DAILY: 1,
  HOURLY: 1 / 24,
  MINUTELY: 1 / 1440,
  SECONDLY: 1 / 86_400,
};

/** Whether a rule is endless and plainly has no long pauses: most that have none need not be walked to know it. */
function isPlainlyDense(
  { freq, interval, by, byDay, count, rscale, until }: Rule,
  civil: number,
): boolean {
  const limited = Object.values(by).some((list) => list.length > 0);
  if (limited || count !== undefined || until !== undefined) return false;
  if (rscale !== "GREGORIAN") return false;
  if (freq === "MONTHLY") {
    // the fifth of a weekday, and the 29th to 31st, are not in every month
    return interval === 1 &&
      (byDay.length === 0
        ? new Date(civil).getUTCDate() <= 28
        : byDay.some(({ nth }) => Math.abs(nth) < 5));
  }
  const unit = UNIT_DAYS[freq];
  if (unit === undefined || freq !== "WEEKLY" && byDay.length > 0) return false;
  // in a week the first of its days may come after the last in the week before
  return unit * interval + 7 <= PAUSE;
}

/** The days of one rule, until it is known to have no pauses, or there are too many. */
function daysOfRule(
  master: Master,
  { rule, until }: Master["rules"][number],
  context: RecurrenceContext & { readonly budget: Budget },
): Days {
  const runs: DayRun[] = [];
  const { budget } = context;
  const { civil } = master.start;
  if (isPlainlyDense(rule, civil)) {
    const run = runOf(master, context);
    return { runs: [run], until: run.first };
  }
  const before = master.length.days * DAY + master.length.time + 2 * DAY;
  let run: { first: number; last: number } | undefined;
  let known = LAST_DAY;
  const complete = eachStart(
    rule,
    until === undefined ? { civil } : { civil, until },
    {
      from: FIRST_DAY * DAY - before,
      to: LAST_DAY * DAY,
      budget,
      visit(at) {
        const { first, last } = runOf({
          start: { ...master.start, civil: at },
          length: master.length,
        }, context);
        if (run === undefined || first - run.last > PAUSE) {
          run = { first, last };
          runs.push(run);
        } else run.last = Math.max(run.last, last);
        const enough = runs.length > MAX_RUNS || run.last - run.first > DENSE;
        if (enough) known = run.first;
        return !enough;
      },
    },
  );
  if (!complete) known = run?.first ?? FIRST_DAY;
  return { runs, until: known };
}

/** Runs in their order, those joined that no pause divides; cut where they are too many. */
function joined({ runs, until }: Days): Days {
  const sorted = runs.filter(({ first }) => first < until)
    .sort((a, b) => a.first - b.first);
  const all: { first: number; last: number }[] = [];
  for (const { first, last } of sorted) {
    const run = all.at(-1);
    if (run !== undefined && first - run.last <= PAUSE) {
      run.last = Math.max(run.last, last);
    } else if (all.length === MAX_RUNS) return { runs: all, until: first };
    else all.push({ first, last });
  }
  return { runs: all, until };
}
