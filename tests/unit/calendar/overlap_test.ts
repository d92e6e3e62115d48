/** The tables of RFC 4791 section 9.9 and RFC 7953 section 7.2.2: each row at both of its edges. */

import assert from "node:assert/strict";
import {
  type ComponentFilter,
  matchesFilter,
} from "../../../src/calendar/filter.ts";
import { parseDate } from "../../../src/calendar/dates.ts";
import type { TimeRange } from "../../../src/calendar/recurrence/recurrence.ts";
import { UTC } from "../../../src/calendar/zones/zones.ts";
import { calendarOf } from "./objects.ts";

const SECOND = 1000;
const DAY = 86_400_000;

/** A row with properties, the last start and the first end of ranges that it matches; "any" where all do, "none" where none does. */
type Row = readonly [
  properties: readonly string[],
  lastStart: string | "any" | "none",
  firstEnd: string | "any" | "none",
];

const START = "DTSTART:20260302T100000Z";
const DATE = "DTSTART;VALUE=DATE:20260302";

const EVENTS: readonly Row[] = [
  [[START, "DTEND:20260302T120000Z"], "20260302T115959Z", "20260302T100001Z"],
  [[START, "DURATION:PT2H"], "20260302T115959Z", "20260302T100001Z"],
  [[START, "DURATION:PT0S"], "20260302T100000Z", "20260302T100001Z"],
  [[START], "20260302T100000Z", "20260302T100001Z"],
  [[DATE], "20260302T235959Z", "20260302T000001Z"],
  [
    [DATE, "DTEND;VALUE=DATE:20260304"],
    "20260303T235959Z",
    "20260302T000001Z",
  ],
];

const TASKS: readonly Row[] = [
  [[START, "DURATION:PT2H"], "20260302T120000Z", "20260302T100001Z"],
  [[START, "DURATION:PT0S"], "20260302T100000Z", "20260302T100000Z"],
  [[START, "DUE:20260302T120000Z"], "20260302T115959Z", "20260302T100001Z"],
  [[START, "DUE:20260302T100000Z"], "20260302T100000Z", "20260302T100000Z"],
  [[START], "20260302T100000Z", "20260302T100001Z"],
  [["DUE:20260302T120000Z"], "20260302T115959Z", "20260302T120000Z"],
];

const CREATED = "CREATED:20260301T080000Z";
const COMPLETED = "COMPLETED:20260303T090000Z";

const UNDATED_TASKS: readonly Row[] = [
  [[COMPLETED, CREATED], "20260303T090000Z", "20260301T080000Z"],
  [
    ["CREATED:20260305T000000Z", COMPLETED],
    "20260305T000000Z",
    "20260303T090000Z",
  ],
  [[COMPLETED], "20260303T090000Z", "20260303T090000Z"],
  [[CREATED], "any", "20260301T080001Z"],
  [[], "any", "any"],
];

const JOURNALS: readonly Row[] = [
  [[START], "20260302T100000Z", "20260302T100001Z"],
  [[DATE], "20260302T235959Z", "20260302T000001Z"],
];

const UNDATED_JOURNALS: readonly Row[] = [[[], "none", "none"]];

const FREE_BUSY: readonly Row[] = [
  [
    [START, "DTEND:20260302T120000Z", "FREEBUSY:20260401T000000Z/PT1H"],
    "20260302T120000Z",
    "20260302T100001Z",
  ],
  [
    [
      START,
      "FREEBUSY;FBTYPE=FREE:20260401T000000Z/PT1H",
      "FREEBUSY:20260302T100000Z/20260302T120000Z,20260303T100000Z/PT1H",
    ],
    "20260401T005959Z",
    "20260302T100001Z",
  ],
  [[START, "DURATION:PT1H"], "none", "none"],
];

const AVAILABILITY: readonly Row[] = [
  [[START, "DTEND:20260302T120000Z"], "20260302T115959Z", "20260302T100001Z"],
  [[START, "DURATION:PT2H"], "20260302T115959Z", "20260302T100001Z"],
  [[START], "any", "20260302T100001Z"],
  [["DTEND:20260302T120000Z"], "20260302T115959Z", "any"],
  [["DURATION:PT2H"], "any", "any"],
  [[], "any", "any"],
];

function at(text: string): number {
  return parseDate(text)?.civil ?? assert.fail(text);
}

function matches(lines: readonly string[], inner: ComponentFilter): boolean {
  const filter = { name: "VCALENDAR", components: [inner] };
  return matchesFilter(calendarOf(...lines), filter, { zone: UTC });
}

/** Both edges of one row, with ranges open at the other end and with narrow ones. */
function assertRow(
  [shown, lastStart, firstEnd]: Row,
  hits: (range: TimeRange) => boolean,
): void {
  const from = (start: number) => hits({ start, end: null });
  const to = (end: number) => hits({ start: null, end });
  const long = [at("19700101T000000Z"), at("99991231T235959Z")] as const;
  const what = shown.join(" ");
  if (lastStart === "any" || lastStart === "none") {
    for (const each of long) {
      assert.equal(from(each), lastStart === "any", what);
    }
  } else {
    assert.ok(from(at(lastStart)), `${what}: starts at ${lastStart}`);
    assert.ok(!from(at(lastStart) + SECOND), `${what}: behind ${lastStart}`);
  }
  if (firstEnd === "any" || firstEnd === "none") {
    for (const each of long) assert.equal(to(each), firstEnd === "any", what);
  } else {
    assert.ok(to(at(firstEnd)), `${what}: ends at ${firstEnd}`);
    assert.ok(!to(at(firstEnd) - SECOND), `${what}: before ${firstEnd}`);
  }
}

