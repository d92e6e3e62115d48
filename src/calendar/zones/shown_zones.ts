/**
 * Which VTIMEZONEs go with calendar data (RFC 7809 section 3.1.3): those that
 * everybody knows left out, or all that the data name.
 *
 * @module
 */

import { decodeText } from "../../text/text_value.ts";
import { type DraftComponent, draftOf, writeDraft } from "../draft.ts";
import { listedZone } from "./listed_zones.ts";
import type { Calendar } from "../parse.ts";
import { missingZones, noteZones, type ZoneUse } from "./zone_reference.ts";

/**
 * Components of an object with the VTIMEZONEs that a client asks for: true,
 * all that they name, from `own` where the object has them; false, without
 * those that the time-zone service has. The same list where that changes nothing.
 */
export function chooseZones(
  shown: readonly DraftComponent[],
  { own, zones }: {
    /** All components of the object. */
    readonly own: readonly DraftComponent[];
    readonly zones: boolean;
  },
): readonly DraftComponent[] {
  const all = [...missingOf(shown, { own, zones }), ...shown];
  const chosen = zones ? all : all.filter((one) => !isListed(one));
  const isSame = chosen.length === shown.length &&
    chosen.every((one, n) => one === shown[n]);
  return isSame ? shown : chosen;
}

/** A whole object with the VTIMEZONEs that a client asks for, undefined where it is that as it is stored. */
export function withZones(
  { root, text }: Calendar,
  zones: boolean,
): string | undefined {
  const own = root.components.map((one) => draftOf(text, one));
  const components = chooseZones(own, { own, zones });
  if (components === own) return undefined;
  const frame = draftOf(text, { ...root, components: [] });
  return writeDraft({ ...frame, components });
}

/** The TZID of a VTIMEZONE, undefined for other components. */
function tzidOf({ name, lines }: DraftComponent): string | undefined {
  if (name !== "VTIMEZONE") return undefined;
  const tzid = lines.find((line) => line.name === "TZID")?.value.trim();
  return tzid === undefined ? undefined : decodeText(tzid);
}

function isListed(component: DraftComponent): boolean {
  const tzid = tzidOf(component);
  return tzid !== undefined && listedZone(tzid) !== undefined;
}

/** The VTIMEZONEs that components name and do not have beside them, made where the object does not have them either. */
function missingOf(
  shown: readonly DraftComponent[],
  { own, zones }: {
    readonly own: readonly DraftComponent[];
    readonly zones: boolean;
  },
): readonly DraftComponent[] {
  const use: ZoneUse = new Map();
  const there = new Map<string, DraftComponent>();
  for (const one of shown) {
    const tzid = tzidOf(one);
    if (tzid !== undefined) there.set(tzid, one);
    else if (one.name !== "VTIMEZONE") noteZones(writeDraft(one), use);
  }
  // what would be left out again is not made
  for (const tzid of zones ? [] : use.keys()) {
    if (listedZone(tzid) !== undefined) use.delete(tzid);
  }
  const out: DraftComponent[] = [];
  for (const one of own) {
    const tzid = tzidOf(one);
    if (tzid === undefined || !use.has(tzid) || there.has(tzid)) continue;
    there.set(tzid, one);
    out.push(one);
  }
  const made = missingZones(use, there).map((begin) => ({
    name: "VTIMEZONE",
    begin,
    end: "",
    lines: [],
    components: [],
  }));
  return [...out, ...made];
}
