/**
 * Measurements as a page of Markdown.
 *
 * @module
 */

import type { Measurement } from "./measure.ts";

/** What the page says about the run. */
export interface RunFacts {
  /** When it began, as ISO 8601. */
  readonly date: string;
  /** Processor, memory, system. */
  readonly machine: string;
  /** Versions of all that took part. */
  readonly versions: readonly string[];
  /** Commit of this tree. */
  readonly commit: string;
  /** What else there is to know. */
  readonly notes: readonly string[];
}

/** Writes the page. */
export function writeTable(
  facts: RunFacts,
  measurements: readonly Measurement[],
): string {
  const ceilings = measurements.filter(({ server }) => server === "bare");
  const others = measurements.filter(({ server }) => server !== "bare");
  const sizes = [...new Set(others.map(({ objects }) => objects))];
  const lines = [
    `# Bench of ${facts.date.slice(0, 10)}`,
    "",
    `- Machine: ${facts.machine}`,
    `- Commit: ${facts.commit}`,
    ...facts.versions.map((version) => `- ${version}`),
    ...ceilings.map(({ connections, perSecond }) =>
      `- Ceiling of the driver, ${connections} at once: ${perSecond} requests a second`
    ),
    ...facts.notes.map((note) => `- ${note}`),
    "",
    "Events of 1.2 KB with a VTIMEZONE, one in five recurring. Answers a second;",
    "import: objects a second. With one connection the time counts that was spent",
    "waiting for answers. Brackets: answers that were wrong. ms: processor time",
    "of the server for one answer, which other work on the machine changes less.",
  ];
  for (const size of sizes) {
    lines.push("", `With ${size} objects in the calendar:`, "");
    lines.push(...tableOf(others.filter(({ objects }) => objects === size)));
  }
  const wrong = others.filter(({ errors }) => errors > 0);
  if (wrong.length > 0) lines.push("", "What was wrong:", "");
  for (const { server, objects, scenario, errors, wrong: some } of wrong) {
    const texts = [...new Set(some)].join("; ");
    lines.push(
      `- ${server}, ${objects} objects, ${scenario}: ${errors} answers: ${texts}`,
    );
  }
  return `${lines.join("\n")}\n`;
}

function tableOf(measurements: readonly Measurement[]): string[] {
  const servers = [...new Set(measurements.map(({ server }) => server))];
  const scenarios = [...new Set(measurements.map(({ scenario }) => scenario))];
  const isTimed = measurements.some((each) => each.processorMs !== undefined);
  const titles = servers.flatMap((each) => isTimed ? [each, "ms"] : [each]);
  const rows = scenarios.map((scenario) => {
    const cells = servers.flatMap((server) => {
      const found = measurements.find((each) =>
        each.server === server && each.scenario === scenario
      );
      const rate = found === undefined ? "" : formatCell(found);
      return isTimed ? [rate, found?.processorMs?.toFixed(2) ?? ""] : [rate];
    });
    const [any] = measurements.filter((each) => each.scenario === scenario);
    return `| ${scenario} | ${any?.connections ?? ""} | ${cells.join(" | ")} |`;
  });
  return [
    `| scenario | connections | ${titles.join(" | ")} |`,
    `|---|---:|${titles.map(() => "---:|").join("")}`,
    ...rows,
  ];
}

function formatCell({ perSecond, errors }: Measurement): string {
  const rate = perSecond >= 10 ? perSecond.toFixed(0) : perSecond.toFixed(2);
  return errors === 0 ? rate : `${rate} (${errors} wrong)`;
}
