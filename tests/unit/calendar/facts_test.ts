import assert from "node:assert/strict";
import { checkCalendarObject } from "../../../src/calendar/validate.ts";
import { FACTS_VERSION } from "../../../src/calendar/facts.ts";
import { eventLines, objectOf, todoLines } from "./objects.ts";

const DAY = 86_400_000;

function factsOf(...lines: string[]) {
  const checked = checkCalendarObject(objectOf(...lines));
  assert.ok(checked.ok, JSON.stringify(checked));
  return checked.facts;
}

function spanOf(...lines: string[]): [number, number | null] | undefined {
  const { span } = factsOf(...lines);
  return span && [span.first, span.last];
}

const at = Date.UTC;

Deno.test("facts name uid, component and their version", () => {
  const facts = factsOf(...eventLines("DTSTART:20260301T100000Z"));
  assert.equal(facts.uid, "one");
  assert.equal(facts.component, "VEVENT");
  assert.equal(facts.version, FACTS_VERSION);
});

Deno.test("span of an event is exact in UTC, hours wider in a zone, a day where it floats", () => {
  assert.deepEqual(
    spanOf(
      ...eventLines("DTSTART:20260301T100000Z", "DTEND:20260301T110000Z"),
    ),
    [at(2026, 2, 1, 10) - 1, at(2026, 2, 1, 11) + 1],
  );
  assert.deepEqual(
    spanOf(
      ...eventLines("DTSTART;TZID=Europe/Berlin:20260701T100000"),
    ),
    [at(2026, 6, 1, 5) - 1, at(2026, 6, 1, 11) + 1],
  );
  assert.deepEqual(
    spanOf(...eventLines("DTSTART;VALUE=DATE:20260301")),
    [at(2026, 2, 1) - DAY - 1, at(2026, 2, 2) + DAY + 1],
  );
  assert.deepEqual(
    spanOf(...eventLines("DTSTART:20260301T100000", "DURATION:PT1H")),
    [at(2026, 2, 1, 10) - DAY - 1, at(2026, 2, 1, 11) + DAY + 1],
  );
});

Deno.test("span of a recurring event ends with COUNT, UNTIL, RDATE or override, or never", () => {
  const start = "DTSTART:20260301T100000Z";
  const last = (...lines: string[]) =>
    spanOf(...eventLines(start, ...lines))?.[1];
  assert.equal(last("RRULE:FREQ=DAILY;COUNT=3"), at(2026, 2, 3, 10) + 1);
  assert.equal(
    last("RRULE:FREQ=DAILY;UNTIL=20260310T100000Z"),
    at(2026, 2, 10, 10) + 1,
  );
  assert.equal(last("RRULE:FREQ=DAILY"), null);
  assert.equal(
    last("RRULE:FREQ=DAILY;COUNT=2000000"),
    at(2026, 2, 1, 10) + 1_999_999 * DAY + 1,
  );
  // beyond the year 9999
  assert.equal(last("RRULE:FREQ=DAILY;COUNT=2000000000"), null);
  // found by walking only: more than the work for one object
  assert.equal(
    last("RRULE:FREQ=MINUTELY;INTERVAL=7;BYHOUR=3;COUNT=2000000"),
    null,
  );
  assert.equal(last("RDATE:20270101T000000Z"), at(2027, 0, 1) + 1);
  assert.equal(
    last("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
    at(2026, 2, 1, 10) + 1,
  );
  assert.deepEqual(
    spanOf(
      ...eventLines(start, "RRULE:FREQ=DAILY;COUNT=2"),
      ...eventLines(
        "RECURRENCE-ID:20260302T100000Z",
        "DTSTART:20250101T000000Z",
        "DTEND:20280101T000000Z",
      ),
    ),
    [at(2025, 0, 1) - 1, at(2028, 0, 1) + 1],
  );
  assert.equal(
    spanOf(
      ...eventLines(start, "RRULE:FREQ=DAILY;COUNT=2"),
      ...eventLines(
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20260302T100000Z",
        "DTSTART:20260305T000000Z",
      ),
    )?.[1],
    null,
  );
});

Deno.test("span of a task follows DUE, COMPLETED and CREATED; without any it is absent", () => {
  const due = "DUE:20260301T100000Z";
  assert.deepEqual(spanOf(...todoLines(due)), [
    at(2026, 2, 1, 10) - 1,
    at(2026, 2, 1, 10) + 1,
  ]);
  const created = "CREATED:20260101T000000Z";
  const completed = "COMPLETED:20260201T000000Z";
  assert.deepEqual(spanOf(...todoLines(created)), [at(2026, 0, 1) - 1, null]);
  assert.deepEqual(spanOf(...todoLines(completed)), [
    at(2026, 1, 1) - 1,
    at(2026, 1, 1) + 1,
  ]);
  assert.deepEqual(spanOf(...todoLines(created, completed)), [
    at(2026, 0, 1) - 1,
    at(2026, 1, 1) + 1,
  ]);
  assert.equal(spanOf(...todoLines("SUMMARY:x")), undefined);
  assert.equal(spanOf("BEGIN:VJOURNAL", "UID:1", "END:VJOURNAL"), undefined);
});

Deno.test("span of busy time is that of its ends, else of its periods", () => {
  const busy = (...lines: string[]) =>
    spanOf("BEGIN:VFREEBUSY", "UID:1", ...lines, "END:VFREEBUSY");
  assert.deepEqual(
    busy("DTSTART:20260301T000000Z", "DTEND:20260302T000000Z"),
    [at(2026, 2, 1) - 1, at(2026, 2, 2) + 1],
  );
  assert.deepEqual(
    busy("FREEBUSY:20260301T000000Z/PT1H,20260303T000000Z/20260304T000000Z"),
    [at(2026, 2, 1) - 1, at(2026, 2, 4) + 1],
  );
  assert.equal(busy("SUMMARY:x"), undefined);
});

Deno.test("span of a VAVAILABILITY is the time that it covers", () => {
  const span = (...lines: string[]) =>
    spanOf("BEGIN:VAVAILABILITY", "UID:1", ...lines, "END:VAVAILABILITY");
  const start = "DTSTART:20260301T100000Z";
  const first = at(2026, 2, 1, 10) - 1;
  const last = at(2026, 2, 1, 12) + 1;
  assert.deepEqual(span(start, "DTEND:20260301T120000Z"), [first, last]);
  assert.deepEqual(span(start, "DURATION:PT2H"), [first, last]);
  assert.deepEqual(span(start), [first, null]);
  assert.equal(span("DTEND:20260301T120000Z"), undefined, "no beginning");
  assert.equal(span(), undefined);
});
