/**
 * Instances of a recurrence set that do not happen as its rules say: those
 * that EXDATEs take away, and those that overrides stand for (RFC 5545
 * sections 3.8.4.4 and 3.8.5.1).
 *
 * @module
 */

import { DAY, epochOf, type Moment } from "../dates.ts";
import { type MomentContext, momentOf } from "../moments.ts";
import { type Component, properties } from "../parse.ts";

/** Instances that do not happen. */
export interface Exceptions {
  /** Epoch milliseconds. */
  readonly epochs: Set<number>;
  /** Civil milliseconds of floating exceptions to zoned instances. */
  readonly civils: Set<number>;
  /** Civil midnights of exceptions that name a whole day. */
  readonly days: Set<number>;
}

/** What exceptions are read with. */
export interface ExceptionContext extends MomentContext {
  /** True where the instances are days: a time among them then means its day. */
  readonly allDay: boolean;
}

/** No exceptions yet. */
export function noExceptions(): Exceptions {
  return { epochs: new Set(), civils: new Set(), days: new Set() };
}

/** Adds the EXDATEs of a component. */
export function addExceptions(
  exceptions: Exceptions,
  component: Component,
  context: ExceptionContext,
): void {
  for (const line of properties(component, "EXDATE")) {
    for (const text of line.value.split(",")) {
      const moment = momentOf(text, line, context.zones);
      if (moment !== undefined) addException(exceptions, moment, context);
    }
  }
}

/** Adds the instance that an EXDATE or a RECURRENCE-ID names. */
export function addException(
  exceptions: Exceptions,
  moment: Moment,
  { allDay, floating }: ExceptionContext,
): void {
  if (moment.kind === "date") {
    exceptions.days.add(moment.civil);
    return;
  }
  const epoch = epochOf(moment, floating);
  exceptions.epochs.add(epoch);
  if (moment.kind === "local" && moment.zone === undefined) {
    exceptions.civils.add(moment.civil);
  }
  if (!allDay) return;
  // midnight is mostly the day itself in other clothes; another time in UTC
  // is that of a clock somewhere
  const named = dayOf(moment.civil);
  const ofReader = moment.kind === "utc" && named !== moment.civil;
  exceptions.days.add(ofReader ? dayOf(floating.toCivil(epoch)) : named);
}

/** True where an instance of a master is excepted. */
export function isExcepted(
  start: Moment,
  epoch: number,
  exceptions: Exceptions,
): boolean {
  const { epochs, civils, days } = exceptions;
  // most sets are empty, and an instance has to be looked for in each
  return (epochs.size > 0 && epochs.has(epoch)) ||
    (civils.size > 0 && civils.has(start.civil)) ||
    (days.size > 0 && days.has(dayOf(start.civil)));
}

function dayOf(civil: number): number {
  return Math.floor(civil / DAY) * DAY;
}
