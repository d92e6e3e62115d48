import assert from "node:assert/strict";
import { matchesFilter } from "../../../src/calendar/filter.ts";
import { parseCalendarText } from "../../../src/calendar/parse.ts";
import { occurrences } from "../../../src/calendar/recurrence/recurrence.ts";
import {
  checkCalendarObject,
  mainComponents,
} from "../../../src/calendar/validate.ts";
import { zonesOf } from "../../../src/calendar/zones/vtimezone.ts";
import { UTC } from "../../../src/calendar/zones/zones.ts";

const DAY = 86_400_000;

/** Steps that one object may cost. */
const STEPS = 50_000;

function calendarOf(...lines: string[]): string {
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Kalends//Tests//EN",
    ...lines,
    "END:VCALENDAR",
    "",
  ].join("\r\n");
}

function event(...lines: string[]): string[] {
  return ["BEGIN:VEVENT", "UID:1", "DTSTAMP:20260101T000000Z", ...lines]
    .concat("END:VEVENT");
}

/** Instances of an object in a range, whether they are all, and the steps that it took to know. */
function ask(text: string, range: readonly [number | null, number | null]) {
  const parsed = parseCalendarText(text);
  assert.ok(parsed.ok);
  const budget = { steps: STEPS };
  const [start, end] = range;
  const { instances, complete } = occurrences(
    mainComponents(parsed.calendar),
    { start, end },
    { zones: zonesOf(parsed.calendar), floating: UTC, budget },
  );
  return { found: instances.length, complete, cost: STEPS - budget.steps };
}

function check(text: string) {
  return checkCalendarObject(new TextEncoder().encode(text));
}

const ALL = [null, null] as const;
const WEEK = [Date.UTC(2026, 10, 23), Date.UTC(2026, 10, 30)] as const;

Deno.test("a hostile rule costs a bounded number of steps, and says whether it is known to the end", () => {
  const start = "DTSTART:20200101T000000Z";
  const cases: readonly {
    readonly rule: string;
    readonly range: readonly [number | null, number | null];
    readonly found: number;
    readonly complete: boolean;
    readonly most: number;
  }[] = [
    {
      rule: "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
      range: ALL,
      // DTSTART itself
      found: 1,
      complete: true,
      // one for each of the 28 shapes that years have, and for many years
      most: 60,
    },
    {
      rule: "FREQ=SECONDLY;UNTIL=30200101T000000Z",
      range: [Date.UTC(2500, 0, 1), Date.UTC(2500, 0, 1, 0, 0, 9)],
      found: 10,
      complete: true,
      most: 30,
    },
    {
      rule: "FREQ=SECONDLY;UNTIL=30200101T000000Z",
      range: ALL,
      found: STEPS / 2,
      complete: false,
      most: STEPS + 1,
    },
    {
      rule: "FREQ=DAILY;COUNT=1000000000",
      range: WEEK,
      found: 8,
      complete: true,
      most: 50,
    },
    {
      rule: "FREQ=DAILY;UNTIL=20191231T000000Z",
      range: ALL,
      found: 1,
      complete: true,
      most: 1,
    },
  ];
  for (const { rule, range, found, complete, most } of cases) {
    const text = calendarOf(...event(start, `RRULE:${rule}`));
    const answer = ask(text, range);
    assert.ok(Math.abs(answer.found - found) <= 1, `${rule} ${answer.found}`);
    assert.equal(answer.complete, complete, rule);
    assert.ok(answer.cost <= most, `${rule}: ${answer.cost} steps`);
  }
});

Deno.test("what is no rule, and no date, is refused with its condition", () => {
  const start = "DTSTART:20200101T000000Z";
  for (
    const [condition, ...lines] of [
      ["valid-calendar-data", start, "RRULE:FREQ=DAILY;BYHOUR=25"],
      ["valid-calendar-data", start, "RRULE:FREQ=DAILY;COUNT=0"],
      [
        "valid-calendar-data",
        start,
        `RRULE:FREQ=DAILY;BYDAY=${Array(30_000).fill("MO")}`,
      ],
      ["valid-calendar-data", "DTSTART:20200230T000000Z"],
      ["min-date-time", "DTSTART:00000101T000000Z"],
    ]
  ) {
    const checked = check(calendarOf(...event(...lines)));
    assert.ok(!checked.ok, lines.join());
    assert.equal(checked.problem.name, condition);
  }
});

