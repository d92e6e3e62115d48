import assert from "node:assert/strict";
import {
  type CalendarDataRequest,
  extractCalendar,
} from "../../../src/calendar/calendar_data.ts";
import type { ComponentChoice } from "../../../src/calendar/draft.ts";
import { parseCalendarText } from "../../../src/calendar/parse.ts";
import {
  UTC,
  type Zone,
  zoneByName,
} from "../../../src/calendar/zones/zones.ts";
import { calendarOf, eventLines, todoLines } from "./objects.ts";

/** The lines that a request gives of an object. */
function extract(
  lines: string[],
  request: CalendarDataRequest,
  zone: Zone = UTC,
): string[] {
  const budget = { steps: 50_000 };
  const text = extractCalendar(calendarOf(...lines), request, { zone, budget });
  assert.ok(text !== undefined);
  assert.ok(parseCalendarText(text).ok, text);
  return text.trimEnd().split("\r\n");
}

/** The same without what every VCALENDAR has. */
function inside(
  lines: string[],
  request: CalendarDataRequest,
  zone: Zone = UTC,
): string[] {
  return extract(lines, request, zone).slice(3, -1);
}

function days(from: number, to: number): { start: number; end: number } {
  return { start: Date.UTC(2026, 2, from), end: Date.UTC(2026, 2, to) };
}

function all(name: string): ComponentChoice {
  return { name, properties: "all", components: "all" };
}

const ALARM = ["BEGIN:VALARM", "ACTION:AUDIO", "TRIGGER:-PT1H", "END:VALARM"];

Deno.test("extractCalendar() gives the parts that are wanted, lines unchanged", () => {
  const lines = eventLines(
    "DTSTART:20260301T100000Z",
    'ATTENDEE;CN="A":mailto:a',
    " @x",
    "X-Any:1",
    ...ALARM,
  );
  const event: ComponentChoice = {
    name: "VEVENT",
    properties: [
      { name: "ATTENDEE", noValue: false },
      { name: "X-ANY", noValue: true },
    ],
    components: [],
  };
  const parts: ComponentChoice = {
    name: "VCALENDAR",
    properties: [{ name: "VERSION", noValue: false }],
    components: [event],
  };
  assert.deepEqual(extract(lines, { parts }), [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "BEGIN:VEVENT",
    'ATTENDEE;CN="A":mailto:a',
    " @x",
    "X-Any:",
    "END:VEVENT",
    "END:VCALENDAR",
  ]);
  const alarms = {
    ...parts,
    properties: "all",
    components: [{ ...event, properties: [], components: "all" }],
  } as const;
  assert.deepEqual(inside(lines, { parts: alarms }), [
    "BEGIN:VEVENT",
    ...ALARM,
    "END:VEVENT",
  ]);
  assert.deepEqual(inside(lines, { parts: all("VCALENDAR") }), lines);
  assert.deepEqual(
    inside(lines, {
      parts: { ...all("VCALENDAR"), components: [all("VTODO")] },
    }),
    [],
  );
});

Deno.test("extractCalendar() expands a series to instances in UTC without rules and zones", () => {
  const lines = [
    "BEGIN:VTIMEZONE",
    "TZID:Europe/Berlin",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0100",
    "END:STANDARD",
    "END:VTIMEZONE",
    ...eventLines(
      "DTSTART;TZID=Europe/Berlin;X-A=b:20260328T100000",
      "DTEND;TZID=Europe/Berlin:20260328T110000",
      "RRULE:FREQ=DAILY;COUNT=5",
      "EXDATE;TZID=Europe/Berlin:20260331T100000",
      "SUMMARY:Tea",
      ...ALARM,
    ),
    ...eventLines(
      "RECURRENCE-ID;TZID=Europe/Berlin:20260330T100000",
      "DTSTART;TZID=Europe/Berlin:20260330T120000",
      "DURATION:PT2H",
      "SUMMARY:Late",
    ),
  ];
  assert.deepEqual(inside(lines, { expand: days(29, 32) }), [
    ...eventLines(
      "DTSTART;X-A=b:20260329T080000Z",
      "DTEND:20260329T090000Z",
      "SUMMARY:Tea",
      "RECURRENCE-ID:20260329T080000Z",
      ...ALARM,
    ),
    ...eventLines(
      "DTSTART:20260330T100000Z",
      "DURATION:PT2H",
      "SUMMARY:Late",
      "RECURRENCE-ID:20260330T080000Z",
    ),
  ]);
});

