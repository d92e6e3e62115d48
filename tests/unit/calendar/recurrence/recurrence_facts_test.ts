import assert from "node:assert/strict";
import { corpusFolder } from "../../../corpus.ts";
import { COUNTED, EXCEPTIONS } from "../../../corpus/fact_exceptions.ts";
import { holds, readFacts } from "../../../corpus/facts.ts";

Deno.test("occurrences() agrees with the recurrence facts, but for the listed exceptions", () => {
  const folder = corpusFolder();
  const facts = folder === undefined ? [] : readFacts(folder);
  const wrong = facts.filter((fact) => !holds(fact, folder ?? ""))
    .map(({ id }) => id);
  // the gate reads this line
  const right = facts.length - wrong.length;
  Deno.stdout.writeSync(
    new TextEncoder().encode(
      `recurrence facts read: ${facts.length}, holding: ${right}\n`,
    ),
  );
  if (folder === undefined) return;
  assert.deepEqual(wrong.sort(), Object.keys(EXCEPTIONS).sort());
});

Deno.test("facts that leave DTSTART out of COUNT are wrong in nothing else", () => {
  const folder = corpusFolder();
  if (folder === undefined) return;
  const facts = readFacts(folder).filter(({ id }) =>
    EXCEPTIONS[id] === COUNTED
  );
  const wrong = facts.filter((fact) => !holds(fact, folder, { counted: 1 }));
  assert.deepEqual(wrong, []);
});

Deno.test("each exception among the facts has its proof", () => {
  const proofs = Deno.readTextFileSync(
    new URL("../../../../docs/recurrence-facts.md", import.meta.url),
  );
  for (const id of Object.keys(EXCEPTIONS)) {
    assert.ok(proofs.includes(`\`${id}\``), id);
  }
});
