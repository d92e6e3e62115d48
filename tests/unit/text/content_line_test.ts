import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type ContentLine,
  paramValue,
  paramValues,
  parseContentLines,
  shorten,
} from "../../../src/text/content_line.ts";

function lines(text: string): readonly ContentLine[] {
  const parsed = parseContentLines(text);
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return parsed.lines;
}

function only(text: string): ContentLine {
  const [line, more] = lines(text);
  assert.ok(line);
  assert.equal(more, undefined);
  return line;
}

Deno.test("parseContentLines() unfolds with any line end and numbers physical lines", () => {
  for (const end of ["\r\n", "\n", "\r"]) {
    const text = ["A:1", " 2", "\t3", "", "B:4", "", ""].join(end);
    const [a, b, none] = lines(text);
    assert.deepEqual([a?.name, a?.value, a?.line], ["A", "123", 1]);
    assert.deepEqual([b?.name, b?.value, b?.line], ["B", "4", 5]);
    assert.equal(none, undefined);
    assert.equal(
      text.slice(a?.start, a?.end),
      ["A:1", " 2", "\t3", ""].join(end),
    );
    assert.equal(text.slice(b?.start, b?.end), `B:4${end}`);
  }
  assert.deepEqual(lines("A:1\r\nB:2\nC:3\rD:4").map((each) => each.line), [
    1,
    2,
    3,
    4,
  ]);
});

Deno.test("parseContentLines() takes a byte order mark, and nothing at all", () => {
  assert.equal(only("\ufeffBEGIN:X").name, "BEGIN");
  assert.deepEqual(lines(""), []);
  assert.deepEqual(lines("\r\n\r\n"), []);
});

Deno.test("parseContentLines() reads parameters, quoted, listed and escaped", () => {
  const line = only(
    'attendee;CN="Doe; John: \'x\'";ROLE=A,"B,C",D;X=^n^\'^^^z;E=:mailto:a:b',
  );
  assert.equal(line.name, "ATTENDEE");
  assert.equal(line.value, "mailto:a:b");
  assert.equal(paramValue(line, "CN"), "Doe; John: 'x'");
  assert.deepEqual(paramValues(line, "ROLE"), ["A", "B,C", "D"]);
  assert.equal(paramValue(line, "X"), '\n"^^z');
  assert.equal(paramValue(line, "E"), "");
  assert.equal(paramValue(line, "NONE"), undefined);
  assert.deepEqual(paramValues(only("A:b"), "NONE"), []);
});

Deno.test("parseContentLines() is lenient with parameters and names that are common", () => {
  assert.deepEqual(paramValues(only("TEL;HOME;VOICE:1"), "TYPE"), [
    "HOME",
    "VOICE",
  ]);
  assert.deepEqual(only("DTSTART;:1").params, []);
  assert.equal(paramValue(only('A;CN="x:b'), "CN"), '"x');
  assert.equal(paramValue(only('A;CN="x"y :b'), "CN"), "xy");
  const grouped = only("item1.X-ABLabel:x");
  assert.deepEqual([grouped.group, grouped.name], ["item1", "X-ABLABEL"]);
  assert.equal(only("X_OWN:1").name, "X_OWN");
  assert.equal(only("X-messaging/xmpp-All:1").name, "X-MESSAGING/XMPP-ALL");
});

Deno.test("parseContentLines() says which line is none", () => {
  const cases: [string, number][] = [
    ["A:1\r\nB\r\n", 2],
    ["A:1\n b\nwithout a colon", 3],
    [":1", 1],
    ["A;B=1", 1],
    ["A;B", 1],
    ["A B:1", 1],
    ["a b.C:1", 1],
    ["\u00e4:1", 1],
  ];
  for (const [text, number] of cases) {
    const parsed = parseContentLines(text);
    assert.ok(!parsed.ok, text);
    assert.equal(parsed.problem.line, number, text);
    assert.ok(parsed.problem.message.includes(`line ${number}`));
  }
});

Deno.test("shorten() cuts long lines and hides control characters", () => {
  assert.equal(shorten("a\tb"), "a b");
  assert.equal(shorten("x".repeat(1000)).length, 60);
});

Deno.test("parseContentLines() finds every line of any text again at its offsets", () => {
  const piece = fc.constantFrom(
    "A:1",
    " b",
    "\r",
    "\n",
    "\r\n",
    "\t",
    ";",
    'X;Y="',
    ":",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join("");
      const parsed = parseContentLines(text);
      if (!parsed.ok) return parsed.problem.line >= 1;
      let end = 0;
      for (const line of parsed.lines) {
        assert.ok(line.start >= end && line.end > line.start);
        const again = only(text.slice(line.start, line.end));
        assert.equal(again.value, line.value);
        end = line.end;
      }
      return end <= text.length;
    }),
    { seed: 1, numRuns: 2000 },
  );
});
