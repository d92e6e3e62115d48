import assert from "node:assert/strict";
import {
  busyType,
  intersection,
  mergeBusy,
} from "../../../../src/calendar/busy/busy_periods.ts";

Deno.test("busyType() knows the types in any case, and takes all others as BUSY", () => {
  assert.equal(busyType("BUSY"), "BUSY");
  assert.equal(busyType(" busy-tentative"), "BUSY-TENTATIVE");
  assert.equal(busyType("BUSY-UNAVAILABLE"), "BUSY-UNAVAILABLE");
  for (const sent of ["X-OWN", "FREE", ""]) {
    assert.equal(busyType(sent), "BUSY");
  }
});

Deno.test("intersection() is what two periods share; those that touch share nothing", () => {
  const period = { start: 2, end: 5 };
  assert.deepEqual(intersection(period, { start: 3, end: 9 }), {
    start: 3,
    end: 5,
  });
  assert.deepEqual(
    intersection({ start: -Infinity, end: Infinity }, period),
    period,
  );
  assert.equal(intersection(period, { start: 5, end: 9 }), undefined);
  assert.equal(intersection(period, { start: 3, end: 3 }), undefined);
});

Deno.test("mergeBusy() joins what touches or overlaps, each type by itself", () => {
  const period = (start: number, end: number, type = "BUSY" as const) => ({
    start,
    end,
    type,
  });
  assert.deepEqual(
    mergeBusy([
      period(5, 6),
      period(1, 3),
      { start: 2, end: 9, type: "BUSY-TENTATIVE" },
      period(3, 4),
      period(1, 2),
      period(5, 6),
    ]),
    [
      period(1, 4),
      period(5, 6),
      { start: 2, end: 9, type: "BUSY-TENTATIVE" },
    ],
  );
});
