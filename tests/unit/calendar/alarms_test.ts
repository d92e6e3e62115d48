import assert from "node:assert/strict";
import { parseDate } from "../../../src/calendar/dates.ts";
import {
  type ComponentFilter,
  matchesFilter,
} from "../../../src/calendar/filter.ts";
import {
  UTC,
  type Zone,
  zoneByName,
} from "../../../src/calendar/zones/zones.ts";
import { calendarOf, eventLines, todoLines } from "./objects.ts";

const SECOND = 1000;

function at(text: string): number {
  return parseDate(text)?.civil ?? assert.fail(text);
}

function alarm(...lines: string[]): string[] {
  return ["BEGIN:VALARM", "ACTION:AUDIO", ...lines, "END:VALARM"];
}

interface Ask {
  readonly name?: string;
  readonly zone?: Zone;
  readonly steps?: number;
}

function rings(
  lines: readonly string[],
  [start, end]: readonly [number | null, number | null],
  { name = "VEVENT", zone = UTC, steps = 10_000 }: Ask = {},
): boolean {
  const components = [{ name: "VALARM", timeRange: { start, end } }];
  return matchesFilter(calendarOf(...lines), {
    name: "VCALENDAR",
    components: [{ name, components }],
  }, { zone, budget: { steps } });
}

/** It goes off at these times and at no other that is a second away. */
function assertTimes(
  lines: readonly string[],
  times: readonly string[],
  ask: Ask = {},
): void {
  for (const time of times.map(at)) {
    const what = new Date(time).toISOString();
    assert.ok(rings(lines, [time, time + SECOND], ask), `at ${what}`);
    assert.ok(!rings(lines, [time - SECOND, time], ask), `before ${what}`);
    const behind = [time + SECOND, time + 2 * SECOND] as const;
    assert.ok(!rings(lines, behind, ask), `behind ${what}`);
  }
  const first = Math.min(...times.map(at));
  const last = Math.max(...times.map(at));
  assert.ok(rings(lines, [last, null], ask), "the start counts");
  assert.ok(!rings(lines, [last + SECOND, null], ask), "it is the last one");
  assert.ok(rings(lines, [null, first + SECOND], ask));
  assert.ok(!rings(lines, [null, first], ask), "the end does not count");
}

const HOUR = ["DTSTART:20260302T100000Z", "DTEND:20260302T110000Z"];

Deno.test("alarmOverlaps() counts from the start, from the end, and by the clock", () => {
  const cases: [string, string][] = [
    ["TRIGGER:-PT15M", "20260302T094500Z"],
    ["TRIGGER;RELATED=START:PT0S", "20260302T100000Z"],
    ["TRIGGER:P1DT1H", "20260303T110000Z"],
    ["TRIGGER;RELATED=END:PT5M", "20260302T110500Z"],
    ["TRIGGER;related=end:-P1W", "20260223T110000Z"],
    ["TRIGGER;VALUE=DATE-TIME:20250101T000000Z", "20250101T000000Z"],
    ["TRIGGER:20250101T000000Z", "20250101T000000Z"],
  ];
  for (const [trigger, time] of cases) {
    assertTimes(eventLines(...HOUR, ...alarm(trigger)), [time]);
  }
});

Deno.test("alarmOverlaps() goes off in each instance, but only once by the clock", () => {
  const rule = "RRULE:FREQ=WEEKLY;COUNT=3";
  assertTimes(eventLines(...HOUR, rule, ...alarm("TRIGGER:-PT1H")), [
    "20260302T090000Z",
    "20260309T090000Z",
    "20260316T090000Z",
  ]);
  assertTimes(
    eventLines(...HOUR, rule, ...alarm("TRIGGER:20260101T000000Z")),
    ["20260101T000000Z"],
  );
});

Deno.test("alarmOverlaps() repeats, all its life long", () => {
  const repeated = ["TRIGGER:-PT10M", "REPEAT:2", "DURATION:PT5M"];
  assertTimes(eventLines(...HOUR, ...alarm(...repeated)), [
    "20260302T095000Z",
    "20260302T095500Z",
    "20260302T100000Z",
  ]);
  const byTheClock = [
    "TRIGGER:20250101T000000Z",
    "REPEAT:1",
    "DURATION:P1D",
  ];
  assertTimes(eventLines(...HOUR, ...alarm(...byTheClock)), [
    "20250101T000000Z",
    "20250102T000000Z",
  ]);
  const often = ["TRIGGER:PT0S", "REPEAT:100000000", "DURATION:PT1S"];
  const lines = eventLines(...HOUR, ...alarm(...often));
  const late = at("20290502T194640Z");
  assert.ok(rings(lines, [late - SECOND, late]));
  assert.ok(rings(lines, [late, late + SECOND]), "the last one");
  assert.ok(!rings(lines, [late + SECOND, null]));
});

