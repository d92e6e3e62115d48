import assert from "node:assert/strict";
import {
  formatCounts,
  listFaults,
  parseTable,
} from "../../../tools/conformance_check.ts";
import {
  digestRequirements,
  extractRequirements,
} from "../../../tools/conformance_extract.ts";

const REQUIRED = extractRequirements(
  "1",
  "1.  One\n\n   It MUST a.  It MUST b.\n\n2.  Two\n\n   It SHOULD c.\n",
);

const TABLE = `# Title

<!-- sentences: ${digestRequirements(REQUIRED)} -->

| id | section | statement | status | evidence |
| --- | --- | --- | --- | --- |
| 1-1-1 | 1 | a | tested | tests/a_test.ts: one<br>tests/a_test.ts: t\\|wo |
| 1-1-2 | 1 | b | open | step 3 |
| 1-2-1 | 2 | c | client | theirs |
`;

/** Faults of the table after one replacement in its text. */
function faults(from = "", to = "", required = true): string[] {
  return listFaults(parseTable(TABLE.replace(from, to)), {
    required: required ? REQUIRED : null,
    testNames: (file) =>
      file === "tests/a_test.ts"
        ? (name) => name === "one" || name === "t|wo"
        : null,
  });
}

Deno.test("listFaults() finds none in a good table", () => {
  assert.deepEqual(faults(), []);
});

for (
  const [what, from, to, expected] of [
    [
      "a sentence without a row",
      "| 1-2-1 | 2 | c | client | theirs |",
      "",
      /^1-2-1 has no row$/,
    ],
    ["a row without a sentence", "1-2-1 | 2", "1-3-1 | 3", /1-3-1 is no sen/],
    ["a row that is there twice", "1-1-2", "1-1-1", /1-1-1 has two rows/],
    ["a test that does not exist", ": one", ": none", /not exist: .*: none$/],
    [
      "a test file that does not exist",
      "a_test.ts: one",
      "b_test.ts: one",
      /b_test/,
    ],
    [
      "a tested row without a test",
      "tests/a_test.ts: one<br>",
      "yes<br>",
      /no test as/,
    ],
    ["an open row without a step", "step 3", "later", /names no step/],
    ["a reason left out", "theirs", "", /gives no reason/],
    ["an unknown status", "client", "maybe", /unknown status "maybe"/],
    ["a wrong section", "| 2 | c", "| 9 | c", /says section 9/],
    ["an empty statement", "| c |", "| |", /no statement/],
    ["another list of sentences", "sentences: ", "sentences: 0", /written for/],
  ] as const
) {
  Deno.test(`listFaults() names ${what}`, () => {
    assert.ok(
      faults(from, to).some((fault) => expected.test(fault)),
      faults(from, to).join("\n"),
    );
  });
}

Deno.test("listFaults() checks the rows alone where the text is not at hand", () => {
  assert.deepEqual(faults("1-2-1 | 2", "1-3-1 | 3", false), []);
  assert.equal(faults("step 3", "later", false).length, 1);
});

Deno.test("formatCounts() counts each status", () => {
  assert.equal(
    formatCounts(parseTable(TABLE).rows),
    "3 rows: 1 tested, 1 open, 1 client, 0 n/a, 0 deviation",
  );
});

Deno.test("listFaults() asks for the sentences of the sections that a table is about, and no others", () => {
  const required = ["7.1", "7.10", "71", "8"].map((section) => ({
    id: `1-${section}-1`,
    section,
    sentence: `${section} MUST`,
  }));
  const about = required.slice(0, 2);
  const table = parseTable(
    `<!-- sections: 7 -->\n<!-- sentences: ${digestRequirements(about)} -->\n` +
      about.map(({ id, section }) =>
        `| ${id} | ${section} | it | client | theirs |\n`
      ).join(""),
  );
  assert.deepEqual(table.sections, ["7"]);
  assert.deepEqual(listFaults(table, { required, testNames: () => null }), []);
});
