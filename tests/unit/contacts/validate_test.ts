import assert from "node:assert/strict";
import {
  ADDRESS_FACTS_VERSION,
  checkAddressObject,
} from "../../../src/contacts/validate.ts";

function bytesOf(...lines: string[]): Uint8Array {
  return new TextEncoder().encode(lines.map((each) => `${each}\r\n`).join(""));
}

const CARD = [
  "BEGIN:VCARD",
  "VERSION:3.0",
  "UID:one",
  "FN:Jane Doe",
  "N:Doe;Jane;;;",
  "END:VCARD",
];

function cardOf(...lines: string[]): Uint8Array {
  return bytesOf("BEGIN:VCARD", ...lines, "END:VCARD");
}

Deno.test("checkAddressObject() gives the facts of one vCard of 3.0 or 4.0", () => {
  const facts = { component: "VCARD", version: ADDRESS_FACTS_VERSION };
  assert.deepEqual(checkAddressObject(bytesOf(...CARD)), {
    ok: true,
    facts: { ...facts, uid: "one" },
  });
  const four = cardOf("FN:x", "VERSION: 4.0", "UID:urn:uuid:1 ");
  assert.deepEqual(checkAddressObject(four), {
    ok: true,
    facts: { ...facts, uid: "urn:uuid:1" },
  });
});

Deno.test("checkAddressObject() takes what real programs write", () => {
  const facts = { component: "VCARD", version: ADDRESS_FACTS_VERSION };
  for (
    const lines of [
      ["VERSION:3.0", "FN:no UID"],
      ["VERSION:3.0", "UID:", "TEL;HOME;VOICE:1"],
      ["VERSION:4.0", "item1.TEL:1", "item1.X-ABLabel:x", "KIND:group"],
      ["VERSION:4.0", "X-messaging/xmpp-All:a@example.com"],
    ]
  ) {
    assert.deepEqual(checkAddressObject(cardOf(...lines)), { ok: true, facts });
  }
  const text = `\ufeff${CARD.join("\n")}\n\n`;
  assert.ok(checkAddressObject(new TextEncoder().encode(text)).ok);
  const lower = CARD.map((line) => line.replace("VCARD", "vcard"));
  assert.ok(checkAddressObject(bytesOf(...lower)).ok);
});

Deno.test("checkAddressObject() names the condition and the line of what is wrong", () => {
  const latin = bytesOf(...CARD, "");
  latin[latin.indexOf("J".charCodeAt(0))] = 0xe4;
  const data = "valid-address-data";
  const version = "supported-address-data";
  const cases: [string, Uint8Array, string, number | undefined][] = [
    ["empty", new Uint8Array(), data, undefined],
    ["something else", bytesOf("hello: world"), data, 1],
    ["no END", bytesOf(...CARD.slice(0, -1)), data, 1],
    ["another END", bytesOf(...CARD.slice(0, -1), "END:VEVENT"), data, 6],
    ["an event", bytesOf("BEGIN:VEVENT", "END:VEVENT"), data, 1],
    ["two cards", bytesOf(...CARD, ...CARD), data, 7],
    ["one inside", cardOf("VERSION:3.0", "BEGIN:VCARD"), data, 3],
    ["no VERSION", cardOf("FN:x"), data, 1],
    ["2.1", cardOf("VERSION:2.1", "FN:x"), version, 2],
    ["2.1 with soft breaks", cardOf("VERSION:2.1", "N:=", "x"), version, 4],
    ["two UIDs", cardOf("VERSION:3.0", "UID:1", "UID:2"), data, 4],
    ["a line without a colon", cardOf("VERSION:3.0", "FN"), data, 3],
    ["not UTF-8", latin, data, 4],
    ["10,000 BEGINs", bytesOf(...Array(10_000).fill("BEGIN:VCARD")), data, 1],
  ];
  for (const [what, bytes, name, line] of cases) {
    const checked = checkAddressObject(bytes);
    assert.ok(!checked.ok, what);
    assert.deepEqual(
      [checked.problem.name, checked.problem.line],
      [name, line],
      what,
    );
    assert.ok(checked.problem.message.length > 10);
  }
});

Deno.test("checkAddressObject() takes one line of 1 MiB and 100,000 lines", () => {
  const photo = `PHOTO;ENCODING=b:${"x".repeat(1 << 20)}`;
  assert.ok(checkAddressObject(cardOf("VERSION:3.0", photo)).ok);
  const many = Array(100_000).fill("TEL;TYPE=HOME:1").join("\r\n");
  assert.ok(checkAddressObject(cardOf("VERSION:3.0", many)).ok);
});