Deno.test("alarmOverlaps() needs REPEAT, DURATION and time that goes on for a repetition", () => {
  const once = [
    ["REPEAT:3"],
    ["DURATION:PT5M"],
    ["REPEAT:3", "DURATION:PT0S"],
    ["REPEAT:3", "DURATION:-PT5M"],
    ["REPEAT:x", "DURATION:PT5M"],
  ];
  for (const more of once) {
    const lines = eventLines(...HOUR, ...alarm("TRIGGER:-PT15M", ...more));
    assertTimes(lines, ["20260302T094500Z"]);
  }
});

Deno.test("alarmOverlaps() counts days on the wall clock, hours by the clock", () => {
  // the night of 29 March 2026 is an hour shorter in Berlin
  const night = eventLines(
    "DTSTART;TZID=Europe/Berlin:20260328T220000",
    "DURATION:PT12H",
    ...alarm("TRIGGER;RELATED=END:PT0S"),
  );
  assertTimes(night, ["20260329T090000Z"]);
  const morning = (trigger: string) =>
    eventLines(
      "DTSTART;TZID=Europe/Berlin:20260329T100000",
      ...alarm(trigger),
    );
  assertTimes(morning("TRIGGER:-P1D"), ["20260328T090000Z"]);
  assertTimes(morning("TRIGGER:-PT24H"), ["20260328T080000Z"]);
});

Deno.test("alarmOverlaps() takes all-day events and floating triggers in the zone asked for", () => {
  const zone = zoneByName("Asia/Tokyo") ?? assert.fail();
  const day = eventLines(
    "DTSTART;VALUE=DATE:20260302",
    ...alarm("TRIGGER:-PT15H"),
  );
  assertTimes(day, ["20260301T090000Z"]);
  assertTimes(day, ["20260301T000000Z"], { zone });
  const ended = eventLines(
    "DTSTART;VALUE=DATE:20260302",
    ...alarm("TRIGGER;RELATED=END:PT9H"),
  );
  assertTimes(ended, ["20260303T000000Z"], { zone });
  const floating = eventLines(
    ...HOUR,
    ...alarm("TRIGGER;VALUE=DATE-TIME:20260302T090000"),
  );
  assertTimes(floating, ["20260302T000000Z"], { zone });
});

Deno.test("alarmOverlaps() counts a task's alarm from its start and its due date", () => {
  const ask = { name: "VTODO" };
  const start = "DTSTART:20260302T100000Z";
  const due = "DUE:20260304T120000Z";
  const cases: [string[], string, string][] = [
    [[start, due], "TRIGGER:-PT1H", "20260302T090000Z"],
    [[start, due], "TRIGGER;RELATED=END:-PT1H", "20260304T110000Z"],
    [[due], "TRIGGER;RELATED=END:-PT1H", "20260304T110000Z"],
    // RFC 5545 wants a DTSTART here; its due date is all that it has
    [[due], "TRIGGER:-PT1H", "20260304T110000Z"],
    [[start, "DURATION:PT2H"], "TRIGGER;RELATED=END:PT0S", "20260302T120000Z"],
    [[], "TRIGGER:20260101T000000Z", "20260101T000000Z"],
  ];
  for (const [dates, trigger, time] of cases) {
    assertTimes(todoLines(...dates, ...alarm(trigger)), [time], ask);
  }
  assertTimes(
    todoLines(due, "RRULE:FREQ=DAILY;COUNT=2", ...alarm("TRIGGER:PT0S")),
    ["20260304T120000Z", "20260305T120000Z"],
    ask,
  );
});

Deno.test("alarmOverlaps() never goes off without a trigger that says when", () => {
  const always = [null, at("99991231T000000Z")] as const;
  for (const trigger of ["SUMMARY:x", "TRIGGER:x", "TRIGGER:20260302"]) {
    assert.ok(!rings(eventLines(...HOUR, ...alarm(trigger)), always), trigger);
  }
  const undated = todoLines(...alarm("TRIGGER:-PT1H"));
  assert.ok(!rings(undated, always, { name: "VTODO" }));
});

