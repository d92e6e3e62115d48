import assert from "node:assert/strict";
import type { TimeSpan } from "../../../src/store/records.ts";
import { createLongSpans } from "../../../src/store/long_spans.ts";
import {
  createTimeCells,
  LONGEST_CELL,
} from "../../../src/store/time_cells.ts";
import { createTimeIndex } from "../../../src/store/time_index.ts";
import type { MapMember } from "../../../src/store/view.ts";

const DAY = 86_400_000;

function member(name: string, span?: TimeSpan, version = 1): MapMember {
  const facts = span === undefined ? { version } : { version, span };
  const rest = { size: 1, digest: "", type: "", created: 0, modified: 0 };
  return { name, stamp: "", entry: { facts, ...rest } };
}

function names(members: Iterable<MapMember>): string {
  return Array.from(members, ({ name }) => name).sort().join("");
}

Deno.test("createTimeIndex() looks at its members once, and at changes as they come", () => {
  let looked = 0;
  const before = member("a", { first: 0, last: DAY });
  const index = createTimeIndex(() => {
    looked++;
    return [before, member("b")];
  });
  const ask = (start: number | null, end: number | null) =>
    names(index.between({ start, end, version: 1 }));
  // nobody has asked yet: what changes is among the members when they are looked at
  index.changed(undefined, member("z"));
  assert.equal(ask(0, 1), "ab");
  const after = member("a", { first: 9 * DAY, last: 10 * DAY });
  index.changed(before, after);
  assert.equal(ask(0, 1), "b");
  assert.equal(ask(9 * DAY, null), "ab");
  index.changed(after, undefined);
  assert.equal(ask(null, null), "b");
  index.changed(undefined, member("c", { first: 0, last: 1 }, 2));
  assert.equal(ask(5 * DAY, 6 * DAY), "bc");
  assert.equal(names(index.outdated(1)), "");
  assert.equal(names(index.outdated(2)), "b");
  assert.equal(looked, 1);
});

Deno.test("createTimeCells() finds spans of every length from either side, and forgets what goes", () => {
  const cells = createTimeCells();
  const members = [0, 1, 5, 20, 100, 400, 2_000, 10_000].map((days, n) =>
    member(String(n), { first: 0, last: days * DAY })
  );
  members.forEach(cells.add);
  assert.equal(names(cells.all()), "01234567");
  assert.equal(names(cells.between(-DAY, -1)), "");
  assert.equal(names(cells.between(-DAY, 0)), "01234567");
  assert.equal(names(cells.between(50 * DAY, 51 * DAY)), "4567");
  assert.equal(names(cells.between(10_000 * DAY, Infinity)), "7");
  assert.equal(names(cells.between(-Infinity, Infinity)), "01234567");
  members.slice(2).forEach(cells.remove);
  assert.equal(names(cells.all()), "01");
  // nothing of these lies in cells
  for (const odd of [member("x"), member("y", { first: 0, last: null })]) {
    cells.add(odd);
    cells.remove(odd);
  }
  assert.equal(names(cells.all()), "01");
  assert.ok(LONGEST_CELL > 40 * 365 * DAY);
});

Deno.test("createLongSpans() gives what has begun and not ended", () => {
  const long = createLongSpans();
  const members = [[3, null], [1, null], [2, 50_000], [1, null]].map(
    ([first, last], n) =>
      member(String(n), {
        first: (first ?? 0) * DAY,
        last: last === null || last === undefined ? null : last * DAY,
      }),
  );
  members.forEach(long.add);
  assert.equal(names(long.between(0, DAY)), "13");
  assert.equal(names(long.between(2 * DAY, 2 * DAY)), "123");
  assert.equal(names(long.between(60_000 * DAY, Infinity)), "013");
  const [, second, , last] = members;
  assert.ok(second && last);
  long.remove(last);
  assert.equal(names(long.all()), "012");
  long.remove(last);
  long.remove(second);
  assert.equal(names(long.all()), "02");
});
