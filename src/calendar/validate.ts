/**
 * The rules that a calendar object must keep to be stored, and the facts that
 * the store keeps about it (RFC 4791 sections 4.1 and 5.3.2.1).
 *
 * @module
 */

import type { ObjectFacts } from "../store/records.ts";
import type { CalendarProblem } from "./problems.ts";

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

/** Checks the bytes of one calendar object and computes its facts. Bounded work for any bytes; never throws. */
export function checkCalendarObject(
  _bytes: Uint8Array,
  _limits: CalendarLimits = {},
): CalendarCheck {
  throw new Error("not written yet");
}
