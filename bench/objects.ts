/**
 * The events that the bench stores: 1.2 KB each with a VTIMEZONE, one in five
 * recurring, and what questions about them have to be answered.
 *
 * @module
 */

/** A stretch of time in epoch milliseconds. */
export interface Span {
  /** Its first millisecond. */
  readonly start: number;
  /** The millisecond behind its last one. */
  readonly end: number;
}

/** One event. */
export interface BenchEvent {
  /** Its UID. */
  readonly uid: string;
  /** Its name below the calendar. */
  readonly name: string;
  /** When it happens. */
  readonly spans: readonly Span[];
  /** Its text, different for each revision. */
  readonly text: (revision: number) => string;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Occurrences of a recurring event, a week apart. */
const WEEKS = 10;

/** Events begin in these two years. */
const FIRST_DAY = Date.UTC(2025, 0, 1);
const DAYS = 730;

/** The month that is asked for: in the middle, so that the answer is a twenty-fourth of all, and a bit. */
export const MONTH: Span = {
  start: Date.UTC(2026, 4, 1),
  end: Date.UTC(2026, 5, 1),
};

const ZONE = [
  "BEGIN:VTIMEZONE",
  "TZID:Europe/Vienna",
  "BEGIN:DAYLIGHT",
  "TZNAME:CEST",
  "TZOFFSETFROM:+0100",
  "TZOFFSETTO:+0200",
  "DTSTART:19700329T020000",
  "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
  "END:DAYLIGHT",
  "BEGIN:STANDARD",
  "TZNAME:CET",
  "TZOFFSETFROM:+0200",
  "TZOFFSETTO:+0100",
  "DTSTART:19701025T030000",
  "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
  "END:STANDARD",
  "END:VTIMEZONE",
];

/** The event with a number; `prefix` keeps those of several scenarios apart. */
export function benchEvent(prefix: string, index: number): BenchEvent {
  const uid = `${prefix}-${index}@bench.example`;
  // Spread over days and hours alike; 7 and 11 share no factor with either.
  const day = (index * 7) % DAYS;
  const hour = 8 + (index * 11) % 9;
  const count = index % 5 === 0 ? WEEKS : 1;
  const spans: Span[] = [];
  for (let week = 0; week < count; week++) {
    const date = FIRST_DAY + (day + 7 * week) * DAY;
    const start = date + (hour - viennaOffset(date)) * HOUR;
    spans.push({ start, end: start + HOUR });
  }
  const first = new Date(FIRST_DAY + day * DAY).toISOString().slice(0, 10)
    .replaceAll("-", "");
  return {
    uid,
    name: `${prefix}-${index}.ics`,
    spans,
    text: (revision) =>
      eventText({ uid, index, revision }, [
        `DTSTART;TZID=Europe/Vienna:${first}T${pad(hour)}0000`,
        `DTEND;TZID=Europe/Vienna:${first}T${pad(hour + 1)}0000`,
        ...(count > 1 ? [`RRULE:FREQ=WEEKLY;COUNT=${count}`] : []),
      ]),
  };
}

/** The text of an event; `times` are the lines that say when it happens. */
export function eventText(
  { uid, index, revision }: {
    readonly uid: string;
    readonly index: number;
    readonly revision: number;
  },
  times: readonly string[],
): string {
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Kalends//Bench//EN",
    ...ZONE,
    "BEGIN:VEVENT",
    `UID:${uid}`,
    "DTSTAMP:20250101T000000Z",
    ...times,
    `SEQUENCE:${revision}`,
    `SUMMARY:Meeting ${index} in room ${index % 17}`,
    "LOCATION:Third floor\\, the room behind the stairs",
    "ORGANIZER;CN=Somebody:mailto:somebody@bench.example",
    "ATTENDEE;PARTSTAT=ACCEPTED;CN=Another:mailto:another@bench.example",
    ...fold(
      `DESCRIPTION:${
        "What was said the last time is to be said again. ".repeat(8)
      }`,
    ),
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ].join("\r\n");
}

/** Hours that Vienna is ahead of UTC at noon of a day of 2025 to 2027. */
function viennaOffset(date: number): number {
  const year = new Date(date).getUTCFullYear();
  const summer = date >= lastSunday(year, 2) && date < lastSunday(year, 9);
  return summer ? 2 : 1;
}

/** Midnight of the last Sunday of a month of 31 days (months from 0). */
function lastSunday(year: number, month: number): number {
  const last = Date.UTC(year, month, 31);
  return last - new Date(last).getUTCDay() * DAY;
}

/** What of some spans lies in a range, joined where they touch. */
export function unionOf(spans: readonly Span[], range: Span): Span[] {
  const inside = spans
    .map(({ start, end }) => ({
      start: Math.max(start, range.start),
      end: Math.min(end, range.end),
    }))
    .filter(({ start, end }) => start < end)
    .sort((a, b) => a.start - b.start);
  const out: { start: number; end: number }[] = [];
  for (const span of inside) {
    const last = out.at(-1);
    if (last !== undefined && span.start <= last.end) {
      last.end = Math.max(last.end, span.end);
    } else out.push({ ...span });
  }
  return out;
}

/** Whether an event happens in a range. */
export function happensIn(event: BenchEvent, range: Span): boolean {
  return event.spans.some(({ start, end }) =>
    start < range.end && end > range.start
  );
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}

function fold(line: string): string[] {
  const out: string[] = [];
  for (let at = 0; at < line.length; at += 74) {
    out.push((at === 0 ? "" : " ") + line.slice(at, at + 74));
  }
  return out;
}
