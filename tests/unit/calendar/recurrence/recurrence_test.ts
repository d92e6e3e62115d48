import assert from "node:assert/strict";
import {
  occurrences,
  type TimeRange,
} from "../../../../src/calendar/recurrence/recurrence.ts";
import { mainComponents } from "../../../../src/calendar/validate.ts";
import { zonesOf } from "../../../../src/calendar/zones/vtimezone.ts";
import { UTC, zoneByName } from "../../../../src/calendar/zones/zones.ts";
import { calendarOf, eventLines } from "../objects.ts";

const ALL: TimeRange = { start: null, end: null };

function expand(lines: string[], range = ALL, steps = 10_000) {
  const calendar = calendarOf(...lines);
  return occurrences(mainComponents(calendar), range, {
    zones: zonesOf(calendar),
    floating: UTC,
    budget: { steps },
  });
}

function starts(lines: string[], range = ALL): string[] {
  const { instances, complete } = expand(lines, range);
  assert.ok(complete);
  return instances.map(({ start }) =>
    new Date(start).toISOString().slice(5, 16)
  );
}

const DAILY = ["DTSTART:20260301T100000Z", "RRULE:FREQ=DAILY;COUNT=4"];

Deno.test("occurrences() gives one instance without recurrence, with no recurrenceId", () => {
  const { instances } = expand(
    eventLines("DTSTART:20260301T100000Z", "DURATION:PT1H"),
  );
  assert.equal(instances.length, 1);
  assert.equal(instances[0]?.recurrenceId, null);
  assert.equal(instances[0]?.end, Date.UTC(2026, 2, 1, 11));
  assert.deepEqual(expand(eventLines("SUMMARY:x")).instances, []);
});

Deno.test("occurrences() joins RRULE and RDATE, takes EXDATE away, counts nothing twice", () => {
  assert.deepEqual(
    starts(eventLines(
      ...DAILY,
      "RDATE:20260302T100000Z,20260310T100000Z",
      "RDATE;VALUE=PERIOD:20260311T100000Z/PT2H,20260312T100000Z/20260312T110000Z",
      "EXDATE:20260303T100000Z",
    )),
    [
      "03-01T10:00",
      "03-02T10:00",
      "03-04T10:00",
      "03-10T10:00",
      "03-11T10:00",
      "03-12T10:00",
    ],
  );
  const whole = eventLines(...DAILY, "EXDATE;VALUE=DATE:20260303");
  assert.equal(starts(whole).includes("03-03T10:00"), false);
  const naive = eventLines(
    "DTSTART;TZID=Europe/Berlin:20260301T100000",
    "RRULE:FREQ=DAILY;COUNT=2",
    "EXDATE:20260302T100000",
  );
  assert.deepEqual(starts(naive), ["03-01T09:00"]);
});

Deno.test("occurrences() keeps the length of a PERIOD", () => {
  const { instances } = expand(eventLines(
    "DTSTART:20260301T100000Z",
    "RDATE;VALUE=PERIOD:20260311T100000Z/PT2H,20260312T100000Z/20260312T130000Z,20260313T100000Z/x",
  ));
  assert.deepEqual(
    instances.map(({ start, end }) => (end - start) / 3_600_000),
    [0, 2, 3],
  );
});

Deno.test("occurrences() puts overrides in the place of what they stand for", () => {
  const { instances } = expand([
    ...eventLines(...DAILY),
    ...eventLines("RECURRENCE-ID:20260302T100000Z", "DTSTART:20260302T150000Z"),
  ]);
  assert.deepEqual(
    instances.map(({ start, recurrenceId }) => [
      new Date(start).getUTCHours(),
      new Date(recurrenceId ?? 0).getUTCDate(),
    ]),
    [[10, 1], [15, 2], [10, 3], [10, 4]],
  );
});

Deno.test("occurrences() moves later instances with RANGE=THISANDFUTURE", () => {
  const lines = [
    ...eventLines(...DAILY),
    ...eventLines(
      "RECURRENCE-ID;RANGE=THISANDFUTURE:20260303T100000Z",
      "DTSTART:20260303T120000Z",
      "DURATION:PT30M",
    ),
  ];
  assert.deepEqual(starts(lines), [
    "03-01T10:00",
    "03-02T10:00",
    "03-03T12:00",
    "03-04T12:00",
  ]);
  const last = expand(lines).instances.at(-1);
  assert.equal((last?.end ?? 0) - (last?.start ?? 0), 1_800_000);
});

Deno.test("occurrences() takes overrides without their master, and masters with a RECURRENCE-ID", () => {
  const alone = eventLines(
    "RECURRENCE-ID:20260302T100000Z",
    "DTSTART:20260302T150000Z",
  );
  assert.deepEqual(starts(alone), ["03-02T15:00"]);
  const odd = eventLines("RECURRENCE-ID:19700101T070000Z", ...DAILY);
  assert.equal(starts(odd).length, 4);
});

