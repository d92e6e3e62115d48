/**
 * The filter of calendar-query as plain values, and whether an object matches
 * it (RFC 4791 sections 9.7 to 9.9).
 *
 * @module
 */

import type { Calendar } from "./parse.ts";
import type { TimeRange } from "./recurrence.ts";
import type { Zone } from "./zones.ts";

/** `comp-filter` (RFC 4791 section 9.7.1). All fields that are there must hold. */
export interface ComponentFilter {
  /** Name of the component, in any case. */
  readonly name: string;
  /** True: there must be no such component; the other fields are then ignored. */
  readonly isNotDefined?: boolean;
  /** The component must happen in this range. */
  readonly timeRange?: TimeRange;
  /** Filters on inner components. */
  readonly components?: readonly ComponentFilter[];
}

/** What a filter needs besides the object. */
export interface FilterContext {
  /** Zone of floating and all-day values: the query's, else the calendar's, else the server's. */
  readonly zone: Zone;
}

/** True where the object matches; `filter` is the one on VCALENDAR. Where recurrence goes beyond the bound on work, true: rather one too many than one lost. */
export function matchesFilter(
  _calendar: Calendar,
  _filter: ComponentFilter,
  _context: FilterContext,
): boolean {
  throw new Error("not written yet");
}
