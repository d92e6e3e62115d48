import assert from "node:assert/strict";
import { occurrences } from "../../../../src/calendar/recurrence/recurrence.ts";
import { mainComponents } from "../../../../src/calendar/validate.ts";
import { zonesOf } from "../../../../src/calendar/zones/vtimezone.ts";
import { UTC, zoneByName } from "../../../../src/calendar/zones/zones.ts";
import { calendarOf, eventLines } from "../objects.ts";

const MARCH = [Date.UTC(2026, 2, 1), Date.UTC(2026, 3, 1)] as const;

/** Starts in UTC as `MM-DDTHH`, and what they cost. */
function find(
  lines: readonly string[],
  options: { range?: readonly [number, number]; steps?: number } = {},
) {
  const { range: [start, end] = MARCH, steps = 50_000 } = options;
  const calendar = calendarOf(...eventLines(...lines));
  const budget = { steps };
  const floating = zoneByName("Europe/Berlin");
  assert.ok(floating);
  const { instances, complete } = occurrences(
    mainComponents(calendar),
    { start, end },
    { zones: zonesOf(calendar), floating, budget },
  );
  const starts = instances.map((each) =>
    new Date(each.start).toISOString().slice(5, 13)
  );
  return { starts, complete, cost: steps - budget.steps };
}

function starts(...lines: string[]): string[] {
  const { starts, complete } = find(lines);
  assert.ok(complete);
  return starts;
}

const DAILY = ["DTSTART:20260302T100000Z", "RRULE:FREQ=DAILY;COUNT=7"];

Deno.test("EXRULEs take away what they give: of the rule, of RDATEs and of DTSTART itself", () => {
  assert.deepEqual(
    starts(
      ...DAILY,
      "RDATE:20260321T100000Z,20260322T110000Z",
      "EXRULE:FREQ=WEEKLY;BYDAY=SA",
      "EXRULE:FREQ=DAILY;INTERVAL=3;COUNT=2",
    ),
    // the second one counts from DTSTART, a Monday, and gives it
    ["03-03T10", "03-04T10", "03-06T10", "03-08T10", "03-22T11"],
  );
});

Deno.test("an EXRULE ends with its COUNT and its UNTIL", () => {
  assert.deepEqual(
    starts(...DAILY, "EXRULE:FREQ=DAILY;UNTIL=20260304T100000Z"),
    ["03-05T10", "03-06T10", "03-07T10", "03-08T10"],
  );
  // DTSTART counts, though the EXRULE does not give it
  assert.deepEqual(
    starts(...DAILY, "EXRULE:FREQ=DAILY;BYDAY=TU,WE,TH;COUNT=3"),
    ["03-02T10", "03-05T10", "03-06T10", "03-07T10", "03-08T10"],
  );
});

Deno.test("an EXRULE of another time of day takes nothing away", () => {
  assert.deepEqual(
    starts(...DAILY, "EXRULE:FREQ=DAILY;BYHOUR=9,11").length,
    7,
  );
});

Deno.test("an EXRULE of an all-day event takes whole days away", () => {
  const day = ["DTSTART;VALUE=DATE:20260302", "RRULE:FREQ=DAILY;COUNT=4"];
  const midnights = ["03-01T23", "03-02T23", "03-03T23", "03-04T23"];
  assert.deepEqual(starts(...day), midnights);
  assert.deepEqual(
    starts(...day, "EXRULE:FREQ=WEEKLY;BYDAY=TU;BYHOUR=9"),
    [midnights[0], midnights[2], midnights[3]],
  );
  assert.deepEqual(starts(...day, "EXRULE:FREQ=SECONDLY;BYDAY=TU,WE"), [
    midnights[0],
    midnights[3],
  ]);
});

