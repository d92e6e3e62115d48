/**
 * The rules that a calendar object must keep to be stored (RFC 4791 sections
 * 4.1 and 5.3.2.1). Where real programs break RFC 5545 without harm, the data
 * is taken as it is: each such leniency is a row of `docs/leniencies.md`.
 *
 * @module
 */

import type { ObjectFacts } from "../store/records.ts";
import { SUPPORTED_COMPONENTS } from "./component_names.ts";
import { epochOf } from "./dates.ts";
import { factsOf } from "./facts.ts";
import { momentOf } from "./moments.ts";
import {
  type Calendar,
  type Component,
  parseCalendar,
  property,
} from "./parse.ts";
import type { CalendarProblem, CalendarProblemName } from "./problems.ts";
import { propertyFault } from "./property_rules.ts";
import { occurrences } from "./recurrence.ts";
import { type ZoneLookup, zonesOf } from "./vtimezone.ts";
import { UTC } from "./zones.ts";

/** Limits of one calendar; what is absent is not limited. */
export interface CalendarLimits {
  /** Component types that the calendar takes; absent: all that the server knows. */
  readonly components?: readonly string[];
  /** Epoch milliseconds of the earliest date taken (RFC 4791 section 5.2.6). */
  readonly minDateTime?: number;
  /** Epoch milliseconds of the latest date taken (RFC 4791 section 5.2.7). */
  readonly maxDateTime?: number;
  /** Instances that a set with an end may have (RFC 4791 section 5.2.8). */
  readonly maxInstances?: number;
  /** ATTENDEE properties in one component (RFC 4791 section 5.2.9). */
  readonly maxAttendeesPerInstance?: number;
}

/** What `checkCalendarObject` answers. */
export type CalendarCheck =
  | { readonly ok: true; readonly facts: ObjectFacts }
  | { readonly ok: false; readonly problem: CalendarProblem };

/** A problem, or undefined for none. */
type Finding = CalendarProblem | undefined;

/** Checks the bytes of one calendar object and computes its facts. Bounded work for any bytes; never throws. */
export function checkCalendarObject(
  bytes: Uint8Array,
  limits: CalendarLimits = {},
): CalendarCheck {
  const parsed = parseCalendar(bytes);
  if (!parsed.ok) return parsed;
  const { calendar } = parsed;
  const main = mainComponents(calendar);
  const problem = checkRoot(calendar) ?? checkTypes(calendar, main, limits) ??
    checkUids(main) ?? checkValues(main);
  if (problem !== undefined) return { ok: false, problem };
  const zones = zonesOf(calendar);
  const beyond = checkLimits(main, limits, zones);
  if (beyond !== undefined) return { ok: false, problem: beyond };
  const [first] = main;
  const component = first?.name ?? "";
  const uid = uidOf(first) ?? "";
  return { ok: true, facts: factsOf(main, { uid, component, zones }) };
}

/** The components that an object is about: all but VTIMEZONE and experimental ones. */
export function mainComponents(calendar: Calendar): Component[] {
  return calendar.root.components.filter((each) =>
    each.name !== "VTIMEZONE" && !each.name.startsWith("X-")
  );
}

function uidOf(component: Component | undefined): string | undefined {
  if (component === undefined) return undefined;
  return property(component, "UID")?.value.trim();
}

function problemOf(
  name: CalendarProblemName,
  message: string,
  line?: number,
): CalendarProblem {
  return line === undefined ? { name, message } : { name, message, line };
}

function checkRoot(calendar: Calendar): Finding {
  const { root } = calendar;
  const version = property(root, "VERSION");
  if (version !== undefined && version.value.trim() !== "2.0") {
    return problemOf(
      "supported-calendar-data",
      "Expected iCalendar VERSION:2.0",
      version.line,
    );
  }
  const method = property(root, "METHOD");
  if (method === undefined) return undefined;
  return problemOf(
    "valid-calendar-object-resource",
    "A stored calendar object must not have METHOD",
    method.line,
  );
}

