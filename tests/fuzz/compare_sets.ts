/**
 * Holds whole recurrence sets, read from iCalendar text, against what other
 * programs make of them.
 *
 * @module
 */

import { parseCalendarText } from "../../src/calendar/parse.ts";
import { occurrences } from "../../src/calendar/recurrence/recurrence.ts";
import { mainComponents } from "../../src/calendar/validate.ts";
import { zonesOf } from "../../src/calendar/zones/vtimezone.ts";
import { zoneByName } from "../../src/calendar/zones/zones.ts";
import type { Findings } from "./compare.ts";
import { dateutilSetStarts } from "./dateutil.ts";
import {
  DATEUTIL_DIFFERENCES,
  type Difference,
  explain,
  TEMPORAL_DIFFERENCES,
} from "./differences.ts";
import { type Random, timeText } from "./random_rules.ts";
import { randomSet, type SetCase } from "./random_sets.ts";
import { temporalSetStarts } from "./rrule_temporal.ts";
import { plainSetStarts, type Span, spansOf, startsAt } from "./set_model.ts";
import { setText } from "./set_text.ts";

/** Work for one set: all seconds of some days. */
const STEPS = 2_000_000;

/** Periods that the plain reading may try where another program differs: the seconds of some days. */
const PLAIN_PERIODS = 400_000;

/** The engine's instances; undefined where it gives up. */
export function ownSpans(set: SetCase): Span[] | undefined {
  const parsed = parseCalendarText(setText(set));
  const floating = zoneByName(set.zone);
  if (!parsed.ok || floating === undefined) return undefined;
  const { instances, complete } = occurrences(
    mainComponents(parsed.calendar),
    { start: set.from, end: set.to },
    {
      zones: zonesOf(parsed.calendar),
      floating,
      budget: { steps: STEPS },
    },
  );
  if (!complete) return undefined;
  return instances.map(({ start, end }): Span => [start, end])
    .sort(([a, aEnd], [b, bEnd]) => a - b || aEnd - bEnd);
}

function same(one: readonly Span[], other: readonly Span[]): boolean {
  return one.length === other.length &&
    one.every(([start, end], at) =>
      other[at]?.[0] === start && other[at]?.[1] === end
    );
}

function describe(
  set: SetCase,
  answers: Readonly<Record<string, readonly Span[] | undefined>>,
): string {
  const lists = Object.entries(answers).map(([name, spans]) =>
    `${name}: ${
      spans?.slice(0, 6).map((span) => span.map(timeText).join("-")) ??
        "gave up"
    }`
  );
  const lines = setText(set).split("\r\n").slice(3, -2)
    .filter((line) => !/^(UID|BEGIN|END)/.test(line));
  return `${set.zone} ${lines.join(" ")} in ${timeText(set.from)} to ${
    timeText(set.to)
  }; ${lists.join("; ")}`;
}

/** Compares one set with what another program says of its starts. */
export function compareSet(
  set: SetCase,
  starts: Iterable<number> | undefined,
  options: {
    readonly differences: readonly Difference[];
    readonly findings: Findings;
  },
): void {
  const { differences, findings } = options;
  const ours = ownSpans(set);
  if (ours === undefined) {
    findings.tooMuch++;
    return;
  }
  findings.starts += ours.length;
  if (starts === undefined) {
    findings.givenUp++;
    return;
  }
  findings.compared++;
  const theirs = spansOf(set, startsAt(set, starts));
  if (same(ours, theirs)) return;
  const moves = set.zone !== "UTC";
  const rules = [...set.rules, ...set.exclusions].map(({ rule }) => rule);
  const reason = explain(rules, moves, differences);
  const plainly = plainSetStarts(set, PLAIN_PERIODS);
  const plain = plainly && spansOf(set, plainly);
  if (reason === undefined || plain === undefined || !same(ours, plain)) {
    findings.wrong.push(describe(set, { ours, theirs, plain }));
    return;
  }
  const { name } = reason;
  findings.explained.set(name, (findings.explained.get(name) ?? 0) + 1);
}

/** Compares random sets with rrule-temporal until so many have been compared. */
export function compareWithTemporal(
  random: Random,
  count: number,
  findings: Findings,
): void {
  const differences = TEMPORAL_DIFFERENCES;
  while (findings.compared < count && findings.wrong.length < MOST_WRONG) {
    const set = randomSet(random);
    compareSet(set, temporalSetStarts(set), { differences, findings });
  }
}

/** After so many differences that nothing explains a comparison ends. */
const MOST_WRONG = 100;

/** Sets that python-dateutil is asked about at once. */
const BATCH = 2_000;

/** Compares random sets with python-dateutil until so many have been compared. */
export async function compareWithDateutil(
  random: Random,
  count: number,
  options: { readonly python: string; readonly findings: Findings },
): Promise<void> {
  const { python, findings } = options;
  const differences = DATEUTIL_DIFFERENCES;
  while (findings.compared < count && findings.wrong.length < MOST_WRONG) {
    const sets: SetCase[] = [];
    while (sets.length < Math.min(BATCH, count)) {
      const set = randomSet(random);
      if (isKnownToPython(set)) sets.push(set);
    }
    const answers = await dateutilSetStarts(python, sets);
    for (const [at, set] of sets.entries()) {
      compareSet(set, answers[at], { differences, findings });
    }
  }
}

/** Python's dates end with the year 9999, and RFC 7529 is unknown to it. */
function isKnownToPython(set: SetCase): boolean {
  const most = Date.UTC(9990, 0, 1);
  return set.to < most &&
    [...set.rules, ...set.exclusions].every(({ rule, start }) =>
      rule.skip === "OMIT" && (start.until ?? 0) < most
    );
}