Deno.test("extractCalendar() leaves days and floating times what they are when it expands", () => {
  const day = eventLines("DTSTART;VALUE=DATE:20260301", "RRULE:FREQ=DAILY");
  const tokyo = zoneByName("Asia/Tokyo");
  assert.ok(tokyo);
  const lastHours = {
    start: Date.UTC(2026, 2, 1, 15),
    end: Date.UTC(2026, 2, 1, 16),
  };
  assert.deepEqual(inside(day, { expand: lastHours }, tokyo), [
    ...eventLines(
      "DTSTART;VALUE=DATE:20260302",
      "RECURRENCE-ID;VALUE=DATE:20260302",
    ),
  ]);
  assert.deepEqual(inside(day, { expand: lastHours }), [
    ...eventLines(
      "DTSTART;VALUE=DATE:20260301",
      "RECURRENCE-ID;VALUE=DATE:20260301",
    ),
  ]);
  const floating = eventLines(
    "DTSTART:20260302T003000",
    "DTEND:20260302T004000",
    "RRULE:FREQ=DAILY",
  );
  assert.deepEqual(
    inside(floating, { expand: lastHours }, tokyo),
    eventLines(
      "DTSTART:20260302T003000",
      "DTEND:20260302T004000",
      "RECURRENCE-ID:20260302T003000",
    ),
  );
  const days2 = eventLines(
    "DTSTART;VALUE=DATE:20260301",
    "DTEND;VALUE=DATE:20260303",
  );
  assert.deepEqual(inside(days2, { expand: days(2, 3) }), days2);
});

Deno.test("extractCalendar() expands tasks, and keeps what does not recur", () => {
  const due = todoLines("DUE:20260301T100000Z", "RRULE:FREQ=DAILY;COUNT=3");
  assert.deepEqual(inside(due, { expand: days(2, 3) }), [
    ...todoLines(
      "DUE:20260302T100000Z",
      "RECURRENCE-ID:20260302T100000Z",
    ),
  ]);
  const both = todoLines(
    "DTSTART:20260301T090000Z",
    "DUE:20260301T100000Z",
    "RRULE:FREQ=DAILY;COUNT=3",
  );
  assert.deepEqual(inside(both, { expand: days(2, 3) }), [
    ...todoLines(
      "DTSTART:20260302T090000Z",
      "DUE:20260302T100000Z",
      "RECURRENCE-ID:20260302T090000Z",
    ),
  ]);
  const undated = todoLines("SUMMARY:x");
  assert.deepEqual(inside(undated, { expand: days(2, 3) }), undated);
  const once = eventLines("DTSTART:20260302T090000Z", "DURATION:PT1H");
  assert.deepEqual(inside(once, { expand: days(2, 3) }), once);
  assert.deepEqual(inside(once, { expand: days(3, 4) }), []);
});

