/**
 * Time zones by TZID: IANA names, vendors' spellings of them, and Windows
 * names. Zones made from a VTIMEZONE are in `vtimezone.ts`.
 *
 * @module
 */

import { correctedOffsets } from "./zone_corrections.ts";
import { canonicalZone } from "./zone_names.ts";
import {
  createFoundOffsets,
  createOffsets,
  type Offsets,
} from "./zone_offsets.ts";
import { WINDOWS_ZONES } from "./windows_zones.ts";

/** A time zone. Lookups allocate nothing, and search a table of integers. */
export interface Zone extends Offsets {
  /** Its name: today's IANA name, "UTC", or the TZID of a VTIMEZONE. */
  readonly id: string;
  /** Epoch milliseconds of a wall-clock time; in a gap moved forward, in a fold the first (RFC 5545 section 3.3.5). */
  toEpoch(civil: number): number;
  /** Wall-clock time at an instant. */
  toCivil(epoch: number): number;
}

/** Coordinated Universal Time; also what floating time means where nobody says more. */
export const UTC: Zone = createZone("UTC", createOffsets([], 0));

/** Zones by canonical name: never more than the runtime knows. */
const known = new Map([["UTC", UTC]]);

/** The zone that a TZID names without looking at any VTIMEZONE, undefined where it names none. */
export function zoneByName(tzid: string): Zone | undefined {
  const name = tzid.trim();
  if (name === "" || name.length > 200) return undefined;
  if (/^z$/i.test(name)) return UTC;
  const windows = WINDOWS_ZONES.get(name.toLowerCase());
  if (windows !== undefined) return ianaZone(windows);
  const direct = ianaZone(name);
  if (direct !== undefined) return direct;
  // "/vendor/version/Area/City" (RFC 5545 section 3.2.19 leaves it to vendors)
  const segments = name.split("/").filter((segment) => segment !== "");
  for (const count of [3, 2]) {
    const iana = segments.slice(-count).join("/");
    if (segments.length < count || iana === name) continue;
    const zone = ianaZone(iana);
    if (zone !== undefined) return zone;
  }
  return undefined;
}

function ianaZone(name: string): Zone | undefined {
  const id = canonicalZone(name);
  if (id === undefined) return undefined;
  const found = known.get(id);
  if (found !== undefined) return found;
  const ask = correctedOffsets(id);
  if (ask === undefined) return undefined;
  const zone = createZone(id, createFoundOffsets(ask));
  known.set(id, zone);
  return zone;
}

/** A zone from its offsets. */
export function createZone(id: string, offsets: Offsets): Zone {
  const { offsetAt, offsetOf } = offsets;
  return {
    ...offsets,
    id,
    toEpoch: (civil) => civil - offsetOf(civil),
    toCivil: (epoch) => epoch + offsetAt(epoch),
  };
}
