/**
 * Wall clocks by the platform's own calendar arithmetic: shares nothing with
 * the zones of the server.
 *
 * @module
 */

/** Epoch milliseconds of a wall-clock time given as civil milliseconds; in a gap moved on, the first of two. */
export function epochIn(zone: string, civil: number): number {
  return zonedAt(zone, civil).epochMilliseconds;
}

/** The same as a value of `Temporal`. */
export function zonedAt(zone: string, civil: number): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(civil).toZonedDateTimeISO("UTC")
    .toPlainDateTime().toZonedDateTime(zone);
}

/** Civil milliseconds of an instant on the wall clock. */
export function civilIn(zone: string, epoch: number): number {
  return Temporal.Instant.fromEpochMilliseconds(epoch).toZonedDateTimeISO(zone)
    .toPlainDateTime().toZonedDateTime("UTC").epochMilliseconds;
}
