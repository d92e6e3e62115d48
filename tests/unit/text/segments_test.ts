import assert from "node:assert/strict";
import { findSegments } from "../../../src/text/segments.ts";

function read(text: string): [name: string, line: number, text: string][] {
  return findSegments(text, { start: 0, end: text.length }).map((each) =>
    [each.name, each.line, text.slice(each.start, each.end)] as const
  ).map(([name, line, own]) => [name, line, own]);
}

Deno.test("findSegments() finds components, and what stands between them", () => {
  assert.deepEqual(
    read("BEGIN:A\r\nX:1\r\nEND:A\r\n\r\nlost\r\nbegin:b\nEND:B\n"),
    [
      ["A", 1, "BEGIN:A\r\nX:1\r\nEND:A\r\n"],
      ["", 5, "lost\r\n"],
      ["B", 6, "begin:b\nEND:B\n"],
    ],
  );
});

Deno.test("findSegments() counts levels, whatever inner components are called", () => {
  const text = "BEGIN:A\rBEGIN:B\rEND:C\rEND:A\rBEGIN:D\rEND:D";
  assert.deepEqual(read(text), [
    ["A", 1, "BEGIN:A\rBEGIN:B\rEND:C\rEND:A\r"],
    ["D", 5, "BEGIN:D\rEND:D"],
  ]);
});

Deno.test("findSegments() ends all that is open with END:VCALENDAR", () => {
  const text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\nBEGIN:X\nEND:X\n";
  const [first, second] = findSegments(text, { start: 0, end: text.length });
  assert.equal(second?.name, "X");
  assert.equal(text.slice(first?.inner, first?.innerEnd), "BEGIN:VEVENT\n");
});

Deno.test("findSegments() gives what does not end to the last character", () => {
  const text = "END:Z\nBEGIN:A\nX:1\n";
  const found = findSegments(text, { start: 0, end: text.length });
  assert.deepEqual(found.map(({ name }) => name), ["", "A"]);
  assert.equal(found[1]?.innerEnd, text.length);
  assert.equal(found[1]?.end, text.length);
});

Deno.test("findSegments() looks at starts of lines only", () => {
  const text =
    "BEGIN:A\nX:BEGIN:B\n BEGIN:C\nY:\u2028END:A\nBEGINNING:D\n\ufeffEND:A\nEND:A\n";
  assert.deepEqual(read(text), [["A", 1, text]]);
});

Deno.test("findSegments() skips a byte order mark and counts from the line given", () => {
  const text = "\ufeffBEGIN:A\nEND:A\n";
  const [found] = findSegments(text, { start: 0, end: text.length }, {
    line: 7,
  });
  assert.equal(found?.name, "A");
  assert.equal(found?.start, 1);
  assert.equal(found?.line, 7);
});

Deno.test("findSegments() ends what has no END where a sibling begins", () => {
  const text =
    "BEGIN:E\nBEGIN:A\nX:1\nBEGIN:E\nEND:E\nBEGIN:O\nBEGIN:E\nEND:E\nEND:O\n";
  const found = findSegments(text, { start: 0, end: text.length }, {
    siblings: new Set(["E"]),
  });
  assert.deepEqual(
    found.map(({ name, line, start, end }) =>
      [name, line, text.slice(start, end)] as const
    ),
    [
      ["E", 1, "BEGIN:E\nBEGIN:A\nX:1\n"],
      ["E", 4, "BEGIN:E\nEND:E\n"],
      ["O", 6, "BEGIN:O\nBEGIN:E\nEND:E\nEND:O\n"],
    ],
  );
  assert.equal(found[0]?.innerEnd, found[0]?.end);
});