Deno.test("occurrences() stays on the wall clock across a change of offset", () => {
  const zoned = (rule: string) =>
    eventLines("DTSTART;TZID=Europe/Berlin:20260328T023000", `RRULE:${rule}`);
  assert.deepEqual(starts(zoned("FREQ=DAILY;COUNT=3")), [
    "03-28T01:30",
    "03-29T01:30",
    "03-30T00:30",
  ]);
});

Deno.test("occurrences() reads UNTIL as a date, a local time and UTC", () => {
  const until = (value: string) =>
    starts(eventLines(
      "DTSTART;TZID=America/New_York:20260301T100000",
      `RRULE:FREQ=DAILY;UNTIL=${value}`,
    )).length;
  assert.equal(until("20260303"), 3);
  assert.equal(until("20260303T100000"), 3);
  assert.equal(until("20260303T150000Z"), 3);
  assert.equal(until("20260303T145959Z"), 2);
  const day = eventLines(
    "DTSTART;VALUE=DATE:20260301",
    "RRULE:FREQ=DAILY;UNTIL=20260303T230000Z",
  );
  assert.equal(starts(day).length, 3);
});

Deno.test("occurrences() gives all-day events whole days, whatever their rule says", () => {
  const start = "DTSTART;VALUE=DATE:20260301";
  for (const rule of ["DAILY;BYHOUR=8,9;BYMINUTE=5;BYSECOND=7", "HOURLY"]) {
    const lines = eventLines(start, `RRULE:FREQ=${rule}`);
    const range = { start: Date.UTC(2026, 2, 1), end: Date.UTC(2026, 2, 3) };
    assert.deepEqual(starts(lines, range), [
      "03-01T00:00",
      "03-02T00:00",
      "03-03T00:00",
    ], rule);
  }
  // 22:00 of that day stands for the day
  assert.deepEqual(
    starts(eventLines(start, "RRULE:FREQ=HOURLY;INTERVAL=46"), {
      start: Date.UTC(2026, 2, 2, 1),
      end: Date.UTC(2026, 2, 2, 12),
    }),
    ["03-02T00:00"],
  );
});

Deno.test("occurrences() gives only what touches the range, also far away", () => {
  const lines = eventLines(
    "DTSTART:19900101T100000Z",
    "DURATION:P2D",
    "RRULE:FREQ=WEEKLY;BYDAY=MO",
  );
  const range = { start: Date.UTC(2060, 0, 6), end: Date.UTC(2060, 0, 20) };
  assert.deepEqual(starts(lines, range), [
    "01-05T10:00",
    "01-12T10:00",
    "01-19T10:00",
  ]);
  const rare = eventLines(
    "DTSTART:20040229T100000Z",
    "RRULE:FREQ=YEARLY;INTERVAL=40",
  );
  const century = { start: Date.UTC(2040, 0, 1), end: Date.UTC(2090, 0, 1) };
  assert.deepEqual(starts(rare, century), ["02-29T10:00", "02-29T10:00"]);
});

Deno.test("occurrences() says so where the bound on work is reached", () => {
  const rules = [
    "FREQ=SECONDLY",
    "RSCALE=X-MARTIAN;FREQ=YEARLY",
    "FREQ=MINUTELY;INTERVAL=7;BYHOUR=3",
    "FREQ=NEVER",
    `FREQ=DAILY;BYHOUR=${[...Array(24).keys()]};BYMINUTE=${[
      ...Array(60).keys(),
    ]};BYSECOND=${[...Array(60).keys()]}`,
  ];
  for (const rule of rules) {
    const lines = eventLines("DTSTART:20260301T100000Z", `RRULE:${rule}`);
    const { instances, complete } = expand(lines);
    assert.equal(complete, false, rule);
    assert.ok(instances.length >= 1 && instances.length < 200_000, rule);
  }
  for (
    const rule of [
      "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
      "FREQ=DAILY;BYYEARDAY=1;BYMONTH=3",
      "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
    ]
  ) {
    const never = eventLines("DTSTART:20260301T100000Z", `RRULE:${rule}`);
    assert.equal(starts(never).length, 1, rule);
  }
  assert.equal(expand(eventLines(...DAILY), ALL, 0).complete, false);
});

Deno.test("occurrences() of components that were read before follow the zone that is asked for", () => {
  const components = mainComponents(
    calendarOf(...eventLines("DTSTART:20260301T100000", "RRULE:FREQ=DAILY")),
  );
  const first = (name: string) => {
    const floating = zoneByName(name);
    assert.ok(floating);
    const range = { start: null, end: Date.UTC(2026, 2, 2) };
    const context = { zones: () => undefined, floating };
    return occurrences(components, range, context).instances[0]?.start;
  };
  assert.equal(first("Europe/Berlin"), Date.UTC(2026, 2, 1, 9));
  assert.equal(first("Asia/Tokyo"), Date.UTC(2026, 2, 1, 1));
  assert.equal(first("Europe/Berlin"), Date.UTC(2026, 2, 1, 9));
});
