/**
 * Zones of the IANA database as VTIMEZONE components (RFC 5545 section 3.6.5)
 * and as lists of observances, for any time that is asked for (RFC 7808).
 * Which zones there are says `zone_names.ts`, and of which version their data
 * are `zone_corrections.ts`.
 *
 * @module
 */

import { createRecentMap } from "../../store/recent_map.ts";
import { foldLine } from "../../text/data_line.ts";
import { DAY } from "../dates.ts";
import { formatCivil } from "../date_text.ts";
import { formatOffset } from "./utc_offset.ts";
import { type AtInstant, correctedAbbreviations } from "./zone_corrections.ts";
import { FIRST_INSTANT } from "./zone_offsets.ts";
import {
  changesOf,
  type Onset,
  onsetsAround,
  onsetsBetween,
  type YearlyRule,
  type ZoneChanges,
} from "./zone_rules.ts";
import { type Zone, zoneByName } from "./zones.ts";

/** A time of one offset (RFC 7808 section 6.3). */
export interface Observance {
  /** When it begins, in epoch milliseconds. */
  readonly onset: number;
  /** What people call its time: an abbreviation (`CEST`), or the offset (`+03`). */
  readonly name: string;
  /** True for daylight saving time. */
  readonly daylight: boolean;
  /** Milliseconds east of UTC before it. */
  readonly utcOffsetFrom: number;
  /** Milliseconds east of UTC in it. */
  readonly utcOffsetTo: number;
}

/** A part of time, and what else is said about the zone in it. */
export interface ZoneComponentOptions {
  /** First instant, in epoch milliseconds; null: as far back as anything is known. */
  readonly from: number | null;
  /** First instant that is no longer described (TZUNTIL), in epoch milliseconds; null: described for ever. */
  readonly until: number | null;
  /** True: a name that is only an alias names the zone beside it (TZID-ALIAS-OF, RFC 7808 section 7.2). */
  readonly aliasOf?: boolean;
}

/**
 * The VTIMEZONE of a zone by any of its names, which becomes the TZID, with
 * history: lines with CRLF, folded. Truncated as RFC 7808 section 3.9 says
 * where it has a first or last instant. Undefined for names of no zone.
 */
export function zoneComponent(
  tzid: string,
  { from, until, aliasOf }: ZoneComponentOptions,
): string | undefined {
  const name = tzid.trim();
  const zone = zoneByName(name);
  if (zone === undefined) return undefined;
  const lines = ["BEGIN:VTIMEZONE", `TZID:${name}`];
  if (aliasOf === true && zone.id !== name) {
    lines.push(`TZID-ALIAS-OF:${zone.id}`);
  }
  if (until !== null) lines.push(`TZUNTIL:${formatCivil(until)}Z`);
  const range = { from: from ?? FIRST_INSTANT, until: until ?? Infinity };
  for (const group of groupsOf(zone, range)) lines.push(...linesOf(group));
  lines.push("END:VTIMEZONE", "");
  return lines.map(foldLine).join("\r\n");
}

/**
 * The observances of a zone, by any of its names, from an instant on and
 * before another, in ascending order. The first is the one in effect at the
 * start, with the start as its onset. Undefined for names of no zone. There
 * are up to four in a year, and no bound on years but 9999: limit the range.
 */
export function observances(
  tzid: string,
  { start, end }: { readonly start: number; readonly end: number },
): readonly Observance[] | undefined {
  const zone = zoneByName(tzid);
  if (zone === undefined) return undefined;
  const changes = changesOf(zone);
  const describe = createDescriber(zone, changes);
  const range = { from: start, until: end };
  return [onsetAt(zone, start), ...onsetsBetween(changes, range)]
    .filter(({ at }, n, all) => at !== all[n + 1]?.at)
    .map((onset) => describe(onset));
}

/** What holds at an instant as if it began then. */
function onsetAt(zone: Zone, at: number): Onset {
  const offset = zone.offsetAt(at);
  return { at, from: offset, to: offset };
}

/** Two years: within it a yearly rule comes at least once. */
const TWO_YEARS = 732 * DAY;

/** Zones whose names of times are at hand: to ask the runtime for others costs half a millisecond. And the names of one of them. */
const KEPT = { zones: 32, names: 2_000 };

const kept = createRecentMap<string, AtInstant<string>>();

/** What the time of a zone is called, by today's name of it; undefined where the runtime does not have it. */
function abbreviationsOf(id: string): AtInstant<string> | undefined {
  const known = kept.use(id);
  if (known !== undefined) return known;
  const ask = correctedAbbreviations(id);
  if (ask === undefined) return undefined;
  const names = new Map<number, string>();
  const read = (at: number) => {
    let name = names.get(at);
    if (name === undefined) {
      if (names.size >= KEPT.names) names.clear();
      names.set(at, name = ask(at));
    }
    return name;
  };
  kept.set(id, read);
  for (const [oldest] of kept.oldestFirst()) {
    if (kept.size <= KEPT.zones) break;
    kept.delete(oldest);
  }
  return read;
}

