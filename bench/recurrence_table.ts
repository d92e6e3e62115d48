/**
 * The output of `deno bench --json` as a table of ratios.
 *
 * @module
 */

/** As much of the output as is read. */
export interface BenchOutput {
  /** Processor. */
  readonly cpu: string;
  /** Version of the runtime. */
  readonly runtime: string;
  /** One for each thing that was timed. */
  readonly benches: readonly {
    /** Group of things that are compared. */
    readonly group: string;
    /** Name of the contestant, with remarks behind a semicolon. */
    readonly name: string;
    /** What came out. */
    readonly results: readonly {
      /** Times in nanoseconds. */
      readonly ok?: { readonly avg: number; readonly p75: number };
    }[];
  }[];
}

/** A line of a group. */
interface Line {
  readonly name: string;
  readonly avg: number;
  readonly p75: number;
}

/**
 * A table for each group, with the ratio to ours by the average and by the
 * time that three quarters of the runs stayed below; below it the ratio to the
 * best of the others, wrong answers and answers that were kept left out.
 */
export function ratioTable(
  output: BenchOutput,
  { ours, goals }: {
    /** Name of the contestant that the others are compared with. */
    readonly ours: string;
    /** Ratio that is wanted, by group. */
    readonly goals: ReadonlyMap<string, number>;
  },
): string {
  const groups = new Map<string, Line[]>();
  for (const { group, name, results } of output.benches) {
    const ok = results[0]?.ok;
    if (ok === undefined) continue;
    const lines = groups.get(group) ?? [];
    lines.push({ name, avg: ok.avg, p75: ok.p75 });
    groups.set(group, lines);
  }
  const out = [`${output.cpu}, ${output.runtime}`, ""];
  for (const [group, lines] of groups) {
    const own = lines.find(({ name }) => name === ours);
    if (own === undefined) continue;
    out.push(`## ${group}`, "", "| | average | 75 % below | ratio | |");
    out.push("|---|---:|---:|---:|---|");
    for (const { name, avg, p75 } of lines) {
      const [who = "", ...remarks] = name.split("; ");
      out.push(
        `| ${who} | ${time(avg)} | ${time(p75)} | ${ratio(p75, own.p75)} | ${
          remarks.join("; ")
        } |`,
      );
    }
    const others = lines.filter(({ name }) =>
      name !== ours && !name.includes("; ")
    );
    const best = others.reduce<Line | undefined>(
      (least, each) =>
        least === undefined || each.p75 < least.p75 ? each : least,
      undefined,
    );
    if (best === undefined) continue;
    const goal = goals.get(group);
    const wanted = goal === undefined ? "" : `; wanted: ${goal} times`;
    out.push(
      "",
      `${ours} is ${
        ratio(best.p75, own.p75)
      } times as fast as the best of the others, ${best.name} (${
        ratio(best.avg, own.avg)
      } by the average)${wanted}.`,
      "",
    );
  }
  return out.join("\n");
}

function ratio(other: number, own: number): string {
  const value = other / own;
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}

function time(nanoseconds: number): string {
  if (nanoseconds < 1e4) return `${nanoseconds.toFixed(0)} ns`;
  if (nanoseconds < 1e7) return `${(nanoseconds / 1e3).toFixed(1)} µs`;
  return `${(nanoseconds / 1e6).toFixed(0)} ms`;
}
