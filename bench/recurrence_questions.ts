/**
 * What the bench of the recurrence engine asks: series, the ranges that are
 * asked for, and the right answers, found by plain stepping from day to day.
 *
 * @module
 */

/** A range in epoch milliseconds, the end not in it. */
export interface Range {
  /** First instant. */
  readonly start: number;
  /** First instant that is no longer meant. */
  readonly end: number;
}

/** A series and what is asked about it. */
export interface Question {
  /** Name in the output. */
  readonly name: string;
  /** How many times faster than the best of the others the engine is meant to be; absent where no goal is set. */
  readonly goal?: number;
  /** DTSTART, wall clock of the zone. */
  readonly start: string;
  /** RRULE. */
  readonly rule: string;
  /** Wall clock of the days that are excepted. */
  readonly exceptions: readonly string[];
  /** Ranges, asked for in turn so that nobody can keep one answer. */
  readonly ranges: readonly Range[];
  /** Whether the series takes a day. */
  readonly takes: (day: Temporal.PlainDate) => boolean;
}

/** Zone of all series. */
export const ZONE = "Europe/Berlin";

/** Ranges that are asked for in turn. */
const RANGES = 52;

const DAY = 86_400_000;

/** Ranges of so many days, each a week later than the one before. */
function weekly(first: number, days: number): Range[] {
  return Array.from({ length: RANGES }, (_, week) => {
    const start = first + week * 7 * DAY;
    return { start, end: start + days * DAY };
  });
}

function isoWeekday(...days: number[]) {
  return (day: Temporal.PlainDate) => days.includes(day.dayOfWeek);
}

/** The last day from Monday to Friday of a month. */
function isLastWorkday(day: Temporal.PlainDate): boolean {
  let last = day.with({ day: day.daysInMonth });
  while (last.dayOfWeek > 5) last = last.subtract({ days: 1 });
  return last.equals(day);
}

/** The questions. */
export const QUESTIONS: readonly Question[] = [
  {
    name: "next week of a daily series from 1990",
    goal: 10,
    start: "19900101T100000",
    rule: "FREQ=DAILY",
    exceptions: [],
    ranges: weekly(Date.UTC(2026, 10, 23), 7),
    takes: () => true,
  },
  {
    name: "a year of a weekly series with zone and EXDATEs",
    goal: 3,
    start: "20200106T090000",
    rule: "FREQ=WEEKLY;BYDAY=MO,WE,FR",
    exceptions: ["20260209", "20260406", "20260525", "20260803", "20261109"]
      .map((day) => `${day}T090000`),
    ranges: weekly(Date.UTC(2026, 0, 1), 365),
    takes: isoWeekday(1, 3, 5),
  },
  {
    name: "a year of the last workday of each month from 1990",
    start: "19900131T170000",
    rule: "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    exceptions: [],
    ranges: weekly(Date.UTC(2026, 0, 1), 365),
    takes: isLastWorkday,
  },
];

/** An iCalendar value as the wall clock's time. */
function wallClock(text: string): Temporal.PlainDateTime {
  return Temporal.PlainDateTime.from(text);
}

/** The right answer: starts within a range in epoch milliseconds, ascending. */
export function rightAnswer(question: Question, range: Range): number[] {
  const first = wallClock(question.start);
  const excepted = new Set(
    question.exceptions.map((each) => wallClock(each).toString()),
  );
  const begin = Temporal.Instant.fromEpochMilliseconds(range.start);
  let day = begin.toZonedDateTimeISO(ZONE).toPlainDate().subtract({ days: 1 });
  const starts: number[] = [];
  for (;;) {
    const time = day.toPlainDateTime(first.toPlainTime());
    const epoch = time.toZonedDateTime(ZONE).epochMilliseconds;
    if (epoch >= range.end) return starts;
    const taken = question.takes(day) && !excepted.has(time.toString()) &&
      Temporal.PlainDateTime.compare(time, first) >= 0;
    if (taken && epoch >= range.start) starts.push(epoch);
    day = day.add({ days: 1 });
  }
}

/** The series as an iCalendar object. */
export function calendarText(question: Question): string {
  const { start, rule, exceptions } = question;
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Kalends//Bench//EN",
    "BEGIN:VTIMEZONE",
    `TZID:${ZONE}`,
    ...observance("DAYLIGHT", "19810329T020000", ["+0100", "+0200", 3]),
    ...observance("STANDARD", "19961027T030000", ["+0200", "+0100", 10]),
    "END:VTIMEZONE",
    "BEGIN:VEVENT",
    "UID:1",
    "DTSTAMP:20260101T000000Z",
    `DTSTART;TZID=${ZONE}:${start}`,
    "DURATION:PT1H",
    `RRULE:${rule}`,
    ...exceptions.map((each) => `EXDATE;TZID=${ZONE}:${each}`),
    "SUMMARY:Standup",
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ].join("\r\n");
}

function observance(
  name: string,
  start: string,
  [from, to, month]: readonly [from: string, to: string, month: number],
): string[] {
  return [
    `BEGIN:${name}`,
    `DTSTART:${start}`,
    `TZOFFSETFROM:${from}`,
    `TZOFFSETTO:${to}`,
    `RRULE:FREQ=YEARLY;BYMONTH=${month};BYDAY=-1SU`,
    `END:${name}`,
  ];
}

/** The lines of the series that are about recurrence, as the rule libraries read them. */
export function ruleText(question: Question): string {
  const { start, rule, exceptions } = question;
  const lines = [`DTSTART;TZID=${ZONE}:${start}`, `RRULE:${rule}`];
  if (exceptions.length > 0) {
    lines.push(`EXDATE;TZID=${ZONE}:${exceptions.join(",")}`);
  }
  return lines.join("\n");
}
