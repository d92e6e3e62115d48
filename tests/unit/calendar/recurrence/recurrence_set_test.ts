import assert from "node:assert/strict";
import { createBusyTime } from "../../../../src/calendar/busy/busy.ts";
import type { Calendar, Component } from "../../../../src/calendar/parse.ts";
import { occurrences } from "../../../../src/calendar/recurrence/recurrence.ts";
import { readRecurrenceSet } from "../../../../src/calendar/recurrence/recurrence_set.ts";
import { mainComponents } from "../../../../src/calendar/validate.ts";
import { zonesOf } from "../../../../src/calendar/zones/vtimezone.ts";
import {
  UTC,
  type Zone,
  zoneByName,
} from "../../../../src/calendar/zones/zones.ts";
import { addBusy, calendarOf, eventLines } from "../objects.ts";

interface Question {
  /** `20260301T00Z` to `20260401T00Z` where absent. */
  readonly range?: readonly [number, number];
  readonly floating?: Zone;
}

const MARCH = [Date.UTC(2026, 2, 1), Date.UTC(2026, 3, 1)] as const;

function instancesOf(calendar: Calendar, question: Question) {
  const [start, end] = question.range ?? MARCH;
  const { instances, complete } = occurrences(
    mainComponents(calendar),
    { start, end },
    { zones: zonesOf(calendar), floating: question.floating ?? UTC },
  );
  assert.ok(complete);
  return instances;
}

/** Starts as `MM-DDTHH:MM`, in UTC, each with its hours where it has any: `03-01T10:00+1`. */
function found(components: string[][], question: Question = {}): string[] {
  const calendar = calendarOf(...components.flat());
  return instancesOf(calendar, question).map(({ start, end }) => {
    const text = new Date(start).toISOString().slice(5, 16);
    return end === start ? text : `${text}+${(end - start) / 3_600_000}`;
  });
}

function zone(name: string): Zone {
  const known = zoneByName(name);
  assert.ok(known, name);
  return known;
}

/** Daily at ten in New York, which is 15:00 UTC until 7 March 2026 and 14:00 from the 8th. */
const DAILY = [
  "DTSTART;TZID=America/New_York:20260305T100000",
  "RRULE:FREQ=DAILY;COUNT=5",
];

Deno.test("an override takes the place of its instance, in whatever zone RECURRENCE-ID names it", () => {
  for (
    const id of [
      ";TZID=America/New_York:20260308T100000",
      ":20260308T140000Z",
      ";TZID=Asia/Tokyo:20260308T230000",
      ";TZID=Europe/Berlin:20260308T150000",
      // against the RFC, but what people mean
      ":20260308T100000",
      ";VALUE=DATE:20260308",
    ]
  ) {
    assert.deepEqual(
      found([
        eventLines(...DAILY),
        eventLines(`RECURRENCE-ID${id}`, "DTSTART:20260308T200000Z"),
      ]),
      [
        "03-05T15:00",
        "03-06T15:00",
        "03-07T15:00",
        "03-08T20:00",
        "03-09T14:00",
      ],
      id,
    );
  }
});

Deno.test("THISANDFUTURE moves later instances by the same difference, whatever zones name it", () => {
  for (
    const [id, start] of [
      [
        ";TZID=America/New_York:20260306T100000",
        ";TZID=America/New_York:20260306T120000",
      ],
      [":20260306T150000Z", ";TZID=America/New_York:20260306T120000"],
      [";TZID=Asia/Tokyo:20260307T000000", ":20260306T170000Z"],
      [
        ";TZID=America/New_York:20260306T100000",
        ";TZID=Asia/Tokyo:20260307T020000",
      ],
    ]
  ) {
    assert.deepEqual(
      found([
        eventLines(...DAILY, "DURATION:PT1H"),
        eventLines(
          `RECURRENCE-ID;RANGE=THISANDFUTURE${id}`,
          `DTSTART${start}`,
          "DURATION:PT2H",
        ),
      ]),
      [
        "03-05T15:00+1",
        "03-06T17:00+2",
        "03-07T17:00+2",
        "03-08T16:00+2",
        "03-09T16:00+2",
      ],
      `${id} to ${start}`,
    );
  }
});

