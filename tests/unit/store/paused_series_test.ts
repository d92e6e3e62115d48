import assert from "node:assert/strict";
import fc from "fast-check";
import {
  dayAt,
  type DayRun,
  packRuns,
  touches,
} from "../../../src/store/day_runs.ts";
import { createPausedSeries } from "../../../src/store/paused_series.ts";
import type { MapMember } from "../../../src/store/view.ts";

const DAY = 86_400_000;
const BEGIN = Date.UTC(2020, 0, 1);

function member(name: string, runs: readonly DayRun[]): MapMember {
  const span = {
    first: BEGIN,
    last: null,
    runs: packRuns(runs, dayAt(BEGIN) + 5_000),
  };
  const entry = {
    facts: { version: 1, span },
    ...{ size: 1, digest: "", type: "", created: 0, modified: 0 },
  };
  return { name, stamp: "", entry };
}

const RUNS = fc.array(
  fc.tuple(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 0, max: 60 })),
  { minLength: 1, maxLength: 6 },
).map((pairs) => {
  let at = dayAt(BEGIN);
  return pairs.map(([pause, length]) => {
    const first = at + pause;
    at = first + length;
    return { first, last: at };
  });
});

const STEP = fc.record({
  name: fc.integer({ min: 0, max: 9 }),
  runs: fc.option(RUNS),
  from: fc.integer({ min: -100, max: 5_200 }),
  // some of them more blocks than are looked up, all together more than are kept
  days: fc.constantFrom(0, 1, 30, 31, 100, 500, 1_000, Infinity),
});

Deno.test("createPausedSeries() gives what a look at every member gives, after any changes", () => {
  fc.assert(
    fc.property(fc.array(STEP, { minLength: 20, maxLength: 60 }), (steps) => {
      const series = createPausedSeries();
      const live = new Map<number, MapMember>();
      for (const { name, runs, from, days } of steps) {
        const before = live.get(name);
        if (before !== undefined) series.remove(before);
        live.delete(name);
        if (runs !== null) {
          const added = member(`${name}`, runs);
          series.add(added);
          live.set(name, added);
        }
        const start = BEGIN + from * DAY;
        const end = start + days * DAY + 3_600_000;
        const names = (members: Iterable<MapMember>) =>
          Array.from(members, (one) => one.name).sort();
        assert.deepEqual(
          names(series.between(start, end)),
          names(
            [...live.values()].filter(({ entry }) =>
              touches(entry.facts.span, start, end)
            ),
          ),
        );
        assert.deepEqual(names(series.all()), names(live.values()));
      }
    }),
    { seed: 5, numRuns: 200 },
  );
});

Deno.test("createPausedSeries() forgets the days first that nobody asked for longest", () => {
  const series = createPausedSeries();
  const far = member("far", [{ first: dayAt(BEGIN), last: dayAt(BEGIN) }]);
  let looks = 0;
  series.add({
    ...far,
    entry: {
      ...far.entry,
      get facts() {
        looks++;
        return far.entry.facts;
      },
    },
  });
  /** Whether days far behind the last one had to be looked at for this. */
  const looksAt = (month: number) => {
    const before = looks;
    const start = BEGIN + (1_000 + 32 * month) * DAY;
    assert.deepEqual([...series.between(start, start + 1)], []);
    return looks > before;
  };
  for (let month = 0; month < 120; month++) assert.ok(looksAt(month));
  assert.ok(!looksAt(0));
  assert.ok(looksAt(120));
  assert.ok(!looksAt(0));
  assert.ok(!looksAt(2));
  assert.ok(looksAt(1));
});
