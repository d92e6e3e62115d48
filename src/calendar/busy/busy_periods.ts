/**
 * Busy time as plain periods.
 *
 * @module
 */

/** Ways of being busy, in the order that an answer has them (RFC 5545 section 3.2.9). */
export const BUSY_TYPES = [
  "BUSY",
  "BUSY-UNAVAILABLE",
  "BUSY-TENTATIVE",
] as const;

/** One of them. */
export type BusyType = typeof BUSY_TYPES[number];

/** A stretch of time. */
export interface Period {
  /** Epoch milliseconds. */
  readonly start: number;
  /** Epoch milliseconds of the first instant behind it. */
  readonly end: number;
}

/** A stretch of time that is not free. */
export interface BusyPeriod extends Period {
  /** How somebody is busy. */
  readonly type: BusyType;
}

/** A type as FBTYPE or BUSYTYPE names it; one that nobody knows is BUSY (RFC 5545 section 3.2.9). */
export function busyType(sent: string): BusyType {
  const name = sent.trim().toUpperCase();
  return BUSY_TYPES.find((one) => one === name) ?? "BUSY";
}

/** What two periods have in common, undefined where that is nothing. */
export function intersection(one: Period, other: Period): Period | undefined {
  const start = Math.max(one.start, other.start);
  const end = Math.min(one.end, other.end);
  return start < end ? { start, end } : undefined;
}

/** Periods of each type in the order of time, those that touch or overlap joined. */
export function mergeBusy(periods: readonly BusyPeriod[]): BusyPeriod[] {
  return BUSY_TYPES.flatMap((type) => {
    const own = periods.filter((one) => one.type === type)
      .sort((a, b) => a.start - b.start);
    const merged: { start: number; end: number; type: BusyType }[] = [];
    for (const { start, end } of own) {
      const last = merged.at(-1);
      if (last !== undefined && start <= last.end) {
        last.end = Math.max(last.end, end);
      } else merged.push({ start, end, type });
    }
    return merged;
  });
}
