import assert from "node:assert/strict";
import fc from "fast-check";
import { parseContentLines } from "../../../src/text/content_line.ts";
import { MAX_MENDED, mendLines } from "../../../src/text/mend_lines.ts";

function mend(...lines: string[]): [text: string[], notes: string[]] {
  const { text, notes } = mendLines([...lines, ""].join("\r\n"));
  return [
    text.split("\r\n").slice(0, -1),
    notes.map(({ line, message }) => `${line} ${message}`),
  ];
}

Deno.test("mendLines() leaves alone what can be read", () => {
  const text = "BEGIN:X\r\nNOTE:a\n  b\rlower:c\r\n\r\nEND:X";
  assert.deepEqual(mendLines(text), { text, notes: [] });
});

Deno.test("mendLines() joins text that was broken into lines", () => {
  assert.deepEqual(
    mend(
      "BEGIN:VEVENT",
      "DESCRIPTION:Dear all,",
      "please come.",
      "",
      "https://example.org/",
      "Passcode: 12",
      "SUMMARY:Meeting",
      "END:VEVENT",
    ),
    [
      [
        "BEGIN:VEVENT",
        "DESCRIPTION:Dear all,",
        " \\nplease come.",
        " \\nhttps://example.org/",
        " \\nPasscode: 12",
        "SUMMARY:Meeting",
        "END:VEVENT",
      ],
      ["3 lines from here on joined to DESCRIPTION"],
    ],
  );
});

Deno.test("mendLines() puts no line break where one was folded, written or nothing was before", () => {
  const long = `NOTE:${"x".repeat(70)}`;
  assert.deepEqual(mend(long, "yz w"), [
    [long, " yz w"],
    ["2 lines from here on joined to NOTE"],
  ]);
  assert.deepEqual(mend("NOTE:a\\n", "b c")[0], ["NOTE:a\\n", " b c"]);
  assert.deepEqual(mend("NOTE:", "b c")[0], ["NOTE:", " b c"]);
  // folds of what is joined stay folds
  assert.deepEqual(mend("NOTE:a", "b c", " d")[0], ["NOTE:a", " \\nb c", " d"]);
});

Deno.test("mendLines() knows by their case which lines are properties", () => {
  const swallowed = mend("BEGIN:X", "NOTE:a", "b c", "tel:1")[0];
  assert.equal(swallowed.at(-1), " \\ntel:1");
  const kept = mend("begin:x", "note:a", "b c", "tel:1")[0];
  assert.equal(kept.at(-1), "tel:1");
  // structure is none of the text
  const marks = mend("BEGIN:X", "NOTE:a", "b c", "End:X")[0];
  assert.equal(marks.at(-1), "End:X");
});

Deno.test("mendLines() keeps what says nothing under another name", () => {
  assert.deepEqual(
    mend("SUMMARY:a", "X-A=1,2", "ORGANIZER;CN=x", "DTSTART:1", "who knows"),
    [
      [
        "SUMMARY:a",
        "X-INVALID-LINE:X-A=1\\,2",
        "X-INVALID-LINE:ORGANIZER\\;CN=x",
        "DTSTART:1",
        "X-INVALID-LINE:who knows",
      ],
      [
        "2 no content line: kept as X-INVALID-LINE",
        "3 no content line: kept as X-INVALID-LINE",
        "5 no content line: kept as X-INVALID-LINE",
      ],
    ],
  );
});

Deno.test("mendLines() takes quotes away that keep a line from being read", () => {
  assert.deepEqual(mend('DTSTART;TZID="W. Europe:20200609T090000"'), [
    ["DTSTART;TZID=W. Europe:20200609T090000"],
    ["1 read without its quotes"],
  ]);
  // but never makes structure
  assert.deepEqual(mend('"END":VEVENT')[0], ['X-INVALID-LINE:"END":VEVENT']);
});

Deno.test("mendLines() mends no more than a damaged calendar may need", () => {
  for (const line of ["no line\n", "NOTE:x\nno line\n"]) {
    const most = line.repeat(MAX_MENDED);
    assert.equal(mendLines(most).notes.length, MAX_MENDED);
    const more = `${most}no line\n`;
    assert.deepEqual(mendLines(more), { text: more, notes: [] });
  }
});

Deno.test("mendLines() makes any text readable, and makes no structure", () => {
  const piece = fc.constantFrom(
    ...'aB:;=",\r\n\t \\-'.split(""),
    "\r\n",
    "BEGIN:X\r\n",
    "end:x\n",
    "NOTE:",
  );
  const text = fc.array(piece).map((pieces) => pieces.join(""));
  const marks = (lines: readonly { name: string }[]) =>
    lines.filter(({ name }) => name === "BEGIN" || name === "END").length;
  fc.assert(
    fc.property(text, (some) => {
      const { text } = mendLines(some);
      const parsed = parseContentLines(text);
      assert.ok(parsed.ok);
      const before = some.split(/\r\n|\r|\n/).flatMap((line) => {
        const one = parseContentLines(line);
        return one.ok ? one.lines : [];
      });
      assert.ok(marks(parsed.lines) <= marks(before));
    }),
    { numRuns: 500 },
  );
});