Deno.test("a negative duration is none, and the first and the last year are no trouble", () => {
  const negative = calendarOf(
    ...event("DTSTART:20261125T000000Z", "DURATION:-P1000D"),
  );
  assert.equal(ask(negative, WEEK).found, 1);
  for (const year of ["0001", "9999"]) {
    const text = calendarOf(
      ...event(
        `DTSTART:${year}1231T230000Z`,
        "DURATION:P1D",
        "RRULE:FREQ=DAILY",
      ),
    );
    assert.ok(check(text).ok, year);
    const { cost, complete } = ask(text, WEEK);
    assert.ok(complete && cost < 50, `${year}: ${cost} steps`);
  }
});

/** So many days from 2020 on as DATE-TIME in UTC. */
function days(count: number): string[] {
  return Array.from(
    { length: count },
    (_, day) =>
      new Date(Date.UTC(2020, 0, 1) + day * DAY).toISOString()
        .replace(/[-:]|\.\d+/g, ""),
  );
}

Deno.test("100,000 EXDATEs and RDATEs cost a week no more than it holds", () => {
  const list = days(100_000).join(",");
  for (const [name, found] of [["EXDATE", 0], ["RDATE", 8]] as const) {
    const text = calendarOf(
      ...event(
        "DTSTART:20200101T000000Z",
        "RRULE:FREQ=DAILY",
        `${name}:${list}`,
      ),
    );
    assert.ok(check(text).ok);
    const answer = ask(text, WEEK);
    assert.deepEqual([answer.found, answer.complete], [found, true], name);
    assert.ok(answer.cost < 50, `${name}: ${answer.cost} steps`);
    assert.ok(ask(text, ALL).cost <= STEPS + 1);
    assert.equal(ask(text, ALL).complete, false);
  }
});

Deno.test("100,000 overrides cost a week no more than it holds", () => {
  const overrides = days(100_000).flatMap((day) =>
    event(`RECURRENCE-ID:${day}`, `DTSTART:${day}`)
  );
  const master = event("DTSTART:20200101T000000Z", "RRULE:FREQ=DAILY");
  const text = calendarOf([...master, ...overrides].join("\r\n"));
  assert.ok(check(text).ok);
  const answer = ask(text, WEEK);
  assert.deepEqual([answer.found, answer.complete], [8, true]);
  assert.ok(answer.cost < 50, `${answer.cost} steps`);
  assert.equal(ask(text, ALL).complete, false);
});

Deno.test("every series after the first is paid for, and every rule of it", () => {
  const series = (count: number, ...lines: string[]) =>
    ask(
      calendarOf(
        ...Array.from({ length: count }, () =>
          event("DTSTART:20200101T000000Z", ...lines)).flat(),
      ),
      WEEK,
    );
  const rule = "RRULE:FREQ=YEARLY;BYDAY=MO;COUNT=10";
  assert.equal(series(1).cost, 0);
  assert.equal(series(101).cost, 100);
  // the weekdays of the seven years that the rule is counted through
  const { cost } = series(1, rule);
  assert.ok(cost > 7 * 365 / 8 && cost < 7 * 365 / 8 + 30, `${cost} steps`);
  assert.equal(series(101, rule).cost, 101 * cost + 100);
  // as many as a file of some megabytes holds
  const many = series(20_000, rule);
  assert.equal(many.complete, false);
  assert.ok(many.cost <= STEPS + cost + 1, `${many.cost} steps`);
});

Deno.test("a filter on the time of a property pays for the components that it looks at", () => {
  const cost = (count: number) => {
    const parsed = parseCalendarText(
      calendarOf(
        ...Array.from({ length: count }, (_, n) =>
          [
            ...event("DTSTART:20200101T000000Z"),
          ].toSpliced(3, 0, `RECURRENCE-ID:2020010${1 + n % 9}T000000Z`))
          .flat(),
      ),
    );
    assert.ok(parsed.ok);
    const budget = { steps: STEPS };
    const [start, end] = WEEK;
    matchesFilter(parsed.calendar, {
      name: "VCALENDAR",
      components: [{
        name: "VEVENT",
        properties: [{ name: "DTSTART", timeRange: { start, end } }],
      }],
    }, { zone: UTC, budget });
    return STEPS - budget.steps;
  };
  // ten times as many: each of them looks at ten times as many
  assert.ok(cost(320) > 50 * cost(32), `${cost(320)} and ${cost(32)}`);
});

Deno.test("a VTIMEZONE whose rule never ends gives a zone, and its events cost what others do", () => {
  const text = calendarOf(
    "BEGIN:VTIMEZONE",
    "TZID:Nowhere",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "RRULE:FREQ=SECONDLY",
    "END:STANDARD",
    "END:VTIMEZONE",
    ...event("DTSTART;TZID=Nowhere:20200101T000000", "RRULE:FREQ=DAILY"),
  );
  assert.ok(check(text).ok);
  const { complete, cost } = ask(text, WEEK);
  assert.ok(complete && cost < 50, `${cost} steps`);
});
