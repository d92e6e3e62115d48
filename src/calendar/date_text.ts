/**
 * Dates as iCalendar writes them (RFC 5545 section 3.3.5).
 *
 * @module
 */

import { MAX_CIVIL } from "./rule_engine.ts";

/** Civil milliseconds as `20260131T235959`. */
export function formatCivil(civil: number): string {
  // an end may lie beyond what four digits of a year can say
  const text = new Date(Math.min(civil, MAX_CIVIL)).toISOString();
  return text.slice(0, 19).replace(/[-:]/g, "");
}

/** Epoch milliseconds as `20260131T235959Z`. */
export function formatUtc(epoch: number): string {
  return `${formatCivil(epoch)}Z`;
}
