/**
 * The reviewed list of corpus files that the server refuses, with reasons:
 * `tests/corpus/refused.json`.
 *
 * @module
 */

import assert from "node:assert/strict";

/** A file that was refused. */
export interface Refusal {
  /** Path inside the corpus. */
  readonly file: string;
  /** Why. */
  readonly problem: { readonly name: string; readonly line?: number };
}

/** A file that PUT refuses on purpose: one row of `tests/corpus/refused.json`. */
export interface ReviewedFile {
  /** Path inside the corpus. */
  readonly file: string;
  /** Name of the condition element. */
  readonly condition: string;
  /** Number of the offending line, null where no single line is at fault. */
  readonly line: number | null;
  /** Kind of refusal, as `docs/corpus-review.md` explains it. */
  readonly class: string;
  /** The rule that is broken: RFC and section. */
  readonly rule: string;
  /** What is wrong with this file. */
  readonly reason: string;
  /** Objects that import makes of it. */
  readonly imported: number;
}

/** The reviewed refusals of files with this ending. */
export function reviewedRefusals(ending: string): readonly ReviewedFile[] {
  const path = new URL("corpus/refused.json", import.meta.url);
  const list = JSON.parse(Deno.readTextFileSync(path)) as ReviewedFile[];
  return list.filter(({ file }) => file.endsWith(ending));
}

/** Fails where a row of a list says nothing. */
export function checkReasons(
  list: readonly {
    readonly file: string;
    readonly class: string;
    readonly rule: string;
    readonly reason: string;
  }[],
): void {
  for (const row of list) {
    assert.match(row.class, /^[a-z0-9]+(?:-[a-z0-9]+)*$/, row.file);
    assert.match(row.rule, /^RFC \d+ section \d/, row.file);
    assert.ok(
      row.reason.length > 15,
      `${row.file} is refused without a reason`,
    );
  }
}

/** How many rows there are of each class, the most first, as text. */
export function countClasses(
  list: readonly { readonly class: string }[],
): string {
  return [...Map.groupBy(list, (row) => row.class)]
    .map(([name, rows]) => [name, rows.length] as const)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${count} ${name}`).join(", ");
}

/** Fails where what was refused is not exactly what was reviewed: file, condition and line. */
export function compareWithReviewed(
  refused: readonly Refusal[],
  ending: string,
): void {
  const reviewed = reviewedRefusals(ending);
  checkReasons(reviewed);
  assert.deepEqual(
    refused.map(({ file, problem }) => ({
      file,
      condition: problem.name,
      line: problem.line ?? null,
    })),
    reviewed.map(({ file, condition, line }) => ({ file, condition, line })),
  );
}
