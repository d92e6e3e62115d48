import assert from "node:assert/strict";
import { joinVcards } from "../../../src/contacts/join.ts";
import { splitVcards } from "../../../src/contacts/split.ts";
import { checkAddressObject } from "../../../src/contacts/validate.ts";

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
    /^BEGIN:VCARD\r\nVERSION:3.0\r\nUID:[0-9a-f]{32}@import\r\nFN:Nobody\r\n/,
  );
  assert.equal(objects[2]?.match(/^UID/gm)?.length, 1);
  assert.equal(split(bare + B).objects[0], objects[1]);
});

Deno.test("splitVcards() gives a UID and leaves all other lines as they are", () => {
  // a line separator ends no line, and a folded line is one
  for (
    const note of ["NOTE:a\u2028UID:\r\nNOTE:b", "NOTE:a\u2028VERSION:\r\n c"]
  ) {
    const text =
      `BEGIN:VCARD\r\n${note}\r\nVERSION:3.\r\n 0\r\nFN:x\r\nEND:VCARD\r\n`;
    const [, made = ""] = split(A + text).objects;
    assert.equal(made.replace(/UID:[0-9a-f]{32}@import\r\n/, ""), text);
    assert.match(made, /\r\nVERSION:3\.\r\n 0\r\nUID:[0-9a-f]{32}@import\r\n/);
  }
});

Deno.test("splitVcards() refuses what stands between cards, and what is none", () => {
  assert.deepEqual(split(`${A}lost\r\n${B}`), {
    objects: [A, B],
    problems: [["valid-address-data", 6]],
  });
  assert.deepEqual(split("hello").problems, [["valid-address-data", 1]]);
  const cut = "BEGIN:VCARD\nVERSION:3.0\nFN:Cut\n";
  assert.deepEqual(split(A + cut), {
    objects: [A],
    problems: [["valid-address-data", 6]],
  });
  const [step] = splitVcards(new Uint8Array([0xff]));
  assert.equal(step?.type, "problem");
});

Deno.test("splitVcards() leaves what it cannot read for the check to refuse", () => {
  for (
    const lines of [
      "no line\r\n",
      "",
      "VERSION:3.0\r\nFN:\r\n",
      "VERSION:3.0\r\nUID:a\r\nUID:b\r\nFN:x\r\n",
    ]
  ) {
    const broken = `BEGIN:VCARD\r\n${lines}END:VCARD\r\n`;
    const { objects, problems } = split(A + broken);
    assert.equal(objects.length, 2);
    assert.deepEqual(problems, []);
    const checked = checkAddressObject(
      new TextEncoder().encode(objects[1] ?? ""),
    );
    // a card that is empty but for its version can be stored
    assert.equal(checked.ok, lines.includes("FN:\r\n"), lines);
  }
});

Deno.test("splitVcards() makes a card of version 3.0 of what old programs write, and says so", () => {
  const text = [
    "BEGIN:VCARD",
    "VERSION:2.1",
    "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=BCrgen",
    "TEL;HOME;VOICE:1",
    "ORG:Company, The;Desk",
    "NOTE;ENCODING=QUOTED-PRINTABLE:a,=0D=0A=",
    "b\\;c",
    "PHOTO;ENCODING=BASE64;JPEG:",
    "  AAAA",
    "BBBB",
    "",
    "LOGO;VALUE=URL:https://example.org/a,b",
    "SOUND;VALUE=INLINE:x",
    "TITLE:one",
    " two",
    "X-A,B:1,2",
    "item1.URL:https://example.org/",
    "END:VCARD",
    "",
  ].join("\r\n").replace("X-A,B", "X-AB");
  const steps = [...splitVcards(new TextEncoder().encode(text))];
  assert.equal(steps.length, 1);
  const [step] = steps;
  assert.ok(step?.type === "object");
  assert.deepEqual(
    new TextDecoder().decode(step.bytes).replace(/[0-9a-f]{32}/, "…"),
    [
      "BEGIN:VCARD",
      "VERSION:3.0",
      "UID:…@import",
      "FN:Jürgen Müller",
      "N:Müller;Jürgen",
      "TEL;TYPE=HOME;TYPE=VOICE:1",
      "ORG:Company\\, The;Desk",
      "NOTE:a\\,\\nb\\;c",
      "PHOTO;TYPE=JPEG;ENCODING=b:AAAABBBB",
      "LOGO;VALUE=uri:https://example.org/a,b",
      "SOUND:x",
      "TITLE:one two",
      "X-AB:1,2",
      "item1.URL:https://example.org/",
      "END:VCARD",
      "",
    ].join("\r\n"),
  );
  assert.match(step.notes[0]?.message ?? "", /^VERSION:2.1: made a card/);
  assert.equal(step.notes.length, 3);
});

Deno.test("splitVcards() changes only what it must in cards of other versions", () => {
  const read = (...lines: string[]) =>
    split(["BEGIN:VCARD", ...lines, "END:VCARD", ""].join("\r\n")).objects[0];
  // no VERSION: RFC 2426 in all else
  assert.equal(
    read("UID:a", "FN:A\\, B", "TEL;HOME:1"),
    card("UID:a", "FN:A\\, B", "TEL;HOME:1"),
  );
  assert.equal(
    read("VERSION:4", "UID:a", "FN:A"),
    card("UID:a", "FN:A").replace("3.0", "4.0"),
  );
  // habits of 2.1 in 3.0
  assert.equal(
    read("VERSION:3.0", "UID:a", "FN:A;B", "NOTE;QUOTED-PRINTABLE:=", "=41,"),
    card("UID:a", "FN:A;B", "NOTE:A\\,"),
  );
  assert.equal(
    read("VERSION:3.0", "UID:a", "FN:A", "NOTE:x", "3"),
    card("UID:a", "FN:A", "NOTE:x\r\n \\n3"),
  );
});

Deno.test("splitVcards() names a card without FN by what it has", () => {
  const name = (...lines: string[]) =>
    /^FN:(.*)\r$/m.exec(
      split(["BEGIN:VCARD", "UID:a", ...lines, "END:VCARD", ""].join("\r\n"))
        .objects[0] ?? "",
    )?.[1];
  assert.equal(name("N:Doe;Jane;Ann;Dr.;MD"), "Dr. Jane Ann Doe MD");
  assert.equal(name("N:;;", "FN: ", "ORG:A\\, B;C"), "A\\, B C");
  assert.equal(name("EMAIL:a@example.org", "TEL:1"), "a@example.org");
  assert.equal(name("NOTE:nobody"), undefined);
});

Deno.test("splitVcards() reads other encodings, and says so", () => {
  const text = A.replace("Ada", "Bär") + B;
  const wide = new Uint8Array(2 + text.length * 2);
  new DataView(wide.buffer).setUint16(0, 0xfeff);
  for (let at = 0; at < text.length; at++) {
    new DataView(wide.buffer).setUint16(2 + at * 2, text.charCodeAt(at));
  }
  const steps = [...splitVcards(wide)];
  assert.deepEqual(steps.map(({ type }) => type), ["note", "object", "object"]);
  const [, object] = steps;
  assert.ok(object?.type === "object");
  assert.ok(new TextDecoder().decode(object.bytes).includes("FN:Bär"));
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
