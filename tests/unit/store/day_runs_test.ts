import assert from "node:assert/strict";
import fc from "fast-check";
import {
  dayAt,
  type DayRun,
  FIRST_DAY,
  mayHappen,
  packRuns,
  touches,
} from "../../../src/store/day_runs.ts";

Deno.test("dayAt() numbers days from 1970", () => {
  assert.equal(dayAt(0), 0);
  assert.equal(dayAt(-1), -1);
  assert.equal(dayAt(Date.UTC(2000, 0, 1)), FIRST_DAY);
});

Deno.test("mayHappen() tells the days of runs from those between, and leaves open what it cannot know", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          fc.integer({ min: 1, max: 400 }),
          fc.integer({ min: 0, max: 700 }),
        ),
        { maxLength: 12 },
      ),
      fc.integer({ min: -500, max: 500 }),
      fc.integer({ min: 0, max: 4_000 }),
      fc.array(
        fc.tuple(
          fc.integer({ min: -600, max: 5_000 }),
          fc.integer({ min: 0, max: 900 }),
        ),
        { minLength: 20, maxLength: 20 },
      ),
      (gaps, begin, known, questions) => {
        let at = FIRST_DAY + begin;
        const runs: DayRun[] = gaps.map(([pause, length]) => {
          const first = at + pause;
          at = first + length;
          return { first, last: at };
        });
        const until = FIRST_DAY + known;
        const packed = packRuns(runs, until);
        for (const [from, length] of questions) {
          const first = FIRST_DAY + from;
          const last = first + length;
          const unknown = first < FIRST_DAY || last >= until;
          assert.equal(
            mayHappen(packed, { first, last }),
            unknown ||
              runs.some((run) => run.first <= last && run.last >= first),
          );
        }
      },
    ),
    { seed: 3, numRuns: 300 },
  );
});

Deno.test("packRuns() takes three bytes for a run, and stops where two bytes do", () => {
  const yearly = Array.from({ length: 100 }, (_, year) => {
    const first = dayAt(Date.UTC(2000 + year, 2, 3));
    return { first, last: first + 2 };
  });
  assert.equal(packRuns(yearly, dayAt(Date.UTC(2100, 0, 1))).length, 302);
  const far = dayAt(Date.UTC(2500, 0, 1));
  const packed = packRuns([{ first: FIRST_DAY, last: FIRST_DAY }], far);
  const on = (year: number) => {
    const first = dayAt(Date.UTC(year, 5, 1));
    return mayHappen(packed, { first, last: first });
  };
  assert.deepEqual([2000, 2170, 2180].map(on), [false, false, true]);
  assert.equal(mayHappen(packed, { first: FIRST_DAY, last: FIRST_DAY }), true);
});

Deno.test("touches() looks at the ends of a span, then at its pauses", () => {
  const day = 86_400_000;
  const begin = Date.UTC(2026, 0, 1);
  const first = dayAt(begin);
  const runs = packRuns([{ first, last: first }, {
    first: first + 100,
    last: first + 100,
  }], first + 1_000);
  const span = { first: begin, last: begin + 101 * day };
  for (
    const [from, to, bare, paused] of [
      [-2, -1, false, false],
      [-2, 0, true, true],
      [50, 60, true, false],
      [50, 100, true, true],
      [102, 103, false, false],
      [-Infinity, Infinity, true, true],
      [50, Infinity, true, true],
    ] as const
  ) {
    const ends = [begin + from * day, begin + to * day] as const;
    assert.equal(touches(span, ...ends), bare, `${from} to ${to}`);
    assert.equal(
      touches({ ...span, runs }, ...ends),
      paused,
      `${from} to ${to}`,
    );
  }
  assert.equal(touches(undefined, 0, 1), false);
  // what is endless may happen where nobody knows
  const endless = { first: begin, last: null, runs };
  assert.ok(touches(endless, begin + 2_000 * day, begin + 2_001 * day));
  assert.ok(touches(endless, begin + 500 * day, Infinity));
});
