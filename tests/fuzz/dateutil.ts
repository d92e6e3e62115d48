/**
 * The same question asked of python-dateutil.
 *
 * @module
 */

import { type Case, ruleText, timeText } from "./random_rules.ts";

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

/** Its starts for each case as civil milliseconds; undefined where it gives up. */
export async function dateutilStarts(
  python: string,
  cases: readonly Case[],
): Promise<(number[] | undefined)[]> {
  const child = new Deno.Command(python, {
    args: [SCRIPT],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const questions = cases.map((each) =>
    JSON.stringify({
      start: timeText(each.start.civil),
      from: timeText(each.from),
      to: timeText(each.to),
      rule: ruleText(each),
    }) + "\n"
  );
  const fed = new Blob(questions).stream().pipeTo(child.stdin);
  const [{ stdout }] = await Promise.all([child.output(), fed]);
  const lines = new TextDecoder().decode(stdout).trimEnd().split("\n");
  return lines.map((line) => {
    const starts = JSON.parse(line) as string[] | null;
    return starts?.map(civilOf);
  });
}

function civilOf(text: string): number {
  const [, date, hour, minute, second] =
    /^(\d{8})T(\d\d)(\d\d)(\d\d)$/.exec(text) ?? [];
  const day = date?.replace(/(....)(..)(..)/, "$1-$2-$3");
  return Date.parse(`${day}T${hour}:${minute}:${second}Z`);
}