Deno.test("alarmOverlaps() keeps to the instances of the component that the alarm is in", () => {
  const lines = [
    ...eventLines(
      ...HOUR,
      "RRULE:FREQ=DAILY;COUNT=3",
      ...alarm("TRIGGER:-PT1H"),
    ),
    ...eventLines(
      "RECURRENCE-ID:20260303T100000Z",
      "DTSTART:20260303T150000Z",
      ...alarm("TRIGGER:-PT2H"),
    ),
  ];
  assertTimes(lines, [
    "20260302T090000Z",
    "20260303T130000Z",
    "20260304T090000Z",
  ]);
  const following = [
    ...eventLines(...HOUR, "RRULE:FREQ=DAILY;COUNT=3"),
    ...eventLines(
      "RECURRENCE-ID;RANGE=THISANDFUTURE:20260303T100000Z",
      "DTSTART:20260303T150000Z",
      ...alarm("TRIGGER:-PT2H"),
    ),
  ];
  assertTimes(following, ["20260303T130000Z", "20260304T130000Z"]);
});

Deno.test("alarmOverlaps() wants the time of the event and of its alarm, each in its own range", () => {
  const lines = eventLines(
    ...HOUR,
    "RRULE:FREQ=DAILY;COUNT=3",
    ...alarm("TRIGGER:-PT1H"),
  );
  const range = (start: string, end: string) => ({
    start: at(start),
    end: at(end),
  });
  const ask = (event: ComponentFilter["timeRange"]) =>
    matchesFilter(calendarOf(...lines), {
      name: "VCALENDAR",
      components: [{
        name: "VEVENT",
        ...event && { timeRange: event },
        components: [{
          name: "VALARM",
          timeRange: range("20260303T090000Z", "20260303T090001Z"),
        }],
      }],
    }, { zone: UTC });
  assert.ok(ask(range("20260302T000000Z", "20260303T000000Z")));
  assert.ok(!ask(range("20260305T000000Z", "20260306T000000Z")));
});

Deno.test("alarmOverlaps() knows no alarm that stands alone, or inside another one", () => {
  const always = { start: at("20000101T000000Z"), end: null };
  const inner = { name: "VALARM", timeRange: always };
  const outer = { name: "VALARM", components: [inner] };
  const lines = alarm("TRIGGER:-PT1H", ...alarm("TRIGGER:-PT2H"));
  const ask = (event: readonly string[], ...components: ComponentFilter[]) =>
    matchesFilter(calendarOf(...event), { name: "VCALENDAR", components }, {
      zone: UTC,
    });
  assert.ok(!ask(lines, inner));
  const event = eventLines(...HOUR, ...lines);
  assert.ok(ask(event, { name: "VEVENT", components: [inner] }));
  assert.ok(!ask(event, { name: "VEVENT", components: [outer] }));
});

Deno.test("alarmOverlaps() counts its work, and answers true beyond its bound", () => {
  const dense = eventLines(
    ...HOUR,
    "RRULE:FREQ=SECONDLY",
    ...alarm("TRIGGER:-P10000D", "REPEAT:3", "DURATION:P3650D"),
  );
  const far = [at("99000101T000000Z"), at("99000101T000001Z")] as const;
  assert.ok(rings(dense, far, { steps: 5000 }));
  const overrides = Array.from({ length: 4000 }, (_, n) =>
    eventLines(
      `RECURRENCE-ID:${20260302 + n % 9}T${100000 + (n % 60) * 100}Z`,
      HOUR[0] ?? "",
      ...alarm("TRIGGER:-PT1H"),
    )).flat();
  const calendar = calendarOf(
    ...eventLines(...HOUR, "RRULE:FREQ=DAILY", ...alarm("TRIGGER:-PT1H")),
    ...overrides,
  );
  const budget = { steps: 50_000 };
  const timeRange = {
    start: at("20200101T000000Z"),
    end: at("20200102T000000Z"),
  };
  const filter = {
    name: "VCALENDAR",
    components: [{
      name: "VEVENT",
      components: [{ name: "VALARM", timeRange }],
    }],
  };
  assert.ok(!matchesFilter(calendar, filter, { zone: UTC, budget }));
  assert.ok(
    budget.steps > 30_000,
    `each override is one step: ${budget.steps}`,
  );
});
