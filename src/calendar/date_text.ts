/**
 * Dates as iCalendar writes them (RFC 5545 section 3.3.5).
 *
 * @module
 */

import { MIN_CIVIL } from "./dates.ts";
import { MAX_CIVIL } from "./recurrence/rule_engine.ts";

/** Civil milliseconds as `20260131T235959`; those of no year from 1 to 9999 as the nearest that can be written. */
export function formatCivil(civil: number): string {
  // an end, or the same time in another zone, may lie beyond four digits
  const written = Math.min(Math.max(civil, MIN_CIVIL), MAX_CIVIL);
  const text = new Date(written).toISOString();
  return text.slice(0, 19).replace(/[-:]/g, "");
}

/** Epoch milliseconds as `20260131T235959Z`. */
export function formatUtc(epoch: number): string {
  return `${formatCivil(epoch)}Z`;
}
