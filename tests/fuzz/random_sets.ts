/**
 * Random recurrence sets: rules, RDATEs, EXDATEs and overrides of events that
 * last whole days, float, or have a zone; the same ones for the same seed.
 *
 * @module
 */

import { FREQUENCIES } from "../../src/calendar/recurrence/rule.ts";
import { startsBetween } from "../../src/calendar/recurrence/rule_engine.ts";
import { type Case, type Random, randomCase } from "./random_rules.ts";
import { civilIn, epochIn } from "./zoned.ts";

/** How long something lasts, and which property says so. */
export interface Length {
  /** DTEND, DURATION, or neither. */
  readonly how: "none" | "end" | "duration";
  /** Days by the calendar. */
  readonly days: number;
  /** Milliseconds beyond them. */
  readonly time: number;
}

/** How an instance is named: as DTSTART is, in UTC, in a third zone, or by its day. */
export type Form = "own" | "utc" | "zone" | "date";

/** An instance by its wall-clock time. */
export interface Named {
  /** Civil milliseconds in the set's zone. */
  readonly civil: number;
  /** How it is written. */
  readonly form: Form;
}

/** An instance that is described by a component of its own. */
export interface RandomOverride extends Named {
  /** Civil milliseconds of the new start. */
  readonly to: number;
  /** How long it lasts. */
  readonly length: Length;
  /** RANGE=THISANDFUTURE. */
  readonly future: boolean;
}

