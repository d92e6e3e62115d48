import assert from "node:assert/strict";
import { corpusFolder } from "../../corpus.ts";
import { expandCorpus } from "../../corpus/expansion.ts";

interface Reviewed {
  readonly file: string;
}

/** Files with an object that happens more often in seventy years than one answer takes: every minute, for ever. */
const TOO_MANY: readonly string[] = [
  "ics/kcalendarcore/autotests/data/RecurrenceRule/KAlarm_3.4/KAlarm_TestCase09.ics",
];

Deno.test("every .ics file of the corpus is expanded from 1970 to 2040, or refused as reviewed", () => {
  const files = expandCorpus({ written: false });
  const objects = files.reduce((all, each) => all + each.objects, 0);
  const instances = files.reduce((all, each) => all + each.instances, 0);
  Deno.stdout.writeSync(
    new TextEncoder().encode(
      `corpus .ics expanded: ${files.length} files, ${objects} objects, ${instances} instances\n`,
    ),
  );
  if (corpusFolder() === undefined) return;
  assert.ok(objects > 3_000, `only ${objects} objects`);
  assert.ok(instances > 100_000, `only ${instances} instances`);
  assert.deepEqual(
    files.filter(({ tooMany }) => tooMany > 0).map(({ path }) => path),
    TOO_MANY,
  );
  const list = new URL("../../corpus/import_refused.json", import.meta.url);
  const reviewed = JSON.parse(Deno.readTextFileSync(list)) as Reviewed[];
  const known = new Set(reviewed.map(({ file }) => file));
  assert.deepEqual(
    files.filter(({ path, refused }) => refused.length > 0 && !known.has(path))
      .map(({ path }) => path),
    [],
  );
});
