/**
 * The corpus, by `deno task corpus`: all recurrence facts, and every .ics file
 * expanded over 1970 to 2040, with the slowest ten and what is refused.
 *
 * @module
 */

import { corpusFolder } from "../corpus.ts";
import { expandCorpus } from "./expansion.ts";
import { EXCEPTIONS } from "./fact_exceptions.ts";
import { holds, readFacts } from "./facts.ts";

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

function checkFacts(folder: string): boolean {
  const facts = readFacts(folder);
  const wrong = facts.filter((fact) => !holds(fact, folder));
  const unlisted = wrong.filter(({ id }) => EXCEPTIONS[id] === undefined);
  print(
    `recurrence facts: ${facts.length}, met: ${
      facts.length - wrong.length
    }, proven wrong in docs/recurrence-facts.md: ${
      wrong.length - unlisted.length
    }, not met: ${unlisted.length}`,
  );
  for (const { id } of wrong) print(`  ${id}: ${EXCEPTIONS[id] ?? "NOT MET"}`);
  return facts.length > 0 && unlisted.length === 0;
}

function expandFiles(): boolean {
  const files = expandCorpus({ written: true });
  const sum = (of: (file: typeof files[number]) => number) =>
    files.reduce((all, file) => all + of(file), 0);
  const taken = files.filter(({ objects }) => objects > 0);
  const refused = files.filter((file) => file.refused.length > 0);
  print(
    `.ics files: ${files.length}, taken: ${taken.length}, of them in part: ${
      refused.filter(({ objects }) => objects > 0).length
    }, refused: ${files.length - taken.length}`,
  );
  print(
    `objects: ${sum(({ objects }) => objects)}, instances from 1970 to 2040: ${
      sum(({ instances }) => instances)
    }, objects with too many: ${sum(({ tooMany }) => tooMany)}`,
  );
  print("refused, with the line and the reason:");
  for (const { path, refused: parts, objects } of refused) {
    const [first] = parts;
    const more = parts.length > 1 ? ` (and ${parts.length - 1} more)` : "";
    const whole = objects > 0 ? "in part, " : "";
    print(`  ${path}: ${whole}line ${first?.line}: ${first?.why}${more}`);
  }
  print("more instances than one answer takes:");
  for (const { path, tooMany } of files) {
    if (tooMany > 0) print(`  ${path}`);
  }
  print("the slowest ten:");
  const slowest = [...files].sort((a, b) => b.time - a.time).slice(0, 10);
  for (const { path, time, instances, steps, objects } of slowest) {
    print(
      `  ${
        time.toFixed(1)
      } ms: ${path}, ${objects} objects, ${instances} instances, ${
        Math.round(steps)
      } steps`,
    );
  }
  return taken.length > 0;
}

const folder = corpusFolder();
if (folder === undefined) {
  print("There is no corpus: set KALENDS_CORPUS to its folder");
  Deno.exitCode = 1;
} else {
  const good = [checkFacts(folder), expandFiles()];
  if (good.includes(false)) Deno.exitCode = 1;
}
