/**
 * When somebody is busy (RFC 4791 section 7.10), from calendar objects.
 *
 * @module
 */

import { paramValue } from "../text/content_line.ts";
import { foldLine } from "../text/data_line.ts";
import { epochOf } from "./dates.ts";
import { formatCivil } from "./expand.ts";
import { endOf, type MomentContext } from "./moments.ts";
import {
  type Calendar,
  type Component,
  properties,
  property,
} from "./parse.ts";
import { eachOccurrence } from "./recurrence.ts";
import { readPeriod } from "./recurrence_set.ts";
import type { Budget } from "./rule_engine.ts";
import { zonesOf } from "./vtimezone.ts";
import type { Zone } from "./zones.ts";

/** Ways of being busy, in the order that an answer has them (RFC 5545 section 3.2.9). */
export const BUSY_TYPES = [
  "BUSY",
  "BUSY-UNAVAILABLE",
  "BUSY-TENTATIVE",
] as const;

/** One of them. */
export type BusyType = typeof BUSY_TYPES[number];

/** A stretch of time. */
export interface BusyPeriod {
  /** Epoch milliseconds. */
  readonly start: number;
  /** Epoch milliseconds, later than `start`. */
  readonly end: number;
  /** How somebody is busy. */
  readonly type: BusyType;
}

/** What busy time is computed with. */
export interface BusyContext {
  /** The range that is asked about; periods are cut to it. */
  readonly range: { readonly start: number; readonly end: number };
  /** Zone of floating and all-day values. */
  readonly zone: Zone;
  /** Work that may be done for this object. */
  readonly budget: Budget;
}

/** Busy periods of one object, neither in order nor merged; undefined where the bound on work was reached. */
export function busyPeriods(
  calendar: Calendar,
  context: BusyContext,
): BusyPeriod[] | undefined {
  const { range, zone, budget } = context;
  const moments = { zones: zonesOf(calendar), floating: zone };
  const found: BusyPeriod[] = [];
  const add = (start: number, end: number, type: BusyType) => {
    const from = Math.max(start, range.start);
    const to = Math.min(end, range.end);
    if (from < to) found.push({ start: from, end: to, type });
  };
  const { components } = calendar.root;
  const complete = eachOccurrence(
    components.filter((one) => one.name === "VEVENT"),
    range,
    {
      ...moments,
      budget,
      visit: ({ start, end, component }) => {
        const type = typeOfEvent(component);
        if (type !== undefined) add(start, end, type);
        return true;
      },
    },
  );
  if (!complete) return undefined;
  for (const component of components) {
    if (component.name === "VFREEBUSY") addPublished(component, moments, add);
  }
  return found;
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

/** FREEBUSY of a stored VFREEBUSY; a type that nobody knows is BUSY (RFC 5545 section 3.2.9). */
function addPublished(
  component: Component,
  context: MomentContext,
  add: (start: number, end: number, type: BusyType) => void,
): void {
  for (const line of properties(component, "FREEBUSY")) {
    const sent = paramValue(line, "FBTYPE")?.toUpperCase() ?? "BUSY";
    if (sent === "FREE") continue;
    const type = BUSY_TYPES.find((one) => one === sent) ?? "BUSY";
    for (const text of line.value.split(",")) {
      const period = readPeriod(text, line, context);
      if (period?.length === undefined) continue;
      const start = epochOf(period.start, context.floating);
      add(start, endOf(period.start, period.length, context.floating), type);
    }
  }
}

/** Periods of each type in the order of time, those that touch or overlap joined. */
export function mergeBusy(periods: readonly BusyPeriod[]): BusyPeriod[] {
  return BUSY_TYPES.flatMap((type) => {
    const own = periods.filter((one) => one.type === type)
      .sort((a, b) => a.start - b.start);
    const merged: { start: number; end: number; type: BusyType }[] = [];
    for (const { start, end } of own) {
      const last = merged.at(-1);
      if (last !== undefined && start <= last.end) {
        last.end = Math.max(last.end, end);
      } else merged.push({ start, end, type });
    }
    return merged;
  });
}

/** An iCalendar object with one VFREEBUSY (RFC 5545 section 3.6.4). */
export function writeFreeBusy(
  periods: readonly BusyPeriod[],
  about: {
    /** The range that was asked about. */
    readonly range: { readonly start: number; readonly end: number };
    /** Epoch milliseconds of the answer. */
    readonly now: number;
    /** Unique id of the answer (RFC 5545 section 3.6.4 wants one). */
    readonly uid: string;
  },
): string {
  const { range, now, uid } = about;
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Kalends//Kalends//EN",
    "BEGIN:VFREEBUSY",
    `UID:${uid}`,
    `DTSTAMP:${utc(now)}`,
    `DTSTART:${utc(range.start)}`,
    `DTEND:${utc(range.end)}`,
    ...mergeBusy(periods).map(({ start, end, type }) =>
      `FREEBUSY${type === "BUSY" ? "" : `;FBTYPE=${type}`}:${utc(start)}/${
        utc(end)
      }`
    ),
    "END:VFREEBUSY",
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${foldLine(line)}\r\n`).join("");
}

function utc(epoch: number): string {
  return `${formatCivil(epoch)}Z`;
}
