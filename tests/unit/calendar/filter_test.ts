import assert from "node:assert/strict";
import {
  type ComponentFilter,
  matchesFilter,
} from "../../../src/calendar/filter.ts";
import type { PropertyFilter } from "../../../src/calendar/property_filter.ts";
import type { ParamFilter } from "../../../src/text/param_filter.ts";
import {
  UTC,
  type Zone,
  zoneByName,
} from "../../../src/calendar/zones/zones.ts";
import { calendarOf, eventLines, todoLines } from "./objects.ts";

/** "2026-03-01T10" and the like to epoch milliseconds. */
function at(text: string): number {
  const [date = "", time = ""] = text.split("T");
  return Date.parse(`${date}T${time.padEnd(2, "0")}:00:00Z`);
}

function range(from: string | null, to: string | null) {
  return {
    start: from === null ? null : at(from),
    end: to === null ? null : at(to),
  };
}

function hits(
  lines: string[],
  from: string | null,
  to: string | null,
  zone: Zone = UTC,
): boolean {
  const name = (lines[0] ?? "").slice("BEGIN:".length);
  return matches(lines, { name, timeRange: range(from, to) }, zone);
}

function matches(
  lines: string[],
  inner: ComponentFilter,
  zone: Zone = UTC,
): boolean {
  const filter = { name: "VCALENDAR", components: [inner] };
  return matchesFilter(calendarOf(...lines), filter, { zone });
}

Deno.test("matchesFilter() tells components apart, and is-not-defined", () => {
  const event = eventLines("DTSTART:20260301T100000Z");
  const calendar = calendarOf(...event);
  assert.ok(matchesFilter(calendar, { name: "VCALENDAR" }, { zone: UTC }));
  assert.ok(!matchesFilter(calendar, { name: "VEVENT" }, { zone: UTC }));
  assert.ok(matches(event, { name: "vevent" }));
  assert.ok(!matches(event, { name: "VTODO" }));
  assert.ok(matches(event, { name: "VTODO", isNotDefined: true }));
  assert.ok(!matches(event, { name: "VEVENT", isNotDefined: true }));
  const alarm = { name: "VALARM" };
  assert.ok(!matches(event, { name: "VEVENT", components: [alarm] }));
  const none = { ...alarm, isNotDefined: true };
  assert.ok(matches(event, { name: "VEVENT", components: [none] }));
});

Deno.test("matchesFilter() with a range on VCALENDAR means whatever is in it", () => {
  const within = (lines: string[], from: string, to: string) =>
    matchesFilter(calendarOf(...lines), {
      name: "VCALENDAR",
      timeRange: range(from, to),
    }, { zone: UTC });
  const weekly = eventLines("DTSTART:20260301T100000Z", "RRULE:FREQ=WEEKLY");
  assert.ok(within(weekly, "2026-03-08", "2026-03-09"));
  assert.ok(!within(weekly, "2026-03-09", "2026-03-10"));
  const due = todoLines("DUE:20260301T100000Z");
  assert.ok(within(due, "2026-03-01", "2026-03-02"));
  assert.ok(!within(due, "2026-03-02", "2026-03-03"));
  // a task without dates is in every range
  assert.ok(within(todoLines(), "2026-03-02", "2026-03-03"));
  assert.ok(!within([], "2026-03-02", "2026-03-03"));
});

Deno.test("matchesFilter() takes all-day and floating values in the zone asked for", () => {
  const day = eventLines("DTSTART;VALUE=DATE:20260301");
  const tokyo = zoneByName("Asia/Tokyo");
  assert.ok(tokyo);
  assert.ok(hits(day, "2026-03-01T00", "2026-03-01T01"));
  assert.ok(!hits(day, "2026-02-28T15", "2026-03-01T00"));
  assert.ok(hits(day, "2026-02-28T15", "2026-02-28T16", tokyo));
  assert.ok(!hits(day, "2026-03-01T15", "2026-03-01T16", tokyo));
  const floating = eventLines("DTSTART:20260301T100000");
  assert.ok(hits(floating, "2026-03-01T10", "2026-03-01T11"));
  assert.ok(hits(floating, "2026-03-01T01", "2026-03-01T02", tokyo));
});

Deno.test("matchesFilter() considers every instance of a recurring event", () => {
  const start = [
    "DTSTART;TZID=Europe/Berlin:20260301T100000",
    "DTEND;TZID=Europe/Berlin:20260301T110000",
  ];
  const weekly = eventLines(
    ...start,
    "RRULE:FREQ=WEEKLY",
    "EXDATE;TZID=Europe/Berlin:20260322T100000",
  );
  assert.ok(hits(weekly, "2026-03-08T09", "2026-03-08T10"));
  assert.ok(hits(weekly, "2026-04-05T08", "2026-04-05T09"), "summer time");
  assert.ok(!hits(weekly, "2026-04-05T09", "2026-04-05T10"));
  assert.ok(!hits(weekly, "2026-03-22T00", "2026-03-23T00"), "EXDATE");
  assert.ok(hits(weekly, "2090-01-01T00", null), "an open end");
  assert.ok(!hits(weekly, null, "2026-03-01T09"));
  const moved = [
    ...weekly,
    ...eventLines(
      "RECURRENCE-ID;TZID=Europe/Berlin:20260308T100000",
      "DTSTART;TZID=Europe/Berlin:20260310T100000",
      "DTEND;TZID=Europe/Berlin:20260310T110000",
    ),
  ];
  assert.ok(!hits(moved, "2026-03-08T00", "2026-03-09T00"));
  assert.ok(hits(moved, "2026-03-10T09", "2026-03-10T10"));
});

