/**
 * When somebody is busy (RFC 4791 section 7.10, RFC 7953 section 5), from
 * calendar objects.
 *
 * @module
 */

import { paramValue } from "../../text/content_line.ts";
import {
  type Availability,
  readAvailability,
  unavailablePeriods,
} from "./availability.ts";
import {
  type BusyPeriod,
  type BusyType,
  busyType,
  intersection,
  mergeBusy,
  type Period,
} from "./busy_periods.ts";
import { epochOf } from "../dates.ts";
import { endOf, type MomentContext } from "../moments.ts";
import {
  type Calendar,
  type Component,
  properties,
  property,
} from "../parse.ts";
import {
  eachOccurrence,
  type RecurrenceContext,
} from "../recurrence/recurrence.ts";
import { readPeriod } from "../recurrence/recurrence_set.ts";
import type { Budget } from "../recurrence/rule_engine.ts";
import { zonesOf } from "../zones/vtimezone.ts";
import type { Zone } from "../zones/zones.ts";

/** Component types that make somebody busy, or free. */
export const BUSY_COMPONENTS: readonly string[] = [
  "VEVENT",
  "VFREEBUSY",
  "VAVAILABILITY",
];

/** What an object is read with. */
export interface BusyContext {
  /** Zone of floating and all-day values. */
  readonly zone: Zone;
  /** Work that may be done for this object. */
  readonly budget: Budget;
}

/** What one object says of when somebody is busy. */
export interface BusyPart {
  /** Busy periods, cut to the range. */
  readonly found: readonly BusyPeriod[];
  /** When somebody is available at all. */
  readonly availabilities: readonly Availability[];
}

/** Busy time of many objects in one range. */
export interface BusyTime {
  /** Reads one object; undefined where the bound on work was reached first. */
  read(calendar: Calendar, context: BusyContext): BusyPart | undefined;
  /** Takes in what was read. */
  take(part: BusyPart): void;
  /** What is busy because of all objects taken in: by type, each in the order of time and joined where they touch. */
  periods(): BusyPeriod[];
}

/** Collects busy time; periods are cut to the range. */
export function createBusyTime(range: Period): BusyTime {
  const all: BusyPart[] = [];

  function read(
    calendar: Calendar,
    { zone, budget }: BusyContext,
  ): BusyPart | undefined {
    const found: BusyPeriod[] = [];
    const availabilities: Availability[] = [];
    const add = (start: number, end: number, type: BusyType) => {
      const period = intersection({ start, end }, range);
      if (period !== undefined) found.push({ ...period, type });
    };
    const context = { zones: zonesOf(calendar), floating: zone, budget };
    const { components } = calendar.root;
    const named = (name: string) =>
      components.filter((one) => one.name === name);
    for (const component of named("VFREEBUSY")) {
      addPublished(component, context, add);
    }
    for (const component of named("VAVAILABILITY")) {
      const available = readAvailability(component, range, context);
      if (available === "unknown") return undefined;
      if (available !== undefined) availabilities.push(available);
    }
    return addEvents(named("VEVENT"), range, { ...context, add })
      ? { found, availabilities }
      : undefined;
  }

  return {
    read,
    take: (part) => void all.push(part),
    periods: () =>
      mergeBusy([
        ...all.flatMap(({ found }) => found),
        ...unavailablePeriods(
          all.flatMap(({ availabilities }) => availabilities),
        ),
      ]),
  };
}

function addEvents(
  events: readonly Component[],
  range: Period,
  context: RecurrenceContext & {
    readonly add: (start: number, end: number, type: BusyType) => void;
  },
): boolean {
  return eachOccurrence(events, range, {
    ...context,
    visit: ({ start, end, component }) => {
      const type = typeOfEvent(component);
      if (type !== undefined) context.add(start, end, type);
      return true;
    },
  });
}

/** The table of RFC 4791 section 7.10; undefined for time that is free. */
function typeOfEvent(component: Component): BusyType | undefined {
  const text = (name: string) =>
    property(component, name)?.value.trim().toUpperCase();
  if (text("TRANSP") === "TRANSPARENT") return undefined;
  switch (text("STATUS")) {
    case "CANCELLED":
      return undefined;
    case "TENTATIVE":
      return "BUSY-TENTATIVE";
    default:
      return "BUSY";
  }
}

/** FREEBUSY of a stored VFREEBUSY. */
function addPublished(
  component: Component,
  context: MomentContext,
  add: (start: number, end: number, type: BusyType) => void,
): void {
  for (const line of properties(component, "FREEBUSY")) {
    const sent = paramValue(line, "FBTYPE") ?? "BUSY";
    if (sent.toUpperCase() === "FREE") continue;
    for (const text of line.value.split(",")) {
      const period = readPeriod(text, line, context);
      if (period?.length === undefined) continue;
      const start = epochOf(period.start, context.floating);
      const end = endOf(period.start, period.length, context.floating);
      add(start, end, busyType(sent));
    }
  }
}
