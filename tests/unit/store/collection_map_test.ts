import assert from "node:assert/strict";
import fc from "fast-check";
import { createCollectionMap } from "../../../src/store/collection_map.ts";
import { dayAt, packRuns } from "../../../src/store/day_runs.ts";
import type { EntryRecord, TimeSpan } from "../../../src/store/records.ts";

function entry(span?: TimeSpan): EntryRecord {
  return {
    facts: span === undefined ? { version: 1 } : { version: 1, span },
    size: 1,
    digest: "",
    type: "text/calendar",
    created: 0,
    modified: 0,
  };
}

function stampAt(n: number): string {
  return n.toString(16).padStart(20, "0");
}

const step = fc.record({
  name: fc.constantFrom("a", "b", "c", "é", "日", "z.ics"),
  gone: fc.boolean(),
  look: fc.boolean(),
});

Deno.test("createCollectionMap() equals a plain model after any history", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const map = createCollectionMap();
      const live = new Map<string, string>();
      const dead = new Map<string, string>();
      for (const [index, { name, gone, look }] of steps.entries()) {
        const stamp = stampAt(1 + Math.floor(index / 2));
        if (gone) {
          if (live.delete(name)) {
            map.drop(name);
            map.bury(name, stamp, { deleted: 0 });
            dead.set(name, stamp);
          }
        } else if (dead.get(name) !== stamp) {
          map.put(name, stamp, entry());
          live.set(name, stamp);
          dead.delete(name);
        }
        if (look) [...map.since("", "")];
        if (look) map.members();
      }
      assert.equal(map.size, live.size);
      assert.deepEqual(
        map.members().map((member) => member.name),
        [...live.keys()].sort(),
      );
      const expected = [
        ...[...live].map(([name, stamp]) => ({ name, stamp, live: true })),
        ...[...dead].map(([name, stamp]) => ({ name, stamp, live: false })),
      ].sort((a, b) => a.stamp + a.name < b.stamp + b.name ? -1 : 1);
      for (let cut = 0; cut <= expected.length; cut++) {
        const before = cut === 0 ? undefined : expected[cut - 1];
        const found = [
          ...map.since(before?.stamp ?? "", before?.name ?? ""),
        ].map((one) => ({
          name: one.name,
          stamp: one.stamp,
          live: one.entry !== undefined,
        }));
        assert.deepEqual(found, expected.slice(cut));
      }
    }),
    { seed: 7, numRuns: 300 },
  );
});

Deno.test("put() with an older stamp keeps the history in order", () => {
  const map = createCollectionMap();
  map.put("b", stampAt(5), entry());
  [...map.since("", "")];
  map.put("a", stampAt(3), entry());
  map.put("b", stampAt(5), entry({ first: 0, last: 1 }));
  assert.deepEqual([...map.since("", "")].map((one) => one.name), ["a", "b"]);
  assert.deepEqual(map.get("b")?.entry.facts.span, { first: 0, last: 1 });
});

const SPAN = fc.option(fc.record({
  first: fc.oneof(
    fc.integer({ min: -50, max: 50 }),
    fc.integer({ min: -50, max: 50 }).map((n) => n * 1e9),
  ),
  length: fc.option(
    fc.oneof(
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 0, max: 4e12 }),
    ),
  ),
  version: fc.constantFrom(2, 2, 2, 1, 3),
}));

const BOUND = fc.option(fc.oneof(
  fc.integer({ min: -60, max: 60 }),
  fc.integer({ min: -60, max: 60 }).map((n) => n * 1e9),
));

Deno.test("between() gives what touches the range, endless, undated and outdated objects always, after any changes", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), SPAN), {
        maxLength: 40,
      }),
      BOUND,
      BOUND,
      (steps, start, end) => {
        const map = createCollectionMap();
        const live = new Map<string, boolean>();
        const ask = () =>
          [...map.between({ start, end, version: 2 })]
            .map((one) => one.name).sort();
        for (const [index, [n, one]] of steps.entries()) {
          const name = `n${n}`;
          // what is there already goes now and then
          if (live.has(name) && index % 3 === 0) {
            map.drop(name);
            live.delete(name);
          } else if (one === null) {
            map.put(name, stampAt(index), entry());
            live.set(name, true);
          } else {
            const last = one.length === null ? null : one.first + one.length;
            const { facts, ...rest } = entry({ first: one.first, last });
            const { version } = one;
            map.put(name, stampAt(index), {
              ...rest,
              facts: { ...facts, version },
            });
            const begins = end === null || one.first <= end;
            const lasts = start === null || last === null || last >= start;
            live.set(name, version !== 2 || begins && lasts);
          }
          if (index % 5 === 0) {
            const expected = [...live].filter(([, found]) => found);
            assert.deepEqual(ask(), expected.map(([each]) => each).sort());
          }
        }
        const expected = [...live].filter(([, found]) => found);
        assert.deepEqual(ask(), expected.map(([each]) => each).sort());
        assert.deepEqual(
          [...map.outdated(2)].map((one) => one.name).sort(),
          map.members().filter((one) => one.entry.facts.version < 2)
            .map((one) => one.name),
        );
      },
    ),
    { seed: 11, numRuns: 500 },
  );
});

Deno.test("between() passes over a series on days between its runs", () => {
  const day = (n: number) => Date.UTC(2026, 0, 1) + n * 86_400_000;
  const run = (n: number) => ({
    first: dayAt(day(n)),
    last: dayAt(day(n + 2)),
  });
  const map = createCollectionMap();
  const plain = map.weight();
  map.put("a", stampAt(1), entry({ first: day(0), last: null }));
  const without = map.weight();
  const runs = packRuns([run(0), run(100), run(400)], dayAt(day(900)));
  map.put("a", stampAt(2), entry({ first: day(0), last: null, runs }));
  assert.equal(map.weight() - without, runs.length);
  const happens = (from: number, to: number) =>
    [...map.between({ start: day(from), end: day(to), version: 1 })].length > 0;
  assert.deepEqual(
    [[0, 2], [3, 99], [90, 101], [103, 399], [401, 401], [403, 899], [500, 900]]
      .map(([from = 0, to = 0]) => happens(from, to)),
    [true, false, true, false, true, false, true],
  );
  assert.ok(happens(-40, 0));
  assert.equal(happens(-40, -1), false);
  assert.equal(
    [...map.between({ start: null, end: day(50), version: 1 })].length,
    1,
  );
  assert.equal(
    [...map.between({ start: day(500), end: null, version: 1 })].length,
    1,
  );
  map.drop("a");
  assert.equal(map.weight(), plain);
});