Deno.test("what an EXRULE takes away is an instant, also where the clock changes", () => {
  // 02:30 does not exist on 8 March and is 03:30 then
  const spring = [
    "DTSTART;TZID=America/New_York:20260307T023000",
    "RRULE:FREQ=DAILY;COUNT=3",
  ];
  assert.deepEqual(starts(...spring), ["03-07T07", "03-08T07", "03-09T06"]);
  assert.deepEqual(
    starts(...spring, "EXRULE:FREQ=DAILY;BYHOUR=3"),
    ["03-07T07", "03-09T06"],
  );
  // an RDATE in another zone is the same instant
  assert.deepEqual(
    starts(
      "DTSTART;TZID=America/New_York:20260307T093000",
      "RDATE;TZID=Asia/Tokyo:20260308T223000,20260309T223000",
      "EXRULE:FREQ=DAILY;BYDAY=MO",
    ),
    ["03-07T14", "03-08T13"],
  );
});

Deno.test("an EXRULE that can't be read takes nothing away", () => {
  assert.equal(starts(...DAILY, "EXRULE:FREQ=FORTNIGHTLY").length, 7);
});

Deno.test("a THISANDFUTURE override moves nothing that an EXRULE takes away", () => {
  const calendar = calendarOf(
    ...eventLines(...DAILY, "EXRULE:FREQ=WEEKLY;BYDAY=FR"),
    ...eventLines(
      "RECURRENCE-ID;RANGE=THISANDFUTURE:20260305T100000Z",
      "DTSTART:20260305T120000Z",
    ),
  );
  const { instances } = occurrences(
    mainComponents(calendar),
    { start: MARCH[0], end: MARCH[1] },
    { zones: zonesOf(calendar), floating: UTC },
  );
  assert.deepEqual(
    instances.map((each) => new Date(each.start).toISOString().slice(5, 13)),
    ["03-02T10", "03-03T10", "03-04T10", "03-05T12", "03-07T12", "03-08T12"],
  );
});

Deno.test("EXRULEs cost a bounded number of steps, and next week of an old series little", () => {
  const old = ["DTSTART:19900101T100000Z", "RRULE:FREQ=DAILY"];
  const week = [Date.UTC(2026, 2, 2), Date.UTC(2026, 2, 9)] as const;
  const weekends = find([...old, "EXRULE:FREQ=WEEKLY;BYDAY=SU,SA"], {
    range: week,
  });
  assert.equal(weekends.starts.length, 5);
  assert.ok(weekends.cost < 300, `${weekends.cost} steps`);
  // few looks for a rule that gives little
  const birthdays = ["DTSTART:19900101T100000Z", "RRULE:FREQ=YEARLY"];
  const ever = [Date.UTC(1990, 0, 1), Date.UTC(9990, 0, 1)] as const;
  const leap = find([...birthdays, "EXRULE:FREQ=YEARLY;INTERVAL=4000"], {
    range: ever,
  });
  assert.deepEqual([leap.starts.length, leap.complete], [7998, true]);
  const plain = find(birthdays, { range: ever });
  assert.ok(leap.cost < plain.cost + 500, `${leap.cost} steps`);
  for (
    const rule of [
      "FREQ=SECONDLY",
      "FREQ=MINUTELY;INTERVAL=7;BYHOUR=3",
      "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
      "FREQ=WEEKLY;INTERVAL=2;COUNT=1000000000",
    ]
  ) {
    const many = find([...old, ...Array(20).fill(`EXRULE:${rule}`)], {
      range: ever,
      steps: 100_000,
    });
    assert.equal(many.complete, false, rule);

    const { cost, complete } = find([...old, `EXRULE:${rule}`], {
      range: week,
      steps: 20_000,
    });
    assert.ok(cost < 20_000 || !complete, `${rule}: ${cost} steps`);
  }
});

Deno.test("instances are not known for sure where the work ended within an EXRULE", () => {
  const once = ["DTSTART:20260302T100000Z", "RDATE:20260310T100000Z"];
  const rule =
    "EXRULE:FREQ=MINUTELY;INTERVAL=7;BYHOUR=3;BYMONTH=2;BYMONTHDAY=29";
  assert.equal(find([...once, rule], { steps: 5 }).complete, false);
  assert.equal(find([...once, rule]).complete, true);
});
