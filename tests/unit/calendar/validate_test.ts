import assert from "node:assert/strict";
import {
  CALENDAR_LIMITS,
  type CalendarLimits,
} from "../../../src/calendar/calendar_limits.ts";
import { checkCalendarObject } from "../../../src/calendar/validate.ts";
import {
  DEFAULT_COMPONENTS,
  SUPPORTED_COMPONENTS,
} from "../../../src/calendar/component_names.ts";
import {
  bytesOf,
  calendarLines,
  eventLines,
  objectOf,
  todoLines,
} from "./objects.ts";

const START = "DTSTART:20260301T100000Z";

function refusal(
  bytes: Uint8Array,
  limits: Partial<CalendarLimits> = {},
): [name: string, line: number | undefined] {
  const checked = checkCalendarObject(bytes, limits);
  assert.ok(!checked.ok, "it was accepted");
  assert.ok(checked.problem.message.length > 10);
  return [checked.problem.name, checked.problem.line];
}

function accepted(bytes: Uint8Array, limits: Partial<CalendarLimits> = {}) {
  const checked = checkCalendarObject(bytes, limits);
  assert.ok(checked.ok, JSON.stringify(checked));
  return checked.facts;
}

Deno.test("checkCalendarObject() names the condition and the line of what is wrong", () => {
  const event = (...lines: string[]) => objectOf(...eventLines(...lines));
  const cases: [string, Uint8Array, string, number | undefined][] = [
    ["empty", new Uint8Array(), "valid-calendar-data", undefined],
    ["blank", bytesOf("", ""), "valid-calendar-data", undefined],
    ["not a calendar", bytesOf("hello"), "valid-calendar-data", 1],
    [
      "no END of the event",
      objectOf("BEGIN:VEVENT", "UID:1", START),
      "valid-calendar-data",
      7,
    ],
    [
      "no END at all",
      bytesOf(...calendarLines().slice(0, -1)),
      "valid-calendar-data",
      1,
    ],
    ["END first", bytesOf("END:VCALENDAR"), "valid-calendar-data", 1],
    [
      "bare event",
      bytesOf(...eventLines(START)),
      "valid-calendar-data",
      1,
    ],
    [
      "two calendars",
      bytesOf(...calendarLines(...eventLines(START)), ...calendarLines()),
      "valid-calendar-object-resource",
      9,
    ],
    [
      "METHOD",
      objectOf("METHOD:REQUEST", ...eventLines(START)),
      "valid-calendar-object-resource",
      4,
    ],
    [
      "two UIDs",
      objectOf(
        ...eventLines(START),
        "BEGIN:VEVENT",
        "UID:two",
        START,
        "END:VEVENT",
      ),
      "valid-calendar-object-resource",
      9,
    ],
    [
      "no UID",
      objectOf("BEGIN:VEVENT", START, "END:VEVENT"),
      "valid-calendar-object-resource",
      4,
    ],
    [
      "two types",
      objectOf(...eventLines(START), ...todoLines()),
      "valid-calendar-object-resource",
      8,
    ],
    [
      "zones alone",
      objectOf("BEGIN:VTIMEZONE", "TZID:X", "END:VTIMEZONE"),
      "valid-calendar-object-resource",
      1,
    ],
    [
      "an unknown component",
      objectOf("BEGIN:VPOLL", "UID:1", "END:VPOLL"),
      "supported-calendar-component",
      4,
    ],
    [
      "vCalendar 1.0",
      bytesOf(
        "BEGIN:VCALENDAR",
        "VERSION:1.0",
        ...eventLines(START),
        "END:VCALENDAR",
      ),
      "supported-calendar-data",
      2,
    ],
    ["no DTSTART", event("SUMMARY:x"), "valid-calendar-data", 4],
    ["bad month", event("DTSTART:20261301"), "valid-calendar-data", 6],
    ["bad day", event("DTSTART:20260230"), "valid-calendar-data", 6],
    ["bad hour", event("DTSTART:20260201T250000"), "valid-calendar-data", 6],
    ["bad DTEND", event(START, "DTEND:soon"), "valid-calendar-data", 7],
    ["bad DURATION", event(START, "DURATION:1H"), "valid-calendar-data", 7],
    ["bad EXDATE", event(START, "EXDATE:20260301,x"), "valid-calendar-data", 7],
    ["bad RDATE", event(START, "RDATE:1/2/3"), "valid-calendar-data", 7],
    [
      "rule out of range",
      event(START, "RRULE:FREQ=HOURLY;BYHOUR=25"),
      "valid-calendar-data",
      7,
    ],
    [
      "line without a colon",
      event(START, "SUMMARY"),
      "valid-calendar-data",
      7,
    ],
    [
      "10,000 components inside each other",
      bytesOf(...Array(10_000).fill("BEGIN:VEVENT")),
      "valid-calendar-data",
      17,
    ],
  ];
  for (const [what, bytes, name, line] of cases) {
    assert.deepEqual(refusal(bytes), [name, line], what);
  }
});