function assertRows(name: string, rows: readonly Row[]): void {
  for (const row of rows) {
    const lines = [`BEGIN:${name}`, "UID:1", ...row[0], `END:${name}`];
    assertRow(row, (timeRange) => matches(lines, { name, timeRange }));
  }
}

/** The same rows with a second instance a day later: the last start moves with it, the first end does not. */
function assertRecurring(name: string, rows: readonly Row[]): void {
  for (const [properties, lastStart, firstEnd] of rows) {
    const later = new Date(at(lastStart) + 7 * DAY).toISOString()
      .slice(0, 19).replace(/[-:]/g, "");
    const row: Row = [
      [...properties, "RRULE:FREQ=WEEKLY;COUNT=2"],
      `${later}Z`,
      firstEnd,
    ];
    const lines = [`BEGIN:${name}`, "UID:1", ...row[0], `END:${name}`];
    const hits = (timeRange: TimeRange) => matches(lines, { name, timeRange });
    assertRow(row, hits);
    const between = { start: at(lastStart) + SECOND, end: at(firstEnd) };
    const next = { start: between.start, end: between.end + 7 * DAY };
    assert.ok(hits(next), "the second instance");
    assert.ok(!hits({ ...next, end: next.end - SECOND }), "between the two");
  }
}

Deno.test("overlaps() follows the table for VEVENT at both edges of each row", () => {
  assertRows("VEVENT", EVENTS);
  assertRecurring("VEVENT", EVENTS);
});

Deno.test("overlaps() follows the table for VTODO at both edges of each row", () => {
  assertRows("VTODO", [...TASKS, ...UNDATED_TASKS]);
  assertRecurring("VTODO", TASKS);
});

Deno.test("overlaps() follows the table for VJOURNAL at both edges of each row", () => {
  assertRows("VJOURNAL", [...JOURNALS, ...UNDATED_JOURNALS]);
  assertRecurring("VJOURNAL", JOURNALS);
});

Deno.test("overlaps() follows the table for VFREEBUSY at both edges of each row", () => {
  assertRows("VFREEBUSY", FREE_BUSY);
});

Deno.test("overlaps() follows the table for VAVAILABILITY at both edges of each row", () => {
  assertRows("VAVAILABILITY", AVAILABILITY);
  // a rule in it means nothing: AVAILABLE components recur
  assertRows("VAVAILABILITY", [[
    [START, "DTEND:20260302T120000Z", "RRULE:FREQ=DAILY"],
    "20260302T115959Z",
    "20260302T100001Z",
  ]]);
});

Deno.test("overlaps() takes an all-day event that ends on its own day, or before, as that day", () => {
  for (const end of ["20260302", "20260301"]) {
    assertRows("VEVENT", [[
      [DATE, `DTEND;VALUE=DATE:${end}`],
      "20260302T235959Z",
      "20260302T000001Z",
    ]]);
  }
});

Deno.test("overlaps() takes an event whose DTEND is not behind its DTSTART as a point", () => {
  for (const end of ["20260302T100000Z", "20260302T090000Z"]) {
    assertRows("VEVENT", [
      [[START, `DTEND:${end}`], "20260302T100000Z", "20260302T100001Z"],
    ]);
  }
});

Deno.test("overlaps() knows no time of any other component", () => {
  assertRows("X-OWN", [[[START, "DTEND:20260302T120000Z"], "none", "none"]]);
});

Deno.test("matchesFilter() finds dates of properties at both edges", () => {
  const names = ["COMPLETED", "CREATED", "DTSTAMP", "LAST-MODIFIED"];
  const dated = ["DTSTART", "DUE"];
  for (const name of [...names, ...dated]) {
    const line = `${name}:20260302T100000Z`;
    const lines = ["BEGIN:VTODO", "UID:1", line, "END:VTODO"];
    assertRow(
      [[line], "20260302T100000Z", "20260302T100001Z"],
      (timeRange) =>
        matches(lines, { name: "VTODO", properties: [{ name, timeRange }] }),
    );
  }
  const ends: [string, string, string][] = [
    ["VEVENT", "DTEND", "DTEND:20260302T120000Z"],
    ["VEVENT", "DTEND", "DURATION:PT2H"],
    ["VTODO", "DUE", "DURATION:PT2H"],
  ];
  for (const [component, name, line] of ends) {
    const lines = [`BEGIN:${component}`, "UID:1", START, line];
    const whole = [...lines, `END:${component}`];
    assertRow(
      [[line], "20260302T120000Z", "20260302T120001Z"],
      (timeRange) =>
        matches(whole, { name: component, properties: [{ name, timeRange }] }),
    );
  }
});
