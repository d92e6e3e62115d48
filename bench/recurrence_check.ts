/**
 * Compares answers of a contestant with the right ones.
 *
 * @module
 */

import type { Contestant } from "./recurrence_contestants.ts";
import { type Question, rightAnswer } from "./recurrence_questions.ts";

/** What came out. */
export interface Checked {
  /** Answers that were compared. */
  readonly checked: number;
  /** Those of them that were wrong. */
  readonly wrong: number;
  /** Milliseconds that the last answer took. */
  readonly milliseconds: number;
}

/** Milliseconds after which no more ranges are asked for. */
const PATIENCE = 1_000;

/** Asks for one range after the other, for all of them where that is quick. */
export function checkAnswers(
  question: Question,
  contestant: Contestant,
): Checked {
  const ask = contestant.read(question);
  const begun = performance.now();
  let [checked, wrong, milliseconds] = [0, 0, 0];
  for (const range of question.ranges) {
    const before = performance.now();
    const found = ask(range).map((value) => contestant.epochOf(value));
    milliseconds = performance.now() - before;
    checked++;
    const right = rightAnswer(question, range);
    if (JSON.stringify(found) !== JSON.stringify(right)) wrong++;
    if (performance.now() - begun > PATIENCE) break;
  }
  return { checked, wrong, milliseconds };
}
