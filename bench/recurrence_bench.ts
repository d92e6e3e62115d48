/**
 * The recurrence engine beside other libraries: `deno task bench:recurrence`,
 * which prints the ratios. Every answer is compared with the right one before
 * anything is timed.
 *
 * @module
 */

import {
  type Contestant,
  CONTESTANTS,
  OURS,
} from "./recurrence_contestants.ts";
import { checkAnswers } from "./recurrence_check.ts";
import { type Question, QUESTIONS } from "./recurrence_questions.ts";

/** Milliseconds of one answer from which on only a few are timed. */
const SLOW = 20;

function register(question: Question, contestant: Contestant): void {
  const { wrong, checked, milliseconds } = checkAnswers(question, contestant);
  const notes = [
    ...(wrong > 0 ? [`WRONG: ${wrong} of ${checked} answers`] : []),
    ...(contestant.keeps ? ["one range"] : []),
  ];
  const name = [contestant.name, ...notes].join("; ");
  const few = milliseconds > SLOW && !contestant.keeps
    ? { n: 5, warmup: 0 }
    : {};
  const baseline = contestant.name === OURS;
  const ask = contestant.read(question);
  const { ranges } = question;
  let asked = 0;
  const next = () => ranges[contestant.keeps ? 0 : asked++ % ranges.length];
  Deno.bench({
    name,
    group: `${question.name}, from what is held`,
    baseline,
    ...few,
    fn() {
      const range = next();
      if (range !== undefined) ask(range);
    },
  });
  if (contestant.keeps) return;
  Deno.bench({
    name,
    group: `${question.name}, from text`,
    baseline,
    ...few,
    fn() {
      const range = next();
      if (range !== undefined) contestant.read(question)(range);
    },
  });
}

for (const question of QUESTIONS) {
  for (const contestant of CONTESTANTS) register(question, contestant);
}