function checkTypes(
  calendar: Calendar,
  main: readonly Component[],
  limits: CalendarLimits,
): Finding {
  const [first] = main;
  if (first === undefined) {
    return problemOf(
      "valid-calendar-object-resource",
      "The calendar object has no component but time zones",
      calendar.root.begin.line,
    );
  }
  const taken = limits.components ?? SUPPORTED_COMPONENTS;
  const other = main.find((each) => each.name !== first.name);
  const refused = main.find((each) => !taken.includes(each.name));
  if (refused !== undefined && other === undefined) {
    return problemOf(
      "supported-calendar-component",
      `The calendar does not take ${refused.name.slice(0, 40)}`,
      refused.begin.line,
    );
  }
  if (other === undefined) return undefined;
  return problemOf(
    "valid-calendar-object-resource",
    `Expected one type of component, got ${first.name.slice(0, 40)} and ${
      other.name.slice(0, 40)
    }`,
    other.begin.line,
  );
}

function checkUids(main: readonly Component[]): Finding {
  const uid = uidOf(main[0]);
  for (const component of main) {
    const own = uidOf(component);
    if (own === undefined || own === "") {
      return problemOf(
        "valid-calendar-object-resource",
        `${component.name} has no UID`,
        component.begin.line,
      );
    }
    if (own !== uid) {
      return problemOf(
        "valid-calendar-object-resource",
        "Expected one UID, got two",
        property(component, "UID")?.line,
      );
    }
  }
  return undefined;
}

function checkValues(main: readonly Component[]): Finding {
  for (const component of main) {
    if (component.name === "VEVENT" && !property(component, "DTSTART")) {
      return problemOf(
        "valid-calendar-data",
        "VEVENT has no DTSTART",
        component.begin.line,
      );
    }
    for (const line of component.properties) {
      const fault = propertyFault(line);
      if (fault !== undefined) {
        return problemOf("valid-calendar-data", fault, line.line);
      }
    }
  }
  return undefined;
}

function checkLimits(
  main: readonly Component[],
  limits: CalendarLimits,
  zones: ZoneLookup,
): Finding {
  const most = limits.maxAttendeesPerInstance ?? Infinity;
  for (const component of main) {
    const attendees = component.properties.filter((line) =>
      line.name === "ATTENDEE"
    );
    const extra = attendees[most];
    if (extra !== undefined) {
      return problemOf(
        "max-attendees-per-instance",
        `Expected at most ${most} attendees, got ${attendees.length}`,
        extra.line,
      );
    }
  }
  return checkDates(main, limits, zones) ??
    checkInstances(main, limits, zones);
}

/** Properties whose dates RFC 4791 sections 5.2.6 and 5.2.7 limit. */
const LIMITED = ["DTSTART", "DTEND", "DUE", "RECURRENCE-ID", "RDATE", "EXDATE"];

function checkDates(
  main: readonly Component[],
  limits: CalendarLimits,
  zones: ZoneLookup,
): Finding {
  const { minDateTime = -Infinity, maxDateTime = Infinity } = limits;
  if (minDateTime === -Infinity && maxDateTime === Infinity) return undefined;
  for (const line of main.flatMap((each) => each.properties)) {
    if (!LIMITED.includes(line.name)) continue;
    for (const text of line.value.split(/[,/]/)) {
      const moment = momentOf(text, line, zones);
      if (moment === undefined) continue;
      const epoch = epochOf(moment, UTC);
      if (epoch >= minDateTime && epoch <= maxDateTime) continue;
      const name = epoch < minDateTime ? "min-date-time" : "max-date-time";
      return problemOf(name, `${line.name} is out of range`, line.line);
    }
  }
  return undefined;
}

function checkInstances(
  main: readonly Component[],
  limits: CalendarLimits,
  zones: ZoneLookup,
): Finding {
  const most = limits.maxInstances;
  const facts = most === undefined
    ? undefined
    : factsOf(main, { uid: "", component: "", zones });
  // only what ends can be counted
  if (most === undefined || facts?.span?.last === null) return undefined;
  const all = occurrences(main, { start: null, end: null }, {
    zones,
    floating: UTC,
  });
  if (all.instances.length <= most) return undefined;
  return problemOf(
    "max-instances",
    `Expected at most ${most} instances, got more`,
  );
}
