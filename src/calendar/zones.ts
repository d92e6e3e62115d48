/**
 * Time zones by TZID: IANA names, vendors' spellings of them, and Windows
 * names. Zones made from a VTIMEZONE are in `vtimezone.ts`.
 *
 * Wall-clock time is kept as civil milliseconds: the epoch milliseconds that
 * the same fields would have in UTC.
 *
 * @module
 */

import { temporal } from "./temporal.ts";
import { WINDOWS_ZONES } from "./windows_zones.ts";

/** A time zone. */
export interface Zone {
  /** Its name: an IANA name, "UTC", or the TZID of a VTIMEZONE. */
  readonly id: string;
  /** Epoch milliseconds of a wall-clock time; in a gap moved forward, in a fold the first (RFC 5545 section 3.3.5). */
  toEpoch(civil: number): number;
  /** Wall-clock time at an instant. */
  toCivil(epoch: number): number;
}

/** From this instant on, this offset holds. */
export interface Transition {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Milliseconds east of UTC. */
  readonly offset: number;
}

/** Coordinated Universal Time; also what floating time means where nobody says more. */
export const UTC: Zone = {
  id: "UTC",
  toEpoch: (civil) => civil,
  toCivil: (epoch) => epoch,
};

/** Instants between which transitions are kept in a table. */
const TABLE_START = Date.UTC(1900, 0, 1);
const TABLE_END = Date.UTC(2100, 0, 1);

/** Zones by canonical name: never more than the runtime knows. */
const known = new Map<string, Zone>();

/** The zone that a TZID names without looking at any VTIMEZONE, undefined where it names none. */
export function zoneByName(tzid: string): Zone | undefined {
  const name = tzid.trim();
  if (name === "" || name.length > 200) return undefined;
  if (/^(utc|z|gmt)$/i.test(name)) return UTC;
  const windows = WINDOWS_ZONES.get(name.toLowerCase());
  if (windows !== undefined) return ianaZone(windows);
  const direct = ianaZone(name);
  if (direct !== undefined) return direct;
  // "/vendor/version/Area/City" (RFC 5545 section 3.2.19 leaves it to vendors)
  const segments = name.split("/").filter((segment) => segment !== "");
  for (const count of [3, 2]) {
    if (segments.length <= count) continue;
    const zone = ianaZone(segments.slice(-count).join("/"));
    if (zone !== undefined) return zone;
  }
  return undefined;
}

function ianaZone(name: string): Zone | undefined {
  const api = temporal();
  // the runtime also takes offsets as names, which no TZID means
  if (api === undefined || !/^[a-z]/i.test(name)) return undefined;
  let id: string;
  try {
    id = new api.ZonedDateTime(0n, name).timeZoneId;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  const found = known.get(id);
  if (found !== undefined) return found;
  const zone = createZone(id, createIanaOffsets(api, id));
  known.set(id, zone);
  return zone;
}

function createIanaOffsets(
  api: typeof Temporal,
  id: string,
): (epoch: number) => number {
  const at = (epoch: number) =>
    api.Instant.fromEpochMilliseconds(epoch).toZonedDateTimeISO(id);
  const ask = (epoch: number) => at(epoch).offsetNanoseconds / 1e6;
  let table: ((epoch: number) => number) | undefined;
  const build = () => {
    const transitions: Transition[] = [];
    let next = at(TABLE_START).getTimeZoneTransition("next");
    while (next !== null && next.epochMilliseconds < TABLE_END) {
      transitions.push({
        at: next.epochMilliseconds,
        offset: next.offsetNanoseconds / 1e6,
      });
      next = next.getTimeZoneTransition("next");
    }
    return createOffsets(transitions, ask(TABLE_START));
  };
  return (epoch) => {
    if (epoch < TABLE_START || epoch >= TABLE_END) return ask(epoch);
    table ??= build();
    return table(epoch);
  };
}

/** Offset by instant from ascending transitions; `before` holds until the first. */
export function createOffsets(
  transitions: readonly Transition[],
  before: number,
): (epoch: number) => number {
  const starts = Float64Array.from(transitions, (each) => each.at);
  const offsets = Float64Array.from(transitions, (each) => each.offset);
  // neighbours are asked for together, so the last answer mostly holds again
  let from = Infinity;
  let to = -Infinity;
  let offset = before;
  return (epoch) => {
    if (epoch >= from && epoch < to) return offset;
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? Infinity) <= epoch) low = middle + 1;
      else high = middle;
    }
    from = low === 0 ? -Infinity : starts[low - 1] ?? -Infinity;
    to = starts[low] ?? Infinity;
    return offset = low === 0 ? before : offsets[low - 1] ?? before;
  };
}

/** A zone from its offsets by instant, in milliseconds east of UTC. */
export function createZone(
  id: string,
  offsetAt: (epoch: number) => number,
): Zone {
  const day = 86_400_000;
  const toCivil = (epoch: number) => epoch + offsetAt(epoch);
  const toEpoch = (civil: number) => {
    const offset = offsetAt(civil - day);
    // a day to both sides without a change: nothing to decide
    if (offset === offsetAt(civil + day)) return civil - offset;
    const earlier = civil - offsetAt(civil - day);
    if (toCivil(earlier) === civil) return earlier;
    const later = civil - offsetAt(civil + day);
    // in a gap the offset before it counts, which moves the time forward
    return toCivil(later) === civil ? later : earlier;
  };
  return { id, toEpoch, toCivil };
}
