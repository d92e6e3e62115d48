import assert from "node:assert/strict";
import { checkAddressObject } from "../../../src/contacts/validate.ts";
import { corpusFiles, corpusFolder } from "../../corpus.ts";
import { compareWithReviewed, type Refusal } from "../../refused.ts";

function report(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

Deno.test("checkAddressObject() takes the corpus but for the reviewed refusals", () => {
  const files = corpusFiles(".vcf");
  const refused: Refusal[] = [];
  let named = 0;
  for (const { path, bytes } of files) {
    const checked = checkAddressObject(bytes);
    if (!checked.ok) refused.push({ file: path, problem: checked.problem });
    else if (checked.facts.uid !== undefined) named++;
  }
  const accepted = files.length - refused.length;
  report(
    `corpus .vcf read: ${files.length}, accepted: ${accepted}, with UID: ${named}`,
  );
  if (corpusFolder() === undefined) return report("no corpus: nothing checked");
  compareWithReviewed(refused, ".vcf");
  assert.ok(named >= 60, `only ${named} with a UID were accepted`);
});