/** Describes changes of a zone. */
function createDescriber(
  zone: Zone,
  changes: ZoneChanges,
): (onset: Onset) => Observance {
  const abbreviation = abbreviationsOf(zone.id);
  const first = changes.single[0]?.at ?? -Infinity;
  return ({ at, from, to }) => ({
    onset: at,
    // no runtime names the mean time that was before all others
    name: at < first ? "LMT" : abbreviation?.(at) ?? formatOffset(to),
    daylight: isDaylight(onsetsAround(changes, at)),
    utcOffsetFrom: from,
    utcOffsetTo: to,
  });
}

/**
 * Runtimes do not say what is daylight saving time: it begins with clocks put
 * forward and ends with clocks put back, neither over the date line.
 */
function isDaylight(
  [begin, end]: readonly [Onset | undefined, Onset | undefined],
): boolean {
  if (begin === undefined || end === undefined) return false;
  const forward = begin.to - begin.from;
  const back = end.from - end.to;
  return forward > 0 && back > 0 && Math.max(forward, back) < DAY / 2;
}

/** Observances that differ in nothing but when they begin. */
interface Group extends Observance {
  /** Further onsets, in epoch milliseconds. */
  readonly dates: number[];
  /** Yearly ones: the BY parts. */
  readonly parts?: string;
  /** The last of the yearly ones; absent: they go on. */
  readonly last?: number;
}

function groupsOf(
  zone: Zone,
  range: { readonly from: number; readonly until: number },
): readonly Group[] {
  const changes = changesOf(zone);
  const describe = createDescriber(zone, changes);
  const groups = new Map<string, Group>();
  const add = (onset: Onset) => {
    const one = describe(onset);
    const key = JSON.stringify({ ...one, onset: 0 });
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { ...one, dates: [] });
    else group.dates.push(onset.at);
  };
  const single = onsetsBetween({ ...changes, yearly: [] }, range);
  const ruled = changes.yearly.flatMap((rule) => {
    const found = yearlyGroup(rule, range);
    return found === undefined ? [] : [found];
  });
  const starts = [...single, ...ruled.map(({ onset }) => onset)];
  if (!starts.some(({ at }) => at === range.from)) {
    add(onsetAt(zone, range.from));
  }
  for (const onset of single) add(onset);
  const yearly = ruled.map(({ onset, ...rule }) => ({
    ...describe(onset),
    ...rule,
    dates: [],
  }));
  return [...groups.values(), ...yearly].sort((a, b) => a.onset - b.onset);
}

/** When a rule begins and ends in a range, undefined where it gives nothing there. */
function yearlyGroup(
  rule: YearlyRule,
  range: { readonly from: number; readonly until: number },
): { onset: Onset; parts?: string; last?: number } | undefined {
  const changes = { single: [], yearly: [rule] };
  const { from, until } = range;
  const since = Math.max(from, rule.onset(rule.since).at);
  const [onset] = onsetsBetween(changes, {
    from: since,
    until: Math.min(until, since + TWO_YEARS),
  });
  if (onset === undefined) return undefined;
  if (until === Infinity) return { onset, parts: rule.parts };
  const end = { from: Math.max(since, until - TWO_YEARS), until };
  const last = onsetsBetween(changes, end).at(-1)?.at;
  if (last === undefined) return undefined;
  return last === onset.at ? { onset } : { onset, parts: rule.parts, last };
}

/** The lines of one STANDARD or DAYLIGHT; dates in the wall-clock time before it. */
function linesOf(group: Group): readonly string[] {
  const { onset, name, utcOffsetFrom, utcOffsetTo, parts, last } = group;
  const local = (at: number) => formatCivil(at + utcOffsetFrom);
  const kind = group.daylight ? "DAYLIGHT" : "STANDARD";
  const until = last === undefined ? "" : `;UNTIL=${formatCivil(last)}Z`;
  // where there are RDATEs, ical.js and libical take DTSTART for none of them
  const dates = group.dates.length === 0 ? [] : [onset, ...group.dates];
  return [
    `BEGIN:${kind}`,
    `TZNAME:${name}`,
    `TZOFFSETFROM:${formatOffset(utcOffsetFrom)}`,
    `TZOFFSETTO:${formatOffset(utcOffsetTo)}`,
    `DTSTART:${local(onset)}`,
    ...(parts === undefined ? [] : [`RRULE:FREQ=YEARLY;${parts}${until}`]),
    ...dates.map((at) => `RDATE:${local(at)}`),
    `END:${kind}`,
  ];
}