Deno.test("THISANDFUTURE leaves instances alone that other components describe, and ends at the next", () => {
  assert.deepEqual(
    found([
      eventLines("DTSTART:20260301T100000Z", "RRULE:FREQ=DAILY;COUNT=6"),
      eventLines(
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20260302T100000Z",
        "DTSTART:20260302T110000Z",
      ),
      eventLines("RECURRENCE-ID:20260303T100000Z", "DTSTART:20260303T200000Z"),
      eventLines(
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20260305T100000Z",
        "DTSTART:20260305T090000Z",
      ),
    ]),
    [
      "03-01T10:00",
      "03-02T11:00",
      "03-03T20:00",
      "03-04T11:00",
      "03-05T09:00",
      "03-06T09:00",
    ],
  );
});

Deno.test("THISANDFUTURE makes later instances so long that they reach into the range", () => {
  assert.deepEqual(
    found([
      eventLines(
        "DTSTART:20260101T100000Z",
        "DURATION:PT1H",
        "RRULE:FREQ=MONTHLY;COUNT=3",
      ),
      eventLines(
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20260201T100000Z",
        "DTSTART:20260201T100000Z",
        "DURATION:P20D",
      ),
    ], { range: [Date.UTC(2026, 2, 15), Date.UTC(2026, 2, 16)] }),
    ["03-01T10:00+480"],
  );
});

Deno.test("THISANDFUTURE brings instances into the range from a month before it, and from a month behind", () => {
  const week = [Date.UTC(2026, 2, 1), Date.UTC(2026, 2, 8)] as const;
  for (
    const [start, expected] of [
      ["20260208T100000Z", "03-01T10:00"],
      ["20251208T100000Z", "03-02T10:00"],
    ] as const
  ) {
    assert.deepEqual(
      found([
        eventLines("DTSTART:20260101T100000Z", "RRULE:FREQ=WEEKLY"),
        eventLines(
          "RECURRENCE-ID;RANGE=THISANDFUTURE:20260108T100000Z",
          `DTSTART:${start}`,
        ),
      ], { range: week }),
      [expected],
    );
  }
});

Deno.test("an hourly event that lasts a day of 25 hours is found at its end", () => {
  const at = Date.UTC(2026, 10, 2, 4, 30);
  const [first] = found([
    eventLines(
      "DTSTART;TZID=America/New_York:20261030T000000",
      "DURATION:P1D",
      "RRULE:FREQ=HOURLY",
    ),
  ], { range: [at, at] });
  assert.equal(first, "11-01T04:00+25");
});

Deno.test("THISANDFUTURE holds from its instance on, whatever the order of the components", () => {
  const future = (day: string, hour: string) =>
    eventLines(
      `RECURRENCE-ID;RANGE=THISANDFUTURE:202603${day}T100000Z`,
      `DTSTART:202603${day}T${hour}0000Z`,
    );
  const master = eventLines(
    "DTSTART:20260301T100000Z",
    "RRULE:FREQ=DAILY;COUNT=4",
  );
  assert.deepEqual(
    found([future("04", "13"), future("02", "11"), master]),
    ["03-01T10:00", "03-02T11:00", "03-03T11:00", "03-04T13:00"],
  );
});

Deno.test("THISANDFUTURE turns days into times, and times into days", () => {
  assert.deepEqual(
    found([
      eventLines("DTSTART;VALUE=DATE:20260302", "RRULE:FREQ=DAILY;COUNT=3"),
      eventLines(
        "RECURRENCE-ID;VALUE=DATE;RANGE=THISANDFUTURE:20260303",
        "DTSTART;TZID=America/New_York:20260303T100000",
        "DURATION:PT1H",
      ),
    ]),
    ["03-02T00:00+24", "03-03T15:00+1", "03-04T15:00+1"],
  );
  assert.deepEqual(
    found([
      eventLines("DTSTART:20260302T100000Z", "RRULE:FREQ=DAILY;COUNT=3"),
      eventLines(
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20260303T100000Z",
        "DTSTART;VALUE=DATE:20260303",
      ),
    ]),
    ["03-02T10:00", "03-03T00:00+24", "03-04T00:00+24"],
  );
});

