import assert from "node:assert/strict";
import { checkCalendarObject } from "../../../../src/calendar/validate.ts";

function check(rule: string, zoneRule = "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU") {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "BEGIN:VTIMEZONE",
    "TZID:Own",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0100",
    `RRULE:${zoneRule}`,
    "END:STANDARD",
    "END:VTIMEZONE",
    "BEGIN:VEVENT",
    "UID:1",
    "DTSTART;TZID=Own:20240210T090000",
    `RRULE:${rule}`,
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ];
  return checkCalendarObject(new TextEncoder().encode(lines.join("\r\n")));
}

Deno.test("checkCalendarObject() refuses an RSCALE that nobody knows, in a VTIMEZONE too (RFC 7529 section 10)", () => {
  const unknown = "RSCALE=X-MARTIAN;FREQ=YEARLY";
  for (
    const [found, line] of [
      [check(unknown), 15],
      [check("freq=yearly;rscale=x-martian"), 15],
      [check("FREQ=DAILY", unknown), 9],
    ] as const
  ) {
    assert.ok(!found.ok);
    assert.equal(found.problem.name, "supported-rscale");
    assert.equal(found.problem.line, line);
    assert.match(found.problem.message, /X-MARTIAN/i);
  }
});

Deno.test("checkCalendarObject() takes every calendar that is known, and finds the last instance", () => {
  for (
    const rule of [
      "RSCALE=CHINESE;FREQ=YEARLY",
      "RSCALE=islamicc;FREQ=MONTHLY;COUNT=3",
      "RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=FORWARD",
    ]
  ) assert.equal(check(rule).ok, true, rule);
  const counted = check("RSCALE=CHINESE;FREQ=YEARLY;COUNT=2");
  assert.ok(counted.ok);
  const last = counted.facts.span?.last;
  assert.ok(typeof last === "number");
  const day = new Date(last).toISOString().slice(0, 10);
  assert.ok(["2025-01-29", "2025-01-30"].includes(day), day);
});

Deno.test("checkCalendarObject() refuses SKIP and leap months without RSCALE as invalid data", () => {
  for (const rule of ["FREQ=YEARLY;SKIP=OMIT", "FREQ=YEARLY;BYMONTH=5L"]) {
    const found = check(rule);
    assert.ok(!found.ok);
    assert.equal(found.problem.name, "valid-calendar-data", rule);
  }
});
