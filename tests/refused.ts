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

interface Reviewed {
  readonly file: string;
  readonly condition: string;
  readonly line: number | null;
  readonly why: string;
}

/** The reviewed refusals of files with this ending. */
export function reviewedRefusals(ending: string): readonly Reviewed[] {
  const path = new URL("corpus/refused.json", import.meta.url);
  const list = JSON.parse(Deno.readTextFileSync(path)) as Reviewed[];
  return list.filter(({ file }) => file.endsWith(ending));
}

/** Fails where what was refused is not exactly what was reviewed: file, condition and line. */
export function compareWithReviewed(
  refused: readonly Refusal[],
  ending: string,
): void {
  const reviewed = reviewedRefusals(ending);
  for (const { file, why } of reviewed) {
    assert.ok(why.length > 5, `${file} is refused without a reason`);
  }
  assert.deepEqual(
    refused.map(({ file, problem }) => ({
      file,
      condition: problem.name,
      line: problem.line ?? null,
    })),
    reviewed.map(({ file, condition, line }) => ({ file, condition, line })),
  );
}