Deno.test("instances that were moved leave the range, or enter it", () => {
  const lines = [
    eventLines("DTSTART:20260115T100000Z", "RRULE:FREQ=MONTHLY;COUNT=4"),
    eventLines("RECURRENCE-ID:20260315T100000Z", "DTSTART:20260401T100000Z"),
    eventLines("RECURRENCE-ID:20260415T100000Z", "DTSTART:20260331T100000Z"),
  ];
  assert.deepEqual(found(lines), ["03-31T10:00"]);
  const april = [Date.UTC(2026, 3, 1), Date.UTC(2026, 4, 1)] as const;
  assert.deepEqual(found(lines, { range: april }), ["04-01T10:00"]);
});

Deno.test("a cancelled instance is one, and keeps nobody busy", () => {
  const lines = [
    eventLines(
      "DTSTART:20260301T100000Z",
      "DURATION:PT1H",
      "RRULE:FREQ=DAILY;COUNT=2",
    ),
    eventLines(
      "RECURRENCE-ID:20260302T100000Z",
      "DTSTART:20260302T100000Z",
      "DURATION:PT1H",
      "STATUS:CANCELLED",
    ),
  ];
  assert.equal(found(lines).length, 2);
  const [start, end] = MARCH;
  const time = createBusyTime({ start, end });
  const context = { zone: UTC, budget: { steps: 1000 } };
  assert.ok(addBusy(time, calendarOf(...lines.flat()), context));
  assert.deepEqual(time.periods().map((one) => one.start), [
    Date.UTC(2026, 2, 1, 10),
  ]);
});

Deno.test("EXDATE takes an instance away, given in its zone, another, in UTC or as a day", () => {
  for (
    const except of [
      ";TZID=America/New_York:20260308T100000",
      ":20260308T140000Z",
      ";TZID=Europe/Berlin:20260308T150000",
      ";TZID=Asia/Kolkata:20260308T193000",
      ";VALUE=DATE:20260308",
      ":20260308T100000",
    ]
  ) {
    assert.deepEqual(
      found([eventLines(...DAILY, `EXDATE${except}`)]),
      ["03-05T15:00", "03-06T15:00", "03-07T15:00", "03-09T14:00"],
      except,
    );
  }
  // another hour of that day is no instance
  for (const except of [":20260308T150000Z", ":20260308T090000"]) {
    const lines = eventLines(...DAILY, `EXDATE${except}`);
    assert.equal(found([lines]).length, 5, except);
  }
  assert.deepEqual(
    found([
      eventLines(
        "DTSTART:20260301T100000Z",
        "RRULE:FREQ=DAILY;COUNT=3",
        "RDATE:20260310T100000Z,20260311T100000Z",
        "EXDATE:20260301T100000Z,20260303T100000Z",
        "EXDATE:20260310T100000Z",
      ),
    ]),
    ["03-02T10:00", "03-11T10:00"],
  );
});

Deno.test("a time among days means its day, for EXDATE and RECURRENCE-ID", () => {
  const series = ["DTSTART;VALUE=DATE:20260301", "RRULE:FREQ=DAILY;COUNT=3"];
  const berlin = zone("Europe/Berlin");
  for (
    const time of [
      ":20260302T000000Z",
      ":20260302T080000",
      ";TZID=Asia/Hong_Kong:20260302T000000",
      // midnight in Berlin
      ":20260301T230000Z",
    ]
  ) {
    assert.deepEqual(
      found([eventLines(...series, `EXDATE${time}`)], { floating: berlin }),
      ["02-28T23:00+24", "03-02T23:00+24"],
      time,
    );
    assert.deepEqual(
      found([
        eventLines(...series),
        eventLines(`RECURRENCE-ID${time}`, "DTSTART:20260320T100000Z"),
      ], { floating: berlin }),
      ["02-28T23:00+24", "03-02T23:00+24", "03-20T10:00"],
      time,
    );
  }
});

