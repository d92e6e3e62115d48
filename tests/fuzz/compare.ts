/**
 * Holds the starts of one rule against the plain reading of the RFC, and
 * against a walk from DTSTART.
 *
 * @module
 */

import { startsBetween } from "../../src/calendar/recurrence/rule_engine.ts";
import { plainStarts } from "./plain.ts";
import {
  type Case,
  type Random,
  randomCase,
  ruleText,
  timeText,
} from "./random_rules.ts";

/** What a comparison found. */
export interface Findings {
  /** Cases that both sides answered; sets where whole sets are compared. */
  compared: number;
  /** Cases that the other side gave up on. */
  givenUp: number;
  /** Cases that were more work than the engine does for one object. */
  tooMuch: number;
  /** Starts in all answers of the engine. */
  starts: number;
  /** Explained differences by their class. */
  readonly explained: Map<string, number>;
  /** Differences that nothing explains, each as a line for people. */
  readonly wrong: string[];
}

const STEPS = 200_000;

/** Periods that the plain reading may try. */
const PLAIN_PERIODS = 2_000;

/** Nothing found yet. */
export function noFindings(): Findings {
  return {
    compared: 0,
    givenUp: 0,
    tooMuch: 0,
    starts: 0,
    explained: new Map(),
    wrong: [],
  };
}

function ownStarts(each: Case): number[] | undefined {
  const { rule, start, from, to } = each;
  const budget = { steps: STEPS };
  const found = startsBetween(rule, start, { from, to, budget });
  return found.complete ? [...found.starts] : undefined;
}

function same(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length &&
    one.every((start, at) => start === other[at]);
}

function describe(
  each: Case,
  answers: Readonly<Record<string, readonly number[] | undefined>>,
): string {
  const lists = Object.entries(answers).map(([name, starts]) =>
    `${name}: ${starts?.slice(0, 6).map(timeText) ?? "gave up"}`
  );
  const { start, from, to } = each;
  return `${timeText(start.civil)} ${ruleText(each)} in ${timeText(from)} to ${
    timeText(to)
  }; ${lists.join("; ")}`;
}

/** Compares one case with another answer to the same question. */
function compareAnswer(
  each: Case,
  theirs: readonly number[] | undefined,
  findings: Findings,
): void {
  const ours = ownStarts(each);
  if (ours === undefined) {
    findings.wrong.push(describe(each, { ours }));
    return;
  }
  findings.starts += ours.length;
  if (theirs === undefined) {
    findings.givenUp++;
    return;
  }
  findings.compared++;
  if (!same(ours, theirs)) {
    findings.wrong.push(describe(each, { ours, theirs }));
  }
}

/** Compares random rules with the plain reading of the RFC. */
export function compareWithPlain(
  random: Random,
  count: number,
  findings: Findings,
): void {
  for (let each = 0; each < count; each++) {
    const one = randomCase(random);
    const plain = plainStarts(one, PLAIN_PERIODS);
    compareAnswer(one, plain, findings);
  }
}

/** Compares what a seek finds with a walk from DTSTART, from the year 1 to 9999. */
export function compareWithWalk(
  random: Random,
  count: number,
  findings: Findings,
): void {
  for (let each = 0; each < count; each++) {
    const one = atAnyTime(randomCase(random), random);
    const walked = ownStarts({ ...one, from: one.start.civil });
    const theirs = walked?.filter((civil) => civil >= one.from);
    compareAnswer(one, theirs, findings);
  }
}

const DAY = 86_400_000;

/** Moves a case to another time. */
function atAnyTime(each: Case, random: Random): Case {
  const shift = random.chance(0.5)
    ? 0
    : DAY * random.integer(-730_000, 2_900_000);
  const { start, from, to } = each;
  const until = start.until === undefined ? {} : { until: start.until + shift };
  return {
    ...each,
    start: { civil: start.civil + shift, ...until },
    from: from + shift,
    to: to + shift,
  };
}
