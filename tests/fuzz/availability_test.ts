/** Availability of random components against a slow reading of RFC 7953 section 4, hour by hour. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { createBusyTime } from "../../src/calendar/busy/busy.ts";
import { parseCalendarText } from "../../src/calendar/parse.ts";
import { UTC } from "../../src/calendar/zones/zones.ts";

const HOUR = 3_600_000;
const DAY = Date.UTC(2026, 2, 2);
const HOURS = 24;
const TYPES = ["BUSY", "BUSY-UNAVAILABLE", "BUSY-TENTATIVE"] as const;

interface Hours {
  readonly from: number;
  readonly to: number;
}

interface Model {
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly priority: number;
  readonly type: typeof TYPES[number];
  readonly free: readonly Hours[];
}

const HOUR_OF_DAY = fc.integer({ min: -2, max: HOURS + 2 });

const MODEL: fc.Arbitrary<Model> = fc.record({
  start: fc.option(HOUR_OF_DAY, { nil: undefined }),
  end: fc.option(HOUR_OF_DAY, { nil: undefined }),
  // few, so that they meet
  priority: fc.constantFrom(0, 1, 2, 9),
  type: fc.constantFrom(...TYPES),
  free: fc.array(fc.record({ from: HOUR_OF_DAY, to: HOUR_OF_DAY }), {
    maxLength: 3,
  }),
});

function utc(hour: number): string {
  return new Date(DAY + hour * HOUR).toISOString().replace(/\.000|[-:]/g, "");
}

function text({ start, end, priority, type, free }: Model): string {
  return [
    "BEGIN:VCALENDAR",
    "BEGIN:VAVAILABILITY",
    `PRIORITY:${priority}`,
    `BUSYTYPE:${type}`,
    ...(start === undefined ? [] : [`DTSTART:${utc(start)}`]),
    ...(end === undefined ? [] : [`DTEND:${utc(end)}`]),
    ...free.flatMap(({ from, to }) => [
      "BEGIN:AVAILABLE",
      `DTSTART:${utc(from)}`,
      `DTEND:${utc(to)}`,
      "END:AVAILABLE",
    ]),
    "END:VAVAILABILITY",
    "END:VCALENDAR",
    "",
  ].join("\r\n");
}

/** Steps through the components from the lowest priority on, and in each through all that happens to an hour. */
function slowly(all: readonly Model[]): string[] {
  const day: string[] = Array(HOURS).fill("FREE");
  for (const priority of [0, 9, 2, 1]) {
    const level = all.filter((one) => one.priority === priority);
    for (let hour = 0; hour < HOURS; hour++) {
      const there = level.filter(({ start = -99, end = 99 }) =>
        start <= hour && hour < end
      );
      if (there.length === 0) continue;
      const free = there.some((one) =>
        one.free.some(({ from, to }) => from <= hour && hour < to)
      );
      const type = TYPES.find((each) => there.some((one) => one.type === each));
      day[hour] = free ? "FREE" : type ?? assert.fail();
    }
  }
  return day;
}

function quickly(all: readonly Model[]): string[] {
  const time = createBusyTime({ start: DAY, end: DAY + HOURS * HOUR });
  for (const model of all) {
    const parsed = parseCalendarText(text(model));
    assert.ok(parsed.ok);
    const context = { zone: UTC, budget: { steps: 1000 } };
    const part = time.read(parsed.calendar, context);
    assert.ok(part);
    time.take(part);
  }
  const day: string[] = Array(HOURS).fill("FREE");
  for (const { start, end, type } of time.periods()) {
    assert.ok(start < end);
    for (let hour = (start - DAY) / HOUR; hour < (end - DAY) / HOUR; hour++) {
      assert.equal(day[hour], "FREE", "types do not overlap");
      day[hour] = type;
    }
  }
  return day;
}

Deno.test("availability is what a slow reading of RFC 7953 gives", () => {
  fc.assert(
    fc.property(fc.array(MODEL, { maxLength: 6 }), (all) => {
      assert.deepEqual(quickly(all), slowly(all));
    }),
    { numRuns: 500 },
  );
});
