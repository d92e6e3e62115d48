/**
 * Date properties of a component with their zones, and how long it lasts.
 *
 * @module
 */

import { type ContentLine, paramValue } from "../text/content_line.ts";
import {
  DAY,
  type Duration,
  epochAfter,
  epochOf,
  type Moment,
  parseDate,
  parseDuration,
} from "./dates.ts";
import { type Component, property } from "./parse.ts";
import type { ZoneLookup } from "./zones/vtimezone.ts";
import type { Zone } from "./zones/zones.ts";

/** What dates are read with. */
export interface MomentContext {
  /** Zones of the object's TZIDs. */
  readonly zones: ZoneLookup;
  /** Zone of dates and floating times. */
  readonly floating: Zone;
}

/** Resolves one value of a property by the TZID beside it, undefined where it is no date. */
export function momentOf(
  text: string,
  line: ContentLine,
  zones: ZoneLookup,
): Moment | undefined {
  const value = parseDate(text);
  if (value === undefined || value.kind !== "local") return value;
  const tzid = paramValue(line, "TZID");
  const zone = tzid === undefined ? undefined : zones(tzid);
  return zone === undefined ? value : { ...value, zone };
}

/** The date of a property, undefined where it is absent or no date. */
export function momentProperty(
  component: Component,
  name: string,
  zones: ZoneLookup,
): Moment | undefined {
  const line = property(component, name);
  return line === undefined ? undefined : momentOf(line.value, line, zones);
}

/** The duration of a property, undefined where it is absent or none. */
export function durationProperty(
  component: Component,
  name: string,
): Duration | undefined {
  const line = property(component, name);
  return line === undefined ? undefined : parseDuration(line.value);
}

/** The property that ends a component, by its name. */
export function endName(component: Component): "DTEND" | "DUE" {
  return component.name === "VTODO" ? "DUE" : "DTEND";
}

/**
 * How long each instance of a component lasts that begins at `start` (RFC
 * 5545 sections 3.6.1 and 3.8.5.3): all-day lengths count days, those between
 * two times count seconds. Never negative.
 */
export function lengthOf(
  component: Component,
  start: Moment,
  context: MomentContext,
): Duration {
  const end = momentProperty(component, endName(component), context.zones);
  if (end !== undefined) {
    if (start.kind === "date" && end.kind === "date") {
      const days = Math.round((end.civil - start.civil) / DAY);
      // some write the last day where RFC 5545 wants the first day after it
      const least = component.name === "VTODO" ? 0 : 1;
      return { days: Math.max(least, days), time: 0 };
    }
    const time = epochOf(end, context.floating) -
      epochOf(start, context.floating);
    return { days: 0, time: Math.max(0, time) };
  }
  const duration = durationProperty(component, "DURATION");
  if (duration !== undefined) {
    return duration.days < 0 || duration.time < 0
      ? { days: 0, time: 0 }
      : duration;
  }
  const wholeDay = start.kind === "date" && component.name !== "VTODO";
  return { days: wholeDay ? 1 : 0, time: 0 };
}

/** End of an instance in epoch milliseconds. */
export function endOf(
  start: Moment,
  length: Duration,
  floating: Zone,
): number {
  return epochAfter(start, length, floating);
}

/** Offsets that local times near an instant may have, in milliseconds; where the clock changes, more than one. */
export function offsetsAround(zone: Zone, epoch: number): number[] {
  if (!Number.isFinite(epoch)) return [0];
  return [epoch - DAY, epoch, epoch + DAY].map((at) => zone.toCivil(at) - at);
}
