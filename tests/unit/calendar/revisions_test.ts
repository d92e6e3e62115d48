import assert from "node:assert/strict";
import { compareRevisions } from "../../../src/calendar/revisions.ts";
import { calendarOf, eventLines } from "./objects.ts";

function compare(one: string[], other: string[]): number {
  const [first, second] =
    calendarOf(...eventLines(...one), ...eventLines(...other)).root.components;
  assert.ok(first && second);
  const found = Math.sign(compareRevisions(first, second));
  assert.equal(Math.sign(compareRevisions(second, first)) + found, 0);
  return found;
}

Deno.test("compareRevisions() goes by SEQUENCE, then by DTSTAMP (RFC 5546 section 2.1.5)", () => {
  const early = "DTSTAMP:20260101T000000Z";
  const late = "DTSTAMP:20260102T000000Z";
  for (
    const [one, other, expected] of [
      [["SEQUENCE:1", late], ["SEQUENCE:2", early], -1],
      [["SEQUENCE:10", early], ["SEQUENCE:9", early], 1],
      [["SEQUENCE:1", early], ["SEQUENCE:1", late], -1],
      [["SEQUENCE:0", early], [early], 0],
      [["SEQUENCE:-1"], ["SEQUENCE:x"], 0],
      [[early], [], 1],
      [["DTSTAMP:nonsense"], [], 0],
    ] as const
  ) {
    assert.equal(compare([...one], [...other]), expected, `${one} ${other}`);
  }
});
