import assert from "node:assert/strict";
import fc from "fast-check";
import { createCollectionMap } from "../../../src/store/collection_map.ts";
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

Deno.test("between() gives what touches the range, endless and undated objects always", () => {
  const span = fc.option(fc.record({
    first: fc.integer({ min: -50, max: 50 }),
    length: fc.option(fc.integer({ min: 0, max: 40 })),
  }));
  const bound = fc.option(fc.integer({ min: -60, max: 60 }));
  fc.assert(
    fc.property(
      fc.array(span, { maxLength: 30 }),
      bound,
      bound,
      (spans, start, end) => {
        const map = createCollectionMap();
        const expected = new Set<string>();
        for (const [index, one] of spans.entries()) {
          const name = `n${index}`;
          if (one === null) {
            map.put(name, stampAt(index), entry());
            expected.add(name);
            continue;
          }
          const last = one.length === null ? null : one.first + one.length;
          map.put(name, stampAt(index), entry({ first: one.first, last }));
          const begins = end === null || one.first <= end;
          const lasts = start === null || last === null || last >= start;
          if (begins && lasts) expected.add(name);
        }
        const found = [...map.between(start, end)].map((one) => one.name);
        assert.deepEqual(found.sort(), [...expected].sort());
        const first = map.members()[0];
        if (first !== undefined) {
          map.drop(first.name);
          expected.delete(first.name);
          const after = [...map.between(start, end)].map((one) => one.name);
          assert.deepEqual(after.sort(), [...expected].sort());
        }
      },
    ),
    { seed: 11, numRuns: 500 },
  );
});
