/**
 * Facts of a calendar object: what the store's time index needs to know.
 *
 * @module
 */

import type { ObjectFacts, TimeSpan } from "../store/records.ts";
import { coveredTime } from "./busy/availability.ts";
import { epochOf, type Moment, parseDate } from "./dates.ts";
import { leewayOf, packDays } from "./fact_runs.ts";
import { endOf, type MomentContext, momentProperty } from "./moments.ts";
import { type Component, properties } from "./parse.ts";
import {
  type Master,
  readPeriod,
  readRecurrenceSet,
  type RecurrenceSet,
} from "./recurrence/recurrence_set.ts";
import { type Budget, lastStart } from "./recurrence/rule_engine.ts";
import { UTC } from "./zones/zones.ts";
import type { ZoneLookup } from "./zones/vtimezone.ts";

/** Version of the code that made facts; raise it when what they say changes, also where new zone data move instants by more than `leewayOf` covers. */
export const FACTS_VERSION = 7;

/** Version of the facts that tell the class of an object first; older ones say nothing of it. */
export const CLASS_FACTS_VERSION = 3;

/** Work that goes into the facts of one object. */
const FACTS_STEPS = 20_000;

/** Facts of a checked object: its components of one type and UID. */
export function factsOf(
  components: readonly Component[],
  about: { uid: string; component: string; zones: ZoneLookup },
): ObjectFacts {
  const { uid, component, zones } = about;
  const span = spanOf(components, { zones, floating: UTC });
  const access = strictestClass(components);
  return {
    uid,
    component,
    version: FACTS_VERSION,
    ...(span === undefined ? {} : { span }),
    ...(access === undefined ? {} : { access }),
  };
}

/**
 * The strictest CLASS of the components, undefined where all are PUBLIC. What
 * is not known counts as PRIVATE (RFC 5545 section 3.8.1.3).
 */
function strictestClass(
  components: readonly Component[],
): "PRIVATE" | "CONFIDENTIAL" | undefined {
  const classes = new Set(
    components.flatMap((component) =>
      properties(component, "CLASS").map(({ value }) =>
        value.trim().toUpperCase()
      )
    ),
  );
  classes.delete("PUBLIC");
  if (classes.size === 0) return undefined;
  classes.delete("CONFIDENTIAL");
  return classes.size === 0 ? "CONFIDENTIAL" : "PRIVATE";
}

interface Bounds {
  first: number;
  last: number | null;
}

/** The time that an object can matter to a range query in; undefined where any range may. */
function spanOf(
  components: readonly Component[],
  context: MomentContext,
): TimeSpan | undefined {
  const bounds: Bounds = { first: Infinity, last: -Infinity };
  const set = readRecurrenceSet(components, context);
  for (const slot of [...set.masters, ...set.overrides]) {
    const end = endOf(slot.start, slot.length, context.floating);
    include(bounds, slot.start, epochOf(slot.start, context.floating), end);
  }
  for (const override of set.overrides) {
    // what the rule would have given there still counts for limit-recurrence-set
    const { recurrenceId, epoch } = override;
    include(bounds, recurrenceId, epoch, epoch);
  }
  const budget = { steps: FACTS_STEPS };
  for (const master of set.masters) {
    includeMaster(bounds, master, set, { ...context, budget });
  }
  const dated = set.masters.length + set.overrides.length;
  for (const component of components) {
    if (!includeUndated(bounds, component, context)) return undefined;
  }
  if (dated === 0 && bounds.first === Infinity) return undefined;
  const runs = packDays(set, context);
  // the tables of RFC 4791 section 9.9 count some ends in
  return {
    first: bounds.first - 1,
    last: bounds.last === null ? null : bounds.last + 1,
    ...(runs === undefined ? {} : { runs }),
  };
}

function include(
  bounds: Bounds,
  moment: Moment,
  start: number,
  end: number,
): void {
  const wide = leewayOf(moment);
  bounds.first = Math.min(bounds.first, start - wide);
  if (bounds.last !== null) bounds.last = Math.max(bounds.last, end + wide);
}

function includeMaster(
  bounds: Bounds,
  master: Master,
  set: RecurrenceSet,
  context: MomentContext & { budget: Budget },
): void {
  const { floating, budget } = context;
  for (const slot of master.dates) {
    const end = endOf(slot.start, slot.length, floating);
    include(bounds, slot.start, epochOf(slot.start, floating), end);
  }
  const moves = set.futures.length > 0;
  const endless = master.unknown || (moves && master.rules.length > 0);
  if (endless) bounds.last = null;
  for (const { rule, until } of master.rules) {
    const start = { civil: master.start.civil };
    const bounded = until === undefined ? start : { ...start, until };
    const last = lastStart(rule, bounded, budget);
    if (last === null) bounds.last = null;
    else if (last !== undefined) {
      const moment = { ...master.start, civil: last };
      const end = endOf(moment, master.length, floating);
      include(bounds, moment, epochOf(moment, floating), end);
    }
  }
}

/**
 * Components without DTSTART and DUE are found by other properties, or always
 * (RFC 4791 section 9.9). False where nothing can be said.
 */
function includeUndated(
  bounds: Bounds,
  component: Component,
  context: MomentContext,
): boolean {
  const moment = (name: string) =>
    momentProperty(component, name, context.zones);
  const at = (each: Moment) => epochOf(each, context.floating);
  if (component.name === "VAVAILABILITY") {
    const { start, end } = coveredTime(component, context);
    // the index has no beginning of time
    if (start === -Infinity) return false;
    if (end === Infinity) bounds.last = null;
    return true;
  }
  if (moment("DTSTART") !== undefined) {
    const end = component.name === "VFREEBUSY" ? moment("DTEND") : undefined;
    if (end !== undefined) include(bounds, end, at(end), at(end));
    return component.name !== "VFREEBUSY" || end !== undefined;
  }
  if (component.name === "VTODO") {
    if (moment("DUE") !== undefined) return true;
    const completed = moment("COMPLETED");
    const created = moment("CREATED");
    if (created === undefined && completed === undefined) return false;
    for (const each of [completed, created]) {
      if (each !== undefined) include(bounds, each, at(each), at(each));
    }
    // not completed: it matters for ever
    if (completed === undefined) bounds.last = null;
    return true;
  }
  if (component.name !== "VFREEBUSY") return false;
  let found = false;
  for (const line of properties(component, "FREEBUSY")) {
    for (const text of line.value.split(",")) {
      if (parseDate(text.split("/")[0] ?? "") === undefined) continue;
      const period = readPeriod(text, line, context);
      if (period?.length === undefined) continue;
      const end = endOf(period.start, period.length, context.floating);
      include(bounds, period.start, at(period.start), end);
      found = true;
    }
  }
  return found;
}
