import assert from "node:assert/strict";
import { parseContentLines } from "../../../src/text/content_line.ts";
import {
  chooseLines,
  type DataLine,
  foldLine,
  keptLine,
  withoutValue,
  writtenLine,
} from "../../../src/text/data_line.ts";

function linesOf(text: string): DataLine[] {
  const parsed = parseContentLines(text);
  assert.ok(parsed.ok);
  return parsed.lines.map((line) => keptLine(text, line));
}

Deno.test("keptLine() has exactly the bytes that were sent", () => {
  const text = "item1.TEL;TYPE=x:1\r\n 2\nNOTE:a\r";
  const lines = linesOf(text);
  assert.deepEqual(lines, [
    {
      name: "TEL",
      group: "item1",
      value: "12",
      text: "item1.TEL;TYPE=x:1\r\n 2\n",
    },
    { name: "NOTE", value: "a", text: "NOTE:a\r" },
  ]);
});

Deno.test("withoutValue() keeps name, parameters and line end", () => {
  const cut = (text: string) =>
    linesOf(text).map((line) => withoutValue(line).text).join("");
  assert.equal(
    cut('ATTENDEE;CN="A:B":mailto:a@b\r\n'),
    'ATTENDEE;CN="A:B":\r\n',
  );
  assert.equal(cut("SUMMARY:Te\n a\n"), "SUMMARY:\n");
  assert.equal(cut("SUM\r\n MARY;X=1\r\n ;Y=2:Tea"), "SUMMARY;X=1;Y=2:");
  assert.equal(cut("SUMMARY:\r\n"), "SUMMARY:\r\n");
});

Deno.test("withoutValue() folds a head that is longer than a line", () => {
  const [line] = linesOf(`X;P=${"y".repeat(100)}:value\r\n`);
  assert.ok(line);
  const { text } = withoutValue(line);
  assert.ok(text.split("\r\n").every((one) => one.length <= 75));
  assert.equal(text.replaceAll("\r\n ", ""), `X;P=${"y".repeat(100)}:\r\n`);
});

Deno.test("writtenLine() quotes and escapes parameters and folds by octets", () => {
  const line = writtenLine("DTSTART", [
    { name: "X-A", values: ["a:b", 'say "hi"\n^'] },
  ], "20260101T000000Z");
  assert.equal(
    line.text,
    "DTSTART;X-A=\"a:b\",say ^'hi^'^n^^:20260101T000000Z\r\n",
  );
  const long = foldLine("\u00e4".repeat(80));
  const sizes = long.split("\r\n").map((one) =>
    new TextEncoder().encode(one).length
  );
  assert.ok(sizes.every((size) => size <= 75), `${sizes}`);
  assert.equal(long.replaceAll("\r\n ", ""), "\u00e4".repeat(80));
});

Deno.test("chooseLines() keeps the order, and matches groups only where one is named", () => {
  const lines = linesOf("TEL:1\na.TEL:2\nb.TEL:3\nFN:x\n");
  const pick = (name: string, group?: string) =>
    chooseLines(lines, [{ name, noValue: false, ...group && { group } }])
      .map((line) => line.value);
  assert.deepEqual(pick("TEL"), ["1", "2", "3"]);
  assert.deepEqual(pick("TEL", "A"), ["2"]);
  assert.deepEqual(pick("NOTE"), []);
  const both = [
    { name: "FN", noValue: false },
    { name: "TEL", noValue: true },
    { name: "TEL", group: "b", noValue: false },
  ];
  assert.equal(
    chooseLines(lines, both).map((line) => line.text).join(""),
    "TEL:\na.TEL:\nb.TEL:3\nFN:x\n",
  );
});
