/**
 * Checks `docs/conformance/`: every demand of an RFC has a row, every row is
 * well formed, and every test that a row names exists.
 *
 * Run as `deno task conformance`.
 *
 * @module
 */

import { readdirSync, readFileSync } from "node:fs";
import {
  digestRequirements,
  extractRequirements,
  readRfc,
} from "./conformance_extract.ts";
import type { Requirement } from "./conformance_extract.ts";
import { findTestNames } from "./test_names.ts";

/**
 * What can be said of a demand. `tested`: met, by a test. `open`: not met yet.
 * `client`: made of clients. `n/a`: can't arise here. `deviation`: knowingly not met.
 */
export const STATUSES = [
  "tested",
  "open",
  "client",
  "n/a",
  "deviation",
] as const;

/** One row of a table. */
export interface ConformanceRow {
  /** Id of the sentence, as in `4918-9.1-3`. */
  readonly id: string;
  /** Its section. */
  readonly section: string;
  /** What it demands, in short. */
  readonly statement: string;
  /** One of `STATUSES` in a valid table. */
  readonly status: string;
  /** Tests as `file: name`, joined by `<br>`; or the step; or the reason. */
  readonly evidence: string;
}

/** A table of one RFC as read from its file. */
export interface ConformanceTable {
  /** Digest of the sentences that it was written for, "" where it names none. */
  readonly digest: string;
  /** Its rows. */
  readonly rows: readonly ConformanceRow[];
  /** The sections that it is about, those below them included; absent: the whole RFC. */
  readonly sections?: readonly string[];
}

/** Reads a table from Markdown; every line that begins with a pipe and an id is a row. */
export function parseTable(markdown: string): ConformanceTable {
  const digest = /<!-- sentences: ([0-9a-f]+) -->/.exec(markdown)?.[1] ?? "";
  const rows: ConformanceRow[] = [];
  for (const line of markdown.split("\n")) {
    if (!/^\| *\d+-/.test(line)) continue;
    const cells = line.split(/(?<!\\)\|/).slice(1, -1)
      .map((cell) => cell.trim().replaceAll("\\|", "|"));
    const [id = "", section = "", statement = "", status = "", evidence = ""] =
      cells;
    rows.push({ id, section, statement, status, evidence });
  }
  const sections = /<!-- sections: ([\w. ]+) -->/.exec(markdown)?.[1];
  return {
    digest,
    rows,
    ...sections !== undefined && { sections: sections.trim().split(/ +/) },
  };
}

/** The sentences of the sections that a table is about. */
function inSections(
  required: readonly Requirement[],
  sections: readonly string[] | undefined,
): readonly Requirement[] {
  return required.filter(({ section }) =>
    sections === undefined ||
    sections.some((one) => section === one || section.startsWith(`${one}.`))
  );
}

/**
 * What is wrong with a table, one sentence a fault; empty where all is well.
 * `required` is null where the RFC's text is not at hand; `testNames` gives the
 * names of the tests in a file, undefined where there is no such file.
 */
export function listFaults(
  table: ConformanceTable,
  options: {
    readonly required: readonly Requirement[] | null;
    readonly testNames: (file: string) => ((name: string) => boolean) | null;
  },
): string[] {
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const row of table.rows) {
    if (seen.has(row.id)) faults.push(`${row.id} has two rows`);
    seen.add(row.id);
    faults.push(...listRowFaults(row, options.testNames));
  }
  if (options.required === null) return faults;
  const required = inSections(options.required, table.sections);
  const digest = digestRequirements(required);
  if (digest !== table.digest) {
    faults.push(
      `the table was written for the sentences ${table.digest || "(none)"}, ` +
        `the text gives ${digest}: compare the rows, then change the comment`,
    );
  }
  const wanted = new Set(required.map(({ id }) => id));
  for (const id of wanted) if (!seen.has(id)) faults.push(`${id} has no row`);
  for (const id of seen) {
    if (!wanted.has(id)) faults.push(`${id} is no sentence of the RFC`);
  }
  return faults;
}

function listRowFaults(
  row: ConformanceRow,
  testNames: (file: string) => ((name: string) => boolean) | null,
): string[] {
  const faults: string[] = [];
  if (row.id.replace(/^\d+-/, "").replace(/-\d+$/, "") !== row.section) {
    faults.push(`${row.id} says section ${row.section}`);
  }
  if (row.statement === "") faults.push(`${row.id} has no statement`);
  switch (row.status as typeof STATUSES[number]) {
    case "tested":
      for (const test of row.evidence.split(/\s*<br>\s*/)) {
        const [, file, name] = /^(tests\/\S+_test\.ts): (.+)$/.exec(test) ?? [];
        if (file === undefined || name === undefined) {
          faults.push(`${row.id} names no test as "tests/…_test.ts: name"`);
        } else if (testNames(file)?.(name) !== true) {
          faults.push(`${row.id} names a test that does not exist: ${test}`);
        }
      }
      break;
    case "open":
      if (!/\bstep \d+\b/.test(row.evidence)) {
        faults.push(`${row.id} is open and names no step that closes it`);
      }
      break;
    case "client":
    case "n/a":
    case "deviation":
      if (row.evidence === "") faults.push(`${row.id} gives no reason`);
      break;
    default:
      faults.push(`${row.id} has the unknown status "${row.status}"`);
  }
  return faults;
}

/** How many rows have each status, as one line. */
export function formatCounts(rows: readonly ConformanceRow[]): string {
  const counts = STATUSES.map((status) => {
    const count = rows.filter((row) => row.status === status).length;
    return `${count} ${status}`;
  });
  return `${rows.length} rows: ${counts.join(", ")}`;
}

function checkFolder(root: string): { lines: string[]; failed: boolean } {
  const lines: string[] = [];
  let failed = false;
  const all: ConformanceRow[] = [];
  const folder = `${root}/docs/conformance`;
  for (const file of readdirSync(folder).sort()) {
    const rfc = /^rfc(\d+)\.md$/.exec(file)?.[1];
    if (rfc === undefined) continue;
    const table = parseTable(readFileSync(`${folder}/${file}`, "utf8"));
    const text = readRfc(rfc);
    const faults = listFaults(table, {
      required: text === null ? null : extractRequirements(rfc, text),
      testNames: (path) => findTestNames(`${root}/${path}`),
    });
    all.push(...table.rows);
    const note = text === null ? " (text not at hand: rows only)" : "";
    lines.push(`RFC ${rfc}: ${formatCounts(table.rows)}${note}`);
    lines.push(...faults.map((fault) => `  FAULT ${fault}`));
    failed ||= faults.length > 0;
  }
  lines.push(`all: ${formatCounts(all)}`);
  return { lines, failed: failed || all.length === 0 };
}

if (import.meta.main) {
  const { lines, failed } = checkFolder(
    new URL("..", import.meta.url).pathname.replace(/\/$/, ""),
  );
  Deno.stdout.writeSync(new TextEncoder().encode(lines.join("\n") + "\n"));
  if (failed) Deno.exit(1);
}