/** A random set and the range that is asked for. */
export interface SetCase {
  /** What kind of value DTSTART is. */
  readonly kind: "date" | "floating" | "utc" | "zoned";
  /** The zone whose wall clock all civil times are of; for days and floating times the reader's. */
  readonly zone: string;
  /** Civil milliseconds of DTSTART. */
  readonly start: number;
  /** At most two, all from DTSTART. */
  readonly rules: readonly Case[];
  /** EXRULEs, at most one, from DTSTART too. */
  readonly exclusions: readonly Case[];
  /** How long each instance lasts. */
  readonly length: Length;
  /** RDATEs, some of them periods. */
  readonly dates: readonly {
    readonly civil: number;
    readonly length?: Length;
  }[];
  /** EXDATEs. */
  readonly exceptions: readonly Named[];
  /** Components with RECURRENCE-ID. */
  readonly overrides: readonly RandomOverride[];
  /** Epoch milliseconds; instances that touch either end are in. */
  readonly from: number;
  /** Likewise. */
  readonly to: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Zones whose rules nobody has changed lately, so that all programs know the same ones; half-hour changes, the southern hemisphere and changes at midnight among them. */
export const ZONES = [
  "Europe/Berlin",
  "America/New_York",
  "Europe/London",
  "Australia/Sydney",
  "Australia/Lord_Howe",
  "America/Sao_Paulo",
  "Asia/Beirut",
  "Pacific/Auckland",
  "America/Los_Angeles",
  "America/St_Johns",
  "Asia/Tokyo",
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "Africa/Johannesburg",
  "UTC",
] as const;

/** A zone without changes of offset: what is named in it is unmistakable. */
export const THIRD_ZONE = "Asia/Tokyo";

const NONE: Length = { how: "none", days: 0, time: 0 };

/** A random set. */
export function randomSet(random: Random): SetCase {
  const kind = random.pick(
    ["date", "floating", "utc", "zoned", "zoned"] as const,
  );
  const zone = kind === "utc" ? "UTC" : random.pick(ZONES);
  const days = kind === "date";
  const clock = zone === "UTC" ? 0.4 : 0.1;
  const first = randomCase(random, { days, clock });
  const start = first.start.civil;
  const rules = random.chance(0.9) ? [first] : [];
  if (random.chance(0.08)) {
    rules.push(movedTo(start, randomSlower(random, first, days)));
  }
  const exclusions = random.chance(0.1)
    ? [movedTo(start, randomExclusion(random, first, days))]
    : [];
  const usual = random.pick(["none", "end", "duration"] as const);
  const set = {
    kind,
    zone,
    start,
    rules: rules.map((each) => withExactUntil(each, zone)),
    exclusions: exclusions.map((each) => withExactUntil(each, zone)),
    length: randomLength(random, usual, days),
    from: epochIn(zone, first.from),
    to: epochIn(zone, first.to),
  };
  return { ...set, ...randomChanges(random, set) };
}

/** A rule from another DTSTART. */
function movedTo(civil: number, each: Case): Case {
  const { until } = each.start;
  const moved = until === undefined
    ? {}
    : { until: until + civil - each.start.civil };
  return { ...each, start: { civil, ...moved } };
}

/** Often what the rule itself gives, but not each of them. */
function randomExclusion(random: Random, first: Case, days: boolean): Case {
  if (random.chance(0.4)) return randomSlower(random, first, days);
  const { count: _, ...rule } = first.rule;
  const interval = rule.interval * random.integer(1, 4);
  const counted = random.chance(0.3) ? { count: random.integer(1, 30) } : {};
  return { ...first, rule: { ...rule, interval, ...counted } };
}

/** A second rule that is not more frequent than the first: the range was drawn for that one. */
function randomSlower(random: Random, first: Case, days: boolean): Case {
  const most = FREQUENCIES.indexOf(first.rule.freq);
  while (true) {
    const clock = most > 3 ? 0.5 : 0;
    const one = randomCase(random, { days, clock });
    if (FREQUENCIES.indexOf(one.rule.freq) <= most) return one;
  }
}

/** UNTIL is written in UTC, which can't say every local time. */
function withExactUntil(each: Case, zone: string): Case {
  const { until } = each.start;
  if (until === undefined) return each;
  const exact = civilIn(zone, epochIn(zone, until));
  return { ...each, start: { ...each.start, until: exact } };
}

function randomLength(
  random: Random,
  how: Length["how"],
  wholeDays: boolean,
): Length {
  if (how === "none") return { ...NONE, days: wholeDays ? 1 : 0 };
  if (wholeDays) return { how, days: random.integer(1, 20), time: 0 };
  const time = HOUR / 4 * random.integer(1, 12);
  if (how === "end") {
    return { how, days: 0, time: time + DAY * random.pick([0, 0, 1, 9]) };
  }
  return { how, days: random.pick([0, 0, 1, 3, 14]), time };
}

/** RDATEs, EXDATEs and overrides, most of them of instances near the range. */
function randomChanges(
  random: Random,
  set: Omit<SetCase, "dates" | "exceptions" | "overrides">,
): Pick<SetCase, "dates" | "exceptions" | "overrides"> {
  const { kind, zone, rules, start } = set;
  const days = kind === "date";
  const near = instancesNear(set);
  const some = <T>(share: number, most: number, make: () => T): T[] =>
    random.chance(share)
      ? Array.from({ length: random.integer(1, most) }, make)
      : [];
  const at = () => {
    if (near.length > 0 && random.chance(0.6)) return random.pick(near);
    const civil = civilIn(zone, random.integer(set.from, set.to + 1));
    const unit = days ? DAY : HOUR / 2;
    return Math.floor(civil / unit) * unit;
  };
  const form = (): Form => {
    if (days) return "own";
    if (kind === "floating") return random.pick(["own", "date"]);
    return random.pick(["own", "own", "utc", "zone", "date"]);
  };
  const dates = some(0.3, 4, () => ({
    civil: at(),
    ...!days && random.chance(0.5)
      ? { length: randomLength(random, "duration", false) }
      : {},
  }));
  const taken = new Set<number>();
  const exceptions = some(0.4, 6, () => ({
    civil: random.chance(0.1) ? start : at(),
    form: form(),
  }));
  const overrides = some(rules.length > 0 ? 0.3 : 0, 3, () => {
    const civil = at();
    const shift = DAY * random.integer(-3, 3) +
      (days ? 0 : HOUR / 2 * random.integer(-20, 20));
    const { length } = set;
    return {
      civil,
      form: form(),
      to: civil + shift,
      length: random.chance(0.5)
        ? length
        : randomLength(random, length.how, days),
      future: random.chance(0.3),
    };
  }).filter(({ civil, form: named }) => {
    // one instance, one override; and none that stands for a whole day
    const key = epochIn(zone, civil);
    if (taken.has(key) || named === "date") return false;
    taken.add(key);
    return true;
  });
  return { dates, exceptions, overrides };
}

/** Some real instances, by the engine itself: only so that what is changed is often there. */
function instancesNear(
  { rules, from, to, zone }: Pick<SetCase, "rules" | "from" | "to" | "zone">,
): number[] {
  const found: number[] = [];
  for (const { rule, start } of rules) {
    const search = {
      from: civilIn(zone, from) - 3 * DAY,
      to: civilIn(zone, to) + 3 * DAY,
      budget: { steps: 40 },
    };
    found.push(...startsBetween(rule, start, search).starts);
  }
  return found;
}