Deno.test("of several revisions the one of the highest SEQUENCE counts, then of the newest DTSTAMP", () => {
  const master = ["DTSTART:20260301T100000Z", "RRULE:FREQ=DAILY;COUNT=2"];
  const id = "RECURRENCE-ID:20260302T100000Z";
  const changed = (hour: string, ...lines: string[]) =>
    eventLines(id, `DTSTART:20260302T${hour}0000Z`, ...lines);
  const latest = (...overrides: string[][]) =>
    found([eventLines(...master), ...overrides]).slice(1);
  const old = changed("11", "SEQUENCE:1", "DTSTAMP:20260105T000000Z");
  const newer = changed("12", "SEQUENCE:2", "DTSTAMP:20260101T000000Z");
  assert.deepEqual(latest(old, newer), ["03-02T12:00"]);
  assert.deepEqual(latest(newer, old), ["03-02T12:00"]);
  const stamped = changed("13", "SEQUENCE:2", "DTSTAMP:20260102T000000Z");
  assert.deepEqual(latest(stamped, newer, old), ["03-02T13:00"]);
  // nothing tells them apart: the last
  assert.deepEqual(latest(changed("14"), changed("15")), ["03-02T15:00"]);
  assert.deepEqual(latest(old, changed("16", "SEQUENCE:x")), ["03-02T11:00"]);

  assert.deepEqual(
    found([
      eventLines("SEQUENCE:3", "DTSTART:20260305T100000Z"),
      eventLines("SEQUENCE:2", "DTSTART:20260304T100000Z", "RRULE:FREQ=DAILY"),
    ]),
    ["03-05T10:00"],
  );
  // two that claim to be the same: none is lost
  assert.deepEqual(
    found([
      eventLines("DTSTART:20260305T100000Z"),
      eventLines("DTSTART:20260304T100000Z"),
    ]),
    ["03-04T10:00", "03-05T10:00"],
  );
});

Deno.test("DTEND gives every instance the same hours, DURATION the same days", () => {
  // clocks in Berlin go forward on 29 March
  const range = [Date.UTC(2026, 2, 28), Date.UTC(2026, 2, 30)] as const;
  const daily = (...lines: string[]) =>
    found([
      eventLines(
        "DTSTART;TZID=Europe/Berlin:20260301T120000",
        "RRULE:FREQ=DAILY",
        ...lines,
      ),
    ], { range }).slice(1, 3);
  assert.deepEqual(
    daily("DTEND;TZID=Europe/Berlin:20260302T120000"),
    ["03-28T11:00+24", "03-29T10:00+24"],
  );
  assert.deepEqual(
    daily("DURATION:P1D"),
    ["03-28T11:00+23", "03-29T10:00+24"],
  );
  assert.deepEqual(daily("DURATION:PT24H"), [
    "03-28T11:00+24",
    "03-29T10:00+24",
  ]);
  assert.deepEqual(daily("DURATION:P1DT2H"), [
    "03-28T11:00+25",
    "03-29T10:00+26",
  ]);
  assert.deepEqual(
    found([
      eventLines("DTSTART;TZID=Europe/Berlin:20260320T120000", "DURATION:P2W"),
    ]),
    ["03-20T11:00+335"],
  );
  // across the change in one instance: the hours between two times
  assert.deepEqual(
    found([
      eventLines(
        "DTSTART;TZID=Europe/Berlin:20260328T120000",
        "DTEND;TZID=Europe/Berlin:20260329T120000",
        "RRULE:FREQ=WEEKLY;COUNT=2",
      ),
    ], { range: [Date.UTC(2026, 2, 28), Date.UTC(2026, 3, 6)] }),
    ["03-28T11:00+23", "04-04T10:00+23"],
  );
});

Deno.test("days last from midnight to midnight in the reader's zone", () => {
  const range = [Date.UTC(2026, 2, 28), Date.UTC(2026, 2, 31)] as const;
  const question = { floating: zone("Europe/Berlin"), range };
  assert.deepEqual(
    found([
      eventLines("DTSTART;VALUE=DATE:20260329", "RRULE:FREQ=DAILY;COUNT=2"),
    ], question),
    ["03-28T23:00+23", "03-29T22:00+24"],
  );
  assert.deepEqual(
    found([
      eventLines(
        "DTSTART;VALUE=DATE:20260328",
        "DTEND;VALUE=DATE:20260330",
      ),
    ], question),
    ["03-27T23:00+47"],
  );
});

Deno.test("without an end, or with one before its start, an instance is a moment", () => {
  const start = "DTSTART:20260302T100000Z";
  for (
    const end of ["SUMMARY:x", "DTEND:20260302T090000Z", "DURATION:-PT1H"]
  ) {
    assert.deepEqual(found([eventLines(start, end)]), ["03-02T10:00"], end);
  }
  // a moment at either end of the range is inside
  const at = Date.UTC(2026, 2, 2, 10);
  for (const range of [[at, at + 1], [at - 1, at]] as const) {
    assert.equal(found([eventLines(start)], { range }).length, 1);
  }
  assert.equal(
    found([eventLines(start)], { range: [at + 1, at + 2] }).length,
    0,
  );
});

