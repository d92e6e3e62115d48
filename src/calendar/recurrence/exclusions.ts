/**
 * Starts that EXRULEs take away (RFC 2445 section 4.8.5.2). RFC 5545 lets
 * nobody write EXRULE any more, but old data hold it, and the expansion of
 * RFC 4791 section 9.6.5 counts it among what is to be resolved.
 *
 * @module
 */

import { DAY } from "../dates.ts";
import { isShorterThanDay, type PreparedRule } from "./prepared_set.ts";
import { type Budget, eachStart, MAX_CIVIL } from "./rule_engine.ts";
import { offsetsAround } from "../moments.ts";
import type { Zone } from "../zones/zones.ts";

/** Starts of a rule that are looked up at once. */
const BATCH = 64;

/** Milliseconds in which they are looked for at first. */
const REACH = 400 * DAY;

/** How many times as far the next look reaches where one found less than a batch. */
const FARTHER = 8;

/** What exclusions are looked for with. */
export interface ExclusionOptions {
  /** The zone of the master's wall clock. */
  readonly zone: Zone;
  /** True where the instances are days: any time of a day then means it. */
  readonly dated: boolean;
  /** Work; where it ends, nothing more is excluded. */
  readonly budget: Budget;
}

/**
 * A question about instants at which a master may happen, in epoch
 * milliseconds: whether one of its EXRULEs gives it. Cheap where they mostly
 * ascend. Undefined without EXRULEs.
 */
export function createExclusion(
  rules: readonly PreparedRule[],
  options: ExclusionOptions,
): ((epoch: number) => boolean) | undefined {
  if (rules.length === 0) return undefined;
  const each = rules.map((rule) => createWindow(rule, options));
  return (epoch) => each.some((has) => has(epoch));
}

function createWindow(
  { rule, start }: PreparedRule,
  { zone, dated, budget }: ExclusionOptions,
): (epoch: number) => boolean {
  const once = dated && isShorterThanDay(rule);
  const given = new Set<number>();
  // what lies between these wall-clock times is known
  let first = Infinity;
  let last = -Infinity;
  let reach = REACH;

  function look(from: number, epoch: number): void {
    given.clear();
    first = from;
    // of a day it matters only whether it has one
    last = once ? from : Math.min(from + reach, MAX_CIVIL);
    reach *= FARTHER;
    // a time that does not exist stands for a later one
    const offsets = offsetsAround(zone, epoch);
    const gap = Math.max(...offsets) - Math.min(...offsets);
    eachStart(rule, start, {
      from: from - gap,
      to: once ? from + DAY - 1 : last,
      budget,
      visit(found) {
        given.add(dated ? dayOf(found) : zone.toEpoch(found));
        if (once) return false;
        if (given.size < BATCH || found <= from) return true;
        last = found;
        reach = REACH;
        return false;
      },
    });
  }

  return (epoch) => {
    const clock = zone.toCivil(epoch);
    const civil = dated ? dayOf(clock) : clock;
    if (civil < first || civil > last) look(civil, epoch);
    return given.has(dated ? civil : epoch);
  };
}

function dayOf(civil: number): number {
  return Math.floor(civil / DAY) * DAY;
}