Deno.test("extractCalendar() expands what recurs inside VAVAILABILITY", () => {
  const available = (...lines: string[]) => [
    "BEGIN:AVAILABLE",
    "UID:a",
    ...lines,
    "END:AVAILABLE",
  ];
  const lines = [
    "BEGIN:VAVAILABILITY",
    "UID:v",
    "DTSTART;TZID=Europe/Berlin:20260301T000000",
    ...available(
      "DTSTART;TZID=Europe/Berlin:20260328T090000",
      "DTEND;TZID=Europe/Berlin:20260328T170000",
      "RRULE:FREQ=DAILY",
    ),
    ...available(
      "RECURRENCE-ID;TZID=Europe/Berlin:20260330T090000",
      "DTSTART;TZID=Europe/Berlin:20260330T100000",
      "DURATION:PT1H",
    ),
    "END:VAVAILABILITY",
  ];
  // summer time begins on the 29th
  const expand = {
    start: days(28, 31).start + 16 * 3_600_000,
    end: days(28, 31).end,
  };
  assert.deepEqual(inside(lines, { expand }), [
    "BEGIN:VAVAILABILITY",
    "UID:v",
    "DTSTART:20260228T230000Z",
    ...available(
      "DTSTART:20260329T070000Z",
      "DTEND:20260329T150000Z",
      "RECURRENCE-ID:20260329T070000Z",
    ),
    ...available(
      "DTSTART:20260330T080000Z",
      "DURATION:PT1H",
      "RECURRENCE-ID:20260330T070000Z",
    ),
    "END:VAVAILABILITY",
  ]);
  const dense = lines.map((line) => line.replace("DAILY", "SECONDLY"));
  const context = { zone: UTC, budget: { steps: 1000 } };
  assert.equal(
    extractCalendar(calendarOf(...dense), { expand }, context),
    undefined,
  );
});

Deno.test("extractCalendar() gives instances of periods their own lengths", () => {
  const rdate = "RDATE;VALUE=PERIOD:20260302T100000Z/PT3H";
  const id = "RECURRENCE-ID:20260302T100000Z";
  const start = "DTSTART:20260302T100000Z";
  const cases: [string[], string[]][] = [
    [["DURATION:PT1H"], [start, "DURATION:PT10800S", id]],
    [["DTEND:20260301T110000Z"], [start, "DTEND:20260302T130000Z", id]],
    [[], [start, "DTEND:20260302T130000Z", id]],
  ];
  for (const [length, expected] of cases) {
    const lines = eventLines("DTSTART:20260301T100000Z", ...length, rdate);
    assert.deepEqual(
      inside(lines, { expand: days(2, 3) }),
      eventLines(...expected),
    );
  }
});

Deno.test("extractCalendar() says where there are too many instances", () => {
  const budget = { steps: 1000 };
  const calendar = calendarOf(
    ...eventLines("DTSTART:20260301T100000Z", "RRULE:FREQ=SECONDLY"),
  );
  assert.equal(
    extractCalendar(calendar, { expand: days(1, 30) }, { zone: UTC, budget }),
    undefined,
  );
});

Deno.test("extractCalendar() pays for the text of every instance, not for their number alone", () => {
  const text = `DESCRIPTION:${"x".repeat(100_000)}`;
  const extracted = (steps: number, lines: string[], to: number) =>
    extractCalendar(calendarOf(...lines), { expand: days(1, to) }, {
      zone: UTC,
      budget: { steps },
    });
  const available = [
    "BEGIN:VAVAILABILITY",
    "UID:one",
    "BEGIN:AVAILABLE",
    "DTSTART:20260301T100000Z",
    "DURATION:PT1H",
    "RRULE:FREQ=DAILY",
    text,
    "END:AVAILABLE",
    "END:VAVAILABILITY",
  ];
  const event = eventLines(
    "DTSTART:20260301T100000Z",
    "RRULE:FREQ=DAILY",
    text,
  );
  for (const lines of [event, available]) {
    assert.ok((extracted(1000, lines, 10)?.length ?? 0) > 900_000);
    assert.equal(extracted(1000, lines, 12), undefined);
    assert.ok(extracted(2000, lines, 12) !== undefined);
  }
});

