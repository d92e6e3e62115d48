/**
 * What the components of one UID say about recurrence, read once: masters,
 * overrides, exceptions (RFC 5545 sections 3.8.4.4 and 3.8.5).
 *
 * @module
 */

import { type ContentLine, paramValue } from "../../text/content_line.ts";
import {
  DAY,
  type Duration,
  epochOf,
  type Moment,
  parseDuration,
} from "../dates.ts";
import {
  lengthOf,
  type MomentContext,
  momentOf,
  momentProperty,
} from "../moments.ts";
import {
  addException,
  addExceptions,
  type Exceptions,
  noExceptions,
} from "./exceptions.ts";
import { type Component, properties, property } from "../parse.ts";
import { compareRevisions } from "../revisions.ts";
import { parseRule, type Rule } from "./rule.ts";
import { UTC } from "../zones/zones.ts";

/** A start with its length. */
export interface Slot {
  /** When it begins. */
  readonly start: Moment;
  /** How long it lasts. */
  readonly length: Duration;
}

/** A rule of a component. */
export interface BoundRule {
  /** The rule. */
  readonly rule: Rule;
  /** The last civil start that UNTIL allows. */
  readonly until?: number;
}

/** A component that recurs, or may. */
export interface Master extends Slot {
  /** The component. */
  readonly component: Component;
  /** Its rules. */
  readonly rules: readonly BoundRule[];
  /** Its EXRULEs, which take away what they give (RFC 2445 section 4.8.5.2). */
  readonly exclusions: readonly BoundRule[];
  /** True where it has a rule that can't be read: what it does is unknown. */
  readonly unknown: boolean;
  /** Its RDATEs. */
  readonly dates: readonly Slot[];
}

/** A component with RECURRENCE-ID. */
export interface Override extends Slot {
  /** The component. */
  readonly component: Component;
  /** The instance that it stands for; where both have times, in the zone of its start, so that their difference is how far it moved. */
  readonly recurrenceId: Moment;
  /** The same in epoch milliseconds. */
  readonly epoch: number;
  /** True with RANGE=THISANDFUTURE: later instances move with it. */
  readonly andFuture: boolean;
}

/** Everything about one UID. */
export interface RecurrenceSet {
  /** Components without RECURRENCE-ID; one, or none, in a valid object. Older revisions are left out. */
  readonly masters: readonly Master[];
  /** Components with RECURRENCE-ID, in the order of time, the newest revision of each. */
  readonly overrides: readonly Override[];
  /** Those of them that move later instances too (at most 100 are looked at), in their order. */
  readonly futures: readonly Override[];
  /** Instances of the masters that do not happen as the rule says. */
  readonly exceptions: Exceptions;
}

/** Rules of one component that are looked at; RFC 5545 wants one at most. */
const MAX_RULES = 20;

/** THISANDFUTURE overrides that are looked at for each instance. */
const MAX_FUTURES = 100;

/** Sets by their first component: filter, expansion and free-busy ask for the same one. */
const kept = new WeakMap<Component, {
  readonly components: readonly Component[];
  readonly context: MomentContext;
  readonly set: RecurrenceSet;
}>();

/** Reads a set. Components without DTSTART (or, for VTODO, DUE) are left out: they have no instances. The same components with the same zones give the same set. */
export function readRecurrenceSet(
  components: readonly Component[],
  context: MomentContext,
): RecurrenceSet {
  const [first] = components;
  const last = first === undefined ? undefined : kept.get(first);
  if (
    last !== undefined && last.context.zones === context.zones &&
    last.context.floating === context.floating &&
    last.components.length === components.length &&
    last.components.every((each, at) => each === components[at])
  ) return last.set;
  const set = readSet(components, context);
  if (first !== undefined) {
    const { zones, floating } = context;
    const snapshot = { components: [...components], set };
    kept.set(first, { ...snapshot, context: { zones, floating } });
  }
  return set;
}

function readSet(
  components: readonly Component[],
  context: MomentContext,
): RecurrenceSet {
  const masters: Master[] = [];
  const byInstance = new Map<string, Override>();
  const ids: Moment[] = [];
  const orphans = components.every((each) => property(each, "RECURRENCE-ID"));
  for (const component of components) {
    const start = startOf(component, context);
    if (start === undefined) continue;
    const slot = { start, length: lengthOf(component, start, context) };
    // Connect Daily writes masters with a RECURRENCE-ID of their own
    const master = orphans && property(component, "RRULE") !== undefined;
    const id = master
      ? undefined
      : momentProperty(component, "RECURRENCE-ID", context.zones);
    if (id === undefined) {
      masters.push(readMaster(component, slot, context));
    } else {
      ids.push(id);
      putNewest(byInstance, readOverride(component, id, { ...context, slot }));
    }
  }
  const newest = withoutOlder(masters);
  const overrides = [...byInstance.values()].sort((a, b) => a.epoch - b.epoch);
  const futures = overrides.filter((each) => each.andFuture)
    .slice(0, MAX_FUTURES);
  const exceptions = noExceptions();
  const allDay = newest.some(({ start }) => start.kind === "date");
  for (const { component } of newest) {
    addExceptions(exceptions, component, { ...context, allDay });
  }
  for (const id of ids) addException(exceptions, id, { ...context, allDay });
  return { masters: newest, overrides, futures, exceptions };
}

