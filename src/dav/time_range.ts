/**
 * `start` and `end` attributes of a range (RFC 4791 sections 9.6.5 to 9.6.7
 * and 9.9).
 *
 * @module
 */

import { parseDate } from "../calendar/dates.ts";
import type { TimeRange } from "../calendar/recurrence/recurrence.ts";
import { attributeOf } from "../xml/names.ts";
import type { XmlElement } from "../xml/names.ts";
import type { ConditionKey } from "./conditions.ts";
import { DavError } from "./errors.ts";

/** A range without open ends, epoch milliseconds. */
export interface ClosedRange {
  /** First instant that counts. */
  readonly start: number;
  /** First instant that no longer counts. */
  readonly end: number;
}

/**
 * Reads a range that may be open at one end: UTC times, the end later than
 * the start.
 *
 * @throws {DavError} The condition that is given; `caldav:min-date-time` for the year 0.
 */
export function parseTimeRange(
  sent: XmlElement,
  condition: ConditionKey,
): TimeRange {
  const start = parseInstant(sent, "start", condition);
  const end = parseInstant(sent, "end", condition);
  if (start === null && end === null) {
    throw invalid(sent, condition, "it needs a start or an end");
  }
  if (start !== null && end !== null && start >= end) {
    throw invalid(sent, condition, "the end must be later than the start");
  }
  return { start, end };
}

/** As `parseTimeRange`, where both ends must be there. */
export function parseClosedRange(
  sent: XmlElement,
  condition: ConditionKey,
): ClosedRange {
  const { start, end } = parseTimeRange(sent, condition);
  if (start === null || end === null) {
    throw invalid(sent, condition, "it needs a start and an end");
  }
  return { start, end };
}

function parseInstant(
  sent: XmlElement,
  name: string,
  condition: ConditionKey,
): number | null {
  const text = attributeOf(sent, name);
  if (text === undefined) return null;
  const date = parseDate(text);
  if (date?.kind === "utc") return date.civil;
  if (/^0000\d{4}T\d{6}Z$/.test(text)) {
    // RFC 4791 sections 7.8 and 7.9
    throw invalid(sent, "caldav:min-date-time", "there is no year 0");
  }
  const shown = JSON.stringify(text.slice(0, 40));
  throw invalid(
    sent,
    condition,
    `expected UTC times such as 20260131T235959Z, got ${shown}`,
  );
}

function invalid(
  sent: XmlElement,
  condition: ConditionKey,
  what: string,
): DavError {
  return new DavError(
    condition,
    `Cannot read ${sent.name.slice(0, 40)}: ${what}`,
  );
}