Deno.test("matchesFilter() wants one component for the time and what is inside it", () => {
  const alarm = ["BEGIN:VALARM", "ACTION:AUDIO", "TRIGGER:-PT1H", "END:VALARM"];
  const lines = [
    ...eventLines("DTSTART:20260301T100000Z", "RRULE:FREQ=DAILY;COUNT=3"),
    ...eventLines(
      "RECURRENCE-ID:20260302T100000Z",
      "DTSTART:20260302T120000Z",
      ...alarm,
    ),
  ];
  const ask = (from: string, to: string) =>
    matches(lines, {
      name: "VEVENT",
      timeRange: range(from, to),
      components: [{ name: "VALARM" }],
    });
  assert.ok(ask("2026-03-02T12", "2026-03-02T13"));
  assert.ok(!ask("2026-03-03T10", "2026-03-03T11"));
});

Deno.test("matchesFilter() answers true where the bound on work is reached", () => {
  const dense = eventLines("DTSTART:20260301T100000Z", "RRULE:FREQ=SECONDLY");
  const filter = {
    name: "VCALENDAR",
    components: [{
      name: "VEVENT",
      timeRange: range("2026-06-01T10", "2026-06-01T11"),
    }],
  };
  const calendar = calendarOf(...dense);
  assert.ok(
    matchesFilter(calendar, filter, { zone: UTC, budget: { steps: 0 } }),
  );
  assert.ok(matchesFilter(calendar, filter, { zone: UTC }));
});

const CASEMAP = { collation: "i;ascii-casemap", type: "contains" } as const;

function says(text: string, negate = false) {
  return { ...CASEMAP, text, negate };
}

function has(lines: string[], ...properties: PropertyFilter[]): boolean {
  const name = (lines[0] ?? "").slice("BEGIN:".length);
  return matches(lines, { name, properties });
}

Deno.test("matchesFilter() looks at the text of properties, escapes resolved", () => {
  const lines = eventLines(
    "DTSTART:20260301T100000Z",
    "SUMMARY:Tea\\, and\\nmore",
    "CATEGORIES:HOME,Garden",
  );
  assert.ok(has(lines, { name: "SUMMARY" }));
  assert.ok(has(lines, { name: "summary", text: says("tea, AND\nmore") }));
  assert.ok(!has(lines, { name: "SUMMARY", text: says("coffee") }));
  assert.ok(has(lines, { name: "SUMMARY", text: says("coffee", true) }));
  assert.ok(!has(lines, { name: "SUMMARY", text: says("tea", true) }));
  assert.ok(has(lines, { name: "CATEGORIES", text: says("garden") }));
  const exact = { ...says("Tea"), collation: "i;octet" } as const;
  assert.ok(has(lines, { name: "SUMMARY", text: exact }));
  assert.ok(
    !has(lines, { name: "SUMMARY", text: { ...exact, text: "tea" } }),
  );
});

Deno.test("matchesFilter() wants a property to be there, or not to be there", () => {
  const lines = eventLines("DTSTART:20260301T100000Z", "CLASS:PRIVATE");
  assert.ok(has(lines, { name: "LOCATION", isNotDefined: true }));
  assert.ok(!has(lines, { name: "CLASS", isNotDefined: true }));
  assert.ok(!has(lines, { name: "LOCATION" }));
  assert.ok(!has(lines, { name: "LOCATION", text: says("x", true) }));
  assert.ok(
    !has(lines, { name: "CLASS" }, { name: "LOCATION" }),
    "all of them must hold",
  );
});

Deno.test("matchesFilter() wants text and parameters of one and the same property", () => {
  const lines = eventLines(
    "DTSTART:20260301T100000Z",
    'ATTENDEE;PARTSTAT=ACCEPTED;MEMBER="mailto:a@x","mailto:b@x":mailto:ann@x',
    "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:bob@x",
  );
  const ask = (text: string, param: ParamFilter) =>
    has(lines, { name: "ATTENDEE", text: says(text), params: [param] });
  const partstat = (text: string, negate = false) => ({
    name: "partstat",
    text: says(text, negate),
  });
  assert.ok(ask("ann", partstat("accepted")));
  assert.ok(!ask("ann", partstat("needs-action")));
  assert.ok(ask("bob", partstat("needs-action")));
  assert.ok(ask("ann", partstat("needs-action", true)));
  assert.ok(ask("ann", { name: "MEMBER" }));
  assert.ok(!ask("bob", { name: "MEMBER" }));
  assert.ok(ask("bob", { name: "MEMBER", isNotDefined: true }));
  assert.ok(!ask("ann", { name: "MEMBER", isNotDefined: true }));
  assert.ok(ask("ann", { name: "MEMBER", text: says("b@x") }), "any value");
  assert.ok(
    !ask("ann", { name: "MEMBER", text: says("b@x", true) }),
    "negated: none of the values",
  );
  assert.ok(!ask("bob", { name: "MEMBER", text: says("z", true) }));
});

