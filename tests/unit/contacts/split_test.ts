import assert from "node:assert/strict";
import { joinVcards } from "../../../src/contacts/join.ts";
import { splitVcards } from "../../../src/contacts/split.ts";

function card(...lines: string[]): string {
  return ["BEGIN:VCARD", "VERSION:3.0", ...lines, "END:VCARD", ""].join("\r\n");
}

function split(text: string) {
  const steps = [...splitVcards(new TextEncoder().encode(text))];
  return {
    objects: steps.flatMap((step) =>
      step.type === "object" ? [new TextDecoder().decode(step.bytes)] : []
    ),
    problems: steps.flatMap((step) =>
      step.type === "problem" ? [[step.problem.name, step.problem.line]] : []
    ),
  };
}

const A = card("UID:a", "FN:Ada");
const B = card("UID:b", "FN:Bob", "NOTE:x\r\n  y");

Deno.test("splitVcards() gives a single card as it is", () => {
  const text = `\n${card("FN:Nobody")}\n\n`;
  assert.deepEqual(split(text), { objects: [text], problems: [] });
});

Deno.test("splitVcards() gives each card with its bytes", () => {
  assert.deepEqual(split(A + "\n" + B), { objects: [A, B], problems: [] });
  assert.deepEqual(
    split(
      joinVcards(
        [A, B].map((text) => new TextEncoder().encode(text.trimEnd())),
      ),
    ),
    { objects: [A, B], problems: [] },
  );
});

Deno.test("splitVcards() gives a card without UID one, the same each time", () => {
  const bare = card("FN:Nobody");
  const { objects } = split(A + bare + card("UID: ", "FN:Nobody"));
  assert.match(
    objects[1] ?? "",
    /^BEGIN:VCARD\r\nUID:[0-9a-f]{32}@import\r\nVERSION:3.0\r\nFN:Nobody\r\n/,
  );
  assert.equal(objects[2]?.match(/^UID/gm)?.length, 1);
  assert.equal(split(bare + B).objects[0], objects[1]);
});

Deno.test("splitVcards() refuses what stands between cards, and what is none", () => {
  assert.deepEqual(split(`${A}lost\r\n${B}`), {
    objects: [A, B],
    problems: [["valid-address-data", 6]],
  });
  assert.deepEqual(split("hello").problems, [["valid-address-data", 1]]);
  const old = "BEGIN:VCARD\nVERSION:2.1\nFN:Old\nEND:VCARD\n";
  assert.deepEqual(split(old).problems, [["supported-address-data", 2]]);
  const [step] = splitVcards(new Uint8Array([0xff]));
  assert.equal(step?.type, "problem");
});

Deno.test("splitVcards() leaves what it cannot read for the check to refuse", () => {
  const broken = "BEGIN:VCARD\r\nno line\r\nEND:VCARD\r\n";
  assert.deepEqual(split(A + broken), { objects: [A, broken], problems: [] });
});

Deno.test("joinVcards() leaves out what is not text", () => {
  assert.equal(
    joinVcards([
      new Uint8Array([0xff]),
      new TextEncoder().encode(`\ufeff${A}`),
    ]),
    A,
  );
});
