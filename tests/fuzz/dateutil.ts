/**
 * The same question asked of python-dateutil.
 *
 * @module
 */

import { ruleText, timeText } from "./random_rules.ts";
import type { SetCase } from "./random_sets.ts";
import { reachOf } from "./set_model.ts";
import { civilIn } from "./zoned.ts";

const SCRIPT = new URL("dateutil_starts.py", import.meta.url).pathname;
const FOLDER = new URL("../../.venv/fuzz", import.meta.url).pathname;

/** The Python that has python-dateutil, undefined where there is none and none can be made. */
export async function findPython(
  options: { readonly install: boolean },
): Promise<string | undefined> {
  const own = `${FOLDER}/bin/python`;
  const able = async (python: string) =>
    await runs(python, ["-c", "import dateutil"]);
  if (await able(own)) return own;
  if (await able("python3")) return "python3";
  if (!options.install) return undefined;
  await runs("python3", ["-m", "venv", FOLDER]);
  await runs(own, ["-m", "pip", "-q", "install", "python-dateutil"]);
  return await able(own) ? own : undefined;
}

async function runs(command: string, args: string[]): Promise<boolean> {
  try {
    const options = { args, stdout: "null", stderr: "null" } as const;
    return (await new Deno.Command(command, options).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** For each set the instants of its starts near its range, RDATEs, EXRULEs and EXDATEs with times applied; undefined where it gives up. */
export async function dateutilSetStarts(
  python: string,
  sets: readonly SetCase[],
): Promise<(Set<number> | undefined)[]> {
  const child = new Deno.Command(python, {
    args: [SCRIPT],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const questions = sets.map((set) => `${JSON.stringify(questionOf(set))}\n`);
  const fed = new Blob(questions).stream().pipeTo(child.stdin);
  const [{ stdout }] = await Promise.all([child.output(), fed]);
  const lines = new TextDecoder().decode(stdout).trimEnd().split("\n");
  return lines.map((line) => {
    const seconds = JSON.parse(line) as number[] | null;
    return seconds === null
      ? undefined
      : new Set(seconds.map((each) => each * 1000));
  });
}

function questionOf(set: SetCase): Record<string, unknown> {
  const reach = reachOf(set);
  const local = (epoch: number) => timeText(civilIn(set.zone, epoch));
  return {
    zone: set.zone,
    start: timeText(set.start),
    from: local(set.from - reach),
    to: local(set.to + reach),
    rules: set.rules.map((each) => ruleText(each)),
    exrules: set.exclusions.map((each) => ruleText(each)),
    rdates: set.dates.map(({ civil }) => timeText(civil)),
    exdates: set.exceptions.filter(({ form }) => form !== "date")
      .map(({ civil }) => timeText(civil)),
  };
}
