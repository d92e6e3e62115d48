import assert from "node:assert/strict";
import {
  digestRequirements,
  extractRequirements,
  joinPages,
  readRfc,
  splitSentences,
} from "../../../tools/conformance_extract.ts";

const TEXT = `
   1.  Contents ....... 1

1.  Introduction

   The key words "MUST", "SHOULD" are to be interpreted as described.
   A server MUST do one.  It may do
   two.  It SHOULD NOT
   do three (e.g., MUST is a word).


Somebody                    Standards Track                     [Page 1]
\f
RFC 9999                      Title                         May 2000


   o  First item MUST hold.
   o  Second item is
      RECOMMENDED.

2.1.  Deeper

   A sentence that goes over the end of a page and

Somebody                    Standards Track                     [Page 2]
\f
RFC 9999                      Title                         May 2000

   SHALL be one.  A must in small letters demands nothing.

Appendix C.  More

   REQUIRED here.
`;

Deno.test("extractRequirements() numbers the sentences of each section", () => {
  const found = extractRequirements("9999", TEXT);
  assert.deepEqual(found.map(({ id, sentence }) => [id, sentence]), [
    ["9999-1-1", "A server MUST do one."],
    ["9999-1-2", "It SHOULD NOT do three (e.g., MUST is a word)."],
    ["9999-1-3", "First item MUST hold."],
    ["9999-1-4", "Second item is RECOMMENDED."],
    [
      "9999-2.1-1",
      "A sentence that goes over the end of a page and SHALL be one.",
    ],
    ["9999-C-1", "REQUIRED here."],
  ]);
  assert.equal(found[4]?.section, "2.1");
});

Deno.test("joinPages() removes footers, headers and form feeds", () => {
  const lines = joinPages(TEXT).join("\n");
  assert.doesNotMatch(lines, /Page \d|RFC 9999|\f/);
  assert.match(lines, /of a page and\n {3}SHALL be one/);
});

Deno.test("splitSentences() does not split behind abbreviations", () => {
  assert.deepEqual(
    splitSentences('One, e.g. Two, i.e. Three. Four (see "5.6. Seven") end.'),
    ["One, e.g. Two, i.e. Three.", 'Four (see "5.6.', 'Seven") end.'],
  );
});

Deno.test("digestRequirements() changes with a sentence and with its number", () => {
  const [first, second] = extractRequirements("9999", TEXT);
  assert.ok(first && second);
  const digest = digestRequirements([first, second]);
  assert.match(digest, /^[0-9a-f]{16}$/);
  const reworded = { ...second, sentence: "It MUST." };
  assert.notEqual(digest, digestRequirements([first, reworded]));
  assert.notEqual(
    digest,
    digestRequirements([first, { ...second, id: "9999-1-3" }]),
  );
});

Deno.test("readRfc() gives null for an RFC that is not at hand", () => {
  assert.equal(readRfc("0"), null);
});

Deno.test("extractRequirements() takes every keyword of an RFC, but those of RFC 2119's own sentence", () => {
  const text = readRfc("4918");
  if (text === null) return;
  const keyword = /\b(?:MUST|SHALL|REQUIRED|SHOULD|RECOMMENDED)\b/g;
  const found = extractRequirements("4918", text);
  const taken = found.flatMap(({ sentence }) => sentence.match(keyword) ?? []);
  assert.equal(taken.length, (text.match(keyword)?.length ?? 0) - 8);
});