Deno.test("extractCalendar() drops overrides that have nothing to do with a range", () => {
  const master = eventLines("DTSTART:20260301T100000Z", "RRULE:FREQ=DAILY");
  const override = (was: number, is: number, range = "") =>
    eventLines(
      `RECURRENCE-ID${range}:202603${String(was).padStart(2, "0")}T100000Z`,
      `DTSTART:202603${String(is).padStart(2, "0")}T120000Z`,
    );
  const lines = [
    ...master,
    ...override(5, 5),
    ...override(6, 20),
    ...override(21, 7),
    ...override(8, 8),
  ];
  const limited = (from: number, to: number) =>
    inside(lines, { limitRecurrenceSet: days(from, to) });
  assert.deepEqual(limited(5, 6), [...master, ...override(5, 5)]);
  assert.deepEqual(
    limited(6, 7),
    [...master, ...override(6, 20)],
    "where it was",
  );
  assert.deepEqual(
    limited(20, 21),
    [...master, ...override(6, 20)],
    "where it is",
  );
  assert.deepEqual(limited(7, 8), [...master, ...override(21, 7)]);
  assert.deepEqual(limited(10, 11), master);
  assert.deepEqual(limited(5, 9), lines);
});

Deno.test("extractCalendar() keeps an override that moves later instances into or out of a range", () => {
  const master = eventLines("DTSTART:20260301T100000Z", "RRULE:FREQ=DAILY");
  const future = (from: number, hour: number) =>
    eventLines(
      `RECURRENCE-ID;RANGE=THISANDFUTURE:202603${
        String(from).padStart(2, "0")
      }T100000Z`,
      `DTSTART:202603${String(from).padStart(2, "0")}T${hour}0000Z`,
    );
  const lines = [...master, ...future(5, 12), ...future(15, 23)];
  const limited = (from: number, to: number) =>
    inside(lines, { limitRecurrenceSet: days(from, to) });
  assert.deepEqual(limited(1, 2), master);
  assert.deepEqual(limited(7, 8), [...master, ...future(5, 12)]);
  assert.deepEqual(limited(17, 18), [...master, ...future(15, 23)]);
  const hour = (from: number) => ({
    start: Date.UTC(2026, 2, 17, from),
    end: Date.UTC(2026, 2, 17, from + 1),
  });
  assert.deepEqual(
    inside(lines, { limitRecurrenceSet: hour(10) }),
    [...master, ...future(15, 23)],
    "nothing is there now, but was",
  );
});

Deno.test("extractCalendar() gives the busy periods that touch a range only", () => {
  const busy = (...lines: string[]) => [
    "BEGIN:VFREEBUSY",
    "UID:one",
    ...lines,
    "END:VFREEBUSY",
  ];
  const lines = busy(
    "FREEBUSY:20260301T100000Z/PT1H,20260303T100000Z/20260303T110000Z",
    "FREEBUSY;FBTYPE=FREE:20260302T100000Z/PT1H",
    "FREEBUSY:20260304T100000Z/PT1H",
  );
  assert.deepEqual(
    inside(lines, { limitFreeBusySet: days(2, 4) }),
    busy(
      "FREEBUSY:20260303T100000Z/20260303T110000Z",
      "FREEBUSY;FBTYPE=FREE:20260302T100000Z/PT1H",
    ),
  );
  assert.deepEqual(inside(lines, { limitFreeBusySet: days(1, 9) }), lines);
});

Deno.test("extractCalendar() cuts parts out of expanded instances, too", () => {
  const lines = eventLines(
    "DTSTART:20260301T100000Z",
    "RRULE:FREQ=DAILY",
    "SUMMARY:x",
  );
  const event: ComponentChoice = {
    name: "VEVENT",
    properties: [{ name: "DTSTART", noValue: false }],
    components: [],
  };
  const parts = { ...all("VCALENDAR"), components: [event] };
  assert.deepEqual(inside(lines, { expand: days(2, 3), parts }), [
    "BEGIN:VEVENT",
    "DTSTART:20260302T100000Z",
    "END:VEVENT",
  ]);
});