function readOverride(
  component: Component,
  id: Moment,
  { slot, ...context }: MomentContext & { readonly slot: Slot },
): Override {
  const line = property(component, "RECURRENCE-ID");
  const range = line === undefined ? undefined : paramValue(line, "RANGE");
  const recurrenceId = likeStart(id, slot.start, context);
  return {
    component,
    ...slot,
    recurrenceId,
    epoch: epochOf(recurrenceId, context.floating),
    andFuture: range?.toUpperCase() === "THISANDFUTURE",
  };
}

/** A RECURRENCE-ID in the zone of the start beside it, where both have times. */
function likeStart(id: Moment, start: Moment, context: MomentContext): Moment {
  if (id.kind === "date" || start.kind === "date") return id;
  const zone = start.kind === "utc" ? UTC : start.zone ?? context.floating;
  // floating ones mean the clock of the start, as they do in an EXDATE
  const floats = id.kind === "local" && id.zone === undefined;
  if (floats) return { ...start, civil: id.civil };
  return { ...start, civil: zone.toCivil(epochOf(id, context.floating)) };
}

/** Of several overrides of one instance the newest counts, and among equals the last. */
function putNewest(byInstance: Map<string, Override>, one: Override): void {
  const key = `${one.recurrenceId.kind === "date"} ${one.epoch}`;
  const other = byInstance.get(key);
  const newer = other === undefined ||
    compareRevisions(other.component, one.component) <= 0;
  if (newer) byInstance.set(key, one);
}

/** Masters but for older revisions; where nothing tells them apart, all: rather one too many than one lost. */
function withoutOlder(masters: readonly Master[]): readonly Master[] {
  if (masters.length < 2) return masters;
  const newest = masters.reduce((best, one) =>
    compareRevisions(best.component, one.component) < 0 ? one : best
  );
  return masters.filter(({ component }) =>
    compareRevisions(component, newest.component) === 0
  );
}

/** What recurrence counts from: DTSTART, or DUE of a task without one. */
export function startOf(
  component: Component,
  context: MomentContext,
): Moment | undefined {
  const start = momentProperty(component, "DTSTART", context.zones);
  if (start !== undefined || component.name !== "VTODO") return start;
  return momentProperty(component, "DUE", context.zones);
}

function readMaster(
  component: Component,
  slot: Slot,
  context: MomentContext,
): Master {
  const { rules, unknown } = readRules(component, "RRULE", { slot, context });
  // one that can't be read takes nothing away: rather one too many than one lost
  const { rules: exclusions } = readRules(component, "EXRULE", {
    slot,
    context,
  });
  const dates: Slot[] = [];
  for (const line of properties(component, "RDATE")) {
    for (const text of line.value.split(",")) {
      const period = readPeriod(text, line, context);
      if (period !== undefined) dates.push({ length: slot.length, ...period });
    }
  }
  return { component, ...slot, rules, exclusions, unknown, dates };
}

/** The rules of a component; `unknown`: there are others that can't be read, or too many. */
function readRules(
  component: Component,
  name: "RRULE" | "EXRULE",
  { slot, context }: { readonly slot: Slot; readonly context: MomentContext },
): { readonly rules: readonly BoundRule[]; readonly unknown: boolean } {
  const rules: BoundRule[] = [];
  const lines = properties(component, name);
  let unknown = lines.length > MAX_RULES;
  for (const line of lines.slice(0, MAX_RULES)) {
    const parsed = parseRule(line.value);
    if (!parsed.ok) {
      unknown = true;
      continue;
    }
    const rule = slot.start.kind === "date"
      ? withoutTimes(parsed.rule)
      : parsed.rule;
    const until = civilUntil(rule, slot.start, context);
    rules.push(until === undefined ? { rule } : { rule, until });
  }
  return { rules, unknown };
}

/** BYHOUR, BYMINUTE and BYSECOND are ignored beside a DTSTART that is a date (RFC 5545 section 3.3.10). */
function withoutTimes(rule: Rule): Rule {
  const by = { ...rule.by, BYHOUR: [], BYMINUTE: [], BYSECOND: [] };
  return { ...rule, by };
}

/** A date, or a PERIOD (RFC 5545 section 3.3.9) with its length. */
export function readPeriod(
  text: string,
  line: ContentLine,
  context: MomentContext,
): { start: Moment; length?: Duration } | undefined {
  const [from = "", to] = text.split("/");
  const start = momentOf(from, line, context.zones);
  if (start === undefined || to === undefined) return start && { start };
  const duration = parseDuration(to);
  if (duration !== undefined) return { start, length: duration };
  const end = momentOf(to, line, context.zones);
  if (end === undefined) return undefined;
  const time = epochOf(end, context.floating) -
    epochOf(start, context.floating);
  return { start, length: { days: 0, time: Math.max(0, time) } };
}

/**
 * The last civil start that UNTIL allows. A date covers its whole day, local
 * time without zone is that of DTSTART (both against RFC 5545 section
 * 3.3.10, both common).
 */
function civilUntil(
  rule: Rule,
  start: Moment,
  context: MomentContext,
): number | undefined {
  const until = rule.until;
  if (until === undefined) return undefined;
  if (until.kind === "date") return until.civil + DAY - 1;
  if (until.kind === "local" || start.kind === "utc") return until.civil;
  if (start.kind === "date") return until.civil;
  return (start.zone ?? context.floating).toCivil(until.civil);
}
