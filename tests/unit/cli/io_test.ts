import assert from "node:assert/strict";
import { readText, readTyped } from "../../../src/cli/io.ts";
import { makePassword } from "../../../src/cli/first_account.ts";

/** A stream that gives these chunks. */
function stream(...chunks: (string | number[])[]) {
  const rest = chunks.map((chunk) =>
    typeof chunk === "string"
      ? new TextEncoder().encode(chunk)
      : new Uint8Array(chunk)
  );
  return {
    read(buffer: Uint8Array): Promise<number | null> {
      const chunk = rest.shift();
      if (chunk === undefined) return Promise.resolve(null);
      buffer.set(chunk);
      return Promise.resolve(chunk.length);
    },
  };
}

for (
  const [name, chunks, text] of [
    ["until Return", ["secr", "et\r"], "secret"],
    ["until a line feed", ["secret\nmore"], "secret"],
    ["until the input ends", ["secret"], "secret"],
    ["with a character taken back", ["sex\x7fcret\r"], "secret"],
    [
      "with a long character taken back",
      ["se\u00e4\x7f\u20ac\bcret\r"],
      "secret",
    ],
    ["with more taken back than there is", ["\x7f\x7fa\r"], "a"],
    ["begun anew by Control-U", ["wrong\x15secret\r"], "secret"],
    ["with a character in two pieces", [[0xc3], [0xa4, 13]], "\u00e4"],
    ["with Control-D inside", ["a\x04b\r"], "a\x04b"],
    ["broken off by Control-C", ["secret\x03"], undefined],
    ["broken off by Control-D", ["\x04"], undefined],
    ["not at all", [], undefined],
  ] as const
) {
  Deno.test(`readTyped() reads what is typed ${name}`, async () => {
    const input = stream(...chunks.map((it) => it as string | number[]));
    assert.equal(await readTyped(input), text);
  });
}

Deno.test("readTyped() gives up on input without end", async () => {
  const endless = {
    read: (b: Uint8Array) => Promise.resolve(b.fill(97).length),
  };
  assert.equal(await readTyped(endless), undefined);
});

Deno.test("readText() reads to the end, or to its limit", async () => {
  assert.equal(await readText(stream("ab", "cd"), 100), "abcd");
  const endless = {
    read: (b: Uint8Array) =>
      Promise.resolve(b.fill(97, 0, 3) && Math.min(3, b.length)),
  };
  assert.equal(await readText(endless, 10), "a".repeat(10));
});

Deno.test("makePassword() makes another one each time", () => {
  const all = new Set(Array.from({ length: 100 }, makePassword));
  assert.equal(all.size, 100);
  for (const password of all) assert.match(password, /^([a-z2-9]{5}-?){4}$/);
});
