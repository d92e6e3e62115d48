/**
 * Holds the time index against a look at every object: what matches must be
 * among the candidates, whatever the range and the reader's zone.
 *
 * @module
 */

import fc from "fast-check";
import { FACTS_VERSION } from "../../src/calendar/facts.ts";
import { matchesFilter } from "../../src/calendar/filter.ts";
import { type Calendar, parseCalendar } from "../../src/calendar/parse.ts";
import type { TimeRange } from "../../src/calendar/recurrence/recurrence.ts";
import { checkCalendarObject } from "../../src/calendar/validate.ts";
import { type Zone, zoneByName } from "../../src/calendar/zones/zones.ts";
import { createCollectionMap } from "../../src/store/collection_map.ts";
import type { ObjectFacts } from "../../src/store/records.ts";
import { OBJECT, textOf } from "./calendar_model.ts";
import { type Random, timeText } from "./random_rules.ts";
import { randomSet, ZONES } from "./random_sets.ts";
import { setText } from "./set_text.ts";

/** What was found. */
export interface IndexFindings {
  /** Questions: objects times ranges. */
  asked: number;
  /** Objects that matched. */
  matched: number;
  /** Objects that the index gave. */
  candidates: number;
  /** Objects with packed days that happened somewhere else. */
  passedOver: number;
  /** Objects that matched and were no candidates, as text. */
  readonly wrong: string[];
}

/** Nothing found yet. */
export function noIndexFindings(): IndexFindings {
  return { asked: 0, matched: 0, candidates: 0, passedOver: 0, wrong: [] };
}

interface Stored {
  readonly text: string;
  readonly calendar: Calendar;
  readonly facts: ObjectFacts;
}

const DAY = 86_400_000;

/** Zones of readers, the farthest ones included. */
const READERS = [...ZONES, "Pacific/Kiritimati", "Pacific/Pago_Pago"];

/** Objects of one calendar, and ranges that are asked for. */
const OBJECTS = 60;
const RANGES = 40;

/** Work for one object: what the server gives one, too. */
const STEPS = 50_000;

/** Compares so many random calendars. */
export function compareIndex(
  random: Random,
  count: number,
  findings: IndexFindings,
): void {
  for (let each = 0; each < count; each++) compareCalendar(random, findings);
}

function compareCalendar(random: Random, findings: IndexFindings): void {
  const stored: Stored[] = [];
  const map = createCollectionMap();
  while (stored.length < OBJECTS) {
    const one = store(randomText(random));
    if (one === undefined) continue;
    map.put(String(stored.length), String(stored.length), {
      facts: one.facts,
      size: 1,
      digest: "",
      type: "text/calendar",
      created: 0,
      modified: 0,
    });
    stored.push(one);
  }
  for (let each = 0; each < RANGES; each++) {
    const range = randomRange(random, stored);
    const zone = zoneByName(random.pick(READERS));
    if (zone === undefined) continue;
    const query = { ...range, version: FACTS_VERSION };
    const found = new Set(
      Array.from(map.between(query), ({ name }) => Number(name)),
    );
    findings.candidates += found.size;
    for (const [at, one] of stored.entries()) {
      findings.asked++;
      const matches = isMatch(one, range, zone);
      if (matches) findings.matched++;
      if (matches && !found.has(at)) {
        findings.wrong.push(describe(one, range, zone));
      }
      const { span } = one.facts;
      const within = span?.runs !== undefined &&
        span.first <= (range.end ?? Infinity) &&
        (span.last ?? Infinity) >= (range.start ?? -Infinity);
      if (within && !found.has(at)) findings.passedOver++;
    }
  }
}

function store(text: string): Stored | undefined {
  const bytes = new TextEncoder().encode(text);
  const checked = checkCalendarObject(bytes);
  const parsed = parseCalendar(bytes);
  if (!checked.ok || !parsed.ok) return undefined;
  return { text, calendar: parsed.calendar, facts: checked.facts };
}

function isMatch(
  { calendar, facts }: Stored,
  timeRange: TimeRange,
  zone: Zone,
): boolean {
  const budget = { steps: STEPS };
  const matches = matchesFilter(calendar, {
    name: "VCALENDAR",
    components: [{ name: facts.component ?? "", timeRange }],
  }, { zone, budget });
  // where the work ended the filter says yes without knowing
  return matches && budget.steps > 0;
}

function randomText(random: Random): string {
  const kind = random.integer(0, 9);
  if (kind < 6) return setText(randomSet(random));
  if (kind < 8) {
    const [object] = fc.sample(OBJECT, {
      seed: random.integer(0, 1_000_000_000),
      numRuns: 1,
    });
    return object === undefined ? "" : textOf(object, "1");
  }
  return kind === 8 ? rareText(random) : spareText(random);
}

