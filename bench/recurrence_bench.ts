/**
 * Recurrence beside rrule-temporal; `deno bench -A bench/recurrence_bench.ts`.
 *
 * @module
 */

import { RRuleTemporal } from "rrule-temporal";
import { parseCalendarText } from "../src/calendar/parse.ts";
import { eachOccurrence, occurrences } from "../src/calendar/recurrence.ts";
import { mainComponents } from "../src/calendar/validate.ts";
import { zonesOf } from "../src/calendar/vtimezone.ts";
import { UTC } from "../src/calendar/zones.ts";

const EXDATES = ["20260209", "20260406", "20260525", "20260803", "20261109"];

function read(...lines: string[]) {
  const text = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:1", ...lines];
  text.push("END:VEVENT", "END:VCALENDAR", "");
  const parsed = parseCalendarText(text.join("\r\n"));
  if (!parsed.ok) throw new Error("the bench's own data is wrong");
  const { calendar } = parsed;
  return {
    components: mainComponents(calendar),
    context: { zones: zonesOf(calendar), floating: UTC },
  };
}

const daily = read(
  "DTSTART:19900101T100000Z",
  "DURATION:PT1H",
  "RRULE:FREQ=DAILY",
);
const week = { start: Date.UTC(2026, 10, 23), end: Date.UTC(2026, 10, 30) };

const DAILY = "next week of a daily series from 1990";

Deno.bench("ours", { group: DAILY, baseline: true }, () => {
  occurrences(daily.components, week, daily.context);
});

const dailyRule = "DTSTART:19900101T100000Z\nRRULE:FREQ=DAILY";
const weekStart = new Date(week.start);
const weekEnd = new Date(week.end);

Deno.bench("rrule-temporal", { group: DAILY }, () => {
  new RRuleTemporal({ rruleString: dailyRule }).between(weekStart, weekEnd);
});

const kept = new RRuleTemporal({ rruleString: dailyRule });

Deno.bench("rrule-temporal, rule kept", { group: DAILY }, () => {
  kept.between(weekStart, weekEnd);
});

const weekly = read(
  "DTSTART;TZID=Europe/Berlin:20200106T090000",
  "DURATION:PT1H",
  "RRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR",
  ...EXDATES.map((day) => `EXDATE;TZID=Europe/Berlin:${day}T090000`),
);
const year = { start: Date.UTC(2026, 0, 1), end: Date.UTC(2027, 0, 1) };

const WEEKLY = "a year of a weekly series with zone and EXDATEs";

Deno.bench("ours", { group: WEEKLY, baseline: true }, () => {
  let count = 0;
  eachOccurrence(weekly.components, year, {
    ...weekly.context,
    visit: () => ++count > 0,
  });
});

const weeklyRule = [
  "DTSTART;TZID=Europe/Berlin:20200106T090000",
  "RRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR",
  `EXDATE;TZID=Europe/Berlin:${EXDATES.map((day) => `${day}T090000`)}`,
].join("\n");
const yearStart = new Date(year.start);
const yearEnd = new Date(year.end);

Deno.bench("rrule-temporal", { group: WEEKLY }, () => {
  new RRuleTemporal({ rruleString: weeklyRule }).between(yearStart, yearEnd);
});

const keptWeekly = new RRuleTemporal({ rruleString: weeklyRule });

Deno.bench("rrule-temporal, rule kept", { group: WEEKLY }, () => {
  keptWeekly.between(yearStart, yearEnd);
});
