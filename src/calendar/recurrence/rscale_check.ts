/**
 * Rules in calendars that nobody here knows are refused: what they mean for a
 * time range could not be said (RFC 7529 section 10).
 *
 * @module
 */

import { shorten } from "../../text/content_line.ts";
import { type Calendar, type Component, properties } from "../parse.ts";
import type { CalendarProblem } from "../problems.ts";
import { calendarOf } from "./rscale_calendars.ts";
import { parseRule } from "./rule.ts";

/** The first rule with an RSCALE that is not supported, also in a VTIMEZONE; undefined where there is none. */
export function checkRscales(calendar: Calendar): CalendarProblem | undefined {
  for (const component of calendar.root.components) {
    const problem = check(component) ??
      component.components.map(check).find((each) => each !== undefined);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const RSCALE = /RSCALE/i;

function check(component: Component): CalendarProblem | undefined {
  for (const line of properties(component, "RRULE")) {
    // most have none, and an object may have hundreds of thousands of rules
    if (!RSCALE.test(line.value)) continue;
    const parsed = parseRule(line.value);
    if (!parsed.ok || calendarOf(parsed.rule.rscale) !== undefined) continue;
    return {
      name: "supported-rscale",
      message: `No calendar is known by the RSCALE of ${
        JSON.stringify(shorten(line.value))
      }`,
      line: line.line,
    };
  }
  return undefined;
}
