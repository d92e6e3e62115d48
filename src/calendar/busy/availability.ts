/**
 * When somebody can be reached at all: VAVAILABILITY (RFC 7953).
 *
 * @module
 */

import {
  type BusyPeriod,
  type BusyType,
  busyType,
  intersection,
  type Period,
} from "./busy_periods.ts";
import { epochOf } from "../dates.ts";
import {
  durationProperty,
  endOf,
  type MomentContext,
  momentProperty,
} from "../moments.ts";
import { type Component, property } from "../parse.ts";
import {
  eachOccurrence,
  type RecurrenceContext,
} from "../recurrence/recurrence.ts";
import type { Budget } from "../recurrence/rule_engine.ts";

/** What one VAVAILABILITY says about a range. */
export interface Availability extends Period {
  /** 0 to 9: a higher one overrides lower ones. */
  readonly level: number;
  /** What its time is but for the free one. */
  readonly type: BusyType;
  /** Free time within it, in no certain order. */
  readonly free: readonly Period[];
}

/**
 * The time that a VAVAILABILITY covers, in epoch milliseconds: infinite where
 * it has no DTSTART, or neither DTEND nor DURATION (RFC 7953 section 3.1). A
 * DURATION without DTSTART means nothing.
 */
export function coveredTime(
  component: Component,
  { zones, floating }: MomentContext,
): Period {
  const from = momentProperty(component, "DTSTART", zones);
  const to = momentProperty(component, "DTEND", zones);
  const length = durationProperty(component, "DURATION");
  const start = from === undefined ? -Infinity : epochOf(from, floating);
  if (to !== undefined) return { start, end: epochOf(to, floating) };
  if (from === undefined || length === undefined) {
    return { start, end: Infinity };
  }
  return { start, end: endOf(from, length, floating) };
}

/**
 * What a VAVAILABILITY says about a range: undefined where it does not reach
 * into it, "unknown" where the bound on work was reached.
 */
export function readAvailability(
  component: Component,
  range: Period,
  context: RecurrenceContext & { readonly budget: Budget },
): Availability | "unknown" | undefined {
  const covered = intersection(coveredTime(component, context), range);
  if (covered === undefined) return undefined;
  const free: Period[] = [];
  const { budget } = context;
  for (const set of availableSets(component)) {
    // thousands of them are work, too, whether they recur or not
    budget.steps -= set.length;
    if (budget.steps < 0) return "unknown";
    const complete = eachOccurrence(set, covered, {
      ...context,
      visit: (instance) => {
        const period = intersection(instance, covered);
        if (period !== undefined) free.push(period);
        return true;
      },
    });
    if (!complete) return "unknown";
  }
  const sent = property(component, "BUSYTYPE")?.value;
  const type = sent === undefined ? "BUSY-UNAVAILABLE" : busyType(sent);
  return { ...covered, level: levelOf(component), type, free };
}

/** PRIORITY from 9 to 1 is 1 to 9; 0, none and nonsense are the lowest (RFC 7953 section 4). */
function levelOf(component: Component): number {
  const text = property(component, "PRIORITY")?.value.trim() ?? "0";
  return /^[1-9]$/.test(text) ? 10 - Number(text) : 0;
}

/** The AVAILABLE components of a VAVAILABILITY by their UID: each group is one recurrence set, those without UID alone. */
export function availableSets(component: Component): Iterable<Component[]> {
  const byUid = new Map<string | Component, Component[]>();
  for (const inner of component.components) {
    if (inner.name !== "AVAILABLE") continue;
    const uid = property(inner, "UID")?.value.trim() ?? inner;
    const group = byUid.get(uid);
    if (group === undefined) byUid.set(uid, [inner]);
    else group.push(inner);
  }
  return byUid.values();
}

/** What may be said about an instant, from the weakest on: RFC 7953 section 4 orders the types of busy time, and free time is marked after them. */
const STATES = ["BUSY-TENTATIVE", "BUSY-UNAVAILABLE", "BUSY", "FREE"] as const;

const LEVELS = 10;

/** A period that covers all of a lower rank. */
interface Stroke extends Period {
  readonly rank: number;
}

/**
 * The time at which nobody is available, of all components together (RFC 7953
 * section 4): what a higher level says counts where it says something; on one
 * level free time counts first, then the types in their order.
 */
export function unavailablePeriods(all: readonly Availability[]): BusyPeriod[] {
  const strokes = all.flatMap(({ start, end, level, type, free }) => [
    { start, end, rank: rankOf(level, type) },
    ...free.map((one) => ({ ...one, rank: rankOf(level, "FREE") })),
  ]);
  return visibleStrokes(strokes).flatMap(({ start, end, rank }) => {
    const type = STATES[rank % STATES.length];
    return type === undefined || type === "FREE" ? [] : [{ start, end, type }];
  });
}

function rankOf(level: number, state: typeof STATES[number]): number {
  return level * STATES.length + STATES.indexOf(state);
}

/** What is seen of strokes on top of each other, in the order of time. */
function visibleStrokes(strokes: readonly Stroke[]): Stroke[] {
  const edges = strokes.flatMap(({ start, end, rank }) => [
    { at: start, rank, by: 1 },
    { at: end, rank, by: -1 },
  ]).sort((a, b) => a.at - b.at);
  const depth = new Int32Array(LEVELS * STATES.length);
  const seen: Stroke[] = [];
  let start = -Infinity;
  for (const { at, rank, by } of edges) {
    const top = depth.findLastIndex((count) => count > 0);
    if (top !== -1 && at > start) seen.push({ start, end: at, rank: top });
    start = at;
    depth[rank] = (depth[rank] ?? 0) + by;
  }
  return seen;
}
