/**
 * Runs a scenario for a while.
 *
 * @module
 */

import type { BenchClient } from "./client.ts";
import { type Ground, type Step, take } from "./questions.ts";
import type { Scenario } from "./scenarios.ts";

/** One line of the bench's output. */
export interface Measurement {
  /** Name of the server. */
  readonly server: string;
  /** Objects in the calendar. */
  readonly objects: number;
  /** Name of the scenario. */
  readonly scenario: string;
  /** Requests at once. */
  readonly connections: number;
  /** Answers, or (import) objects. */
  readonly requests: number;
  /** Answers that were wrong. */
  readonly errors: number;
  /** What was wrong with some of them. */
  readonly wrong: readonly string[];
  /** Seconds that all of it took. */
  readonly seconds: number;
  /** Right and wrong answers a second: with one connection, of the time that was spent waiting for them. */
  readonly perSecond: number;
  /** Half of the answers took at most so many milliseconds. */
  readonly p50: number;
  /** Of a hundred answers ninety-five took at most so many milliseconds. */
  readonly p95: number;
  /** Milliseconds of processor time that one answer cost the server, where that can be known. */
  readonly processorMs?: number;
}

/** What a scenario is measured with. */
export interface MeasureParts {
  /** Name of the server. */
  readonly server: string;
  /** The calendar. */
  readonly ground: Ground;
  /** Who asks. */
  readonly client: BenchClient;
  /** Longest time of the scenario. */
  readonly seconds: number;
  /** Milliseconds of processor time that the server has used so far; absent: not known. */
  readonly processor?: (() => number) | undefined;
}

/** Messages about wrong answers that are kept. */
const MAX_WRONG = 5;

/** Measures a scenario. */
export async function measure(
  scenario: Pick<Scenario, "name" | "connections" | "next" | "most">,
  { server, ground, client, seconds, processor }: MeasureParts,
): Promise<Measurement> {
  const { name, connections, most = Infinity } = scenario;
  const times: number[] = [];
  const wrong: string[] = [];
  let errors = 0;
  let count = 0;
  const used = processor?.();
  const begun = performance.now();

  async function work(): Promise<void> {
    while (count < most) {
      if (performance.now() - begun > seconds * 1000) return;
      const step: Step | undefined = await scenario.next(
        ground,
        client,
        count++,
      );
      if (step === undefined) return;
      const { ms, fault } = await take(step, client);
      times.push(ms);
      if (fault === undefined) continue;
      errors++;
      if (wrong.length < MAX_WRONG) wrong.push(fault);
    }
  }

  await Promise.all(Array.from({ length: connections }, work));
  const elapsed = (performance.now() - begun) / 1000;
  const processorMs = used === undefined || processor === undefined
    ? undefined
    : (processor() - used) / times.length;
  const waited = times.reduce((sum, ms) => sum + ms, 0) / 1000;
  times.sort((a, b) => a - b);
  const at = (share: number) =>
    round(
      times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0,
    );
  return {
    server,
    objects: ground.events.length,
    scenario: name,
    connections,
    requests: times.length,
    errors,
    wrong,
    seconds: round(elapsed),
    perSecond: round(times.length / (connections === 1 ? waited : elapsed)),
    p50: at(0.5),
    p95: at(0.95),
    ...(processorMs === undefined ? {} : { processorMs: round(processorMs) }),
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
