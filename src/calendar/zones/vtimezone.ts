/**
 * Zones from the VTIMEZONE components of an object (RFC 5545 section 3.6.5),
 * for TZIDs that no table knows. Bounded: rules are expanded in a fixed part of
 * time only, against a budget, and onsets are capped. Nothing that a VTIMEZONE
 * says is looked up elsewhere, so none can refer to itself.
 *
 * @module
 */

import { paramValue } from "../../text/content_line.ts";
import { decodeText } from "../../text/text_value.ts";
import { parseDate } from "../dates.ts";
import {
  type Calendar,
  type Component,
  parseCalendarText,
  properties,
  property,
} from "../parse.ts";
import { parseRule } from "../recurrence/rule.ts";
import { type Budget, startsBetween } from "../recurrence/rule_engine.ts";
import { parseOffset } from "./utc_offset.ts";
import {
  createOffsets,
  LAST_INSTANT,
  type Transition,
} from "./zone_offsets.ts";
import { createZone, type Zone, zoneByName } from "./zones.ts";

/** Finds the zone of a TZID; undefined means that its times are floating. */
export type ZoneLookup = (tzid: string) => Zone | undefined;

/** Rules are expanded from here on: those of Windows begin in 1601. */
const FROM = Date.UTC(1900, 0, 1);
const MAX_TRANSITIONS = 20_000;

/** Work for all zones of one object. */
const BUDGET = 20_000;

/** TZIDs of one object that are looked for; times of others are floating. The runtime takes long to say that it has no zone of a name. */
const MAX_NAMES = 1_000;

/** Zones kept by the text of their VTIMEZONE, and the longest text of one: the objects of one program have the same one. */
const KEPT = { zones: 200, length: 20_000 };

const kept = new Map<string, Zone>();
const lookups = new WeakMap<Calendar, ZoneLookup>();

/** A lookup for the TZIDs of one object: known names first, then its own VTIMEZONEs. One object has one lookup. */
export function zonesOf(calendar: Calendar): ZoneLookup {
  let lookup = lookups.get(calendar);
  if (lookup === undefined) {
    lookups.set(calendar, lookup = createLookup(calendar));
  }
  return lookup;
}

function createLookup(calendar: Calendar): ZoneLookup {
  const found = new Map<string, Zone | undefined>();
  const budget: Budget = { steps: BUDGET };
  let own: Map<string, Component> | undefined;
  return (tzid) => {
    const name = tzid.trim();
    if (found.has(name) || found.size >= MAX_NAMES) return found.get(name);
    own ??= vtimezonesOf(calendar);
    const component = own.get(name);
    const zone = zoneByName(name) ??
      (component && ownZone(component, { name, budget, text: calendar.text }));
    found.set(name, zone);
    return zone;
  };
}

function vtimezonesOf(calendar: Calendar): Map<string, Component> {
  const own = new Map<string, Component>();
  for (const component of calendar.root.components) {
    if (component.name !== "VTIMEZONE") continue;
    const tzid = property(component, "TZID")?.value.trim();
    if (tzid === undefined) continue;
    // TEXT escapes what a parameter does not
    for (const name of [tzid, decodeText(tzid)]) {
      if (!own.has(name)) own.set(name, component);
    }
  }
  return own;
}

/** The zone of an iCalendar text with one VTIMEZONE (`calendar-timezone`, RFC 4791 section 5.2.2), undefined where there is none. */
export function zoneOfText(text: string): Zone | undefined {
  const parsed = parseCalendarText(text);
  if (!parsed.ok) return undefined;
  const [tzid] = vtimezonesOf(parsed.calendar).keys();
  return tzid === undefined ? undefined : zonesOf(parsed.calendar)(tzid);
}

interface OwnZone {
  readonly name: string;
  readonly text: string;
  readonly budget: Budget;
}

/** The zone that a VTIMEZONE describes, undefined where it has no usable observance. */
function ownZone(
  component: Component,
  { name, text, budget }: OwnZone,
): Zone | undefined {
  // libical and Lotus say here which IANA zone they mean
  const location = property(component, "X-LIC-LOCATION")?.value ?? "";
  const named = zoneByName(location);
  if (named !== undefined) return named;
  const key = text.slice(component.begin.start, component.end.end);
  const known = kept.get(key);
  if (known !== undefined) return known;
  const zone = evaluate(component, name, budget);
  // where the budget ended first, another object may learn more
  if (
    zone === undefined || budget.steps < 1 || key.length > KEPT.length
  ) return zone;
  const [oldest] = kept.keys();
  if (kept.size >= KEPT.zones && oldest !== undefined) kept.delete(oldest);
  kept.set(key, zone);
  return zone;
}

function evaluate(
  component: Component,
  id: string,
  budget: Budget,
): Zone | undefined {
  const transitions: Transition[] = [];
  let first: Transition | undefined;
  for (const observance of component.components) {
    const from = offsetOf(observance, "TZOFFSETFROM");
    const to = offsetOf(observance, "TZOFFSETTO");
    const start = parseDate(property(observance, "DTSTART")?.value ?? "");
    if (from === undefined || to === undefined || start === undefined) continue;
    for (const civil of onsets(observance, start.civil, { from, budget })) {
      if (transitions.length >= MAX_TRANSITIONS) break;
      transitions.push({ at: civil - from, offset: to });
    }
    const at = start.civil - from;
    if (first === undefined || at < first.at) first = { at, offset: from };
  }
  if (first === undefined) return undefined;
  transitions.sort((a, b) => a.at - b.at);
  return createZone(id, createOffsets(transitions, first.offset));
}

function offsetOf(observance: Component, name: string): number | undefined {
  return parseOffset(property(observance, name)?.value ?? "");
}

/** Wall-clock times at which an observance begins. */
function onsets(
  observance: Component,
  civil: number,
  options: { from: number; budget: Budget },
): number[] {
  const out = [civil];
  for (const line of properties(observance, "RDATE")) {
    if (paramValue(line, "VALUE")?.toUpperCase() === "PERIOD") continue;
    for (const text of line.value.split(",")) {
      const date = parseDate(text);
      if (date === undefined) continue;
      out.push(date.kind === "utc" ? date.civil + options.from : date.civil);
    }
  }
  for (const line of properties(observance, "RRULE")) {
    const parsed = parseRule(line.value);
    if (!parsed.ok) continue;
    const { until } = parsed.rule;
    const shift = until?.kind === "utc" ? options.from : 0;
    const start = until === undefined
      ? { civil }
      : { civil, until: until.civil + shift };
    const range = { from: FROM, to: LAST_INSTANT, budget: options.budget };
    for (const each of startsBetween(parsed.rule, start, range).starts) {
      out.push(each);
    }
  }
  return out;
}
