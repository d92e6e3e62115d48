/**
 * Zones from the VTIMEZONE components of an object (RFC 5545 section 3.6.5),
 * for TZIDs that no table knows. Bounded: rules are expanded between 1970 and
 * 2200 only, and transitions are capped.
 *
 * @module
 */

import { paramValue } from "../text/content_line.ts";
import {
  civilFromFields,
  DAY,
  daysInMonth,
  parseDate,
  parseOffset,
} from "./dates.ts";
import {
  type Calendar,
  type Component,
  parseCalendarText,
  properties,
  property,
} from "./parse.ts";
import { parseRule, type Rule, WEEKDAYS } from "./rule.ts";
import { type Budget, type RuleStart, startsBetween } from "./rule_engine.ts";
import { createOffsets, type Transition } from "./zone_offsets.ts";
import { createZone, type Zone, zoneByName } from "./zones.ts";

/** Finds the zone of a TZID; undefined means that its times are floating. */
export type ZoneLookup = (tzid: string) => Zone | undefined;

const FROM = Date.UTC(1970, 0, 1);
const TO = Date.UTC(2200, 0, 1);
const MAX_TRANSITIONS = 20_000;

/** Work for all zones of one object. */
const BUDGET = 20_000;

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
    if (found.has(name)) return found.get(name);
    own ??= vtimezonesOf(calendar);
    const component = own.get(name);
    const zone = zoneByName(name) ??
      (component === undefined
        ? undefined
        : zoneOfComponent(component, name, budget));
    found.set(name, zone);
    return zone;
  };
}

function vtimezonesOf(calendar: Calendar): Map<string, Component> {
  const own = new Map<string, Component>();
  for (const component of calendar.root.components) {
    if (component.name !== "VTIMEZONE") continue;
    const tzid = property(component, "TZID")?.value.trim();
    if (tzid !== undefined && !own.has(tzid)) own.set(tzid, component);
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

/** The zone that a VTIMEZONE describes, undefined where it has no usable observance. */
export function zoneOfComponent(
  component: Component,
  id: string,
  budget: Budget,
): Zone | undefined {
  // libical and Lotus say here which IANA zone they mean
  const location = property(component, "X-LIC-LOCATION")?.value ?? "";
  const named = zoneByName(location);
  if (named !== undefined) return named;
  const transitions: Transition[] = [];
  let first: { at: number; offset: number } | undefined;
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
    const range = { from: FROM, to: TO, budget: options.budget };
    const starts = nthWeekdays(parsed.rule, start) ??
      startsBetween(parsed.rule, start, range).starts;
    for (const each of starts) out.push(each);
  }
  return out;
}

/**
 * Starts of "the nth weekday of a month each year", the shape of nearly all
 * rules in a VTIMEZONE, without the engine; undefined for other shapes.
 */
function nthWeekdays(rule: Rule, start: RuleStart): number[] | undefined {
  const { by, byDay, count, freq, interval, foreign } = rule;
  const [day, moreDays] = byDay;
  const [month, moreMonths] = by.BYMONTH;
  const others = Object.entries(by).some(([name, list]) =>
    name !== "BYMONTH" && list.length > 0
  );
  if (
    freq !== "YEARLY" || interval !== 1 || count !== undefined || foreign ||
    others || day === undefined || moreDays !== undefined || day.nth === 0 ||
    Math.abs(day.nth) > 5 ||
    month === undefined || moreMonths !== undefined
  ) return undefined;
  const out: number[] = [];
  const weekday = WEEKDAYS.indexOf(day.day);
  const time = start.civil - Math.floor(start.civil / DAY) * DAY;
  for (let year = 1970; year < 2200; year++) {
    const length = daysInMonth(year, month);
    const last = day.nth < 0;
    const edge = civilFromFields(year, month, last ? length : 1);
    // weekday of the edge, Monday first; 1970 began on a Thursday
    const at = (Math.floor(edge / DAY) + 3) % 7;
    const near = last ? -((at - weekday + 7) % 7) : (weekday - at + 7) % 7;
    const date = edge + (near + 7 * (day.nth + (last ? 1 : -1))) * DAY;
    if (new Date(date).getUTCMonth() + 1 !== month) continue;
    const civil = date + time;
    if (civil >= start.civil && civil <= (start.until ?? Infinity)) {
      out.push(civil);
    }
  }
  return out;
}
