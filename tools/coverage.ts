/**
 * Sums up how many lines of `src/` the tests ran, and fails below the floor.
 *
 * Run as `deno task coverage`, which runs the tests first.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { listSources } from "./check_imports.ts";

/** Share of lines that must be run, in percent. */
export const FLOOR = 90;

/** Lines of one file. */
export interface FileCoverage {
  /** Path below the project. */
  readonly file: string;
  /** Lines with code. */
  readonly lines: number;
  /** Those that were run. */
  readonly hit: number;
}

/** Reads an lcov report; paths are given below `root`, others are left out. */
export function parseLcov(text: string, root: string): FileCoverage[] {
  const files: FileCoverage[] = [];
  let file = "";
  let lines = 0;
  let hit = 0;
  for (const line of text.split("\n")) {
    const [key, value = ""] = line.split(/:(.*)/s);
    if (key === "SF") {
      file = value.startsWith(root) ? value.slice(root.length) : "";
      lines = 0;
      hit = 0;
    } else if (key === "DA") {
      lines++;
      if (Number(value.split(",")[1]) > 0) hit++;
    } else if (key === "end_of_record" && file !== "") {
      files.push({ file, lines, hit });
    }
  }
  return files;
}

/** Percent of lines that were run, 0 where there is no line. */
export function percentOf(files: readonly FileCoverage[]): number {
  const lines = files.reduce((sum, file) => sum + file.lines, 0);
  const hit = files.reduce((sum, file) => sum + file.hit, 0);
  return lines === 0 ? 0 : 100 * hit / lines;
}

/** Whether a source has code, not only types: a file without any can't be covered. */
export function hasCode(source: string): boolean {
  return /^(?:export )?(?:async )?(?:function|const|let|class)\b/m.test(source);
}

/** The report: files below the floor, files that no test loads, folders, the sum. */
export function formatReport(
  files: readonly FileCoverage[],
  unseen: readonly string[],
): string {
  const lines: string[] = [];
  for (const file of files) {
    const percent = percentOf([file]);
    if (percent < FLOOR) {
      lines.push(
        `${percent.toFixed(1)} % ${file.file} (${file.hit}/${file.lines})`,
      );
    }
  }
  for (const file of unseen) lines.push(`no test loads ${file}`);
  const folders = Map.groupBy(
    files,
    ({ file }) => file.split("/").slice(0, 2).join("/"),
  );
  for (const [folder, members] of [...folders].sort()) {
    lines.push(`${folder}: ${percentOf(members).toFixed(1)} %`);
  }
  lines.push(`lines: ${percentOf(files).toFixed(1)} % (floor ${FLOOR} %)`);
  return lines.join("\n");
}

if (import.meta.main) {
  const root = new URL("..", import.meta.url).pathname;
  const { success, stdout, stderr } = await new Deno.Command(
    Deno.execPath(),
    { args: ["coverage", "--lcov", `${root}coverage`], cwd: root },
  ).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const files = parseLcov(new TextDecoder().decode(stdout), root)
    .filter(({ file }) => file.startsWith("src/"));
  const seen = new Set(files.map(({ file }) => file));
  const unseen = listSources(`${root}src`)
    .filter((path) => hasCode(readFileSync(path, "utf8")))
    .map((path) => path.slice(root.length))
    .filter((file) => !seen.has(file));
  const report = formatReport(files, unseen);
  Deno.stdout.writeSync(new TextEncoder().encode(report + "\n"));
  if (percentOf(files) < FLOOR || unseen.length > 0) Deno.exit(1);
}
