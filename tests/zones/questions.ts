/**
 * What the tests of zones ask everybody: how many hours from UTC are wall-clock
 * times of one zone, at random instants.
 *
 * @module
 */

import { zoneComponent } from "../../src/calendar/zones/zone_text.ts";
import { type Zone, zoneByName } from "../../src/calendar/zones/zones.ts";
import { createRandom } from "../fuzz/random_rules.ts";

/** The time that is asked about: 1970 to 2037. */
export const SPAN = { from: 0, until: Date.UTC(2038, 0, 1) } as const;

/** Questions about one zone. */
export interface Questions {
  /** Today's name of the zone. */
  readonly id: string;
  /** The zone as the server knows it. */
  readonly zone: Zone;
  /** Its VTIMEZONE as the server writes it. */
  readonly text: string;
  /** Wall-clock times that exist, in civil milliseconds. */
  readonly times: readonly number[];
}

/** What was compared, and what was not alike. */
export interface Findings {
  /** Answers that were compared. */
  checked: number;
  /** One line for each that differed. */
  readonly differences: string[];
}

/** Nothing compared yet. */
export function noFindings(): Findings {
  return { checked: 0, differences: [] };
}

/** Random questions about a zone; the VTIMEZONE begins with the span, or with all that is known. */
export function questionsOf(
  id: string,
  options: {
    readonly seed: number;
    readonly count: number;
    readonly history: boolean;
  },
): Questions {
  const zone = zoneByName(id);
  const text = zoneComponent(id, {
    from: options.history ? null : SPAN.from,
    until: null,
  });
  if (zone === undefined || text === undefined) throw new Error(`no ${id}`);
  const random = createRandom(options.seed);
  const times = Array.from({ length: options.count }, () => {
    // no reader of a VTIMEZONE knows what was a day before it begins
    const second = random.integer(86_400, SPAN.until / 1000 - 86_400);
    return zone.toCivil(second * 1000);
  });
  return { id, zone, text, times };
}

/** The offsets that a wall-clock time that exists is read with: two where it exists twice. */
export function readings(zone: Zone, civil: number): readonly number[] {
  const day = 86_400_000;
  return [...new Set([civil - day, civil + day].map(zone.offsetAt))]
    .filter((offset) => zone.offsetAt(civil - offset) === offset);
}

/** Notes whether answers, in milliseconds east of UTC, are those of the zone; of a time that exists twice both are right. */
export function compareOffsets(
  { id, zone, times }: Questions,
  answers: readonly number[],
  findings: Findings,
): void {
  times.forEach((civil, n) => {
    const answer = answers[n];
    findings.checked++;
    const right = readings(zone, civil);
    if (answer !== undefined && right.includes(answer)) return;
    findings.differences.push(
      `${id} at ${new Date(civil).toISOString().slice(0, 19)}: ` +
        `${answer} and not ${right.join(" or ")}`,
    );
  });
}

/** A VTIMEZONE in an iCalendar object. */
export function calendarOf(component: string): string {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Kalends//Tests//EN\r\n" +
    `${component}END:VCALENDAR\r\n`;
}
