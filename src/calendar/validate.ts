/**
 * The rules that a calendar object must keep to be stored (RFC 4791 sections
 * 4.1 and 5.3.2.1). Where real programs break RFC 5545 without harm, the data
 * is taken as it is: each such leniency is a row of `docs/leniencies.md`.
 *
 * @module
 */

import type { ObjectFacts } from "../store/records.ts";
import {
  CALENDAR_LIMITS,
  type CalendarLimits,
  checkLimits,
  checkYearZero,
  timedComponents,
} from "./calendar_limits.ts";
import { factsOf } from "./facts.ts";
import {
  type Calendar,
  type Component,
  parseCalendar,
  property,
} from "./parse.ts";
import type { CalendarProblem, CalendarProblemName } from "./problems.ts";
import { propertyFault } from "./property_rules.ts";
import { checkRscales } from "./recurrence/rscale_check.ts";
import { zonesOf } from "./zones/vtimezone.ts";

/** What `checkCalendarObject` answers. */
export type CalendarCheck =
  | { readonly ok: true; readonly facts: ObjectFacts }
  | { readonly ok: false; readonly problem: CalendarProblem };

/** A problem, or undefined for none. */
type Finding = CalendarProblem | undefined;

/** Checks the bytes of one calendar object and computes its facts. Bounded work for any bytes; never throws. `limits` stand in for those of every calendar. */
export function checkCalendarObject(
  bytes: Uint8Array,
  limits: Partial<CalendarLimits> = {},
): CalendarCheck {
  const within = { ...CALENDAR_LIMITS, ...limits };
  const parsed = parseCalendar(bytes);
  if (!parsed.ok) return parsed;
  const { calendar } = parsed;
  const main = mainComponents(calendar);
  const problem = checkRoot(calendar) ?? checkTypes(calendar, main, within) ??
    checkUids(main) ?? checkValues(main) ?? checkRscales(calendar);
  if (problem !== undefined) return { ok: false, problem };
  const zones = zonesOf(calendar);
  const beyond = checkLimits(main, within, zones);
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
  const other = main.find((each) => each.name !== first.name);
  const refused = main.find((each) => !limits.components.includes(each.name));
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

/** Components that do not happen without DTSTART. */
const STARTED = ["VEVENT", "AVAILABLE"];

function checkValues(main: readonly Component[]): Finding {
  for (const component of timedComponents(main)) {
    if (STARTED.includes(component.name) && !property(component, "DTSTART")) {
      return problemOf(
        "valid-calendar-data",
        `${component.name} has no DTSTART`,
        component.begin.line,
      );
    }
    for (const line of component.properties) {
      const early = checkYearZero(line);
      if (early !== undefined) return early;
      const fault = propertyFault(line);
      if (fault !== undefined) {
        return problemOf("valid-calendar-data", fault, line.line);
      }
    }
  }
  return undefined;
}
