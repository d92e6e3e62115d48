/**
 * Zones that objects name and do not describe: what RFC 7809 calls time zones
 * by reference.
 *
 * @module
 */

import { zoneComponent } from "./zone_text.ts";
import { zoneByName } from "./zones.ts";

/** TZIDs with the first year that is written with each, or 1970 where that is earlier. */
export type ZoneUse = Map<string, number>;

const FIRST_YEAR = 1970;

/** VTIMEZONEs that one file may need to be made for it: each takes some milliseconds. */
const MOST = 64;

/** Names that are looked for: the runtime takes long to say that it has no zone of a name. */
const MOST_NAMES = 1_000;

/** How a line begins that has parameters. */
const NAME = /[A-Z0-9-]+;/iy;

const TZID = /;TZID=/iy;

/** What stands between `;TZID=` and the year of the value. */
const REST = /("[^"\n]*"|[^":;\n]*)[^:\n]*(?::(\d{4}))?/y;

/** VTIMEZONEs by zone and first instant, TZID left out: less than two for each zone there is. */
const made = new Map<string, string>();

/** Notes the TZIDs that the properties of some iCalendar text have. Linear in its length. */
export function noteZones(text: string, use: ZoneUse): void {
  const unfolded = text.replace(/\r\n?/g, "\n").replace(/\n[ \t]/g, "");
  const mark = /;TZID=/gi;
  for (;;) {
    const found = mark.exec(unfolded);
    if (found === null) return;
    // a property has one TZID at most, and no line is looked at twice
    const end = unfolded.indexOf("\n", mark.lastIndex);
    mark.lastIndex = end < 0 ? unfolded.length : end;
    // what was found may be in the value, or in another parameter's quotes
    const line = unfolded.lastIndexOf("\n", found.index) + 1;
    const value = findTzid(unfolded, line);
    if (value === undefined) continue;
    REST.lastIndex = value;
    const [, quoted = "", year] = REST.exec(unfolded) ?? [];
    const tzid = quoted.replaceAll('"', "").trim();
    const known = use.get(tzid) ?? FIRST_YEAR;
    use.set(tzid, Math.min(known, Number(year ?? FIRST_YEAR)));
  }
}

/** Where the value of a line's TZID parameter begins, undefined where it has none. */
function findTzid(text: string, line: number): number | undefined {
  NAME.lastIndex = line;
  if (!NAME.test(text)) return undefined;
  let quoted = false;
  for (let at = line; at < text.length; at++) {
    const character = text[at];
    if (character === "\n" || (character === ":" && !quoted)) return undefined;
    if (character === '"') quoted = !quoted;
    TZID.lastIndex = at;
    if (character === ";" && !quoted && TZID.test(text)) return TZID.lastIndex;
  }
  return undefined;
}

/**
 * The VTIMEZONEs of the known zones among these, but for those that are there;
 * as far back as their dates go, and not more than a few dozen.
 */
export function missingZones(
  use: ZoneUse,
  there: ReadonlyMap<string, unknown>,
): readonly string[] {
  const out: string[] = [];
  let tried = 0;
  for (const [tzid, year] of use) {
    if (there.has(tzid)) continue;
    if (out.length >= MOST || ++tried > MOST_NAMES) break;
    const text = componentOf(tzid, year);
    if (text !== undefined) out.push(text);
  }
  return out;
}

function componentOf(tzid: string, year: number): string | undefined {
  const zone = zoneByName(tzid);
  if (zone === undefined) return undefined;
  const from = year < FIRST_YEAR ? null : Date.UTC(FIRST_YEAR, 0, 1);
  const key = `${from} ${zone.id}`;
  let text = made.get(key);
  if (text === undefined) {
    text = zoneComponent(zone.id, { from, until: null });
    if (text === undefined) return undefined;
    made.set(key, text);
  }
  // one zone may be named in several ways
  return text.replace(`TZID:${zone.id}\r\n`, () => `TZID:${tzid}\r\n`);
}