Deno.test("matchesFilter() counts each parameter that it looks for", () => {
  const calendar = calendarOf(...eventLines(
    "DTSTART:20260301T100000Z",
    ...Array.from({ length: 20 }, (_, n) => `X-A:${n}`),
  ));
  const params = Array.from({ length: 100 }, (_, n): ParamFilter => ({
    name: `X-${n}`,
    isNotDefined: n < 99,
  }));
  const ask = (steps: number) =>
    matchesFilter(calendar, {
      name: "VCALENDAR",
      components: [{ name: "VEVENT", properties: [{ name: "X-A", params }] }],
    }, { zone: UTC, budget: { steps } });
  assert.ok(!ask(3000));
  assert.ok(ask(1000), "rather one too many");
});

Deno.test("matchesFilter() looks for dates of properties in a range, of every instance", () => {
  const lines = eventLines(
    "DTSTAMP:20260105T000000Z",
    "CREATED:20260101T000000Z",
    "LAST-MODIFIED:20260102T000000Z",
    "DTSTART:20260301T100000Z",
    "DURATION:PT1H",
    "RRULE:FREQ=DAILY;COUNT=3",
  );
  const ask = (name: string, from: string | null, to: string | null) =>
    has(lines, { name, timeRange: range(from, to) });
  assert.ok(ask("CREATED", "2026-01-01T00", "2026-01-01T01"));
  assert.ok(!ask("CREATED", "2026-01-01T01", null), "the start counts");
  assert.ok(!ask("CREATED", null, "2026-01-01T00"), "the end does not");
  assert.ok(ask("LAST-MODIFIED", null, "2026-01-03T00"));
  assert.ok(ask("DTSTAMP", "2026-01-04T00", null));
  assert.ok(ask("DTSTART", "2026-03-03T10", "2026-03-03T11"));
  assert.ok(!ask("DTSTART", "2026-03-03T11", null));
  assert.ok(ask("DTEND", "2026-03-03T11", null), "from DURATION");
  assert.ok(!ask("DUE", null, "2030-01-01T00"));
  assert.ok(!ask("COMPLETED", null, "2030-01-01T00"));
  const point = eventLines("DTSTART:20260301T100000Z");
  assert.ok(
    !has(point, { name: "DTEND", timeRange: range(null, "2030-01-01T00") }),
  );
});

Deno.test("matchesFilter() knows the due date of a task with DURATION, and a due date alone", () => {
  const ask = (lines: string[], name: string) =>
    has(todoLines(...lines), {
      name,
      timeRange: range("2026-03-01T12", "2026-03-01T13"),
    });
  const start = "DTSTART:20260301T100000Z";
  assert.ok(ask([start, "DURATION:PT2H"], "DUE"));
  assert.ok(!ask([start, "DURATION:PT1H"], "DUE"));
  assert.ok(!ask([start, "DURATION:PT2H"], "DTEND"));
  assert.ok(ask(["DUE:20260301T120000Z"], "DUE"));
  assert.ok(!ask(["DUE:20260301T120000Z"], "DTSTART"));
  assert.ok(ask(["COMPLETED:20260301T120000Z"], "COMPLETED"));
  const params = [{ name: "TZID", isNotDefined: true }];
  const timeRange = range("2026-03-01T12", "2026-03-01T13");
  const due = { name: "DUE", timeRange, params };
  assert.ok(has(todoLines(start, "DURATION:PT2H"), due));
  const defined = { ...due, params: [{ name: "TZID" }] };
  assert.ok(!has(todoLines(start, "DURATION:PT2H"), defined));
});

Deno.test("matchesFilter() counts the work on properties", () => {
  const lines = eventLines(
    "DTSTART:20260301T100000Z",
    ...Array.from({ length: 100 }, (_, n) => `COMMENT:${n}`),
  );
  const properties = Array.from({ length: 50 }, () => ({
    name: "COMMENT",
    text: says("99"),
  }));
  const filter = {
    name: "VCALENDAR",
    components: [{ name: "VEVENT", properties }],
  };
  const budget = { steps: 1e6 };
  assert.ok(matchesFilter(calendarOf(...lines), filter, { zone: UTC, budget }));
  assert.ok(budget.steps < 1e6 - 300, `${budget.steps}`);
  const none = {
    name: "VCALENDAR",
    components: [{ name: "VEVENT", properties: [{ name: "X" }] }],
  };
  assert.ok(
    matchesFilter(calendarOf(...lines), none, {
      zone: UTC,
      budget: { steps: 0 },
    }),
    "rather one too many",
  );
});
