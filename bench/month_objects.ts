/**
 * Calendars of any size with one and the same month: what the bench of
 * months stores. One object in five recurs, half of those without an end.
 *
 * @module
 */

import { type BenchEvent, eventText, MONTH } from "./objects.ts";

const DAY = 86_400_000;

/** Events that do not happen in the month are spread over so many years to either side. */
const YEARS = 10;

/** One event of a calendar, by its number; the first `answers` of them happen in the month. */
export function monthEvent(index: number, answers: number): BenchEvent {
  const uid = `month-${index}@bench.example`;
  const inMonth = index < answers;
  const [start, ...rules] = inMonth
    ? linesInMonth(index)
    : linesElsewhere(index - answers);
  return {
    uid,
    name: `month-${index}.ics`,
    spans: inMonth ? [MONTH] : [],
    text: (revision) =>
      eventText({ uid, index, revision }, [
        `DTSTART;TZID=Europe/Vienna:${start}T100000`,
        `DTEND;TZID=Europe/Vienna:${start}T110000`,
        ...rules,
      ]),
  };
}

function dateText(day: number): string {
  return new Date(day).toISOString().slice(0, 10).replaceAll("-", "");
}

/** Its date, then its rules: in May 2026, whatever else they give. */
function linesInMonth(n: number): string[] {
  const day = 2 + n % 27;
  const date = dateText(MONTH.start + day * DAY);
  const before = dateText(Date.UTC(2015, 4, 1 + day));
  switch (n % 20) {
    case 0:
    case 5:
      return [date, "RRULE:FREQ=WEEKLY;COUNT=10"];
    case 10:
      return [before, "RRULE:FREQ=WEEKLY"];
    case 15:
      return [before, "RRULE:FREQ=YEARLY"];
    default:
      return [date];
  }
}

/** Its date, then its rules: never in May 2026. */
function linesElsewhere(n: number): string[] {
  const year = 2026 - YEARS + n * 7 % (2 * YEARS);
  // every month but May, some days from its ends
  const month = (5 + n % 11) % 12;
  const day = Date.UTC(year, month, 3 + n * 5 % 24);
  const date = dateText(day);
  const later = dateText(Date.UTC(2027 + n % 5, n % 12, 3 + n % 24));
  // of twenty: sixteen once, two with an end, two without
  switch (n % 40) {
    case 0:
      return [
        dateText(Math.min(day, Date.UTC(2025, 11, 1))),
        "RRULE:FREQ=WEEKLY;COUNT=10",
      ];
    case 10:
      return [date, "RRULE:FREQ=YEARLY;COUNT=25"];
    case 20:
      return [
        dateText(Date.UTC(2020, 6, 3 + n % 24)),
        "RRULE:FREQ=WEEKLY;BYMONTH=7,8;UNTIL=20351231T235959Z",
      ];
    case 30:
      return [
        dateText(Date.UTC(2018, 10, 3 + n % 24)),
        `RDATE;TZID=Europe/Vienna:2022${date.slice(4)}T100000,${later}T100000`,
      ];
    case 5:
    case 15:
      return [date, "RRULE:FREQ=YEARLY"];
    case 25:
      return [
        dateText(Date.UTC(2012, 1, 3 + n % 24)),
        "RRULE:FREQ=MONTHLY;BYMONTH=2,8,11",
      ];
    case 35:
      return [later, "RRULE:FREQ=WEEKLY"];
    default:
      return [date];
  }
}
