import assert from "node:assert/strict";
import type { Moment } from "../../../../src/calendar/dates.ts";
import {
  addException,
  addExceptions,
  isExcepted,
  noExceptions,
} from "../../../../src/calendar/recurrence/exceptions.ts";
import { epochOf } from "../../../../src/calendar/dates.ts";
import { UTC, zoneByName } from "../../../../src/calendar/zones/zones.ts";
import { calendarOf, eventLines } from "../objects.ts";

const TOKYO = zoneByName("Asia/Tokyo");
assert.ok(TOKYO);

const CONTEXT = { zones: () => TOKYO, floating: UTC, allDay: false };

function moment(kind: Moment["kind"], day: number, hour = 0): Moment {
  return { kind, civil: Date.UTC(2026, 2, day, hour) };
}

function isOut(start: Moment, ...except: Moment[]): boolean {
  const exceptions = noExceptions();
  for (const each of except) addException(exceptions, each, CONTEXT);
  return isExcepted(start, epochOf(start, UTC), exceptions);
}

Deno.test("an exception is an instant, a time on the clock, or a day", () => {
  const start = { ...moment("local", 5, 9), zone: TOKYO };
  assert.equal(isOut(start), false);
  assert.ok(isOut(start, moment("utc", 5, 0)));
  assert.equal(isOut(start, moment("utc", 5, 9)), false);
  assert.ok(isOut(start, moment("local", 5, 9)));
  assert.equal(isOut(start, moment("local", 5, 8)), false);
  assert.ok(isOut(start, moment("date", 5)));
  assert.equal(isOut(start, moment("date", 4)), false);
});

Deno.test("a time among days means its day on its own clock, and in UTC that of the reader but for midnight", () => {
  const newYork = zoneByName("America/New_York");
  assert.ok(newYork);
  const dayOf = (except: Moment) => {
    const exceptions = noExceptions();
    const context = { ...CONTEXT, floating: newYork, allDay: true };
    addException(exceptions, except, context);
    return [...exceptions.days].map((day) => new Date(day).getUTCDate());
  };
  // eight o'clock in Tokyo is still the fourth in New York
  assert.deepEqual(dayOf({ ...moment("local", 5, 8), zone: TOKYO }), [5]);
  assert.deepEqual(dayOf(moment("local", 5, 23)), [5]);
  assert.deepEqual(dayOf(moment("utc", 5, 3)), [4]);
  assert.deepEqual(dayOf(moment("utc", 5)), [5]);
});

Deno.test("addExceptions() reads every EXDATE and passes over what is none", () => {
  const [event] = calendarOf(...eventLines(
    "EXDATE:20260301T000000Z,20260302T000000Z,",
    "EXDATE;VALUE=DATE:20260303,nonsense",
    "EXDATE:",
    "EXDATE;TZID=Asia/Tokyo:20260304T090000",
  )).root.components;
  assert.ok(event);
  const exceptions = noExceptions();
  addExceptions(exceptions, event, CONTEXT);
  assert.deepEqual(
    [...exceptions.epochs],
    [1, 2, 4].map((day) => Date.UTC(2026, 2, day)),
  );
  assert.deepEqual([...exceptions.days], [Date.UTC(2026, 2, 3)]);
  assert.equal(exceptions.civils.size, 0);
});