Deno.test("a PERIOD says how long its instance lasts, also where the rule or DTSTART has it", () => {
  assert.deepEqual(
    found([
      eventLines(
        "DTSTART;TZID=America/New_York:20260306T100000",
        "DURATION:PT1H",
        "RRULE:FREQ=DAILY;COUNT=3",
        "RDATE;VALUE=PERIOD;TZID=America/New_York:20260306T100000/PT2H,20260308T100000/20260308T130000",
        "RDATE;VALUE=PERIOD:20260312T000000Z/P1D",
        "RDATE;TZID=America/New_York:20260307T100000",
      ),
    ]),
    [
      "03-06T15:00+2",
      "03-07T15:00+1",
      "03-08T14:00+3",
      "03-12T00:00+24",
    ],
  );
});

Deno.test("several rules give what each of them gives, once", () => {
  assert.deepEqual(
    found([
      eventLines(
        "DTSTART:20260302T100000Z",
        "RRULE:FREQ=DAILY;COUNT=3",
        "RRULE:FREQ=WEEKLY;COUNT=2",
        "RRULE:FREQ=DAILY;INTERVAL=2;COUNT=2",
      ),
    ]),
    ["03-02T10:00", "03-03T10:00", "03-04T10:00", "03-09T10:00"],
  );
});

Deno.test("DTSTART is an instance and the first of COUNT whether its rule matches it or not", () => {
  assert.deepEqual(
    found([
      eventLines(
        "DTSTART:20260303T100000Z",
        "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=2",
      ),
    ]),
    ["03-03T10:00", "03-09T10:00"],
  );
  assert.deepEqual(
    found([
      eventLines(
        "DTSTART:20260303T100000Z",
        "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3",
        "EXDATE:20260303T100000Z",
      ),
    ]),
    ["03-09T10:00", "03-16T10:00"],
  );
  // it is counted by each rule that does not give it
  assert.deepEqual(
    found([
      eventLines(
        "DTSTART:20260303T100000Z",
        "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=1",
        "RRULE:FREQ=WEEKLY;BYDAY=WE;COUNT=2",
      ),
    ]),
    ["03-03T10:00", "03-04T10:00"],
  );
});

Deno.test("a local time that does not exist is moved on, one that exists twice is the first", () => {
  const march = [Date.UTC(2026, 2, 7), Date.UTC(2026, 2, 10)] as const;
  // 02:30 does not exist in New York on 8 March
  const spring = [
    "DTSTART;TZID=America/New_York:20260307T023000",
    "RRULE:FREQ=DAILY;COUNT=3",
  ];
  assert.deepEqual(found([eventLines(...spring)], { range: march }), [
    "03-07T07:30",
    "03-08T07:30",
    "03-09T06:30",
  ]);
  // either way of naming it
  for (
    const time of [
      ";TZID=America/New_York:20260308T023000",
      ";TZID=America/New_York:20260308T033000",
      ":20260308T073000Z",
    ]
  ) {
    const lines = eventLines(...spring, `EXDATE${time}`);
    assert.equal(found([lines], { range: march }).length, 2, time);
  }
  // where two starts come together there is one instance
  assert.deepEqual(
    found([
      eventLines(
        "DTSTART;TZID=America/New_York:20260308T013000",
        "RRULE:FREQ=HOURLY;COUNT=3",
      ),
    ], { range: march }),
    ["03-08T06:30", "03-08T07:30"],
  );
  // 01:30 exists twice on 1 November
  assert.deepEqual(
    found([
      eventLines(
        "DTSTART;TZID=America/New_York:20261031T013000",
        "DURATION:PT1H",
        "RRULE:FREQ=DAILY;COUNT=3",
      ),
    ], { range: [Date.UTC(2026, 9, 31), Date.UTC(2026, 10, 3)] }),
    ["10-31T05:30+1", "11-01T05:30+1", "11-02T06:30+1"],
  );
});

