/**
 * Which of several components that describe one and the same thing counts:
 * the one of the highest SEQUENCE, then of the newest DTSTAMP (RFC 5546
 * section 2.1.5).
 *
 * @module
 */

import { parseDate } from "./dates.ts";
import { type Component, property } from "./parse.ts";

/** Negative where the first component is an older revision than the second, 0 where nothing tells. */
export function compareRevisions(one: Component, other: Component): number {
  return sequenceOf(one) - sequenceOf(other) || stampOf(one) - stampOf(other);
}

/** SEQUENCE, 0 where it is absent or no number (RFC 5545 section 3.8.7.4). */
function sequenceOf(component: Component): number {
  const text = property(component, "SEQUENCE")?.value.trim() ?? "";
  return /^\d{1,10}$/.test(text) ? Number(text) : 0;
}

/** DTSTAMP in milliseconds, 0 where it is absent or no date. */
function stampOf(component: Component): number {
  return parseDate(property(component, "DTSTAMP")?.value ?? "")?.civil ?? 0;
}
