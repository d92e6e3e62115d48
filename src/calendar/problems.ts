/**
 * What the calendar domain refuses, as values.
 *
 * @module
 */

/** Conditions of RFC 4791 section 5.3.2.1 and RFC 7529 section 10 about data, without prefix: `caldav:${name}` is a `ProblemName` of the service. */
export type CalendarProblemName =
  | "supported-calendar-data"
  | "valid-calendar-data"
  | "valid-calendar-object-resource"
  | "supported-calendar-component"
  | "supported-rscale"
  | "min-date-time"
  | "max-date-time"
  | "max-attendees-per-instance";

/** A refusal. */
export interface CalendarProblem {
  /** Which condition failed. */
  readonly name: CalendarProblemName;
  /** A sentence that says what is wrong, with the offending line shortened. */
  readonly message: string;
  /** Number of the offending line, from 1; absent where no single line is at fault. */
  readonly line?: number;
}