function randomDate(random: Random): string {
  const civil = Date.UTC(1990, 0, 1) + DAY * random.integer(0, 45 * 365) +
    3_600_000 * random.integer(0, 23);
  return timeText(civil);
}

/** Series with long pauses. */
function rareText(random: Random): string {
  const date = randomDate(random);
  const day = random.chance(0.5);
  const start = day
    ? `;VALUE=DATE:${date.slice(0, 8)}`
    : random.pick([`:${date}`, `:${date}Z`, `;TZID=Europe/Berlin:${date}`]);
  const rule = random.pick([
    "YEARLY",
    "YEARLY;INTERVAL=3",
    "YEARLY;BYMONTH=1,7;BYDAY=-1SU",
    "YEARLY;BYYEARDAY=1,366",
    "YEARLY;BYWEEKNO=1,53",
    "MONTHLY;INTERVAL=2",
    "MONTHLY;INTERVAL=5;BYMONTHDAY=31",
    "DAILY;BYMONTH=12",
    "DAILY;INTERVAL=100",
    "WEEKLY;INTERVAL=26",
    "HOURLY;BYMONTH=2;BYMONTHDAY=29",
    `YEARLY;COUNT=${random.integer(1, 40)}`,
  ]);
  const until = date.slice(0, 4);
  const lines = [
    `DTSTART${start}`,
    ...random.chance(0.5) ? [`DURATION:P${random.integer(1, 60)}D`] : [],
    ...random.chance(0.8) ? [`RRULE:FREQ=${rule}`] : [],
    ...random.chance(0.3)
      ? [
        `RDATE${
          day
            ? `;VALUE=DATE:${randomDate(random).slice(0, 8)}`
            : `:${randomDate(random)}Z`
        }`,
      ]
      : [],
    ...random.chance(0.2)
      ? [`EXDATE;VALUE=DATE:${until}${date.slice(4, 8)}`]
      : [],
  ];
  const override = day || random.chance(0.7) ? [] : [
    "END:VEVENT",
    "BEGIN:VEVENT",
    "UID:1",
    `RECURRENCE-ID:${date}Z`,
    `DTSTART:${randomDate(random)}Z`,
  ];
  return calendar("VEVENT", [...lines, ...override]);
}

/** Components of other kinds. */
function spareText(random: Random): string {
  const date = () => `${randomDate(random)}Z`;
  const some = (line: string) => random.chance(0.5) ? [line] : [];
  switch (random.integer(0, 2)) {
    case 0:
      return calendar("VAVAILABILITY", [
        ...some(`DTSTART:${date()}`),
        ...some(`DTEND:${date()}`),
      ]);
    case 1:
      return calendar("VFREEBUSY", [
        ...some(`DTSTART:${date()}`),
        ...some(`DTEND:${date()}`),
        ...some(`FREEBUSY:${date()}/PT3H,${date()}/P40D`),
      ]);
    default:
      return calendar("VTODO", [
        ...some(`DTSTART:${date()}`),
        ...some(`DUE:${date()}`),
        ...some(`COMPLETED:${date()}`),
        ...some(`CREATED:${date()}`),
      ]);
  }
}

function calendar(name: string, lines: readonly string[]): string {
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Test//EN",
    `BEGIN:${name}`,
    "UID:1",
    ...lines,
    `END:${name}`,
    "END:VCALENDAR",
    "",
  ].join("\r\n");
}

/** Ranges of all sizes; some begin or end where an object does. */
function randomRange(random: Random, stored: readonly Stored[]): TimeRange {
  const edge = () => {
    const { span } = random.pick(stored).facts;
    const at = random.chance(0.5) ? span?.first : span?.last;
    return (at ?? Date.UTC(2020, 0, 1)) + random.integer(-2, 2);
  };
  const start = random.chance(0.3)
    ? edge()
    : Date.UTC(1985, 0, 1) + DAY * random.integer(0, 120 * 365);
  const length = random.pick([1, 3_600_000, DAY, 7 * DAY, 31 * DAY, 400 * DAY]);
  return {
    start: random.chance(0.03) ? null : start,
    end: random.chance(0.03) ? null : start + random.integer(1, length),
  };
}

function describe({ text }: Stored, range: TimeRange, zone: Zone): string {
  const lines = text.split("\r\n").filter((line) =>
    !/^(BEGIN|END:V|UID|VERSION|PRODID)/.test(line)
  );
  const ends = [range.start, range.end].map((at) =>
    at === null ? "open" : timeText(at)
  );
  return `${lines.join(" ")} in ${ends.join(" to ")} for ${zone.id}`;
}