Deno.test("checkCalendarObject() refuses what is not UTF-8 and says on which line", () => {
  const bytes = objectOf(...eventLines(START, "SUMMARY:Gr*sse"));
  bytes[bytes.indexOf("*".charCodeAt(0))] = 0xfc;
  assert.deepEqual(refusal(bytes), ["valid-calendar-data", 7]);
});

Deno.test("checkCalendarObject() takes what real programs write", () => {
  const text = (lines: string[], end: string) =>
    new TextEncoder().encode(lines.join(end) + end);
  const zoned = "DTSTART;TZID=Europe/Berlin :20260301T100000";
  const whole = calendarLines(...eventLines(zoned));
  for (
    const bytes of [
      text(whole, "\n"),
      text(whole, "\r"),
      text(["\ufeff" + whole[0], ...whole.slice(1), "", ""], "\r\n"),
      text(
        calendarLines(...eventLines(START)).filter((each) =>
          !each.startsWith("PRODID") && !each.startsWith("VERSION")
        ),
        "\r\n",
      ),
      objectOf(...eventLines(START, "CREATED:00001231T000000Z")),
      objectOf(...eventLines(START, "RRULE:FREQ=DAILY;UNTIL=20260401;")),
      objectOf(...eventLines("RECURRENCE-ID:20260301T100000Z", START)),
      objectOf(...eventLines(START, "EXDATE:")),
      objectOf(...eventLines(START), "BEGIN:X-OWN", "END:X-OWN"),
      objectOf("BEGIN:VAVAILABILITY", "UID:1", "END:VAVAILABILITY"),
      objectOf("BEGIN:VJOURNAL", "UID:1", "END:VJOURNAL"),
    ]
  ) {
    assert.ok(accepted(bytes).uid);
  }
});

Deno.test("checkCalendarObject() keeps to the limits of the calendar", () => {
  const event = objectOf(
    ...eventLines(
      START,
      "RRULE:FREQ=DAILY;COUNT=5",
      "ATTENDEE:mailto:a@example.com",
      "ATTENDEE:mailto:b@example.com",
    ),
  );
  const at = Date.UTC(2026, 2, 1, 10);
  assert.deepEqual(refusal(event, { components: ["VTODO"] }), [
    "supported-calendar-component",
    4,
  ]);
  assert.deepEqual(refusal(event, { minDateTime: at + 1 }), [
    "min-date-time",
    6,
  ]);
  assert.deepEqual(refusal(event, { maxDateTime: at - 1 }), [
    "max-date-time",
    6,
  ]);
  assert.deepEqual(refusal(event, { maxAttendeesPerInstance: 1 }), [
    "max-attendees-per-instance",
    9,
  ]);
  accepted(event, {
    components: ["VEVENT"],
    minDateTime: at,
    maxDateTime: at,
    maxAttendeesPerInstance: 2,
  });
});

Deno.test("checkCalendarObject() takes every date that has a name in UTC, and no other", () => {
  const event = (...lines: string[]) => objectOf(...eventLines(...lines));
  const times = ["00010101T000000Z", "00010101T000000", "99991231T235959Z"];
  for (const time of times) accepted(event(`DTSTART:${time}`));
  accepted(event("DTSTART;VALUE=DATE:99991231", "RRULE:FREQ=DAILY"));
  accepted(event("DTSTART;VALUE=DATE:00010101", "RRULE:FREQ=DAILY"));
  accepted(event(START, "DTEND:99991231T235959", "CREATED:00001231T000000Z"));
  const early = [
    "DTSTART:00001231T235959Z",
    "DTSTART;VALUE=DATE:00000101",
    "DTSTART;TZID=Asia/Tokyo:00010101T085959",
  ];
  for (const line of early) {
    assert.deepEqual(refusal(event(line)), ["min-date-time", 6], line);
  }
  const names = ["DTEND", "DUE", "COMPLETED", "RECURRENCE-ID", "EXDATE"];
  for (const name of names) {
    const bytes = event(START, `${name}:00001231T235959Z`);
    assert.deepEqual(refusal(bytes), ["min-date-time", 7], name);
  }
  assert.deepEqual(refusal(event(START, "RDATE:20260301,00000101T000000Z")), [
    "min-date-time",
    7,
  ]);
  assert.deepEqual(
    refusal(event(START, "DTEND;TZID=America/New_York:99991231T200000")),
    ["max-date-time", 7],
  );
});

