/**
 * The zones that the time-zone service gives (RFC 7808): what clients can be
 * expected to know, or to fetch from there (RFC 7809 section 3.1.3).
 *
 * @module
 */

import { createHash } from "node:crypto";
import { ZONE_DATA_VERSION } from "./zone_corrections.ts";
import { zoneAliases, zoneNames } from "./zone_names.ts";

/** To be raised with every change of how zones are written: bytes of one tag stay the same. */
const WRITER_VERSION = 1;

let ids: ReadonlyMap<string, string> | undefined;

/**
 * Today's name of a zone of the service, by any of its names, undefined for
 * all others. Spelling counts: a client compares names with those in its list.
 */
export function listedZone(tzid: string): string | undefined {
  ids ??= new Map(
    zoneNames().flatMap((id) =>
      [id, ...zoneAliases(id)].map((name) => [name, id] as const)
    ),
  );
  return ids.get(tzid);
}

/** What stands for the data of something made from zones: changes with them, and with how they are written. */
export function zoneDataTag(what: string): string {
  return createHash("sha256")
    .update(`${WRITER_VERSION} ${ZONE_DATA_VERSION} ${what}`)
    .digest("hex").slice(0, 16);
}
