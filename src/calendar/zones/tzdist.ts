/**
 * The time-zone data distribution service (RFC 7808): what each action
 * answers. How it comes over HTTP says `http/timezones.ts`.
 *
 * @module
 */

import { listedZone, zoneDataTag } from "./listed_zones.ts";
import {
  formatUtcTime,
  oneParameter,
  parsePattern,
  parseRange,
  tzdistError,
  type TzdistResult,
} from "./tzdist_query.ts";
import { ZONE_DATA_VERSION } from "./zone_corrections.ts";
import { zoneAliases, zoneNames } from "./zone_names.ts";
import { FIRST_INSTANT } from "./zone_offsets.ts";
import { observances, zoneComponent } from "./zone_text.ts";

/** Who decides about the data. */
export const PUBLISHER: string = "IANA";

/** When the newest of the known corrections came in; data of the runtime are older. */
const LAST_MODIFIED = { version: "2026f", at: "2026-11-21T00:00:00Z" } as const;

/** A zone as "list" and "find" have it (RFC 7808 section 6.2). */
export interface ZoneSummary {
  /** Today's name. */
  readonly tzid: string;
  /** Entity tag of its data, without the quotes of the header. */
  readonly etag: string;
  /** UTC time of the last change. */
  readonly "last-modified": string;
  /** Who decides about the data. */
  readonly publisher: string;
  /** Version of the data: that of the runtime's, and that of the corrections. */
  readonly version: string;
  /** Its other names; absent where it has none. */
  readonly aliases?: readonly string[];
}

/** The answer to "list" and "find". */
export interface ZoneList {
  /** What a client sends back as `changedsince`. */
  readonly synctoken: string;
  /** Zones in ascending order of their names. */
  readonly timezones: readonly ZoneSummary[];
}

/** The answer to "expand" (RFC 7808 section 6.3). */
export interface ZoneExpansion {
  /** The name that was asked for. */
  readonly tzid: string;
  /** Where the answer ends, where that is earlier than what was asked for. */
  readonly end?: string;
  /** In ascending order; the first is in effect at the start. */
  readonly observances: readonly {
    /** What its time is called. */
    readonly name: string;
    /** UTC time at which it begins. */
    readonly onset: string;
    /** Seconds east of UTC before. */
    readonly "utc-offset-from": number;
    /** Seconds east of UTC from then on. */
    readonly "utc-offset-to": number;
  }[];
}

/** Version of the newest correction that `last-modified` knows of. */
export const LAST_MODIFIED_VERSION: string = LAST_MODIFIED.version;

/** Entity tag of a zone's data by today's name, without quotes: one for all its forms. */
export function zoneTag(id: string): string {
  return zoneDataTag(id);
}

/** Stands for all that "list" answers: all zones are published together. */
function synctoken(): string {
  return zoneDataTag(`list ${LAST_MODIFIED.at}`);
}

/** "list" (RFC 7808 section 5.2). A token that is not today's is one that is not known: all zones are listed. */
export function listZones(query: URLSearchParams): TzdistResult<ZoneList> {
  const since = oneParameter(query, "changedsince", "invalid-changedsince");
  if (!since.ok) return since;
  const token = synctoken();
  const ids = since.value === token ? [] : zoneNames();
  return {
    ok: true,
    value: { synctoken: token, timezones: ids.map(summaryOf) },
  };
}

/** "find" (RFC 7808 section 5.5): zones with a name that a pattern matches. */
export function findZones(query: URLSearchParams): TzdistResult<ZoneList> {
  const pattern = oneParameter(query, "pattern", "invalid-pattern");
  if (!pattern.ok) return pattern;
  const matches = parsePattern(pattern.value ?? "");
  if (matches === undefined) return tzdistError("invalid-pattern");
  const timezones = zoneNames()
    .filter((id) => [id, ...zoneAliases(id)].some(matches)).map(summaryOf);
  return { ok: true, value: { synctoken: synctoken(), timezones } };
}

/** Summaries by name: as many as there are zones. */
const summaries = new Map<string, ZoneSummary>();

function summaryOf(tzid: string): ZoneSummary {
  let summary = summaries.get(tzid);
  if (summary === undefined) summaries.set(tzid, summary = summarize(tzid));
  return summary;
}

function summarize(tzid: string): ZoneSummary {
  const aliases = zoneAliases(tzid);
  return {
    tzid,
    etag: zoneTag(tzid),
    "last-modified": LAST_MODIFIED.at,
    publisher: PUBLISHER,
    version: ZONE_DATA_VERSION,
    ...aliases.length > 0 && { aliases },
  };
}

/** Whole zones by the name asked for: no more than there are names. */
const whole = new Map<string, string>();

/** "get" (RFC 7808 section 5.3): an iCalendar object with one VTIMEZONE. */
export function getZone(
  tzid: string,
  query: URLSearchParams,
): TzdistResult<string> {
  if (listedZone(tzid) === undefined) return tzdistError("tzid-not-found");
  const range = parseRange(query, FIRST_INSTANT);
  if (!range.ok) return range;
  const { start, end } = range.value;
  const isWhole = start === null && end === null;
  const text = isWhole ? whole.get(tzid) : undefined;
  if (text !== undefined) return { ok: true, value: text };
  const component = zoneComponent(tzid, {
    from: start,
    until: end,
    aliasOf: true,
  });
  if (component === undefined) return tzdistError("tzid-not-found");
  const made = zoneObject(component);
  if (isWhole) whole.set(tzid, made);
  return { ok: true, value: made };
}

/** A VTIMEZONE as an iCalendar object of its own. */
export function zoneObject(component: string): string {
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Kalends//Kalends//EN",
    `${component}END:VCALENDAR`,
    "",
  ].join("\r\n");
}

/** Years that one answer to "expand" covers at most. */
const MAX_YEARS = 200;

/** "expand" (RFC 7808 section 5.4). A range that is too long is answered in part, and the answer says so. */
export function expandZone(
  tzid: string,
  query: URLSearchParams,
): TzdistResult<ZoneExpansion> {
  if (listedZone(tzid) === undefined) return tzdistError("tzid-not-found");
  const range = parseRange(query, FIRST_INSTANT);
  if (!range.ok) return range;
  const { start, end } = range.value;
  if (start === null) return tzdistError("invalid-start");
  if (end === null) return tzdistError("invalid-end");
  const most = new Date(start);
  most.setUTCFullYear(most.getUTCFullYear() + MAX_YEARS);
  const last = Math.min(end, most.getTime());
  const found = observances(tzid, { start, end: last });
  if (found === undefined) return tzdistError("tzid-not-found");
  return {
    ok: true,
    value: {
      tzid,
      ...last < end && { end: formatUtcTime(last) },
      observances: found.map((one) => ({
        name: one.name,
        onset: formatUtcTime(one.onset),
        "utc-offset-from": one.utcOffsetFrom / 1000,
        "utc-offset-to": one.utcOffsetTo / 1000,
      })),
    },
  };
}