Deno.test("checkCalendarObject() takes many attendees, and as many instances as a rule gives", () => {
  const attendees = (count: number) =>
    objectOf(
      ...eventLines(START, ...Array(count).fill("ATTENDEE:mailto:a@b.example")),
    );
  const { maxAttendeesPerInstance: most } = CALENDAR_LIMITS;
  assert.ok(most >= 10_000);
  accepted(attendees(most));
  assert.deepEqual(refusal(attendees(most + 1)), [
    "max-attendees-per-instance",
    7 + most,
  ]);
  accepted(objectOf(...eventLines(START, "RRULE:FREQ=DAILY;COUNT=1000000000")));
});

Deno.test("checkCalendarObject() looks at AVAILABLE inside VAVAILABILITY", () => {
  const around = (...lines: string[]) =>
    objectOf(
      ...["BEGIN:VAVAILABILITY", "UID:1", "BEGIN:AVAILABLE", ...lines],
      ...["END:AVAILABLE", "END:VAVAILABILITY"],
    );
  accepted(around(START, "RRULE:FREQ=WEEKLY"));
  const cases: [string[], string, number][] = [
    [[], "valid-calendar-data", 6],
    [["DTSTART:soon"], "valid-calendar-data", 7],
    [[START, "RRULE:FREQ=NEVER"], "valid-calendar-data", 8],
    [["DTSTART:00000101T000000Z"], "min-date-time", 7],
    [
      ["DTSTART;TZID=America/New_York:99991231T235959"],
      "max-date-time",
      7,
    ],
  ];
  for (const [lines, name, line] of cases) {
    assert.deepEqual(refusal(around(...lines)), [name, line], lines.join());
  }
});

Deno.test("component names: what a calendar takes by default is part of what it may take", () => {
  assert.ok(DEFAULT_COMPONENTS.includes("VEVENT"));
  for (const name of DEFAULT_COMPONENTS) {
    assert.ok(SUPPORTED_COMPONENTS.includes(name));
  }
});

const HOSTILE: [string, Uint8Array][] = [
  "FREQ=SECONDLY",
  "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
  "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
  "FREQ=DAILY;BYYEARDAY=1;BYMONTH=3",
  "FREQ=SECONDLY;INTERVAL=2147483647;COUNT=2147483647",
  "FREQ=MINUTELY;BYSETPOS=366",
  `FREQ=DAILY;BYHOUR=${[...Array(24).keys()]};BYMINUTE=${[
    ...Array(60).keys(),
  ]};BYSECOND=${[...Array(60).keys()]};COUNT=9999`,
].map((rule) => [rule, objectOf(...eventLines(START, `RRULE:${rule}`))]);

Deno.test("checkCalendarObject() takes rules that never end or never match", () => {
  for (const [rule, bytes] of HOSTILE) {
    const { span } = accepted(bytes);
    assert.ok(span !== undefined, rule);
    assert.ok(span.first <= Date.UTC(2026, 2, 1, 10), rule);
  }
});

Deno.test("checkCalendarObject() takes one line of 1 MiB, folded or not, and 100,000 EXDATEs", () => {
  const long = "x".repeat(1 << 20);
  accepted(objectOf(...eventLines(START, `DESCRIPTION:${long}`)));
  const folded = "x\r\n ".repeat(100_000);
  accepted(objectOf(...eventLines(START, `DESCRIPTION:${folded}`)));
  const params = ";A=b".repeat(200_000);
  accepted(objectOf(...eventLines(START, `DESCRIPTION${params}:x`)));
  const exdates = Array(100_000).fill("EXDATE:20260302T100000Z").join("\r\n");
  accepted(objectOf(...eventLines(START, "RRULE:FREQ=DAILY", exdates)));
  const ids = Array.from(
    { length: 5_000 },
    (_, n) =>
      eventLines(
        START,
        `RECURRENCE-ID;RANGE=THISANDFUTURE:${20260301 + n % 9}`,
      ),
  ).flat();
  accepted(objectOf(...eventLines(START, "RRULE:FREQ=DAILY"), ...ids));
});

Deno.test("checkCalendarObject() shares one bound among thousands of masters and zones", () => {
  const masters = Array(3_000).fill(
    eventLines(START, "RRULE:FREQ=MINUTELY;INTERVAL=7;BYHOUR=3;COUNT=9000"),
  ).flat();
  const { span } = accepted(objectOf(...masters));
  assert.equal(span?.last, null);
  const zones = Array.from({ length: 2_000 }, (_, n) => [
    "BEGIN:VTIMEZONE",
    `TZID:zone ${n}`,
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "RRULE:FREQ=MINUTELY;INTERVAL=7;BYHOUR=3",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0100",
    "END:STANDARD",
    "END:VTIMEZONE",
  ]).flat();
  const dates = Array.from(
    { length: 2_000 },
    (_, n) => `EXDATE;TZID=zone ${n}:20260301T100000`,
  );
  accepted(objectOf(...zones, ...eventLines(START, ...dates)));
});
