/**
 * Time zones by TZID: IANA names, vendors' spellings of them, Windows names,
 * and the VTIMEZONE that came with an object.
 *
 * Wall-clock time is kept as "civil milliseconds": the epoch milliseconds that
 * the same fields would have in UTC.
 *
 * @module
 */

/** A time zone. */
export interface Zone {
  /** Its name: an IANA name, "UTC", or the TZID of a VTIMEZONE. */
  readonly id: string;
  /** Epoch milliseconds of a wall-clock time; in a gap moved forward, in a fold the first (RFC 5545 section 3.3.5). */
  toEpoch(civil: number): number;
  /** Wall-clock time at an instant. */
  toCivil(epoch: number): number;
}

/** Coordinated Universal Time; also what floating time means where nobody says more. */
export const UTC: Zone = {
  id: "UTC",
  toEpoch: (civil) => civil,
  toCivil: (epoch) => epoch,
};

/** The zone that a TZID names without looking at any VTIMEZONE, undefined where it names none. */
export function zoneByName(_tzid: string): Zone | undefined {
  throw new Error("not written yet");
}

/** The zone of an iCalendar text with one VTIMEZONE (`calendar-timezone`, RFC 4791 section 5.2.2), undefined where there is none. */
export function zoneOfText(_text: string): Zone | undefined {
  throw new Error("not written yet");
}