Deno.test("readRecurrenceSet() reads many exceptions and overrides, and follows a hundred THISANDFUTURE", () => {
  const day = (n: number) =>
    new Date(Date.UTC(2026, 0, 1) + n * 60_000).toISOString()
      .replace(/[-:]|\.\d+/g, "");
  const many = Array.from({ length: 5_000 }, (_, n) => day(n));
  const calendar = calendarOf(
    ...eventLines(
      "DTSTART:20260101T000000Z",
      "RRULE:FREQ=MINUTELY",
      `EXDATE:${many}`,
    ),
    ...many.slice(0, 500).flatMap((each) =>
      eventLines(
        `RECURRENCE-ID;RANGE=THISANDFUTURE:${each}`,
        `DTSTART:${each}`,
      )
    ),
  );
  const set = readRecurrenceSet(mainComponents(calendar), {
    zones: zonesOf(calendar),
    floating: UTC,
  });
  assert.equal(set.exceptions.epochs.size, 5_000);
  assert.equal(set.overrides.length, 500);
  // more of them are not followed: each instance would look at all
  assert.equal(set.futures.length, 100);
});

Deno.test("a rule of every second costs for a minute what a minute has of them, in any zone", () => {
  const minute = [Date.UTC(2026, 2, 8, 7), Date.UTC(2026, 2, 8, 7, 1)] as const;
  for (
    const start of [
      "DTSTART:20200101T000000Z",
      "DTSTART:20200101T000000",
      "DTSTART;TZID=America/New_York:20200101T000000",
    ]
  ) {
    const calendar = calendarOf(
      ...eventLines(start, "RRULE:FREQ=SECONDLY", "DURATION:PT1S"),
    );
    const budget = { steps: 8_000 };
    const { instances, complete } = occurrences(
      mainComponents(calendar),
      { start: minute[0], end: minute[1] },
      { zones: zonesOf(calendar), floating: zone("Europe/Berlin"), budget },
    );
    assert.ok(complete, start);
    assert.equal(instances.length, 62, start);
  }
});

Deno.test("UNTIL as a day ends with that day", () => {
  assert.deepEqual(
    found([
      eventLines(
        "DTSTART:20260301T000000Z",
        "RRULE:FREQ=HOURLY;INTERVAL=12;UNTIL=20260302",
      ),
    ]),
    ["03-01T00:00", "03-01T12:00", "03-02T00:00", "03-02T12:00"],
  );
});

Deno.test("a component with RECURRENCE-ID is an override where its series is missing too, but for one with a rule", () => {
  const id = "RECURRENCE-ID:20260302T100000Z";
  const read = (...lines: string[]) => {
    const calendar = calendarOf(...eventLines(id, ...lines));
    const components = mainComponents(calendar);
    return readRecurrenceSet(components, {
      zones: zonesOf(calendar),
      floating: UTC,
    });
  };
  const override = read("DTSTART:20260302T120000Z");
  assert.equal(override.masters.length, 0);
  assert.equal(override.overrides[0]?.epoch, Date.UTC(2026, 2, 2, 10));
  const series = read("DTSTART:20260302T120000Z", "RRULE:FREQ=DAILY");
  assert.equal(series.masters.length, 1);
  assert.equal(series.overrides.length, 0);
});

Deno.test("readRecurrenceSet() reads other components anew, and the same ones once", () => {
  const calendar = calendarOf(
    ...eventLines("DTSTART:20260301T100000Z", "RRULE:FREQ=DAILY"),
    ...eventLines("RECURRENCE-ID:20260302T100000Z", "DTSTART:20260302T120000Z"),
    ...eventLines("RECURRENCE-ID:20260303T100000Z", "DTSTART:20260303T120000Z"),
  );
  const context = { zones: zonesOf(calendar), floating: UTC };
  const [master, one, other] = mainComponents(calendar);
  assert.ok(master && one && other);
  const overridden = (...components: Component[]) =>
    readRecurrenceSet(components, context).overrides
      .map(({ epoch }) => new Date(epoch).getUTCDate());
  assert.deepEqual(overridden(master), []);
  assert.deepEqual(overridden(master, one), [2]);
  assert.deepEqual(overridden(master, other), [3]);
  assert.deepEqual(overridden(master, one, other), [2, 3]);
  const components = [master, one];
  assert.equal(
    readRecurrenceSet(components, context),
    readRecurrenceSet([...components], context),
  );
});
